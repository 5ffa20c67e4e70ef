/* SPDX-License-Identifier: BSD-2-Clause */
/* mkdir, rm, mv: names on disks; and what older scripts call them and save. */
#include <stdio.h>

#include "cmd/files.h"
#include "common/shell/cmd.h"

static int complain(const char *command, int err, const struct why *why)
{
	if (err)
		printf("%s: %s\n", command, why->text);
	return err;
}

static int edit(int argc, char *const argv[],
		int (*how)(struct fs *fs, const char *path, struct why *why))
{
	struct why why;
	struct fs *fs;
	int err;

	if (argc != 4)
		return CMD_USAGE;
	err = files_mount(argv[0], argv[1], argv[2], &fs, &why);
	return complain(argv[0], err ? err : how(fs, argv[3], &why), &why);
}

static int do_mkdir(int argc, char *const argv[])
{
	return edit(argc, argv, fs_mkdir);
}

static int do_rm(int argc, char *const argv[])
{
	return edit(argc, argv, fs_remove);
}

static int do_mv(int argc, char *const argv[])
{
	struct why why;
	struct fs *fs;
	int err;

	if (argc != 5)
		return CMD_USAGE;
	err = files_mount(argv[0], argv[1], argv[2], &fs, &why);
	return complain(argv[0], err ? err : fs_rename(fs, argv[3], argv[4], &why), &why);
}

#define PATH_ARGS "<interface> <dev[:part]> <path>"

FILES_COMMAND(mkdir, 4, do_mkdir, "create a directory", PATH_ARGS);
FILES_COMMAND(rm, 4, do_rm, "delete a file or an empty directory", PATH_ARGS);
FILES_COMMAND(mv, 5, do_mv, "rename or move a file, rename a directory",
	      "<interface> <dev[:part]> <old path> <new path, or directory>");
FILES_COMMAND(fatwrite, 7, files_save, "write file into a dos filesystem", FILES_SAVE_ARGS);
FILES_COMMAND(fatmkdir, 4, do_mkdir, "create a directory", PATH_ARGS);
FILES_COMMAND(fatrm, 4, do_rm, "delete a file or an empty directory", PATH_ARGS);
FILES_COMMAND(ext4write, 7, files_save, "write over a file of an ext4 filesystem", FILES_SAVE_ARGS);
