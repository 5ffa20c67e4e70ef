/* SPDX-License-Identifier: BSD-2-Clause */
/* The Tab key in commands about files: kinds of disks, disks and partitions, paths. */
#include <stdio.h>
#include <string.h>

#include "cmd/files.h"
#include "common/shell/complete.h"
#include "common/source/volume.h"

#define NAMES_MAX 20000 /* of one folder that are looked at */

static void offer_kinds(struct complete *c)
{
	TABLE_FOREACH(disk_table, struct disk_type, type)
		complete_string(c, type->name);
}

/* "0:1", "0:2"; of a disk without partitions "0". */
static void offer_parts(struct complete *c, const struct blk *blk)
{
	struct volume_place place;
	struct part part = { 0 };
	struct why why;
	char text[24];
	bool any = false;
	int err;

	snprintf(text, sizeof(text), "%x:0", blk->number);
	if (volume_place(blk->type, text, &place, &why))
		return;
	while ((err = part_next(&place.table, &part, &why)) <= 0) {
		if (err)
			continue;
		snprintf(text, sizeof(text), "%x:%x", blk->number, part.number);
		complete_string(c, text);
		any = true;
	}
	snprintf(text, sizeof(text), "%x", blk->number);
	if (!any)
		complete_string(c, text);
}

static void offer_disks(struct complete *c, const char *kind)
{
	const struct disk_type *type = disk_type(kind);
	struct blk *blk = NULL;

	if (!type)
		return;
	disk_scan_once(type);
	while ((blk = blk_next(blk)))
		if (!strcmp(blk->type, kind))
			offer_parts(c, blk);
}

/* What the shell takes for itself is offered in quotes only. */
static bool is_plain(const struct complete *c, const char *name)
{
	return c->quote || !strpbrk(name, " \t\"'$;&|#\\");
}

static void offer_paths(struct complete *c, const char *kind, const char *spec)
{
	static struct fs_entry entry;
	const char *slash = strrchr(c->word, '/');
	const size_t dir_len = slash ? (size_t)(slash - c->word) + 1 : 0;
	char text[COMPLETE_NAME_MAX + 2];
	unsigned int n = 0;
	uint64_t cursor = 0;
	struct fs_node dir;
	struct why why;
	struct fs *fs;

	if (dir_len >= COMPLETE_NAME_MAX)
		return;
	memcpy(text, c->word, dir_len);
	text[dir_len] = '\0';
	if (volume_open(kind, spec, &fs, &why) || fs_lookup(fs, text, &dir, &why))
		return;
	while (n++ < NAMES_MAX && !fs_list(fs, &dir, &cursor, &entry, &why)) {
		if (!strcmp(entry.name, ".") || !strcmp(entry.name, "..") ||
		    !is_plain(c, entry.name))
			continue;
		snprintf(text + dir_len, sizeof(text) - dir_len, "%s%s", entry.name,
			 entry.node.kind == FS_DIR ? "/" : "");
		complete_string(c, text);
	}
}

/* load and save have an address before the path. */
void files_complete(struct complete *c)
{
	const char *command = c->argv[0];
	const unsigned int path =
		strstr(command, "load") || strstr(command, "write") || !strcmp(command, "save") ? 4
												: 3;

	if (c->argc > COMPLETE_WORDS || (c->argc > 2 && file_is_host(c->argv[1])))
		return;
	if (c->argc == 2)
		offer_kinds(c);
	else if (c->argc == 3)
		offer_disks(c, c->argv[1]);
	else if (c->argc == path + 1 || (c->argc == 5 && !strcmp(command, "mv")))
		offer_paths(c, c->argv[1], c->argv[2]);
}
