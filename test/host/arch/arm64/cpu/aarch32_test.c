// SPDX-License-Identifier: BSD-2-Clause
/* aarch32.h: registers by number, as the Arm ARM has them, not by the header's names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/arm64/cpu/aarch32.h"

static void hcr(void **state)
{
	(void)state;
	assert_int_equal(aarch32_hcr(0x80000002, false), 2);	   /* RW goes, SWIO stays */
	assert_int_equal(aarch32_hcr(0x80000002, true), 0x80002); /* TSC */
	assert_int_equal(aarch32_hcr(UINT64_MAX, false), ~(UINT64_C(1) << 31));
}

/* SVC mode; A, I and F masked, E and J clear; T by the address. */
static void spsr(void **state)
{
	(void)state;
	assert_int_equal(aarch32_spsr(0x40008000), 0x1d3);
	assert_int_equal(aarch32_spsr(0x40008001), 0x1f3);
}

/* M, A, C, I, V, EE, TE, TRE, AFE clear; CP15BEN and what is RES1 in v8.0 set. */
static void sctlr(void **state)
{
	(void)state;
	assert_int_equal(SCTLR_EL1_AARCH32 & 0x72003007, 0);
	assert_int_equal(SCTLR_EL1_AARCH32 & 0x00c50838, 0x00c50838);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hcr),
		cmocka_unit_test(spsr),
		cmocka_unit_test(sctlr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
