// SPDX-License-Identifier: BSD-2-Clause
/* common/image/place.h: refusals, placing, and copies that must not eat their own file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "common/image/place.h"
#include "test/host/common/image/elf_build.h"

static struct elf_build file;
static struct elf_image image;
static struct source source;
static struct memmap map;
static struct placement placement;
static struct why why;

/* 128 MiB of DRAM with Loft at the top; the file is read from elsewhere. */
static void machine(void)
{
	memset(&map, 0, sizeof(map));
	assert_int_equal(memmap_add_bank(&map, DRAM, 128 * MIB, NULL), 0);
	assert_int_equal(memmap_claim(&map, DRAM + 126 * MIB, 2 * MIB, 0, "Loft", NULL), 0);
}

static int plan_at(const void *mem, enum elf_mode mode)
{
	source_mem(&source, "kernel", file.bytes, file.size);
	assert_int_equal(elf_read(&source, &image, &why), 0);
	source.mem = mem; /* never read by a plan */
	why.text[0] = '\0';
	return place_plan(&source, &image, mode, &map, &placement, &why);
}

static void refused(int err, const char *sentence)
{
	int got = plan_at(NULL, ELF_MAPPED);

	assert_string_equal(why.text, sentence);
	assert_int_equal(got, err);
}

static void test_as_linked(void **state)
{
	(void)state;
	machine();
	elf_honest(&file);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	assert_false(placement.displaced);
	assert_true(placement.displacement == 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(placement.order[i], i);
	put_ph(&file, 2, PH_PADDR, DRAM + 126 * MIB - 0x5000); /* up to Loft's first byte */
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	put_ph(&file, 0, PH_PADDR, DRAM); /* the very start of DRAM */
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	put_ph(&file, 0, PH_PADDR, DRAM + 0x123); /* no alignment is asked of p_paddr here */
	assert_int_equal(plan_at(NULL, ELF_UNMAPPED), 0);
}

static void test_over_something(void **state)
{
	(void)state;
	machine();
	elf_honest(&file);
	put_ph(&file, 2, PH_PADDR, DRAM + 126 * MIB - 0x4fff);
	refused(-EEXIST, "segment 2 (data) 0x47dfb001..0x47e00000 lies over Loft "
			 "0x47e00000..0x47ffffff");
	assert_int_equal(memmap_claim(&map, DRAM + 0x81000, 1, MEM_LOADED, "initrd", NULL), 0);
	refused(-EEXIST, "segment 0 (text) 0x40080000..0x40081fff lies over initrd "
			 "0x40081000..0x40081000");
}

static void test_not_dram(void **state)
{
	(void)state;
	machine();
	elf_honest(&file);
	put_ph(&file, 1, PH_PADDR, DRAM - 1);
	refused(-ENXIO, "segment 1 (rodata) 0x3fffffff..0x400007fe, 0x800 bytes, is not all DRAM, "
			"which is 0x40000000..0x47ffffff; link it with AT() in DRAM");
	put_ph(&file, 1, PH_PADDR, HIGH);
	refused(-ENXIO,
		"segment 1 (rodata) 0xffffff8000000000..0xffffff80000007ff, 0x800 bytes, is "
		"not all DRAM, which is 0x40000000..0x47ffffff; link it with AT() in DRAM");
	elf_honest(&file);
	put_ph(&file, 2, PH_MEMSZ, 4 * GIB); /* a gigantic .bss */
	refused(-ENXIO, "segment 2 (data) 0x40083000..0x140082fff, 0x100000000 bytes, is not all "
			"DRAM, which is 0x40000000..0x47ffffff; give the machine more (QEMU: "
			"-m), or link it lower");
	put_ph(&file, 2, PH_MEMSZ, UINT64_MAX - HIGH - DRAM - 0x83000);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), -ENXIO);
	put_ph(&file, 2, PH_MEMSZ, 1 * GIB);
	assert_int_equal(memmap_add_bank(&map, DRAM + 128 * MIB, 2 * GIB, NULL), 0);
	assert_int_equal(memmap_release(&map, DRAM + 126 * MIB), 0);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
}

