# SPDX-License-Identifier: BSD-2-Clause
"""Faults: of commands, of Loft's own map, of a kernel that has only just begun."""

import re

import pytest

import elfbuild
from elfbuild import BASE, VIRT, Elf, Segment, R, W, X

HOLE = 0x700000000     # above every device and all DRAM of a 1 GiB machine


def is_report(text, kind):
    """A decoded fault report: the class in words, ESR, FAR, ELR with a symbol, registers, and a backtrace."""
    assert re.search(kind, text, re.I), text
    assert re.search(r'ESR\S*\s*[:=]?\s*0x[0-9a-f]+|esr 0x[0-9a-f]+', text), text
    assert re.search(r'(?i)\bFAR', text) and re.search(r'(?i)\bELR', text), text
    assert re.search(r'(?i)\bx0\b', text) and re.search(r'(?i)\bx2[89]\b', text), text


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('command', [f'md {HOLE:x} 1', f'mw {HOLE:x} 1', f'cp {HOLE:x} 41000000 1', 'md 0 1',
                                     'mw 0 1', f'crc32 {HOLE:x} 10', f'md ffffffffffffff00 40',
                                     f'cmp {HOLE:x} 41000000 1'])
def test_command_into_a_hole(loft, command, el2):
    m = loft(el2=el2)
    text = m.run(command)
    is_report(text, 'data abort|translation fault')
    assert re.search(r'[a-z_]+\+0x[0-9a-f]+', text), 'ELR as symbol+offset'
    assert m.run('echo $?') != '0'
    assert m.run('echo on') == 'on'


def test_fault_leaves_everything_usable(loft):
    m = loft()
    for _ in range(20):
        m.run(f'md {HOLE:x} 1')
    m.run_check('mw.l 41000000 cafe; md.l 41000000 1')
    assert re.search(r'^41000000: 0000cafe', m.run('md.l 41000000 1'))
    m.run_check('setenv a b')
    assert m.run('printenv a') == 'a=b'


def own_text(m):
    """Where Loft's text runs, by bdinfo."""
    found = re.search(r'^relocaddr\s*=\s*0x([0-9a-f]+)', m.run('bdinfo'), re.M)
    assert found, m.text
    return int(found[1], 16)


def test_commands_spare_loft(loft):
    """mw and cp ask the memory map, and name the owner (that the map has the text read-only as well, `mmu` audits)."""
    m = loft()
    at = own_text(m)
    for command in (f'mw.l {at:x} 0', f'cp.l 41000000 {at:x} 1', f'mw.b {at - 2:x} 0 4', f'crc32 41000000 10 {at:x}'):
        assert 'Loft' in m.run_fail(command)


def test_dram_is_not_executable(loft):
    """Loft's own data and stack never run; go's program is the exception that the user asked for."""
    m = loft()
    assert 'rwx' not in m.run_check('mmu')
    assert 'nothing but text executes' in m.run_check('mmu audit')


def test_stack_guard(loft, build):
    """The page under the stack is not mapped: what is below the stack's lowest address faults."""
    m = loft()
    found = re.search(r'^ok +0x([0-9a-f]+) is not mapped: guard page of the stack$', m.run_check('mmu audit'), re.M)
    report = m.run(f'md.q {int(found[1], 16):x} 1')
    is_report(report, 'abort|fault')
    assert m.run('echo on') == 'on'


def test_undefined_instruction_by_go(loft):
    m = loft()
    m.run('mw.l 41000000 00000000 10')
    text = m.run('go 41000000')
    is_report(text, 'undefined|unknown')
    assert m.run('echo on') == 'on'


# ---- a kernel's first instructions fault: the early vectors report, with the kernel's own symbols ----

LINKER = """
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); }
SECTIONS {
	. = 0xffffff8040200000;
	.text : AT(ADDR(.text) - 0xffffff8000000000) { *(.text*) } :text
	. = ALIGN(4096);
	.data : AT(ADDR(.data) - 0xffffff8000000000) { *(.data*) . = . + 8; } :data
}
"""

FAULTS = {
    'read-null': ('mov x1, #0x10\n\tldr x0, [x1]', 'data abort', 'translation', '0x0*10'),
    'write-text': ('adr x1, _start\n\tstr x0, [x1]', 'data abort', 'permission', '0xffffff8040200000'),
    'jump-null': ('mov x1, #0x1000\n\tblr x1', 'instruction abort', 'translation', '0x0*1000'),
    'run-data': ('ldr x1, =0xffffff8040201000\n\tblr x1', 'instruction abort', 'permission', '0xffffff8040201000'),
    'undefined': ('.word 0', 'undefined|unknown', '', ''),
    'svc': ('svc #0x42', 'svc', '', ''),
    'brk': ('brk #7', 'brk|breakpoint', '', ''),
    # SP itself is of no use any more: the report must not need it
    'sp-nowhere': ('mov sp, #0x1000\n\tstr x0, [sp]', 'data abort', 'translation', '0x0*1000'),
    'unmapped-high': ('ldr x1, =0xffffffd000000000\n\tldr x0, [x1]', 'data abort', 'translation',
                      '0xffffffd000000000'),
}


