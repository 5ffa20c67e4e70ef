# SPDX-License-Identifier: BSD-2-Clause
"""The network devices of machines that have neither virtio nor PCI Express: Cadence GEM, with QEMU's user network."""

import random
import zlib

import pytest

from test_boards import image, kernels, pi      # noqa: F401 (fixtures)
from test_machines import start     # noqa: F401

# Where its firmware's tree has a device: of QEMU's network cards the fourth on zcu102
CARDS = {'xlnx_versal': ('versal', 0), 'generic': ('versal', 0), 'xlnx_zcu102': ('zcu102-el2', 3)}


@pytest.mark.parametrize('board', CARDS)
def test_boots(start, board, kernels, tmp_path):    # noqa: F811
    """An address, a large file and a put, without a cable, and a kernel that is let alone by the device."""
    (tmp_path / 'big').write_bytes(random.Random(3).randbytes(5 << 20 | 3))
    (tmp_path / 'kernel').write_bytes((kernels / 'noat.elf').read_bytes())
    name, card = CARDS[board]
    nics = []
    for i in range(card + 1):
        nics += ['-nic', f'user,id=n{i},tftp={tmp_path},bootfile=kernel']
    m = start(name, board, extra=nics)
    assert 'eth0 : gem#0 52:54:00:12:34:' in m.run_check('net list')
    m.run_check('setenv autoload no; dhcp')
    assert 'gem#0 device' in m.run_check('tftpboot 20000000 big')
    assert m.run_check('crc32 $fileaddr $filesize').endswith(f'{zlib.crc32((tmp_path / "big").read_bytes()):08x}')
    for block in (512, 9000):
        m.run_check(f'setenv tftpblocksize {block}; tftpboot 20000000 kernel')
    assert m.run_check('ping 10.0.2.2').endswith('is alive')
    m.run_check('setenv autoload; dhcp 20000000')
    m.send('bootelf 20000000\r')
    m.wait(r'highhalf: \d+ ok, 0 FAIL')


def test_no_cable(start):   # noqa: F811
    """A PHY without a link: said by nobody's answer, in a bounded time, and Ctrl-C ends it."""
    m = start('versal', 'xlnx_versal', extra=['-netdev', 'hubport,hubid=9,id=h', '-net', 'nic,netdev=h'])
    m.run_check('setenv ipaddr 10.0.2.15; setenv netmask 255.255.255.0')
    assert 'not alive' in m.run_fail('ping 10.0.2.2', timeout=60)
    m.send('dhcp\r')
    m.wait('BOOTP broadcast 2')
    m.send('\x03')
    assert 'Abort' in m.prompt(10)
