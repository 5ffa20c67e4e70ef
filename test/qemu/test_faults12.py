# SPDX-License-Identifier: BSD-2-Clause
"""A kernel's first faults, each on purpose: class, place and walk are reported; nothing is silent, nothing loops."""

import re

import pytest

from console import Hung
from test_fault import LINKER

# Each runs in deeper(), which _start called. Addresses: the kernel is linked, and loaded, by LINKER.
SOURCE = """
	.globl _start, deeper, recurse, own_vectors, at_el2
	.type _start, %function
_start:
	mov x29, #0
	mov x20, #0x4242
	bl deeper
	.size _start, . - _start
	.type deeper, %function
deeper:
	stp x29, x30, [sp, #-16]!
	mov x29, sp
{body}
	b .
	.size deeper, . - deeper
	.type recurse, %function
recurse:
	stp x29, x30, [sp, #-64]!
	mov x29, sp
	bl recurse
	.size recurse, . - recurse
	.type at_el2, %function
at_el2:
	{el2}
	.size at_el2, . - at_el2
	.balign 2048
	.type own_vectors, %function
own_vectors:
	.skip 0x200
	msr vbar_el1, x19
	isb
	mov x1, #0x3000
	ldr x0, [x1]
	.size own_vectors, . - own_vectors
	.data
	.word 0xd503201f
	.balign 4096
table:	.skip 4096
"""

CALL = """	mov x0, #1
	ldr x1, =at_el2 - 0xffffff8000000000
	adr x2, 1f
	hvc #0
1:	"""
RETURN = """msr elr_el2, x0
	mov x1, #0x2c5
	msr spsr_el2, x1
	eret"""
# TTBR0 walks on, 39 bits, through `table`; @x3 is left as its address
LOW_MAP = """	ldr x3, =table
	ldr x1, =table - 0xffffff8000000000
	msr ttbr0_el1, x1
	mrs x1, tcr_el1
	bic x1, x1, #0x80
	bic x1, x1, #0xff
	mov x2, #25
	orr x1, x1, x2
	mov x2, #0x3500
	orr x1, x1, x2
	msr tcr_el1, x1
	isb
	tlbi vmalle1
	dsb sy
	isb
"""

# name: (body, class, place, walk)
FAULTS = {
    'null': ('mov x1, #0x10\n\tldr x0, [x1]', 'data abort.*translation fault.*read', 'deeper', '0x0*10: .*disabled'),
    'write-text': ('adr x1, _start\n\tstr x0, [x1]', 'data abort.*permission fault, level 3, write', 'deeper',
                   'r-x'),
    'run-data': ('ldr x1, =0xffffff8040201000\n\tblr x1', 'instruction abort.*permission fault', None, 'rw-'),
    # QEMU lets a plain load off while the MMU is on (10 too), and with LSE2 all within 16 bytes
    'unaligned-device': ('ldr x1, =0xffffff8009000009\n\tldxr x0, [x1]',
                         'data abort.*alignment fault', 'deeper', '-> 0x9000009, rw-'),
    'undefined': ('udf #7', 'unknown instruction', 'deeper', None),
    'stack-overflow': ('bl recurse', 'data abort.*translation fault, level 3, write', 'recurse', 'invalid'),
    'fp': ('msr cpacr_el1, xzr\n\tisb\n\tfmov d0, xzr', 'trapped FP', 'deeper', None),
    'external-abort': (LOW_MAP + '\tmov x1, #0x405\n'
                       '\tstr x1, [x3]\n\tdsb sy\n\tmov x1, #0x0c000000\n\tldr x0, [x1]',
                       'data abort.*external abort', 'deeper', '-> 0xc000000, rw'),
    'own-vectors': ('mrs x19, vbar_el1\n\tldr x1, =own_vectors\n\tmsr vbar_el1, x1\n\tisb\n\tudf #0',
                    'data abort.*translation fault', 'own_vectors', '0x0*3000: .*disabled'),
    'ttbr0': (LOW_MAP + '\tmov x1, #0x5000\n\tldr x0, [x1]', 'data abort.*translation fault, level 1', 'deeper',
              r'level 1  table 0x40202000\[0\]  0x0{16}  invalid'),
    # what a report must not trip over
    'sp-garbage': ('mov x1, #-9\n\tmov sp, x1\n\tstr x0, [sp]', 'SP alignment|translation fault', 'deeper', None),
    'sp-device': ('ldr x1, =0xffffff8009000000\n\tmov sp, x1\n\tudf #0', 'unknown instruction', 'deeper', None),
    'fp-circle': ('ldr x1, =table\n\tstr x1, [x1]\n\tadr x2, deeper\n\tstr x2, [x1, #8]\n\tmov x29, x1\n\tudf #0',
                  'unknown instruction', 'deeper', None),
    'fp-device': ('ldr x29, =0xffffff8009000000\n\tudf #0', 'unknown instruction', 'deeper', None),
    'fp-wraps': ('mov x29, #-8\n\tudf #0', 'unknown instruction', 'deeper', None),
    'fp-odd': ('add x29, x29, #3\n\tudf #0', 'unknown instruction', 'deeper', None),
    'walk-of-nonsense': (LOW_MAP + '\tldr x1, =0x000ffffffffff003\n\tstr x1, [x3]\n\tdsb sy\n\tldr x0, [x4]',
                         'data abort', 'deeper', 'level 1'),
    'walk-of-itself': (LOW_MAP + '\tldr x1, =table - 0xffffff8000000000 + 3\n\tstr x1, [x3]\n\tdsb sy\n'
                       '\tldr x0, [x4]', 'data abort', 'deeper', 'level 3'),
}

