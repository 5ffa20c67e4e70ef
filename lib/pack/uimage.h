/* SPDX-License-Identifier: BSD-2-Clause */
/* The legacy image of mkimage(1): a header of 64 bytes, big-endian, and data. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define UIMAGE_HEADER_SIZE 64
#define UIMAGE_NAME_SIZE   32
#define UIMAGE_PARTS_MAX   64 /* of a multi-file image: more are refused */

#define UIMAGE_TYPE_STANDALONE    1
#define UIMAGE_TYPE_KERNEL        2
#define UIMAGE_TYPE_RAMDISK       3
#define UIMAGE_TYPE_MULTI         4
#define UIMAGE_TYPE_SCRIPT        6
#define UIMAGE_TYPE_KERNEL_NOLOAD 14

#define UIMAGE_ARCH_ARM   2
#define UIMAGE_ARCH_ARM64 22

/** struct uimage - a checked header, in the machine's byte order */
struct uimage {
	uint32_t time, size, load, entry, data_crc;
	uint8_t os, arch, type, compression;
	char name[UIMAGE_NAME_SIZE + 1];
	const uint8_t *data; /* @size bytes, not looked at yet */
};

/** uimage_is() - does what lies at @header, four bytes, begin as one? */
bool uimage_is(const void *header);

/**
 * uimage_parse() - check and read a header
 * @header: any alignment
 * @size:   bytes that may be read there
 *
 * Return: 0; -ENOEXEC no magic; -EILSEQ the header's checksum is wrong; -E2BIG the header is right,
 * and tells of more bytes than there are: @image is filled.
 */
int __must_check uimage_parse(const void *header, uint64_t size, struct uimage *image);

/**
 * uimage_check_data() - is the data's checksum right? Reads all of it.
 * @image:   its @size bytes are there
 * @stopped: asked between pieces, true ends it; NULL: nobody is asked
 *
 * Return: 0; -EILSEQ it is another; -EINTR stopped.
 */
int __must_check uimage_check_data(const struct uimage *image, bool (*stopped)(void));

/**
 * uimage_part() - one file of a multi-file image or a script
 * @n:    from 0; other types have one part
 * @data: where it is, at least @size bytes
 * @why:  the sentence for an error
 *
 * Return: 0; -ENOENT there are fewer; -EINVAL the table of sizes passes the end of the data.
 */
int __must_check uimage_part(const struct uimage *image, unsigned int n, const uint8_t **data,
			     uint32_t *size, struct why *why);

/** uimage_os_name(), ... - in words, as mkimage -l has them; "Unknown OS" and the like */
const char *uimage_os_name(uint8_t os);
const char *uimage_arch_name(uint8_t arch);
const char *uimage_type_name(uint8_t type);
const char *uimage_compression_name(uint8_t compression);
