# SPDX-License-Identifier: BSD-2-Clause
"""Static PIEs (FIELD I2): relocated, mapped, booted; at random addresses where they ask; refused by number where Loft cannot."""

import re
import struct
import subprocess

import pytest

from conftest import CROSS, ROOT
from elfbuild import PT_DYNAMIC, R, W, X, Elf, Segment
from test_boot import checked

VIRT = 0xffffff8000000000
LOW = '-DPIE -fpie -DLINK_ADDRESS=0 -DLINK_OFFSET=0'
HIGH = '-DPIE -fpie'
LINK = '-pie --no-dynamic-linker -z notext'
GEOMETRIES = [(4096, 39), (4096, 48), (16384, 36), (16384, 47), (16384, 48), (65536, 42), (65536, 48)]
EL2_GEOMETRIES = [(4096, 39), (16384, 47), (65536, 48)]
RELR = '--pack-dyn-relocs=relr'
OKS = {False: 79, True: 86}     # the example's, and loft,kernel-phys and loft,kernel-virt


def geometry(granule, bits):
    return f'-DGRANULE={granule:#x} -DVA_BITS={bits} -DVIRT_START={(1 << 64) - (1 << bits):#x}'


@pytest.fixture(scope='session')
def pies(tmp_path_factory):
    """The example kernel as a static PIE: linked low and high, by gcc with GNU ld and by clang with lld, with RELA and RELR."""
    out = tmp_path_factory.mktemp('pies')

    def make(kernels, *tools):
        names = list(kernels)
        words = [f'{name}-flags={flags}' for name, (flags, _) in kernels.items()]
        words += [f'{name}-ldflags={LINK} {more}' for name, (_, more) in kernels.items()]
        subprocess.run(['make', '-s', '-C', str(ROOT / 'examples/highhalf'), f'O={out}', f'CROSS_COMPILE={CROSS}',
                        'KERNELS=' + ' '.join(names), *words, *tools], check=True, timeout=300)

    gcc = {'gcc-low': (LOW, ''), 'gcc-high': (HIGH, '')}
    for granule, bits in GEOMETRIES:
        gcc[f'g{granule >> 10}-{bits}'] = (f'{LOW} {geometry(granule, bits)}', '')
    gcc['slide'] = (LOW + ' -DNOTE_FLAGS=0x80', '')
    lld = {'lld-low': (LOW, ''), 'lld-high': (HIGH, ''), 'relr-low': (LOW, RELR), 'relr-high': (HIGH, RELR)}
    for granule, bits in GEOMETRIES:
        lld[f'l{granule >> 10}-{bits}'] = (f'{LOW} {geometry(granule, bits)}', RELR if granule == 16384 else '')
    for granule, bits in EL2_GEOMETRIES:
        gcc[f'g-el2-{granule >> 10}'] = (f'{LOW} -DENTRY_EL=2 {geometry(granule, bits)}', '')
        lld[f'l-el2-{granule >> 10}'] = (f'{LOW} -DENTRY_EL=2 {geometry(granule, bits)}', RELR)
    make(gcc)
    make(lld, 'CC=clang --target=aarch64-none-elf', 'LD=ld.lld')
    return out


def placed(text):
    """Where the line says that it went: (relocations, virtual, physical)."""
    found = re.search(r'^   static PIE: (\d+) relocations, runs at (0x\w+), placed at (0x\w+)$', text, re.M)
    assert found, text
    return int(found[1]), int(found[2], 16), int(found[3], 16)


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('name', ['gcc-low', 'lld-low', 'relr-low', 'lld-high', 'relr-high'])
def test_boots(qemu, pies, name, el2):
    """Linked at 0: at VIRT_START + the place that Loft found; linked high: where it was linked."""
    text = qemu(kernel=pies / f'{name}.elf', el2=el2, smp=4).finish()
    assert checked(text) >= OKS[el2]
    count, va, pa = placed(text)
    assert count > 20 and va == pa + VIRT, text
    assert pa == (0x40200000 if name.endswith('high') else 0x40000000), text
    assert f'## Starting application at {va:#010x} ... (mapped, EL1)' in text


