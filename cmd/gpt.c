/* SPDX-License-Identifier: BSD-2-Clause */
/* gpt: a disk's GPT is made, judged, mended and told. The lines are U-Boot's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/env/env.h"
#include "common/handoff/rng.h"
#include "common/shell/cmd.h"
#include "common/source/volume.h"
#include "fs/gpt.h"
#include "lib/base/num.h"

#define TEXT_ROOM 8192 /* of all partitions, with an end */

/** struct work - the disk, the table, and memory for both, taken when it is first needed */
struct work {
	uint8_t entries[GPT_TABLE_BYTES];
	uint8_t block[PART_BLOCK_MAX];
	char text[TEXT_ROOM];
	struct part_disk disk;
	struct gpt gpt;
	struct part_table table;
	struct part part;
	struct blk *blk;
	struct why why;
};

static int read_block(struct part_disk *disk, uint64_t block, void *to)
{
	return blk_read_at(disk->priv, block, 1, to, NULL);
}

static int write_blocks(struct gpt *gpt, uint64_t block, uint32_t count, const void *from,
			struct why *why)
{
	return blk_write_at(gpt->disk->priv, block, count, from, why);
}

static int flush(struct gpt *gpt, struct why *why)
{
	return blk_flush(gpt->disk->priv, why);
}

/* @argv: of the sub-command: interface and disk */
static int begin(char *const argv[], struct work **out)
{
	static struct work *memory;
	struct work *w;
	uint64_t number;

	if (!memory)
		memory = disk_memory(sizeof(*memory), 64);
	if (!memory)
		return -ENOMEM;
	*out = w = memory;
	if (cmd_number(argv[2], "gpt: disk", &number))
		return -EINVAL;
	if (disk_find(argv[1], (unsigned int)MIN(number, (uint64_t)UINT16_MAX), &w->blk, &w->why))
		return -ENODEV;
	w->disk = (struct part_disk){ .blocks = w->blk->blocks,
				      .block_size = w->blk->block_size,
				      .read = read_block,
				      .priv = w->blk,
				      .buffer = w->block };
	w->gpt = (struct gpt){
		.disk = &w->disk, .write = write_blocks, .flush = flush, .entries = w->entries
	};
	return 0;
}

/* U-Boot's last word, with why it is an error. */
static int answer(int err, const struct work *w, const char *what)
{
	if (what)
		printf("%s GPT: ", what);
	if (err)
		printf("error!\ngpt: %s\n", err == -ENOMEM ? "no memory" : w->why.text);
	else
		printf("success!\n");
	return err;
}

/* Numbers for names of partitions, not for keys: where nothing is random, the time is. */
static void random_bytes(uint8_t bytes[16])
{
	static uint64_t state;

	if (!rng_fill(bytes, 16))
		return;
	for (unsigned int i = 0; i < 16; i++) {
		state = (state ^ cpu_ticks()) * UINT64_C(0x5851f42d4c957f2d) + 1;
		bytes[i] = (uint8_t)(state >> 56);
	}
}

static void chosen(const char *name, const char *value)
{
	(void)!env_set(name, value);
}

static const struct gpt_words words = { env_get, chosen, random_bytes };

/* What the shell has made several words of. */
static void join(int argc, char *const argv[], int first, char *text, size_t room)
{
	size_t len = 0;

	text[0] = '\0';
	for (int i = first; i < argc && len < room; i++)
		len += (size_t)snprintf(text + len, room - len, i > first ? " %s" : "%s", argv[i]);
}

static int do_write(int argc, char *const argv[])
{
	struct work *w = NULL;
	int err;

	if (argc < 4)
		return CMD_USAGE;
	err = begin(argv, &w);
	if (!err && w->blk->read_only)
		err = refuse(&w->why, -EROFS, "%s %u can't be written", w->blk->type,
			     w->blk->number);
	if (!err) {
		join(argc, argv, 3, w->text, sizeof(w->text));
		err = gpt_parse(&w->gpt, w->text, &words, &w->why);
	}
	if (!err)
		err = gpt_write(&w->gpt, &w->why);
	return answer(err, w, "Writing");
}

static int do_verify(int argc, char *const argv[])
{
	struct work *w = NULL;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	err = begin(argv, &w);
	if (!err && argc > 3) {
		join(argc, argv, 3, w->text, sizeof(w->text));
		err = gpt_parse(&w->gpt, w->text, &words, &w->why);
	} else if (!err) {
		w->gpt.entries = NULL;
	}
	if (!err)
		err = gpt_verify(&w->gpt, &w->why);
	return answer(err, w, "Verify");
}

static int do_repair(int argc, char *const argv[])
{
	struct work *w = NULL;
	int err;

	if (argc != 3)
		return CMD_USAGE;
	err = begin(argv, &w);
	if (!err)
		err = gpt_load(&w->gpt, &w->why);
	if (!err)
		err = gpt_write(&w->gpt, &w->why);
	return answer(err, w, "Repairing");
}

/* The table, for those who only tell what it says. */
static int open_table(char *const argv[], struct work **w)
{
	int err = begin(argv, w);

	if (err)
		return err;
	err = part_open(&(*w)->disk, &(*w)->table, &(*w)->why);
	if (!err && (*w)->table.scheme != PART_EFI)
		err = refuse(&(*w)->why, -ENOENT, "%s %u has no GPT", (*w)->blk->type,
			     (*w)->blk->number);
	(*w)->part.number = 0;
	return err;
}

