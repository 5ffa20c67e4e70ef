/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <time.h>

#include "lib/base/caldate.h"

static const struct caldate now = { .year = 2026, .month = 11, .day = 20 };

/* Against the C library, over all that 32 bits hold. */
static void test_agrees_with_gmtime(void **state)
{
	(void)state;
	for (uint64_t s = 0; s <= UINT32_MAX; s += 86400 * 13 + 4711) {
		struct caldate d = caldate_from(s);
		time_t t = (time_t)s;
		struct tm tm;
		char text[32];
		uint32_t back;

		gmtime_r(&t, &tm);
		assert_int_equal(d.year, tm.tm_year + 1900);
		assert_int_equal(d.month, tm.tm_mon + 1);
		assert_int_equal(d.day, tm.tm_mday);
		assert_int_equal(d.hour, tm.tm_hour);
		assert_int_equal(d.minute, tm.tm_min);
		assert_int_equal(d.second, tm.tm_sec);
		assert_int_equal(d.weekday, tm.tm_wday);
		strftime(text, sizeof(text), "%m%d%H%M%Y.%S", &tm);
		assert_int_equal(caldate_parse(text, &now, &back, NULL), 0);
		assert_int_equal(back, s);
	}
}

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		uint32_t seconds;
	} good[] = {
		{ "010100001970", 0 },
		{ "0101000070", 0 },
		{ "010100001970.59", 59 },
		{ "0101000069", 3124224000 },
		{ "11200000", 1795132800 },
		{ "022900002000", 951782400 },
		{ "020706282106.15", UINT32_MAX },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(good); i++) {
		uint32_t seconds;

		assert_int_equal(caldate_parse(good[i].text, &now, &seconds, NULL), 0);
		assert_int_equal(seconds, good[i].seconds);
	}
}

static void test_refusals(void **state)
{
	static const struct {
		const char *text;
		int err;
		const char *why;
	} bad[] = {
		{ "", -EINVAL, "'' is no date: it is MMDDhhmm[[CC]YY][.ss]" },
		{ "1120", -EINVAL, "'1120' is no date: it is MMDDhhmm[[CC]YY][.ss]" },
		{ "112000001", -EINVAL, "'112000001' is no date: it is MMDDhhmm[[CC]YY][.ss]" },
		{ "11200000.", -EINVAL, "'11200000.' is no date: it is MMDDhhmm[[CC]YY][.ss]" },
		{ "11200000.1x", -EINVAL, "'11200000.1x' is no date: it is MMDDhhmm[[CC]YY][.ss]" },
		{ "13010000", -EINVAL, "there is no month 13" },
		{ "01012400", -EINVAL, "there is no time 24:00:00" },
		{ "02290000", -EINVAL, "month 2 of 2026 has no day 29" },
		{ "022900002100", -EINVAL, "month 2 of 2100 has no day 29" },
		{ "01000000", -EINVAL, "month 1 of 2026 has no day 0" },
		{ "123100001969", -ERANGE, "the year 1969 is not one of 1970 to 2106" },
		{ "020706282106.16", -ERANGE, "the clock ends at 2106-02-07 06:28:15" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		uint32_t seconds = 7;
		struct why why;

		assert_int_equal(caldate_parse(bad[i].text, &now, &seconds, &why), bad[i].err);
		assert_string_equal(why.text, bad[i].why);
		assert_int_equal(seconds, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_gmtime),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
