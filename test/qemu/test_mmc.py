# SPDX-License-Identifier: BSD-2-Clause
"""SD cards: on PCI, and on the machines that have controllers of their own."""

import os
import re
import shutil
import zlib

import pytest

from test_boards import image, kernels, pi      # noqa: F401 (fixtures)
from test_diskboot import MIB, blank, ext4, fat, sh
from test_block import qmp
from test_machines import PIS, start                           # noqa: F401 (fixture)

ADDRESS = 0x48000000
INFO = ('Device: %s\nManufacturer ID: aa\nOEM: 5859\nName: QEMU! \nBus Speed: %s\nMode: %s\nRd Block Len: 512\nSD version %s\n'
        'High Capacity: No\nCapacity: 64 MiB\nBus Width: 4-bit\nErase Group Size: 512 Bytes')


@pytest.fixture
def card(tmp_path):
    """64 MiB whose first sectors tell their number."""
    file = tmp_path / 'card.img'
    with open(file, 'wb') as f:
        for sector in range(4096):
            f.write(b'%-16d' % sector * 32)
    os.truncate(file, 64 * MIB)
    return file


def slot(file, device='sd-card'):
    return ('-drive', f'if=none,id=sd,format=raw,file={file}', '-device', 'sdhci-pci', '-device', f'{device},drive=sd')


def reads_and_writes(m, card, at):
    text = m.run_check(f'mmc read {at:x} 64 2')
    assert text.strip() == 'MMC read: dev # 0, block # 100, count 2 ... 2 blocks read: OK'
    assert '100 ' in m.run(f'md.b {at:x} 10') and '101 ' in m.run(f'md.b {at + 512:x} 10')
    m.run_check(f'mmc read {at:x} 0 1000')
    assert f'==> {zlib.crc32(card.read_bytes()[:2 * MIB]):08x}' in m.run(f'crc32 {at:x} {2 * MIB:x}')
    m.run_check(f'mmc read {at + 1:x} 65 1')        # by way of memory that is aligned
    assert '101 ' in m.run(f'md.b {at:x} 10')
    m.run_check(f'mw.b {at:x} a5 c00')
    text = m.run_check(f'mmc write {at:x} 1fffa 6')
    assert text.strip() == 'MMC write: dev # 0, block # 131066, count 6 ... 6 blocks written: OK'
    with open(card, 'rb') as f:
        f.seek(131065 * 512)
        assert f.read() == bytes(512) + b'\xa5' * 3072


def test_commands(loft, card):
    """The lines are U-Boot's."""
    m = loft(extra=slot(card))
    assert m.run_check('mmc list') == 'pci_mmc: 0 (SD)'
    info = INFO % ('pci_mmc', '26000000', 'SD High Speed (50MHz)', '2.0')
    assert m.run_check('mmc info') == info and m.run_check('mmcinfo') == info
    assert m.run_check('mmc dev') == 'switch to partitions #0, OK\nmmc0 is current device'
    assert m.run_check('mmc dev 0 0') == 'switch to partitions #0, OK\nmmc0 is current device'
    assert m.run_fail('mmc dev 0 1') == 'switch to partitions #1, ERROR'
    assert m.run_fail('mmc dev 1') == 'MMC Device 1 not found\nno mmc device at slot 1'
    reads_and_writes(m, card, ADDRESS)
    text = m.run_fail(f'mmc read {ADDRESS:x} 1ffff 2')
    assert text.endswith('count 2 ... 0 blocks read: ERROR\nmmc 0: 2 blocks at 131071 pass its end: it has 131072')
    text = m.run_fail('mmc write ffffff000 0 1')
    assert text.endswith('0 blocks written: ERROR\nmmc 0: 0x200 bytes at 0xffffff000 are not all DRAM')
    assert m.run_check('mmc rescan') == '' and 'mmc                 : mmc 0\n' in m.run('lsblk') + '\n'
    assert m.run_fail('part uuid mmc 0:1') == "part: mmc 0 has no partition '0:1'", 'the whole disk has no UUID'
    sh('sfdisk', card, input=b'label: dos\nstart=2048,size=2048,type=83\n')
    assert 'Partition Map for mmc device 0  --   Partition Type: DOS' in m.run_check('mmc part')
    assert 'Usage' in m.run('mmc') and 'Usage' in m.run('mmc dev x')


