/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "common/cmd.h"
#include "common/console_speed.h"
#include "common/fdt.h"

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

static int do_bdinfo(int argc, char *const argv[])
{
	const struct memmap *mem = &machine.mem;
	const struct device *flash = machine_find(&machine, "cfi-flash", 0);
	const struct mem_range *home = memmap_owner(mem, (uintptr_t)do_bdinfo, 1);
	unsigned int i;

	(void)argc;
	(void)argv;
	print_value("boot_params", 0);
	for (i = 0; i < mem->bank_count; i++) {
		print_value("DRAM bank", i);
		print_value("-> start", mem->bank[i].start);
		print_value("-> size", mem->bank[i].size);
	}
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
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bdinfo) = {
	.name = "bdinfo",
	.max_args = 1,
	.repeat = true,
	.run = do_bdinfo,
	.brief = "print board info structure",
};