def test_linked_high_by_gnu_ld(qemu, pies):
    """GNU ld says ET_EXEC of it: it runs where it is linked, as any; and is moved when that is asked."""
    text = qemu(kernel=pies / 'gcc-high.elf').finish()
    assert checked(text) == OKS[False] - 2 and 'static PIE' not in text
    text = qemu(kernel=pies / 'gcc-high.elf', append='loft.bootelf="-o RANDOM_SLIDE=1"').finish()
    assert checked(text) == OKS[False] and placed(text)[2] == 0x40200000, text


SLIDES = pytest.mark.parametrize('slide', [0, 1], ids=['', 'slide'])
TOOLS = pytest.mark.parametrize('tools', ['gcc', 'lld'])


@SLIDES
@TOOLS
@pytest.mark.parametrize('granule,bits', GEOMETRIES, ids=lambda v: str(v))
def test_geometries(qemu, pies, granule, bits, tools, slide):
    text = qemu(kernel=pies / f'{tools[0]}{granule >> 10}-{bits}.elf', cpu='max', el2=True,
                append=f'loft.bootelf="-o RANDOM_SLIDE={slide}"').finish()
    assert checked(text) >= OKS[True]
    _, va, pa = placed(text)
    assert slide or va == pa + (1 << 64) - (1 << bits), text


@SLIDES
@TOOLS
@pytest.mark.parametrize('granule', [g for g, _ in EL2_GEOMETRIES])
def test_el2(qemu, pies, granule, tools, slide):
    text = qemu(kernel=pies / f'{tools[0]}-el2-{granule >> 10}.elf', el2=True, cpu='max',
                append=f'loft.bootelf="-o RANDOM_SLIDE={slide}"').finish()
    assert checked(text) > 60 and '(mapped, EL2)' in text and placed(text)[0] > 20


def test_slide_of_the_note(qemu, pies):
    """Another address at each boot, a multiple of 2 MiB; the linear map stays where it was."""
    went = set()
    for _ in range(3):
        text = qemu(kernel=pies / 'slide.elf').finish()
        assert checked(text) == OKS[False]
        _, va, pa = placed(text)
        assert (va - pa - VIRT) % (2 << 20) == 0 and va >= pa + VIRT and pa == 0x40000000
        went.add(va)
    assert len(went) > 1, went


@pytest.mark.parametrize('name,word', [('slide', ''), ('relr-low', '-o RANDOM_SLIDE=1 ')])
def test_report_of_a_fault_has_the_names(qemu, pies, name, word):
    m = qemu(kernel=pies / f'{name}.elf', append=f'loft.bootelf="{word}-p" fault=text')
    m.wait('stopped: reset the machine', literal=True)
    assert re.search(r'ELR .*touch_write', m.text) or 'touch_write' in m.text, m.text
    assert 'kernel_main' in m.text, m.text


def test_report(loft, pies):
    """-n reads every promise back; with the slide too; and nothing is left behind."""
    m = loft(loads=[(pies / 'relr-low.elf', 0x50000000)], el2=True)
    for options in ('', '-o RANDOM_SLIDE=1 ', '-o RANDOM_SLIDE=1,FLAGS=KEEP_IDMAP '):
        text = m.run_check(f'bootelf -n {options}50000000')
        assert 'FAIL' not in text and 'ok   W^X' in text and placed(text)[0] > 20, text
        assert 'FAIL' not in m.run_check('mmu -k audit')
    m.send('bootelf 50000000\r')
    assert ', 0 FAIL' in m.finish()


def test_no_entropy(loft, pies):
    """Refused with the word that boots without."""
    m = loft(loads=[(pies / 'slide.elf', 0x50000000)], machine=',dtb-randomness=off')
    assert '-o RANDOM_SLIDE=0' in m.run_fail('bootelf 50000000')
    m.send('bootelf -o RANDOM_SLIDE=0 50000000\r')
    text = m.finish()
    assert checked(text) and placed(text)[1] == VIRT + 0x40000000


