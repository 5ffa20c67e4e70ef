# SPDX-License-Identifier: BSD-2-Clause
"""Wrong kernels by -kernel: one clear sentence, nothing written, and the prompt goes on living."""

import gzip
import re
import struct
import zlib

import pytest

from elfbuild import BASE, DRAM, NOTE_KEYS, R, VIRT, W, X, Elf, Segment, note, with_note, words, PT_INTERP, PT_NOTE, SPIN

TEXT = Segment()
HIGH = 0xffffffff80000000


def two(second, **kw):
    return Elf([Segment(), second], **kw)


# What is wrong, and what the sentence has to name
ELFS = {
    'cut-in-header': (Elf(cut=40), r'40|0x28'),
    'cut-in-program-headers': (Elf(cut=80), r'truncated.*program header'),
    'cut-in-segment': (Elf([Segment(words(SPIN) * 4096)], cut=8192), r'truncated.*segment 0'),
    'segment-beyond-file': (Elf([Segment(offset=1 << 40)]), r'truncated.*segment 0'),
    'offset-wraps': (Elf([Segment(offset=(1 << 64) - 4)]), r'segment 0'),
    'phoff-wraps': (Elf(phoff=(1 << 64) - 8), r'program header'),
    'phoff-beyond-file': (Elf(phoff=1 << 32), r'program header'),
    'overlap-physical': (two(Segment(vaddr=VIRT + BASE + 0x10000)), r'segment 1 .*overlaps segment 0'),
    'overlap-virtual': (two(Segment(paddr=BASE + 0x10000, vaddr=VIRT + BASE)), r'segment 1 .*overlaps segment 0'),
    'vaddr-wraps': (Elf([Segment(vaddr=(1 << 64) - 4096, memsz=8192)]), r'wraps.*p_vaddr|p_vaddr.*wraps'),
    'paddr-wraps': (two(Segment(paddr=(1 << 64) - 4096, vaddr=HIGH, memsz=8192)),
                    r'wraps.*p_paddr|p_paddr.*wraps'),
    'filesz-above-memsz': (Elf([Segment(words(SPIN) * 8, memsz=4)]), r'p_memsz.*p_filesz'),
    'misaligned': (Elf([Segment(vaddr=VIRT + BASE + 0x800)]), r'align|multiple of|distance|granule'),
    'rights-share-a-page': (two(Segment(paddr=BASE + 0x800, flags=R | W)), r'0x1000|4096|granule|page'),
    'entry-misaligned': (Elf(entry=VIRT + BASE + 2), r'e_entry.*multiple of 4'),
    'entry-outside': (Elf(entry=VIRT + BASE + 0x100000), r'e_entry.*no segment'),
    'entry-in-data': (two(Segment(paddr=BASE + 0x1000, flags=R | W), entry=VIRT + BASE + 0x1000),
                      r'e_entry.*not executable'),
    'entry-in-bss': (Elf([Segment(memsz=0x2000)], entry=VIRT + BASE + 0x1000), r'e_entry.*zeroed'),
    'w-and-x': (Elf([Segment(flags=R | W | X)]), r'(?s)segment 0.*-w|-w.*segment 0'),
    'machine-x86': (Elf(machine=62), r'x86.*62|62.*AArch64'),
    'machine-arm32': (Elf(machine=40), r'40.*AArch64'),
    'class-32': (Elf(ident=b'\x7fELF\x01\x01\x01' + b'\0' * 9), r'32-bit'),
    'big-endian': (Elf(ident=b'\x7fELF\x02\x02\x01' + b'\0' * 9), r'big-endian'),
    'type-dyn': (Elf([Segment(), Segment(b'/lib/ld.so', type=PT_INTERP)], type=3), r'PT_INTERP'),
    'type-core': (Elf(type=4), r'type 4'),
    'type-rel': (Elf(type=1), r'type 1'),
    'type-core': (Elf(type=4), r'type 4'),
    'phentsize': (Elf(phentsize=32), r'e_phentsize.*32'),
    'no-headers': (Elf([], entry=VIRT + BASE), r'no program headers'),
    'many-headers': (Elf(phnum=0xffff), r'65535|at least|program headers'),
    'no-load': (Elf([Segment(note([]), type=PT_NOTE)]), r'no PT_LOAD'),
    'all-empty': (Elf([Segment(b'', memsz=0)], entry=VIRT + BASE), r'no PT_LOAD'),
    'below-dram': (two(Segment(paddr=0x1000, flags=R | W)), r'0x1000'),
    'over-uart': (two(Segment(paddr=0x09000000, flags=R | W)), r'0x0*9000000'),
    'above-dram': (two(Segment(paddr=DRAM + (1 << 30), flags=R | W)), r'0x0*80000000'),
    'half-above-dram': (two(Segment(paddr=DRAM + (1 << 30) - 4096, flags=R | W, memsz=8192)), r'0x0*7ffff000'),
    'bss-of-gigabytes': (two(Segment(paddr=BASE + 0x1000, flags=R | W, memsz=3 << 30)), r'segment 1|0x0*40201000'),
    'bss-of-exabytes': (two(Segment(b'', paddr=BASE + 0x1000, vaddr=0xff80000000000000, flags=R | W,
                                    memsz=1 << 54)), r'segment 1|0x0*40201000'),
    'over-loft': (two(Segment(b'', paddr=DRAM + 0x1000000, flags=R | W, memsz=(1 << 30) - 0x1000000)),
                  r'(?i)loft'),
    'note-unknown-key': (with_note((99, 1)), r'unknown key 99 '),
    'note-truncated': (with_note(('GRANULE', 4096), descsz=4096), r'(?i)note'),
    'note-odd-size': (Elf([Segment(), Segment(note([('GRANULE', 4096)])[:-8].replace(
        struct.pack('<I', 16), struct.pack('<I', 8), 1), paddr=0, vaddr=0, flags=R, type=PT_NOTE)]), r'(?i)note'),
    'note-key-twice': (with_note(('GRANULE', 4096), ('GRANULE', 4096)), r'GRANULE.*twice'),
    'note-granule': (with_note(('GRANULE', 8192)), r'GRANULE 8192'),
    'note-va-bits': (with_note(('VA_BITS', 40)), r'VA_BITS 40'),
    'note-geometry': (with_note(('GRANULE', 65536), ('VA_BITS', 39)), r'VA_BITS 39.*GRANULE 65536'),
    'note-el3': (with_note(('ENTRY_EL', 3)), r'ENTRY_EL 3'),
    'note-flags': (with_note(('FLAGS', 1 << 20)), r'FLAGS.*unknown bits'),
    'note-stack-huge': (with_note(('STACK_SIZE', 1 << 40)), r'STACK_SIZE'),
    'note-stack-odd': (with_note(('STACK_SIZE', 5000)), r'STACK_SIZE'),
    'note-unmapped-and-identity': (with_note(('FLAGS', 0x41)), r'UNMAPPED.*IDENTITY'),
    'note-virt-start-odd': (with_note(('VIRT_START', VIRT + 1)), r'VIRT_START'),
    'note-console-in-kernel': (with_note(('CONSOLE_VA', VIRT + BASE)), r'(?i)console'),
    'va-not-canonical': (with_note(('VA_BITS', 39), ('VIRT_START', 0x0100000000000000)), r'VIRT_START|VA_BITS|39'),
    'va-below-va-bits': (Elf([Segment(vaddr=0xffff000000000000 + BASE),
                              Segment(note([('VA_BITS', 39)]), paddr=0, vaddr=0, flags=R, type=PT_NOTE)]),
                         r'VA_BITS|39'),
}

