# SPDX-License-Identifier: BSD-2-Clause
"""Every granule and size of address of the protocol: a kernel reads, writes and stacks under it."""

import pytest

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
    assert text.endswith('...\nG'), text


@pytest.mark.parametrize('granule,bits,register', [(16384, 47, 'ID_AA64MMFR0_EL1'), (4096, 52, 'ID_AA64MMFR0_EL1'),
                                                   (65536, 52, 'ID_AA64MMFR2_EL1')])
def test_cpu_lacks_it(qemu, kernel, granule, bits, register):
    """Refused at the prompt with the register's value; nothing is entered."""
    m = qemu(kernel=kernel(granule, bits), cpu='cortex-a57')
    said = m.prompt()
    assert f'GRANULE {granule}' in said and f'{register} 0x' in said and 'Starting' not in said, said
    assert m.run('echo on') == 'on'
