# SPDX-License-Identifier: BSD-2-Clause
"""File systems that are only read: what xorriso, mksquashfs, mkfs.erofs and mkfs.btrfs made is listed and loaded at the prompt."""

import hashlib
import os
import re
import shutil
import subprocess

import pytest

from conftest import ROOT, built
from test_files import ADDRESS, check_load, disk, sh, tree  # noqa: F401 (fixture)


NEWER = ROOT / 'build/mkfs2025'
SAMPLES = ROOT / 'build/samples'


def sh_to(file, command, cwd):
    subprocess.run(command, shell=True, stdout=file, check=True, cwd=cwd)


def filled(top):
    """The tree, with text that can be packed and a link."""
    if not (top / 'link').is_symlink():
        (top / 'link').symlink_to('boot/text')
        (top / 'boot/text').write_text(''.join(f'{i}\n' for i in range(100_000)))
    return top


def check(m, kind, top, load, ls, link=True):
    text = (top / 'boot/text').read_bytes()
    assert m.run_check('fstype virtio 0:0') == kind
    assert kind in m.run('fstypes')
    check_load(m, f'{load} virtio 0:0 {ADDRESS:x} /boot/vmlinuz', (top / 'boot/vmlinuz').read_bytes())
    check_load(m, f'{load} virtio 0:0 {ADDRESS:x} {"link" if link else "boot/text"}', text)
    check_load(m, f'{load} virtio 0:0 {ADDRESS:x} boot/text 12345 30001', text[0x30001:0x30001 + 0x12345])
    said = m.run_check(f'{ls} virtio 0:0 /')
    assert '            boot/\n' in said and ('    <SYM>   link\n' in said) == link
    assert '        5   a name that is long.txt\n' in said
    assert m.run_check('cat virtio 0:0 hello.txt') == 'hello, disk'
    assert m.run('if test -e virtio 0:0 boot/text; then echo yes; else echo no; fi') == 'yes'
    assert m.run('if test -e virtio 0:0 boot/none; then echo yes; else echo no; fi') == 'no'
    assert 'is only read' in m.run_fail(f'save virtio 0:0 {ADDRESS:x} new 10')


@pytest.fixture(scope='module')
def iso(tmp_path_factory, tree):  # noqa: F811
    file = tmp_path_factory.mktemp('iso') / 'iso.img'
    sh('xorriso', '-as', 'mkisofs', '-quiet', '-R', '-J', '-V', 'DISC', '-o', file, filled(tree))
    return file


