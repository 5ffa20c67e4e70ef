# SPDX-License-Identifier: BSD-2-Clause
"""Loft as another loader's payload: from U-Boot and from Loft, by `booti` and by `go`.

`go` of U-Boot 2023.01 does not leave U-Boot on this machine: it waits in its own flush() for a transmitter that is
never "not pending". What such a `go` would be, an entry with MMU and caches on and no device tree in x0, is a kernel
here that has Loft for a segment.
"""

import re
from pathlib import Path

import pytest

UBOOT = Path('/usr/lib/u-boot/qemu_arm64/u-boot.bin')
AT = 0x48000000
UBOOT_WAIT = 90         # U-Boot looks for boot devices and gives up

EL2 = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
HOW = pytest.mark.parametrize('command', [f'booti {AT:x} - 40000000', f'go {AT:x}'], ids=['booti', 'go'])


def signs_on(m, el2):
    m.wait(rf'entered at EL{1 + el2}\n?\r?')
    m.wait(r'Model: linux,dummy-virt')
    m.wait(r'DRAM:  1 GiB')


def kernel_is_fine(m):
    text = m.finish()
    result = re.search(r'^highhalf: (\d+) ok, (\d+) FAIL$', text, re.M)
    assert result and int(result[1]) >= 74 and result[2] == '0', text


@EL2
def test_from_uboot(qemu, build, highhalf, el2):
    if not UBOOT.exists():
        pytest.skip('no U-Boot (u-boot-qemu)')
    m = qemu(bios=UBOOT, kernel=highhalf, el2=el2, loads=[(build / 'loft.bin', AT)])
    m.wait('Hit any key to stop autoboot', UBOOT_WAIT)
    m.send('\r')
    m.wait(r'=> ', UBOOT_WAIT)
    m.send(f'booti {AT:x} - 40000000\r')
    signs_on(m, el2)
    kernel_is_fine(m)


ENTER = """
#include "include/loft/boot.h"
	.section .note.loft, "a", %%note
	.balign 4
	.long 5, 16, 1
	.asciz "Loft"
	.balign 4
	.quad 5, LOFT_FLAG_IDENTITY
	.section .text, "ax"
	.global _start
_start:	mov	x0, #1
	ldr	x1, =0x%x
	br	x1
	.section .loft, "ax"
	.incbin "%s"
"""
SCRIPT = """
PHDRS { note PT_NOTE FLAGS(4); text PT_LOAD FLAGS(5); loft PT_LOAD FLAGS(5); }
SECTIONS {
	. = 0x44000000;
	.text : { *(.text) } :text
	.note.loft : { KEEP(*(.note.loft)) } :text :note
	. = 0x%x;
	.loft : { KEEP(*(.loft)) } :loft
	/DISCARD/ : { *(.comment) *(.note.gnu*) }
}
"""


def test_with_mmu_and_caches_on(qemu, build, assemble):
    elf = assemble(ENTER % (AT, build / 'loft.bin'), SCRIPT % AT)
    m = qemu(kernel=elf, append='once')
    m.wait('Starting application')
    signs_on(m, False)


@EL2
@HOW
def test_from_loft(loft, build, el2, command):
    """The second Loft has the machine to itself: the first left nothing that it needs."""
    m = loft(el2=el2, loads=[(build / 'loft.bin', AT)])
    m.send(command + '\r')
    m.wait(re.escape(command))
    signs_on(m, el2)
    m.prompt()
    m.run_check('setenv second loft')
    assert re.search(r'-----  Loft$', m.run('memmap'), re.M)


@EL2
def test_three_deep(loft, build, highhalf, el2):
    """U-Boot's place taken by Loft twice, and then the kernel."""
    m = loft(el2=el2, loads=[(build / 'loft.bin', AT), (highhalf, 0x50000000)])
    for command in (f'booti {AT:x}', f'booti {AT:x}'):
        m.send(command + '\r')
        m.wait(re.escape(command))
        signs_on(m, el2)
        m.prompt()
    m.send('bootelf 50000000\r')
    kernel_is_fine(m)
