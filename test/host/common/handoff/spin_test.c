/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/handoff/spin.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arm64/mmu/mmu.h"
#include "common/board.h"
#include "common/mem/home.h"
#include "test/host/common/fdt/dts.h"

#define HEAD "/ { #address-cells = <2>; #size-cells = <2>;"
#define SPIN "enable-method = \"spin-table\";"

struct loft loft;
const struct board board = { .start = { .el3 = { .spin_table = 0xd8, .cpus = 4 } } };
uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;
static struct pt_region extended;
static int extend_result;

int mmu_extend(struct pt *pt, const struct pt_region *region)
{
	assert_ptr_equal(pt, &loft.map);
	extended = *region;
	return extend_result;
}

#define MANY 512

static paddr_t release[MANY + 1];
static uint64_t mpidr[MANY + 1];
static unsigned count;
static struct memmap mem;

/* How many of the tree's CPUs have a word. */
static unsigned words(void)
{
	struct cpus cpus;
	struct cpu_node cpu;
	unsigned found = 0;

	memset(release, 0xa5, sizeof(release));
	count = 0;
	for (cpus_begin(&cpus, dtb_buffer); cpus_next(&cpus, &cpu); count++) {
		assert_true(count < ARRAY_SIZE(release));
		release[count] = cpu.release;
		mpidr[count] = cpu.mpidr;
		found += cpu.release != 0;
	}
	assert_false(cpus_next(&cpus, &cpu)); /* and there it stays */
	assert_int_equal(cpus_count(dtb_buffer), count);
	return found;
}

static unsigned list(const char *cpus)
{
	char text[4096];

	snprintf(text, sizeof(text),
		 HEAD "cpus { #address-cells = <1>; #size-cells = <0>; %s }; };", cpus);
	assert_true(dtb_from_source(text) > 0);
	return words();
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(list("cpu@0 { " SPIN "cpu-release-addr = <0 0xd8>; };"
			      "cpu@1 { " SPIN "cpu-release-addr = <1 0xe0>; };"
			      "cpu@2 { " SPIN "cpu-release-addr = <0xe8>; };"),
			 3);
	assert_int_equal(release[0], 0xd8);
	assert_int_equal(release[1], 0x1000000e0);
	assert_int_equal(release[2], 0xe8);
	assert_int_equal(release[3], UINT64_C(0xa5a5a5a5a5a5a5a5));
}

/* Each is a CPU, but has no word. */
static void test_not_in_the_table(void **state)
{
	(void)state;
	assert_int_equal(
		list("cpu-map { cpu@9 { " SPIN "cpu-release-addr = <0 8>; }; };"
		     "cpu@0 { enable-method = \"psci\"; cpu-release-addr = <0 0xd8>; };"
		     "cpu@1 { cpu-release-addr = <0 0xd8>; };"
		     "cpu@2 { " SPIN "};"
		     "cpu@3 { " SPIN "cpu-release-addr = <0 0xdc>; };"
		     "cpu@4 { " SPIN "cpu-release-addr = <0 0 0xd8>; };"
		     "cpu@5 { " SPIN "cpu-release-addr; };"
		     "cpu@6 { enable-method = \"spin-table2\"; cpu-release-addr = <0 8>; };"
		     "cpu@7 { enable-method = [73 70 69 6e]; cpu-release-addr = <0 8>; };"
		     "l2-cache { " SPIN "cpu-release-addr = <0 8>; };"
		     "cpu@8 { " SPIN "cpu-release-addr = <0 0xe0>; };"),
		1);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(release[i], 0);
	assert_int_equal(release[8], 0xe0);
	assert_int_equal(count, 9);
}

static void test_no_cpus(void **state)
{
	(void)state;
	assert_int_equal(list(""), 0);
	assert_true(dtb_from_source(HEAD "};") > 0);
	assert_int_equal(words(), 0);
	assert_int_equal(count, 0);
}

/* reg has as many cells as the bus says, and with two of them Aff3. */
static void test_numbers(void **state)
{
	(void)state;
	list("cpu@0 { reg = <0>; l2 { reg = <5>; cpu@1 { reg = <7>; }; }; };"
	     "cpu-map { cluster0 { core0 { cpu = <1>; }; }; };"
	     "cpu@10300 { reg = <0x10300>; };"
	     "cpu@100000300 { reg = <1 0x300>; };"
	     "cpu@1 { };"
	     "cpu@2 { reg = <1 2 3>; };"
	     "cpu { reg = <4>; status = \"disabled\"; };"
	     "cpux@5 { reg = <5>; };");
	assert_int_equal(count, 6);
	assert_int_equal(mpidr[0], 0);
	assert_int_equal(mpidr[1], 0x10300);
	assert_int_equal(mpidr[2], 0x100000300);
	assert_int_equal(mpidr[3], ~UINT64_C(0));
	assert_int_equal(mpidr[4], ~UINT64_C(0));
	assert_int_equal(mpidr[5], 4);
}

