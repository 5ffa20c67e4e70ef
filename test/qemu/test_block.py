# SPDX-License-Identifier: BSD-2-Clause
"""Disks: what commands read and write is what the host has in its files, and errors leave the prompt."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import zlib

import pytest

from conftest import QEMU, built

ADDRESS = 0x48000000
MODERN = ('-global', 'virtio-mmio.force-legacy=false')


@pytest.fixture
def image(tmp_path):
    """64 MiB whose every sector tells its number."""
    file = tmp_path / 'disk.img'
    with open(file, 'wb') as f:
        for sector in range(4096):
            f.write(b'%-16d' % sector * 32)
    os.truncate(file, 64 << 20)
    return file


def disk(file, name='d0', drive='', device=''):
    return ('-drive', f'if=none,id={name},format=raw,file={file}{drive}',
            '-device', f'virtio-blk-device,drive={name}{device}')


def crc(m, count):
    return re.search(r'==> ([0-9a-f]{8})', m.run(f'crc32 {ADDRESS:x} {count:x}'))[1]


@pytest.mark.parametrize('extra', [(), MODERN], ids=['legacy', 'modern'])
def test_read_and_write(loft, image, extra):
    m = loft(extra=extra + disk(image))
    assert 'virtio 0' in m.run('lsblk')         # the look for something to boot has asked
    assert m.run('virtio info') == ('Device 0: QEMU VirtIO Block Device\n'
                                    '            Type: Hard Disk\n'
                                    '            Capacity: 64.0 MB = 0.0 GB (131072 x 512)')
    text = m.run(f'virtio read {ADDRESS:x} 64 2')
    assert 'virtio read: device 0 block # 100, count 2 ... 2 blocks read: OK' in text
    assert '100 ' in m.run(f'md.b {ADDRESS:x} 10') and '101 ' in m.run(f'md.b {ADDRESS + 512:x} 10')
    m.run(f'mw.b {ADDRESS:x} a5 c00')
    text = m.run(f'virtio write {ADDRESS:x} 1fffa 6')
    assert 'virtio write: device 0 block # 131066, count 6 ... 6 blocks written: OK' in text
    with open(image, 'rb') as f:
        f.seek(131065 * 512)
        assert f.read() == bytes(512) + b'\xa5' * 3072


def pci_disk(file, name='d0', device='', model='virtio-blk-pci'):
    return ('-drive', f'if=none,id={name},format=raw,file={file}',
            '-device', f'{model},drive={name}{device}')


def test_pci(loft, image, tmp_path):
    """A disk on the first bus and one behind two bridges; `pci` shows where they are."""
    other = tmp_path / 'other.img'
    other.write_bytes(b'other   ' * 128)
    m = loft(extra=pci_disk(image) +
             ('-device', 'pcie-root-port,id=rp,chassis=1', '-device', 'pcie-pci-bridge,id=pb,bus=rp') +
             pci_disk(other, 'd1', ',bus=pb,addr=3'))
    text = m.run('pci')
    assert 'BusDevFun  VendorId   DeviceId   Device Class       Sub-Class\n' in text
    assert '00.00.00   0x1b36     0x0008     Bridge device           0x00' in text
    assert '00.01.00   0x1af4     0x1001     Mass storage controller 0x00' in text
    assert '02.03.00   0x1af4' in text
    assert '02.03.00' not in m.run('pci 0') and '02.03.00' in m.run('pci 2')
    bars = m.run('pci bar 0.1.0')
    assert re.search(r' 4   0x00000000[1-3][0-9a-f]{4}000  0x0000000000004000  64     MEM   Prefetchable', bars)
    assert 'No such device' in m.run('pci bar 3.0.0') and 'Usage:' in m.run('pci bar 0.20.0')
    assert '00000000: 10011af4' in m.run('pci display.l 0.1.0')
    assert '(131072 x 512)' in m.run('virtio info')
    assert '2 blocks read: OK' in m.run(f'virtio read {ADDRESS:x} 64 2')
    assert '100 ' in m.run(f'md.b {ADDRESS:x} 10')
    m.run(f'mw.b {ADDRESS:x} a5 400')
    m.run('virtio device 1')
    assert '1 blocks written: OK' in m.run(f'virtio write {ADDRESS:x} 1 1')
    assert other.read_bytes() == b'other   ' * 64 + b'\xa5' * 512


LEGACY = ',disable-modern=on,disable-legacy=off'


def test_legacy_pci(loft, image, tmp_path):
    """Registers in an I/O BAR, queues as long as the device says; behind a bridge no ports are passed on."""
    other = shutil.copy(image, tmp_path / 'other.img')
    drives = sum((('-drive', f'if=none,id=d{i},format=raw,file={f}') for i, f in enumerate((image, other, other))), ())
    m = loft(bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), extra=drives[:2] + (
        '-device', 'virtio-blk-pci,drive=d0' + LEGACY, *(d.replace('raw', 'raw,snapshot=on') for d in drives[2:]),
        '-device', 'virtio-blk-pci,queue-size=1024,logical_block_size=4096,physical_block_size=4096,drive=d1' + LEGACY,
        '-device', 'pcie-root-port,id=rp,chassis=1', '-device', 'virtio-blk-pci,bus=rp,drive=d2' + LEGACY))
    assert 'the virtio device pci 01.00.0 has the legacy interface only, behind a bridge' in m.run('virtio scan')
    text = m.run('virtio info')
    assert re.findall(r'\((\d+) x (\d+)\)', text) == [('131072', '512'), ('16384', '4096')]
    assert '2 blocks read: OK' in m.run(f'virtio read {ADDRESS:x} 64 2')
    assert '100 ' in m.run(f'md.b {ADDRESS:x} 10') and '101 ' in m.run(f'md.b {ADDRESS + 512:x} 10')
    m.run_check(f'virtio read {ADDRESS + 2:x} 0 20000', timeout=120)
    assert f'==> {zlib.crc32(image.read_bytes()):08x}' in m.run(f'crc32 {ADDRESS + 2:x} 4000000')
    m.run_check(f'mw.b {ADDRESS:x} a5 400')
    assert '2 blocks written: OK' in m.run(f'virtio write {ADDRESS:x} 1fffe 2')
    assert image.read_bytes()[-3 * 512:] == bytes(512) + b'\xa5' * 1024
    m.run_check('virtio device 1')
    m.run_check(f'virtio read {ADDRESS:x} 2 1')
    assert '16 ' in m.run(f'md.b {ADDRESS:x} 10')
    m.run_check(f'virtio read {ADDRESS:x} 0 4000', timeout=120)


BUSES = {
    'virtio': lambda name, options: ('-device', f'virtio-blk-pci,drive={name}{options}'),
    'nvme': lambda name, options: ('-device', f'nvme,serial=deadbeef,drive={name}{options}'),
    'scsi': lambda name, options: ('-device', 'ich9-ahci,id=ahci', '-device', f'ide-hd,bus=ahci.2,drive={name}{options}'),
}


@pytest.mark.parametrize('kind', ['nvme', 'scsi'])
def test_nvme_and_scsi(loft, tmp_path, kind):
    """The same commands, and long reads to places that are aligned to nothing much."""
    file = tmp_path / 'disk.img'
    data = os.urandom(1 << 20) * 48
    file.write_bytes(data)
    m = loft(extra=('-drive', f'if=none,id=d0,format=raw,file={file}') + BUSES[kind]('d0', ''))
    who = {'nvme': r'Vendor: 0x1b36 Rev: \S+ Prod: deadbeef',
           'scsi': r'\(2:0\) Vendor: ATA Prod.: QEMU HARDDISK Rev: 2.5\+'}[kind]
    about = who + ('\n            Type: Hard Disk\n'
                   r'            Capacity: 48.0 MB = 0.0 GB \(98304 x 512\)')
    assert re.fullmatch('Device 0: ' + about, m.run(f'{kind} info'))
    assert re.search(about, m.run(f'{kind} device 0')) and 'unknown device' in m.run(f'{kind} device 1')
    scan = m.run(f'{kind} scan')
    assert scan == '' if kind == 'nvme' else re.fullmatch(
        r'scanning bus for devices...\n  Device 0: ' + about, scan)
    for at in (ADDRESS, ADDRESS + 4, ADDRESS + 4094):
        assert '98304 blocks read: OK' in m.run(f'{kind} read {at:x} 0 18000', timeout=120)
        assert f'==> {zlib.crc32(data):08x}' in m.run(f'crc32 {at:x} {len(data):x}')
    m.run(f'mw.b {ADDRESS:x} a5 c00')
    assert f'{kind} write: device 0 block # 98298, count 6 ... 6 blocks written: OK' in m.run(
        f'{kind} write {ADDRESS:x} 17ffa 6')
    assert file.read_bytes()[98297 * 512:] == data[-7 * 512:-6 * 512] + b'\xa5' * 3072
    assert f'{kind} 0: 2 blocks at 98303 pass its end: it has 98304' in m.run(f'{kind} read {ADDRESS:x} 17fff 2')
    assert f'{kind} 0' in m.run('lsblk')


@pytest.mark.parametrize('kind', BUSES)
def test_blkdebug_behind_pci(loft, image, tmp_path, kind):
    """One sector is bad: the error names it, and the disk goes on."""
    rules = tmp_path / 'rules'
    rules.write_text('[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "1000"\n'
                     '[inject-error]\nevent = "write_aio"\nerrno = "5"\nsector = "2000"\n')
    m = loft(extra=('-drive', f'if=none,id=d0,format=raw,file=blkdebug:{rules}:{image},rerror=report,werror=report')
             + BUSES[kind]('d0', ''))
    assert f'{kind} 0: reading 1 blocks at 1000 failed: the device reports an error' in m.run(
        f'{kind} read {ADDRESS:x} 3e8 1')
    assert '1 blocks read: OK' in m.run(f'{kind} read {ADDRESS:x} 3e9 1')
    assert '1001 ' in m.run(f'md.b {ADDRESS:x} 10')
    assert f'{kind} 0: writing 1 blocks at 2000 failed: the device reports an error' in m.run(
        f'{kind} write {ADDRESS:x} 7d0 1')
    assert '1 blocks written: OK' in m.run(f'{kind} write {ADDRESS:x} 7d1 1')


@pytest.mark.parametrize('kind', BUSES)
def test_a_flush_that_fails(loft, image, tmp_path, kind):
    """What was written may be lost: that is said, once, and the disk goes on."""
    rules = tmp_path / 'rules'
    rules.write_text('[inject-error]\nevent = "flush_to_disk"\nerrno = "5"\nonce = "on"\n')
    m = loft(extra=('-drive', f'if=none,id=d0,format=raw,file=blkdebug:{rules}:{image},rerror=report,werror=report')
             + BUSES[kind]('d0', ''))
    assert f'{kind} 0: flushing failed: the device reports an error' in m.run_fail(f'{kind} write {ADDRESS:x} 7d0 1')
    m.run_check(f'{kind} write {ADDRESS:x} 7d0 1')
    m.run_check(f'{kind} read {ADDRESS:x} 3e9 1')
    assert '1001 ' in m.run(f'md.b {ADDRESS:x} 10')


def test_nvme_of_4096(loft, image):
    m = loft(extra=('-drive', f'if=none,id=d0,format=raw,file={image}') +
             BUSES['nvme']('d0', ',logical_block_size=4096,physical_block_size=4096'))
    assert '(16384 x 4096)' in m.run('nvme info')
    assert '1 blocks read: OK' in m.run(f'nvme read {ADDRESS:x} 2 1')
    assert '16 ' in m.run(f'md.b {ADDRESS:x} 10')


def test_several_of_each(loft, image, tmp_path):
    """Two controllers, two namespaces of one, two disks and a CD drive behind AHCI."""
    drives = sum((('-drive', f'if=none,id=d{i},format=raw,file={image},snapshot=on') for i in range(5)), ())
    m = loft(extra=drives + (
        '-device', 'nvme,id=n,serial=a', '-device', 'nvme-ns,bus=n,drive=d0', '-device', 'nvme-ns,bus=n,drive=d1',
        '-device', 'nvme,serial=b,drive=d2', '-device', 'ich9-ahci,id=ahci', '-device', 'ide-hd,bus=ahci.4,drive=d3',
        '-device', 'ide-cd,bus=ahci.1', '-device', 'ide-hd,bus=ahci.0,drive=d4'))
    assert re.findall(r'Prod: (\w)', m.run('nvme info')) == ['a', 'a', 'b']
    assert re.findall(r'\((\d):0\)', m.run('scsi info')) == ['0', '4']
    m.run('nvme device 1')
    assert '1 blocks read: OK' in m.run(f'nvme read {ADDRESS:x} 64 1')
    assert '100 ' in m.run(f'md.b {ADDRESS:x} 10')


def test_no_pci(loft, tmp_path):
    """A machine without a host bridge."""
    tree = tmp_path / 'virt.dtb'
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={tree}', '-cpu', 'cortex-a57', '-m', '1G'], check=True,
                   capture_output=True)
    subprocess.run(['fdtput', '-t', 's', str(tree), '/pcie@10000000', 'compatible', 'nothing'], check=True)
    m = loft(dtb=tree)
    assert m.run('pci') == 'pci: there is no host bridge here'
    assert m.run('virtio info') == 'No virtio device available'


def test_a_long_read(loft, image):
    """More than 32 requests of the largest size; the checksum is the host's."""
    data = os.urandom(1 << 20) * 48
    image.write_bytes(data)
    m = loft(extra=disk(image))
    assert '98304 blocks read: OK' in m.run(f'virtio read {ADDRESS:x} 0 18000', timeout=120)
    assert crc(m, len(data)) == f'{zlib.crc32(data):08x}'