def test_no_card(loft):
    """A slot with nothing in it: sentences, and no time."""
    m = loft(extra=('-device', 'sdhci-pci'))
    for line in ('mmc list', 'mmc info', 'mmc rescan', f'mmc read {ADDRESS:x} 0 1', 'mmc part'):
        assert m.run_fail(line) == 'No MMC device available', line
    assert 'there is no disk mmc 0' in m.run_fail(f'load mmc 0 {ADDRESS:x} /x')


@pytest.mark.parametrize('name, board, slot', [('versal', 'xlnx_versal', 0), ('zcu102-el2', 'xlnx_zcu102', 1)])
def test_machines(start, card, name, board, slot):      # noqa: F811
    m = start(name, board, extra=['-drive', f'if=sd,index={slot},format=raw,file={card}'])
    assert re.search(r'@ff1[67]0000|@f10[45]0000', m.run_check('mmc list')), m.text
    assert 'Name: QEMU! \n' in m.run_check('mmc info')
    reads_and_writes(m, card, 0x10000000)


# QEMU's bus of the EVK's slot, and of its eMMC, where a card stands for one
@pytest.mark.parametrize('bus, base', [(1, '30b50000'), (2, '30b60000')])
def test_usdhc(start, card, bus, base):      # noqa: F811
    m = start('imx8mp', 'imx8mp_evk', extra=['-drive', f'if=sd,bus={bus},format=raw,file={card}'])
    assert m.run_check('mmc list') == f'mmc@{base}: 0 (SD)'
    assert m.run_check('mmc info') == INFO % (f'mmc@{base}', '50000000', 'SD High Speed (50MHz)', '3.0')
    reads_and_writes(m, card, ADDRESS)
    assert m.run_fail(f'mmc read {ADDRESS:x} 1ffff 2').endswith('mmc 0: 2 blocks at 131071 pass its end: it has 131072')


def test_usdhc_boots(start, payloads, image, tmp_path):      # noqa: F811
    """extlinux.conf on the card's ext4: found without a word, Linux reaches userspace."""
    root = tmp_path / 'root'
    (root / 'boot/extlinux').mkdir(parents=True)
    shutil.copy(payloads / 'Image.gz', root / 'boot/vmlinuz')
    shutil.copy(payloads / 'initramfs.cpio.gz', root / 'boot/initrd.img')
    (root / 'boot/extlinux/extlinux.conf').write_text(
        'default l0\ntimeout 1\nlabel l0\n linux /boot/vmlinuz\n initrd /boot/initrd.img\n'
        ' append console=ttymxc1 earlycon\n')
    card = blank(tmp_path / 'card.img', 256 * MIB)
    sh('sfdisk', card, input=b'label: dos\nstart=8192,type=83\n')
    ext4(card, root, 160 * MIB, 8192 * 512)
    m = start('imx8mp', file=image('imx8mp_evk'), extra=['-drive', f'if=sd,bus=1,format=raw,file={card}'])
    m.wait('Booting Linux on physical CPU', timeout=240)
    m.wait('loft-test: userspace reached', timeout=240)
    assert '** Booting mmc 0:1 /boot/extlinux/extlinux.conf with extlinux **' in m.text


