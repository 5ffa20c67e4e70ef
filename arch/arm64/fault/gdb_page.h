/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <assert.h>
#include <stddef.h>

#include "arch/exception.h"
#include "arch/layout.h"

/**
 * struct gdb_state - a kernel that stands still: what gdb_page.S stores, and puts back
 * @sp_elx: frame.sp as it was stored: SP_ELx, whichever SP the kernel was on
 */
struct gdb_state {
	struct fault_frame frame;
	uint64_t sctlr, mair;
	uint64_t cpacr, tpidr;
	uint64_t sp_el0, sp_elx;
};

static_assert(offsetof(struct gdb_state, sctlr) == GDB_STATE_SCTLR, "gdb_page.S stores it");
static_assert(offsetof(struct gdb_state, cpacr) == GDB_STATE_CPACR, "gdb_page.S stores it");
static_assert(offsetof(struct gdb_state, sp_el0) == GDB_STATE_SP_EL0, "gdb_page.S stores it");

extern const char gdb_page[], gdb_page_on[], gdb_page_resume[], gdb_page_state[], gdb_page_end[];
