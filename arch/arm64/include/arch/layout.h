/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scratch that carries Loft from reset to its home at the top of DRAM: in the image's own
 * .stacks when it was
 * started in DRAM, at `board.scratch` when it runs from flash.  Shared by start.S and C.
 *
 *   +0x00000  early translation tables, EARLY_TABLES pages
 *   then      struct early (common/start/early.c)
 *   then      fault stack, 4 KiB or more, grows down from +0x0f000
 *   +0x0f000  stack, grows down from +0x12000
 */
#pragma once

#define SCRATCH_SIZE		0x12000
#define EARLY_TABLES		CONFIG_EARLY_TABLES
#define EARLY_STATE_OFFSET	(EARLY_TABLES * 0x1000)
#define EARLY_STATE_SIZE	0x5000
#define EARLY_FAULT_STACK_TOP	0xf000
#define EARLY_STACK_TOP		0x12000

/*
 * What C writes before the MMU is on, beside the tables: the head of struct early, and this much
 * stack.
 */
#define EARLY_STATE_MMU_OFF	0x100
#define EARLY_STACK_MMU_OFF	0x400

/* Offsets into struct start (arch/start.h asserts them). */
#define START_FLASH_START	0
#define START_SCRATCH		16
#define START_CONSOLE		32
#define START_CRUMB		40	/* behind it */
#define START_CRUMB_ON		48	/* and its value */
#define START_MONITOR		64	/* and its size */
#define START_EL3_IMAGE		80

/*
 * The monitor's window at start.el3.monitor:
 *
 *   +0x0000  its vectors, VECTORS_SIZE
 *   then     its code and constants, copied from the image
 *   +0x2000  struct monitor
 *   +0x5000  a stack for each CPU, by its number
 *
 * A CPU's number: Aff1 * 16 + Aff0; with MPIDR_EL1.MT, Aff2 * 16 + Aff1, where Aff0 is 0; a board
 * may share the bits out otherwise.  No table is kept, because nothing could be claimed in one
 * without exclusives.
 */
#define MONITOR_STATE		0x2000
#define MONITOR_STACKS		0x5000
#define MONITOR_STACK_SIZE	0x1000
#define MONITOR_CPUS		(1 << (MPIDR_AFF0_BITS + MPIDR_AFF1_BITS))
#define MONITOR_SIZE(cpus)	(MONITOR_STACKS + (cpus) * MONITOR_STACK_SIZE)
#define MPIDR_AFF0_BITS		CONFIG_EL3_CORE_BITS		/* of Aff0 and ... */
#define MPIDR_AFF1_BITS		(8 - CONFIG_EL3_CORE_BITS)	/* ... Aff1 that make the number */

/*
 * An armstub of the Raspberry Pi, from its start: four release addresses, and then a word with the
 * device tree's.
 */
#define ARMSTUB_SPIN_TABLE	0xd8
#define ARMSTUB_FDT		0xf8

/* CurrentEL.  Arm ARM DDI 0487, C5.2 "CurrentEL" */
#define CURRENT_EL1		(1 << 2)
#define CURRENT_EL2		(2 << 2)
#define CURRENT_EL3		(3 << 2)

/* Offsets into struct fault_frame (arch/exception.h asserts them). */
#define FRAME_X			0
#define FRAME_SP		248
#define FRAME_ELR		256
#define FRAME_ESR		272
#define FRAME_TTBR0		288
#define FRAME_TTBR1		304
#define FRAME_VECTOR		312
#define FRAME_SIZE		336

/* The frames of a kernel's CPUs, where there are several: few, if they tell them apart, or all. */
#define FRAME_STRIDE_SHIFT	9
#define FRAME_STRIDE		(1 << FRAME_STRIDE_SHIFT)
#define FAULT_FRAMES_BITS	8
#define FAULT_FRAMES		(1 << FAULT_FRAMES_BITS)
#define FAULT_FRAMES_FEW	16

/* In the vector's number: the MMU was off, in code that `go` had called. */
#define VECTOR_UNMAPPED		16

/*
 * A resident page: 16 vectors of VECTOR_SIZE, then code, entered at VECTORS_SIZE with the vector's
 * number in x0.
 */
#define VECTOR_SHIFT		7
#define VECTOR_SIZE		(1 << VECTOR_SHIFT)
#define VECTORS_SIZE		2048

/* In the page of the early vectors: what takes over when they fault themselves, ... */
#define EARLY_NESTED		0x800
/* ... and behind SECONDARY_PAGE_OFFSET's part the piece for gdb (arch/arm64/fault/gdb_page.S). */
#define GDB_PAGE_OFFSET		0xe40
#define GDB_STATE_SCTLR		FRAME_SIZE
#define GDB_STATE_CPACR		(FRAME_SIZE + 16)
#define GDB_STATE_SP_EL0	(FRAME_SIZE + 32)

/* Offsets into struct handoff (arch/arm64/handoff/handoff.h asserts them). */
#define HANDOFF_MAIR		0
#define HANDOFF_TTBR0_SWITCH	16
#define HANDOFF_VBAR		32
#define HANDOFF_PAGE		48
#define HANDOFF_TTBR0		64
#define HANDOFF_ENTRY		80
#define HANDOFF_SP		96
#define HANDOFF_SCTLR_EL2	112
#define HANDOFF_CPTR		128
#define HANDOFF_X		144