def test_emmc(start, card, tmp_path):      # noqa: F811
    """QEMU 10's, soldered to the AST2700's board: boot partitions before what is the user's, and more than 2 GiB by sectors."""
    with open(tmp_path / 'emmc.img', 'wb') as f:
        f.write(b'first'.ljust(512, b'.') * 256 + b'second'.ljust(512, b'.') * 256 + card.read_bytes()[:2 * MIB])
        f.truncate(4 << 30)
    m = start('ast2700', 'ast2700', extra=['-drive', f'if=sd,index=0,format=raw,file={card}', '-drive',
                                           f'if=sd,index=1,format=raw,file={tmp_path}/emmc.img',
                                           '-global', 'emmc.boot-partition-size=131072'])
    at = 0x410000000
    assert m.run_check('mmc list') == 'mmc@12090100: 0 (eMMC)\nmmc@14080100: 1 (SD)'
    text = m.run_check('mmc info')
    assert 'Mode: MMC High Speed (52MHz)\n' in text and 'High Capacity: Yes\nCapacity: 4 GiB\nBus Width: 8-bit\n' in text
    assert text.endswith('Boot Capacity: 128 KiB')
    m.run_check(f'mmc read {at:x} 64 2')
    assert '100 ' in m.run(f'md.b {at:x} 10')
    for part, says in ((1, 'first'), (2, 'second')):
        assert m.run_check(f'mmc dev 0 {part}') == f'switch to partitions #{part}, OK\nmmc0(part {part}) is current device'
        m.run_check(f'mmc read {at:x} ff 1')
        assert says in m.run(f'md.b {at:x} 10')
        assert m.run_fail(f'mmc read {at:x} 100 1').endswith('mmc 0: 1 blocks at 256 pass its end: it has 256')
    m.run_check(f'mw.b {at:x} a5 200; mmc write {at:x} 0 1')
    assert m.run_fail('mmc dev 0 3') == 'switch to partitions #3, ERROR'
    assert m.run_check('mmc dev 0 0') == 'switch to partitions #0, OK\nmmc0(part 0) is current device'
    m.run_check(f'mmc write {at:x} 7ffdfe 2')
    m.run_check(f'mmc read {at:x} 65 1')
    assert '101 ' in m.run(f'md.b {at:x} 10')
    with open(tmp_path / 'emmc.img', 'rb') as f:
        f.seek(128 * 1024)
        assert f.read(512) == b'\xa5' * 512
        f.seek((4 << 30) - 1024)
        assert f.read(512) == b'\xa5' * 512


@pytest.mark.parametrize('machine, base', [('raspi3b', '3f'), ('raspi4b', 'fe')])
def test_raspberry_pi(pi, card, machine, base):       # noqa: F811
    m = pi(machine, extra=['-drive', f'if=sd,format=raw,file={card}'])
    assert re.search(rf'^mmc +0x00{base}300000  mmc@{base}300000 ', m.run_check('board'), re.M), m.text
    assert f'Device: mmc@{base}300000\n' in m.run_check('mmc info')
    reads_and_writes(m, card, 0x10000000)


@pytest.fixture
def tree():
    """Debian's of the Raspberry Pi 3 B: the card is behind the sdhost, Wi-Fi behind the SDHCI."""
    if not (PIS / 'bcm2837-rpi-3-b.dtb').exists():
        pytest.skip('no device tree (scripts/rpi-dtb.sh build/rpi-dtb)')
    return '-dtb', PIS / 'bcm2837-rpi-3-b.dtb'


def test_sdhost(pi, card, tree):       # noqa: F811
    """GPIO 48 to 53 lead from the other controller, where QEMU has the card at first, to this one."""
    m = pi(extra=[*tree, '-drive', f'if=sd,format=raw,file={card}'])
    assert re.search(r'^mmc +0x003f202000  mmc@7e202000 ', m.run_check('board'), re.M), m.text
    assert m.run_check('mmc list') == 'mmc@7e202000: 0 (SD)'
    assert m.run_check('mmc info') == INFO % ('mmc@7e202000', '50000000', 'SD High Speed (50MHz)', '2.0')
    assert 'other function' in m.run_check('gpio status 48')
    reads_and_writes(m, card, 0x10000000)
    assert m.run_check('mmc rescan') == '' and 'mmc 0' in m.run('lsblk')
    m.run_check('mmc read 10000000 64 1')
    text = m.run_fail('mmc read 10000000 1ffff 2')
    assert text.endswith('0 blocks read: ERROR\nmmc 0: 2 blocks at 131071 pass its end: it has 131072')


def test_sdhost_of_qemu_10(start, card):       # noqa: F811
    m = start('raspi3b', 'raspi3b', extra=['-drive', f'if=sd,format=raw,file={card}'], line=0)
    assert m.run_check('mmc list') == 'mmc@7e202000: 0 (SD)'
    reads_and_writes(m, card, 0x10000000)


