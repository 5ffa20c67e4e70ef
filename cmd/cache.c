/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/cache.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"

#define STEP (4 * MIB) /* between two looks for Ctrl-C */

static int flush(paddr_t start, uint64_t size)
{
	while (size) {
		uint64_t part = MIN(size, STEP);

		if (console_ctrlc())
			return -EINTR;
		cache_clean_inval_poc((const void *)start, part);
		start += part;
		size -= part;
	}
	return 0;
}

static int flush_dram(void)
{
	int err = 0;

	for (unsigned int i = 0; i < machine.mem.bank_count && !err; i++)
		err = flush(machine.mem.bank[i].start, machine.mem.bank[i].size);
	return err;
}

static int flush_range(char *const argv[])
{
	uint64_t start, size;

	if (cmd_number(argv[2], "addr", &start) || cmd_number(argv[3], "size", &size))
		return CMD_FAILED;
	if (size && size - 1 > UINT64_MAX - start) {
		printf("dcache: 0x%llx bytes from 0x%llx on pass the end of the address space\n",
		       (unsigned long long)size, (unsigned long long)start);
		return -ERANGE;
	}
	return flush(start, size);
}

static int do_dcache(int argc, char *const argv[])
{
	if (argc == 1) {
		printf("Data (writethrough) Cache is %s\n", cache_data_is_on() ? "ON" : "OFF");
		return 0;
	}
	if (argc == 4 && !strcmp(argv[1], "flush"))
		return flush_range(argv);
	if (argc != 2)
		return CMD_USAGE;
	if (!strcmp(argv[1], "flush"))
		return flush_dram();
	if (!strcmp(argv[1], "on"))
		return 0;
	if (strcmp(argv[1], "off"))
		return CMD_USAGE;
	printf("dcache: it stays on: Loft works with it, and turns it off where it hands over\n");
	return -ENOTSUP;
}

static int do_icache(int argc, char *const argv[])
{
	if (argc == 1) {
		printf("Instruction Cache is %s\n", cache_code_is_on() ? "ON" : "OFF");
		return 0;
	}
	if (!strcmp(argv[1], "on") || !strcmp(argv[1], "off"))
		cache_code_enable(argv[1][1] == 'n');
	else if (!strcmp(argv[1], "flush"))
		cache_code_drop();
	else
		return CMD_USAGE;
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_dcache) = {
	.name = "dcache",
	.max_args = 4,
	.run = do_dcache,
	.brief = "show or flush the data cache",
	.usage = "[on | off]\n"
		 "    - show it; it is always on\n"
		 "dcache flush [addr size]\n"
		 "    - clean and invalidate all DRAM, or a range, by address, to the PoC",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_icache) = {
	.name = "icache",
	.max_args = 2,
	.run = do_icache,
	.brief = "enable or disable the instruction cache",
	.usage = "[on | off | flush]\n"
		 "    - show, enable, disable or invalidate it",
};