static void test_page_0(void **state)
{
	(void)state;
	memset(&map, 0, sizeof(map));
	assert_int_equal(memmap_add_bank(&map, 0, 1 * GIB, NULL), 0);
	elf_start(&file, 0x1000);
	elf_phdr(&file, 1, 5, 0x1000, 0x1000, 0x1000, 0x100, 0x100);
	assert_int_equal(plan_at(NULL, ELF_UNMAPPED), 0);
	put_ph(&file, 0, PH_PADDR, 0xfff);
	refused(-ENXIO,
		"segment 0 (text) 0xfff..0x10fe lies over page 0, which Loft leaves unmapped");
}

/* ---- linked high without AT() ---- */

static void link_high(uint64_t base)
{
	elf_honest(&file);
	put_ph(&file, 0, PH_VADDR, base);
	put_ph(&file, 1, PH_VADDR, base + 0x2000);
	put_ph(&file, 2, PH_VADDR, base + 0x3000);
	put_ph(&file, 0, PH_PADDR, base);
	put_ph(&file, 1, PH_PADDR, base + 0x2000);
	put_ph(&file, 2, PH_PADDR, base + 0x3000);
}

static void test_displaced(void **state)
{
	(void)state;
	machine();
	link_high(HIGH + 0x80000);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	assert_true(placement.displaced);
	assert_true(place_pa(&placement, &image.segment[0]) == DRAM + 0x80000);
	assert_true(place_pa(&placement, &image.segment[2]) == DRAM + 0x83000);
	assert_int_equal(memmap_claim(&map, DRAM + 0x87fff, 1, 0, "FDT", NULL), 0);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	assert_true(place_pa(&placement, &image.segment[0]) == DRAM + 2 * MIB + 0x80000);
	/* off the file's own bytes, claimed or not */
	assert_int_equal(plan_at((void *)(uintptr_t)(DRAM + 2 * MIB + 0x70000), ELF_MAPPED), 0);
	assert_true(place_pa(&placement, &image.segment[0]) == DRAM + 2 * MIB + 0x80000);
	assert_int_equal(plan_at((void *)(uintptr_t)(DRAM + 2 * MIB + 0x7fff0), ELF_MAPPED), 0);
	assert_true(place_pa(&placement, &image.segment[0]) == DRAM + 4 * MIB + 0x80000);
	/* at the top of the address space */
	link_high(UINT64_MAX - 0x7fff);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	assert_true(place_pa(&placement, &image.segment[0]) == DRAM + 2 * MIB - 0x8000);
}

static void test_not_displaced(void **state)
{
	(void)state;
	machine();
	link_high(HIGH + 0x80000);
	/* a kernel that is entered with the MMU off, or through an identity map, can't be moved */
	assert_int_equal(plan_at(NULL, ELF_UNMAPPED), -ENXIO);
	assert_int_equal(plan_at(NULL, ELF_IDENTITY), -ENXIO);
	put_ph(&file, 1, PH_PADDR, HIGH + 0xa0000); /* not as it is linked: somebody meant it */
	assert_int_equal(plan_at(NULL, ELF_MAPPED), -ENXIO);
	link_high(HIGH + 0x80000);
	put_ph(&file, 2, PH_VADDR, HIGH + 0x10000000);
	put_ph(&file, 2, PH_PADDR, HIGH + 0x10000000);
	refused(-ENOMEM, "no free DRAM of 0xff85000 bytes at a multiple of 2 MiB + 0x80000");
	put_ph(&file, 0, PH_VADDR, 0);
	put_ph(&file, 0, PH_PADDR, 0);
	put_ph(&file, 2, PH_VADDR, UINT64_MAX - 0x4fff);
	put_ph(&file, 2, PH_PADDR, UINT64_MAX - 0x4fff);
	refused(-ENOMEM, "the segments span the whole address space");
}

/* ---- place_find() ---- */