static void test_as_many_as_there_are(void **state)
{
	char text[MANY * 80] = "", *p = text;

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		p += sprintf(p, "cpu@%x{" SPIN "reg=<%u>;cpu-release-addr=<%u>;};", i, i << 8,
			     8 + i * 8);
	p = malloc(sizeof(text) + 256);
	sprintf(p, HEAD "cpus { #address-cells = <1>; #size-cells = <0>; %s }; };", text);
	assert_true(dtb_from_source(p) > 0);
	free(p);
	assert_int_equal(words(), MANY);
	assert_int_equal(release[MANY - 1], MANY * 8);
	assert_int_equal(mpidr[MANY - 1], (MANY - 1) << 8);
}

static void claim(void)
{
	list("cpu@0 { " SPIN "cpu-release-addr = <0 0xd8>; };"
	     "cpu@1 { " SPIN "cpu-release-addr = <0 0xe0>; };");
	spin_table_claim(&mem, dtb_buffer);
}

/* One page for words that share it; the tree's own reservation of it becomes the spin table. */
static void test_claim(void **state)
{
	const struct mem_range *r;

	(void)state;
	memset(&mem, 0, sizeof(mem));
	assert_int_equal(memmap_add_bank(&mem, 0, 0x10000000, NULL), 0);
	claim();
	assert_int_equal(mem.owned_count, 1);
	r = memmap_owner(&mem, 0xd8, 8);
	assert_non_null(r);
	assert_int_equal(r->size, 4 * KIB);
	assert_int_equal(r->flags, MEM_FOREIGN | MEM_KEEP);
	assert_string_equal(r->owner, "spin table");

	memset(&mem, 0, sizeof(mem));
	assert_int_equal(memmap_add_bank(&mem, 0, 0x10000000, NULL), 0);
	assert_int_equal(memmap_reserve_foreign(&mem, 0, 0x80000, 0, MEM_OWNER_MEMRESERVE, NULL),
			 0);
	claim();
	assert_int_equal(mem.owned_count, 1);
	r = memmap_owner(&mem, 0x7fff8, 8);
	assert_non_null(r);
	assert_int_equal(r->size, 0x80000);
	assert_string_equal(r->owner, "spin table");
}

static void test_whose(void **state)
{
	(void)state;
	list("cpu@0 { " SPIN "cpu-release-addr = <0 0xd8>; };"
	     "cpu@1 { " SPIN "cpu-release-addr = <0 0xf0>; };");
	assert_true(spin_table_is_monitors(dtb_buffer));
	list("cpu@0 { " SPIN "cpu-release-addr = <0 0xd8>; };"
	     "cpu@1 { " SPIN "cpu-release-addr = <0 0xf8>; };");
	assert_false(spin_table_is_monitors(dtb_buffer));
	list("cpu@0 { enable-method = \"psci\"; };");
	assert_false(spin_table_is_monitors(dtb_buffer));
}

static void test_release(void **state)
{
	static uint64_t words[1024] __attribute__((aligned(4096)));

	(void)state;
	fake_cache_clean_bytes = 0;
	assert_int_equal(spin_table_release((paddr_t)&words[27], 0x80000), 0);
	assert_int_equal(words[27], 0x80000);
	assert_int_equal(fake_cache_clean_bytes, 8);
	assert_int_equal(extended.va, (paddr_t)words);
	assert_int_equal(extended.pa, (paddr_t)words);
	assert_int_equal(extended.size, 4 * KIB);
	assert_int_equal(extended.kind, PT_DATA);

	extend_result = -EEXIST; /* mapped already */
	assert_int_equal(spin_table_release((paddr_t)&words[28], 0x80000), 0);
	assert_int_equal(words[28], 0x80000);
	extend_result = -ENOMEM;
	assert_int_equal(spin_table_release((paddr_t)&words[29], 0x80000), -ENOMEM);
	assert_int_equal(words[29], 0);
	extend_result = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),   cmocka_unit_test(test_not_in_the_table),
		cmocka_unit_test(test_no_cpus), cmocka_unit_test(test_as_many_as_there_are),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_claim),
		cmocka_unit_test(test_whose),   cmocka_unit_test(test_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
