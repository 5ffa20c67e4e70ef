/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "arch/exception.h"
#include "common/image/elf.h"
#include "lib/base/types.h"

/**
 * struct kernel_symbols - what a kernel's addresses are called
 * @symtab, @strtab: the file's own tables, copied beside Loft; NULL where it has none
 * @segment: names for what has no symbol
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
};

extern struct kernel_symbols kernel_symbols;

/* Not 0 once a CPU is reporting; cleared before a kernel is entered, or goes on. */
extern uint32_t kernel_fault_taken;

/**
 * kernel_fault() - report an early fault of a kernel and stop
 * @frame: what the early vectors or the EL2 stub saved
 *
 * Entered by kernel_fault_gate() on Loft's own map and stacks; the kernel is not returned to.
 */
void __attribute__((noreturn)) kernel_fault(struct fault_frame *frame);
