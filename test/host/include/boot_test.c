/* SPDX-License-Identifier: BSD-2-Clause */
/* include/loft/boot.h: the note as bytes, the constants, the address helpers at their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "include/loft/boot.h"

#define START_39	UINT64_C(0xffffff8000000000)
#define START_48	UINT64_C(0xffff000000000000)
#define UNTOUCHED	UINT64_C(0x5a5a5a5a5a5a5a5a)

LOFT_NOTE({ LOFT_NOTE_VIRT_START, START_39 }, { LOFT_NOTE_VA_BITS, 39 },
	  { LOFT_NOTE_FLAGS, LOFT_FLAG_KEEP_IDMAP | LOFT_FLAG_NO_MMIO });

static uint64_t le64(const unsigned char *p)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | p[i];
	return value;
}

static void test_note_is_the_bytes_of_the_protocol(void **state)
{
	static const unsigned char head[20] = {
		5, 0, 0, 0, 48, 0, 0, 0, 1, 0, 0, 0, 'L', 'o', 'f', 't', 0, 0, 0, 0,
	};
	static const uint64_t pairs[] = { 1, START_39, 2, 39, 5, 0x0a };
	unsigned char bytes[sizeof(loft_note)];

	(void)state;
	assert_int_equal(sizeof(loft_note), 20 + 48);
	assert_int_equal((uintptr_t)&loft_note % 4, 0);
	memcpy(bytes, &loft_note, sizeof(bytes));
	assert_memory_equal(bytes, head, sizeof(head));
	for (size_t i = 0; i < 6; i++)
		assert_true(le64(bytes + 20 + 8 * i) == pairs[i]);
}

static void test_magic_reads_LOFT(void **state)
{
	const uint64_t magic = LOFT_MAGIC;
	char word[5] = "";

	(void)state;
	assert_true(magic == UINT64_C(0x000154464f4c));
	assert_true((magic & 0xffffffff) == LOFT_MAGIC_WORD);
	assert_int_equal(LOFT_MAGIC_VERSION(magic), LOFT_PROTOCOL_VERSION);
	memcpy(word, &magic, 4);
	assert_string_equal(word, "LOFT");
}

static void test_mair_holds_its_attributes(void **state)
{
	(void)state;
	assert_int_equal(LOFT_MAIR >> (8 * LOFT_ATTR_NORMAL) & 0xff, 0xff);
	assert_int_equal(LOFT_MAIR >> (8 * LOFT_ATTR_DEVICE) & 0xff, 0x04);
	assert_int_equal(LOFT_MAIR >> (8 * LOFT_ATTR_DEVICE_STRICT) & 0xff, 0x00);
	assert_int_equal(LOFT_MAIR >> (8 * LOFT_ATTR_UNCACHED) & 0xff, 0x44);
}

static void test_flags_are_distinct(void **state)
{
	const uint64_t sum = LOFT_FLAG_UNMAPPED + LOFT_FLAG_KEEP_IDMAP + LOFT_FLAG_ALLOW_WX +
			     LOFT_FLAG_NO_MMIO + LOFT_FLAG_PARK_SECONDARIES +
			     LOFT_FLAG_FDT_AT_DRAM_BASE + LOFT_FLAG_IDENTITY +
			     LOFT_FLAG_RANDOM_SLIDE;

	(void)state;
	assert_true(sum == LOFT_FLAG_ALL);
}

struct helper_case {
	uint64_t virt_start, pa, va;
	bool to_virt, to_phys;
};

static void test_helpers_at_their_edges(void **state)
{
	static const struct helper_case cases[] = {
		{ START_39, 0, START_39, true, true },
		{ START_39, 0x40000000, 0xffffff8040000000, true, true },
		{ START_39, 0x7fffffffff, UINT64_MAX, true, true },
		{ START_39, 0x8000000000, 0, false, false },		/* the sum wraps to 0 */
		{ START_39, 0x8000001000, 0x1000, false, false },
		{ START_39, UINT64_MAX, START_39 - 1, false, false },	/* below the linear map */
		{ START_48, 0xffffffffffff, UINT64_MAX, true, true },
		{ START_48, LOFT_PA_LIMIT, START_48 + LOFT_PA_LIMIT, false, false },
		{ 0, 0, 0, true, true },
		{ 0, 0x40000000, 0x40000000, true, true },
		{ 0, LOFT_PA_LIMIT - 1, LOFT_PA_LIMIT - 1, true, true },
		{ 0, LOFT_PA_LIMIT, LOFT_PA_LIMIT, false, false },
		{ 0, START_39, START_39, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct helper_case *c = &cases[i];
		uint64_t va = UNTOUCHED, pa = UNTOUCHED;

		assert_int_equal(loft_phys_to_virt(c->virt_start, c->pa, &va), c->to_virt);
		assert_true(va == (c->to_virt ? c->va : UNTOUCHED));
		assert_int_equal(loft_virt_to_phys(c->virt_start, c->va, &pa), c->to_phys);
		assert_true(pa == (c->to_phys ? c->pa : UNTOUCHED));
	}
}

static void test_short_forms_agree(void **state)
{
	(void)state;
	assert_true(loft_va(START_39, 0x9000000) == UINT64_C(0xffffff8009000000));
	assert_true(loft_pa(START_39, UINT64_C(0xffffff8009000000)) == 0x9000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_note_is_the_bytes_of_the_protocol),
		cmocka_unit_test(test_magic_reads_LOFT),
		cmocka_unit_test(test_mair_holds_its_attributes),
		cmocka_unit_test(test_flags_are_distinct),
		cmocka_unit_test(test_helpers_at_their_edges),
		cmocka_unit_test(test_short_forms_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
