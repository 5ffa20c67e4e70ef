// SPDX-License-Identifier: BSD-2-Clause
#include "common/gdb/gdb.h"

#include <errno.h>
#include <string.h>

#include "arch/cpu.h"
#include "arch/debug.h"
#include "common/console/console.h"
#include "common/console/init.h"
#include "common/fdt/fdt.h"
#include "common/fdt/uart.h"
#include "common/gdb/server.h"
#include "drivers/serial/serial.h"

#define SW_POINTS 24

static char line_get(void);
static void line_put(char c);
static int set_point(bool insert, unsigned type, vaddr_t va, uint64_t len);
static struct console_tap tap;

static const struct gdb_ops loft_ops = {
	.get = line_get,
	.put = line_put,
	.read = debug_read,
	.write = debug_write,
	.point = set_point,
};

/*
 * @line:     the second UART, or the console's where there is none: @shared
 * @pushed:   a byte that was read to see that gdb speaks; 0: none
 * @listening: a gdb on the second UART may stop Loft unasked
 * @interrupt: the stop is a Ctrl-C's
 * @sw:       software breakpoints; @planted: they stand in memory
 * @text:     what the console's next O packet will hold
 */
static struct {
	struct gdb_session session;
	struct serial line;
	bool found, shared, listening, interrupt, planted, stopped;
	char pushed;
	struct {
		vaddr_t va;
		uint32_t was;
	} sw[SW_POINTS];
	unsigned sw_count;
	char text[GDB_CONSOLE_MAX];
	unsigned text_len;
} gdb;

/* ---- the line */

/*
 * The UART that is not the console; else the console's, without what the console does while it
 * waits: to take bytes that are gdb's.
 */
static void find_line(void)
{
	const struct device *d;
	struct serial_node node;

	if (gdb.found)
		return;
	gdb.found = true;
	console_tap(&tap);
	for (unsigned nth = 0; (d = machine_find(&machine, "arm,pl011", nth)); nth++) {
		fdt_uart(machine.fdt, d, &node);
		if (d->base != console_base() && !serial_init(&gdb.line, &node))
			return;
	}
	gdb.shared = true;
	gdb.line = *console_serial();
	gdb.line.idle = NULL;
}

static bool is_shared(void)
{
	return gdb.shared;
}

paddr_t gdb_where(bool *shared)
{
	find_line();
	*shared = is_shared();
	return gdb.line.base;
}

/* Ctrl-C at the console ends the wait for a gdb that never came. */
static bool given_up(void)
{
	struct serial *console = console_serial();
	char c;

	return !is_shared() && !gdb.session.attached && console->ops->getc(console, &c) &&
	       c == GDB_INTERRUPT_BYTE;
}

static char line_get(void)
{
	char c = gdb.pushed;

	gdb.pushed = 0;
	while (!c && !gdb.line.ops->getc(&gdb.line, &c)) {
		if (given_up())
			return GDB_INTERRUPT_BYTE;
	}
	return c;
}

static void line_put(char c)
{
	(gdb.line.ops->putc)(&gdb.line, c);
}

/* ---- breakpoints */

static void lift(void)
{
	for (unsigned i = 0; i < gdb.sw_count && gdb.planted; i++)
		(void)!gdb.session.ops->write(gdb.sw[i].va, &gdb.sw[i].was, DEBUG_BRK_SIZE);
	gdb.planted = false;
}

/* One that does not hold any more, because its memory has gone, is passed over. */
static void plant(void)
{
	for (unsigned i = 0; i < gdb.sw_count && !gdb.planted; i++) {
		if (!gdb.session.ops->read(gdb.sw[i].va, &gdb.sw[i].was, DEBUG_BRK_SIZE))
			(void)!gdb.session.ops->write(gdb.sw[i].va, &debug_brk, DEBUG_BRK_SIZE);
	}
	gdb.planted = true;
}

static bool has_sw(vaddr_t va)
{
	for (unsigned i = 0; i < gdb.sw_count; i++) {
		if (gdb.sw[i].va == va)
			return true;
	}
	return false;
}

static int set_sw(bool insert, vaddr_t va, uint64_t len)
{
	unsigned i = 0;
	uint32_t was;

	while (i < gdb.sw_count && gdb.sw[i].va != va)
		i++;
	if (!insert) {
		if (i < gdb.sw_count)
			gdb.sw[i] = gdb.sw[--gdb.sw_count];
		return 0;
	}
	if (i < gdb.sw_count)
		return 0;
	if (len != DEBUG_BRK_SIZE || va % DEBUG_BRK_SIZE)
		return -ENOTSUP;
	if (i == SW_POINTS)
		return -ENOSPC;
	/* Written once, as it is: so that gdb hears now that it cannot be. */
	if (gdb.session.ops->read(va, &was, sizeof(was)) ||
	    gdb.session.ops->write(va, &was, sizeof(was)))
		return -EFAULT;
	gdb.sw[gdb.sw_count++].va = va;
	return 0;
}

static int set_point(bool insert, unsigned type, vaddr_t va, uint64_t len)
{
	return type ? debug_point(insert, type, va, len) : set_sw(insert, va, len);
}

/* ---- stops */