def test_sdhost_without_a_card(pi, tree, card, tmp_path):       # noqa: F811
    """None, and one whose medium goes: sentences, no time without end."""
    m = pi(extra=tree)
    assert m.run_fail('mmc list') == 'No MMC device available'
    m = pi(extra=[*tree, '-drive', f'if=sd,id=d0,format=raw,file={card}', '-qmp', f'unix:{tmp_path}/qmp,server=on,wait=off'])
    m.run_check('mmc read 10000000 64 2')
    qmp(tmp_path / 'qmp', 'human-monitor-command', ({}, ''), **{'command-line': 'drive_del d0'})
    text = re.sub('qemu-system-aarch64: .*\n', '', m.run_fail('mmc read 10000000 64 2', timeout=90))
    assert re.search(r'\b0 blocks read: ERROR\nmmc 0: reading 2 blocks at 100 failed: the device [a-z ]+$', text), text
    m.send('mmc rescan\r')
    m.prompt()
    assert 'mmc 0' not in m.run('lsblk')


@pytest.mark.parametrize('machine, by, base', [('raspi3b', 'extlinux', '3f'), ('raspi4b', 'loft', 'fe'),
                                               ('raspi3b', 'rpi', '3f'), ('raspi4b', 'rpi', 'fe'),
                                               ('sdhost', 'extlinux', '3f')])
def test_raspberry_pi_os(pi, image, payloads, tmp_path, tree, machine, by, base):      # noqa: F811
    """A card laid out as Raspberry Pi OS lays its own: MBR, the firmware's FAT with the kernel, an ext4 root; nobody types.

    The root has a menu, as Debian's u-boot-menu writes it, or loft.cfg stands beside the FAT's kernel8.img, or there is
    nothing but what the firmware reads: config.txt and cmdline.txt, as they are there.
    """
    tree = tree if machine == 'sdhost' else ()
    machine = 'raspi3b' if machine == 'sdhost' else machine
    root, boot = tmp_path / 'root', tmp_path / 'boot'
    (root / 'boot/extlinux').mkdir(parents=True)
    boot.mkdir()
    cmdline = f'console=ttyAMA0,115200 earlycon=pl011,0x{base}201000'
    shutil.copy(payloads / 'Image.gz', boot / 'kernel8.img')
    shutil.copy(payloads / 'initramfs.cpio.gz', boot / 'initramfs8')
    (boot / 'config.txt').write_text('[cm4]\nkernel=none\n[all]\narm_64bit=1\nauto_initramfs=1\nkernel=loft.bin\n')
    (boot / 'cmdline.txt').write_text(cmdline.replace('ttyAMA0', 'serial0') + '\n')
    shutil.copy(image(machine), boot / 'loft.bin')
    if by == 'loft':
        (boot / 'loft.cfg').write_text(f'kernel = kernel8.img\ninitrd = initramfs8\ncmdline = {cmdline}\n')
    elif by == 'extlinux':
        shutil.copy(payloads / 'Image.gz', root / 'boot/vmlinuz')
        shutil.copy(payloads / 'initramfs.cpio.gz', root / 'boot/initrd.img')
        (root / 'boot/extlinux/extlinux.conf').write_text(
            f'default l0\ntimeout 1\nlabel l0\n linux /boot/vmlinuz\n initrd /boot/initrd.img\n append {cmdline}\n')
    card = blank(tmp_path / 'card.img', 256 * MIB)
    sh('sfdisk', card, input=b'label: dos\nlabel-id: 0x12345678\nstart=8192,size=131072,type=c\nstart=139264,type=83\n')
    fat(card, boot, 64 * MIB, 8192 * 512)
    ext4(card, root, 160 * MIB, 139264 * 512)
    m = pi(machine, extra=[*tree, '-drive', f'if=sd,format=raw,file={card}'], prompt=False)
    m.wait('Booting Linux on physical CPU', timeout=240)
    m.wait('loft-test: userspace reached', timeout=240)
    m.wait('loft-test: end', timeout=60)
    assert f'loft-test: cmdline {cmdline}\n' in m.text and 'loft-test: cpus 4\n' in m.text
    where = {'extlinux': '2 /boot/extlinux/extlinux.conf', 'loft': '1 /loft.cfg', 'rpi': '1 /config.txt'}[by]
    assert f'** Booting mmc 0:{where} with {by} **' in m.text
