/* SPDX-License-Identifier: BSD-2-Clause */
/* A stopped program, shown to a gdb at the other end of a line. */
#pragma once

#include "arch/exception.h"
#include "lib/gdb/gdbpacket.h"
#include "lib/base/types.h"

#define GDB_PACKET_SIZE 1024 /* payload of the longest packet, either way */

/* Signals as gdb numbers them. */
#define GDB_SIGINT  2
#define GDB_SIGILL  4
#define GDB_SIGTRAP 5
#define GDB_SIGABRT 6
#define GDB_SIGBUS  10
#define GDB_SIGSEGV 11

struct gdb_session;

/** gdb_exited() - say that the program has ended, by a signal */
void gdb_exited(struct gdb_session *session, unsigned signal);

/** struct gdb_stop - why the program stands still; @watch: not 0: the address that was touched */
struct gdb_stop {
	unsigned signal;
	vaddr_t watch;
};

/** enum gdb_resume - how it shall go on */
enum gdb_resume { GDB_CONTINUE, GDB_STEP, GDB_DETACHED };

/**
 * struct gdb_ops - what stands behind a session
 * @get:   waits for a byte
 * @put:   sends one
 * @read, @write: memory of the program; -EFAULT where it has none, before or at the first bad byte
 * @point: insert or remove a point of gdb's kind @type (0 software, 1 hardware breakpoint, 2 to 4
 *         watchpoints); -ENOTSUP: there are none of the kind, -ENOSPC, -EFAULT
 */
struct gdb_ops {
	char (*get)(void);
	void (*put)(char c);
	int (*read)(vaddr_t va, void *to, size_t len);
	int (*write)(vaddr_t va, const void *from, size_t len);
	int (*point)(bool insert, unsigned type, vaddr_t va, uint64_t len);
};

/**
 * struct gdb_session - what is kept from one stop to the next
 * @attached: a gdb has spoken, and not taken leave
 * @no_ack:   it and we trust the line
 */
struct gdb_session {
	const struct gdb_ops *ops;
	bool attached, no_ack;
};

/**
 * gdb_serve() - answer gdb until it lets the program go on
 * @regs: the program's registers; what gdb writes is written here
 * @tell: gdb is waiting for this stop: tell it unasked
 *
 * Return: GDB_DETACHED ends the session (gdb left, or "killed" the program: it goes on as well)
 */
enum gdb_resume gdb_serve(struct gdb_session *session, struct fault_frame *regs,
			  const struct gdb_stop *stop, bool tell);

/**
 * gdb_console() - text for the person at gdb while the program runs (an O packet)
 * @len: GDB_CONSOLE_MAX at most
 */
#define GDB_CONSOLE_MAX 100
void gdb_console(struct gdb_session *session, const char *text, size_t len);
