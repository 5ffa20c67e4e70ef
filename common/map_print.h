/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/arm64/pgtable.h"
#include "arch/arm64/pgtable_foreign.h"
#include "lib/types.h"

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
 * @err: what pt_walk_foreign() returned
 */
const char *map_trace_line(const struct pt_trace *trace, int err, char *text);
