// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/video/ramfb.h"

#include <errno.h>
#include <stdint.h>

#define FOURCC_XR24 0x34325258

/* As QEMU reads it: big-endian. */
struct ramfb_config {
	uint64_t address;
	uint32_t fourcc, flags, width, height, stride;
} __attribute__((packed, aligned(128)));

#define CONFIG_SIZE 28

int ramfb_find(const struct fwcfg *fw, struct fwcfg_file *file)
{
	int rc = fwcfg_find_file(fw, "etc/ramfb", file);

	return !rc && file->size != CONFIG_SIZE ? -EBADMSG : rc;
}

int ramfb_show(const struct fwcfg *fw, const struct fwcfg_file *file,
	       const struct screen_mode *mode)
{
	const struct ramfb_config config = {
		.address = __builtin_bswap64((uintptr_t)mode->base),
		.fourcc = __builtin_bswap32(FOURCC_XR24),
		.width = __builtin_bswap32(mode->width),
		.height = __builtin_bswap32(mode->height),
		.stride = __builtin_bswap32(mode->stride),
	};

	return fwcfg_write(fw, file->key, &config, CONFIG_SIZE);
}
