# SPDX-License-Identifier: BSD-2-Clause
"""Files of disks: what mkfs, mtools, sgdisk and sfdisk made is listed and loaded, with U-Boot's lines."""

import os
import re
import subprocess
import zlib

import pytest

ADDRESS = 0x48000000
MIB = 1 << 20


def sh(*words, **kw):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, **kw)


def disk(file, name='d0'):
    return ('-drive', f'if=none,id={name},format=raw,file={file}', '-device', f'virtio-blk-device,drive={name}')


@pytest.fixture(scope='module')
def tree(tmp_path_factory):
    """A folder to be put on a disk."""
    top = tmp_path_factory.mktemp('tree')
    (top / 'boot').mkdir()
    (top / 'boot/vmlinuz').write_bytes(os.urandom(3 * MIB + 77))
    (top / 'hello.txt').write_text('hello, disk\n')
    (top / 'a name that is long.txt').write_text('long\n')
    (top / 'empty').write_bytes(b'')
    return top


def fat(file, tree, size, offset=0):
    """A FAT file system of @size bytes at @offset of a file."""
    sh('mkfs.vfat', '-n', 'LOFT', '--offset', offset // 512, file, size // 1024)
    for name in sorted(os.listdir(tree)):
        sh('mcopy', '-s', '-i', f'{file}@@{offset}', tree / name, '::')


def ext4(file, tree, size, offset=0):
    sh('mkfs.ext4', '-q', '-L', 'root', '-U', '11111111-2222-3333-4444-555555555555', '-d', tree,
       '-E', f'offset={offset}', file, f'{size // 1024}k')


@pytest.fixture(scope='module')
def gpt(tmp_path_factory, tree):
    """An ESP with FAT, and a root with ext4 that has a symbolic link."""
    file = tmp_path_factory.mktemp('gpt') / 'gpt.img'
    os.truncate(os.open(file, os.O_CREAT | os.O_RDWR), 96 * MIB)
    sh('sgdisk', '-o', '-n', '1:2048:+32M', '-t', '1:ef00', '-c', '1:EFI', '-u',
       '1:AAAAAAAA-0000-4000-8000-000000000001', '-n', '2:67584:+48M', '-t', '2:8300', '-c', '2:root', '-u',
       '2:AAAAAAAA-0000-4000-8000-000000000002', file)
    fat(file, tree, 32 * MIB, 2048 * 512)
    if not (tree / 'vmlinuz').is_symlink():
        (tree / 'vmlinuz').symlink_to('boot/vmlinuz')
    ext4(file, tree, 48 * MIB, 67584 * 512)
    (tree / 'vmlinuz').unlink()
    return file


def check_load(m, command, data):
    text = m.run_check(command)
    assert re.search(rf'^{len(data)} bytes read in \d+ ms( \(.*/s\))?$', text, re.M), text
    assert f'filesize={len(data):x}' in m.run('printenv filesize')
    assert f'fileaddr={ADDRESS:x}' in m.run('printenv fileaddr')
    text = m.run(f'crc32 {ADDRESS:x} {len(data):x}')
    assert f'==> {zlib.crc32(data):08x}' in text


@pytest.mark.parametrize('spec, prefix', [('0:1', 'fat'), ('0#EFI', 'fat'), ('0', 'fat'), ('0:auto', 'fat'), ('0:2', 'ext4'),
                                          ('0#root', 'ext2'), ('0:aaaaaaaa-0000-4000-8000-000000000002', 'ext4')])
def test_load(loft, gpt, tree, spec, prefix):
    data = (tree / 'boot/vmlinuz').read_bytes()
    m = loft(extra=disk(gpt))
    check_load(m, f'load virtio {spec} {ADDRESS:x} /boot/vmlinuz', data)
    check_load(m, f'{prefix}load virtio {spec} {ADDRESS:x} boot/vmlinuz 1000', data[:0x1000])
    check_load(m, f'load virtio {spec} {ADDRESS:x} boot/vmlinuz 12345 201', data[0x201:0x201 + 0x12345])
    check_load(m, f'load virtio {spec} {ADDRESS:x} boot/vmlinuz 0 2fffff', data[0x2fffff:])
    m.run_check(f'setenv filesize; size virtio {spec} hello.txt')
    assert 'filesize=c' in m.run('printenv filesize')
    assert '0 bytes read' in m.run_check(f'load virtio {spec} {ADDRESS:x} empty')
    assert 'filesize=0' in m.run('printenv filesize')


def test_ls_and_cat(loft, gpt):
    m = loft(extra=disk(gpt))
    text = m.run_check('ls virtio 0:1')
    assert '            boot/\n' in text and '       12   hello.txt\n' in text
    assert '        5   a name that is long.txt\n' in text
    assert '3 file(s), 1 dir(s)' in text
    text = m.run_check('ext4ls virtio 0:2 /')
    assert '            lost+found/\n' in text and '    <SYM>   vmlinuz\n' in text
    assert '  3145805   vmlinuz' in m.run_check('ls virtio 0:2 boot')
    assert m.run_check('cat virtio 0:2 /hello.txt') == 'hello, disk'
    assert m.run_check('fstype virtio 0:1') == 'fat'
    m.run_check('fstype virtio 0:2 t')
    assert m.run('echo $t') == 'ext4'
    assert m.run('fstypes') == 'Supported filesystems: fat ext4'
    assert 'Filesystem: fat "LOFT"' in m.run_check('fatinfo virtio 0:1')
    assert '11111111-2222-3333-4444-555555555555' in m.run_check('fsinfo virtio 0:2')
    for path, there in (('/hello.txt', True), ('boot', True), ('vmlinuz', True), ('none', False)):
        assert m.run(f'if test -e virtio 0:2 {path}; then echo yes; else echo no; fi') == ('yes' if there else 'no')
    assert m.run('if test -e virtio 3:2 x; then echo yes; else echo no; fi') == 'no'


def test_refusals(loft, gpt):
    m = loft(extra=disk(gpt))
    for command, words in (('load virtio 0:1 48000000 none', "no 'none'"),
                           ('load virtio 0:9 48000000 x', '9'),
                           ('load virtio 1:1 48000000 x', 'there is no disk virtio 1'),
                           ('load floppy 0:1 48000000 x', 'no kind of disks named floppy'),
                           ('load virtio x:1 48000000 x', "'x:1' is not disk:partition"),
                           ('load virtio 0:1 48000000 boot', "'boot' is no file"),
                           ('load virtio 0:1 7ff80000 hello.txt', 'Loft'),
                           ('load virtio 0:1 ffffffff00000000 hello.txt', 'DRAM'),
                           ('load virtio 0:1 48000000 hello.txt 0 d', 'has 0xc bytes'),
                           ('fatload virtio 0:2 48000000 hello.txt', 'the file system is ext4'),
                           ('ext4load virtio 0:1 48000000 hello.txt', 'the file system is fat')):
        text = m.run_fail(command)
        assert words in text and 'Failed to load' in text, (command, text)
    assert "no 'none'" in m.run_fail('ls virtio 0:2 /none')
    assert 'no file system' in m.run_fail('ls virtio 0:0')


def test_part_gpt(loft, gpt):
    m = loft(extra=disk(gpt))
    text = m.run_check('part list virtio 0')
    assert 'Partition Map for virtio device 0  --   Partition Type: EFI' in text
    assert 'Part\tStart LBA\tEnd LBA\t\tName' in text
    assert re.search(r'^  1\t0x00000800\t0x000107ff\t"EFI"$', text, re.M), text
    assert re.search(r'^\tguid:\taaaaaaaa-0000-4000-8000-000000000002$', text, re.M)
    assert m.run_check('part uuid virtio 0:2') == 'aaaaaaaa-0000-4000-8000-000000000002'
    assert m.run_check('part start virtio 0 2') == '10800'
    m.run_check('part size virtio 0 root s; part number virtio 0 root n; part list virtio 0 -bootable b')
    assert m.run('echo $s $n $b') == '18000 0x2 1'
    assert 'no' in m.run_fail('part start virtio 0 nosuch')


def test_part_gpt_backup(loft, gpt, tmp_path):
    """The first copy is bad: the last one is used, and that is said."""
    file = tmp_path / 'bad.img'
    data = bytearray(gpt.read_bytes())
    data[512 + 16] ^= 1
    file.write_bytes(data)
    m = loft(extra=disk(file))
    text = m.run_check('cat virtio 0#root hello.txt')
    assert "the copy at the disk's end is used" in text and 'hello, disk' in text


def test_part_mbr(loft, tmp_path, tree):
    """With logical ones; and Loft takes the one with the boot flag."""
    file = tmp_path / 'mbr.img'
    os.truncate(os.open(file, os.O_CREAT | os.O_RDWR), 64 * MIB)
    sh('sfdisk', file, input=b'label: dos\nlabel-id: 0x1234abcd\nstart=2048,size=2048,type=83\n'
       b'start=8192,size=32768,type=c,bootable\nstart=49152,size=65536,type=5\nstart=51200,size=4096,type=83\n')
    fat(file, tree, 16 * MIB, 8192 * 512)
    m = loft(extra=disk(file))
    text = m.run_check('part list virtio 0')
    assert 'Partition Type: DOS' in text
    assert re.search(r'^  2\t8192 +\t32768 +\t1234abcd-02\t0c Boot$', text, re.M), text
    assert re.search(r'^  5\t51200 +\t4096 +\t1234abcd-05\t83$', text, re.M), text
    assert m.run_check('cat virtio 0:auto hello.txt') == 'hello, disk'
    assert m.run_check('cat virtio 0:1234abcd-02 hello.txt') == 'hello, disk'


@pytest.mark.parametrize('kind', [fat, ext4])
def test_whole_disk(loft, tmp_path, tree, kind):
    """No partition table at all."""
    file = tmp_path / 'whole.img'
    os.truncate(os.open(file, os.O_CREAT | os.O_RDWR), 40 * MIB)
    kind(file, tree, 40 * MIB)
    m = loft(extra=disk(file))
    check_load(m, f'load virtio 0 {ADDRESS:x} boot/vmlinuz', (tree / 'boot/vmlinuz').read_bytes())
    assert m.run_check('cat virtio 0:0 hello.txt') == 'hello, disk'
    assert 'no partition table on virtio 0' in m.run_fail('part list virtio 0')


def test_bad_sector(loft, tmp_path, tree):
    """A file of which a sector can't be read: the sentence has disk and sector, and nothing counts as loaded."""
    file = tmp_path / 'whole.img'
    os.truncate(os.open(file, os.O_CREAT | os.O_RDWR), 40 * MIB)
    fat(file, tree, 40 * MIB)
    where = file.read_bytes().index((tree / 'boot/vmlinuz').read_bytes()[:512]) // 512
    rules = tmp_path / 'rules'
    rules.write_text(f'[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "{where + 100}"\n')
    m = loft(extra=('-drive', f'if=none,id=d0,format=raw,file=blkdebug:{rules}:{file},rerror=report',
                    '-device', 'virtio-blk-device,drive=d0'))
    text = m.run_fail(f'load virtio 0 {ADDRESS:x} boot/vmlinuz')
    assert re.search(rf'load: boot/vmlinuz: virtio 0: reading \d+ blocks at {where} failed: the device reports an error', text), text
    assert m.run_check('cat virtio 0 hello.txt') == 'hello, disk'
