/* SPDX-License-Identifier: BSD-2-Clause */
/* The stored environment in files of ext2, ext3 or ext4: they are there, and keep their size. */
#include "common/source/env_disk.h"

static const struct env_disk disk = {
	.type = CONFIG_ENV_EXT4_INTERFACE,
	.spec = CONFIG_ENV_EXT4_DEVICE_AND_PART,
	.fs = "ext4",
	.path = { CONFIG_ENV_EXT4_FILE, CONFIG_ENV_EXT4_FILE_REDUND },
	.open = env_file_open,
	.read = env_file_read,
	.write = env_file_write,
};

ENV_DISK(keeper_ext4, "EXT4", &disk);
