// SPDX-License-Identifier: BSD-2-Clause
/*
 * entry_code.h, FIELD K1: kernels that map themselves, in the shapes that are known, and kernels
 * that want to be mapped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "common/image/entry_code.h"

#define HIGH           UINT64_C(0xffffff8000000000)
#define DRAM           UINT64_C(0x40000000)
#define VA             (HIGH + DRAM + 0x200000)
#define WORDS          4096

#define NOP            0xd503201fu
#define RET            0xd65f03c0u
#define ERET           0xd69f03e0u
#define UDF            0u
#define STP_PUSH       0xa9bf7bfdu /* stp x29, x30, [sp, #-16]! */
#define MSR_TTBR0_EL1  0xd5182000u
#define MSR_TTBR1_EL1  0xd5182020u
#define MSR_TTBR0_EL2  0xd51c2000u
#define MSR_SCTLR_EL1  0xd5181000u
#define MSR_ELR_EL2(x) (0xd51c4020u | (x))
#define MSR_HCR_EL2    0xd51c1100u
#define MRS_CURRENTEL  0xd5384240u
#define MRS_TTBR1_EL1  0xd5382020u
#define MRS_MPIDR_EL1  0xd53800a0u
#define BR(x)          (0xd61f0000u | (x) << 5)
#define BLR(x)         (0xd63f0000u | (x) << 5)
#define B(n)           (0x14000000u | ((uint32_t)(n)&0x3ffffff))
#define BL(n)          (0x94000000u | ((uint32_t)(n)&0x3ffffff))
#define B_NE(n)        (0x54000001u | ((uint32_t)(n)&0x7ffff) << 5)
#define CBNZ(n)        (0xb5000000u | ((uint32_t)(n)&0x7ffff) << 5)
#define TBZ(n)         (0x36000000u | ((uint32_t)(n)&0x3fff) << 5)
#define ADR(x, n)      (0x10000000u | ((uint32_t)(n)&0x7ffff) << 5 | (x))
#define ADRP(x, pages) \
	(0x90000000u | ((pages)&3u) << 29 | (((uint32_t)(pages) >> 2) & 0x7ffff) << 5 | (x))
#define ADD(x, imm)    (0x91000000u | (imm) << 10 | (x) << 5 | (x))
#define LDR_LIT(x, n)  (0x58000000u | ((uint32_t)(n)&0x7ffff) << 5 | (x))
#define MOV_X9_X0      0xaa0003e9u
#define LDR(x, n, off) (0xf9400000u | (off) / 8 << 10 | (n) << 5 | (x))

/* Words of code at VA, physical at DRAM + 2 MiB; the segment as a file in memory. */
static uint32_t word[WORDS];
static struct elf_image image;
static struct entry_code code;
static struct why why;
static unsigned reads;
static int fails;

static int code_read(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	reads++;
	if (fails)
		return fails;
	memcpy(dst, (const uint8_t *)source->priv + off, len);
	return 0;
}

static int walk_from(vaddr_t entry)
{
	struct source source = { "kernel", sizeof(word), code_read, NULL, (uintptr_t)word, NULL };

	image.segment_count = 1;
	image.segment[0] = (struct elf_segment){ .vaddr = VA,
						 .paddr = DRAM + 0x200000,
						 .filesz = sizeof(word),
						 .memsz = sizeof(word) + 0x1000,
						 .flags = ELF_R | ELF_X };
	reads = 0;
	return entry_code_walk(&source, &image, entry, &code, &why);
}

