// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as a static PIE: what the check accepts is applied inside the image and nowhere else,
 * to the words that the check counted, and none of them is in the tables.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/place.h"
#include "common/image/reloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEGMENT 0x800
#define HEAD	(64 + 3 * 56)

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void phdr(uint8_t *file, unsigned n, uint32_t type, uint32_t flags, uint64_t offset,
		 uint64_t vaddr, uint64_t filesz, uint64_t memsz)
{
	uint8_t *p = file + 64 + n * 56;

	put(p, type, 4);
	put(p + 4, flags, 4);
	put(p + 8, offset, 8);
	put(p + 16, vaddr, 8);
	put(p + 24, vaddr, 8);
	put(p + 32, filesz, 8);
	put(p + 40, memsz, 8);
	put(p + 48, 8, 8);
}

/* Headers in front of what the fuzzer says: dynamic entries first, small numbers if it likes. */
static void make_file(uint8_t *file, const uint8_t *data, size_t size)
{
	uint8_t *body = file + HEAD;

	memset(file, 0, HEAD + SEGMENT);
	memcpy(file, "\177ELF\2\1\1", 7);
	put(file + 16, 3, 2);
	put(file + 18, 183, 2);
	put(file + 20, 1, 4);
	put(file + 32, 64, 8);
	put(file + 52, 64, 2);
	put(file + 54, 56, 2);
	put(file + 56, 3, 2);
	put(file + 58, 64, 2);
	memcpy(body, data, size < SEGMENT ? size : SEGMENT);
	phdr(file, 0, 1, data[0] & 7, HEAD, 0x1000, SEGMENT / 2, SEGMENT / 2);
	phdr(file, 1, 1, data[1] & 7, HEAD + SEGMENT / 2, 0x1000 + SEGMENT / 2, SEGMENT / 2,
	     SEGMENT / 2 + (data[2] & 0x3f));
	phdr(file, 2, 2, 4, HEAD, 0x1000, 0x100, 0x100);
	if (data[3] & 1) /* tags and values of a byte */
		for (unsigned i = 0; i < 0x100; i += 16) {
			put(body + i, body[i] % 40, 8);
			put(body + i + 8, 0x1000 + (body[i + 8] | body[i + 9] << 8) % 0x900, 8);
		}
	if (data[3] & 2) /* sizes that fit an address */
		for (unsigned i = 0; i < 0x100; i += 16) {
			uint8_t tag = body[i];

			if (tag == 8 || tag == 2 || tag == 35)
				put(body + i + 8, body[i + 8] % 16 * (tag == 35 ? 8 : 24), 8);
			else if (tag == 9 || tag == 37)
				put(body + i + 8, tag == 9 ? 24 : 8, 8);
		}
	if (data[3] & 4) /* the right kind at every third word */
		for (unsigned i = 0x100; i + 24 <= SEGMENT; i += 24) {
			put(body + i, 0x1000 + (body[i] | body[i + 1] << 8) % 0x880, 8);
			put(body + i + 8, 1027, 8);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t file[HEAD + SEGMENT];
	struct load_range written[ELF_SEGMENTS_MAX];
	struct placement place = { .order = { 0, 1 } };
	struct elf_relocs relocs, again;
	struct elf_image image;
	struct source source;
	struct why why;
	uint8_t *memory;
	unsigned count;
	uint64_t extra;

	if (size < 16)
		return 0;
	make_file(file, data, size);
	source_mem(&source, "kernel", file, sizeof(file));
	if (elf_read(&source, &image, &why) ||
	    elf_relocs_check(&source, &image, &relocs, NULL, &why))
		return 0;
	extra = image.segment[1].memsz - image.segment[1].filesz;
	memory = malloc(SEGMENT + extra);
	elf_move(&image, UINT64_C(0xffffff8000000000) * (data[3] >> 3 & 1), 0,
		 (uintptr_t)memory - 0x1000);
	/* moved or not, the check says the same */
	must(!elf_relocs_check(&source, &image, &again, NULL, &why));
	must(again.count == relocs.count);
	must(!elf_load(&source, &image, &place, written, &count, &why));
	must(!elf_relocs_apply(&source, &image, &relocs, &why));
	for (unsigned t = 0; t < 3; t++)
		for (uint64_t i = 0; i < relocs.table[t].size; i++)
			must(memory[relocs.table[t].offset - 0x1000 + i] ==
			     file[HEAD + relocs.table[t].offset - 0x1000 + i]);
	free(memory);
	return 0;
}
