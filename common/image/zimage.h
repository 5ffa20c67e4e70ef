/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The zImage of Linux for AArch32: what its header says, and where it goes.
 *
 * It unpacks itself to the boundary of 128 MiB below it, plus an offset.  Its header tells how much
 * that will be, so nothing that it needs is put there, and it need not move out of its own way.
 *
 *	base      + text_offset                                    base + 128 MiB    base + 512 MiB
 *	|------------|== unpacked, .bss ==|--|== zImage ==|-------------|---------------------|
 *	                                                                ramdisk, device tree ^
 *
 * Spec: Linux, Documentation/arch/arm/booting.rst; BOOT-PROTOCOL section 8
 */
#pragma once

#include "common/source/load.h"
#include "common/mem/memmap.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct zimage - the header of a zImage
 * @size:        bytes of the file that count; what follows is not read
 * @text_offset: from the boundary of 128 MiB to the unpacked kernel
 * @unpacked:    bytes that it takes there, its .bss included; a guess where the file does not say
 */
struct zimage {
	uint32_t size;
	uint32_t text_offset;
	uint64_t unpacked;
};

/**
 * zimage_header() - read and check header and table
 *
 * Errors: -ENOEXEC no magic, or a big-endian kernel
 *         -ENODATA shorter than its header, or than the header says
 *         -EINVAL  linked to one address, a table that leads out of the file, or a text_offset
 *                  that no kernel has
 *         -E...    from the source
 */
int __must_check zimage_header(struct source *source, struct zimage *image, struct why *why);

/**
 * struct zimage_plan - where a zImage goes
 * @base:   the boundary of 128 MiB, where the kernel's memory begins
 * @last:   of low memory: ramdisk and device tree end here or below
 * @load:   the file; the entry, too
 * @size:   bytes to claim from @load: behind the file lie the unpacker's stack and heap
 * @unpack: first byte that the unpacker writes, its translation tables included
 * @unpack_size: bytes to claim from there
 */
struct zimage_plan {
	paddr_t base, last;
	paddr_t load;
	uint64_t size;
	paddr_t unpack;
	uint64_t unpack_size;
};

/**
 * zimage_plan() - the lowest place behind the unpacked kernel that is free, in the first 128 MiB
 *
 * Where the file lies in memory either place may overlap it: copy it by one source_read(), before
 * anything else is written.
 *
 * Errors: -ENXIO  no DRAM at a boundary of 128 MiB below 4 GiB, or not enough of it to unpack to
 *         -EEXIST somebody owns what the kernel unpacks itself to: named
 *         -ENOMEM no place for the file
 */
int __must_check zimage_plan(const struct source *source, const struct zimage *image,
			     const struct memmap *map, struct zimage_plan *plan, struct why *why);
