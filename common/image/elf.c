/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/elf.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/le.h"

#define EHDR_SIZE  64
#define PHDR_SIZE  56
#define SHDR_SIZE  64
#define HEAD_SIZE  1024 /* the first read: with it come the program headers of most kernels */

#define ET_EXEC    2
#define ET_DYN     3
#define EM_AARCH64 183
#define PT_LOAD    1
#define PT_DYNAMIC 2
#define PT_INTERP  3
#define PT_NOTE    4
#define PN_XNUM    0xffff

struct name {
	unsigned value;
	const char *name;
};

static const struct name machines[] = {
	{ 3, "x86" },      { 8, "MIPS" },     { 20, "PowerPC" },    { 21, "PowerPC64" },
	{ 22, "S/390" },   { 40, "AArch32" }, { 62, "x86-64" },     { 183, "AArch64" },
	{ 243, "RISC-V" }, { 247, "BPF" },    { 258, "LoongArch" },
};

static const struct name types[] = {
	{ 1, "ET_REL, an object file that was not linked" },
	{ 3, "ET_DYN, which needs relocations applied: link it without -pie or -shared" },
	{ 4, "ET_CORE, a core dump" },
};

static const char *name_of(const struct name *names, unsigned count, unsigned value)
{
	for (unsigned i = 0; i < count; i++)
		if (names[i].value == value)
			return names[i].name;
	return "unknown";
}

const char *elf_segment_kind(const struct elf_segment *segment)
{
	if ((segment->flags & ELF_W) && (segment->flags & ELF_X))
		return "rwx";
	if (segment->flags & ELF_X)
		return "text";
	if (segment->flags & ELF_W)
		return "data";
	return segment->flags & ELF_R ? "rodata" : "no access";
}

struct headers {
	const char *file;    /* source->name */
	uint64_t size;       /* source->size */
	const uint8_t *phdr; /* phnum of them */
	unsigned phnum;
};

static int check_ident(const uint8_t *e, const char *file, struct why *why)
{
	unsigned machine = get_le16(e + 18), type = get_le16(e + 16);

	if (memcmp(e, "\177ELF", 4) != 0)
		return refuse(why, -ENOEXEC, "%s: no ELF file, it begins %02x %02x %02x %02x", file,
			      e[0], e[1], e[2], e[3]);
	if (e[4] != 2)
		return refuse(why, -ENOEXEC, "%s: ELF class is %u (%s), Loft boots 64-bit (2)",
			      file, e[4], e[4] == 1 ? "32-bit" : "unknown");
	if (e[5] != 1)
		return refuse(why, -ENOEXEC,
			      "%s: ELF byte order is %u (%s), Loft boots little-endian (1)", file,
			      e[5], e[5] == 2 ? "big-endian" : "unknown");
	if (e[6] != 1 || get_le32(e + 20) != 1)
		return refuse(why, -ENOEXEC, "%s: ELF version is %u/%" PRIu32 ", not 1/1", file,
			      e[6], get_le32(e + 20));
	if (machine != EM_AARCH64)
		return refuse(why, -ENOEXEC, "%s: machine is %s (%u), Loft boots AArch64 (183)",
			      file, name_of(machines, ARRAY_SIZE(machines), machine), machine);
	if (type != ET_EXEC && !(IS_ENABLED(CONFIG_PIE) && type == ET_DYN))
		return refuse(why, -ENOEXEC, "%s: type %u is %s; Loft boots ET_EXEC (2)", file,
			      type, name_of(types, ARRAY_SIZE(types), type));
	return 0;
}