static void test_find(void **state)
{
	struct load_range lying = { DRAM + 2 * MIB, 0x1000 };
	paddr_t pa;

	(void)state;
	machine();
	assert_int_equal(place_find(&map, NULL, false, 126 * MIB, 0, &pa, NULL), 0);
	assert_true(pa == DRAM);
	assert_int_equal(place_find(&map, NULL, false, 126 * MIB + 1, 0, &pa, NULL), -ENOMEM);
	assert_int_equal(place_find(&map, NULL, false, 126 * MIB - 1, 1, &pa, NULL), 0);
	assert_true(pa == DRAM + 1);
	assert_int_equal(place_find(&map, NULL, false, 0, 0, &pa, NULL), -ENOMEM);
	assert_int_equal(place_find(&map, NULL, false, UINT64_MAX, 0, &pa, NULL), -ENOMEM);
	assert_int_equal(place_find(&map, NULL, false, 1, UINT64_MAX, &pa, &why), -ENOMEM);
	assert_string_equal(why.text, "no free DRAM of 0x1 bytes at a multiple of 2 MiB + "
				      "0xffffffffffffffff");
	/* an offset beyond all of DRAM's start: the base itself need not be DRAM */
	assert_int_equal(place_find(&map, NULL, false, 1, DRAM + 0x80000, &pa, NULL), 0);
	assert_true(pa == DRAM + 0x80000);
	/* a file in the way, or not in the way */
	assert_int_equal(memmap_claim(&map, lying.start, lying.size, MEM_LOADED, "x", NULL), 0);
	assert_int_equal(place_find(&map, &lying, false, 4 * MIB, 0, &pa, NULL), 0);
	assert_true(pa == DRAM + 4 * MIB);
	assert_int_equal(place_find(&map, &lying, true, 4 * MIB, 0, &pa, NULL), 0);
	assert_true(pa == DRAM);
	lying.start = DRAM + 8 * MIB; /* that load is somebody else's then */
	assert_int_equal(place_find(&map, &lying, true, 4 * MIB, 0, &pa, NULL), 0);
	assert_true(pa == DRAM + 4 * MIB);
}

static void test_find_at_the_edges(void **state)
{
	paddr_t pa;

	(void)state;
	memset(&map, 0, sizeof(map));
	assert_int_equal(place_find(&map, NULL, false, 1, 0, &pa, NULL), -ENOMEM);
	assert_int_equal(memmap_add_bank(&map, 0, 2 * MIB + 0x1000, NULL), 0);
	/* page 0 is never given out */
	assert_int_equal(place_find(&map, NULL, false, 0x1000, 0, &pa, NULL), 0);
	assert_true(pa == 2 * MIB);
	assert_int_equal(place_find(&map, NULL, false, 0x1000, 0x1000, &pa, NULL), 0);
	assert_true(pa == 0x1000);
	assert_int_equal(place_find(&map, NULL, false, 0x1001, 0, &pa, NULL), -ENOMEM);
	memset(&map, 0, sizeof(map));
	assert_int_equal(memmap_add_bank(&map, UINT64_MAX - 4 * MIB + 1, 4 * MIB, NULL), 0);
	assert_int_equal(place_find(&map, NULL, false, 4 * MIB, 0, &pa, NULL), 0);
	assert_true(pa == UINT64_MAX - 4 * MIB + 1);
	assert_int_equal(memmap_claim(&map, pa, 1, 0, "x", NULL), 0);
	assert_int_equal(place_find(&map, NULL, false, 2 * MIB, 0, &pa, NULL), 0);
	assert_true(pa == UINT64_MAX - 2 * MIB + 1);
	assert_int_equal(memmap_claim(&map, UINT64_MAX, 1, 0, "y", NULL), 0);
	assert_int_equal(place_find(&map, NULL, false, 2 * MIB, 0, &pa, NULL), -ENOMEM);
	memset(&map, 0, sizeof(map)); /* a bank without an aligned address, at the very top */
	assert_int_equal(memmap_add_bank(&map, UINT64_MAX - 0xfff, 0x1000, NULL), 0);
	assert_int_equal(place_find(&map, NULL, false, 1, 0, &pa, NULL), -ENOMEM);
}

/* ---- a file that lies in memory ---- */

