/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <string.h>

#include "common/console/console.h"
#include "common/console/video.h"
#include "common/shell/cmd.h"
#include "common/fdt/fdt.h"

/* The picture: a bar to scale at the screen's right, and each row's colour beside it. */
#define BAR_WIDTH 192u
#define SWATCH	  16
#define FREE	  8

static struct screen *screen; /* NULL: none is drawn */
static uint64_t total, drawn; /* bytes of DRAM, and how many of them the bar has */

static unsigned int colour_of(uint32_t flags, const char *owner)
{
	if (flags & MEM_NOMAP)
		return 9; /* red */
	if (flags & MEM_LOADED)
		return 11; /* yellow */
	if (flags & MEM_FOREIGN)
		return 14; /* cyan */
	if (flags & MEM_KEEP)
		return 10; /* green */
	return !strncmp(owner, "Loft", 4) ? 12 : 13; /* blue; magenta */
}

/* @bytes of @total in pixels; the screen is less than 2^14 high. */
static uint32_t scaled(uint64_t bytes)
{
	unsigned int shift = 0;

	while (total >> shift >> 48)
		shift++;
	return (uint32_t)((bytes >> shift) * screen->mode.height / (total >> shift));
}

/* Nothing is too small to be seen. */
static void draw(uint64_t size, unsigned int colour)
{
	uint32_t at = scaled(drawn), x = screen->mode.width - MIN(BAR_WIDTH, screen->mode.width);

	drawn += size;
	screen_rect(screen, x, at, BAR_WIDTH, MAX(scaled(drawn) - at, 1u), colour);
	if (screen->row && x > 2 * SWATCH)
		screen_rect(screen, x - 2 * SWATCH, (screen->row - 1) * SCREEN_CELL_HEIGHT, SWATCH,
			    SCREEN_CELL_HEIGHT, colour);
	screen_flush(screen);
}

static void print_row(paddr_t start, paddr_t last, const char *flags, const char *owner,
		      unsigned int colour)
{
	printf("0x%016" PRIx64 "  0x%016" PRIx64 "  0x%-12" PRIx64 "  %-5s  %s\n", start, last,
	       last - start + 1, flags, owner);
	if (screen)
		draw(last - start + 1, colour);
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
			print_row(next, owned->start - 1, "", "free", FREE);
		format_flags(owned->flags, flags);
		print_row(owned->start, mem_range_last(owned), flags, owned->owner,
			  colour_of(owned->flags, owned->owner));
		next = mem_range_last(owned) + 1;
		if (mem_range_last(owned) == last)
			return;
	}
	print_row(next, last, "", "free", FREE);
}

/* A framebuffer that is not in DRAM, such as the VideoCore's. */
static void print_outside(void)
{
	const struct screen_mode *mode = video_outside();

	if (mode)
		print_row((paddr_t)mode->base,
			  (paddr_t)mode->base + (uint64_t)mode->height * mode->stride - 1, "-k---",
			  "framebuffer", 0);
}

static int refuse_screen(void)
{
	printf("memmap: the console has no screen (setenv stdout serial,vidconsole)\n");
	return -ENODEV;
}

static int do_memmap(int argc, char *const argv[])
{
	unsigned int i;

	screen = NULL;
	if (argc > 1 && (!IS_ENABLED(CONFIG_VIDEO) || strcmp(argv[1], "-g")))
		return CMD_USAGE;
	if (argc > 1) {
		screen = video_screen();
		if (!screen)
			return refuse_screen();
		console_puts("\033[H\033[2J");
		for (total = drawn = 0, i = 0; i < machine.mem.bank_count; i++)
			total += machine.mem.bank[i].size;
	}
	printf("%-18s  %-18s  %-14s  %-5s  %s\n", "Start", "Last", "Size", "Flags", "Owner");
	for (i = 0; i < machine.mem.bank_count; i++)
		print_bank(&machine.mem.bank[i]);
	screen = NULL; /* not to scale with DRAM */
	if (IS_ENABLED(CONFIG_VIDEO) && video_open)
		print_outside();
	printf("\nn never mapped, k kept for the kernel, r kernel may reclaim, f device tree's, "
	       "l loaded\n");
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_memmap) = {
	.name = "memmap",
	.max_args = 2,
	.repeat = true,
	.run = do_memmap,
	.brief = "print DRAM and who owns it",
	.usage = "[-g]\n"
		 "    - print each range of DRAM, and what it is for\n"
		 "    - -g  and draw them to scale, on the screen that stdout has",
};
