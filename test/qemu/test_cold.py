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
EL = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])


def aborts(log):
    return re.findall(r'Taking exception \d+ \[(?:Prefetch|Data) Abort\].*?\n(?:.*\n)*?\.\.\.with FAR (0x[0-9a-f]+)',
                      log.read_text())


@EL
def test_a_boot_fetches_nothing(qemu, assemble, tmp_path, el2):
    log = tmp_path / 'int.log'
    kernel = assemble(KERNEL.replace('CONDUIT', 'smc' if el2 else 'hvc'), LINKER)
    m = qemu(kernel=kernel, el2=el2, extra=['-d', 'int', '-D', str(log)])
    assert m.finish().endswith('\nK')
    assert aborts(log) == []


@EL
def test_it_is_fetched_once(loft, tmp_path, el2):
    """By the look at disks, where no kernel lies ready, or by the first command; never again."""
    log = tmp_path / 'int.log'
    m = loft(el2=el2, extra=['-d', 'int', '-D', str(log)])
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
def test_a_kernel_by_a_command(loft, highhalf, el2):
    m = loft(el2=el2, loads=[(highhalf, 0x48000000)])
    m.send('bootelf 48000000\r')
    checked(m.finish())
