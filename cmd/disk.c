/* SPDX-License-Identifier: BSD-2-Clause */
/* What virtio, and later kinds of disks, have in common: the lines are U-Boot's. */
#include "cmd/disk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/mem.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"
#include "common/shell/cmd.h"
#include "common/source/claim.h"
#include "lib/base/num.h"

#define PIECE_BYTES (16 * MIB) /* between looks for a Ctrl-C */

static void print_disk(const struct blk *blk)
{
	/* tenths; a capacity in bytes may need all 64 bits */
	const uint64_t mb = blk->blocks * blk->block_size / (MIB / 16) * 10 / 16, gb = mb / 1024;

	if (!strcmp(blk->type, "virtio"))
		printf("%s VirtIO Block Device\n", blk->vendor);
	else if (!strcmp(blk->type, "scsi"))
		printf("(%u:0) Vendor: %s Prod.: %s Rev: %s\n", blk->target, blk->vendor,
		       blk->product, blk->revision);
	else
		printf("Vendor: %s Rev: %s Prod: %s\n", blk->vendor, blk->revision, blk->product);
	printf("            Type: %s\n"
	       "            Capacity: %" PRIu64 ".%" PRIu64 " MB = %" PRIu64 ".%" PRIu64
	       " GB (%" PRIu64 " x %" PRIu32 ")\n",
	       blk->removable ? "Removable Hard Disk" : "Hard Disk", mb / 10, mb % 10, gb / 10,
	       gb % 10, blk->blocks, blk->block_size);
}

static struct blk *current_disk(const struct disk_command *c)
{
	struct blk *blk;
	struct why why;

	if (!disk_find(c->type, *c->current, &blk, &why))
		return blk;
	printf("%s: %s\n", c->type, why.text);
	return NULL;
}

static int info(const struct disk_command *c)
{
	unsigned int n = 0;
	struct blk *blk;

	for (; !disk_find(c->type, n, &blk, NULL); n++) {
		printf("Device %u: ", n);
		print_disk(blk);
	}
	if (!n)
		printf("No %s device available\n", c->type);
	return n ? 0 : -ENODEV;
}

/* Of scsi it says what it has found; others are silent. */
static int scan(const struct disk_command *c)
{
	if (strcmp(c->type, "scsi")) {
		disk_scan(disk_type(c->type));
		return 0;
	}
	printf("scanning bus for devices...\n");
	disk_scan(disk_type(c->type));
	for (const struct blk *blk = blk_next(NULL); blk; blk = blk_next(blk)) {
		if (strcmp(blk->type, c->type))
			continue;
		printf("  Device %u: ", blk->number);
		print_disk(blk);
	}
	return 0;
}

static int device(const struct disk_command *c, const char *arg)
{
	struct blk *blk;
	uint64_t number = *c->current;

	if (arg && (num_parse(arg, 10, &number) || number > UINT16_MAX))
		return CMD_USAGE;
	printf(arg ? "\nDevice %u: " : "\nIDE device %u: ", (unsigned int)number);
	if (disk_find(c->type, (unsigned int)number, &blk, NULL)) {
		printf("unknown device\n");
		return -ENODEV;
	}
	print_disk(blk);
	if (arg) {
		*c->current = (unsigned int)number;
		printf("... is now current device\n");
	}
	return 0;
}

/* Of one disk, or of all: one without a table keeps none of the others from being shown. */
static int part(const struct disk_command *c, const char *only)
{
	char number[12];
	char *words[] = { "part", "list", (char *)(uintptr_t)c->type, number, NULL };
	uint64_t n = 0;
	struct blk *blk;
	int err = 0, status;

	if (only && (num_parse(only, 10, &n) || n > UINT16_MAX))
		return CMD_USAGE;
	if (!cmd_find("part")) {
		printf("%s part: partitions are not built in\n", c->type);
		return -ENOTSUP;
	}
	for (; only || !disk_find(c->type, (unsigned int)n, &blk, NULL); n++) {
		snprintf(number, sizeof(number), "%u", (unsigned int)n);
		status = cmd_execute(4, words, false);
		err = status ? status : err;
		if (only || status < 0)
			break;
	}
	return cmd_status(err);
}

