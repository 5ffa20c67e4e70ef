/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/source/disk.h"

/**
 * struct disk_command - a command of one kind of disks
 * @type:    "virtio"
 * @current: the device that read and write mean
 * @moves:   what they print of it: "virtio read: device 0"
 */
struct disk_command {
	const char *type;
	unsigned int *current;
	const char *moves;
};

/** disk_command() - scan, info, list, device, part, read, write of one kind of disks */
int disk_command(const struct disk_command *c, int argc, char *const argv[]);

/** DISK_FORMS - what help says behind scan: one text for all kinds */
#define DISK_FORMS                                            \
	"& info|list - show all of them\n"                    \
	"& device [dev] - show or set it\n"                   \
	"& part [dev] - partition tables of all, or of one\n" \
	"& read|write addr blk# cnt - to or from memory"

/** DISK_COMMAND() - the command of one kind of disks */
#define DISK_COMMAND(kind, about)                                                      \
	static int do_##kind(int argc, char *const argv[])                             \
	{                                                                              \
		static unsigned int current;                                           \
		static const struct disk_command command = { #kind, &current,          \
							     #kind " %s: device %u" }; \
                                                                                       \
		return disk_command(&command, argc, argv);                             \
	}                                                                              \
                                                                                       \
	TABLE_ENTRY(cmd_table, struct cmd,                                             \
		    cmd_##kind) = { .name = #kind,                                     \
				    .max_args = 5,                                     \
				    .run = do_##kind,                                  \
				    .brief = about,                                    \
				    .usage = "scan - look for disks\n" DISK_FORMS }