static void test_order(void **state)
{
	uint64_t at = DRAM + 0x80000;

	(void)state;
	machine();
	elf_honest(&file);
	/* the text goes over the rodata's and the data's bytes in the file: it must come last */
	assert_int_equal(plan_at((void *)(uintptr_t)(at - 0x2800), ELF_MAPPED), 0);
	assert_int_equal(placement.order[0], 1);
	assert_int_equal(placement.order[1], 2);
	assert_int_equal(placement.order[2], 0);
	/* nothing is in the way of anything */
	assert_int_equal(plan_at((void *)(uintptr_t)(at + 0x100000), ELF_MAPPED), 0);
	assert_int_equal(placement.order[0], 0);
	/* the .bss may go over the file: it is zeroed when all is copied */
	assert_int_equal(plan_at((void *)(uintptr_t)(at + 0x3400), ELF_MAPPED), 0);
}

static void test_order_impossible(void **state)
{
	(void)state;
	machine();
	elf_start(&file, HIGH);
	/* two segments that change places */
	elf_phdr(&file, 1, 5, 0x1000, HIGH, DRAM + 0x2000, 0x1000, 0x1000);
	elf_phdr(&file, 1, 6, 0x2000, HIGH + 0x1000, DRAM + 0x1000, 0x1000, 0x1000);
	assert_int_equal(plan_at((void *)(uintptr_t)DRAM, ELF_MAPPED), -EBUSY);
	assert_string_equal(why.text, "kernel lies at 0x40000000, where its own segments go: no "
				      "order of copying saves segment 0 (text, file bytes "
				      "0x40001000..0x40001fff); load the file elsewhere");
	assert_int_equal(plan_at((void *)(uintptr_t)(DRAM + 0x10000), ELF_MAPPED), 0);
}

static void test_own_claim(void **state)
{
	(void)state;
	machine();
	elf_honest(&file);
	assert_int_equal(memmap_claim(&map, DRAM + 0x81000, ELF_BUILD_SIZE, MEM_LOADED,
				      "kernel.elf", NULL),
			 0);
	assert_int_equal(plan_at((void *)(uintptr_t)(DRAM + 0x81000), ELF_MAPPED), 0);
	refused(-EEXIST, "segment 0 (text) 0x40080000..0x40081fff lies over kernel.elf "
			 "0x40081000..0x40088fff"); /* the file is read from elsewhere */
	assert_int_equal(memmap_claim(&map, DRAM + 0x80000, 0x10, MEM_LOADED, "initrd", NULL), 0);
	assert_int_equal(plan_at((void *)(uintptr_t)(DRAM + 0x81000), ELF_MAPPED), -EEXIST);
}

/* ---- loading, at the addresses that the host gives ---- */

#define ARENA (256 * KIB)

static uint8_t *arena;

static void arena_machine(void)
{
	memset(&map, 0, sizeof(map));
	assert_int_equal(memmap_add_bank(&map, (uintptr_t)arena, ARENA, NULL), 0);
}

static void test_load(void **state)
{
	struct load_range written[ELF_SEGMENTS_MAX];
	unsigned count = 0;

	(void)state;
	arena = malloc(ARENA);
	memset(arena, 0xaa, ARENA);
	arena_machine();
	elf_honest(&file);
	for (unsigned n = 0; n < 3; n++)
		put_ph(&file, n, PH_PADDR, (uintptr_t)arena + 0x101 + n * 0x8000);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	source_mem(&source, "kernel", file.bytes, file.size);
	assert_int_equal(elf_load(&source, &image, &placement, written, &count, &why), 0);
	assert_int_equal(count, 3);
	assert_true(written[2].start == (uintptr_t)arena + 0x10101 && written[2].size == 0x5000);
	assert_memory_equal(arena + 0x101, file.bytes + 0x1000, 0x2000);
	assert_memory_equal(arena + 0x10101, file.bytes + 0x4000, 0x400);
	for (unsigned i = 0; i < 0x4c00; i++)
		assert_int_equal(arena[0x10501 + i], 0);
	/* not a byte more */
	assert_int_equal(arena[0x100], 0xaa);
	assert_int_equal(arena[0x2101], 0xaa);
	assert_int_equal(arena[0x10100], 0xaa);
	assert_int_equal(arena[0x15101], 0xaa);
	free(arena);
}

static int fail_read(struct source *from, uint64_t off, void *dst, uint64_t len)
{
	(void)from, (void)off, (void)dst, (void)len;
	return -EIO;
}

