/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/arm64/pgtable/pgtable.h"
#include "arch/arm64/pgtable/foreign.h"
#include "lib/base/types.h"

/*
 * Maps as lines for people, for `bootelf -n` and `mmu`:
 *
 *	ffffff8040000000-ffffff804007ffff  000040000000-00004007ffff  rw-  normal   128x4K  DRAM
 *
 * Ends are inclusive, so that the top of the address space has one. Nothing is printed here.
 */

#define MAP_LINE_SIZE 160

/** map_rights() - "r-x", "r--", "rw-" or "rwx" */
const char *map_rights(enum pt_kind kind);

/** map_type() - "normal", "uncached" or "device" */
const char *map_type(enum pt_kind kind);

/**
 * map_line() - one run of leaves
 * @run:  from pt_walk()
 * @name: behind the rest; NULL: none
 * @text: MAP_LINE_SIZE bytes; always terminated
 *
 * Return: text
 */
const char *map_line(const struct pt *pt, const struct pt_leaf *run, const char *name, char *text);

/** map_name() - the name of the region that a run begins in, out of a list sorted by va; or NULL */
const char *map_name(const struct pt_region *region, unsigned count, vaddr_t va);

/**
 * map_step_line() - one step of a walk over tables
 *
 *	level 1  0x000047ffa000[257]    0x0000000047ff9003  table
 */
const char *map_step_line(const struct pt_step *step, char *text);

/**
 * map_trace_line() - what a walk came to: the address and its rights, or why there is none
 *
 *	PA 0x000040001234  rw-  normal write-back  leaf 2M
 *
 * @err:  what pt_walk_foreign() returned
 * @mair: of the regime: names the memory type
 */
const char *map_trace_line(const struct pt_trace *trace, int err, uint64_t mair, char *text);

/** struct map_hardware - PAR_EL1 as the CPU answered for a load and for a store (cpu_at()) */
struct map_hardware {
	uint64_t load, store;
};

/** map_hardware_line() - that answer: "PA 0x000040001234  rw   normal write-back", or the fault */
const char *map_hardware_line(const struct map_hardware *hardware, vaddr_t va, char *text);

/**
 * map_agrees() - does the CPU find what the walk found?
 * @trace, @err, @mair: the walk, as for map_trace_line()
 *
 * Address, loads, stores, and Device or Normal are held against each other; where there is no
 * translation, the fault and the level of it. Nobody can ask a CPU whether it would execute.
 */
bool map_agrees(const struct pt_trace *trace, int err, uint64_t mair,
		const struct map_hardware *hardware);

/* EL2's registers by the layouts with E2H, for @el below */
#define MAP_EL2_E2H 18u

/* in the order of struct mmu_regs */
enum map_register { MAP_MAIR, MAP_TCR, MAP_TTBR0, MAP_TTBR1, MAP_SCTLR };
#define MAP_REGISTERS (MAP_SCTLR + 1)

/**
 * map_register_line() - a translation register, with what its fields say
 *
 *	TCR_EL1    0x00000002b5993519  TTBR0 39 bits 4K, TTBR1 off, PA 40 bits
 *
 * @el: whose: 1, MAP_EL2_E2H, or 2 without E2H, which has no TTBR1
 */
const char *map_register_line(const struct mmu_regs *regs, unsigned el, enum map_register reg,
			      char *text);
