/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arm64 Image of Linux.
 * Spec: the Linux arm64 boot requirements, "Call the kernel image"
 */
#pragma once

#include "common/mem/memmap.h"
#include "common/source/load.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define LINUX_HEADER_SIZE  64
#define LINUX_MAGIC_OFFSET 0x38
#define LINUX_MAGIC        0x644d5241 /* "ARM\x64" */

/**
 * struct linux_image - the header of an arm64 Image
 * @image_size: bytes of memory that the kernel takes from its start; 0: Linux before 3.17
 * @page_size:  4096, 16384, 65536; 0: not said. Whether the CPU has it is the caller's question
 * @anywhere:   flags bit 3: the 2 MiB-aligned base may be anywhere in memory (Loft takes the lowest
 *              free one in either case)
 */
struct linux_image {
	uint64_t text_offset;
	uint64_t image_size;
	uint32_t page_size;
	bool anywhere;
};

/**
 * image_linux_header() - read and check the 64-byte header
 *
 * Errors: -ENOEXEC no magic, or a big-endian kernel
 *         -ENODATA shorter than the header
 *         -EINVAL  a field that makes no sense
 *         -E...    from the source
 */
int __must_check image_linux_header(struct source *source, struct linux_image *image,
				    struct why *why);

/**
 * struct linux_plan - where an Image goes
 * @load: physical; the entry, too
 * @copy: bytes to copy from the source
 * @size: bytes to claim from @load
 */
struct linux_plan {
	paddr_t load;
	uint64_t copy;
	uint64_t size;
};

/**
 * image_linux_plan() - the lowest free 2 MiB-aligned base + text_offset with room for the kernel
 *
 * Where the file lies in memory the place may overlap it: copy by one source_read(), before
 * anything else is written.
 *
 * Errors: -ENOMEM no such place
 */
int __must_check image_linux_plan(const struct source *source, const struct linux_image *image,
				  const struct memmap *map, struct linux_plan *plan,
				  struct why *why);
