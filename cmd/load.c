/* SPDX-License-Identifier: BSD-2-Clause */
/* load, size: a file of a disk, or of the host by semihosting. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/files.h"
#include "common/env/env.h"
#include "common/shell/cmd.h"
#include "common/source/volume.h"

/* Which file system the name of a command stands for; NULL: any. */
static const char *named_type(const char *command)
{
	if (IS_ENABLED(CONFIG_CMD_FS_NAMED) && !strncmp(command, "fat", 3))
		return "fat";
	if (IS_ENABLED(CONFIG_CMD_FS_NAMED) && !strncmp(command, "ext", 3))
		return "ext";
	if (IS_ENABLED(CONFIG_FS_SQUASHFS) && !strncmp(command, "sqfs", 4))
		return "squashfs";
	if (IS_ENABLED(CONFIG_FS_EROFS) && !strncmp(command, "erofs", 5))
		return "erofs";
	if (IS_ENABLED(CONFIG_FS_BTRFS) && !strncmp(command, "btr", 3))
		return "btrfs";
	return NULL;
}

int files_mount(const char *command, const char *type, const char *spec, struct fs **fs,
		struct why *why)
{
	const char *wanted = named_type(command);
	int err = volume_open(type, spec, fs, why);

	if (!err && wanted && strncmp((*fs)->type->name, wanted, strlen(wanted)))
		return refuse(why, -ENODEV, "the file system is %s", (*fs)->type->name);
	return err;
}

int files_open(const char *command, const char *type, const char *spec, const char *path,
	       struct file *file, struct why *why)
{
	struct fs *fs;
	int err;

	if (!named_type(command))
		return file_open(type, spec, path, file, why);
	err = files_mount(command, type, spec, &fs, why);
	return err ? err : volume_source(fs, path, &file->node, &file->source, why);
}

/* U-Boot's words: load interface [device[:partition] [address [file [bytes [position]]]]] */
int files_load(int argc, char *const argv[])
{
	const char *name = argc > 4 ? argv[4] : env_get("bootfile");
	uint64_t at = env_get_hex("loadaddr", 0), bytes = 0, pos = 0;
	static struct file file;
	struct why why;
	int err;

	if (argc < 2)
		return CMD_USAGE;
	if ((argc > 3 && cmd_number(argv[3], "load: address", &at)) ||
	    (argc > 5 && cmd_number(argv[5], "load: bytes", &bytes)) ||
	    (argc > 6 && cmd_number(argv[6], "load: position", &pos)))
		return -EINVAL;
	if (!name) {
		printf("%s: no file named, and bootfile is not set\n", argv[0]);
		return -EINVAL;
	}
	err = files_open(argv[0], argv[1], argc > 2 ? argv[2] : NULL, name, &file, &why);
	if (!err && !file.source.size &&
	    !file.source.said) /* the host's: nothing it could be for */
		err = refuse(&why, -ENODATA, "hostfs: '%s' is empty", name);
	if (!err)
		err = file_load(&file.source, at, bytes, pos, NULL, &why);
	if (err)
		printf("%s: %s\nFailed to load '%s'\n", argv[0], why.text, name);
	return err;
}

int files_size(int argc, char *const argv[])
{
	static struct file file;
	struct why why;
	int err;

	if (argc != 4)
		return CMD_USAGE;
	err = files_open(argv[0], argv[1], argv[2], argv[3], &file, &why);
	if (!err)
		return env_set_hex("filesize", file.source.size);
	printf("%s: %s\n", argv[0], why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_load) = {
	.name = "load",
	.max_args = 7,
	.complete = FILES_COMPLETE,
	.run = files_load,
	.brief = "load binary file from a filesystem",
	.usage = FILES_LOAD_ARGS
	"\n"
	"	- a file to addr (default ${loadaddr}); filename: default ${bootfile}.\n"
	"	  'pos' is its first byte, 'bytes' how many, 0 all. Sets fileaddr and filesize\n"
	"	  dev[:part]: 0:1, 0#name, 0:PARTUUID, 0:auto, 0:0 (the whole disk)\n"
	"load hostfs - [addr [filename [bytes [pos]]]]\n"
	"	- a file of the host, by semihosting (QEMU's -semihosting)",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_size) = {
	.name = "size",
	.max_args = 4,
	.complete = FILES_COMPLETE,
	.run = files_size,
	.brief = "determine a file's size",
	.usage = FILES_SIZE_ARGS "\n"
				 "	- its size in bytes becomes ${filesize}",
};