def test_large_blocks(loft, image):
    m = loft(extra=disk(image, device=',logical_block_size=4096,physical_block_size=4096'))
    assert '(16384 x 4096)' in m.run('virtio info')
    assert '1 blocks read: OK' in m.run(f'virtio read {ADDRESS:x} 2 1')
    assert '16 ' in m.run(f'md.b {ADDRESS:x} 10')


def test_two_disks(loft, image, tmp_path):
    other = tmp_path / 'other.img'
    other.write_bytes(b'other   ' * 128)
    m = loft(extra=disk(image) + disk(other, 'd1'))
    text = m.run('virtio info')
    sizes = re.findall(r'\((\d+) x 512\)', text)
    assert sorted(sizes) == ['131072', '2']
    which = sizes.index('2')
    assert f'Device {which}: QEMU' in m.run(f'virtio device {which}')
    assert '2 blocks read: OK' in m.run(f'virtio read {ADDRESS:x} 0 2')
    assert 'other' in m.run(f'md.b {ADDRESS:x} 10')
    assert 'virtio 0, virtio 1' in m.run('lsblk')
    assert 'unknown device' in m.run('virtio device 2')


def test_part_of_all_and_of_one(loft, tmp_path):
    """A disk without a table keeps none of the others from being shown."""
    disks = []
    for n in range(3):
        disks.append(tmp_path / f'{n}.img')
        with open(disks[n], 'wb') as f:
            f.truncate(4 << 20)
    subprocess.run(['/usr/sbin/sfdisk', '-q', disks[1]], input=b'label: dos\nstart=2048,type=83\n', check=True)
    m = loft(extra=[word for n in range(3) for word in disk(disks[n], f'd{n}')])
    said = m.run('virtio part')
    assert said.count('no partition table') == 2 and said.count('Partition Type: DOS') == 1
    shown = re.search('Partition Map for virtio device ([0-9])', said)[1]
    assert 'Partition Type: DOS' in m.run_check(f'virtio part {shown}')
    assert m.run_fail('virtio part 3') == 'part: there is no disk virtio 3' and 'Usage' in m.run('virtio part x')


