/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF kernels: read, check, describe. Nothing here writes to where a segment belongs
 * (common/image/place.h does), nothing trusts a field of the file.
 * Spec: System V ABI, chapters 4 and 5 (ELF64); ELF for the Arm 64-bit Architecture (AAELF64);
 *       doc/boot-protocol.md, "The kernel image"
 */
#pragma once

#include "common/source/load.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define ELF_SEGMENTS_MAX 32 /* PT_LOADs with bytes */
#define ELF_PHDRS_MAX    64 /* program headers of any type */
#define ELF_NOTES_MAX    8  /* PT_NOTEs */

/* p_flags, with the ABI's values */
#define ELF_X 1u
#define ELF_W 2u
#define ELF_R 4u

/**
 * struct elf_segment - a PT_LOAD whose p_memsz is not 0
 *
 * elf_read() promises: filesz <= memsz, memsz > 0, [offset, offset + filesz) in the file,
 * vaddr + memsz - 1 and paddr + memsz - 1 do not wrap.
 */
struct elf_segment {
	vaddr_t vaddr;
	paddr_t paddr;
	uint64_t offset; /* in the file */
	uint64_t filesz;
	uint64_t memsz;
	uint32_t flags; /* ELF_R | ELF_W | ELF_X */
	uint32_t phdr;  /* index in the file's program headers: "segment N" in sentences */
};

struct elf_extent {
	uint64_t offset, size; /* inside the file */
};

/**
 * struct elf_image - what the headers of a file say, checked
 * @segment:       in the file's order
 * @note:          the PT_NOTEs, inside the file
 * @va_last:       inclusive, so that a segment may end at 2^64
 * @distance:      p_vaddr - p_paddr (modulo 2^64) of the first segment
 * @same_distance: every segment has that distance
 * @linked_at_va:  every p_paddr equals its p_vaddr: no AT(), or identity-linked
 * @has_wx:        some segment is both writable and executable; map_plan decides what that means
 * @pie:           a static PIE: it runs anywhere once its relocations are applied
 *                 (common/image/reloc.h)
 * @headers:       bit n: segment[n] holds headers and notes of the file and nothing else: what a
 *                 linker puts in front where a script or -Ttext= says only where the code goes
 * @dynamic:       its PT_DYNAMIC; size 0: none
 * @moved:         what elf_move() has added to every virtual address of it
 * @file_end:      one past the last byte of the file that headers, segments, notes and section
 *                 headers (where they are in the file) occupy: for most linkers, the file's end
 */
struct elf_image {
	struct elf_segment segment[ELF_SEGMENTS_MAX];
	struct elf_extent note[ELF_NOTES_MAX];
	unsigned segment_count, note_count;
	vaddr_t entry; /* e_entry as it stands */
	vaddr_t va_lowest, va_last;
	paddr_t pa_lowest, pa_last;
	uint64_t distance;
	bool same_distance, linked_at_va, has_wx, pie;
	uint32_t headers;
	struct elf_extent dynamic;
	uint64_t moved;
	uint64_t file_end;
	uint64_t shoff; /* section headers, NOT checked: elf_symbols_find() does */
	uint16_t shnum;
};

/**
 * elf_read() - read and check the headers of an ELF file
 * @source: the file; read once, or twice where the program headers are not in its first KiB
 * @image:  filled on success, undefined otherwise
 *
 * Checked: identification, class, byte order, machine, ET_EXEC or a static PIE, sizes and number of
 * program headers; every PT_LOAD as struct elf_segment promises, none over another in virtual or in
 * physical addresses; at least one of them. The entry is elf_entry()'s, since a file that is
 * only loaded needs none.
 *
 * Errors: -ENOEXEC   not an ELF file that Loft can boot (what it is instead is in the sentence)
 *         -ENODATA   truncated: names the segment, what it needs and what there is
 *         -EOVERFLOW an address range wraps
 *         -EEXIST    two segments overlap
 *         -E2BIG     more headers, segments or notes than ELF_*_MAX
 *         -EINVAL    a field contradicts another
 *         -E...      from the source
 */
int __must_check elf_read(struct source *source, struct elf_image *image, struct why *why);

/**
 * elf_leave_out() - as though these segments were not in the file
 * @segments: of image->headers; never all that there are
 */
void elf_leave_out(struct elf_image *image, uint32_t segments);

