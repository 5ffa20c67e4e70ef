// SPDX-License-Identifier: BSD-2-Clause
/* common/image/reloc.h: static PIEs, honest and hostile; FIELD I2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/image/place.h"
#include "common/image/reloc.h"
#include "test/host/common/image/elf_build.h"

#define RELATIVE 1027
#define DYNAMIC	 0x4000 /* offset in the file, and in the data segment's addresses */
#define RELA	 0x4400
#define RELR	 0x4800

static struct elf_build file;
static struct elf_image image;
static struct elf_relocs relocs;
static struct source source;
static struct why why;

/*
 * text 0..0xfff R-X at file 0x1000, data 0x1000..0x5fff RW- at file 0x2000: address + 0x1000 is the
 * offset. The last 0x1000 bytes of data are zeroed.
 */
static void pie(void)
{
	elf_start(&file, 0);
	put(&file, 16, 3, 2); /* ET_DYN */
	elf_phdr(&file, 1, 5, 0x1000, 0, 0, 0x1000, 0x1000);
	elf_phdr(&file, 1, 6, 0x2000, 0x1000, 0x1000, 0x4000, 0x5000);
	elf_phdr(&file, 2, 4, DYNAMIC, DYNAMIC - 0x1000, DYNAMIC - 0x1000, 0x100, 0x100);
}

static unsigned dyn_count;

static void dyn(uint64_t tag, uint64_t value)
{
	put(&file, DYNAMIC + dyn_count * 16, tag, 8);
	put(&file, DYNAMIC + dyn_count * 16 + 8, value, 8);
	dyn_count++;
}

static void with_rela(unsigned count)
{
	pie();
	dyn_count = 0;
	dyn(7, RELA - 0x1000);
	dyn(8, count * 24);
	dyn(9, 24);
}

static void rela(unsigned n, uint64_t at, uint64_t info, uint64_t addend)
{
	put(&file, RELA + n * 24, at, 8);
	put(&file, RELA + n * 24 + 8, info, 8);
	put(&file, RELA + n * 24 + 16, addend, 8);
}

static void with_relr(unsigned count)
{
	pie();
	dyn_count = 0;
	dyn(36, RELR - 0x1000);
	dyn(35, count * 8);
	dyn(37, 8);
}

static bool (*stop)(void);

static bool enough(void)
{
	return true;
}

static int check(void)
{
	source_mem(&source, "kernel", file.bytes, file.size);
	assert_int_equal(elf_read(&source, &image, &why), 0);
	assert_true(image.pie);
	why.text[0] = '\0';
	return elf_relocs_check(&source, &image, &relocs, stop, &why);
}

static void refused(int err, const char *sentence)
{
	int got = check();

	assert_string_equal(why.text, sentence);
	assert_int_equal(got, err);
}

static uint8_t *memory; /* what is loaded: 0x6000 bytes, exactly, for ASan */

/* Loaded into @memory, and moved by @virt. */
static void load(uint64_t virt)
{
	struct load_range written[ELF_SEGMENTS_MAX];
	struct placement place = { .order = { 0, 1 } };
	unsigned count;

	assert_int_equal(check(), 0);
	memory = malloc(0x6000);
	elf_move(&image, virt, 0, (uintptr_t)memory);
	assert_int_equal(elf_load(&source, &image, &place, written, &count, &why), 0);
	assert_int_equal(elf_relocs_apply(&source, &image, &relocs, &why), 0);
}

static uint64_t word(uint64_t at)
{
	uint64_t value;

	memcpy(&value, memory + at, 8);
	return value;
}

static void test_rela(void **state)
{
	(void)state;
	with_rela(4);
	rela(0, 0x1000, RELATIVE, 0x10);
	rela(1, 0x1013, RELATIVE, 0x5fff); /* AAELF64 asks for no alignment */
	rela(2, 0, 0, 0);		   /* R_AARCH64_NONE */
	rela(3, 0x5ff8, RELATIVE, 1);	   /* the last word, zeroed before */
	put(&file, 0x2000, 0xdead, 8);	   /* RELA's addend counts, not the word */
	load(HIGH + DRAM);
	assert_true(word(0x1000) == HIGH + DRAM + 0x10);
	assert_true(word(0x1013) == HIGH + DRAM + 0x5fff);
	assert_true(word(0x5ff8) == HIGH + DRAM + 1);
	assert_true(relocs.count == 3);
	free(memory);
	assert_true(image.moved == HIGH + DRAM && image.entry == HIGH + DRAM);
}