static struct gdb_stop why(const struct fault_frame *f)
{
	static const uint8_t signals[] = {
		[DEBUG_BREAK] = GDB_SIGTRAP,	 [DEBUG_STEP] = GDB_SIGTRAP,
		[DEBUG_HW_BREAK] = GDB_SIGTRAP,	 [DEBUG_WATCH] = GDB_SIGTRAP,
		[DEBUG_UNDEFINED] = GDB_SIGILL,	 [DEBUG_ABORT] = GDB_SIGSEGV,
		[DEBUG_ALIGNMENT] = GDB_SIGBUS,	 [DEBUG_INTERRUPT] = GDB_SIGINT,
		[DEBUG_OTHER] = GDB_SIGILL,
	};
	enum debug_event event = debug_event(f);
	struct gdb_stop stop = { .signal = gdb.interrupt ? GDB_SIGINT : signals[event] };

	if (event == DEBUG_WATCH)
		stop.watch = f->far;
	gdb.interrupt = false;
	return stop;
}

void gdb_end(void)
{
	lift();
	gdb.sw_count = 0;
	gdb.session.attached = gdb.session.no_ack = false;
	debug_stop();
}

void gdb_over(void)
{
	if (!gdb.session.attached)
		return;
	if (gdb.text_len) {
		gdb_console(&gdb.session, gdb.text, gdb.text_len);
		gdb.text_len = 0;
	}
	gdb_exited(&gdb.session, GDB_SIGABRT);
	gdb_end();
}

/* What would be met again and again: an instruction that faults, and another BRK than ours. */
static bool is_fault(const struct fault_frame *f)
{
	enum debug_event event = debug_event(f);

	return event >= DEBUG_UNDEFINED ||
	       (event == DEBUG_BREAK && !debug_is_enter(f) && !has_sw(f->elr));
}

/*
 * Return: true where the program goes on at frame->elr; false where what stopped it is a fault
 * after all.
 */
static bool serve(struct fault_frame *f, const struct gdb_ops *ops, bool entry)
{
	bool fault = !entry && is_fault(f);
	struct gdb_stop stop = why(f);
	vaddr_t at = f->elr;
	enum gdb_resume how;

	gdb.session.ops = ops;
	gdb.stopped = true;
	debug_start();
	debug_stopped(f);
	lift();
	if (debug_is_enter(f) && !entry)
		at = f->elr += DEBUG_BRK_SIZE;
	how = gdb_serve(&gdb.session, f, &stop, gdb.session.attached);
	gdb.stopped = false;
	if (how == GDB_DETACHED)
		gdb_end();
	if (fault && f->elr == at && how != GDB_STEP)
		return false;
	plant();
	debug_resume(f, how == GDB_STEP);
	return true;
}

bool debug_exception(struct fault_frame *f)
{
	bool ours = debug_is_enter(f) || gdb.session.attached;

	/* On the exception stack only the stub itself, or a report, runs. */
	if (!ours || gdb.stopped || f->vector / 4)
		return false;
	find_line();
	return serve(f, &loft_ops, false);
}

bool gdb_kernel(struct fault_frame *f, int (*read)(vaddr_t va, void *to, size_t len),
		int (*write)(vaddr_t va, const void *from, size_t len), bool entry)
{
	static struct gdb_ops ops;

	if (!entry && !gdb.session.attached)
		return false;
	ops = (struct gdb_ops){ line_get, line_put, read, write, set_point };
	find_line();
	return serve(f, &ops, entry);
}

void gdb_stop(void)
{
	debug_enter();
}

int gdb_listen(struct why *why_not)
{
	find_line();
	if (is_shared())
		return refuse(why_not, -ENODEV,
			      "the console is the only UART: `gdb` gives it to gdb");
	gdb.listening = true;
	return 0;
}

/* ---- the console, while a gdb is attached */

static void flush(void)
{
	unsigned len = gdb.text_len;

	gdb.text_len = 0;
	if (len)
		gdb_console(&gdb.session, gdb.text, len);
}

static bool console_is_gdbs(void)
{
	return gdb.session.attached && is_shared();
}

static void interrupt(void)
{
	gdb.interrupt = gdb.session.attached;
	debug_enter();
}

static void poll(void)
{
	char c;

	flush();
	if (gdb.session.attached && !gdb.planted && !gdb.stopped)
		plant(); /* a fault was reported since */
	if (is_shared() || !(gdb.listening || gdb.session.attached) ||
	    !gdb.line.ops->getc(&gdb.line, &c))
		return;
	if (c == '$')
		gdb.pushed = c;
	if (c == '$' || c == GDB_INTERRUPT_BYTE)
		interrupt();
}

static bool takes(char c)
{
	if (c != GDB_INTERRUPT_BYTE || !console_is_gdbs())
		return false;
	interrupt();
	return true;
}

static bool prints(const char *bytes, size_t count)
{
	if (!console_is_gdbs() || gdb.stopped)
		return false;
	for (; count; count--, bytes++) {
		gdb.text[gdb.text_len++] = *bytes;
		if (*bytes == '\n' || gdb.text_len == sizeof(gdb.text))
			flush();
	}
	return true;
}

static struct console_tap tap = { .poll = poll, .takes = takes, .prints = prints };
