// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as an ELF file: read, entry, symbols, notes, plan; what is accepted keeps its promises.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/elf.h"
#include "common/image/note.h"
#include "common/image/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DRAM UINT64_C(0x40000000)

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_promises(const struct elf_image *image, uint64_t size)
{
	must(image->segment_count > 0 && image->segment_count <= ELF_SEGMENTS_MAX);
	must(image->file_end <= size);
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		must(s->memsz > 0 && s->filesz <= s->memsz);
		must(s->filesz == 0 || (s->offset <= size && s->filesz <= size - s->offset));
		must(elf_segment_last(s) >= s->vaddr && s->paddr + (s->memsz - 1) >= s->paddr);
		must(s->vaddr >= image->va_lowest && elf_segment_last(s) <= image->va_last);
	}
}

static void check_symbols(struct source *source, const struct elf_image *image)
{
	const uint8_t *bytes = source->mem;
	struct elf_symbols s;
	const char *name;
	uint64_t offset;

	(void)elf_symbol_lookup(bytes, source->size, (const char *)bytes, source->size,
				image->entry, &name, &offset);
	if (!elf_symbols_find(source, image, &s))
		return;
	if (elf_symbol_lookup(bytes + s.symtab.offset, s.symtab.size,
			      (const char *)bytes + s.strtab.offset, s.strtab.size, image->entry,
			      &name, &offset))
		must(strlen(name) < s.strtab.size && offset <= image->entry);
}

static void check_plan(struct source *source, const struct elf_image *image, enum elf_mode mode)
{
	static struct memmap map;
	struct placement placement;
	uint32_t seen = 0;

	if (map.bank_count == 0) {
		must(memmap_add_bank(&map, DRAM, 256 * MIB, NULL) == 0);
		must(memmap_claim(&map, DRAM + 0x100000, 0x1000, 0, "Loft", NULL) == 0);
	}
	/* in memory, amidst DRAM: a plan never reads it */
	struct source lying = {
		source->name, source->size, source->read, (void *)(uintptr_t)(DRAM + 0x80000), 0,
		NULL
	};

	if (place_plan(&lying, image, mode, &map, &placement, NULL))
		return;
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		must(memmap_check_free(&map, place_pa(&placement, s), s->memsz, "x", NULL) == 0);
		seen |= 1u << placement.order[i];
	}
	must(seen == (uint32_t)((UINT64_C(1) << image->segment_count) - 1));
}

static void and64(uint8_t *at, uint64_t mask, uint64_t base)
{
	uint64_t value;

	memcpy(&value, at, 8);
	value = (value & mask) + base;
	memcpy(at, &value, 8);
}

/* Random headers die in the first checks: pass these, and with @near bring all ranges together. */
static void make_plausible(uint8_t *file, size_t size, bool near, bool no_at)
{
	memcpy(file, "\177ELF\2\1\1", 7);
	memcpy(file + 16, "\2\0\267\0\1\0\0\0", 8);
	memcpy(file + 52, "\100\0\70\0", 4);
	file[56] &= 7;
	file[57] = 0;
	memcpy(file + 58, "\100\0", 2);
	if (!near)
		return;
	and64(file + 24, 0xffff, UINT64_C(0xffffff8000000000));
	and64(file + 32, 0, 64);
	and64(file + 40, size / 2 & ~63u, 0);
	file[60] &= 7;
	file[61] = 0;
	for (size_t at = 64; at < 64 + 8 * 56 && size - at >= 56; at += 56) {
		memcpy(file + at, file[at] & 8 ? "\4\0\0\0" : "\1\0\0\0", 4);
		and64(file + at + 8, size / 2, 0);
		and64(file + at + 16, 0xffff, UINT64_C(0xffffff8000000000));
		and64(file + at + 24, 0xffff, DRAM + 0x78000);
		if (no_at)
			memcpy(file + at + 24, file + at + 16, 8);
		and64(file + at + 32, 0xff, 0);
		and64(file + at + 40, 0x1ff, 0x100);
		and64(file + at + 48, 0, 0x1000);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_image image;
	struct elf_entry entry;
	struct boot_params params;
	struct source source;
	struct why why;
	uint8_t *copy = malloc(size);

	memcpy(copy, data, size);
	if (size > 64)
		make_plausible(copy, size, data[0] & 1, data[0] & 2);
	source_mem(&source, "kernel", copy, size);
	if (elf_read(&source, &image, &why) == 0) {
		check_promises(&image, size);
		if (elf_entry(&image, data[1], &entry, &why) == 0) {
			must(entry.segment < image.segment_count);
			check_plan(&source, &image, entry.mode);
		}
		check_symbols(&source, &image);
		if (note_read(&source, &image, &params, &why) == 0)
			must(params.given < 1u << (BOOT_PARAM_LAST + 1));
	}
	free(copy);
	return 0;
}