static int move(struct blk *blk, bool write, uint64_t lba, uint64_t count, paddr_t at,
		uint64_t *done, struct why *why)
{
	const uint64_t piece = PIECE_BYTES / blk->block_size;
	int err = 0;

	for (*done = 0; *done < count && !err;) {
		const uint32_t part_count = (uint32_t)MIN(count - *done, piece);
		void *buffer = (void *)(at + *done * blk->block_size);

		if (console_ctrlc())
			return refuse(why, -EINTR, "%s %u: stopped by Ctrl-C", blk->type,
				      blk->number);
		err = write ? blk_write_at(blk, lba + *done, part_count, buffer, why)
			    : blk_read_at(blk, lba + *done, part_count, buffer, why);
		if (!err)
			*done += part_count;
	}
	return err || !write ? err : blk_flush(blk, why);
}

/* read|write addr blk# cnt */
static int transfer(const struct disk_command *c, bool write, char *const argv[])
{
	struct blk *blk = current_disk(c);
	uint64_t at, lba, count, done = 0, size;
	struct why why;
	int err;

	if (!blk)
		return -ENODEV;
	if (mem_address(argv[2], "address", &at) || cmd_number(argv[3], "block", &lba) ||
	    cmd_number(argv[4], "count", &count))
		return -EINVAL;
	printf("\n");
	printf(c->moves, argv[1], blk->number);
	printf(" block # %" PRIu64 ", count %" PRIu64 " ... ", lba, count);
	size = count * blk->block_size;
	err = blk_check(blk, write, lba, count, &why);
	if (!err && size && !memmap_is_dram(&machine.mem, at, size))
		err = refuse(&why, -EINVAL,
			     "%s %u: 0x%" PRIx64 " bytes at 0x%" PRIx64 " are not all DRAM",
			     c->type, blk->number, size, at);
	if (!err && !write)
		err = memguard_check_device(&machine.mem, at, size, &why);
	if (!err) {
		load_written(at, write ? 0 : size);
		err = move(blk, write, lba, count, at, &done, &why);
	}
	printf("%" PRIu64 " blocks %s: %s\n", done, write ? "written" : "read",
	       err ? "ERROR" : "OK");
	if (err)
		printf("%s\n", why.text);
	return err;
}

int disk_command(const struct disk_command *c, int argc, char *const argv[])
{
	if (argc < 2)
		return CMD_USAGE;
	if (argc == 2 && !strcmp(argv[1], "scan"))
		return scan(c);
	if (argc == 2 && (!strcmp(argv[1], "info") || !strcmp(argv[1], "list")))
		return info(c);
	if (argc <= 3 && (!strcmp(argv[1], "device") || !strcmp(argv[1], "dev")))
		return device(c, argc == 3 ? argv[2] : NULL);
	if (argc <= 3 && !strcmp(argv[1], "part"))
		return part(c, argc == 3 ? argv[2] : NULL);
	if (argc == 5 && (!strcmp(argv[1], "read") || !strcmp(argv[1], "write")))
		return transfer(c, *argv[1] == 'w', argv);
	return CMD_USAGE;
}

static int do_lsblk(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	printf("Block Driver          Devices\n-----------------------------\n");
	TABLE_FOREACH(disk_table, struct disk_type, type) {
		const char *between = "";

		printf("%-20s: ", type->name);
		for (const struct blk *blk = blk_next(NULL); blk; blk = blk_next(blk)) {
			if (strcmp(blk->type, type->name))
				continue;
			printf("%s%s %u", between, blk->type, blk->number);
			between = ", ";
		}
		printf(*between ? "\n" : "<none>\n");
	}
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_lsblk) = {
	.name = "lsblk",
	.max_args = 1,
	.run = do_lsblk,
	.brief = "list block drivers and devices",
	.usage = "- the disks of each kind that were found so far",
};
