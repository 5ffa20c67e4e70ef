/* SPDX-License-Identifier: BSD-2-Clause */
/* mmc, mmcinfo: SD cards and eMMC. The lines are U-Boot's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/disk.h"
#include "common/shell/cmd.h"
#include "drivers/block/mmc.h"
#include "lib/base/num.h"

static unsigned int current;

static struct mmc *card(unsigned int number)
{
	struct blk *blk;

	return disk_find("mmc", number, &blk, NULL) ? NULL : (struct mmc *)blk;
}

static struct mmc *current_card(void)
{
	struct mmc *disk = card(current);

	if (!disk)
		printf("No MMC device available\n");
	return disk;
}

/* "3.7 GiB", rounded to a tenth */
static void print_size(const char *what, uint64_t bytes)
{
	static const char units[] = "KMGT";
	unsigned int shift = 0;
	uint64_t tenths;

	while (bytes >> shift >= KIB && shift < 40)
		shift += 10;
	if (!shift) {
		printf("%s: %" PRIu64 " Bytes\n", what, bytes);
		return;
	}
	tenths = ((bytes >> (shift - 10)) * 10 + KIB / 2) / KIB;
	printf("%s: %" PRIu64, what, tenths / 10);
	if (tenths % 10)
		printf(".%" PRIu64, tenths % 10);
	printf(" %ciB\n", units[shift / 10 - 1]);
}

/* The @count characters, 6 at most, of a card's name; a card may say anything. */
static void print_name(const uint32_t cid[4], unsigned int count)
{
	char name[8] = "";

	for (unsigned int i = 0; i < count; i++) {
		const unsigned int at = 3 + i;
		const char c = (char)(cid[at / 4] >> (24 - 8 * (at % 4)));

		name[i] = c >= ' ' && c < 0x7f ? c : '?';
	}
	printf("Name: %s \n", name);
}

/* In blocks: of an eMMC by the formula of its CSD; an SD card erases single ones. */
static uint32_t erase_group(const struct mmc *disk)
{
	const uint32_t csd = disk->csd[2];

	return disk->is_mmc ? ((csd >> 10 & 0x1f) + 1) * ((csd >> 5 & 0x1f) + 1) : 1;
}

static int info(void)
{
	const struct mmc *disk = current_card();

	if (!disk)
		return -ENODEV;
	printf("Device: %s\nManufacturer ID: %" PRIx32 "\nOEM: %" PRIx32 "\n", disk->name,
	       disk->cid[0] >> 24, disk->cid[0] >> 8 & (disk->is_mmc ? 0xff : 0xffff));
	print_name(disk->cid, disk->is_mmc ? 6 : 5);
	printf("Bus Speed: %" PRIu32 "\nMode: %s\nRd Block Len: %" PRIu32 "\n%s version %" PRIu32
	       ".%" PRIu32 "\nHigh Capacity: %s\n",
	       disk->hz,
	       !disk->fast    ? "MMC legacy"
	       : disk->is_mmc ? "MMC High Speed (52MHz)"
			      : "SD High Speed (50MHz)",
	       disk->blk.block_size, disk->is_mmc ? "MMC" : "SD", disk->version >> 8,
	       disk->version & 0xff, disk->sectors ? "Yes" : "No");
	print_size("Capacity", disk->blk.blocks * disk->blk.block_size);
	printf("Bus Width: %" PRIu32 "-bit\n", disk->width);
	print_size("Erase Group Size", (uint64_t)erase_group(disk) * disk->blk.block_size);
	if (IS_ENABLED(CONFIG_MMC_HWPART) && disk->boot_blocks)
		print_size("Boot Capacity", (uint64_t)disk->boot_blocks * disk->blk.block_size);
	return 0;
}

static int list(void)
{
	const struct mmc *disk;

	if (!current_card())
		return -ENODEV;
	for (unsigned int n = 0; (disk = card(n)); n++)
		printf("%s: %u (%s)\n", disk->name, n, disk->is_mmc ? "eMMC" : "SD");
	return 0;
}

/* dev [device [hardware partition]]; 0 is the user's */
static int choose(int argc, char *const argv[])
{
	const char *name = "(part 0)";
	struct mmc *disk;
	uint64_t number = current, part = 0;
	int err;

	if ((argc > 2 && (num_parse(argv[2], 10, &number) || number > UINT16_MAX)) ||
	    (argc > 3 && num_parse(argv[3], 10, &part)))
		return CMD_USAGE;
	disk = card((unsigned int)number);
	if (!disk) {
		printf("MMC Device %u not found\nno mmc device at slot %x\n", (unsigned int)number,
		       (unsigned int)number);
		return -ENODEV;
	}
	err = part ? -ENOENT : 0;
	if (IS_ENABLED(CONFIG_MMC_HWPART) && part <= 2) {
		name = &"(part 0)\0(part 1)\0(part 2)"[part * sizeof("(part 0)")];
		err = mmc_select(disk, (uint32_t)part);
	}
	printf("switch to partitions #%" PRIu64 ", %s\n", part, err ? "ERROR" : "OK");
	if (err)
		return err;
	current = (unsigned int)number;
	printf("mmc%u%s is current device\n", current, disk->is_mmc ? name : "");
	return 0;
}

static int parts(void)
{
	char number[12];
	char *words[] = { "part", "list", "mmc", number, NULL };

	if (!current_card())
		return -ENODEV;
	snprintf(number, sizeof(number), "%x", current);
	return cmd_find("part") ? cmd_status(cmd_execute(4, words, false)) : -ENOTSUP;
}

static int do_mmc(int argc, char *const argv[])
{
	static const struct disk_command command = { "mmc", &current, "MMC %s: dev # %u," };

	if (argc == 2 && !strcmp(argv[1], "info"))
		return info();
	if (argc == 2 && !strcmp(argv[1], "list"))
		return list();
	if (argc >= 2 && argc <= 4 && !strcmp(argv[1], "dev"))
		return choose(argc, argv);
	if (argc == 2 && !strcmp(argv[1], "part"))
		return parts();
	if (argc == 2 && !strcmp(argv[1], "rescan")) {
		disk_scan(disk_type("mmc"));
		return current_card() ? 0 : -ENODEV;
	}
	if (argc == 5 && (!strcmp(argv[1], "read") || !strcmp(argv[1], "write")))
		return current_card() ? disk_command(&command, argc, argv) : -ENODEV;
	return CMD_USAGE;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_mmc) = {
	.name = "mmc",
	.max_args = 5,
	.run = do_mmc,
	.brief = "MMC sub system",
	.usage = "info - the current card\n"
		 "mmc list|rescan - all; look anew\n"
		 "mmc dev [dev] [part] - show, set\n"
		 "mmc part - its partition table\n"
		 "mmc read|write addr blk# cnt - to or from memory",
};

static int do_mmcinfo(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	return info();
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_mmcinfo) = {
	.name = "mmcinfo",
	.max_args = 1,
	.run = do_mmcinfo,
	.brief = "display MMC info",
	.usage = "- as mmc info",
};
