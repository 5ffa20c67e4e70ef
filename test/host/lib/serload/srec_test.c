/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/srec: whole records are taken, and each kind of damage is named with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/serload/srec.h"
#include "test/host/lib/serload/model.h"

static struct model m;
static struct srec s;

/* Return: what the last byte of @text that it took answered; *left: what it did not */
static int load(const char *text, uint64_t offset, const char **left)
{
	int rc = 0;

	model_init(&m);
	m.begun = 1; /* one run of bytes */
	srec_start(&s, &m.host, offset);
	while (*text && !rc)
		rc = srec_step(&s, (unsigned char)*text++);
	if (left)
		*left = text;
	return rc;
}

#define S0    "S00600004844521B\n"
#define ABCD  "S107000041424344EE\n"
#define S5_2  "S5030002FA\n"
#define S9_10 "S9030010EC\n"

static void whole_file(void **state)
{
	const char *left;

	(void)state;
	assert_int_equal(load(S0 ABCD "\n" S5_2, 0, NULL), -EBADMSG);
	assert_string_equal(s.base.why.text, "line 4 counts 2 records, 1 came");
	assert_int_equal(load(S0 ABCD S9_10 "next", 0, &left), SERLOAD_DONE);
	assert_string_equal(left, "next");
	assert_int_equal(m.size, 4);
	assert_memory_equal(m.data, "ABCD", 4);
	assert_int_equal(s.entry, 0x10);
	assert_int_equal(s.bytes, 4);
	assert_int_equal(s.records, 1);
}

/* The LF behind the last line's CR is taken, where the file has such ends. */
static void line_ends(void **state)
{
	const char *left;

	(void)state;
	assert_int_equal(load("S107000041424344EE\r\nS9030010EC\r\nx", 0, &left), SERLOAD_DONE);
	assert_string_equal(left, "x");
	assert_int_equal(load("S107000041424344EE\rS9030010EC\rx", 0, &left), SERLOAD_DONE);
	assert_string_equal(left, "x");
	assert_int_equal(load(" \r\n\r\ns", 0, NULL), -EPROTO);
	assert_string_equal(s.base.why.text, "line 3 is no S-record: it begins 0x73");
}

static void damage(void **state)
{
	static const struct {
		const char *text;
		int err;
		const char *why;
	} cases[] = {
		{ "S107000041424344EF\n", -EBADMSG, "line 1 has a wrong sum" },
		{ "S107000041424344E\n", -EPROTO,
		  "line 1 has 16 hexadecimal digits, not the 17 that it says" },
		{ "S107000041424344EEE\n", -EPROTO,
		  "line 1 has 18 hexadecimal digits, not the 17 that it says" },
		{ "S10700004142434GEE\n", -EPROTO, "line 1 has a character 0x47 at column 16" },
		{ S0 "SA07000041424344EE\n", -EPROTO, "line 2 has a character 0x41 at column 2" },
		{ "S4030000FC\n", -EPROTO, "line 1 is no S4 record" },
		{ "S10200FD\n", -EPROTO, "line 1 is no S1 record" },
		{ "S\n", -EPROTO, "line 1 has 0 hexadecimal digits, not the 3 that it says" },
		{ "S100FF\n", -EPROTO, "line 1 has 5 hexadecimal digits, not the 3 that it says" },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(load(cases[i].text, 0, NULL), cases[i].err);
		assert_string_equal(s.base.why.text, cases[i].why);
		assert_int_equal(m.size, 0);
	}
}

static void host_refuses(void **state)
{
	(void)state;
	assert_int_equal(load(ABCD, MODEL_MAX, NULL), -EPERM);
	assert_int_equal(load(ABCD, UINT64_MAX, NULL), -EPERM);
	assert_string_equal(s.base.why.text, "belongs to the model");
}

static void waits_end(void **state)
{
	unsigned int waits = 0;
	int rc;

	(void)state;
	assert_int_equal(load("", 0, NULL), 0);
	while (!(rc = srec_step(&s, SERLOAD_QUIET)))
		assert_true(++waits < 60);
	assert_int_equal(rc, -ETIMEDOUT);
	assert_string_equal(s.base.why.text, "nothing came for 60 seconds, in line 1");
	assert_int_equal(load(ABCD "S1", 0, NULL), 0);
	assert_int_equal(srec_step(&s, SERLOAD_QUIET), -ETIMEDOUT);
	assert_string_equal(s.base.why.text, "nothing came for 10 seconds, in line 2");
	assert_int_equal(load(ABCD "\x03", 0, NULL), 0);
	assert_int_equal(srec_step(&s, SERLOAD_QUIET), -EINTR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_file), cmocka_unit_test(line_ends),
		cmocka_unit_test(damage),     cmocka_unit_test(host_refuses),
		cmocka_unit_test(waits_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
