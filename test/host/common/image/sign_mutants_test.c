/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each byte of signed FITs altered, and as many mutants of several alterations as MUTANTS of the
 * environment says: what passes is what was signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test/host/common/image/sign_mutants.h"

#define USUALLY 2000

static uint32_t random_state = 1;

static uint8_t random_byte(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return (uint8_t)(random_state >> 24);
}

static void test_originals(void **state)
{
	struct fit fit;

	(void)state;
	make_bases();
	for (unsigned int i = 0; i < MUTANT_BASES; i++) {
		memcpy(mutant, bases[i].fit, sizeof(mutant));
		mutant_size = bases[i].size;
		hold_rule(&bases[i], &fit, boots(&bases[i], &fit));
	}
}

/* One bit of each byte; which passes was not signed: a date, a default, where data lies. */
static void test_each_byte(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MUTANT_BASES; i++) {
		const struct base *b = &bases[i];
		unsigned int passed = 0;

		for (uint64_t at = 0; at < b->size; at++) {
			struct fit fit;
			int config;

			memcpy(mutant, b->fit, sizeof(mutant));
			mutant_size = b->size;
			mutant[at] ^= (uint8_t)(1 << at % 8);
			config = boots(b, &fit);
			if (config >= 0)
				hold_rule(b, &fit, config);
			passed += config >= 0;
		}
		print_message("%s: %u of %u bytes may differ\n", b->name, passed,
			      (unsigned int)b->size);
		assert_true(passed < b->size);
	}
}

static void test_mutants(void **state)
{
	const char *wanted = getenv("MUTANTS");
	const unsigned int each = wanted ? (unsigned int)atoi(wanted) : USUALLY;
	uint8_t bytes[80];

	(void)state;
	for (unsigned int i = 0; i < MUTANT_BASES; i++) {
		struct mutants count = { 0, 0, 0 };

		while (count.tried < each) {
			struct stream s = { bytes, sizeof(bytes) };

			for (unsigned int n = 0; n < sizeof(bytes); n++)
				bytes[n] = random_byte();
			bytes[0] = (uint8_t)i;
			try_mutant(&s, &count);
		}
		print_message("%s: %u mutants, %u differ, %u pass\n", bases[i].name, count.tried,
			      count.changed, count.passed);
		assert_true(count.changed > each / 2 && count.passed < count.tried / 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_originals),
		cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