static void test_load_fails(void **state)
{
	struct source bad = { "fw_cfg kernel", ELF_BUILD_SIZE, fail_read, NULL, 0, NULL };
	struct load_range written[ELF_SEGMENTS_MAX];
	unsigned count = 0;

	(void)state;
	arena = malloc(ARENA);
	arena_machine();
	elf_honest(&file);
	for (unsigned n = 0; n < 3; n++)
		put_ph(&file, n, PH_PADDR, (uintptr_t)arena + n * 0x8000);
	assert_int_equal(plan_at(NULL, ELF_MAPPED), 0);
	assert_int_equal(elf_load(&bad, &image, &placement, written, &count, &why), -EIO);
	assert_int_equal(count, 3);
	assert_string_equal(why.text, "fw_cfg kernel: reading 0x2000 bytes at offset 0x1000 of "
				      "0x8000 failed (EIO)");
	free(arena);
}

static uint64_t seed = 0x10f7;

static uint64_t random_below(uint64_t limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % limit;
}

/* Segments of the file anywhere in the arena, the file itself anywhere in it, too. */
static void build_random(void)
{
	uint64_t pa = (uintptr_t)arena + random_below(0x4000), va = HIGH;
	unsigned count = 1 + (unsigned)random_below(6), first = (unsigned)random_below(count);

	elf_start(&file, HIGH);
	for (uint64_t i = ELF_PHOFF; i < file.size; i++)
		file.bytes[i] = (uint8_t)random_below(256);
	for (unsigned i = 0; i < count; i++) {
		unsigned part = (i + first) % count; /* the file's order is not the memory's */
		uint64_t room = 0x6000 / count, filesz = random_below(room);
		uint64_t memsz = 1 + filesz + random_below(0x1000);

		elf_phdr(&file, 1, 6, 0x1000 + part * room, va, pa, filesz, memsz);
		pa += memsz + (random_below(2) ? random_below(0x800) : 0);
		va += memsz;
	}
}

static bool load_random(void)
{
	struct load_range written[ELF_SEGMENTS_MAX];
	unsigned count;
	uint8_t *at = arena + random_below(ARENA / 4 - ELF_BUILD_SIZE);

	memset(arena, 0xaa, ARENA);
	memcpy(at, file.bytes, file.size);
	source_mem(&source, "kernel", at, file.size);
	assert_int_equal(elf_read(&source, &image, &why), 0);
	if (place_plan(&source, &image, ELF_MAPPED, &map, &placement, &why)) {
		assert_memory_equal(at, file.bytes, file.size);
		return false;
	}
	assert_int_equal(elf_load(&source, &image, &placement, written, &count, &why), 0);
	for (unsigned i = 0; i < count; i++) {
		const struct elf_segment *s = &image.segment[i];
		const uint8_t *pa = (const uint8_t *)(uintptr_t)s->paddr;

		assert_true(written[i].start == s->paddr && written[i].size == s->memsz);
		assert_memory_equal(pa, file.bytes + s->offset, s->filesz);
		for (uint64_t k = s->filesz; k < s->memsz; k++)
			assert_int_equal(pa[k], 0);
	}
	return true;
}

static void test_random_overlaps(void **state)
{
	unsigned loaded = 0;

	(void)state;
	arena = malloc(ARENA);
	arena_machine();
	for (unsigned round = 0; round < 400; round++) {
		build_random();
		loaded += load_random();
	}
	assert_in_range(loaded, 100, 399); /* both ways were taken */
	free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_linked),  cmocka_unit_test(test_over_something),
		cmocka_unit_test(test_not_dram),   cmocka_unit_test(test_page_0),
		cmocka_unit_test(test_displaced),  cmocka_unit_test(test_not_displaced),
		cmocka_unit_test(test_find),       cmocka_unit_test(test_find_at_the_edges),
		cmocka_unit_test(test_order),      cmocka_unit_test(test_order_impossible),
		cmocka_unit_test(test_own_claim),  cmocka_unit_test(test_load),
		cmocka_unit_test(test_load_fails), cmocka_unit_test(test_random_overlaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
