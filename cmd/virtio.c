/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/disk.h"
#include "common/shell/cmd.h"

static int do_virtio(int argc, char *const argv[])
{
	static unsigned int current;
	static const struct disk_command command = { .type = "virtio", .current = &current };

	return disk_command(&command, argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_virtio) = {
	.name = "virtio",
	.max_args = 5,
	.run = do_virtio,
	.brief = "virtio block devices sub-system",
	.usage = "scan - initialize virtio bus\n"
		 "virtio info|list - show all available virtio block devices\n"
		 "virtio device [dev] - show or set current virtio block device\n"
		 "virtio part - print partition tables of all virtio block devices\n"
		 "virtio read addr blk# cnt - read `cnt' blocks starting at block\n"
		 "     `blk#' to memory address `addr'\n"
		 "virtio write addr blk# cnt - write `cnt' blocks starting at block\n"
		 "     `blk#' from memory address `addr'",
};