def test_iso(loft, iso, tree):  # noqa: F811
    m = loft(extra=disk(iso), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    check(m, 'iso9660', tree, 'load', 'ls')
    assert 'Filesystem: iso9660 "DISC"' in m.run_check('fsinfo virtio 0:0')


@pytest.mark.parametrize('method', ['gzip', 'lz4', 'zstd', 'xz'])
def test_squashfs(loft, tmp_path, tree, method):  # noqa: F811
    sh('mksquashfs', filled(tree), tmp_path / 'sq', '-noappend', '-quiet', '-comp', method)
    m = loft(extra=disk(tmp_path / 'sq'), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    check(m, 'squashfs', tree, 'sqfsload', 'sqfsls')
    assert 'the file system is squashfs' in m.run_fail(f'fatload virtio 0:0 {ADDRESS:x} hello.txt')


@pytest.mark.parametrize('options', ['', '-zlz4', '-zlz4 -Efragments,dedupe,ztailpacking'])
def test_erofs(loft, tmp_path, tree, options):  # noqa: F811
    newer = 'dedupe' in options
    if newer and not (NEWER / 'mkfs.erofs').exists():
        pytest.skip('make mkfs2025')
    sh(NEWER / 'mkfs.erofs' if newer else 'mkfs.erofs', '--quiet', *options.split(), tmp_path / 'ero', filled(tree))
    m = loft(extra=disk(tmp_path / 'ero'), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    check(m, 'erofs', tree, 'erofsload', 'erofsls')
    assert 'the file system is erofs' in m.run_fail(f'sqfsload virtio 0:0 {ADDRESS:x} hello.txt')


def btrfs(file, top, *options):
    """By the newer mkfs.btrfs what only that can, which needs the network once."""
    mkfs = 'mkfs.btrfs'
    if {'--compress', '-u'} & set(options):
        mkfs = NEWER / 'mkfs.btrfs'
        if not mkfs.exists():
            pytest.skip('make mkfs2025')
    with open(file, 'wb') as f:
        f.truncate(130 << 20)
    sh(mkfs, '-q', '-L', 'Name', *options, '-r', top, file)


@pytest.mark.parametrize('options', ['', '-M', '--compress zlib', '--compress lzo', '--compress zstd'])
def test_btrfs(loft, tmp_path, tree, options):  # noqa: F811
    btrfs(tmp_path / 'btrfs', filled(tree), *options.split())
    m = loft(extra=disk(tmp_path / 'btrfs'), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    check(m, 'btrfs', tree, 'load', 'ls')
    assert 'Filesystem: btrfs "Name"' in m.run_check('fsinfo virtio 0:0')
    assert re.fullmatch(r'ID 5 gen \d+ path /', m.run_check('btrsubvol virtio 0:0'))
    assert 'the file system is btrfs' in m.run_fail(f'sqfsload virtio 0:0 {ADDRESS:x} hello.txt')
    m.child.send('cat virtio 0 hel\t')
    m.wait('hello.txt ', literal=True)


def test_btrfs_subvolumes(loft, tmp_path, highhalf):
    """As openSUSE and Debian lay them out: paths begin in the default one, and the topmost stands behind it."""
    top = tmp_path / 'top'
    for name, text in (('@/boot/name', 'default'), ('@home/name', 'home'), ('@/.snapshots/1/snapshot/name', 'snapshot'),
                       ('name', 'topmost')):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text + '\n')
    shutil.copy(highhalf, top / '@/boot/my.elf')
    btrfs(tmp_path / 'btrfs', top, '-u', 'default:@', '-u', '@home', '-u', 'ro:@/.snapshots/1/snapshot')
    m = loft(extra=disk(tmp_path / 'btrfs'), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    assert m.run_check('cat virtio 0 boot/name') == m.run_check('cat virtio 0 /@/boot/name') == 'default'
    assert m.run_check('cat virtio 0 @home/name') == 'home'
    assert m.run_check('cat virtio 0 .snapshots/1/snapshot/name') == 'snapshot'
    assert m.run_check('cat virtio 0 name') == 'topmost'
    assert sorted(re.findall(r'^ID \d+ gen \d+ path (.*)$', m.run_check('btrsubvol virtio 0'), re.M)) == \
        ['/', '/@/', '/@/.snapshots/1/snapshot/', '/@home/']
    assert 'boot/' in m.run_check('ls virtio 0') and 'W^X: no page is both' in m.run_check('bootelf -n virtio 0 boot/my.elf')
    m.send('bootelf virtio 0 /boot/my.elf\r')
    assert ' ok, 0 FAIL' in m.finish()


def test_btrfs_refused(loft, tmp_path):
    """On two devices; with a log that is not empty; with checksums that are not built in."""
    for n, options in enumerate((['-m', 'raid1', '-d', 'raid1'], ['--csum', 'blake2'], [])):
        files = [tmp_path / f'{n}{m}' for m in range(2 if n == 0 else 1)]
        for file in files:
            file.touch()
            os.truncate(file, 130 << 20)
        sh('mkfs.btrfs', '-q', *options, *files)
    with open(tmp_path / '20', 'r+b') as f:
        f.seek(65536)
        block = bytearray(f.read(4096))
        block[96:104] = (0x4000).to_bytes(8, 'little')
        block[:4] = crc32c(block[32:]).to_bytes(4, 'little')
        f.seek(65536)
        f.write(block)
    drives = [word for n in range(3) for word in disk(tmp_path / f'{n}0', f'd{n}')]
    m = loft(extra=drives, bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    said = '\n'.join(m.run(f'ls virtio {n}') for n in range(3)) + '\n'
    assert 'ls: btrfs: it is on 2 devices, and only one is read\n' in said
    assert 'ls: btrfs: checksums are by blake2, which is not built in\n' in said
    assert 'btrfs: its log is not replayed: what was synced last may be older here\n' in said


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def test_cpio(loft, tmp_path, tree):  # noqa: F811
    with open(tmp_path / 'cpio', 'wb') as f:
        sh_to(f, 'find . | cpio -o -H newc --quiet', filled(tree))
    m = loft(extra=disk(tmp_path / 'cpio'), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    check(m, 'cpio', tree, 'load', 'ls')


def test_exfat(loft, tmp_path, tree):  # noqa: F811
    with open(tmp_path / 'exfat', 'wb') as f:
        f.truncate(32 << 20)
    top = filled(tree)
    sh('/usr/bin/python3', ROOT / 'test/host/fs/make_exfat.py', top, tmp_path / 'exfat')
    m = loft(extra=disk(tmp_path / 'exfat'), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    check(m, 'exfat', top, 'load', 'ls', link=False)
    assert 'Filesystem: exfat "Name"' in m.run_check('fsinfo virtio 0:0')


@pytest.mark.parametrize('kind', ['exfat', 'vfat', 'ext2', 'ext4', 'btrfs'])
def test_samples(loft, kind):
    """What others filled under Linux (make samples), each with the same files: as mtools reads those of the FAT."""
    fat = f'{SAMPLES}/fs.vfat@@{2048 * 512}'
    if not (SAMPLES / '.stamp').exists():
        pytest.skip('make samples')
    names = [line[2:] for line in sh('mdir', '-/', '-b', '-i', fat, '::', text=True).stdout.splitlines() if line[-1] != '/']
    assert len(names) > 15
    m = loft(extra=disk(SAMPLES / f'fs.{kind}'), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    for name in names:
        data = sh('mcopy', '-i', fat, f'::{name}', '-').stdout
        m.run_check(f'load virtio 0:1 48000000 "{name}"')
        assert hashlib.sha256(data).hexdigest() in m.run_check('hash sha256 48000000 ${filesize}'), name


def test_tab(loft, iso):
    """Kinds of disks, disks, paths: a Tab finishes each word, also among other words."""
    m = loft(extra=disk(iso), bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    for typed in (('ls vir', 'virtio '), ('0', '0 '), ('bo', 'boot/'), ('te', 'text ')), \
                 (('load virtio 0 48000000 /boot/te', '/boot/text '),), (('cat virtio 0 hel', 'hello.txt '),), \
                 (('cat virtio 0 "a na', 'a name that is long.txt" '),), (('mv virtio 0 /a /boot/te', '/boot/text '),), \
                 (('test -e vir', 'virtio '), ('0', '0 '), ('hel', 'hello.txt ')), (('[ ! -e virtio 0 hel', 'hello.txt '),), \
                 (('part nu', 'number '), ('vir', 'virtio ')), \
                 (('sysboot -p vir', 'virtio '), ('', '0 '), ('any 40000000 /boot/te', 'text ')), \
                 (('bootelf -n vir', 'virtio '), ('', '0 '), ('/boot/te', 'text ')):
        for begun, whole in typed:
            m.child.send(begun + '\t')
            m.wait(whole, literal=True)
        m.child.send('\x03')
        m.prompt()
