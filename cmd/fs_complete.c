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

/* Words between the disk and the path: an address, and a menu's file system. */
static unsigned int between(const char *command)
{
	return !strcmp(command, "sysboot") ? 2
					   : strstr(command, "load") || strstr(command, "write") ||
						     !strcmp(command, "save");
}

/* part has a word in front, test and bootelf have any. */
void files_complete(struct complete *c)
{
	const char *command = c->argv[0], *const *last = c->argv + c->argc - 2;
	const struct cmd *cmd = cmd_find(command);
	const unsigned int at = c->argc - 1, skip = between(command);

	if (at >= COMPLETE_WORDS)
		return;
	if (cmd && cmd->usage)
		complete_usage(c, command, cmd->usage);
	if (at == 1 + !strcmp(command, "part") ? !strstr("[test", command) : **last == '-')
		offer_kinds(c);
	if (at >= 2)
		offer_disks(c, *last);
	if (at >= skip + 3 && disk_type(last[-1 - (int)skip]))
		offer_paths(c, last[-1 - (int)skip], last[-(int)skip]);
	else if (at == 4 && !strcmp(command, "mv"))
		offer_paths(c, c->argv[1], c->argv[2]);
}
