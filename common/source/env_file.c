/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of the environment that are files. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/source/env_disk.h"
#include "common/source/volume.h"

static struct fs *fs;

int env_file_open(const struct env_disk *disk, struct why *why)
{
	int err = volume_open(disk->type, disk->spec, &fs, why);

	if (!err && strcmp(fs->type->name, disk->fs))
		return refuse(why, -ENODEV, "%s %s is %s", disk->type, disk->spec, fs->type->name);
	return err;
}

int env_file_read(const struct envpair *pair, unsigned int slot, void *dst, struct why *why)
{
	const struct env_disk *disk = pair->priv;
	struct fs_node node;
	int err = fs_lookup(fs, disk->path[slot], &node, why);

	if (!err && (node.kind != FS_FILE || node.size != pair->size))
		return refuse(why, -EBADMSG, "'%s' has 0x%" PRIx64 " bytes and a copy has 0x%x",
			      disk->path[slot], node.size, (unsigned int)pair->size);
	return err ? err : fs_read(fs, &node, 0, dst, pair->size, why);
}

int env_file_write(const struct envpair *pair, unsigned int slot, const void *src, struct why *why)
{
	const struct env_disk *disk = pair->priv;

	return fs_save(fs, disk->path[slot], FS_WHOLE, src, pair->size, why);
}
