/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/gdbpacket: frames through noise, and what packets ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/num.h"
#include "lib/gdb/gdbpacket.h"

static char buffer[17];
static struct gdb_rx rx;

static int restart(void **state)
{
	(void)state;
	rx = (struct gdb_rx){ .buf = buffer, .size = sizeof(buffer) };
	return 0;
}

/* The event of the last byte; those before it must be none. */
static enum gdb_rx_event feed(const char *bytes)
{
	enum gdb_rx_event event = GDB_RX_MORE;

	for (; *bytes; bytes++) {
		assert_int_equal(event, GDB_RX_MORE);
		event = gdb_rx_feed(&rx, *bytes);
	}
	return event;
}

static void frames(void **state)
{
	(void)state;
	assert_int_equal(feed("$m0,4#fd"), GDB_RX_PACKET);
	assert_string_equal(buffer, "m0,4");
	assert_int_equal(rx.len, 4);
	assert_int_equal(feed("noise\r\n$#00"), GDB_RX_PACKET);
	assert_int_equal(rx.len, 0);
	assert_int_equal(feed("$g#68"), GDB_RX_BAD);
	assert_int_equal(feed("$g#6"), GDB_RX_MORE);
	assert_int_equal(feed("x"), GDB_RX_BAD);
	assert_int_equal(feed("$g#x"), GDB_RX_BAD);
	assert_int_equal(feed("$lost$g#67"), GDB_RX_PACKET);
	assert_string_equal(buffer, "g");
	assert_int_equal(feed("$g#67"), GDB_RX_PACKET);
}

static void between_frames(void **state)
{
	(void)state;
	assert_int_equal(feed("+"), GDB_RX_ACK);
	assert_int_equal(feed("-"), GDB_RX_NAK);
	assert_int_equal(feed("\x03"), GDB_RX_INTERRUPT);
	/* within a frame it is data */
	assert_int_equal(feed("$\x03#03"), GDB_RX_PACKET);
}

static void too_long(void **state)
{
	(void)state;
	assert_int_equal(feed("$0123456789abcdef#62"), GDB_RX_PACKET); /* 16: as many as fit */
	assert_int_equal(feed("$0123456789abcdefg#c9"), GDB_RX_BAD);
	assert_int_equal(feed("$g#67"), GDB_RX_PACKET);
}

static void hex(void **state)
{
	uint8_t bytes[4];
	char text[9];

	(void)state;
	assert_true(num_hex_bytes(bytes, "00fFA510", 4));
	gdb_hex_put(text, bytes, 4);
	assert_string_equal(text, "00ffa510");
	assert_false(num_hex_bytes(bytes, "0g", 1));
	assert_false(num_hex_bytes(bytes, "g0", 1));
}

static void number(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t value;
		char next;
	} cases[] = {
		{ "0", true, 0, '\0' },
		{ "fffffffffffffffF,1", true, UINT64_MAX, ',' },
		{ "10000000000000000", false, 0, 0 },
		{ "", false, 0, 0 },
		{ ",", false, 0, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *at = cases[i].text;
		uint64_t value;

		assert_int_equal(gdb_number(&at, &value), cases[i].good);
		if (!cases[i].good)
			continue;
		assert_int_equal(value, cases[i].value);
		assert_int_equal(*at, cases[i].next);
	}
}

static void unescape(void **state)
{
	char bytes[] = "a}\x03}]b}";

	(void)state;
	assert_int_equal(gdb_unescape(bytes, 7), 5);
	assert_memory_equal(bytes, "a#}b}", 5);
}

