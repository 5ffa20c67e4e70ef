/* SPDX-License-Identifier: BSD-2-Clause */
/* common/gdb_server: a whole conversation, over a line that loses and repeats. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/gdb/server.h"

#define MEMORY 0x1000 /* readable; writable but for its first 16 bytes */

static struct {
	char in[4096], out[8192];
	size_t in_len, in_at, out_len;
	uint8_t memory[64];
	char points[256];
} line;

static char get(void)
{
	assert_true(line.in_at < line.in_len);
	return line.in[line.in_at++];
}

static void put(char c)
{
	assert_true(line.out_len < sizeof(line.out) - 1);
	line.out[line.out_len++] = c;
}

static int read_memory(vaddr_t va, void *to, size_t len)
{
	if (va - MEMORY >= sizeof(line.memory) || len > MEMORY + sizeof(line.memory) - va)
		return -EFAULT;
	memcpy(to, &line.memory[va - MEMORY], len);
	return 0;
}

static int write_memory(vaddr_t va, const void *from, size_t len)
{
	if (va - MEMORY < 16 || va - MEMORY >= sizeof(line.memory) ||
	    len > MEMORY + sizeof(line.memory) - va)
		return -EFAULT;
	memcpy(&line.memory[va - MEMORY], from, len);
	return 0;
}

static int point(bool insert, unsigned type, vaddr_t va, uint64_t len)
{
	snprintf(line.points + strlen(line.points), sizeof(line.points) - strlen(line.points),
		 "%c%u,%llx,%llx ", insert ? '+' : '-', type, (unsigned long long)va,
		 (unsigned long long)len);
	return type == 4 ? -ENOTSUP : type == 3 ? -ENOSPC : va == 1 ? -EFAULT : 0;
}

static const struct gdb_ops ops = { get, put, read_memory, write_memory, point };
static struct gdb_session session;
static struct fault_frame regs;

static int restart(void **state)
{
	(void)state;
	memset(&line, 0, sizeof(line));
	for (unsigned i = 0; i < sizeof(line.memory); i++)
		line.memory[i] = (uint8_t)i;
	session = (struct gdb_session){ .ops = &ops };
	memset(&regs, 0, sizeof(regs));
	return 0;
}

static void raw(const char *bytes)
{
	memcpy(line.in + line.in_len, bytes, strlen(bytes));
	line.in_len += strlen(bytes);
}

/* What gdb sends: the packet, and after its answer an acknowledgement. */
static void ask(const char *payload)
{
	char frame[2048];

	snprintf(frame, sizeof(frame), "$%s#%02x%s", payload,
		 gdb_checksum(payload, strlen(payload)), session.no_ack ? "" : "+");
	raw(frame);
}

static void expect_answer(const char *payload)
{
	char frame[2048];

	snprintf(frame, sizeof(frame), "+$%s#%02x", payload,
		 gdb_checksum(payload, strlen(payload)));
	if (!strstr(line.out, frame))
		fail_msg("no %s in %s", frame, line.out);
}

static enum gdb_resume serve(void)
{
	const struct gdb_stop stop = { .signal = GDB_SIGTRAP };

	ask("c");
	return gdb_serve(&session, &regs, &stop, false);
}

/* One question, one answer. */
static void dialogue(const char *question, const char *answer)
{
	restart(NULL);
	regs.x[0] = 0x1122334455667788;
	regs.x[30] = 30;
	regs.sp = 0x2000;
	regs.elr = 0x3000;
	regs.spsr = 0x3c5;
	ask(question);
	assert_int_equal(serve(), GDB_CONTINUE);
	expect_answer(answer);
}

