// SPDX-License-Identifier: BSD-2-Clause
#include "common/image/reloc.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/le.h"

#define R_AARCH64_NONE	   0
#define R_AARCH64_RELATIVE 1027

#define DT_NULL	    0
#define DT_PLTRELSZ 2
#define DT_RELA	    7
#define DT_RELASZ   8
#define DT_RELAENT  9
#define DT_REL	    17
#define DT_TEXTREL  22
#define DT_JMPREL   23
#define DT_FLAGS    30
#define DT_RELRSZ   35
#define DT_RELR	    36
#define DT_RELRENT  37
#define DT_LOOS	    0x6000000d /* Android's packed tables, and others' */
#define DT_HIOS	    0x6ffff000
#define DT_FLAGS_1  0x6ffffffb
#define DF_TEXTREL  4
#define DF_1_PIE    0x08000000

#define WORD	   8
#define RELA_ENTRY 24
#define BITS	   63 /* words that a bitmap of RELR is for */
#define CHUNK	   (64 * RELA_ENTRY)

enum { RELA, JMPREL, RELR };

static const char *const table_name[] = { "DT_RELA", "DT_JMPREL", "DT_RELR" };

struct walk {
	struct source *source;
	const struct elf_image *image;
	const struct elf_relocs *relocs;
	const struct elf_segment *last; /* the next word is most often in the same */
	uint64_t number;		/* relocations so far, of all tables */
	bool apply;
	bool (*stop)(void);
	struct why *why;
};

/* The segment that has [va, va + size), by the addresses that it runs at. */
static const struct elf_segment *segment_of(const struct walk *w, vaddr_t va, uint64_t size)
{
	const struct elf_segment *s = w->last;

	if (s && va - s->vaddr < s->memsz && size <= s->memsz - (va - s->vaddr))
		return s;
	for (unsigned i = 0; i < w->image->segment_count; i++) {
		s = &w->image->segment[i];
		if (va - s->vaddr < s->memsz && size <= s->memsz - (va - s->vaddr))
			return s;
	}
	return NULL;
}

static bool in_tables(const struct elf_relocs *relocs, uint64_t at)
{
	for (unsigned i = 0; i < ARRAY_SIZE(relocs->table); i++) {
		const struct elf_extent *t = &relocs->table[i];

		if (t->size && (at - t->offset < t->size || t->offset - at < WORD))
			return true;
	}
	return false;
}

/* @at: as linked; @addend: NULL where it is what the word holds. */
static int one(struct walk *w, uint64_t at, const uint64_t *addend)
{
	vaddr_t va = at + w->image->moved;
	const struct elf_segment *s = segment_of(w, va, WORD);
	const char *wrong = NULL;
	uint64_t word;
	void *to;

	if (!s)
		wrong = "its 8 bytes are in no segment";
	else if (s->flags & ELF_X && !(s->flags & ELF_W) && !w->relocs->text)
		wrong = "that is code, and there is no DT_TEXTREL";
	else if (in_tables(w->relocs, at))
		wrong = "that is in the relocations themselves";
	if (wrong)
		return refuse(w->why, -EFAULT, "%s: relocation %" PRIu64 " at 0x%" PRIx64 ": %s",
			      w->source->name, w->number, at, wrong);
	w->last = s;
	w->number++;
	if (!w->apply)
		return 0;
	to = (void *)(uintptr_t)(s->paddr + (va - s->vaddr));
	memcpy(&word, addend ? addend : to, WORD);
	word += w->image->moved;
	memcpy(to, &word, WORD);
	return 0;
}

static int rela(struct walk *w, const uint8_t *entry)
{
	uint64_t at = get_le64(entry), info = get_le64(entry + 8), addend = get_le64(entry + 16);

	if (info == R_AARCH64_NONE)
		return 0;
	if (info == R_AARCH64_RELATIVE)
		return one(w, at, &addend);
	return refuse(w->why, -ENOTSUP,
		      "%s: relocation %" PRIu64 " at 0x%" PRIx64 " is of kind %" PRIu32
		      " (symbol %" PRIu64 "), Loft applies RELATIVE (%u)",
		      w->source->name, w->number, at, (uint32_t)info, info >> 32,
		      R_AARCH64_RELATIVE);
}

/* An even entry is a word's address; an odd one tells, a bit a word, which of the next ones are. */
static int relr(struct walk *w, uint64_t entry, uint64_t *next)
{
	int err = 0;

	if (!(entry & 1)) {
		*next = entry + WORD;
		return one(w, entry, NULL);
	}
	if (!*next)
		return refuse(w->why, -EINVAL, "%s: DT_RELR begins with a bitmap, 0x%" PRIx64,
			      w->source->name, entry);
	for (uint64_t at = *next; !err && (entry >>= 1); at += WORD)
		if (entry & 1)
			err = one(w, at, NULL);
	*next += BITS * WORD;
	return err;
}

