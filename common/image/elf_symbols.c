/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "common/image/elf.h"
#include "lib/base/le.h"

#define SHDR_SIZE     64
#define SYM_SIZE      24
#define SHDRS_AT_ONCE 32   /* 2 KiB of stack */
#define SHDRS_MAX     4096 /* more sections than any linked kernel has */

#define SHT_SYMTAB    2
#define SHT_STRTAB    3
#define SHN_UNDEF     0
#define SHN_LORESERVE 0xff00
#define STT_NOTYPE    0
#define STT_OBJECT    1
#define STT_FUNC      2

static bool in_file(const struct source *source, const uint8_t *shdr, struct elf_extent *extent)
{
	extent->offset = get_le64(shdr + 24);
	extent->size = get_le64(shdr + 32);
	return extent->size > 0 && extent->offset <= source->size &&
	       extent->size <= source->size - extent->offset;
}

static bool read_strtab(struct source *source, const struct elf_image *image, uint32_t link,
			struct elf_extent *strtab)
{
	uint8_t shdr[SHDR_SIZE];

	if (link == 0 || link >= image->shnum)
		return false;
	if (source_read(source, image->shoff + (uint64_t)link * SHDR_SIZE, shdr, SHDR_SIZE, NULL))
		return false;
	return get_le32(shdr + 4) == SHT_STRTAB && in_file(source, shdr, strtab);
}

bool elf_symbols_find(struct source *source, const struct elf_image *image,
		      struct elf_symbols *symbols)
{
	uint8_t shdr[SHDRS_AT_ONCE * SHDR_SIZE];
	unsigned count;

	if (image->shnum > SHDRS_MAX || image->shoff == 0 || image->shoff > source->size ||
	    (uint64_t)image->shnum * SHDR_SIZE > source->size - image->shoff)
		return false;
	for (unsigned first = 0; first < image->shnum; first += count) {
		count = MIN(image->shnum - first, (unsigned)SHDRS_AT_ONCE);
		if (source_read(source, image->shoff + (uint64_t)first * SHDR_SIZE, shdr,
				(uint64_t)count * SHDR_SIZE, NULL))
			return false;
		for (unsigned i = 0; i < count; i++) {
			const uint8_t *s = shdr + (uint64_t)i * SHDR_SIZE;

			if (get_le32(s + 4) != SHT_SYMTAB)
				continue;
			return get_le64(s + 56) == SYM_SIZE &&
			       in_file(source, s, &symbols->symtab) &&
			       read_strtab(source, image, get_le32(s + 40), &symbols->strtab);
		}
	}
	return false;
}

struct candidate {
	uint64_t value;
	uint32_t name;
	unsigned rank; /* of two symbols at one address the higher is shown */
};

/* 0: not a symbol that may name this address */
static unsigned symbol_rank(const uint8_t *sym, vaddr_t addr)
{
	static const uint8_t rank[] = { [STT_NOTYPE] = 1, [STT_OBJECT] = 2, [STT_FUNC] = 3 };
	unsigned type = sym[4] & 15, section = get_le16(sym + 6);
	uint64_t value = get_le64(sym + 8), size = get_le64(sym + 16);

	if (type > STT_FUNC || section == SHN_UNDEF || section >= SHN_LORESERVE || value > addr)
		return 0;
	return size == 0 || addr - value < size ? rank[type] : 0;
}

static bool good_name(const char *strtab, uint64_t strtab_size, uint32_t name)
{
	if (name >= strtab_size || strtab[name] == '\0' || strtab[name] == '$')
		return false;
	for (uint64_t i = name; i < strtab_size; i++)
		if (strtab[i] == '\0')
			return true;
	return false;
}

bool elf_symbol_lookup(const void *symtab, uint64_t symtab_size, const char *strtab,
		       uint64_t strtab_size, vaddr_t addr, const char **name, uint64_t *offset)
{
	struct candidate best = { .rank = 0 };

	for (uint64_t at = 0; symtab_size - at >= SYM_SIZE; at += SYM_SIZE) {
		const uint8_t *sym = (const uint8_t *)symtab + at;
		struct candidate c = { .value = get_le64(sym + 8), .name = get_le32(sym) };

		c.rank = symbol_rank(sym, addr);
		if (c.rank == 0 || c.value < best.value ||
		    (c.value == best.value && c.rank <= best.rank))
			continue;
		if (good_name(strtab, strtab_size, c.name))
			best = c;
	}
	if (best.rank == 0)
		return false;
	*name = strtab + best.name;
	*offset = addr - best.value;
	return true;
}