static void test_relr(void **state)
{
	(void)state;
	with_relr(4);
	put(&file, RELR, 0x1100, 8);
	put(&file, RELR + 8, 1 | 1u << 1 | 1u << 3, 8);	   /* 0x1108, 0x1118 */
	put(&file, RELR + 16, 1 | UINT64_C(1) << 63, 8); /* 0x1108 + 63 * 8 + 62 * 8 */
	put(&file, RELR + 24, 0x1010, 8);
	for (uint64_t at = 0x1000; at < 0x1800; at += 8)
		put(&file, 0x1000 + at, at, 8);
	load(0x40000000);
	for (uint64_t at = 0x1000; at < 0x1800; at += 8) {
		bool moved = at == 0x1100 || at == 0x1108 || at == 0x1118 || at == 0x1010 ||
			     at == 0x1108 + 125 * 8;

		assert_true(word(at) == at + (moved ? 0x40000000 : 0));
	}
	assert_true(relocs.count == 5);
	free(memory);
}

static void test_other_kinds(void **state)
{
	(void)state;
	with_rela(2);
	rela(0, 0x1000, RELATIVE, 0);
	rela(1, 0x1008, 257 | UINT64_C(5) << 32, 0);
	refused(-ENOTSUP, "kernel: relocation 1 at 0x1008 is of kind 257 (symbol 5), Loft applies "
			  "RELATIVE (1027)");
	rela(1, 0x1008, 1032, 0); /* IRELATIVE */
	refused(-ENOTSUP, "kernel: relocation 1 at 0x1008 is of kind 1032 (symbol 0), Loft applies "
			  "RELATIVE (1027)");
	rela(1, 0x1008, RELATIVE | UINT64_C(1) << 32, 0);
	assert_int_equal(check(), -ENOTSUP);
	/* PLT's are looked at, too */
	with_rela(0);
	dyn(23, RELA - 0x1000);
	dyn(2, 24);
	rela(0, 0x1000, 1026, 0);
	refused(-ENOTSUP, "kernel: relocation 0 at 0x1000 is of kind 1026 (symbol 0), Loft applies "
			  "RELATIVE (1027)");
	with_rela(0);
	dyn(17, 0x1000); /* DT_REL */
	refused(-ENOTSUP, "kernel: PT_DYNAMIC has 0x11 = 0x1000: relocations of an unknown format");
	with_rela(0);
	dyn(0x60000011, 0x1000); /* Android's */
	assert_int_equal(check(), -ENOTSUP);
	with_rela(0);
	dyn(9, 16);
	assert_int_equal(check(), -ENOTSUP);
}

static void test_outside(void **state)
{
	static const uint64_t outside[] = {
		0x5ff9, 0x6000, 0x5fff, UINT64_MAX, UINT64_MAX - 6, UINT64_C(1) << 63, 0x100000,
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(outside); i++) {
		char sentence[80];

		with_rela(1);
		rela(0, outside[i], RELATIVE, 0);
		snprintf(sentence, sizeof(sentence),
			 "kernel: relocation 0 at 0x%llx: its 8 bytes are in no segment",
			 (unsigned long long)outside[i]);
		refused(-EFAULT, sentence);
		if (outside[i] & 1)
			continue;
		with_relr(1);
		put(&file, RELR, outside[i], 8);
		assert_int_equal(check(), -EFAULT);
	}
	/* a bitmap that leads out of it, bit by bit */
	with_relr(2);
	put(&file, RELR, 0x5ff8, 8);
	put(&file, RELR + 8, 3, 8);
	refused(-EFAULT, "kernel: relocation 1 at 0x6000: its 8 bytes are in no segment");
	put(&file, RELR, 1, 8);
	refused(-EINVAL, "kernel: DT_RELR begins with a bitmap, 0x1");
	/* half in text, half in data: neither has all of it */
	with_rela(1);
	rela(0, 0xffc, RELATIVE, 0);
	assert_int_equal(check(), -EFAULT);
}

static void test_code(void **state)
{
	(void)state;
	with_rela(1);
	rela(0, 0x10, RELATIVE, 0x20);
	refused(-EFAULT, "kernel: relocation 0 at 0x10: that is code, and there is no DT_TEXTREL");
	dyn(22, 0);
	load(0x1000);
	assert_true(word(0x10) == 0x1020);
	free(memory);
	with_rela(1);
	rela(0, 0x10, RELATIVE, 0x20);
	dyn(30, 4); /* DF_TEXTREL */
	assert_int_equal(check(), 0);
}

/* What is checked must stay as it was while it is applied. */
static void test_tables_themselves(void **state)
{
	(void)state;
	for (uint64_t at = RELA - 0x1000 - 7; at < RELA - 0x1000 + 48; at++) {
		with_rela(2);
		rela(0, 0x1000, RELATIVE, 0);
		rela(1, at, RELATIVE, 0);
		assert_int_equal(check(), -EFAULT);
	}
	with_rela(2);
	rela(0, RELA - 0x1000 - 8, RELATIVE, 0);
	rela(1, RELA - 0x1000 + 48, RELATIVE, 0);
	assert_int_equal(check(), 0);
}