def test_refusals(loft, image):
    m = loft(extra=disk(image, drive=',readonly=on'))
    assert 'virtio 0: 2 blocks at 131071 pass its end: it has 131072' in m.run(f'virtio read {ADDRESS:x} 1ffff 2')
    assert 'are not all DRAM' in m.run('virtio read 0 0 1')
    assert re.search(r'0 blocks read: ERROR\nwriting .* refused: .* belongs to Loft$', m.run_fail('virtio read 7ff80000 0 1'))
    assert "virtio 0 can't be written" in m.run(f'virtio write {ADDRESS:x} 0 1')
    assert 'Usage:' in m.run('virtio read 0')


def test_a_reservation(loft, image, tmp_path):
    """What the tree gives to others no disk writes to, neither whole nor by its end."""
    tree, node = tmp_path / 'virt.dtb', '/reserved-memory/firmware@50000000'
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={tree}', '-cpu', 'cortex-a57', '-m', '1G', *disk(image)], check=True, capture_output=True)
    for words in (['-cp', tree, node], ['-t', 'i', tree, '/reserved-memory', '#address-cells', '2'],
                  ['-t', 'i', tree, '/reserved-memory', '#size-cells', '2'], [tree, '/reserved-memory', 'ranges'],
                  ['-t', 'x', tree, node, 'reg', '0', '50000000', '0', '200000']):
        subprocess.run(['fdtput', *map(str, words)], check=True)
    m = loft(dtb=tree, extra=disk(image))
    for at in (0x4ffffe00, 0x50000000, 0x501ffe00):
        assert 'belongs to firmware@50000000' in m.run_fail(f'virtio read {at:x} 64 2')
    m.run_check('virtio read 4ffffe00 64 1')
    m.run_check('virtio read 50200000 64 1')
    m.run_check('virtio write 50000000 64 1')       # reading it is no harm


