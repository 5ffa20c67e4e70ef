// SPDX-License-Identifier: BSD-2-Clause
/* What the kernel's addresses are called, for whoever reports or debugs it. */
#include <stdio.h>

#include "common/handoff/kernel_fault.h"
#include "common/handoff/state.h"

struct kernel_symbols kernel_symbols;
uint32_t kernel_fault_taken;

void boot_names(const struct boot *b)
{
	const struct elf_symbols *s = &b->symbols;

	kernel_symbols.segment_count = b->elf.segment_count;
	for (unsigned i = 0; i < b->elf.segment_count; i++) {
		const struct elf_segment *segment = &b->elf.segment[i];

		kernel_symbols.segment[i].va = segment->vaddr;
		kernel_symbols.segment[i].pa = segment->paddr + b->place.displacement;
		kernel_symbols.segment[i].size = segment->memsz;
		snprintf(kernel_symbols.segment[i].name, sizeof(kernel_symbols.segment[i].name),
			 "segment %u", (unsigned)segment->phdr);
	}
	if (!s->symtab.size)
		return;
	kernel_symbols.symtab = (const void *)b->names.start;
	kernel_symbols.symtab_size = s->symtab.size;
	kernel_symbols.strtab = (const char *)b->names.start + ALIGN_UP(s->symtab.size, 8);
	kernel_symbols.strtab_size = s->strtab.size;
}