static void test_tables_outside(void **state)
{
	static const struct {
		uint64_t at, size;
	} bad[] = {
		{ 0x4ff0, 24 }, /* the last 8 bytes are zeroed */
		{ 0x5000, 24 },
		{ 0x6000, 24 },
		{ UINT64_MAX, 24 },
		{ 0x1000, 25 },
		{ 0x1000, UINT64_MAX / 24 * 24 },
		{ 0x1000, 0x4008 },
		{ 0xff0, 24 },
		{ UINT64_C(1) << 63, 48 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		pie();
		dyn_count = 0;
		dyn(7, bad[i].at);
		dyn(8, bad[i].size);
		assert_int_equal(check(), -EINVAL);
		assert_non_null(strstr(why.text, "kernel: DT_RELA at 0x"));
	}
}

static void test_dynamic(void **state)
{
	(void)state;
	pie(); /* no relocations at all */
	assert_int_equal(check(), 0);
	assert_true(relocs.count == 0);
	put_ph(&file, 2, PH_FILESZ, ELF_DYNAMIC_MAX * 16 + 16);
	refused(-E2BIG, "kernel: PT_DYNAMIC has 0x1010 bytes, at most 0x1000");
	pie();
	put_ph(&file, 2, PH_TYPE, 3); /* PT_INTERP */
	source_mem(&source, "kernel", file.bytes, file.size);
	assert_int_equal(elf_read(&source, &image, &why), -ENOEXEC);
	assert_string_equal(why.text, "kernel: segment 2, PT_INTERP, wants a dynamic linker; link "
				      "it with -pie --no-dynamic-linker");
	pie();
	put_ph(&file, 2, PH_OFFSET, ELF_BUILD_SIZE);
	assert_int_equal(elf_read(&source, &image, &why), -ENODATA);
	put(&file, 16, 2, 2); /* an ET_EXEC has no use for it */
	assert_int_equal(elf_read(&source, &image, &why), 0);
	assert_false(elf_relocs_pie(&source, &image));
}

static void test_interrupted(void **state)
{
	(void)state;
	with_rela(1);
	rela(0, 0x1000, RELATIVE, 0);
	stop = enough;
	refused(-EINTR, "interrupted in DT_RELA");
	stop = NULL;
}

/* A source that gives other bytes the second time. */
static void test_changed(void **state)
{
	struct load_range written[ELF_SEGMENTS_MAX];
	struct placement place = { .order = { 0, 1 } };
	unsigned count;

	(void)state;
	with_rela(1);
	rela(0, 0x1000, RELATIVE, 0);
	assert_int_equal(check(), 0);
	memory = malloc(0x6000);
	rela(0, 0x5ff9, RELATIVE, 0);
	elf_move(&image, 0x1000, 0, (uintptr_t)memory);
	assert_int_equal(elf_load(&source, &image, &place, written, &count, &why), 0);
	assert_int_equal(elf_relocs_apply(&source, &image, &relocs, &why), -EFAULT);
	free(memory);
}

static void test_place(void **state)
{
	struct memmap map = { .bank_count = 0 };
	struct placement place;

	(void)state;
	pie();
	assert_int_equal(check(), 0);
	assert_int_equal(memmap_add_bank(&map, 0, 16 * MIB, NULL), 0);
	/* DRAM from 0, as on a Raspberry Pi: page 0 is nobody's */
	assert_int_equal(place_plan(&source, &image, ELF_MAPPED, &map, &place, &why), 0);
	assert_true(place.displaced && place.displacement == 2 * MIB);
	pie();
	for (unsigned n = 0; n < 2; n++)
		put_ph(&file, n, PH_PADDR, 0x100000 + n * 0x1000u);
	assert_int_equal(check(), 0);
	assert_int_equal(place_plan(&source, &image, ELF_UNMAPPED, &map, &place, &why), 0);
	assert_false(place.displaced);
	assert_int_equal(memmap_claim(&map, 0x102000, 1, 0, "Loft", NULL), 0);
	assert_int_equal(place_plan(&source, &image, ELF_UNMAPPED, &map, &place, &why), 0);
	assert_true(place.displaced && place.displacement == 2 * MIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rela),	      cmocka_unit_test(test_relr),
		cmocka_unit_test(test_other_kinds),   cmocka_unit_test(test_outside),
		cmocka_unit_test(test_code),	      cmocka_unit_test(test_tables_themselves),
		cmocka_unit_test(test_tables_outside), cmocka_unit_test(test_dynamic),
		cmocka_unit_test(test_changed),	      cmocka_unit_test(test_place),
		cmocka_unit_test(test_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
