/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/file.h"

#include <errno.h>
#include <string.h>

#include "common/source/hostfs.h"
#include "common/source/volume.h"

int file_open(const char *type, const char *spec, const char *path, struct file *file,
	      struct why *why)
{
	struct fs *fs;
	int err;

	if (IS_ENABLED(CONFIG_HOSTFS) && (!strcmp(type, "hostfs") || !strcmp(type, "semihosting")))
		return hostfs_source(&file->source, path, why);
	if (!IS_ENABLED(CONFIG_VOLUMES))
		return refuse(why, -ENOENT, "there is no kind of disks named %.20s here", type);
	err = volume_open(type, spec, &fs, why);
	return err ? err : volume_source(fs, path, &file->node, &file->source, why);
}
