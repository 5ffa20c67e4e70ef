/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/console/speed.h"
#include "common/fdt/fdt.h"

static void print_value(const char *name, uint64_t value)
{
	printf("%-12s= 0x%016" PRIx64 "\n", name, value);
}

static void print_ranges(const char *name, const struct mem_range *range, unsigned int count)
{
	unsigned int i;

	printf(" %s.count = 0x%x\n", name, count);
	for (i = 0; i < count; i++)
		printf(" %s[%u]	[0x%" PRIx64 "-0x%" PRIx64 "], 0x%" PRIx64 " bytes, %s\n", name, i,
		       range[i].start, mem_range_last(&range[i]), range[i].size, range[i].owner);
}

static void print_dram(const struct memmap *mem)
{
	for (unsigned int i = 0; i < mem->bank_count; i++) {
		print_value("DRAM bank", i);
		print_value("-> start", mem->bank[i].start);
		print_value("-> size", mem->bank[i].size);
	}
}

static void print_all(const struct memmap *mem)
{
	const struct device *flash = machine_find(&machine, "cfi-flash", 0);
	const struct mem_range *home = memmap_owner(mem, (uintptr_t)print_all, 1);

	print_value("boot_params", 0);
	print_dram(mem);
	print_value("flashstart", flash ? flash->base : 0);
	print_value("flashsize", flash ? flash->size : 0);
	printf("%-12s= %u bps\n", "baudrate",
	       IS_ENABLED(CONFIG_CONSOLE_SPEED) ? console_baud() : CONSOLE_BAUD);
	/* Linked at 0, so that the address it runs at is the offset, too. */
	print_value("relocaddr", home ? home->start : 0);
	print_value("reloc off", home ? home->start : 0);
	printf("%-12s= 64-bit\n", "Build");
	print_value("fdt_blob", (uintptr_t)machine.fdt);
	printf("lmb_dump_all:\n");
	print_ranges("memory", mem->bank, mem->bank_count);
	print_ranges("reserved", mem->owned, mem->owned_count);
	printf("%-12s= board\n", "devicetree");
}

static int do_bdinfo(int argc, char *const argv[])
{
	if (argc == 1 || !strcmp(argv[1], "-a"))
		print_all(&machine.mem);
	else if (!strcmp(argv[1], "-m"))
		print_dram(&machine.mem);
	else
		return CMD_USAGE;
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bdinfo) = {
	.name = "bdinfo",
	.max_args = 2,
	.repeat = true,
	.run = do_bdinfo,
	.brief = "print board info structure",
	.usage = "[-a | -m]\n"
		 "	- -a: all, as without; -m: DRAM only",
};