enum elf_mode {
	ELF_UNMAPPED, /* MMU off, entry is a physical address */
	ELF_MAPPED,   /* MMU on, high half */
	ELF_IDENTITY, /* MMU on, identity map in TTBR0 */
};

/**
 * struct elf_entry - where and how a kernel is entered
 * @va: e_entry (in ELF_UNMAPPED too, for reports)
 * @pa: the same instruction's physical address by p_paddr (add the placement's displacement)
 * @segment: index into elf_image.segment
 */
struct elf_entry {
	enum elf_mode mode;
	vaddr_t va;
	paddr_t pa;
	unsigned segment;
};

/**
 * elf_entry() - decide how a kernel is entered, and check that it can be
 * @flags: LOFT_FLAG_* of the note and the command line: UNMAPPED and IDENTITY count
 *
 * e_entry with bit 55 set, and a static PIE: mapped unless UNMAPPED. Bit 55 clear: unmapped unless
 * IDENTITY.
 * The entry must be 4-byte aligned and lie in bytes that the file supplies; for the mapped modes in
 * an executable segment. An unmapped kernel's e_entry may also be the physical address already.
 *
 * Errors: -EINVAL   misaligned, or flags that contradict each other or e_entry
 *         -EFAULT   in no segment, in the zeroed part of one, or in one that is not executable
 */
int __must_check elf_entry(const struct elf_image *image, uint64_t flags, struct elf_entry *entry,
			   struct why *why);

/**
 * elf_va_to_pa() - physical address of a virtual one, by the segment it lies in
 * @segment: index of that segment; may be NULL
 *
 * Returns: false where no segment covers @va
 */
bool elf_va_to_pa(const struct elf_image *image, vaddr_t va, paddr_t *pa, unsigned *segment);

/**
 * elf_move() - a static PIE is to run elsewhere: as though it had been linked there
 * @virt:  added to every virtual address, modulo 2^64
 * @slide: of it, what is the image's alone: @distance stays that of the linear map
 * @phys:  added to every p_paddr
 *
 * What lies in the file does not change: relocations are applied when it is loaded.
 */
void elf_move(struct elf_image *image, uint64_t virt, uint64_t slide, uint64_t phys);

/** elf_is_pie() - a static PIE, and Loft can boot those */
static inline bool elf_is_pie(const struct elf_image *image)
{
	return IS_ENABLED(CONFIG_PIE) && image->pie;
}

/** elf_is_low() - is it linked in the lower half? */
static inline bool elf_is_low(const struct elf_image *image)
{
	return !(image->va_lowest & BIT(55));
}

/** elf_segment_last() - last virtual address (inclusive) of a segment */
static inline vaddr_t elf_segment_last(const struct elf_segment *segment)
{
	return segment->vaddr + (segment->memsz - 1);
}

/** elf_segment_kind() - "text", "rodata", "data", "rwx" or "no access", by the flags */
const char *elf_segment_kind(const struct elf_segment *segment);

/**
 * struct elf_symbols - where a file keeps its symbol table and the names
 *
 * Both extents are inside the file. Copy them out before elf_load() where the file lies in memory:
 * a segment may be put over them.
 */
struct elf_symbols {
	struct elf_extent symtab, strtab;
};

/**
 * elf_symbols_find() - look for .symtab and its strings in the section headers
 *
 * Symbols are a courtesy: whatever is missing, truncated or senseless is "no symbols", not an
 * error. Reads the section headers, 2 KiB at a time.
 */
bool elf_symbols_find(struct source *source, const struct elf_image *image,
		      struct elf_symbols *symbols);

/**
 * elf_symbol_lookup() - the symbol that covers an address
 * @symtab: copy of the symbol table, any alignment, hostile
 * @strtab: copy of its strings, not necessarily terminated
 * @addr:   address as the symbols have it (virtual)
 * @name:   points into @strtab, terminated
 * @offset: of @addr in the symbol
 *
 * Takes the defined function, object or untyped symbol (never $x/$d mapping symbols or absolute
 * constants) that starts nearest below @addr; one with a size only where it covers @addr. Usable
 * with the MMU off: byte accesses, no library calls.
 */
bool elf_symbol_lookup(const void *symtab, uint64_t symtab_size, const char *strtab,
		       uint64_t strtab_size, vaddr_t addr, const char **name, uint64_t *offset);
