/* SPDX-License-Identifier: BSD-2-Clause */
/* What uImage and FIT have in common: a kernel, and files that belong to it, in one file. */
#pragma once

#include "common/boot/parts.h"

/**
 * struct container_kernel - what a container says of its kernel
 * @packing: as images name a compression; "none" or NULL: it is not compressed
 * @raw:     where it goes if it turns out to have no header of its own
 */
struct container_kernel {
	const char *name;
	const uint8_t *data;
	uint64_t size;
	const char *packing;
	struct boot_raw raw;
};

/**
 * container_take() - the container's bytes in memory, for as long as the boot takes
 * @size:  how many of the source's count
 * @owner: what the memory map calls them
 *
 * Nothing that the boot places lies over them: the ramdisk may stay where it is.
 *
 * Errors: -ENODATA the source has fewer; -ENOMEM; as source_read()
 */
int __must_check container_take(struct boot *b, uint64_t size, const char *owner,
				const uint8_t **bytes, struct why *why);

/**
 * container_hold() - what was loaded is nobody's load any more: nothing is placed over it
 *
 * Errors: as memmap_claim()
 */
int __must_check container_hold(paddr_t at, uint64_t size, const char *owner, struct why *why);

/** container_verify() - does ${verify} want checksums looked at? It does unless it says no. */
bool container_verify(void);

/**
 * container_boot_kernel() - the boot's source is the kernel from now on, unpacked
 *
 * Errors: -ENOTSUP a compression that this build lacks; as its unpacker's
 */
int __must_check container_boot_kernel(struct boot *b, const struct container_kernel *kernel,
				       struct why *why);

/** container_ramdisk() - the boot's ramdisk, unless the request names one already */
void container_ramdisk(struct boot *b, const uint8_t *data, uint64_t size);

/**
 * container_copy() - bytes that belong somewhere, once everything has been checked
 *
 * Errors: -E2BIG too many; as memmap_claim()
 */
int __must_check container_copy(struct boot *b, const char *name, const uint8_t *data,
				uint64_t size, paddr_t to, struct why *why);

/**
 * container_cmdline() - the command line that an image brings
 * @text:  @size bytes; it ends before a NUL, and blanks at its end are nothing
 * @add:   behind what the request or the environment says, as U-Boot does for some; else what was
 *         said goes before it
 * @owner: what a refusal calls it
 *
 * Errors: -E2BIG it is longer than a command line may be
 */
int __must_check container_cmdline(struct boot *b, const char *text, uint64_t size, bool add,
				   const char *owner, struct why *why);
