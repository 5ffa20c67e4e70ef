/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/exception.h"
#include "common/image/elf.h"
#include "lib/base/types.h"

#define KERNEL_HINT_MAX 240

/**
 * struct kernel_symbols - what a kernel's addresses are called
 * @symtab, @strtab: the file's own tables, copied beside Loft; NULL where it has none
 * @segment: names for what has no symbol
 * @moved:   a static PIE's addresses less those of its symbols
 * @mapped:  it was entered mapped, with @virt_start
 * @hint:    printed under the report: what was guessed of this kernel, and how to say otherwise
 */
struct kernel_symbols {
	const void *symtab;
	uint64_t symtab_size;
	const char *strtab;
	uint64_t strtab_size;
	struct {
		vaddr_t va;
		paddr_t pa;
		uint64_t size;
		char name[16];
	} segment[ELF_SEGMENTS_MAX];
	unsigned segment_count;
	uint64_t moved;
	bool mapped;
	vaddr_t virt_start;
	char hint[KERNEL_HINT_MAX];
};

extern struct kernel_symbols kernel_symbols;