/* The ELF header's own numbers; out: where the program headers are and how many. */
static int check_header(const uint8_t *e, const char *file, uint64_t size, uint64_t *phoff,
			unsigned *phnum, struct why *why)
{
	unsigned ehsize = get_le16(e + 52), entsize = get_le16(e + 54);

	*phoff = get_le64(e + 32);
	*phnum = get_le16(e + 56);
	if (ehsize < EHDR_SIZE)
		return refuse(why, -EINVAL, "%s: e_ehsize is %u, not %u", file, ehsize, EHDR_SIZE);
	if (*phnum == 0)
		return refuse(why, -ENOEXEC, "%s: no program headers, so nothing to load", file);
	if (entsize != PHDR_SIZE)
		return refuse(why, -EINVAL, "%s: e_phentsize is %u, not %u", file, entsize,
			      PHDR_SIZE);
	if (*phnum > ELF_PHDRS_MAX)
		return refuse(why, -E2BIG, "%s: %s%u program headers, at most %u", file,
			      *phnum == PN_XNUM ? "at least " : "", *phnum, ELF_PHDRS_MAX);
	if (*phoff > size || *phnum * PHDR_SIZE > size - *phoff)
		return refuse(why, -ENODATA,
			      "%s: truncated: %u program headers at offset 0x%" PRIx64
			      " need %u bytes, the file has 0x%" PRIx64,
			      file, *phnum, *phoff, *phnum * PHDR_SIZE, size);
	return 0;
}

/* Segment or note: its bytes are in the file. */
static int check_extent(const struct headers *h, unsigned n, const char *what, uint64_t offset,
			uint64_t filesz, struct why *why)
{
	if (filesz == 0 || (offset <= h->size && filesz <= h->size - offset))
		return 0;
	return refuse(why, -ENODATA,
		      "%s: truncated: segment %u (%s) needs 0x%" PRIx64
		      " bytes at offset 0x%" PRIx64 ", the file has 0x%" PRIx64,
		      h->file, n, what, filesz, offset, h->size);
}

static int check_segment(const struct headers *h, const struct elf_segment *s, uint64_t align,
			 struct why *why)
{
	const char *kind = elf_segment_kind(s);

	if (s->memsz < s->filesz)
		return refuse(why, -EINVAL,
			      "%s: segment %u (%s) has p_memsz 0x%" PRIx64
			      " below p_filesz 0x%" PRIx64,
			      h->file, s->phdr, kind, s->memsz, s->filesz);
	if (align & (align - 1))
		return refuse(why, -EINVAL,
			      "%s: segment %u (%s) has p_align 0x%" PRIx64 ", no power of two",
			      h->file, s->phdr, kind, align);
	if (s->memsz - 1 > UINT64_MAX - s->vaddr)
		return refuse(why, -EOVERFLOW,
			      "%s: segment %u (%s) wraps: p_vaddr 0x%" PRIx64
			      " + p_memsz 0x%" PRIx64 " passes 2^64",
			      h->file, s->phdr, kind, s->vaddr, s->memsz);
	if (s->memsz - 1 > UINT64_MAX - s->paddr)
		return refuse(why, -EOVERFLOW,
			      "%s: segment %u (%s) wraps: p_paddr 0x%" PRIx64
			      " + p_memsz 0x%" PRIx64 " passes 2^64",
			      h->file, s->phdr, kind, s->paddr, s->memsz);
	return check_extent(h, s->phdr, kind, s->offset, s->filesz, why);
}

static bool overlap(uint64_t a, uint64_t b, uint64_t a_size, uint64_t b_size)
{
	return a <= b ? b - a < a_size : a - b < b_size;
}

static int check_overlap(const struct headers *h, const struct elf_segment *a,
			 const struct elf_segment *b, struct why *why)
{
	bool virt = overlap(a->vaddr, b->vaddr, a->memsz, b->memsz);
	uint64_t a_start = virt ? a->vaddr : a->paddr, b_start = virt ? b->vaddr : b->paddr;

	if (!virt && !overlap(a->paddr, b->paddr, a->memsz, b->memsz))
		return 0;
	return refuse(why, -EEXIST,
		      "%s: segment %u (%s) %s 0x%" PRIx64 "..0x%" PRIx64
		      " overlaps segment %u (%s) 0x%" PRIx64 "..0x%" PRIx64,
		      h->file, b->phdr, elf_segment_kind(b), virt ? "p_vaddr" : "p_paddr", b_start,
		      b_start + (b->memsz - 1), a->phdr, elf_segment_kind(a), a_start,
		      a_start + (a->memsz - 1));
}