# name: (body, code at EL2, class, place, walk)
EL2_FAULTS = {
    'serror': (CALL + 'isb\n\tnop\n', """mrs x1, hcr_el2
	orr x1, x1, #0x20
	orr x1, x1, #0x100
	msr hcr_el2, x1
	""" + RETURN, 'SError', 'deeper', None),
    'el2-undefined': (CALL, 'udf #0', 'unknown instruction', 'at_el2', None),
    'el2-hole': (CALL, 'mov x1, #0x0c000000\n\tldr x0, [x1]', 'data abort.*external abort', 'at_el2', None),
    'trapped-write': (CALL + 'msr ttbr0_el1, xzr', """mrs x1, hcr_el2
	orr x1, x1, #(1 << 26)
	msr hcr_el2, x1
	""" + RETURN, 'trapped MSR.*S3_0_C2_C0_0', 'deeper', None),
    'smc-trapped': (CALL + 'smc #3', """mrs x1, hcr_el2
	orr x1, x1, #(1 << 19)
	msr hcr_el2, x1
	""" + RETURN, 'SMC from AArch64', 'deeper', None),
    'stage2': (CALL + 'ldr x0, [x29]', """ldr x1, =table - 0xffffff8000000000
	msr vttbr_el2, x1
	ldr x1, =0x80003559
	msr vtcr_el2, x1
	mrs x1, hcr_el2
	orr x1, x1, #1
	msr hcr_el2, x1
	isb
	tlbi alle1
	dsb sy
	""" + RETURN, 'abort, lower EL', None, 'level 1'),
}


def source(body, el2='nop'):
    return SOURCE.replace('{body}', '\t' + body).replace('{el2}', el2)


# At EL3 the monitor is above, and none of this is its business.
ENTRIES = [pytest.param(2 if el2 else 1, '', cpu, id=f'el{1 + el2}-{cpu}')
           for el2 in (False, True) for cpu in ('cortex-a57', 'max')]
ENTRIES += [pytest.param(1, ',secure=on', 'cortex-a57', id='el3-el1-cortex-a57'),
            pytest.param(2, ',secure=on', 'max', id='el3-el2-max')]
AT_ENTRY = pytest.mark.parametrize('el,machine,cpu', ENTRIES)
WITH_EL2 = pytest.mark.parametrize('el,machine,cpu', [e for e in ENTRIES if e.values[0] == 2])


def check_report(m, kind, place, walk):
    m.wait('stopped: reset the machine')
    text = m.text
    first = re.search('^fault: .*$', text, re.M)[0]
    assert re.search(kind, first) and first.endswith('in the kernel'), text
    assert text.count('\nfault') == 1, text
    where = re.search('^  ELR .*$', text, re.M)[0]
    assert place is None or re.search(rf' {place}\+0x[0-9a-f]+$', where), text
    assert 'x20 0000000000004242' in text, text
    assert len(re.findall('^    0x', text, re.M)) <= 17, text
    assert walk is None or re.search(walk, text[text.index('walk of FAR'):]), text
    return text


@pytest.mark.align
@AT_ENTRY
@pytest.mark.parametrize('name', FAULTS)
def test_fault(qemu, assemble, name, el, machine, cpu):
    body, kind, place, walk = FAULTS[name]
    # Some of them write a TTBR, as kernels do that map themselves: mapped all the same.
    m = qemu(kernel=assemble(source(body), LINKER), el2=el == 2, cpu=cpu, machine=machine, append='loft.bootelf="-V"')
    text = check_report(m, kind, place, walk)
    if not name.startswith(('fp-', 'stack')):
        assert re.search(r'^    0x\S+ _start\+0x', text, re.M), text


