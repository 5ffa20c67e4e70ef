# SPDX-License-Identifier: BSD-2-Clause
"""Loft as another loader's payload: from U-Boot and from Loft, by `booti` and by `go`.

`go` of U-Boot 2023.01 does not leave U-Boot on this machine: its flush() waits until the PL011's driver says that nothing
is pending, and that driver takes room in the FIFO for something pending (U-Boot's a2178919487 mends it). The instruction
that goes round is taken out with `mw` at U-Boot's prompt. What such a `go` is, an entry with MMU and caches on and no
device tree in x0, is also a kernel here that has Loft for a segment.
"""

import re
import struct
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


@pytest.fixture
def uboot(qemu, build):
    """U-Boot at its prompt, with Loft in RAM."""
    if not UBOOT.exists():
        pytest.skip('no U-Boot (u-boot-qemu)')

    def start(el2, **kw):
        m = qemu(bios=UBOOT, el2=el2, loads=[(build / 'loft.bin', AT)], **kw)
        m.wait('Hit any key to stop autoboot', UBOOT_WAIT)
        m.send('\r')
        m.wait(r'=> ', UBOOT_WAIT)
        return m
    return start


@EL2
def test_from_uboot(uboot, highhalf, el2):
    m = uboot(el2, kernel=highhalf)
    m.send(f'booti {AT:x} - 40000000\r')
    signs_on(m, el2)
    kernel_is_fine(m)


def mend_go(m):
    """`while (ops->pending(dev, false) > 0);` is asked once only, in the copy that runs."""
    loop = UBOOT.read_bytes().find(struct.pack('<3I', 0xd63f0040, 0x7100001f, 0x54ffff6c))
    if loop < 0:
        return      # another U-Boot; it may be a mended one
    m.send('bdinfo\r')
    _, match = m.wait(r'relocaddr\s*= 0x(\w{16})')
    m.wait(r'=> ')
    m.send(f'mw.l {int(match[1], 16) + loop + 8:x} d503201f\r')
    m.wait(r'=> ')


@EL2
@pytest.mark.parametrize('arguments', ['', ' 1 2 3 4 5 6 7'], ids=['x0=1', 'x0=8'])
def test_from_uboot_by_go(uboot, highhalf, el2, arguments):
    """x0 is the number of words, which is no device tree: that is at the start of DRAM."""
    m = uboot(el2, kernel=highhalf)
    mend_go(m)
    m.send(f'go {AT:x}{arguments}\r')
    m.wait('Starting application')
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
