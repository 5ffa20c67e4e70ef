/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pack/uimage.h"

#include <errno.h>
#include <string.h>

#include "lib/base/crc32.h"

#define MAGIC      0x27051956
#define PIECE      0x10000u /* bytes between two looks at who waits */
#define HEADER_CRC 4 /* offset: bytes that count as 0 in the header's checksum */

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool uimage_is(const void *header)
{
	return be32(header) == MAGIC;
}

int uimage_parse(const void *header, uint64_t size, struct uimage *image)
{
	const uint8_t *h = header;
	uint8_t copy[UIMAGE_HEADER_SIZE];

	if (size < UIMAGE_HEADER_SIZE || !uimage_is(header))
		return -ENOEXEC;
	memcpy(copy, h, sizeof(copy));
	memset(copy + HEADER_CRC, 0, 4);
	if (crc32(0, copy, sizeof(copy)) != be32(h + HEADER_CRC))
		return -EILSEQ;
	image->time = be32(h + 8);
	image->size = be32(h + 12);
	image->load = be32(h + 16);
	image->entry = be32(h + 20);
	image->data_crc = be32(h + 24);
	image->os = h[28];
	image->arch = h[29];
	image->type = h[30];
	image->compression = h[31];
	memcpy(image->name, h + 32, UIMAGE_NAME_SIZE);
	image->name[UIMAGE_NAME_SIZE] = '\0';
	image->data = h + UIMAGE_HEADER_SIZE;
	return image->size > size - UIMAGE_HEADER_SIZE ? -E2BIG : 0;
}

int uimage_check_data(const struct uimage *image, bool (*stopped)(void))
{
	uint32_t crc = 0, at, bytes;

	for (at = 0; at < image->size; at += bytes) {
		bytes = MIN(image->size - at, PIECE);
		crc = crc32(crc, image->data + at, bytes);
		if (stopped && stopped())
			return -EINTR;
	}
	return crc == image->data_crc ? 0 : -EILSEQ;
}

/* Sizes, then a 0, then the files, each but the last filled up to four bytes. */
int uimage_part(const struct uimage *image, unsigned int n, const uint8_t **data, uint32_t *size,
		struct why *why)
{
	uint32_t count, left = image->size;
	uint64_t at;
	unsigned int i;

	if (image->type != UIMAGE_TYPE_MULTI && image->type != UIMAGE_TYPE_SCRIPT) {
		*data = image->data;
		*size = image->size;
		return n ? refuse(why, -ENOENT, "the image has one part") : 0;
	}
	for (count = 0; left >= 4 && be32(image->data + 4 * (size_t)count); count++, left -= 4) {
		if (count == UIMAGE_PARTS_MAX)
			return refuse(why, -EINVAL, "the image has more than %u parts",
				      UIMAGE_PARTS_MAX);
	}
	if (left < 4)
		return refuse(why, -EINVAL, "the image's table of sizes does not end");
	if (n >= count)
		return refuse(why, -ENOENT, "the image has %u parts", count);
	at = 4 * ((uint64_t)count + 1);
	for (i = 0; i < n; i++)
		at += ALIGN_UP((uint64_t)be32(image->data + 4 * (size_t)i), 4);
	*size = be32(image->data + 4 * (size_t)n);
	if (at > image->size || *size > image->size - at)
		return refuse(why, -EINVAL, "part %u of the image passes its end: %u bytes", n,
			      *size);
	*data = image->data + at;
	return 0;
}

/** struct code - a number of the header in words */
struct code {
	uint8_t code;
	const char *name;
};

static const char *find(const struct code *codes, size_t count, uint8_t code, const char *unknown)
{
	while (count--) {
		if (codes[count].code == code)
			return codes[count].name;
	}
	return unknown;
}

const char *uimage_os_name(uint8_t os)
{
	static const struct code codes[] = {
		{ 0, "Invalid OS" },    { 2, "NetBSD" },
		{ 4, "4_4BSD" },        { 5, "Linux" },
		{ 14, "VxWorks" },      { 16, "QNX" },
		{ 17, "U-Boot" },       { 25, "ARM Trusted Firmware" },
		{ 28, "EFI Firmware" },
	};

	return find(codes, ARRAY_SIZE(codes), os, "Unknown OS");
}

const char *uimage_arch_name(uint8_t arch)
{
	static const struct code codes[] = {
		{ 0, "Invalid ARCH" }, { 2, "ARM" },         { 3, "Intel x86" },
		{ 5, "MIPS" },         { 6, "MIPS 64 Bit" }, { 7, "PowerPC" },
		{ 22, "AArch64" },     { 24, "x86_64" },     { 26, "RISC-V" },
	};

	return find(codes, ARRAY_SIZE(codes), arch, "Unknown Architecture");
}

const char *uimage_type_name(uint8_t type)
{
	static const struct code codes[] = {
		{ 0, "Invalid Image" },    { 1, "Standalone Program" },
		{ 2, "Kernel Image" },     { 3, "RAMDisk Image" },
		{ 4, "Multi-File Image" }, { 5, "Firmware" },
		{ 6, "Script" },           { 7, "Filesystem Image" },
		{ 8, "Flat Device Tree" }, { 14, "Kernel Image (no loading done)" },
	};

	return find(codes, ARRAY_SIZE(codes), type, "Unknown Image");
}

const char *uimage_compression_name(uint8_t compression)
{
	static const struct code codes[] = {
		{ 0, "uncompressed" },    { 1, "gzip compressed" }, { 2, "bzip2 compressed" },
		{ 3, "lzma compressed" }, { 4, "lzo compressed" },  { 5, "lz4 compressed" },
		{ 6, "zstd compressed" },
	};

	return find(codes, ARRAY_SIZE(codes), compression, "Unknown Compression");
}