static int do_enumerate(int argc, char *const argv[])
{
	struct work *w = NULL;
	size_t len = 0;
	int err;

	if (argc != 3)
		return CMD_USAGE;
	err = open_table(argv, &w);
	while (!err && !(err = part_next(&w->table, &w->part, &w->why)) && len < TEXT_ROOM)
		len += (size_t)snprintf(w->text + len, TEXT_ROOM - len, len ? " %s" : "%s",
					w->part.name);
	if (err > 0)
		err = env_set("gpt_partition_list", len ? w->text : NULL);
	return answer(err, w, NULL);
}

static int do_guid(int argc, char *const argv[])
{
	struct work *w = NULL;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	err = open_table(argv, &w);
	if (!err && argc > 3)
		err = env_set(argv[3], w->table.disk_id);
	if (err || argc > 3)
		return answer(err, w, NULL);
	printf("%s\n", w->table.disk_id);
	return 0;
}

/* Into a variable it is what write takes. */
static size_t tell(const struct work *w, char *text, size_t room)
{
	const struct part *p = &w->part;
	const uint32_t size = w->disk.block_size;
	const char *boot = p->attributes & BIT(2) ? ",bootable" : "";

	return (size_t)snprintf(text, room,
				"name=%s,start=0x%" PRIx64 ",size=0x%" PRIx64 ",type=%s,uuid=%s%s;",
				p->name, p->start * size, p->blocks * size, p->type, p->uuid, boot);
}

static void show(const struct work *w)
{
	const struct part *p = &w->part;

	printf("Partition %u:\nStart %" PRIu64 ", size %" PRIu64 "\n"
	       "Block size %" PRIu32 ", name %s\n"
	       "Type %s, bootable %u\nUUID %s\n\n",
	       p->number, p->start, p->blocks, w->disk.block_size, p->name, p->type,
	       !!(p->attributes & BIT(2)), p->uuid);
}

static int do_read(int argc, char *const argv[])
{
	struct work *w = NULL;
	size_t len = 0;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	err = open_table(argv, &w);
	if (!err)
		len = (size_t)snprintf(w->text, TEXT_ROOM, "uuid_disk=%s;", w->table.disk_id);
	while (!err && !(err = part_next(&w->table, &w->part, &w->why)) && len < TEXT_ROOM) {
		if (argc == 3)
			show(w);
		len += tell(w, w->text + len, TEXT_ROOM - len);
	}
	if (len >= TEXT_ROOM)
		err = refuse(&w->why, -E2BIG, "it takes more than %d bytes", TEXT_ROOM);
	if (err > 0)
		err = argc > 3 ? env_set(argv[3], w->text) : 0;
	return answer(err, w, NULL);
}

static int do_setenv(int argc, char *const argv[])
{
	struct work *w = NULL;
	char number[8];
	int err;

	if (argc != 4)
		return CMD_USAGE;
	err = open_table(argv, &w);
	while (!err && !(err = part_next(&w->table, &w->part, &w->why))) {
		snprintf(number, sizeof(number), "%u", w->part.number);
		if (!strcmp(w->part.name, argv[3]) || !strcmp(number, argv[3]))
			break;
	}
	if (err > 0)
		err = refuse(&w->why, -ENOENT, "there is no partition '%s'", argv[3]);
	if (!err)
		err = env_set_hex("gpt_partition_addr", w->part.start);
	if (!err)
		err = env_set_hex("gpt_partition_size", w->part.blocks);
	if (!err)
		err = env_set("gpt_partition_name", w->part.name);
	if (!err)
		err = env_set_hex("gpt_partition_entry", w->part.number);
	if (!err)
		err = env_set("gpt_partition_bootable", w->part.attributes & BIT(2) ? "1" : "0");
	return answer(err, w, NULL);
}

static const struct cmd subs[] = {
	{ .name = "write", .max_args = CMD_WORDS_MAX, .run = do_write },
	{ .name = "verify", .max_args = CMD_WORDS_MAX, .run = do_verify },
	{ .name = "repair", .max_args = 3, .run = do_repair },
	{ .name = "enumerate", .max_args = 3, .run = do_enumerate },
	{ .name = "guid", .max_args = 4, .run = do_guid },
	{ .name = "read", .max_args = 4, .run = do_read },
	{ .name = "setenv", .max_args = 4, .run = do_setenv },
};

static int do_gpt(int argc, char *const argv[])
{
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_gpt) = {
	.name = "gpt",
	.max_args = CMD_WORDS_MAX,
	.run = do_gpt,
	.brief = "GUID Partition Table",
	.usage =
		"write <interface> <dev> <partitions>\n"
		"	- write the table: \"uuid_disk=..;name=..,size=..;name=..,size=-\", with start,\n"
		"	  type, uuid and bootable where they are wanted\n"
		"gpt verify <interface> <dev> [<partitions>]\n"
		"	- are both copies good, and are these the partitions?\n"
		"gpt repair <interface> <dev>\n"
		"	- write both copies from one that is good\n"
		"gpt enumerate <interface> <dev>\n"
		"	- names of the partitions to gpt_partition_list\n"
		"gpt guid <interface> <dev> [varname]\n"
		"	- the disk's GUID\n"
		"gpt read <interface> <dev> [varname]\n"
		"	- show the partitions, or set varname to what gpt write takes\n"
		"gpt setenv <interface> <dev> <name or number>\n"
		"	- a partition to gpt_partition_addr, _size, _name, _entry, _bootable",
};
