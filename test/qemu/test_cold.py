# SPDX-License-Identifier: BSD-2-Clause
"""What no boot needs stays in flash until something touches it (doc/architecture.md)."""

import re

import pytest

from test_boot import checked

KERNEL = '''
	.globl _start
_start:
	mov	w0, #'K'
	mov	x9, #0x09000000
	str	w0, [x9]
	movz	x0, #0x8400, lsl #16
	movk	x0, #8				/* PSCI SYSTEM_OFF */
	CONDUIT	#0
	b	.
#include "include/loft/boot.h"
LOFT_NOTE_BEGIN
LOFT_NOTE_PAIR(LOFT_NOTE_FLAGS, LOFT_FLAG_KEEP_IDMAP)
LOFT_NOTE_END
'''
LINKER = '''
ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); note PT_NOTE FLAGS(4); }
SECTIONS {
	. = 0xffff000040400000;
	.text : AT(ADDR(.text) - 0xffff000000000000) { *(.text*) } :text
	.note.loft : AT(ADDR(.note.loft) - 0xffff000000000000) { KEEP(*(.note.loft)) } :text :note
}
'''
EL = pytest.mark.parametrize('machine', ['', ',virtualization=on', ',secure=on', ',secure=on,virtualization=on'],
                             ids=['el1', 'el2', 'el3-el1', 'el3-el2'])
EL3 = pytest.mark.parametrize('machine', [',secure=on', ',secure=on,virtualization=on'], ids=['el3-el1', 'el3-el2'])


def aborts(log):
    return re.findall(r'Taking exception \d+ \[(?:Prefetch|Data) Abort\].*?\n(?:.*\n)*?\.\.\.with FAR (0x[0-9a-f]+)',
                      log.read_text())


@EL
def test_a_boot_fetches_nothing(qemu, assemble, tmp_path, machine):
    log = tmp_path / 'int.log'
    kernel = assemble(KERNEL.replace('CONDUIT', 'smc' if machine else 'hvc'), LINKER)
    m = qemu(kernel=kernel, machine=machine, extra=['-d', 'int', '-D', str(log)])
    assert m.finish().endswith('\nK')
    assert aborts(log) == []


ASK = '''
	movz	w0, #0xc200, lsl #16
	movk	w0, #0x4c46			/* MONITOR_FETCH (arch/arm64/el3/monitor.h) */
	mov	x1, #0x41000000
	smc	#0
	cmn	x0, #1				/* NOT_SUPPORTED */
	mov	w0, #'N'
	mov	w1, #'Y'
	csel	w0, w0, w1, eq
	str	w0, [x9]
	movz	x0, #0x8400, lsl #16
'''


@EL3
def test_a_kernel_fetches_nothing(qemu, assemble, machine):
    """The monitor has forgotten where it was, and writes nothing for a kernel."""
    ask = KERNEL.replace('CONDUIT', 'smc').replace('\tmovz\tx0, #0x8400, lsl #16\n', ASK)
    assert qemu(kernel=assemble(ask, LINKER), machine=machine).finish().endswith('\nKN')


@EL
def test_it_is_fetched_once(loft, tmp_path, machine):
    """By the look at disks, where no kernel lies ready, or by the first command; never again."""
    log = tmp_path / 'int.log'
    m = loft(machine=machine, extra=['-d', 'int', '-D', str(log)])
    assert len(aborts(log)) <= 1
    assert m.run('echo here') == 'here'
    assert len(aborts(log)) == 1
    audit = m.run_check('mmu audit')
    assert 'FAIL' not in audit and "is r--: Loft's rodata, fetched late" in audit, audit
    assert 'echo args to console' in m.run('help echo')
    assert 'virtio' in m.run('help') and m.run('crc32 40200000 10; echo $?').endswith('\n0')
    assert len(aborts(log)) == 1


def test_from_dram_all_of_it_moves(qemu, build, tmp_path):
    """Where it was started is the kernel's memory."""
    log = tmp_path / 'int.log'
    m = qemu(kernel=build / 'loft.bin', bios=False, extra=['-d', 'int', '-D', str(log)])
    m.prompt()
    assert m.run('echo here') == 'here'
    assert 'FAIL' not in m.run_check('mmu audit')
    assert aborts(log) == []


@EL
def test_a_kernel_by_a_command(loft, highhalf, machine):
    m = loft(machine=machine, loads=[(highhalf, 0x48000000)])
    m.send('bootelf 48000000\r')
    checked(m.finish())
