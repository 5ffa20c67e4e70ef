// SPDX-License-Identifier: BSD-2-Clause
/* FAT's row in the table of file systems: its reader, and its writer where there is one. */
#include "fs/fat_write.h"

static int fat_over(struct fs *fs, const struct fs_node *node)
{
	(void)fs;
	(void)node;
	return 0;
}

const struct fs_type fat_type = {
	.name = "fat",
	.fold = true,
	.mount = fat_mount,
	.root = fat_root,
	.next = fat_next,
	.run = fat_run,
	.over = fat_over,
	.edit = IS_ENABLED(CONFIG_FS_FAT_WRITE) ? &fat_edit : NULL,
};