FILES = {
    'empty': (b'', r'.'),
    'one-byte': (b'\x7f', r'.'),
    'zeros': (bytes(4096), r'no known format'),
    'text': (b'#!/bin/sh\nexit 0\n' * 10, r'no known format'),
    'image-cut': (bytes(56) + b'ARM\x64', r'(?i)image|no known format'),
    'image-huge': (struct.pack('<IIQQQQQQII', SPIN, 0, 0, 1 << 60, 0xa, 0, 0, 0, 0x644d5241, 0),
                   r'0x1000000000000000'),
    'image-big-endian': (struct.pack('<IIQQQQQQII', SPIN, 0, 0, 4096, 0xb, 0, 0, 0, 0x644d5241, 0), r'big-endian'),
    'image-text-offset': (struct.pack('<IIQQQQQQII', SPIN, 0, 0xffff_ffff_ffff_f000, 4096, 0, 0, 0, 0,
                                      0x644d5241, 0), r'0xfffffffffffff000'),
}


# By `bootelf ADDRESS`: QEMU unpacks a gzip -kernel itself, and doesn't look at its CRC
GZIPS = {
    'cut': (gzip.compress(bytes(range(256)) * 64)[:60], r'gzip'),
    'wrong-crc': (gzip.compress(Elf().bytes())[:-8] + b'\1\2\3\4' + b'\0\x20\0\0', r'gzip: CRC'),
    'wrong-length': (gzip.compress(Elf().bytes())[:-4] + b'\1\0\0\0', r'gzip: length'),
    'nothing-known': (gzip.compress(b'hello ' * 100), r'no known format'),
    'twice': (gzip.compress(gzip.compress(Elf().bytes())), r'gzip inside gzip'),
    'bomb': (gzip.compress(bytes(64 << 20)), r'no known format|gzip'),
    'method': (b'\x1f\x8b\x07' + bytes(40), r'method 7, only deflate'),
    'garbage': (b'\x1f\x8b\x08\0' + b'\xa5' * 4096, r'gzip'),
}


