/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kernel's first instructions say of it: does it build its own tables, does it know EL2?
 *
 * A kernel that maps itself writes a TTBR before it can run where it is linked. So the code tells
 * what no header does: whoever writes one near its entry wants its physical entry and the MMU off.
 * Pure: it reads the file, and writes nothing.
 * Spec: doc/boot-protocol.md, "Kernels that map themselves"; Arm ARM DDI 0487 K.a, C4.1 (A64
 *       encodings), D19.1 (system register encodings)
 */
#pragma once

#include "common/image/elf.h"
#include "common/source/load.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define ENTRY_CODE_MAX 1024 /* instructions that are looked at */

/**
 * struct entry_code - what was seen
 * @ttbr:      the translation table register that is written, "TTBR1_EL1"; NULL: none
 * @at:        virtual address, as linked, of the msr that writes it
 * @knows_el2: the code reads CurrentEL or names a register of EL2, before it turns its MMU on
 * @walked:    instructions looked at
 */
struct entry_code {
	const char *ttbr;
	vaddr_t at;
	bool knows_el2;
	unsigned walked;
};

/**
 * entry_code_walk() - look at a kernel's code from its entry, in the order it runs
 * @source: the file
 * @image:  from elf_read()
 * @entry:  e_entry
 *
 * Follows direct branches and calls, both ways of a conditional one, register branches whose target
 * an adr, adrp, literal or table of the same run of code gave, and an eret to such a target. A
 * branch to an address of the high half that was loaded as a constant ends its path: code that was
 * not relocated can go there only once its MMU is on. Each instruction once, ENTRY_CODE_MAX of
 * them, and none behind the SCTLR_ELx that follows a TTBR.
 *
 * Errors: -E... from the source
 */
int __must_check entry_code_walk(struct source *source, const struct elf_image *image,
				 vaddr_t entry, struct entry_code *code, struct why *why);