static void answers(void **state)
{
	(void)state;
	dialogue("?", "S05");
	dialogue("p0", "8877665544332211");
	dialogue("p20", "0030000000000000");
	dialogue("p21", "c5030000");
	dialogue("p22", "E16");
	dialogue("pffffffffffffffff", "E16");
	dialogue("m1000,4", "00010203");
	dialogue("m103e,10", "3e3f");
	dialogue("m2000,4", "E14");
	dialogue("mfffffffffffffff0,20", "E14");
	dialogue("M1010,2:abcd", "OK");
	assert_int_equal(line.memory[17], 0xcd);
	dialogue("M1000,2:abcd", "E14");
	dialogue("M1010,2:abcx", "E16");
	dialogue("X1010,2:}\x03z", "OK");
	assert_memory_equal(&line.memory[16], "#z", 2);
	dialogue("Z0,400,4", "OK");
	assert_string_equal(line.points, "+0,400,4 ");
	dialogue("z1,400,4", "OK");
	dialogue("Z0,1,4", "E0e");
	dialogue("Z3,400,4", "E1c");
	dialogue("Z4,400,4", "");
	dialogue("Z5,400,4", "");
	dialogue("P1f=0011223344556677", "OK");
	assert_int_equal(regs.sp, 0x7766554433221100);
	dialogue("P1f=00", "E16");
	dialogue("vMustReplyEmpty", "");
	dialogue("qXfer:features:read:target.xml:fffff,10", "l");
}

static void partial_read(void **state)
{
	(void)state;
	/* up to the end of what is there; gdb asks again for the rest */
	dialogue("m1030,80", "303132333435363738393a3b3c3d3e3f");
	dialogue("m1038,8", "38393a3b3c3d3e3f");
}

static void all_registers(void **state)
{
	char set[2 * 268 + 2] = "G";

	(void)state;
	for (unsigned i = 0; i < 268; i++)
		snprintf(set + 1 + 2 * i, 3, "%02x", i % 251);
	ask(set);
	ask("g");
	ask("G00");
	assert_int_equal(serve(), GDB_CONTINUE);
	expect_answer(set + 1);
	expect_answer("E16");
	assert_int_equal(regs.x[1], 0x0f0e0d0c0b0a0908);
	assert_int_equal(regs.elr, 0x0c0b0a0908070605);
}

static void bad_line(void **state)
{
	(void)state;
	raw("$?#00");	      /* bad: a NAK, and gdb repeats it */
	raw("-- \r\n");
	raw("$?#3f");
	raw("-+");	      /* our answer was damaged: again */
	assert_int_equal(serve(), GDB_CONTINUE);
	assert_string_equal(line.out, "-+$S05#b8$S05#b8+");
}

static void no_ack(void **state)
{
	(void)state;
	ask("QStartNoAckMode");
	session.no_ack = true; /* for ask() */
	ask("?");
	session.no_ack = false;
	raw("$c#63");
	assert_int_equal(gdb_serve(&session, &regs, &(struct gdb_stop){ GDB_SIGINT, 0 }, false),
			 GDB_CONTINUE);
	assert_string_equal(line.out, "+$OK#9a$S02#b5");
	assert_true(session.no_ack && session.attached);
}

static void leaving(void **state)
{
	const struct gdb_stop stop = { .signal = GDB_SIGTRAP, .watch = 0x1234 };

	(void)state;
	raw("+");
	ask("D");
	assert_int_equal(gdb_serve(&session, &regs, &stop, true), GDB_DETACHED);
	assert_string_equal(line.out, "$T05watch:1234;#0f+$OK#9a");
	assert_false(session.attached);

	restart(NULL);
	raw("\x03"); /* nobody has come yet: a person gives up */
	assert_int_equal(gdb_serve(&session, &regs, &stop, false), GDB_DETACHED);

	restart(NULL);
	raw("$k#6b");
	assert_int_equal(gdb_serve(&session, &regs, &stop, false), GDB_DETACHED);
	assert_string_equal(line.out, "+");
}

static void going_on(void **state)
{
	const struct gdb_stop stop = { .signal = GDB_SIGTRAP };

	(void)state;
	ask("s80");
	assert_int_equal(gdb_serve(&session, &regs, &stop, false), GDB_STEP);
	assert_int_equal(regs.elr, 0x80);
}

static void console(void **state)
{
	(void)state;
	session.no_ack = true;
	gdb_console(&session, "hi\n", 3);
	assert_string_equal(line.out, "$O68690a#bd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(answers, restart),
		cmocka_unit_test_setup(partial_read, restart),
		cmocka_unit_test_setup(all_registers, restart),
		cmocka_unit_test_setup(bad_line, restart),
		cmocka_unit_test_setup(no_ack, restart),
		cmocka_unit_test_setup(leaving, restart),
		cmocka_unit_test_setup(going_on, restart),
		cmocka_unit_test_setup(console, restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
