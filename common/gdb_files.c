// SPDX-License-Identifier: BSD-2-Clause
/* What gdb has to be told before it knows any name. */
#include <stdio.h>

#include "common/fdt.h"
#include "common/gdb.h"
#include "common/kernel_fault.h"

static void print_loft(void)
{
	for (unsigned i = 0; i < machine.mem.owned_count; i++) {
		const struct mem_range *r = &machine.mem.owned[i];
		paddr_t here = (paddr_t)gdb_print_files;

		if (here >= r->start && here <= mem_range_last(r))
			printf("add-symbol-file build/loft.elf -o 0x%llx\n",
			       (unsigned long long)r->start);
	}
}

void gdb_print_kernel(void)
{
	const struct kernel_symbols *k = &kernel_symbols;
	vaddr_t offset = k->segment_count ? k->segment[0].pa - k->segment[0].va : 0;

	if (!k->segment_count)
		return;
	printf("add-symbol-file KERNEL.elf");
	if (k->unmapped && offset)
		printf(" -o 0x%llx", (unsigned long long)offset);
	printf("\n");
}

void gdb_print_files(void)
{
	print_loft();
	gdb_print_kernel();
}
