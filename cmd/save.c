/* SPDX-License-Identifier: BSD-2-Clause */
/* save: memory to a file, of a disk or of the host. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cmd/files.h"
#include "common/fdt/fdt.h"
#include "common/mem/memmap.h"
#include "common/shell/cmd.h"
#include "common/source/hostfs.h"
#include "common/source/progress.h"

static int write_file(char *const argv[], uint64_t pos, const void *src, uint64_t bytes,
		      struct why *why)
{
	struct progress progress = progress_begin();
	struct fs *fs;
	int err;

	if (IS_ENABLED(CONFIG_HOSTFS) && file_is_host(argv[1]))
		return hostfs_save(argv[4], src, bytes, pos == FS_WHOLE ? 0 : pos, why);
	if (!IS_ENABLED(CONFIG_FS_WRITE))
		return refuse(why, -ENOTSUP, "%.20s: only files of the host are written (hostfs)",
			      argv[1]);
	err = files_mount(argv[0], argv[1], argv[2], &fs, why);
	if (!err)
		err = fs_save(fs, argv[4], pos, src, bytes, why);
	if (!err)
		progress_end(&progress, "written", bytes);
	return err;
}

/* U-Boot's words: save interface device[:partition] address file bytes [position] */
int files_save(int argc, char *const argv[])
{
	uint64_t at, bytes, pos = FS_WHOLE;
	struct why why;
	int err;

	if (argc < 6)
		return CMD_USAGE;
	if (cmd_number(argv[3], "save: address", &at) ||
	    cmd_number(argv[5], "save: bytes", &bytes) ||
	    (argc > 6 && cmd_number(argv[6], "save: position", &pos)))
		return -EINVAL;
	if (bytes && !memmap_is_dram(&machine.mem, at, bytes))
		err = refuse(&why, -ENXIO, "0x%" PRIx64 " bytes at 0x%" PRIx64 " are not all DRAM",
			     bytes, at);
	else
		err = write_file(argv, pos, (const void *)at, bytes, &why);
	if (err)
		printf("%s: %s\n", argv[0], why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_save) = {
	.name = "save",
	.max_args = 7,
	.complete = FILES_COMPLETE,
	.run = files_save,
	.brief = "save file to a filesystem",
	.usage = FILES_SAVE_ARGS
	"\n"
	"	- 'bytes' bytes from addr on are all of the file, or stand at its byte 'pos';\n"
	"	  FAT: it may be a new one, or grow; ext2/3/4: it keeps its size\n"
	"save hostfs - <addr> <filename> <bytes> [pos]\n"
	"	- a file of the host, by semihosting (QEMU's -semihosting)",
};
