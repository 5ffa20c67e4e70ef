/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "common/shell/cmd.h"
#include "common/fdt/fdt.h"

static void print_row(paddr_t start, paddr_t last, const char *flags, const char *owner)
{
	printf("0x%016" PRIx64 "  0x%016" PRIx64 "  0x%-12" PRIx64 "  %-5s  %s\n", start, last,
	       last - start + 1, flags, owner);
}

/* Letters in the order of the legend below. */
static void format_flags(uint32_t flags, char text[8])
{
	static const struct {
		uint32_t flag;
		char letter;
	} letters[] = {
		{ MEM_NOMAP, 'n' },   { MEM_KEEP, 'k' },   { MEM_RECLAIM, 'r' },
		{ MEM_FOREIGN, 'f' }, { MEM_LOADED, 'l' },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(letters); i++)
		text[i] = flags & letters[i].flag ? letters[i].letter : '-';
	text[i] = '\0';
}

/* A bank, what is owned in it, and the gaps between. */
static void print_bank(const struct mem_range *bank)
{
	const struct memmap *mem = &machine.mem;
	paddr_t last = mem_range_last(bank);
	paddr_t next = bank->start;
	unsigned int i;

	for (i = 0; i < mem->owned_count; i++) {
		const struct mem_range *owned = &mem->owned[i];
		char flags[8];

		if (owned->start < bank->start || owned->start > last)
			continue;
		if (owned->start > next)
			print_row(next, owned->start - 1, "", "free");
		format_flags(owned->flags, flags);
		print_row(owned->start, mem_range_last(owned), flags, owned->owner);
		next = mem_range_last(owned) + 1;
		if (mem_range_last(owned) == last)
			return;
	}
	print_row(next, last, "", "free");
}

static int do_memmap(int argc, char *const argv[])
{
	unsigned int i;

	(void)argc;
	(void)argv;
	printf("%-18s  %-18s  %-14s  %-5s  %s\n", "Start", "Last", "Size", "Flags", "Owner");
	for (i = 0; i < machine.mem.bank_count; i++)
		print_bank(&machine.mem.bank[i]);
	printf("\nn never mapped, k kept for the kernel, r kernel may reclaim, f device tree's, "
	       "l loaded\n");
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_memmap) = {
	.name = "memmap",
	.max_args = 1,
	.repeat = true,
	.run = do_memmap,
	.brief = "print DRAM and who owns it",
};
