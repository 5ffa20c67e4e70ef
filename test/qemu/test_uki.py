# SPDX-License-Identifier: BSD-2-Clause
"""Unified kernel images: every way that boots, what they bring, and files that lie."""
import gzip
import re
import subprocess

import pytest

from imagebuild import uki

RAM = 0x48000000
OSREL = b'ID=test\nPRETTY_NAME="Test OS 1"\n'


def dtb(tmp_path, name, *compatible):
    """The machine's own tree, for some machines."""
    out = tmp_path / f'{name}.dtb'
    subprocess.run(['qemu-system-aarch64', '-M', f'virt,dumpdtb={out}', '-m', '1G', '-cpu', 'cortex-a57'], check=True,
                   capture_output=True)
    subprocess.run(['fdtput', '-ts', out, '/', 'compatible', *compatible], check=True)
    subprocess.run(['dtc', '-qI', 'dtb', '-O', 'dtb', '-o', out, out], check=True)
    return out.read_bytes()


@pytest.mark.payload
@pytest.mark.parametrize('way', ['kernel', 'bootm'])
def test_linux(qemu, loft, payloads, tmp_path, way):
    """Kernel, ramdisk and command line out of one file."""
    image = tmp_path / 'linux.efi'
    kernel = (payloads / 'Image').read_bytes()
    image.write_bytes(uki([('.text', b'\xc0\x03\x5f\xd6' * 8), ('.osrel', OSREL), ('.uname', b'6.1.0-test'),
                           ('.cmdline', b'console=ttyAMA0 from=uki\n\0'),
                           ('.linux', kernel if way == 'bootm' else gzip.compress(kernel, 1)),
                           ('.initrd', (payloads / 'initramfs.cpio.gz').read_bytes())]))
    if way == 'kernel':
        text = qemu(kernel=image).finish(120)
    else:
        m = loft(loads=[(image, RAM)])
        m.send(f'bootm {RAM:x}\r')
        text = m.finish(120)
    assert 'OS:           Test OS 1' in text and 'Kernel:       6.1.0-test' in text, text
    assert 'from=uki' in text and 'loft-test: userspace reached' in text, text


def test_elf_and_trees(loft, highhalf, tmp_path):
    """What was said goes before .cmdline; of the trees the one for this machine; a ramdisk is passed on."""
    trees = [('.dtb', dtb(tmp_path, 'all', 'some,thing')), ('.dtbauto', dtb(tmp_path, 'other', 'acme,x', 'acme,y')),
             ('.dtbauto', dtb(tmp_path, 'mine', 'acme,z', 'linux,dummy-virt'))]
    image = tmp_path / 'k.efi'
    image.write_bytes(uki([('.cmdline', b'quiet one'), ('.linux', highhalf.read_bytes()), ('.initrd', b'070701' + bytes(90)), *trees,
                           ('.profile', b'ID=a'), ('.cmdline', b'two of profile 0'), ('.profile', b'ID=b'), ('.cmdline', b'three')]))
    m = loft(loads=[(image, RAM)])
    before = m.run_check('memmap')
    assert 'is an ELF file, not an arm64 Image' in m.run_fail(f'booti {RAM:x}')
    assert m.run_check('memmap') == before
    m.send(f'bootelf {RAM:x}\r')
    text, _ = m.wait(r'highhalf: \d+ ok')
    assert '.dtbauto     section 5 is for this machine' in text and 'two of profile 0' in text, text


BAD = [
    (lambda d: d.__setitem__(slice(0x3c, 0x40), b'\xff\xff\xff\x7f'), 'PE/COFF program for EFI'),
    (lambda d: d.__setitem__(slice(0x84, 0x86), b'\x64\x86'), 'UKI: its PE machine is 0x8664, arm64 is 0xaa64'),
    (lambda d: d.__setitem__(slice(0x86, 0x88), b'\xff\xff'), 'PE/COFF program for EFI'),
    (lambda d: d.__setitem__(slice(0x80 + 264 + 20, 0x80 + 264 + 24), b'\0\xff\xff\xff'),
     r'UKI: section 0, 0x9 bytes at 0xffffff00, is not inside of 0x'),
    (lambda d: d.__setitem__(slice(0x80 + 264 + 80, 0x80 + 264 + 88), b'.linux\0\0'), 'UKI: section 2 is a second .linux'),
    (lambda d: d.__setitem__(slice(0x80 + 264 + 48, 0x80 + 264 + 52), bytes(4)), 'UKI: its .linux is empty'),
]


@pytest.mark.parametrize('lie, sentence', BAD)
def test_refused(loft, highhalf, tmp_path, lie, sentence):
    data = bytearray(uki([('.cmdline', b'quiet one'), ('.linux', highhalf.read_bytes()), ('.dtb', b'nonsense' * 8)]))
    lie(data)
    image = tmp_path / 'k.efi'
    image.write_bytes(data)
    m = loft(loads=[(image, RAM)])
    m.run_check(f'setenv fileaddr {RAM:x}; setenv filesize {len(data):x}')
    before = m.run_check('memmap')
    assert re.search(sentence, m.run_fail(f'bootm {RAM:x}')), m.text
    assert m.run_check('memmap') == before


def test_tree_that_is_none(loft, highhalf, tmp_path):
    image = tmp_path / 'k.efi'
    image.write_bytes(uki([('.linux', highhalf.read_bytes()), ('.dtb', b'nonsense' * 8)]))
    m = loft(loads=[(image, RAM)])
    assert 'UKI: .dtb: ' in m.run_fail(f'bootm {RAM:x}')
