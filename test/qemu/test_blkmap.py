# SPDX-License-Identifier: BSD-2-Clause
"""Disks of memory, of flash, of pieces of others, and of a file of the host."""

import re
import subprocess

import pytest

from conftest import built

RAM, TO = 0x48000000, 0x50000000


@pytest.fixture
def machine(loft, tmp_path):
    """A FAT with a kernel of text in memory; a virtio disk whose sectors tell their number; flash; a file of the host."""
    (tmp_path / 'hello').write_text('hello from memory\n')
    (tmp_path / 'boot.cmd').write_text('echo booted from memory\n')
    fat, disk, host, flash = (tmp_path / n for n in ('fat', 'disk', 'host', 'flash'))
    subprocess.run(['mkimage', '-T', 'script', '-d', tmp_path / 'boot.cmd', tmp_path / 'boot.scr'], check=True, capture_output=True)
    subprocess.run(['/usr/sbin/mkfs.fat', '-C', fat, '2048'], check=True, capture_output=True)
    subprocess.run(['mcopy', '-i', fat, tmp_path / 'hello', tmp_path / 'boot.scr', '::'], check=True)
    disk.write_bytes(b''.join(b'%-16d' % n * 32 for n in range(1024)))
    host.write_bytes(bytes(1 << 20))
    flash.write_bytes(b''.join(b'%-16d' % n * 32 for n in range(131072)))
    m = loft(bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'), extra=(
        '-semihosting', '-device', f'loader,file={fat},addr={RAM:#x},force-raw=on',
        '-drive', f'if=pflash,unit=1,format=raw,file={flash},readonly=on',
        '-drive', f'if=none,id=d,format=raw,file={disk}', '-device', 'virtio-blk-device,drive=d'))
    m.files = disk, host
    return m


def test_memory(machine):
    """Of any address: with files on it, to boot from, and to write to."""
    m = machine
    assert m.run_check('blkmap create rd') == 'Created "rd"'
    assert m.run_check(f'blkmap map rd 0 1000 mem {RAM:x}') == f'Block 0x0+0x1000 mapped to 0x{RAM:x}'
    assert m.run_check('blkmap info') == ('Device 0: Vendor: Loft Rev: 1.0 Prod: rd\n            Type: Hard Disk\n'
                                          '            Capacity: 2.0 MB = 0.0 GB (4096 x 512)')
    m.run_check(f'load blkmap 0 {TO:x} hello')
    assert 'hello from memory' in m.run('cat blkmap 0 hello')
    m.run_check(f'save blkmap 0 {TO:x} copy 5')
    assert m.run_check('cat blkmap 0 copy') == 'hello'
    assert 'booted from memory' in m.run('setenv boot_targets blkmap0; bootflow scan -b')
    m.run_check('blkmap get rd dev n')
    assert m.run('echo n=$n') == 'n=0' and m.run_check('blkmap get rd dev') == '0'
    assert m.run_check('blkmap destroy rd') == 'Destroyed "rd"'
    assert m.run_fail('blkmap info') == 'No blkmap device available'


def test_pieces(machine):
    """Of a disk, of flash and of a file; where they meet, one request goes to both."""
    m = machine
    disk, host = m.files
    m.run_check('blkmap create a')
    assert m.run_check('blkmap map a 0 10 linear virtio 0 64') == 'Block 0x0+0x10 mapped to block 0x64 of "virtio 0"'
    assert m.run_check(f'blkmap map a 10 7f0 hostfs {host} 10') == f'Block 0x10+0x7f0 mapped to block 0x10 of "{host}"'
    m.run_check(f'mw.b {TO:x} a5 400')
    assert m.run_check(f'blkmap write {TO:x} f 2').endswith('device 0 block # 15, count 2 ... 2 blocks written: OK')
    assert disk.read_bytes()[115 * 512:117 * 512] == b'\xa5' * 512 + b'%-16d' % 116 * 32
    assert host.read_bytes()[15 * 512:18 * 512] == bytes(512) + b'\xa5' * 512 + bytes(512)
    assert m.run_check(f'blkmap read {TO + 4096:x} f 2').endswith(' ... 2 blocks read: OK')
    m.run_check(f'cmp.b {TO:x} {TO + 4096:x} 400')
    m.run_check('blkmap create f')
    assert m.run_check('blkmap map f 0 1000 mem 4000000') == 'Block 0x0+0x1000 mapped to 0x4000000, to read only'
    m.run_check('blkmap dev 1')
    m.run_check(f'blkmap read {TO + 1:x} 64 1')
    assert '100 ' in m.run(f'md.b {TO + 1:x} 10')
    assert "blkmap 1 can't be written" in m.run_fail(f'blkmap write {TO:x} 0 1')