@pytest.mark.align
@WITH_EL2
@pytest.mark.parametrize('name', EL2_FAULTS)
def test_fault_through_el2(qemu, assemble, name, el, machine, cpu):
    body, el2, kind, place, walk = EL2_FAULTS[name]
    m = qemu(kernel=assemble(source(body, el2), LINKER), el2=el == 2, cpu=cpu, machine=machine)
    check_report(m, kind, place, walk)


@WITH_EL2
def test_unknown_call(qemu, assemble, el, machine, cpu):
    """The stub's answer is a number and no report: what is reported is the BRK after it."""
    kernel = assemble(source('ldr x0, =0x10f7\n\thvc #0\n\tbrk #1'), LINKER)
    text = check_report(qemu(kernel=kernel, el2=el == 2, cpu=cpu, machine=machine), 'BRK', 'deeper', None)
    assert 'x0  000000000badca11' in text, text


@pytest.mark.parametrize('el,machine,cpu', [e for e in ENTRIES if e.values[0] == 1])
def test_unknown_call_without_el2(qemu, assemble, el, machine, cpu):
    kernel = assemble(source('ldr x0, =0x10f7\n\thvc #0\n\tbrk #1'), LINKER)
    check_report(qemu(kernel=kernel, el2=el == 2, cpu=cpu, machine=machine), 'unknown instruction|BRK', 'deeper', None)


@pytest.mark.parametrize('what', [
    pytest.param('SError at EL1 entry', id='serror-el1', marks=pytest.mark.skip(
        reason='QEMU reports each bus error synchronously; its only SError is HCR_EL2.VSE, which takes an EL2')),
    pytest.param("the vectors' page unmapped, TTBR1 trashed, or the MMU off", id='no-vectors', marks=pytest.mark.skip(
        reason='VBAR_EL1 then translates to nothing: the CPU faults on the fetch of its vector for ever, and no EL '
               'above sees it')),
    pytest.param('a fault in vectors that stay installed', id='own-vectors', marks=pytest.mark.skip(
        reason='VBAR_EL1 is the kernel\'s then, and so is the loop; own-vectors shows the way out')),
])
def test_not_producible(what):
    """doc/boot-protocol.md, section 5, says the same."""


# CPU n comes by loft,secondary-entry, which is in the page of VBAR_EL1, and waits for the others.
TOGETHER = """
	mrs x19, vbar_el1
	sub x19, x19, x2
	add x19, x19, #0xd00
	ldr x21, =contexts
	mov x22, #1
1:	ldr x0, =0xc4000003
	and x1, x22, #0xf
	lsr x2, x22, #4
	bfi x1, x2, #8, #8	// Aff1: the second sixteen of a GICv3
	mov x2, x19
	sub x3, x21, #0
	mov x4, #0xffffff8000000000
	sub x3, x3, x4
	{conduit} #0
	add x21, x21, #32
	add x22, x22, #1
	cmp x22, #{cpus}
	b.lo 1b
	mov x0, #0
together:
	ldr x1, =arrived
1:	ldxr w2, [x1]
	add w2, w2, #1
	stxr w3, w2, [x1]
	cbnz w3, 1b
2:	ldar w2, [x1]
	cmp w2, #{cpus}
	b.lo 2b
	add x20, x0, #0x100
	add x28, x0, #0x100
	{fault}
	.data
	.balign 64
arrived: .word 0
	.balign 64
contexts:
	.set n, 1
	.rept {cpus} - 1
	.quad together, 0, n, 0
	.set n, n + 1
	.endr
	.text
"""


@pytest.mark.parametrize('secure', ['', ',secure=on'], ids=['', 'el3'])
@pytest.mark.parametrize('el2,fault', [(False, 'udf #0'), (True, 'udf #0'), (True, 'hvc #1\n\tbrk #1')])
@pytest.mark.parametrize('cpus', [2, 8, 40])
def test_all_at_once(qemu, assemble, cpus, el2, secure, fault):
    """A bug in a kernel's start of CPUs is met by all of them: one report, whole, which says whose it is."""
    body = TOGETHER.format(conduit='smc' if el2 or secure else 'hvc', cpus=cpus, fault=fault)
    m = qemu(kernel=assemble(source(body), LINKER), el2=el2, smp=cpus,
             machine=secure + (',gic-version=3' if cpus > 8 else ''), timeout=120)
    m.wait('stopped: reset the machine')
    assert m.text.count('\nfault') == 1 and m.text.count('backtrace') == 1, m.text
    number = int(re.search('x20 0{13}([0-9a-f]{3})', m.text)[1], 16) - 0x100
    assert 0 <= number < cpus and f'x28 {number + 0x100:016x}' in m.text, m.text
    assert re.search(r'at EL\d \([^)]*\)(.*)', m.text)[1] == (f' on CPU {number >> 4 << 8 | number & 15:#x}' if number else ''), \
        m.text
    with pytest.raises(Hung):
        m.wait('fault', 1)
