// SPDX-License-Identifier: BSD-2-Clause
/* btrsubvol: the subvolumes of btrfs, as U-Boot lists them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cmd/files.h"
#include "common/console/console.h"
#include "common/source/volume.h"
#include "fs/btrfs.h"

static int do_btrsubvol(int argc, char *const argv[])
{
	static struct btrfs_subvolume sub;
	struct why why;
	struct fs *fs;
	int err;

	if (argc != 3)
		return CMD_USAGE;
	err = files_mount(argv[0], argv[1], argv[2], &fs, &why);
	sub.id = 0;
	while (!err) {
		err = btrfs_next_subvolume(fs, &sub, &why);
		if (!err)
			printf("ID %" PRIu64 " gen %" PRIu64 " path %s\n", sub.id, sub.generation,
			       sub.path);
		if (console_ctrlc())
			return -EINTR;
	}
	if (err > 0)
		return 0;
	printf("%s: %s\n", argv[0], why.text);
	return err;
}

FILES_COMMAND(btrsubvol, 3, do_btrsubvol, "list subvolumes of a BTRFS filesystem",
	      "<interface> <dev[:part]>\n"
	      "	- numbers, generations and paths from the topmost folder");