def test_memory_that_got_an_owner(loft):
    """Free when it was mapped, and the network's by now: it is read, and not written."""
    m = loft(bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'),
             extra=('-netdev', 'user,id=n', '-device', 'virtio-net-device,netdev=n'))
    m.run_check('blkmap create a')
    at = int(re.search(r"^0x(\w+) .* disks' queues$", m.run('memmap'), re.M)[1], 16) - 0x8000
    m.run_check(f'blkmap map a 0 8 mem {at:x}; mw.b {TO:x} a5 200')
    assert m.run_check(f'blkmap write {TO:x} 0 1').endswith('1 blocks written: OK')
    m.run_check('setenv autoload no; dhcp')
    assert re.search(r' network$', m.run('memmap'), re.M)
    assert 'blkmap 0: writing 1 blocks at 0 failed' in m.run_fail(f'blkmap write {TO:x} 0 1')
    m.run_check(f'blkmap read {TO:x} 0 1; dhcp')


REFUSED = {
    'blkmap create a': 'Unable to create "a": there is one of that label',
    'blkmap create ' + 'x' * 60: 'a label has 1 to 43 characters',
    'blkmap destroy b': '"b" is not the name of any known blkmap',
    'blkmap map b 0 1 mem 48000000': '"b" is not the name of any known blkmap',
    'blkmap map a 0 1 mem 48000000': 'blocks 0x0+0x10 are mapped already',
    'blkmap map a 10 1 mem 7ff00000': 'belongs to Loft',
    'blkmap map a 10 1 mem 900000000000': '',
    'blkmap map a 10 1 mem 48000001': '0x48000001 is not a multiple of 4',
    'blkmap map a 10 ffffffffffffffff mem 48000000': 'pass the end of what is at 0x48000000',
    'blkmap map a ffffffffffffffff 1 mem 48000000': 'are none, or too many',
    'blkmap map a 10 0 mem 48000000': 'are none, or too many',
    'blkmap map a 10 1 linear blkmap 0 0': 'blkmap 0 is put together itself',
    'blkmap map a 10 1 linear virtio 1 0': 'there is no disk virtio 1',
    'blkmap map a 10 2 linear virtio 0 3ff': 'virtio 0: 0x2 blocks at 0x3ff pass its end: it has 0x400',
    'blkmap map a 10 1 hostfs /nonexistent': "the host does not open '/nonexistent'",
    'blkmap map a 10 1 other 0': 'Unknown map type "other"',
    'blkmap map a 10 1 linear virtio x 0': 'Usage:',
    'blkmap map a 10 1': 'Usage:',
    'blkmap': 'Usage:',
    'blkmap read 50000000 f 2': 'blkmap 0: 2 blocks at 15 pass its end: it has 16',
}


def test_refusals(machine):
    m = machine
    m.run_check('blkmap create a; blkmap map a 0 10 linear virtio 0 0')
    for command, sentence in REFUSED.items():
        assert sentence in m.run_fail(command), command
    m.run_check('blkmap map a 20 1 mem 48000000')
    assert 'blkmap 0: reading 1 blocks at 16 failed' in m.run_fail('blkmap read 50000000 10 1')     # a hole
