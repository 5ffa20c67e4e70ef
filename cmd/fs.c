/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, cat, fstype, fstypes, fsinfo, and the names with a file system in front. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/files.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/shell/cmd.h"
#include "common/source/volume.h"
#include "lib/base/le.h"

static int complain(const char *command, int err, const struct why *why)
{
	printf("%s: %s\n", command, why->text);
	return err;
}

#define COLUMN    12 /* where names begin: behind a size of nine digits */
#define LINE_ROOM (24 + FS_NAME_ROOM + 8)
#define LOOKS     32 /* lines between two looks for a Ctrl-C */

/** struct lines - what is to be printed together: a console's work for each call is not small */
struct lines {
	char text[2048];
	size_t used;
};

static void print_lines(struct lines *l)
{
	console_write_lines(l->text, l->used);
	l->used = 0;
}

/* Eight bytes at a time, so that up to seven behind the end are written, too. */
static char *put_name(char *at, const char *name)
{
	const uint64_t all = 0x0101010101010101;
	uint64_t word, ends;

	static_assert(offsetof(struct fs_entry, name) % 8 == 0 && FS_NAME_ROOM % 8 == 0,
		      "a name's words are its own");
	do {
		word = get_le64(name);
		put_le64(at, word);
		ends = (word - all) & ~word & 0x80 * all;
		name += 8;
		at += 8;
	} while (!ends);
	return at - 8 + __builtin_ctzll(ends) / 8;
}

/* By hand, for a folder may have very many: printf() would take three times as long. */
static void print_entry(struct lines *l, const struct fs_entry *entry)
{
	char *const begin = l->text + l->used;
	size_t wide = COLUMN - 3;
	uint64_t size = entry->node.size;
	char *at;

	for (uint64_t more = size / 1000000000; more; more /= 10)
		wide++;
	put_le64(begin, 0x2020202020202020);
	put_le64(begin + 8, 0x2020202020202020);
	put_le64(begin + 16, 0x2020202020202020);
	if (entry->node.kind == FS_LINK) {
		memcpy(begin, "    <SYM>", 9);
	} else if (entry->node.kind != FS_DIR) {
		at = begin + wide;
		do
			*--at = (char)('0' + size % 10);
		while (size /= 10);
	}
	at = put_name(begin + wide + 3, entry->name);
	if (entry->node.kind == FS_DIR)
		*at++ = '/';
	*at++ = '\r';
	*at++ = '\n';
	l->used = (size_t)(at - l->text);
	if (sizeof(l->text) - l->used < LINE_ROOM)
		print_lines(l);
}

static int list(struct fs *fs, const char *path, struct why *why)
{
	static struct fs_entry entry;
	static struct lines lines;
	unsigned int files = 0, dirs = 0;
	struct fs_node dir;
	uint64_t cursor = 0;
	int err = fs_lookup(fs, path, &dir, why);

	if (err)
		return err;
	if (dir.kind != FS_DIR) {
		printf("%9" PRIu64 "   %s\n", dir.size, path);
		return 0;
	}
	while (!(err = fs_list(fs, &dir, &cursor, &entry, why))) {
		print_entry(&lines, &entry);
		dirs += entry.node.kind == FS_DIR;
		files += entry.node.kind != FS_DIR;
		if ((dirs + files) % LOOKS == 0 && console_ctrlc()) {
			err = refuse(why, -EINTR, "stopped by Ctrl-C");
			break;
		}
	}
	print_lines(&lines);
	if (err < 0)
		return err;
	printf("\n%u file(s), %u dir(s)\n\n", files, dirs);
	return 0;
}

int files_ls(int argc, char *const argv[])
{
	struct why why;
	struct fs *fs;
	int err;

	if (argc < 2)
		return CMD_USAGE;
	err = files_mount(argv[0], argv[1], argc > 2 ? argv[2] : NULL, &fs, &why);
	if (!err)
		err = list(fs, argc > 3 ? argv[3] : "/", &why);
	return err ? complain(argv[0], err, &why) : 0;
}

static int do_cat(int argc, char *const argv[])
{
	static char text[4096] __noinit __attribute__((aligned(64)));
	static struct file file;
	struct why why;
	uint64_t off = 0, part;
	int err;

	if (argc != 4)
		return CMD_USAGE;
	err = files_open(argv[0], argv[1], argv[2], argv[3], &file, &why);
	for (; !err && off < file.source.size; off += part) {
		part = MIN(file.source.size - off, (uint64_t)sizeof(text));
		err = source_read(&file.source, off, text, part, &why);
		if (!err)
			console_write(text, part);
		if (console_ctrlc())
			return -EINTR;
	}
	console_fresh_line();
	return err ? complain(argv[0], err, &why) : 0;
}

static int do_fstype(int argc, char *const argv[])
{
	struct why why;
	struct fs *fs;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	err = volume_open(argv[1], argv[2], &fs, &why);
	if (err)
		return complain(argv[0], err, &why);
	if (argc > 3)
		return env_set(argv[3], fs->type->name);
	printf("%s\n", fs->type->name);
	return 0;
}

static int do_fstypes(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	printf("Supported filesystems:");
#define FS_TYPE(option, type) SELECT_IF(option, printf(" %s", type.name), (void)0);
#include "fs/types.inc"
#undef FS_TYPE
	printf("\n");
	return 0;
}

int files_info(int argc, char *const argv[])
{
	const char *spec = argc > 2 ? argv[2] : NULL;
	struct volume_place place;
	struct why why;
	struct fs *fs;
	int err;

	if (argc < 2)
		return CMD_USAGE;
	err = files_mount(argv[0], argv[1], spec, &fs, &why);
	if (!err)
		err = volume_place(argv[1], spec, &place, &why);
	if (err)
		return complain(argv[0], err, &why);
	printf("Interface:  %s\n  Device %u: Vendor: %s Rev: %s Prod: %s\n", place.blk->type,
	       place.blk->number, place.blk->vendor, place.blk->revision, place.blk->product);
	printf("Filesystem: %s \"%s\"\n", fs->type->name, fs->label);
	if (fs->uuid[0])
		printf("UUID:       %s\n", fs->uuid);
	return 0;
}

FILES_COMMAND(ls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
FILES_COMMAND(cat, 4, do_cat, "print file to standard output", FILES_SIZE_ARGS);
FILES_COMMAND(fstype, 4, do_fstype, "look up a filesystem type",
	      "<interface> <dev>:<part> [varname]\n"
	      "	- print the type, or set varname to it");
FILES_COMMAND(fstypes, 1, do_fstypes, "list supported filesystem types", "");
FILES_COMMAND(fsinfo, 3, files_info, "print information about filesystem",
	      FILES_INFO_ARGS "\n"
			      "	- disk, type, label and UUID");
