/* SPDX-License-Identifier: BSD-2-Clause */
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

/** gdb_end() - forget whoever was attached, and every breakpoint */
void gdb_end(void);

/** gdb_where() - base address of the line's UART; @shared: it is the console's as well */
paddr_t gdb_where(bool *shared);

/** gdb_print_files() - gdb's commands for the symbols of Loft, and of the kernel loaded last */
void gdb_print_files(void);
void gdb_print_kernel(void);

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

/* ---- for common/console/console.c */

/** gdb_poll() - before a look at the console: does gdb want to interrupt? */
void gdb_poll(void);

/** gdb_takes() - a byte from the console's UART; true: it was gdb's Ctrl-C */
bool gdb_takes(char c);

/** gdb_prints() - text for the console; true: gdb listens there, and gets it in a packet */
bool gdb_prints(const char *bytes, size_t count);
