/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/source/disk.h"

/**
 * struct disk_command - a command of one kind of disks
 * @type:    "virtio"
 * @current: the device that read and write mean
 */
struct disk_command {
	const char *type;
	unsigned int *current;
};

/** disk_command() - scan, info, list, device, part, read, write of one kind of disks */
int disk_command(const struct disk_command *c, int argc, char *const argv[]);
