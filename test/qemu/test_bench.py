# SPDX-License-Identifier: BSD-2-Clause
"""The bench must count right before anybody optimises by it: programs whose counts are known by hand."""

import argparse
import os
import shutil

import pytest

import network
from bench import Bench, build_plugin
from boards import BOARDS, MMU_OFF, Boards
from conftest import BUILD, ROOT, built
from images import Images
from qemu_count import Counter

QEMU = os.environ.get('BENCH_QEMU', 'qemu-system-aarch64')
UART = 0x09000000

# 3 + 1000 * 3 + 1 + 4 * 4 + 1 instructions, then the MMU on (2), 8 nops, off (2), 5 nops, end
PROGRAM = """
	.globl _start
_start:
	mov x1, #0x09000000
	mov x2, #1000
	mov x3, #4
1:	sub x2, x2, #1
	nop
	cbnz x2, 1b
	nop
2:	strb w3, [x1]
	ldr w4, [x1, #0x18]
	sub x3, x3, #1
	cbnz x3, 2b
	nop
	// an identity map with one block for the flash the program runs from
	mov x5, #0x40000000
	movz x6, #0x0705
	str x6, [x5]
	msr ttbr0_el1, x5
	ldr x6, =0x00803519
	msr tcr_el1, x6
	mrs x7, sctlr_el1
	orr x8, x7, #1
	msr sctlr_el1, x8
	.rept 8
	nop
	.endr
	msr sctlr_el1, x7
	.rept 5
	nop
	.endr
	.globl end
end:	b .
"""
BEFORE = 3 + 3000 + 1 + 16 + 1 + 8     # up to the MSR that turns the MMU on
SCRIPT = 'SECTIONS { . = 0; .text : { *(.text*) } }'


@pytest.fixture(scope='module')
def counter():
    if not shutil.which(QEMU):
        pytest.skip(f'{QEMU} is missing')
    return Counter(QEMU, build_plugin(str(BUILD)))


def end_of(elf):
    """Address of the last instruction: the program's length before its literal pool."""
    return 4 * (3 + 3 + 1 + 4 + 1 + 9 + 8 + 1 + 5)


def test_counts_are_exact(counter, assemble):
    program = assemble(PROGRAM, SCRIPT, flat=True)
    args = ['-M', 'virt', '-cpu', 'cortex-a57', '-m', '128M', '-bios', str(program)]
    report = counter.measure(args, stop=[end_of(program)], uart=UART)
    assert report.end == 'stop'
    assert report.total == BEFORE + 1 + 8 + 1 + 5
    assert [w[0] for w in report.writes] == [BEFORE, BEFORE + 9]
    assert report.mmu_off == report.total - 9, 'the 8 nops and the MSR that ends them run with the MMU on'
    first = 3 + 3000 + 1
    assert report.uart == [first + 4 * i for i in range(4)]
    assert report.console == b'\x04\x03\x02\x01'


def test_limit_and_marks(counter, assemble):
    program = assemble(PROGRAM, SCRIPT, flat=True)
    args = ['-M', 'virt', '-cpu', 'cortex-a57', '-m', '128M', '-bios', str(program)]
    report = counter.run(args, limit=1000, mark=[12, 24], profile=True)
    assert report.end == 'limit' and report.total == 1000
    assert report.marks == {12: 3} and sum(report.insns.values()) == 1000


# https takes 20 seconds: make bench alone has it.
@pytest.mark.parametrize('row', network.ROWS + network.FULL[:1], ids=lambda row: row[0].split(',')[0])
def test_network_bars(row, tmp_path):
    """A byte by TFTP, HTTP and NBD, and dhcp to its first packet, cost no more than their bars."""
    full = built('qemu_virt_full', 'qemu_virt_full_defconfig') if row in network.FULL else None
    args = argparse.Namespace(qemu=QEMU, build=str(BUILD), loft=str(BUILD / 'loft.bin'), full=full, uboot=None,
                              only='loft')
    for _ in range(3):      # Loft polls while the host works: a busy one makes it more, and nothing makes it less
        made, = network.Network(Bench(args, str(tmp_path))).rows([row])
        if 0 < made['loft'] <= row[1]:
            return
    raise AssertionError(made)


@pytest.mark.parametrize('secure', [False, True], ids=['', 'el3'])
@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_a_further_cpu(el2, secure, tmp_path):
    """What one more CPU costs is bounded, also where the nodes before /cpus are many."""
    args = argparse.Namespace(qemu=QEMU, build=str(BUILD), loft=str(BUILD / 'loft.bin'),
                              kernel=str(BUILD / 'examples/highhalf/highhalf.elf'))
    bench = Bench(args, str(tmp_path))
    bench.further_cpu(el2, secure)
    assert not bench.rows[-1]['missed']


# Its machine is the only thing that two rows of one board differ in; from EL3 the monitor goes first.
@pytest.mark.parametrize('board', [b for b in BOARDS if not b.flash], ids=lambda b: b.name.split(',')[0].replace(' ', '-'))
def test_boards_mmu_off(board, tmp_path):
    """What runs with the MMU off, from reset to the kernel, is bounded on every board; so is the whole way."""
    boards = Boards(str(ROOT), QEMU, lambda api: build_plugin(str(BUILD), api), str(tmp_path))
    if lacks := boards.lacks(board):
        pytest.skip(lacks)
    report = boards.measure(board, str(built(board.config, f'{board.config}_defconfig')))
    assert report.mmu_off <= MMU_OFF
    assert report.total <= board.bar


def test_images_a_byte(payloads, tmp_path):
    """What a byte costs that is unpacked from a whole kernel or checked on the way to one."""
    full = built('qemu_virt_full', 'qemu_virt_full_defconfig')
    args = argparse.Namespace(qemu=QEMU, build=str(BUILD), loft=str(full), full=str(full), uboot=None, only='loft')
    bench = Bench(args, str(tmp_path))
    rows = Images(bench).rows(UART)
    assert len(rows) == 10 and {row['what'] for row in rows} >= {'unzstd, a kernel', 'unxz, a kernel', 'FIT, sha256, to kernel'}
    assert not [row for row in rows if row['missed']]
    assert all(row['loft'] > 0.1 for row in rows), 'nothing is had for nothing'