def faulting(body):
    return f"""
	.globl _start
	.type _start, %function
_start:
	mov x29, #0
	mov x20, #0x4242
	bl deeper
	.size _start, . - _start
	.globl deeper
	.type deeper, %function
deeper:
	stp x29, x30, [sp, #-16]!
	mov x29, sp
	{body}
	b .
	.size deeper, . - deeper
	.data
	.word 0xd503201f
"""


@pytest.mark.align
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
@pytest.mark.parametrize('name', FAULTS)
def test_kernel_faults_early(qemu, assemble, name, el2):
    body, kind, why, far = FAULTS[name]
    m = qemu(kernel=assemble(faulting(body), LINKER), el2=el2)
    m.wait('stopped: reset the machine', timeout=20)
    text = m.text
    is_report(text, kind)
    assert re.search(why, text, re.I), text
    assert re.search(r'deeper\+0x[0-9a-f]+', text), f'no ELR or LR as symbol+offset:\n{text}'
    assert re.search(r'_start\+0x[0-9a-f]+', text), f'no backtrace to _start:\n{text}'
    assert '0000000000004242' in text, 'x20 is shown'
    if far:
        assert re.search(far, text), text


def test_kernel_without_symbols(qemu, tmp_path):
    """No symbol table: ELR is a segment and an offset."""
    file = tmp_path / 'k.elf'
    file.write_bytes(Elf([Segment(elfbuild.words(0, 0))]).bytes())
    m = qemu(kernel=file)
    m.wait('stopped: reset the machine', timeout=20)
    assert re.search(r'ELR 0x[0-9a-f]+ \S.*\+0x0', m.text), m.text


def test_unmapped_entry(qemu, assemble):
    """A low kernel gets the Linux state: MMU off, x0 = FDT, x1..x3 = 0."""
    source = """
	.globl _start
_start:
	mrs x9, CurrentEL
	cmp x9, #8
	b.eq 1f
	mrs x10, sctlr_el1
	b 2f
1:	mrs x10, sctlr_el2
2:	tst x10, #1
	b.ne bad
	orr x11, x1, x2
	orr x11, x11, x3
	cbnz x11, bad
	ldr w12, [x0]
	ldr w13, =0xedfe0dd0
	cmp w12, w13
	b.ne bad
	mov w0, #'G'
	b put
bad:	mov w0, #'B'
put:	mov x1, #0x09000000
	str w0, [x1]
	mov w0, #'!'
	str w0, [x1]
	ldr x0, =0x84000008
	mrs x9, CurrentEL
	cmp x9, #8
	b.eq 3f
	hvc #0
3:	smc #0
	b .
"""
    script = 'SECTIONS { . = 0x40800000; .text : { *(.text*) } }'
    for el2 in (False, True):
        assert 'G!' in qemu(kernel=assemble(source, script), el2=el2).finish()


def test_report_when_the_devices_are_written_over(loft, qemu, assemble):
    """Loft's list of devices and its tree are free memory under a kernel: the report believes none of it."""
    m = loft()
    owned = re.findall(r"^0x([0-9a-f]+)  0x([0-9a-f]+)  0x[0-9a-f]+ +\S+ +Loft's (devices|FDT)$", m.run('memmap'), re.M)
    assert {o[2] for o in owned} == {'devices', 'FDT'}, m.text
    for filling in (0x6161616161616161, 0xffffffffffffffff, 0):
        body = ''.join(f'''
	ldr	x1, ={0xffffff8000000000 + int(start, 16):#x}
	ldr	x2, ={0xffffff8000000000 + int(last, 16) - 7:#x}
	ldr	x3, ={filling:#x}
.Lfill{start}:
	str	x3, [x1], #8
	cmp	x1, x2
	b.ls	.Lfill{start}''' for start, last, _ in owned) + '''
	mov	x1, #0x09000000
	ldr	w0, [x1]'''
        m = qemu(kernel=assemble(faulting(body), LINKER))
        m.wait('stopped: reset the machine', timeout=20)
        is_report(m.text, 'data abort')
        assert m.text.count('fault:') == 1, m.text
        assert 'is mapped at' not in m.text or '(pl011@9000000) is mapped at' in m.text, m.text
