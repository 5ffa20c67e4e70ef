// SPDX-License-Identifier: BSD-2-Clause
/* What gdb has to be told before it knows any name. */
#include <stdio.h>

#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/gdb/gdb.h"
#include "common/handoff/kernel_fault.h"

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
	if (!(k->segment[0].va & BIT(55)) && offset) /* it runs at its physical addresses */
		printf(" -o 0x%llx", (unsigned long long)offset);
	printf("\n");
}

void gdb_announce(void)
{
	bool shared;
	paddr_t base = gdb_where(&shared);

	printf("gdb: waiting on %s at 0x%llx; Ctrl-C gives up\n",
	       shared ? "this line, the UART" : "the UART", (unsigned long long)base);
	console_drain();
}

void gdb_print_files(void)
{
	print_loft();
	gdb_print_kernel();
}
