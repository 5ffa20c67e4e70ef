# SPDX-License-Identifier: BSD-2-Clause
"""Every granule and size of address of the protocol: a small kernel, then the example, which audits its tables."""

import re

import pytest

from test_boot import checked

KERNEL = '''
#include "include/loft/boot.h"
	.globl _start
_start:
	stp	x0, x1, [sp, #-16]!		/* the boot stack, in the linear map */
	ldp	x3, x4, [sp]
	cmp	x1, x4
	b.ne	bad
	sub	x4, x4, x2			/* x1 = x0 + VIRT_START */
	cmp	x4, x0
	b.ne	bad
	ldr	w5, [x1]			/* the FDT through the linear map */
	ldr	w6, =0xedfe0dd0
	cmp	w5, w6
	b.ne	bad
	adrp	x5, word
	ldr	w6, [x5, :lo12:word]
	add	w6, w6, #1
	str	w6, [x5, :lo12:word]
	mrs	x7, tcr_el1
	ubfx	x7, x7, #16, #6			/* T1SZ */
	cmp	x7, #(64 - BITS)
	b.ne	bad
	mov	w0, #'G'
	b	put
bad:	mov	w0, #'B'
put:	mov	x9, #0x09000000
	add	x9, x9, x2
	str	w0, [x9]
	movz	x0, #0x8400, lsl #16
	movk	x0, #8				/* PSCI SYSTEM_OFF */
	CONDUIT	#0
	b	.
	.data
word:	.word 0
LOFT_NOTE_BEGIN
LOFT_NOTE_PAIR(LOFT_NOTE_VIRT_START, START)
LOFT_NOTE_PAIR(LOFT_NOTE_VA_BITS, BITS)
LOFT_NOTE_PAIR(LOFT_NOTE_GRANULE, SIZE)
LOFT_NOTE_PAIR(LOFT_NOTE_STACK_SIZE, 65536)
LOFT_NOTE_END
'''

SCRIPT = '''
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); note PT_NOTE FLAGS(4); }
SECTIONS {
	. = START + 0x40400000;
	.text : AT(ADDR(.text) - START) { *(.text*) } :text
	. = ALIGN(0x10000);
	.data : AT(ADDR(.data) - START) { *(.data*) } :data
	.note.loft : AT(ADDR(.note.loft) - START) { KEEP(*(.note.loft)) } :data :note
}
'''

GEOMETRIES = [(4096, 39), (4096, 48), (4096, 52), (16384, 36), (16384, 47), (16384, 48), (16384, 52),
              (65536, 42), (65536, 48), (65536, 52)]


@pytest.fixture
def kernel(assemble):
    def make(granule, bits, conduit='hvc'):
        start = f'{(1 << 64) - (1 << bits):#x}'
        names = {'START': start, 'BITS': bits, 'SIZE': granule, 'CONDUIT': conduit}
        source = ''.join(f'#define {name} {value}\n' for name, value in names.items()) + KERNEL
        return assemble(source, SCRIPT.replace('START', start))
    return make


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('granule,bits', GEOMETRIES, ids=lambda v: str(v))
def test_kernel_runs(qemu, kernel, granule, bits, el2):
    text = qemu(kernel=kernel(granule, bits, 'smc' if el2 else 'hvc'), el2=el2, cpu='max').finish()
    assert text.endswith('... (mapped, EL1)\nG'), text


@pytest.mark.parametrize('granule,bits,register', [(16384, 47, 'ID_AA64MMFR0_EL1'), (4096, 52, 'ID_AA64MMFR0_EL1'),
                                                   (65536, 52, 'ID_AA64MMFR2_EL1')])
def test_cpu_lacks_it(qemu, kernel, granule, bits, register):
    """Refused at the prompt with the register's value; nothing is entered."""
    m = qemu(kernel=kernel(granule, bits), cpu='cortex-a57')
    said = m.prompt()
    assert f'GRANULE {granule}' in said and f'{register} 0x' in said and 'Starting' not in said, said
    assert m.run('echo on') == 'on'


# ---- the example kernel: every promise, and an audit of every leaf

EL = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
GEOMETRY = pytest.mark.parametrize('granule,bits', GEOMETRIES, ids=lambda v: str(v))
EXAMPLE_OKS = {False: 77, True: 84}
IDMAP_OKS = 10      # the lower half is audited as well


def example(asking, granule, bits):
    return asking / f'g{granule >> 10}-{bits}.elf'


