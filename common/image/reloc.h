/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Static PIEs: the relocations of an ELF file, checked in the file and applied in memory.
 *
 * R_AARCH64_RELATIVE alone, from DT_RELA, DT_JMPREL and DT_RELR: "this word is an address of the
 * image". Whatever else a file asks for needs a dynamic linker, and is refused.
 * Spec: System V ABI, chapter 5 (dynamic section, RELR); AAELF64, "Relocation types"
 */
#pragma once

#include "common/image/elf.h"
#include "common/source/load.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct elf_relocs - where the tables are
 * @table: by their virtual address as linked; size 0: none. Each is whole in the bytes that the
 *         file supplies to one segment
 * @pie:   DF_1_PIE
 * @text:  DT_TEXTREL: words of code are relocated, too
 * @count: words
 */
struct elf_relocs {
	struct elf_extent table[3]; /* RELA, JMPREL, RELR */
	bool text, pie;
	uint64_t count;
};

/**
 * elf_relocs_pie() - is this file of the type ET_EXEC a static PIE all the same?
 *
 * GNU ld gives a PIE that is linked at another address than 0 that type, and DF_1_PIE. It runs as
 * it is, at its address; but it can be moved.
 */
bool elf_relocs_pie(struct source *source, const struct elf_image *image);

/**
 * elf_relocs_check() - find a static PIE's relocations and look at each; nothing is written
 * @source: the file
 * @image:  from elf_read(); may have been moved
 * @relocs: filled
 * @stop:   asked now and then whether the user has had enough; NULL: nobody is there
 *
 * Each must be R_AARCH64_RELATIVE without a symbol (or R_AARCH64_NONE), and its 8 bytes in one
 * segment: of code only where DT_TEXTREL says so, and never in the tables themselves.
 *
 * Errors: -ENOTSUP another kind, by its number, or another format of table
 *         -EFAULT  a place outside the segments, over a segment's end, in code, or in a table
 *         -EINVAL  a table that is not whole, entries of another size
 *         -E2BIG   more dynamic entries than ELF_DYNAMIC_MAX
 *         -EINTR   Ctrl-C
 *         -E...    from the source
 */
int __must_check elf_relocs_check(struct source *source, const struct elf_image *image,
				  struct elf_relocs *relocs, bool (*stop)(void), struct why *why);

#define ELF_DYNAMIC_MAX 256 /* entries of PT_DYNAMIC */

/**
 * elf_relocs_apply() - image->moved into each of the words
 * @image:  loaded at its p_paddr, which is accessible as it is
 * @relocs: from elf_relocs_check()
 *
 * Trusts nothing that was read before: what a source gives may change between two reads.
 *
 * Errors: as elf_relocs_check()
 */
int __must_check elf_relocs_apply(struct source *source, const struct elf_image *image,
				  const struct elf_relocs *relocs, struct why *why);
