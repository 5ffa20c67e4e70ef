# SPDX-License-Identifier: BSD-2-Clause
"""Disks on which Debian installed itself (scripts/debian-disk.sh, rpi-disk.sh): to the login prompt. make debian-test"""

import os
import pathlib
import re

import pytest

from test_block import BUSES
from test_boards import image, kernels, pi      # noqa: F401 (fixtures)

DISKS = pathlib.Path(os.environ.get('LOFT_DEBIAN', '/nowhere'))
pytestmark = pytest.mark.skipif(not (DISKS / 'mbr.img').exists(), reason='no Debian disk (make debian-test)')
CARD = pathlib.Path(os.environ.get('LOFT_RPI', '/nowhere')) / 'card.img'
LOGIN = 600     # seconds; 20 of processor time


@pytest.mark.parametrize('table, bus, part, cpu, el2', [
    ('gpt', 'virtio', 2, 'cortex-a57', False),
    ('mbr', 'virtio', 1, 'cortex-a57', True),
    ('gpt', 'nvme', 2, 'cortex-a72', False),
])
def test_login(qemu, table, bus, part, cpu, el2):
    """The menu is u-boot-menu's own; whoever logs in finds a system that lacks nothing, and turns it off."""
    drive = f'if=none,id=d0,format=raw,file={DISKS}/{table}.img,snapshot=on'
    buses = dict(BUSES, virtio=lambda name, _: ('-device', f'virtio-blk-device,drive={name}'))
    # time goes by instructions: on a busy host systemd would wait for its terminal in vain
    m = qemu(cpu=cpu, el2=el2, extra=('-icount', 'shift=1', '-drive', drive) + buses[bus]('d0', ''))
    m.wait('debian login: ', timeout=LOGIN)
    assert f'** Booting {bus} 0:{part} /boot/extlinux/extlinux.conf with extlinux **\n' in m.text
    assert re.search(r'^1:\tDebian GNU/Linux 12 \(bookworm\) 6\.1\.0-\d+-cloud-arm64$', m.text, re.M), m.text
    m.send('root\r')
    m.wait('root@debian:~# ', timeout=LOGIN)
    m.send('cat /proc/cmdline; echo state=$(systemctl is-system-running --wait); findmnt -no FSTYPE /\r')
    m.wait(r'^state=running\s+ext4\s', timeout=LOGIN)
    assert re.search(r'^root=UUID=6f1d6d1a-[-0-9a-f]+ ro quiet$', m.text, re.M), m.text
    m.send('poweroff -f\r')
    m.finish(LOGIN)


@pytest.mark.skipif(not CARD.exists(), reason='no card (make debian-test)')
def test_raspberry_pi(pi):      # noqa: F811
    """A card laid out as Raspberry Pi OS lays its own: only config.txt and cmdline.txt say what boots."""
    m = pi('raspi3b', extra=['-drive', f'if=sd,format=raw,file={CARD},snapshot=on'], prompt=False, threads=True)
    m.wait('raspberrypi login: ', timeout=LOGIN)
    assert '** Booting mmc 0:1 /config.txt with rpi **\n' in m.text
    m.send('root\r')
    m.wait('root@raspberrypi:~# ', timeout=LOGIN)
    m.send('cat /proc/cmdline; nproc; findmnt -no SOURCE,FSTYPE /; findmnt -no SOURCE,FSTYPE /boot/firmware; uname -r\r')
    m.wait(r'^4\s+/dev/mmcblk0p2 ext4\s+/dev/mmcblk0p1 vfat\s+6\.1\.0-\d+-arm64\s', timeout=LOGIN)
    assert re.search(r'^console=ttyAMA0,115200 console=tty1 root=PARTUUID=4c6f6674-02 rootfstype=ext4 ', m.text, re.M), m.text
