/* SPDX-License-Identifier: BSD-2-Clause */
/* Which VIRT_START and VA_BITS a kernel gets: given, found, or refused. */
#include "test/host/common/map/fixture.h"

#include <errno.h>

#define K64    0x10000
#define ABSENT UINT64_C(1) /* no value of any key */

static const struct {
	const char *what;
	uint64_t va, pa; /* of the first segment; a second follows at +2 MiB */
	uint64_t skew;   /* added to the second's VA */
	uint64_t dram, dram_size;
	uint64_t granule, va_bits, virt_start, flags; /* of the note */
	int err;
	uint64_t start; /* expected */
	unsigned bits;
} rows[] = {
	{ "common distance", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, ABSENT, 0, 0,
	  VIRT_39, 39 },
	{ "48 bits by the distance", 0xffff000040080000, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, ABSENT,
	  0, 0, 0xffff000000000000, 48 },
	{ "distance not of a half: 48 bits cover it", VIRT_39 + 0x80000, TEXT, 0, DRAM, GIB, ABSENT,
	  ABSENT, ABSENT, 0, 0, VIRT_39 - DRAM, 48 },
	{ "the same in 39 bits on request", VIRT_39 + 0x80000, TEXT, 0, DRAM, GIB, ABSENT, 39,
	  ABSENT, 0, 0, VIRT_39 - DRAM, 39 },
	{ "distances differ: the board's", VIRT_39 + TEXT, TEXT, 0x1000, DRAM, GIB, ABSENT, ABSENT,
	  ABSENT, 0, 0, VIRT_39, 39 },
	{ "distance no multiple", VIRT_39 + TEXT + 8, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, ABSENT, 0,
	  0, VIRT_39, 39 },
	{ "distance does not reach all DRAM", -UINT64_C(0x40000000) + 0x80000, TEXT, 0, DRAM,
	  2 * GIB, ABSENT, ABSENT, ABSENT, 0, 0, VIRT_39, 39 },
	{ "just reaches", -UINT64_C(0x80000000) + 0x80000, TEXT, 0, DRAM, 2 * GIB, ABSENT, ABSENT,
	  ABSENT, 0, 0, -UINT64_C(0xc0000000), 39 },
	{ "given", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, 0xffff800000000000, 0, 0,
	  0xffff800000000000, 48 },
	{ "given, misaligned", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, K64, ABSENT, VIRT_39 + 0x1000, 0,
	  -EINVAL, 0, 0 },
	{ "64K", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, K64, ABSENT, ABSENT, 0, 0, VIRT_39, 42 },
	{ "16K", -64 * GIB + TEXT, TEXT, 0, DRAM, GIB, 16384, ABSENT, ABSENT, 0, 0, -64 * GIB, 36 },
	{ "16K, more", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, 16384, ABSENT, ABSENT, 0, 0, VIRT_39,
	  47 },
	{ "lowest VA below VIRT_START", 0xffff000000080000, TEXT, 0, DRAM, GIB, ABSENT, ABSENT,
	  VIRT_39, 0, 0, VIRT_39, 48 },
	{ "52 bits", 0xfff0000040080000, TEXT, 0, DRAM, GIB, K64, ABSENT, ABSENT, 0, 0,
	  0xfff0000000000000, 52 },
	{ "not canonical", 0x0080000040080000, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, ABSENT, 0,
	  -ERANGE, 0, 0 },
	{ "no such size", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, ABSENT, 42, ABSENT, 0, -ENOTSUP, 0,
	  0 },
	{ "no such granule", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, 8192, ABSENT, ABSENT, 0, -ENOTSUP,
	  0, 0 },
	{ "identity", TEXT, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, ABSENT, LOFT_FLAG_IDENTITY, 0, 0,
	  39 },
	{ "identity, DRAM at 1 TiB", TIB + TEXT, TIB + TEXT, 0, TIB, 4 * GIB, ABSENT, ABSENT,
	  ABSENT, LOFT_FLAG_IDENTITY, 0, 0, 48 },
	{ "identity, upper kernel", VIRT_39 + TEXT, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, ABSENT,
	  LOFT_FLAG_IDENTITY, -ERANGE, 0, 0 },
	{ "identity, VIRT_START 0", TEXT, TEXT, 0, DRAM, GIB, ABSENT, ABSENT, 0, LOFT_FLAG_IDENTITY,
	  0, 0, 39 },
};

static void give(struct boot *b, uint64_t key, uint64_t value)
{
	if (value != ABSENT)
		boot_set(b, key, value);
}

static void test_rows(void **state)
{
	static struct boot b;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		print_message("  %s\n", rows[i].what);
		boot_empty(&b);
		boot_bank(&b, rows[i].dram, rows[i].dram_size);
		boot_segment(&b, rows[i].va, rows[i].pa, 0x1000, ELF_R | ELF_X);
		boot_segment(&b, rows[i].va + 2 * MIB + rows[i].skew, rows[i].pa + 2 * MIB, 0x1000,
			     ELF_R);
		give(&b, LOFT_NOTE_GRANULE, rows[i].granule);
		give(&b, LOFT_NOTE_VA_BITS, rows[i].va_bits);
		give(&b, LOFT_NOTE_VIRT_START, rows[i].virt_start);
		boot_set(&b, LOFT_NOTE_FLAGS, rows[i].flags);
		assert_int_equal(map_plan_geometry(&b.request, &b.plan, &b.why), rows[i].err);
		if (rows[i].err) {
			assert_true(b.why.text[0]);
			continue;
		}
		assert_int_equal(b.plan.virt_start, rows[i].start);
		assert_int_equal(b.plan.va_bits, rows[i].bits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