/* From the file while it is checked; then from memory, as that is what was loaded. */
static int walk_table(struct walk *w, unsigned which)
{
	const struct elf_extent *t = &w->relocs->table[which];
	const struct elf_segment *s = segment_of(w, t->offset + w->image->moved, t->size);
	uint64_t into = s ? t->offset + w->image->moved - s->vaddr : 0, next = 0;
	uint8_t bytes[CHUNK];
	int err = 0;

	if (!t->size)
		return 0;
	if (!s || into > s->filesz || t->size > s->filesz - into ||
	    t->size % (which == RELR ? WORD : RELA_ENTRY))
		return refuse(w->why, -EINVAL,
			      "%s: %s at 0x%" PRIx64 ", 0x%" PRIx64
			      " bytes: not whole, or in no segment's bytes",
			      w->source->name, table_name[which], t->offset, t->size);
	for (uint64_t done = 0; !err && done < t->size; done += CHUNK) {
		uint64_t part = MIN((uint64_t)CHUNK, t->size - done);

		if (w->stop && w->stop())
			return refuse(w->why, -EINTR, "interrupted in %s", table_name[which]);
		if (w->apply)
			memcpy(bytes, (const void *)(uintptr_t)(s->paddr + into + done), part);
		else
			err = source_read(w->source, s->offset + into + done, bytes, part, w->why);
		for (uint64_t i = 0; !err && i < part; i += which == RELR ? WORD : RELA_ENTRY)
			err = which == RELR ? relr(w, get_le64(bytes + i), &next)
					    : rela(w, bytes + i);
	}
	return err;
}

static int take_entry(const char *file, uint64_t tag, uint64_t value, struct elf_relocs *r,
		      struct why *why)
{
	switch (tag) {
	case DT_RELA:
		r->table[RELA].offset = value;
		return 0;
	case DT_RELASZ:
		r->table[RELA].size = value;
		return 0;
	case DT_JMPREL:
		r->table[JMPREL].offset = value;
		return 0;
	case DT_PLTRELSZ:
		r->table[JMPREL].size = value;
		return 0;
	case DT_RELR:
		r->table[RELR].offset = value;
		return 0;
	case DT_RELRSZ:
		r->table[RELR].size = value;
		return 0;
	case DT_FLAGS:
		r->text |= value & DF_TEXTREL;
		return 0;
	case DT_FLAGS_1:
		r->pie = value & DF_1_PIE;
		return 0;
	case DT_TEXTREL:
		r->text = true;
		return 0;
	case DT_RELAENT:
		if (value == RELA_ENTRY)
			return 0;
		break;
	case DT_RELRENT:
		if (value == WORD)
			return 0;
		break;
	default:
		if (tag != DT_REL && (tag < DT_LOOS || tag > DT_HIOS))
			return 0;
	}
	return refuse(why, -ENOTSUP,
		      "%s: PT_DYNAMIC has 0x%" PRIx64 " = 0x%" PRIx64
		      ": relocations of an unknown format",
		      file, tag, value);
}

static int read_dynamic(struct source *source, const struct elf_image *image,
			struct elf_relocs *relocs, struct why *why)
{
	uint8_t bytes[16 * 16];
	uint64_t size = image->dynamic.size;
	int err = 0;

	memset(relocs, 0, sizeof(*relocs));
	if (size > ELF_DYNAMIC_MAX * 16)
		return refuse(why, -E2BIG, "%s: PT_DYNAMIC has 0x%" PRIx64 " bytes, at most 0x%x",
			      source->name, size, ELF_DYNAMIC_MAX * 16);
	for (uint64_t at = 0; !err && at < size; at += sizeof(bytes)) {
		uint64_t part = MIN((uint64_t)sizeof(bytes), size - at);

		err = source_read(source, image->dynamic.offset + at, bytes, part, why);
		for (uint64_t i = 0; !err && part - i >= 16; i += 16) {
			if (get_le64(bytes + i) == DT_NULL)
				return 0;
			err = take_entry(source->name, get_le64(bytes + i), get_le64(bytes + i + 8),
					 relocs, why);
		}
	}
	return err;
}

static int walk_all(struct walk *w)
{
	int err = 0;

	for (unsigned i = 0; !err && i < ARRAY_SIZE(w->relocs->table); i++)
		err = walk_table(w, i);
	return err;
}

bool elf_relocs_pie(struct source *source, const struct elf_image *image)
{
	struct elf_relocs relocs;

	return image->dynamic.size && !read_dynamic(source, image, &relocs, NULL) && relocs.pie;
}

int elf_relocs_check(struct source *source, const struct elf_image *image,
		     struct elf_relocs *relocs, bool (*stop)(void), struct why *why)
{
	struct walk w = {
		.source = source, .image = image, .relocs = relocs, .stop = stop, .why = why
	};
	int err = read_dynamic(source, image, relocs, why);

	if (!err)
		err = walk_all(&w);
	relocs->count = w.number;
	return err;
}

int elf_relocs_apply(struct source *source, const struct elf_image *image,
		     const struct elf_relocs *relocs, struct why *why)
{
	struct walk w = { source, image, relocs, NULL, 0, true, NULL, why };

	return walk_all(&w);
}
