/* SPDX-License-Identifier: BSD-2-Clause */
/* blkmap: disks that are put together of something else. Commands and lines are U-Boot's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/disk.h"
#include "cmd/mem.h"
#include "common/env/env.h"
#include "common/shell/cmd.h"
#include "common/source/disk_blkmap.h"
#include "lib/base/num.h"

static unsigned int current;

static struct blkmap *labelled(const char *label)
{
	struct blkmap *map = blkmap_find(label);

	if (!map)
		printf("\"%s\" is not the name of any known blkmap\n", label);
	return map;
}

static int create(const char *label)
{
	struct why why;
	int err = blkmap_create(label, &why);

	if (err)
		printf("Unable to create \"%s\": %s\n", label, why.text);
	else
		printf("Created \"%s\"\n", label);
	return err;
}

static int destroy(const char *label)
{
	struct blkmap *map = labelled(label);

	if (!map)
		return -ENODEV;
	blkmap_destroy(map);
	printf("Destroyed \"%s\"\n", label);
	return 0;
}

/* get label dev [var] */
static int get(int argc, char *const argv[])
{
	const struct blkmap *map = labelled(argv[2]);

	if (!map)
		return -ENODEV;
	if (argc > 4)
		return env_set_hex(argv[4], map->blk.number);
	printf("%u\n", map->blk.number);
	return 0;
}

static int map_memory(struct blkmap *map, struct blkmap_slice *slice, char *const argv[],
		      struct why *why)
{
	int err;

	if (mem_address(argv[6], "address", &slice->at))
		return -EINVAL;
	err = blkmap_map_memory(map, slice, why);
	if (err)
		printf("Unable to map 0x%" PRIx64 " at block 0x%" PRIx64 ": %s\n", slice->at,
		       slice->first, why->text);
	else
		printf("Block 0x%" PRIx64 "+0x%" PRIx64 " mapped to 0x%" PRIx64 "%s\n",
		       slice->first, slice->count, slice->at,
		       slice->read_only ? ", to read only" : "");
	return err;
}

static int map_disk(struct blkmap *map, struct blkmap_slice *slice, char *const argv[],
		    struct why *why)
{
	uint64_t number;
	int err;

	if (num_parse(argv[7], 16, &number) || number > UINT16_MAX)
		return CMD_USAGE;
	if (cmd_number(argv[8], "block", &slice->at))
		return -EINVAL;
	slice->number = (unsigned int)number;
	err = blkmap_map_disk(map, slice, why);
	if (err)
		printf("Unable to map \"%s %u\" at block 0x%" PRIx64 ": %s\n", slice->name,
		       slice->number, slice->first, why->text);
	else
		printf("Block 0x%" PRIx64 "+0x%" PRIx64 " mapped to block 0x%" PRIx64
		       " of \"%s %u\"\n",
		       slice->first, slice->count, slice->at, slice->name, slice->number);
	return err;
}

static int map_file(struct blkmap *map, struct blkmap_slice *slice, int argc, char *const argv[],
		    struct why *why)
{
	int err;

	if (argc > 7 && cmd_number(argv[7], "block", &slice->at))
		return -EINVAL;
	err = blkmap_map_file(map, slice, why);
	if (err)
		printf("Unable to map \"%s\" at block 0x%" PRIx64 ": %s\n", slice->name,
		       slice->first, why->text);
	else
		printf("Block 0x%" PRIx64 "+0x%" PRIx64 " mapped to block 0x%" PRIx64
		       " of \"%s\"\n",
		       slice->first, slice->count, slice->at, slice->name);
	return err;
}

/* map label blk# cnt mem addr | linear interface dev blk# | hostfs file [blk#] */
static int map(int argc, char *const argv[])
{
	struct blkmap *map = labelled(argv[2]);
	struct blkmap_slice slice = { 0 };
	struct why why;

	if (!map)
		return -ENODEV;
	if (cmd_number(argv[3], "block", &slice.first) ||
	    cmd_number(argv[4], "count", &slice.count))
		return -EINVAL;
	if (!strcmp(argv[5], "mem") && argc == 7)
		return map_memory(map, &slice, argv, &why);
	if (strlen(argv[6]) >= sizeof(slice.name)) {
		printf("Unable to map: a name has at most %zu characters\n",
		       sizeof(slice.name) - 1);
		return -EINVAL;
	}
	strcpy(slice.name, argv[6]);
	if (!strcmp(argv[5], "linear") && argc == 9)
		return map_disk(map, &slice, argv, &why);
	if (!strcmp(argv[5], "hostfs") && argc <= 8)
		return map_file(map, &slice, argc, argv, &why);
	if (strcmp(argv[5], "mem") && strcmp(argv[5], "linear"))
		printf("Unknown map type \"%s\"\n", argv[5]);
	return CMD_USAGE;
}

static int do_blkmap(int argc, char *const argv[])
{
	static const struct disk_command command = { "blkmap", &current, "blkmap %s: device %u" };

	if (argc == 3 && !strcmp(argv[1], "create"))
		return create(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "destroy"))
		return destroy(argv[2]);
	if (argc >= 4 && argc <= 5 && !strcmp(argv[1], "get") && !strcmp(argv[3], "dev"))
		return get(argc, argv);
	if (argc >= 7 && !strcmp(argv[1], "map"))
		return map(argc, argv);
	return disk_command(&command, argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_blkmap) = {
	.name = "blkmap",
	.max_args = 9,
	.run = do_blkmap,
	.brief = "disks of memory, and of pieces of others",
	.usage = "create|destroy label - make one, forget one\n"
		 "blkmap map label blk# cnt mem addr - blocks of memory, or of flash\n"
		 "blkmap map label blk# cnt linear interface dev blk# - blocks of a disk\n"
		 "blkmap map label blk# cnt hostfs file [blk#] - of a file of the host\n"
		 "blkmap get label dev [var] - show its number, or set a variable\n"
		 "blkmap info|list - show all\n"
		 "blkmap dev [dev] - show or set the current one\n"
		 "blkmap part [dev] - print partition tables of all, or of one\n"
		 "blkmap read|write addr blk# cnt - move `cnt' blocks to or from memory",
};