def refused(m, pattern):
    """The machine came to a living prompt and said, in one line, what @pattern asks for."""
    before = m.prompt()
    assert re.search(pattern, before), f'no line matches {pattern!r}:\n{before}'
    assert 'ynchronous' not in before and 'Abort' not in before, before
    assert m.run('echo still $?x') .startswith('still'), m.text
    assert 'Unknown command' in m.run('nonsense')


@pytest.mark.parametrize('name', ELFS)
def test_elf(qemu, tmp_path, name):
    elf, pattern = ELFS[name]
    file = tmp_path / 'kernel.elf'
    file.write_bytes(elf.bytes())
    refused(qemu(kernel=file), pattern)


@pytest.mark.parametrize('name', FILES)
def test_file(qemu, tmp_path, name):
    data, pattern = FILES[name]
    file = tmp_path / 'kernel'
    file.write_bytes(data)
    refused(qemu(kernel=file), pattern)


def test_entry_el2_without_el2(qemu, tmp_path):
    file = tmp_path / 'kernel.elf'
    file.write_bytes(with_note(('ENTRY_EL', 2)).bytes())
    refused(qemu(kernel=file), r'ENTRY_EL')


@pytest.mark.parametrize('name', GZIPS)
def test_gzip(loft, tmp_path, name):
    data, pattern = GZIPS[name]
    file = tmp_path / 'kernel.gz'
    file.write_bytes(data)
    m = loft(loads=[(file, 0x48000000)])
    text = m.run_fail('bootelf 48000000')
    assert re.search(pattern, text), text
    assert m.run('echo on') == 'on'


@pytest.mark.parametrize('owner', ['Loft', "Loft's FDT", "Loft's page tables"])
def test_segment_over_an_owner(loft, qemu, tmp_path, owner):
    """A range that the memory map gives an owner is refused, with both owners' names."""
    m = loft()
    found = re.search(r'^0x([0-9a-f]{16})  0x[0-9a-f]{16} .*  ' + owner + '$', m.run('memmap'), re.M)
    assert found, m.text
    file = tmp_path / 'kernel.elf'
    file.write_bytes(two(Segment(paddr=int(found[1], 16) & ~0xfff, flags=R | W)).bytes())
    again = qemu(kernel=file)
    refused(again, re.escape(owner))
    assert re.search(r'segment 1', again.text), again.text


def test_nothing_written_before_all_checked(loft, tmp_path):
    """Segment 0 is right, segment 1 is not: segment 0's place must stay as it was."""
    file = tmp_path / 'kernel.elf'
    file.write_bytes(two(Segment(paddr=0x1000, flags=R | W)).bytes())
    m = loft(loads=[(file, 0x48000000)])
    m.run(f'mw.l {BASE:x} 11223344 4')
    text, code = m.code('bootelf 48000000')
    assert code != 0, text
    assert '11223344 11223344' in m.run(f'md.l {BASE:x} 4')


def test_file_over_its_own_segments(loft, tmp_path):
    """A segment whose place holds bytes of the file that are still to be read: refused or right, never garbage."""
    file = tmp_path / 'kernel.elf'
    data = bytes(range(256)) * 64
    elf = Elf([Segment(words(SPIN)), Segment(data, paddr=BASE + 0x2000, flags=R | W)])
    file.write_bytes(elf.bytes())
    m = loft(loads=[(file, BASE + 0x1000)])
    text, code = m.code(f'bootelf -l {BASE + 0x1000:x}')
    if code == 0:
        assert f'==> {zlib.crc32(data):08x}' in m.run(f'crc32 {BASE + 0x2000:x} {len(data):x}')
    else:
        assert text.strip()


def test_unknown_optional_key(loft, tmp_path):
    """Bit 63 set: the key may be ignored, so the dry run is ok."""
    file = tmp_path / 'kernel.elf'
    file.write_bytes(with_note((1 << 63 | 99, 1)).bytes())
    m = loft(loads=[(file, 0x48000000)])
    text = m.run_check('bootelf -n 48000000')
    assert 'FAIL' not in text


@pytest.mark.parametrize('option', ['VIRT_STAR=1', 'GRANULE', 'GRANULE=', 'GRANULE=4095', 'GRANULE=4096,GRANULE=4096',
                                    'FLAGS=NOPE', 'VA_BITS=0x', '=', ',', 'STACK_SIZE=99999999999999999999'])
def test_bootelf_options(loft, tmp_path, option):
    file = tmp_path / 'kernel.elf'
    file.write_bytes(Elf().bytes())
    m = loft(loads=[(file, 0x48000000)])
    text = m.run_fail(f'bootelf -n -o {option} 48000000')
    assert text.strip(), 'nothing was said'


def test_note_keys_are_the_protocols():
    assert NOTE_KEYS['CONSOLE_VA'] == 7 and note([]).startswith(struct.pack('<I', 5))