static void summarise(struct elf_image *image, const struct elf_segment *s)
{
	bool first = image->segment_count == 0;
	uint64_t distance = s->vaddr - s->paddr;
	paddr_t pa_last = s->paddr + (s->memsz - 1);

	if (first) {
		image->distance = distance;
		image->same_distance = image->linked_at_va = true;
		image->va_lowest = s->vaddr;
		image->pa_lowest = s->paddr;
	}
	image->same_distance &= distance == image->distance;
	image->linked_at_va &= distance == 0;
	image->has_wx |= (s->flags & ELF_W) && (s->flags & ELF_X);
	image->va_lowest = MIN(image->va_lowest, s->vaddr);
	image->pa_lowest = MIN(image->pa_lowest, s->paddr);
	image->va_last = MAX(image->va_last, elf_segment_last(s));
	image->pa_last = MAX(image->pa_last, pa_last);
	if (s->filesz)
		image->file_end = MAX(image->file_end, s->offset + s->filesz);
}

static int add_segment(struct elf_image *image, const struct headers *h, unsigned n,
		       struct why *why)
{
	const uint8_t *p = h->phdr + (uint64_t)n * PHDR_SIZE;
	struct elf_segment s = {
		.phdr = n,
		.flags = get_le32(p + 4) & (ELF_R | ELF_W | ELF_X),
		.offset = get_le64(p + 8),
		.vaddr = get_le64(p + 16),
		.paddr = get_le64(p + 24),
		.filesz = get_le64(p + 32),
		.memsz = get_le64(p + 40),
	};
	int err;

	if (s.memsz == 0 && s.filesz == 0)
		return 0;
	err = check_segment(h, &s, get_le64(p + 48), why);
	for (unsigned i = 0; !err && i < image->segment_count; i++)
		err = check_overlap(h, &image->segment[i], &s, why);
	if (err)
		return err;
	if (image->segment_count == ELF_SEGMENTS_MAX)
		return refuse(why, -E2BIG, "%s: more than %u PT_LOAD segments", h->file,
			      ELF_SEGMENTS_MAX);
	summarise(image, &s);
	image->segment[image->segment_count++] = s;
	return 0;
}

static int add_note(struct elf_image *image, const struct headers *h, unsigned n, struct why *why)
{
	const uint8_t *p = h->phdr + (uint64_t)n * PHDR_SIZE;
	struct elf_extent note = { .offset = get_le64(p + 8), .size = get_le64(p + 32) };
	int err;

	if (note.size == 0)
		return 0;
	err = check_extent(h, n, "PT_NOTE", note.offset, note.size, why);
	if (err)
		return err;
	if (image->note_count == ELF_NOTES_MAX)
		return refuse(why, -E2BIG, "%s: more than %u PT_NOTE segments", h->file,
			      ELF_NOTES_MAX);
	image->file_end = MAX(image->file_end, note.offset + note.size);
	image->note[image->note_count++] = note;
	return 0;
}

/* What only a file that is to be relocated has a use for. */
static int add_dynamic(struct elf_image *image, const struct headers *h, unsigned n,
		       struct why *why)
{
	const uint8_t *p = h->phdr + (uint64_t)n * PHDR_SIZE;

	if (get_le32(p) == PT_INTERP && !image->pie)
		return 0;
	if (get_le32(p) == PT_INTERP)
		return refuse(why, -ENOEXEC,
			      "%s: segment %u, PT_INTERP, wants a dynamic linker; link it with "
			      "-pie --no-dynamic-linker",
			      h->file, n);
	image->dynamic = (struct elf_extent){ get_le64(p + 8), get_le64(p + 32) };
	/* an ET_EXEC needs none of it */
	if (!image->pie && check_extent(h, n, "", image->dynamic.offset, image->dynamic.size, NULL))
		image->dynamic.size = 0;
	return check_extent(h, n, "PT_DYNAMIC", image->dynamic.offset, image->dynamic.size, why);
}

#define PADDING_MAX 16 /* between headers and notes */

/* Where the extent ends that covers @at, or begins at most a padding behind it; else @at. */
static uint64_t covered_to(const struct elf_extent *e, uint64_t at)
{
	bool covers = at < e->offset ? e->offset - at < PADDING_MAX : at - e->offset < e->size;

	return covers ? e->offset + e->size : at;
}

