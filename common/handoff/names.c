// SPDX-License-Identifier: BSD-2-Clause
/* What the kernel's addresses are called, for whoever reports or debugs it. */
#include <stdio.h>

#include "common/handoff/kernel_fault.h"
#include "common/handoff/state.h"

struct kernel_symbols kernel_symbols;
uint32_t kernel_fault_taken;

/* A wrong guess is not mute: a fault in the first moments may be its doing. */
static void fill_hint(const struct boot *b)
{
	char *hint = kernel_symbols.hint;
	const char *ttbr = b->code.ttbr;

	hint[0] = '\0';
	if (b->code_decides && ttbr)
		snprintf(hint, KERNEL_HINT_MAX,
			 "entered with the MMU off at EL%u, because the code at its entry writes "
			 "%s (at 0x%llx); if it wants to be mapped: bootelf -V%s",
			 b->entry_el, ttbr, (unsigned long long)b->code.at,
			 b->code_takes_el1 ? "; at EL2: bootelf -e 2" : "");
	else if (b->code_decides)
		snprintf(hint, KERNEL_HINT_MAX,
			 "entered mapped, because it has no Loft note and the code at its entry "
			 "writes no TTBR; if it maps itself: bootelf -u");
	else if (b->code_takes_el1)
		snprintf(hint, KERNEL_HINT_MAX,
			 "entered at EL1, because the code at its entry does not know EL2; at EL2: "
			 "bootelf -e 2");
}

void boot_names(const struct boot *b)
{
	const struct elf_symbols *s = &b->symbols;

	fill_hint(b);
	kernel_symbols.mapped = b->vectors.size && b->handoff.page;
	kernel_symbols.virt_start = b->plan.virt_start;
	kernel_symbols.moved = b->elf.moved;
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