def test_no_disk(loft):
    m = loft()
    assert m.run('virtio info') == 'No virtio device available'
    assert 'there is no disk virtio 0' in m.run(f'virtio read {ADDRESS:x} 0 1')


def test_blkdebug(loft, image, tmp_path):
    """One sector is bad: the error names it, other sectors are read, and a write error is one."""
    rules = tmp_path / 'rules'
    rules.write_text('[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "1000"\n'
                     '[inject-error]\nevent = "write_aio"\nerrno = "5"\nsector = "2000"\n')
    m = loft(extra=('-drive', f'if=none,id=d0,format=raw,file=blkdebug:{rules}:{image},rerror=report,werror=report',
                    '-device', 'virtio-blk-device,drive=d0'))
    text = m.run(f'virtio read {ADDRESS:x} 3e8 1')
    assert '0 blocks read: ERROR' in text
    assert 'virtio 0: reading 1 blocks at 1000 failed: the device reports an error' in text
    assert '1 blocks read: OK' in m.run(f'virtio read {ADDRESS:x} 3e9 1')
    text = m.run(f'virtio write {ADDRESS:x} 7d0 1')
    assert 'virtio 0: writing 1 blocks at 2000 failed: the device reports an error' in text


def qmp(path, command, done=({},), **arguments):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(20)
        s.connect(str(path))
        f = s.makefile('rw')
        f.readline()
        for line in ({'execute': 'qmp_capabilities'}, {'execute': command, 'arguments': arguments}):
            f.write(json.dumps(line) + '\n')
            f.flush()
            while (answer := json.loads(f.readline())).get('return') not in done:
                assert 'error' not in answer, answer


