/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/gdb: the stub that a gdb talks to.
 * In:    exceptions, packets on a UART
 * Out:   a program that stops, shows itself and goes on
 * Uses:  console, fdt
 */
/* The gdb stub: which line it has, what is stopped, and how it goes on. */
#pragma once

#include "arch/exception.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * gdb_stop() - stop here, and let a gdb look
 *
 * On the second UART where the machine has one, else on the console, which then is gdb's until it
 * leaves. Returns when gdb says so; Ctrl-C on the console ends the wait for one.
 */
void gdb_stop(void);

/**
 * gdb_listen() - whenever Loft waits for a key, a gdb that speaks on the second UART stops it
 * Errors: -ENODEV  there is one UART only
 */
int __must_check gdb_listen(struct why *why);

/** gdb_over() - nothing runs any more: whoever is attached waits no longer for a stop */
void gdb_over(void);

/** gdb_end() - forget whoever was attached, and every breakpoint */
void gdb_end(void);

/** gdb_where() - base address of the line's UART; @shared: it is the console's as well */
paddr_t gdb_where(bool *shared);

/** gdb_print_loft() - gdb's command for the symbols of Loft */
void gdb_print_loft(void);

/** gdb_announce() - that a stop comes, and which line gdb shall come to */
void gdb_announce(void);

/**
 * gdb_kernel() - a kernel took an exception while the early vectors were in force
 * @frame:       complete, its SPSR and SP as the kernel has them
 * @read, @write: its memory, as struct gdb_ops has them
 * @entry:       this is the stop at its entry
 *
 * Return: true: it goes on with @frame; false: what stopped it is to be reported
 */
bool gdb_kernel(struct fault_frame *frame, int (*read)(vaddr_t va, void *to, size_t len),
		int (*write)(vaddr_t va, const void *from, size_t len), bool entry);
