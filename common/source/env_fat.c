/* SPDX-License-Identifier: BSD-2-Clause */
/* The stored environment in files of a FAT file system. */
#include "common/source/env_disk.h"

static const struct env_disk disk = {
	.type = CONFIG_ENV_FAT_INTERFACE,
	.spec = CONFIG_ENV_FAT_DEVICE_AND_PART,
	.fs = "fat",
	.path = { CONFIG_ENV_FAT_FILE, CONFIG_ENV_FAT_FILE_REDUND },
	.open = env_file_open,
	.read = env_file_read,
	.write = env_file_write,
};

ENV_DISK(keeper_fat, "FAT", &disk);
