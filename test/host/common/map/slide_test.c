/* SPDX-License-Identifier: BSD-2-Clause */
/* Static PIEs at random addresses: every slide makes a plan that holds. */
#include "test/host/common/map/fixture.h"

#include <errno.h>
#include <stdio.h>

static uint64_t seed = 1;

static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static uint64_t slide_by(struct boot *b, uint64_t random)
{
	uint64_t slide;

	assert_int_equal(map_plan_geometry(&b->request, &b->plan, &b->why), 0);
	slide = map_slide(&b->request, &b->plan, random);
	assert_true(slide % MAP_SLIDE == 0);
	elf_move(&b->image, slide, slide, 0);
	return slide;
}

/* @random decides; whatever it is, the plan holds and VIRT_START stays. */
static uint64_t plan_holds(struct boot *b, uint64_t random)
{
	vaddr_t start;
	struct pt_wx wx;
	uint64_t slide;

	assert_int_equal(map_plan_geometry(&b->request, &b->plan, &b->why), 0);
	start = b->plan.virt_start;
	slide = slide_by(b, random);
	b->why.text[0] = '\0';
	if (map_plan(&b->request, &b->plan, &b->why))
		fail_msg("slide 0x%llx: %s", (unsigned long long)slide, b->why.text);
	assert_true(b->plan.virt_start == start);
	assert_int_equal(map_plan_audit(&b->plan, &wx), 0);
	return slide;
}

static void test_virt(void **state)
{
	static struct boot b;
	unsigned same = 0;
	uint64_t last = 0;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		uint64_t slide;

		boot_virt(&b);
		slide = plan_holds(&b, next());
		same += slide == last;
		last = slide;
	}
	assert_true(same < 3);
}

/* 0: as linked. Any number of slots from there is what the number says, where nothing lies. */
static void test_exact(void **state)
{
	static struct boot b;

	(void)state;
	boot_virt(&b);
	assert_true(slide_by(&b, 0) == 0);
	boot_virt(&b);
	assert_true(slide_by(&b, 1000) == 1000 * MAP_SLIDE);
	/* within the 128 MiB of DRAM's linear map: behind it */
	boot_virt(&b);
	assert_true(slide_by(&b, 1) == 128 * MIB);
	assert_true(b.image.va_lowest == VIRT_39 + TEXT + 128 * MIB);
	assert_true(b.image.va_lowest - MAP_SLIDE < VIRT_39 + DRAM + 128 * MIB);
}

/* Little room, and most of it taken: a kernel near the end of the half, and DRAM's linear map. */
static void test_crowded(void **state)
{
	static struct boot b;
	bool slid = false;

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		boot_empty(&b);
		boot_bank(&b, DRAM, GIB);
		boot_bank(&b, 510 * GIB, GIB + 512 * MIB);
		boot_segment(&b, -512 * MIB, DRAM, 0x5000, ELF_R | ELF_X);
		boot_segment(&b, -512 * MIB + 0x5000, DRAM + 0x5000, 0x1fb000, ELF_R | ELF_W);
		boot_window(&b, 511 * GIB + 640 * MIB, 0x1000);
		boot_window(&b, 512 * GIB - 64 * MIB, 64 * MIB);
		boot_set(&b, LOFT_NOTE_VIRT_START, VIRT_39);
		boot_set(&b, LOFT_NOTE_CONSOLE_VA, -256 * MIB);
		b.request.vectors = b.request.switch_page = DRAM + GIB - 0x1000;
		slid |= plan_holds(&b, next()) != 0;
	}
	assert_true(slid);
	/* a kernel that ends with the address space */
	for (unsigned i = 0; i < 50; i++) {
		boot_empty(&b);
		boot_bank(&b, DRAM, GIB);
		boot_segment(&b, -2 * MIB, DRAM, 2 * MIB, ELF_R | ELF_X);
		b.request.vectors = b.request.switch_page = DRAM + GIB - 0x1000;
		assert_true(plan_holds(&b, next()) == 0);
	}
}

static void test_granules(void **state)
{
	static const struct {
		uint32_t granule;
		unsigned bits;
	} rows[] = { { 4096, 48 }, { 16384, 36 }, { 16384, 47 }, { 65536, 42 }, { 65536, 52 } };
	static struct boot b;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		unsigned row = i % ARRAY_SIZE(rows);
		vaddr_t start = ~UINT64_C(0) << rows[row].bits;

		boot_empty(&b);
		boot_bank(&b, DRAM, 2 * GIB);
		boot_window(&b, UART, 0x1000);
		boot_window(&b, 0x4010000000, 0x10000000);
		boot_segment(&b, start + DRAM + 4 * MIB, DRAM + 4 * MIB, 0x5000, ELF_R | ELF_X);
		boot_segment(&b, start + DRAM + 4 * MIB + 0x10000, DRAM + 4 * MIB + 0x10000,
			     next() % (32 * MIB) + 1, ELF_R | ELF_W);
		boot_set(&b, LOFT_NOTE_GRANULE, rows[row].granule);
		boot_set(&b, LOFT_NOTE_VA_BITS, rows[row].bits);
		b.request.vectors = b.request.switch_page = DRAM + GIB;
		plan_holds(&b, next());
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virt),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_granules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
