// SPDX-License-Identifier: BSD-2-Clause
/* arena.h: what is given out is apart, aligned, and never more than there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/mem/arena.h"

static void test_takes(void **state)
{
	static char mem[4096] __attribute__((aligned(ARENA_ALIGN)));

	(void)state;
	srand(3);
	for (unsigned round = 0; round < 1000; round++) {
		struct arena a = { mem, (uint64_t)(rand() % 4096) / ARENA_ALIGN * ARENA_ALIGN, 0 };
		char *next = mem;

		for (unsigned i = 0; i < 100; i++) {
			uint64_t count = (uint64_t)(rand() % 20), size = (uint64_t)(rand() % 40);
			uint64_t need = arena_need(count, size), left = a.size - a.used;
			char *got = arena_take(&a, count, size);

			assert_true(need >= count * size && need < count * size + ARENA_ALIGN);
			assert_int_equal(got != NULL, need <= left);
			if (!got) {
				assert_int_equal(a.size - a.used, left);
				continue;
			}
			assert_ptr_equal(got, next);
			memset(got, (int)i, need); /* ASan looks at the end */
			next = got + need;
		}
	}
}

static void test_overflow(void **state)
{
	static char mem[64] __attribute__((aligned(ARENA_ALIGN)));
	struct arena a = { mem, sizeof(mem), 0 };

	(void)state;
	assert_true(arena_need(UINT64_MAX / 8, 16) == UINT64_MAX);
	assert_true(arena_need(UINT64_MAX, 1) == UINT64_MAX);
	assert_true(arena_need(UINT64_MAX, 0) == 0);
	assert_null(arena_take(&a, UINT64_MAX / 8, 16));
	assert_null(arena_take(&a, 5, 16));
	assert_int_equal(a.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes),
		cmocka_unit_test(test_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