GONE = {
    'virtio': ('virtio-blk-pci,bus=rp,id=gone,drive=d0',),
    'nvme': ('nvme,bus=rp,id=gone,serial=1,drive=d0',),
    'scsi': ('ich9-ahci,bus=rp,id=gone', 'ide-hd,bus=gone.0,drive=d0'),
    'mmc': ('sdhci-pci,bus=rp,id=gone', 'sd-card,drive=d0'),
}


@pytest.mark.parametrize('kind', GONE)
def test_a_device_that_vanishes(loft, image, tmp_path, kind):
    """Pulled out of its slot between two reads: an error with device and sector, the prompt, and it is found no more."""
    m = loft(extra=('-device', 'pcie-root-port,id=rp,chassis=1,slot=1,addr=1', '-qmp', f'unix:{tmp_path}/qmp,server=on,wait=off',
                    '-drive', f'if=none,id=d0,format=raw,file={image}') + sum((('-device', d) for d in GONE[kind]), ()))
    m.run_check(f'{kind} read {ADDRESS:x} 64 2')
    qmp(tmp_path / 'qmp', 'device_del', id='gone')
    m.run_check('mw.w 401000806c 7c0')      # slot control: both indicators off, power off: out it comes
    assert not re.search(r'^01\.', m.run('pci 1'), re.M)
    text = m.run_fail(f'{kind} read {ADDRESS:x} 64 2', timeout=90)
    assert re.search(rf'\b0 blocks read: ERROR\n{kind} 0: reading 2 blocks at 100 failed: the device [a-z ]+$', text), text
    m.send('mmc rescan\r' if kind == 'mmc' else f'{kind} scan\r')
    m.prompt()
    assert f'{kind} 0' not in m.run('lsblk')