static void put(const uint32_t *words, unsigned count)
{
	memset(word, 0, sizeof(word));
	memcpy(word, words, count * 4);
	fails = 0;
}
#define PUT(...) \
	put((const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

static void maps_itself(const char *ttbr, unsigned at)
{
	assert_int_equal(walk_from(VA), 0);
	assert_non_null(code.ttbr);
	assert_string_equal(code.ttbr, ttbr);
	assert_int_equal(code.at, VA + (uint64_t)at * 4);
}

static void wants_a_map(unsigned walked)
{
	assert_int_equal(walk_from(VA), 0);
	assert_null(code.ttbr);
	if (walked)
		assert_int_equal(code.walked, walked);
}

static void test_at_the_entry(void **state)
{
	(void)state;
	PUT(NOP, MSR_TTBR0_EL1, NOP);
	maps_itself("TTBR0_EL1", 1);
	PUT(NOP, NOP, MSR_TTBR1_EL1 | 7);
	maps_itself("TTBR1_EL1", 2);
	PUT(MSR_TTBR0_EL2);
	maps_itself("TTBR0_EL2", 0);
	PUT(MRS_TTBR1_EL1, RET); /* read only */
	wants_a_map(2);
	PUT(MSR_SCTLR_EL1, RET); /* seL4's: it writes SCTLR_EL1 early, and no TTBR */
	wants_a_map(2);
}

static void test_ways_to_it(void **state)
{
	(void)state;
	PUT(B(3), MSR_TTBR0_EL1, UDF, MSR_TTBR1_EL1);
	maps_itself("TTBR1_EL1", 3);
	PUT(BL(2), RET, NOP, MSR_TTBR1_EL1); /* in a function */
	maps_itself("TTBR1_EL1", 3);
	PUT(BL(3), MSR_TTBR1_EL1, UDF, STP_PUSH, RET); /* behind one, which comes first */
	maps_itself("TTBR1_EL1", 1);
	assert_int_equal(code.walked, 5);
	PUT(CBNZ(3), RET, UDF, MSR_TTBR1_EL1);
	maps_itself("TTBR1_EL1", 3);
	PUT(TBZ(3), RET, UDF, MSR_TTBR1_EL1);
	maps_itself("TTBR1_EL1", 3);
	PUT(B_NE(3), B(0), UDF, MSR_TTBR1_EL1); /* a CPU that waits in a loop */
	maps_itself("TTBR1_EL1", 3);
	PUT(B(2), MSR_TTBR1_EL1, B(-1)); /* backwards */
	maps_itself("TTBR1_EL1", 1);
}

static void test_ways_by_register(void **state)
{
	(void)state;
	PUT(ADR(9, 3), BR(9), UDF, MSR_TTBR1_EL1);
	maps_itself("TTBR1_EL1", 3);
	PUT(ADRP(9, 1), ADD(9, 8), BLR(9), RET);
	word[1024 + 2] = MSR_TTBR0_EL1;
	maps_itself("TTBR0_EL1", 1026);
	PUT(LDR_LIT(1, 2), BR(1), (uint32_t)(DRAM + 0x200018), 0, UDF, UDF,
	    MSR_TTBR1_EL1); /* a PA */
	maps_itself("TTBR1_EL1", 6);
	/* An address of the high half, loaded as a constant, is of use with the MMU on alone. */
	PUT(LDR_LIT(1, 2), BR(1), (uint32_t)(VA + 24), (uint32_t)((VA + 24) >> 32), UDF, UDF,
	    MSR_TTBR1_EL1);
	wants_a_map(2);
	/* The second of a table of functions, by its physical address; a high one is for later. */
	PUT(ADR(2, 4), LDR(1, 2, 8), BLR(1), UDF, 0, 0, (uint32_t)(DRAM + 0x200024), 0, UDF,
	    MSR_TTBR1_EL1);
	maps_itself("TTBR1_EL1", 9);
	PUT(ADR(2, 4), LDR(1, 2, 8), BR(1), UDF, 0, 0, (uint32_t)(VA + 36),
	    (uint32_t)((VA + 36) >> 32), UDF, MSR_TTBR1_EL1);
	wants_a_map(3);
	PUT(MOV_X9_X0, LDR(1, 9, 8), BR(1)); /* a table somewhere */
	wants_a_map(3);
	PUT(ADR(9, 4), MOV_X9_X0, BR(9), UDF, MSR_TTBR1_EL1); /* x9 is another's by then */
	wants_a_map(3);
	PUT(ADR(9, 4), MSR_ELR_EL2(9), ERET, UDF, MSR_TTBR1_EL1);
	maps_itself("TTBR1_EL1", 4);
	assert_true(code.knows_el2);
}

static void test_knows_el2(void **state)
{
	(void)state;
	PUT(MRS_MPIDR_EL1, MSR_TTBR0_EL1, MSR_SCTLR_EL1);
	maps_itself("TTBR0_EL1", 1);
	assert_false(code.knows_el2);
	PUT(MRS_CURRENTEL, MSR_TTBR0_EL1);
	maps_itself("TTBR0_EL1", 1);
	assert_true(code.knows_el2);
	PUT(MSR_HCR_EL2, MSR_TTBR0_EL1);
	maps_itself("TTBR0_EL1", 1);
	assert_true(code.knows_el2);
	PUT(MSR_TTBR0_EL1, MRS_CURRENTEL, MSR_SCTLR_EL1); /* tables first, EL2 left afterwards */
	maps_itself("TTBR0_EL1", 0);
	assert_true(code.knows_el2);
	PUT(MSR_TTBR0_EL1, MSR_SCTLR_EL1, MRS_CURRENTEL); /* with its MMU on it only asks */
	maps_itself("TTBR0_EL1", 0);
	assert_false(code.knows_el2);
	assert_int_equal(code.walked, 2);
}

static void test_bounds(void **state)
{
	(void)state;
	memset(word, 0, sizeof(word));
	fails = 0;
	for (unsigned i = 0; i < WORDS; i++)
		word[i] = NOP;
	word[ENTRY_CODE_MAX - 1] = MSR_TTBR1_EL1;
	maps_itself("TTBR1_EL1", ENTRY_CODE_MAX - 1);
	assert_true(reads <= 5);
	word[ENTRY_CODE_MAX - 1] = NOP;
	word[ENTRY_CODE_MAX] = MSR_TTBR1_EL1; /* ToaruOS's first is at +0x26134 */
	wants_a_map(ENTRY_CODE_MAX);
	for (unsigned i = 0; i < WORDS; i++) /* more branches than are remembered */
		word[i] = CBNZ(1000 + (int)(i * 7 % 900));
	wants_a_map(0);
	for (unsigned i = 0; i < WORDS; i++) /* runs of one instruction, more than are remembered */
		word[i] = B(2);
	wants_a_map(0);
	PUT(B(0));
	wants_a_map(1);
	PUT(B(-100)); /* out of the file */
	wants_a_map(1);
	PUT(BL(0x1ffffff));
	wants_a_map(2);
	memset(word, 0, sizeof(word)); /* into the zeroed part */
	word[0] = B(WORDS - 1);
	word[WORDS - 1] = NOP;
	wants_a_map(2);
	PUT(NOP, RET);
	assert_int_equal(walk_from(HIGH), 0);
	assert_int_equal(code.walked, 0);
	assert_int_equal(walk_from(DRAM + 0x200000), 0); /* ENTRY() of a physical symbol */
	assert_int_equal(code.walked, 2);
	fails = -EIO;
	assert_int_equal(walk_from(VA), -EIO);
	fails = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_the_entry),     cmocka_unit_test(test_ways_to_it),
		cmocka_unit_test(test_ways_by_register), cmocka_unit_test(test_knows_el2),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
