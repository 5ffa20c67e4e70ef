/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/source/claim.h"
#include "common/source/hostfs.h"
#include "common/source/progress.h"
#include "common/source/volume.h"

bool file_is_host(const char *type)
{
	return IS_ENABLED(CONFIG_HOSTFS) &&
	       (!strcmp(type, "hostfs") || !strcmp(type, "semihosting"));
}

int file_open(const char *type, const char *spec, const char *path, struct file *file,
	      struct why *why)
{
	struct fs *fs;
	int err;

	if (file_is_host(type))
		return hostfs_source(&file->source, path, why);
	if (!IS_ENABLED(CONFIG_VOLUMES))
		return refuse(why, -ENOENT, "there is no kind of disks named %.20s here", type);
	err = volume_open(type, spec, &fs, why);
	return err ? err : volume_source(fs, path, &file->node, &file->source, why);
}

int file_load(struct source *source, paddr_t at, uint64_t bytes, uint64_t pos, uint64_t *size,
	      struct why *why)
{
	struct progress progress = progress_begin();
	uint64_t count;
	int err = 0;

	if (pos > source->size)
		return refuse(why, -ENODATA,
			      "'%s' has 0x%" PRIx64 " bytes: nothing is at 0x%" PRIx64,
			      source->name, source->size, pos);
	count = source->size - pos;
	if (bytes)
		count = MIN(count, bytes);
	if (count)
		err = load_claim(at, count, source->name, why);
	if (err)
		return err;
	err = source_read(source, pos, (void *)at, count, why);
	if (err) {
		(void)!memmap_release(&machine.mem, at); /* half of it is no load */
		return err;
	}
	(void)!env_set_hex("fileaddr", at);
	(void)!env_set_hex("filesize", count);
	progress_end(&progress, "read", count);
	if (size)
		*size = count;
	return 0;
}
