# SPDX-License-Identifier: BSD-2-Clause
"""doc/porting.md, followed from its first line: every block of it is built into one image, which boots."""

import fcntl
import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from conftest import QEMU, ROOT
from test_boot import checked

BOX = 0x50000000


@pytest.fixture(scope='session')
def tree(build):
    """A copy of the sources with the page's board, UART, class, command, format, file system; built."""
    out = build / 'porting'
    out.mkdir(exist_ok=True)
    with open(out / '.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = out / f'built-{os.environ.get("PYTEST_XDIST_TESTRUNUID", os.getpid())}'
        if not stamp.exists():
            copy = out / 'tree'
            subprocess.run(['/usr/bin/python3', 'scripts/porting.py', str(copy)], cwd=ROOT, check=True)
            # In a folder of the same name, with this build's objects: what the page did not touch is not compiled.
            made_in = build.relative_to(ROOT) if build.is_relative_to(ROOT) else Path('build')
            subprocess.run(['scripts/seed.py', str(build), str(copy / made_in), str(made_in)], cwd=ROOT, check=True)
            (copy / 'build').mkdir(exist_ok=True)
            (copy / 'build/sysroot').symlink_to(Path(os.environ.get('LOFT_SYSROOT') or ROOT / 'build/sysroot').resolve())
            if (out / 'out').is_dir() and not (out / 'out').is_symlink():
                shutil.rmtree(out / 'out')
            (out / 'out').unlink(missing_ok=True)
            (out / 'out').symlink_to(copy / made_in)
            for goal in ('acme_one_defconfig', 'image'):
                made = subprocess.run(['make', f'-j{os.cpu_count()}', f'O={made_in}', goal],
                                      cwd=copy, capture_output=True, text=True, check=False,
                                      env={k: v for k, v in os.environ.items()
                                           if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'O', 'LOFT_SYSROOT')})
                assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-4000:]
            for old in out.glob('built-*'):
                old.unlink()
            stamp.touch()
    return out


@pytest.fixture
def acme(tree, qemu):
    """Acme One, entered in DRAM as its page says."""
    def start(**kw):
        m = qemu(kernel=tree / 'out/loft.bin', bios=False, **kw)
        m.prompt()
        return m
    return start


def test_board(acme):
    m = acme()
    assert '\nCPU:   Cortex-A57, entered at EL1\n' in m.text and 'DRAM:  1 GiB\n' in m.text, m.text
    assert 'qfw' not in m.run('help')


def test_command_and_class(acme):
    """H5: a command and a driver class of one's own, by the page alone."""
    m = acme()
    assert m.run('button') == 'pl061@9030000: not held'
    assert m.run('button; echo $?').endswith('\n1')
    assert 'is a button held?' in m.run('help button')


@pytest.fixture(scope='session')
def virt_tree(tmp_path_factory):
    out = tmp_path_factory.mktemp('dtb') / 'virt.dtb'
    subprocess.run([QEMU, '-M', f'virt,dumpdtb={out}', '-cpu', 'cortex-a57', '-m', '1G', '-nic', 'none'], check=True,
                   capture_output=True)
    return subprocess.run(['dtc', '-q', '-I', 'dtb', '-O', 'dtb', str(out)], check=True, capture_output=True).stdout


@pytest.mark.parametrize('name', ['acme,uart', 'acmf,uart'])
def test_uart(acme, virt_tree, tmp_path, name):
    """The tree names a UART that only the page's row knows; under a name that no row has, a word says so."""
    dtb = tmp_path / 'acme.dtb'
    dtb.write_bytes(virt_tree.replace(b'arm,pl011\0arm,primecell', name.encode() + b'\0arm,primecelx'))
    m = acme(dtb=dtb)
    assert m.run('echo on') == 'on'
    assert ('acmf,uart' in m.text) == (name == 'acmf,uart'), m.text


def test_format(acme, highhalf, tmp_path):
    kernel = highhalf.read_bytes()
    box = tmp_path / 'kernel.box'
    box.write_bytes(b'ACMEBOX1' + struct.pack('<Q', len(kernel)) + kernel)
    m = acme(loads=[(box, BOX)])
    m.send(f'bootelf {BOX:x}\r')
    checked(m.finish())


def test_format_refuses(acme, highhalf, tmp_path):
    box = tmp_path / 'kernel.box'
    box.write_bytes(b'ACMEBOX1' + struct.pack('<Q', 2**64 - 8) + highhalf.read_bytes())
    said = acme(loads=[(box, BOX)]).run(f'bootelf {BOX:x}')
    assert re.search(r'Acme box: the size 0xfffffffffffffff8 of what is inside passes the 0x[0-9a-f]+ bytes', said), said


def rom(**files):
    """A volume of the page's file system."""
    at, entries, contents = 16 + 64 * len(files), b'', b''
    for name, text in files.items():
        entries += name.encode().ljust(48, b'\0') + struct.pack('<QQ', at, len(text))
        contents += text
        at += len(text)
    return (b'ACMEROM1' + struct.pack('<Q', len(files)) + entries + contents).ljust(1 << 20, b'\0')


def test_file_system(acme, highhalf, tmp_path):
    kernel = highhalf.read_bytes()
    disk = tmp_path / 'rom.img'
    disk.write_bytes(rom(hello=b'from the ROM\n', kernel=kernel))
    m = acme(extra=['-drive', f'if=none,id=d,format=raw,file={disk}', '-device', 'virtio-blk-device,drive=d'])
    assert m.run_check('fstype virtio 0:0') == 'acmerom'
    assert m.run_check('cat virtio 0:0 hello') == 'from the ROM'
    listing = m.run_check('ls virtio 0:0')
    assert 'hello' in listing and str(len(kernel)) in listing, listing
    m.run_check(f'load virtio 0:0 {BOX:x} kernel')
    m.send(f'bootelf {BOX:x}\r')
    checked(m.finish())


def test_file_system_refuses(acme, tmp_path):
    disk = tmp_path / 'rom.img'
    volume = bytearray(rom(long=b'x'))
    volume[16 + 56:16 + 64] = struct.pack('<Q', 2**64 - 8)
    disk.write_bytes(volume)
    m = acme(extra=['-drive', f'if=none,id=d,format=raw,file={disk}', '-device', 'virtio-blk-device,drive=d'])
    assert "acmerom: 'long' passes the volume's end" in m.run_fail(f'load virtio 0:0 {BOX:x} long')


def test_layers(tree):
    """What the page adds keeps to the house's order."""
    copy = tree / 'tree'
    for command in (['init', '-q'], ['add', '-A']):
        subprocess.run(['git', '-c', 'safe.directory=*', *command], cwd=copy, check=True)
    made = subprocess.run(['/usr/bin/python3', 'scripts/check-layers.py', str(tree / 'out')], cwd=copy, text=True,
                          capture_output=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
