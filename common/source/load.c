/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/load.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "arch/mem.h"
#include "lib/base/err.h"

static int mem_read(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	const uint8_t *bytes = (const uint8_t *)source->mem + off;

	if (dst != bytes) /* a kernel that was put where it is linked stays there */
		mem_copy(dst, bytes, len);
	return 0;
}

void source_mem(struct source *source, const char *name, const void *bytes, uint64_t size)
{
	*source = (struct source){ .name = name, .size = size, .read = mem_read, .mem = bytes };
}

int source_read(struct source *source, uint64_t off, void *dst, uint64_t len, struct why *why)
{
	int err;

	if (off > source->size || len > source->size - off)
		return refuse(why, -ENODATA,
			      "%s: cannot read 0x%" PRIx64 " bytes at offset 0x%" PRIx64
			      ", it has 0x%" PRIx64,
			      source->name, len, off, source->size);
	if (len == 0)
		return 0;
	if (source->said)
		source->said->text[0] = '\0';
	err = source->read(source, off, dst, len);
	if (err && source->said && source->said->text[0])
		return refuse(why, err, "%s: %s", source->name, source->said->text);
	if (err)
		return refuse(why, err,
			      "%s: reading 0x%" PRIx64 " bytes at offset 0x%" PRIx64
			      " of 0x%" PRIx64 " failed (%s)",
			      source->name, len, off, source->size, err_name(err));
	return 0;
}