/* op address length number */
static const struct {
	const char *payload;
	enum gdb_op op;
	uint64_t address, length, number;
} packets[] = {
	{ "", GDB_UNKNOWN, 0, 0, 0 },
	{ "?", GDB_WHY, 0, 0, 0 },
	{ "g", GDB_READ_REGS, 0, 0, 0 },
	{ "m1234,10", GDB_READ, 0x1234, 0x10, 0 },
	{ "m1234", GDB_MALFORMED, 0x1234, 0, 0 },
	{ "m,", GDB_MALFORMED, 0, 0, 0 },
	{ "m1,2x", GDB_MALFORMED, 1, 2, 0 },
	{ "M8,2:abcd", GDB_WRITE, 8, 2, 0 },
	{ "M8,2:abc", GDB_MALFORMED, 8, 2, 0 },
	{ "M8,2:ab", GDB_MALFORMED, 8, 2, 0 },
	{ "M8,8000000000000001:abcd", GDB_MALFORMED, 8, 0x8000000000000001, 0 },
	{ "X8,2:}\x03z", GDB_WRITE_BINARY, 8, 2, 0 },
	{ "X8,0:", GDB_WRITE_BINARY, 8, 0, 0 },
	{ "X8,3:}\x03z", GDB_MALFORMED, 8, 3, 0 },
	{ "p20", GDB_READ_REG, 0, 0, 0x20 },
	{ "p", GDB_MALFORMED, 0, 0, 0 },
	{ "P1f=0011", GDB_WRITE_REG, 0, 0, 0x1f },
	{ "P1f=001", GDB_MALFORMED, 0, 0, 0x1f },
	{ "Z0,400,4", GDB_INSERT, 0x400, 4, 0 },
	{ "Z1,400,4;cond", GDB_INSERT, 0x400, 4, 1 },
	{ "z2,400,8", GDB_REMOVE, 0x400, 8, 2 },
	{ "z2,400", GDB_MALFORMED, 0x400, 0, 2 },
	{ "c", GDB_GO, 0, 0, 0 },
	{ "c80", GDB_GO, 0x80, 0, 0 },
	{ "C05", GDB_GO, 0, 0, 5 },
	{ "S05;80", GDB_STEP_ONE, 0x80, 0, 5 },
	{ "C05x", GDB_MALFORMED, 0, 0, 5 },
	{ "vCont;c", GDB_GO, 0, 0, 0 },
	{ "vCont;s:1;c", GDB_STEP_ONE, 0, 0, 0 },
	{ "vCont;C0b:1", GDB_GO, 0, 0, 11 },
	{ "vCont;C0b!", GDB_MALFORMED, 0, 0, 11 },
	{ "vCont;r1,2", GDB_MALFORMED, 0, 0, 0 },
	{ "vCont?", GDB_VCONT, 0, 0, 0 },
	{ "vMustReplyEmpty", GDB_UNKNOWN, 0, 0, 0 },
	{ "vKill;1", GDB_KILL, 0, 0, 0 },
	{ "D", GDB_DETACH, 0, 0, 0 },
	{ "k", GDB_KILL, 0, 0, 0 },
	{ "Hg0", GDB_FINE, 0, 0, 0 },
	{ "qSupported:multiprocess+", GDB_SUPPORTED, 0, 0, 0 },
	{ "QStartNoAckMode", GDB_NO_ACK, 0, 0, 0 },
	{ "qXfer:features:read:target.xml:10,3fb", GDB_XFER_TARGET, 0x10, 0x3fb, 0 },
	{ "qXfer:features:read:target.xml:10", GDB_MALFORMED, 0x10, 0, 0 },
	{ "qXfer:features:read:other.xml:10,3", GDB_UNKNOWN, 0, 0, 0 },
	{ "qC", GDB_THREAD, 0, 0, 0 },
	{ "qCRC:0,1", GDB_UNKNOWN, 0, 0, 0 },
	{ "qfThreadInfo", GDB_FIRST_THREAD, 0, 0, 0 },
	{ "\xff", GDB_UNKNOWN, 0, 0, 0 },
};

static void parse(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(packets); i++) {
		struct gdb_command c;
		char payload[64];

		strcpy(payload, packets[i].payload);
		gdb_parse(payload, strlen(payload), &c);
		if (c.op != packets[i].op)
			fail_msg("'%s': %d", packets[i].payload, c.op);
		assert_int_equal(c.address, packets[i].address);
		assert_int_equal(c.length, packets[i].length);
		assert_int_equal(c.number, packets[i].number);
	}
}

/* In pieces of any size it is the same text. */
static void target_xml(void **state)
{
	char whole[4096] = "", pieces[4096] = "";
	struct gdb_window all = { .out = whole, .length = sizeof(whole) - 1 };
	size_t len = gdb_target_xml(&all), got = 0;

	(void)state;
	assert_int_equal(len, strlen(whole));
	assert_non_null(strstr(whole, "<reg name=\"x30\" bitsize=\"64\"/><reg name=\"sp\""));
	while (got < len) {
		struct gdb_window w = { .out = pieces + got, .offset = got, .length = 7 };

		assert_int_equal(gdb_target_xml(&w), len);
		got += w.kept;
	}
	assert_string_equal(whole, pieces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(frames, restart),
		cmocka_unit_test_setup(between_frames, restart),
		cmocka_unit_test_setup(too_long, restart),
		cmocka_unit_test(hex),
		cmocka_unit_test(number),
		cmocka_unit_test(unescape),
		cmocka_unit_test(parse),
		cmocka_unit_test(target_xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