@pytest.mark.parametrize('kind', GONE)
def test_a_medium_that_vanishes_under_way(loft, image, tmp_path, kind):
    """In the midst of a long read: what was read is said, and where it ended; then the prompt."""
    bus = ('-device', 'pcie-root-port,id=rp,chassis=1,slot=1,addr=1')
    m = loft(extra=bus + ('-qmp', f'unix:{tmp_path}/qmp,server=on,wait=off', '-drive', f'if=none,id=d0,format=raw,file={image}')
             + sum((('-device', d) for d in GONE[kind]), ()))
    m.run_check(f'{kind} read {ADDRESS:x} 64 2')
    qmp(tmp_path / 'qmp', 'block_set_io_throttle', device='d0', bps=4 << 20, bps_rd=0, bps_wr=0, iops=0, iops_rd=0, iops_wr=0)
    m.send(f'{kind} read {ADDRESS:x} 0 18000\r')
    m.wait('count 98304', literal=True)
    time.sleep(0.5)
    qmp(tmp_path / 'qmp', 'human-monitor-command', ({}, ''), **{'command-line': 'drive_del d0'})
    text = re.sub('qemu-system-aarch64: .*\n', '', m.prompt(90))
    assert re.search(rf'\.\.\. \d+ blocks read: ERROR\n{kind} 0: reading \d+ blocks at \d+ failed: the device [a-z ]+\n$', text), text
    assert f'{kind} 0: reading 2 blocks at 100 failed' in m.run_fail(f'{kind} read {ADDRESS:x} 64 2', timeout=90)


@pytest.mark.parametrize('kind', BUSES)
def test_a_slow_disk(loft, image, tmp_path, kind):
    """A quarter of a second for each request is waited for; half a minute is not, and when it is quick again it is read."""
    m = loft(extra=('-qmp', f'unix:{tmp_path}/qmp,server=on,wait=off',
                    '-drive', f'if=none,id=d0,format=raw,file={image}') + BUSES[kind]('d0', ''))

    def limit(iops=0, bps=0):
        qmp(tmp_path / 'qmp', 'block_set_io_throttle', device='d0', bps=bps, bps_rd=0, bps_wr=0, iops=iops, iops_rd=0, iops_wr=0)

    limit(iops=4)
    for sector in range(1000, 1004):
        m.run_check(f'{kind} read {ADDRESS:x} {sector:x} 1', timeout=60)
        assert f'{sector} ' in m.run(f'md.b {ADDRESS:x} 10')
    limit(bps=2048)
    m.run_check(f'{kind} read {ADDRESS:x} 0 80')        # on credit
    assert f'{kind} 0: reading 2 blocks at 1000 failed: the device does not answer' in m.run_fail(
        f'{kind} read {ADDRESS:x} 3e8 2', timeout=90)
    limit()
    m.run_check(f'{kind} read {ADDRESS:x} 3e9 1')
    assert '1001 ' in m.run(f'md.b {ADDRESS:x} 10')
