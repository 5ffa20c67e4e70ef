/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arm64/fault/esr.h"

#define EC(ec)    ((uint64_t)(ec) << 26 | UINT64_C(1) << 25)
#define DABORT(s) (EC(0x25) | (s))
#define IABORT(s) (EC(0x21) | (s))
#define WNR       (1u << 6)
#define CM        (1u << 8)
#define S1PTW     (1u << 7)
#define FNV       (1u << 10)

static const struct {
	uint64_t esr;
	const char *text;
} cases[] = {
	{ 0x02000000, "unknown instruction or state" },
	{ 0x96000046, "data abort, same EL: translation fault, level 2, write" },
	{ 0x96000010, "data abort, same EL: external abort, read" },
	{ 0x9600004f, "data abort, same EL: permission fault, level 3, write" },
	{ 0x8600000e, "instruction abort, same EL: permission fault, level 2" },
	{ 0x92000007, "data abort, lower EL: translation fault, level 3, read" },
	{ 0x82000005, "instruction abort, lower EL: translation fault, level 1" },
	{ DABORT(0x00), "data abort, same EL: address size fault, level 0, read" },
	{ DABORT(0x09), "data abort, same EL: access flag fault, level 1, read" },
	{ DABORT(0x11 | WNR), "data abort, same EL: tag check fault, write" },
	{ DABORT(0x13), "data abort, same EL: external abort on a table walk, level -1, read" },
	{ DABORT(0x16), "data abort, same EL: external abort on a table walk, level 2, read" },
	{ DABORT(0x18), "data abort, same EL: parity or ECC error, read" },
	{ DABORT(0x1b),
	  "data abort, same EL: parity or ECC error on a table walk, level -1, read" },
	{ DABORT(0x1f), "data abort, same EL: parity or ECC error on a table walk, level 3, read" },
	{ DABORT(0x21), "data abort, same EL: alignment fault, read" },
	{ DABORT(0x23), "data abort, same EL: granule protection fault on a walk, level -1, read" },
	{ DABORT(0x28), "data abort, same EL: granule protection fault, read" },
	{ DABORT(0x29), "data abort, same EL: address size fault, level -1, read" },
	{ DABORT(0x2b), "data abort, same EL: translation fault, level -1, read" },
	{ DABORT(0x30), "data abort, same EL: TLB conflict, read" },
	{ DABORT(0x35), "data abort, same EL: unsupported exclusive or atomic access, read" },
	{ DABORT(0x3f), "data abort, same EL: fault status 0x3f, read" },
	{ DABORT(0x04 | CM | WNR),
	  "data abort, same EL: translation fault, level 0, cache maintenance or AT" },
	{ DABORT(0x05 | S1PTW | WNR),
	  "data abort, same EL: translation fault, level 1, write, on a walk of stage 1" },
	{ IABORT(0x06 | S1PTW),
	  "instruction abort, same EL: translation fault, level 2, on a walk of stage 1" },
	{ EC(0x22), "PC alignment fault" },
	{ EC(0x26), "SP alignment fault" },
	{ EC(0x2f), "SError" },
	{ EC(0x0e), "illegal execution state" },
	{ EC(0x0d), "branch target exception" },
	{ EC(0x3c) | 0x1, "BRK from AArch64: 0x1" },
	{ EC(0x16) | 0x4a48, "HVC from AArch64: 0x4a48" },
	{ EC(0x15), "SVC from AArch64: 0x0" },
	/* msr sctlr_el1, x3: op0 3, op1 0, CRn 1, CRm 0, op2 0, Rt 3 */
	{ EC(0x18) | 3u << 20 | 1u << 10 | 3u << 5,
	  "trapped MSR, MRS or system instruction: write of S3_0_C1_C0_0 from x3" },
	/* mrs x30, pmcr_el0: op0 3, op1 3, CRn 9, CRm 12, op2 0 */
	{ EC(0x18) | 3u << 20 | 3u << 14 | 9u << 10 | 30u << 5 | 12u << 1 | 1,
	  "trapped MSR, MRS or system instruction: read of S3_3_C9_C12_0 to x30" },
	{ EC(0x02), "reserved exception class 0x02" },
	{ EC(0x3f), "reserved exception class 0x3f" },
};

static void describes_syndromes(void **state)
{
	char text[ESR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		esr_describe(cases[i].esr, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

/* ISS2 and the length bit are no part of the class. */
static void ignores_other_bits(void **state)
{
	char text[ESR_TEXT_MAX];

	(void)state;
	esr_describe(UINT64_C(0x00ffffff94000046), text, sizeof(text));
	assert_string_equal(text, "data abort, same EL: translation fault, level 2, write");
}

static void every_sentence_fits(void **state)
{
	char text[ESR_TEXT_MAX], longest[4 * ESR_TEXT_MAX];

	(void)state;
	for (uint64_t ec = 0; ec < 64; ec++) {
		for (uint64_t iss = 0; iss < 1u << 12; iss++) {
			esr_describe(EC(ec) | iss | 0x1ff << 16, text, sizeof(text));
			esr_describe(EC(ec) | iss | 0x1ff << 16, longest, sizeof(longest));
			assert_string_equal(text, longest);
			assert_true(text[0] != '\0');
		}
	}
}

static void cuts_at_the_size(void **state)
{
	char text[8] = "0123456";

	(void)state;
	esr_describe(DABORT(0x04), text, 5);
	assert_string_equal(text, "data");
	assert_int_equal(text[5], '5');
}

static void tells_when_far_holds(void **state)
{
	(void)state;
	assert_true(esr_has_far(DABORT(0x07)));
	assert_true(esr_has_far(IABORT(0x07)));
	assert_true(esr_has_far(EC(0x22)));
	assert_true(esr_has_far(EC(0x35)));
	assert_false(esr_has_far(DABORT(0x10 | FNV)));
	assert_false(esr_has_far(EC(0x3c)));
	assert_false(esr_has_far(EC(0x26)));
	assert_false(esr_has_far(EC(0x2f)));
	assert_true(esr_is_abort(IABORT(0)));
	assert_false(esr_is_abort(EC(0x22)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(describes_syndromes),  cmocka_unit_test(ignores_other_bits),
		cmocka_unit_test(every_sentence_fits),  cmocka_unit_test(cuts_at_the_size),
		cmocka_unit_test(tells_when_far_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