def test_only_a_pie_slides(loft, build):
    m = loft(loads=[(build / 'examples/highhalf/highhalf.elf', 0x50000000)])
    assert 'RANDOM_SLIDE: this kernel is no static PIE' in m.run_fail('bootelf -o RANDOM_SLIDE=1 50000000')


# ---- by hand: what no linker makes

def pie(relocs, tags=(), flags=R | W, code=b'\0' * 16):
    """Text at 0, data at 0x1000 with PT_DYNAMIC at 0x1000 and RELA at 0x1100."""
    rela = b''.join(struct.pack('<QQQ', *r) for r in relocs)
    dynamic = b''.join(struct.pack('<QQ', *t) for t in [(7, 0x1100), (8, len(rela)), (9, 24), *tags, (0, 0)])
    data = (dynamic.ljust(0x100, b'\0') + rela).ljust(0x400, b'\0')
    return Elf([Segment(code, vaddr=0, paddr=0, flags=R | X), Segment(data, vaddr=0x1000, paddr=0x1000, flags=flags),
                Segment(dynamic, vaddr=0x1000, paddr=0x1000, flags=R, type=PT_DYNAMIC)], type=3, entry=0).bytes()


@pytest.mark.parametrize('relocs,tags,says', [
    ([(0x1200, 1027, 0), (0x1208, 257, 0)], (), r'relocation 1 at 0x1208 is of kind 257'),
    ([(0x1208, 1025 | 3 << 32, 0)], (), r'relocation 0 at 0x1208 is of kind 1025 \(symbol 3\)'),
    ([(0x13fc, 1027, 0)], (), r'relocation 0 at 0x13fc: its 8 bytes are in no segment'),
    ([(0x40000000, 1027, 0)], (), r'relocation 0 at 0x40000000: its 8 bytes are in no segment'),
    ([(0x8, 1027, 0)], (), r'relocation 0 at 0x8: that is code'),
    ([(0x1100, 1027, 0)], (), r'relocation 0 at 0x1100: that is in the relocations themselves'),
    ([(0x1200, 1027, 0)], [(9, 16)], r'unknown format'),
    ([(0x1200, 1027, 0)], [(8, 0x4000)], r'DT_RELA at 0x1100, 0x4000 bytes'),
])
def test_refused(loft, tmp_path, relocs, tags, says):
    """By its number and place; nothing was written, and the prompt is there."""
    file = tmp_path / 'k.elf'
    file.write_bytes(pie(relocs, tags))
    m = loft(loads=[(file, 0x50000000)])
    before = m.run_check('md 40000000 4')
    for options in ('-n ', '', '-o VIRT_START=ffffff8000000000 '):
        assert re.search(says, m.run_fail(f'bootelf {options}50000000')), m.text
    assert m.run_check('md 40000000 4') == before


def test_linked_at_dram_runs_there(qemu, assemble):
    """A PIE whose link address is DRAM, without a note: what qemu -kernel gives it, MMU off, and there."""
    elf = assemble('.globl _start\n_start: adrp x1, word\nldr x1, [x1, :lo12:word]\nadr x2, _start\ncmp x1, x2\n'
                   "mov w0, #'B'\nb.ne 1f\nmov w0, #'G'\n1: mov x9, #0x09000000\nstr w0, [x9]\n"
                   'movz x0, #0x8400, lsl #16\nmovk x0, #8\nhvc #0\nb .\n.data\n.balign 8\nword: .quad _start\n',
                   'ENTRY(_start)\nSECTIONS { . = 0x40400000; .text : { *(.text*) } . = ALIGN(4096); .data : { *(.data*) } }')
    raw = bytearray(elf.read_bytes())
    struct.pack_into('<H', raw, 16, 3)
    moved = elf.parent / 'dyn.elf'
    moved.write_bytes(raw)
    text = qemu(kernel=moved).finish()
    assert '(MMU off, EL1)\nG' in text and 'runs at 0x40400000, placed at 0x40400000' in text, text
