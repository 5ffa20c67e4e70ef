/* SPDX-License-Identifier: BSD-2-Clause */
/* Which CPU of a kernel faults into which frame: no two into one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arm64/handoff/handoff.h"

static bool taken[FAULT_FRAMES];

static void take(uint64_t mpidr)
{
	unsigned n = frame_number(mpidr);

	assert_true(n < FAULT_FRAMES);
	assert_false(taken[n]);
	taken[n] = true;
}

/* 16 cores in each of 16 clusters: Aff0 and Aff1, or Aff1 and Aff2 where Aff0 is a thread's. */
static void clusters(void **state)
{
	(void)state;
	for (unsigned threads = 0; threads < 2; threads++) {
		memset(taken, 0, sizeof(taken));
		for (uint64_t cluster = 0; cluster < 16; cluster++)
			for (uint64_t core = 0; core < 16; core++)
				take((cluster << 8 | core) << 8 * threads | UINT64_C(0x80000000) |
				     (uint64_t)threads << 24);
	}
}

static void one_cluster(void **state)
{
	(void)state;
	memset(taken, 0, sizeof(taken));
	for (uint64_t core = 0; core < 256; core++)
		take(core);
}

/* And the first 16 of either kind need no more than 16 frames. */
static void few(void **state)
{
	(void)state;
	for (unsigned shift = 0; shift <= 8; shift += 8) {
		uint32_t seen = 0;

		for (uint64_t core = 0; core < FAULT_FRAMES_FEW; core++)
			seen |= UINT32_C(1) << frame_number(core << shift) % FAULT_FRAMES_FEW;
		assert_int_equal(seen, 0xffff);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clusters),
		cmocka_unit_test(one_cluster),
		cmocka_unit_test(few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