/* What no program reads: so it may also be missing. */
static bool is_headers(const struct elf_image *image, const struct elf_segment *s,
		       const struct elf_extent *table)
{
	const struct elf_extent header = { 0, EHDR_SIZE };
	uint64_t at = s->offset, was;

	if (s->flags != ELF_R || s->filesz != s->memsz)
		return false;
	do {
		was = at;
		at = MAX(covered_to(&header, at), covered_to(table, at));
		for (unsigned i = 0; i < image->note_count; i++)
			at = MAX(at, covered_to(&image->note[i], at));
	} while (at > was && at - s->offset < s->filesz);
	return at - s->offset >= s->filesz;
}

void elf_leave_out(struct elf_image *image, uint32_t segments)
{
	const unsigned count = image->segment_count;

	image->segment_count = 0;
	for (unsigned i = 0; i < count; i++) {
		const struct elf_segment s = image->segment[i];

		if (segments >> i & 1)
			continue;
		summarise(image, &s);
		image->segment[image->segment_count++] = s;
	}
	image->headers = 0; /* by other numbers */
}

static int add_all(struct elf_image *image, const struct headers *h, struct why *why)
{
	int err = 0;

	for (unsigned n = 0; !err && n < h->phnum; n++) {
		uint32_t type = get_le32(h->phdr + (uint64_t)n * PHDR_SIZE);

		if (type == PT_LOAD)
			err = add_segment(image, h, n, why);
		else if (type == PT_NOTE)
			err = add_note(image, h, n, why);
		else if (IS_ENABLED(CONFIG_PIE) && (type == PT_DYNAMIC || type == PT_INTERP))
			err = add_dynamic(image, h, n, why);
	}
	if (!err && image->segment_count == 0)
		return refuse(why, -ENOEXEC, "%s: no PT_LOAD segment with bytes in it", h->file);
	return err;
}

/* What the ELF header alone says of the image. Section headers outside the file count as none. */
static void start_image(struct elf_image *image, const uint8_t *e, uint64_t size,
			uint64_t table_end)
{
	uint64_t shdrs;

	memset(image, 0, sizeof(*image));
	image->pie = get_le16(e + 16) == ET_DYN;
	image->entry = get_le64(e + 24);
	image->shoff = get_le64(e + 40);
	image->shnum = get_le16(e + 58) == SHDR_SIZE ? get_le16(e + 60) : 0;
	image->file_end = MAX(table_end, (uint64_t)EHDR_SIZE);
	shdrs = (uint64_t)image->shnum * SHDR_SIZE;
	if (image->shoff <= size && shdrs <= size - image->shoff)
		image->file_end = MAX(image->file_end, image->shoff + shdrs);
	else
		image->shnum = 0;
}

int elf_read(struct source *source, struct elf_image *image, struct why *why)
{
	uint8_t bytes[ELF_PHDRS_MAX * PHDR_SIZE];
	uint64_t head = MIN(source->size, (uint64_t)HEAD_SIZE), phoff, table;
	struct headers h = { .file = source->name, .size = source->size, .phdr = bytes };
	int err;

	static_assert(HEAD_SIZE <= sizeof(bytes), "both reads share the buffer");
	if (head < EHDR_SIZE)
		return refuse(why, -ENODATA, "%s: 0x%" PRIx64 " bytes are no ELF header of %u",
			      source->name, head, EHDR_SIZE);
	err = source_read(source, 0, bytes, head, why);
	if (!err)
		err = check_ident(bytes, h.file, why);
	if (!err)
		err = check_header(bytes, h.file, h.size, &phoff, &h.phnum, why);
	if (err)
		return err;
	table = (uint64_t)h.phnum * PHDR_SIZE;
	start_image(image, bytes, h.size, phoff + table);
	if (phoff <= head && table <= head - phoff)
		h.phdr = bytes + phoff;
	else
		err = source_read(source, phoff, bytes, table, why);
	err = err ? err : add_all(image, &h, why);
	for (unsigned i = 0; !err && i < image->segment_count; i++)
		if (is_headers(image, &image->segment[i], &(struct elf_extent){ phoff, table }))
			image->headers |= UINT32_C(1) << i;
	return err;
}

void elf_move(struct elf_image *image, uint64_t virt, uint64_t slide, uint64_t phys)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		image->segment[i].vaddr += virt;
		image->segment[i].paddr += phys;
	}
	image->entry += virt;
	image->va_lowest += virt;
	image->va_last += virt;
	image->pa_lowest += phys;
	image->pa_last += phys;
	image->distance += virt - slide - phys;
	image->moved += virt;
}