def levels(granule, bits):
    shift = granule.bit_length() - 1
    return -(-(bits - shift) // (shift - 3))


@EL
@GEOMETRY
def test_example(qemu, asking, granule, bits, el2):
    text = qemu(kernel=example(asking, granule, bits), el2=el2, cpu='max').finish()
    assert checked(text) == EXAMPLE_OKS[el2]
    assert int(re.search(r'leaves: \d+ \((\d+) contiguous\)', text)[1]) > 1000, text


@pytest.mark.parametrize('granule,bits', [(4096, 39), (4096, 48), (65536, 42), (65536, 48)])
def test_example_on_an_old_cpu(qemu, asking, granule, bits):
    """16 KiB and 52 bits are refused there; these are not."""
    checked(qemu(kernel=example(asking, granule, bits), el2=True).finish())


def keep_idmap(m, flags='KEEP_IDMAP'):
    m.run_check('setenv bootargs idmap')
    m.send(f'bootelf -o FLAGS={flags} 48000000\r')
    return m.finish()


@EL
@GEOMETRY
def test_keep_idmap(loft, asking, granule, bits, el2):
    m = loft(loads=[(example(asking, granule, bits), 0x48000000)], el2=el2, cpu='max')
    assert checked(keep_idmap(m)) == EXAMPLE_OKS[el2] + IDMAP_OKS


@EL
@GEOMETRY
def test_fault_report_walks_the_tables(qemu, asking, granule, bits, el2):
    m = qemu(kernel=example(asking, granule, bits), append='fault=text', el2=el2, cpu='max')
    m.wait('stopped: reset the machine', literal=True)
    assert f'walk of FAR {(1 << 64) - (1 << bits) + 0x40200000:#x}: translates' in m.text, m.text
    steps = re.findall(r'^ +level (-?\d)  table .*(table|block|page)$', m.text, re.M)
    assert [int(level) for level, _ in steps] == list(range(4 - levels(granule, bits), 4)), m.text
    assert '-> 0x40200000, r-x' in m.text


@GEOMETRY
def test_dry_run_and_planned_tables(loft, asking, granule, bits):
    m = loft(loads=[(example(asking, granule, bits), 0x48000000)], el2=True, cpu='max')
    text = m.run_check('bootelf -n 48000000')
    assert 'FAIL' not in text and re.search(r'^ok\b', text, re.M), text
    assert 'FAIL' not in m.run_check('mmu -k audit')
    walk = m.run_check(f'mmu -k walk {(1 << 64) - (1 << bits) + 0x40200000:x}')
    assert walk.count('level') == levels(granule, bits) and 'PA 0x000040200000  r-x' in walk, walk


def test_geometry_by_option(loft, kernel):
    """-o goes before the note: the kernel finds the granule it was linked for, 64 KiB, halved twice."""
    m = loft(loads=[(kernel(65536, 48), 0x48000000)], cpu='max')
    m.send('bootelf -o GRANULE=16384 48000000\r')
    assert m.finish().rstrip().endswith('G')


@pytest.mark.parametrize('option,says', [
    ('GRANULE=16384', r'VA_BITS 39 does not go with GRANULE 16384, which has 36, 47, 48 or 52'),
    ('GRANULE=16384,VA_BITS=47', r'GRANULE 16384: this CPU has no such granule \(ID_AA64MMFR0_EL1 0x1124\)'),
    ('VA_BITS=52', r'VA_BITS 52 with GRANULE 4096: this CPU has 48 at most \(ID_AA64MMFR0_EL1 0x1124\)'),
    ('GRANULE=65536,VA_BITS=52', r'this CPU has 48 at most \(ID_AA64MMFR2_EL1 0x0\)'),
])
def test_option_refused(loft, asking, option, says):
    m = loft(loads=[(example(asking, 4096, 39), 0x48000000)], el2=True)
    said = m.run_fail(f'bootelf -o {option} 48000000')
    assert re.search(says, said) and 'Starting' not in said, said


@EL
@pytest.mark.parametrize('granule', [4096, 16384])
def test_lpa2_off(qemu, asking, granule, el2):
    m = qemu(kernel=example(asking, granule, 52), cpu='max,lpa2=off', el2=el2)
    said = m.prompt()
    assert re.search(rf'VA_BITS 52 with GRANULE {granule}: this CPU has 48 at most \(ID_AA64MMFR0_EL1 0x[0-9a-f]+\)',
                     said), said
    assert 'Starting' not in said


# ---- DRAM beyond what VA_BITS gives TTBR0: 63.5 GiB from 1 GiB on, and 36 bits

BEYOND = '65024M'


@pytest.fixture
def beyond(qemu, asking, tmp_path):
    file = tmp_path / 'dram'

    def start(**kw):
        return qemu(memory=BEYOND, cpu='max', machine=',memory-backend=dram', extra=[
            '-object', f'memory-backend-file,id=dram,size={BEYOND},mem-path={file},share=on'], **kw)
    yield start
    file.unlink(missing_ok=True)


@EL
def test_beyond(beyond, asking, el2):
    text = beyond(kernel=asking / 'beyond.elf', el2=el2).finish()
    assert checked(text) == EXAMPLE_OKS[el2]
    assert re.search(r'reserved +0x10\w{8} .*loft-switch-map', text), 'the switch ran below 2^36'


@EL
def test_beyond_keep_idmap(beyond, asking, el2):
    m = beyond(loads=[(asking / 'beyond.elf', 0x48000000)], el2=el2)
    m.prompt()
    text = keep_idmap(m, '"KEEP_IDMAP|NO_MMIO"')
    assert checked(text) == EXAMPLE_OKS[el2] + IDMAP_OKS
    assert 'the lower half: 37 bits' in text


@EL
def test_beyond_fault(beyond, asking, el2):
    m = beyond(kernel=asking / 'beyond.elf', append='fault=undef', el2=el2)
    m.wait('stopped: reset the machine', literal=True)
    assert 'backtrace:' in m.text and 'kernel_main' in m.text, m.text
