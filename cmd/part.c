/* SPDX-License-Identifier: BSD-2-Clause */
/* part: what a disk's partition table says. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "cmd/files.h"
#include "common/shell/cmd.h"
#include "common/source/volume.h"

static void print_gpt(const struct part *p)
{
	const char *word = part_type_name(p->type);

	printf("%3u\t0x%08" PRIx64 "\t0x%08" PRIx64 "\t\"%s\"\n", p->number, p->start,
	       p->start + p->blocks - 1, p->name);
	printf("\tattrs:\t0x%016" PRIx64 "\n\ttype:\t%s\n", p->attributes, p->type);
	if (word)
		printf("\t\t(%s)\n", word);
	printf("\tguid:\t%s\n", p->uuid);
}

static void print_mbr(const struct part *p)
{
	printf("%3u\t%-10" PRIu64 "\t%-10" PRIu64 "\t%s\t%s%s\n", p->number, p->start, p->blocks,
	       p->uuid, p->type, p->bootable ? " Boot" : "");
}

static int print_all(const struct volume_place *place, struct why *why)
{
	const bool gpt = place->table.scheme == PART_EFI;
	const struct disk_type *type = disk_type(place->blk->type);
	struct part part = { 0 };
	int err, bad = 0;

	if (place->table.scheme == PART_NONE)
		return refuse(why, -ENOENT, "no partition table on %s %u", place->blk->type,
			      place->blk->number);
	printf("\nPartition Map for %s device %u  --   Partition Type: %s\n\n",
	       type ? type->name : place->blk->type, place->blk->number, gpt ? "EFI" : "DOS");
	printf(gpt ? "Part\tStart LBA\tEnd LBA\t\tName\n\tAttributes\n\tType GUID\n"
		     "\tPartition GUID\n"
		   : "Part\tStart Sector\tNum Sectors\tUUID\t\tType\n");
	while ((err = part_next(&place->table, &part, why)) <= 0) {
		if (err)
			bad = err;
		else
			(gpt ? print_gpt : print_mbr)(&part);
	}
	return bad;
}

/* part list, with -bootable into a variable: the numbers */
static int list_bootable(const struct volume_place *place, const char *variable, struct why *why)
{
	struct part part = { 0 };
	char numbers[200] = "";
	int err;

	while ((err = part_next(&place->table, &part, why)) <= 0) {
		const size_t used = strlen(numbers);

		if (!err && part.bootable)
			snprintf(numbers + used, sizeof(numbers) - used, "%s%x", used ? " " : "",
				 part.number);
	}
	return env_set(variable, numbers);
}

/* @argv: interface and disk; @which: what stands behind that, with its ':' or '#' */
static int place_of(char *const argv[], char sign, const char *which, struct volume_place *place,
		    struct why *why)
{
	char spec[120];

	snprintf(spec, sizeof(spec), "%.8s%c%.108s", argv[1], sign, which);
	return volume_place(argv[0], spec, place, why);
}

static int do_list(int argc, char *const argv[])
{
	const bool bootable = argc == 5 && !strcmp(argv[3], "-bootable");
	struct volume_place place;
	struct why why;
	int err;

	if (argc != 3 && !bootable)
		return CMD_USAGE;
	err = place_of(argv + 1, ':', "0", &place, &why);
	if (!err)
		err = bootable ? list_bootable(&place, argv[4], &why) : print_all(&place, &why);
	if (err)
		printf("part: %s\n", why.text);
	return err;
}

/* What looking for the partition @named has come to; the whole of a disk is none. */
static int found(int err, const struct volume_place *place, const char *named, struct why *why)
{
	if (!err && !place->part.number)
		err = refuse(why, -ENOENT, "%s %u has no partition '%s'", place->blk->type,
			     place->blk->number, named);
	if (err)
		printf("part: %s\n", why->text);
	return err;
}

static int answer(const char *variable, const char *text)
{
	if (variable)
		return env_set(variable, text);
	printf("%s\n", text);
	return 0;
}

/* part uuid: interface dev:part [variable] */
static int do_uuid(int argc, char *const argv[])
{
	struct volume_place place;
	struct why why;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	err = found(volume_place(argv[1], argv[2], &place, &why), &place, argv[2], &why);
	if (err)
		return err;
	return answer(argc > 3 ? argv[3] : NULL, place.part.uuid);
}

/* part start, size, number: interface dev part [variable] */
static int do_number(int argc, char *const argv[])
{
	struct volume_place place;
	char text[20];
	struct why why;
	uint64_t value;
	int err;

	if (argc < 4)
		return CMD_USAGE;
	/* A number, else a name. */
	err = place_of(argv + 1, ':', argv[3], &place, &why);
	if (err == -ENOENT && place.blk)
		err = place_of(argv + 1, '#', argv[3], &place, &why);
	err = found(err, &place, argv[3], &why);
	if (err)
		return err;
	value = !strcmp(argv[0], "start")  ? place.part.start
		: !strcmp(argv[0], "size") ? place.part.blocks
					   : place.part.number;
	snprintf(text, sizeof(text), !strcmp(argv[0], "number") ? "0x%" PRIx64 : "%" PRIx64, value);
	return answer(argc > 4 ? argv[4] : NULL, text);
}

static int do_types(int argc, char *const argv[])
{
	unsigned int i;

	(void)argc;
	(void)argv;
	printf("Supported partition tables: EFI, DOS\nNames of GPT types:");
	for (i = 0; part_type_word(i); i++)
		printf(" %s", part_type_word(i));
	printf("\n");
	return 0;
}

static const struct cmd subs[] = {
	{ .name = "list", .max_args = 5, .run = do_list },
	{ .name = "uuid", .max_args = 4, .run = do_uuid },
	{ .name = "start", .max_args = 5, .run = do_number },
	{ .name = "size", .max_args = 5, .run = do_number },
	{ .name = "number", .max_args = 5, .run = do_number },
	{ .name = "types", .max_args = 1, .run = do_types },
};

static int do_part(int argc, char *const argv[])
{
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_part) = {
	.name = "part",
	.max_args = 6,
	.run = do_part,
	.brief = "disk partition related commands",
	.usage = "list <interface> <dev> [-bootable <varname>]\n"
		 "	- print the partition table, or set varname to those with a boot flag\n"
		 "part uuid <interface> <dev>:<part> [varname]\n"
		 "	- the partition's UUID\n"
		 "part start|size|number <interface> <dev> <part> [varname]\n"
		 "	- its first block, its blocks or its number; by number or name\n"
		 "part types\n"
		 "	- partition tables that are read",
	.complete = FILES_COMPLETE,
};
