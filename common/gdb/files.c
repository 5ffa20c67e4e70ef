// SPDX-License-Identifier: BSD-2-Clause
/* What gdb has to be told before it knows any name. */
#include <stdio.h>

#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/gdb/gdb.h"

void gdb_print_loft(void)
{
	for (unsigned i = 0; i < machine.mem.owned_count; i++) {
		const struct mem_range *r = &machine.mem.owned[i];
		paddr_t here = (paddr_t)gdb_print_loft;

		if (here >= r->start && here <= mem_range_last(r))
			printf("add-symbol-file build/loft.elf -o 0x%llx\n",
			       (unsigned long long)r->start);
	}
}

void gdb_announce(void)
{
	bool shared;
	paddr_t base = gdb_where(&shared);

	printf("gdb: waiting on %s at 0x%llx; Ctrl-C gives up\n",
	       shared ? "this line, the UART" : "the UART", (unsigned long long)base);
	console_drain();
}
