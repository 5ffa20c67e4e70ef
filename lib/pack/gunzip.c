/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pack/gunzip.h"

#include <errno.h>
#include <inttypes.h>
#include <libdeflate.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"

#define HEADER_SIZE   10
#define TRAILER_SIZE  8    /* CRC-32, ISIZE */
#define RATIO_MAX     1032 /* a deflate block packs 258 bytes into 2 bits, at best */

#define FLAG_HCRC     0x02
#define FLAG_EXTRA    0x04
#define FLAG_NAME     0x08
#define FLAG_COMMENT  0x10
#define FLAG_RESERVED 0xe0

static int check_fixed(const uint8_t *src, uint64_t size, struct why *why)
{
	if (size < HEADER_SIZE + TRAILER_SIZE)
		return refuse(why, -ENODATA,
			      "gzip: truncated: %" PRIu64
			      " bytes are less than header and trailer (18)",
			      size);
	if (src[0] != 0x1f || src[1] != 0x8b)
		return refuse(why, -EINVAL, "gzip: bad header: begins %02x %02x, not 1f 8b", src[0],
			      src[1]);
	if (src[2] != 8)
		return refuse(why, -EINVAL, "gzip: bad header: method %u, only deflate (8) exists",
			      src[2]);
	if (src[3] & FLAG_RESERVED)
		return refuse(why, -EINVAL, "gzip: bad header: reserved flags 0x%02x", src[3]);
	return 0;
}

/* Behind the zero byte that ends a text field; @size where there is none. */
static uint64_t skip_text(const uint8_t *src, uint64_t size, uint64_t at)
{
	while (at < size && src[at])
		at++;
	return at < size ? at + 1 : size;
}

/* Header of a member; its length goes to *length. */
static int check_header(const uint8_t *src, uint64_t size, uint64_t *length, struct why *why)
{
	uint64_t at = HEADER_SIZE;
	int err = check_fixed(src, size, why);

	if (err)
		return err;
	if (src[3] & FLAG_EXTRA) /* size >= 18: the length field is there */
		at += 2 + (uint64_t)get_le16(src + at);
	if (src[3] & FLAG_NAME)
		at = skip_text(src, size, at);
	if (src[3] & FLAG_COMMENT)
		at = skip_text(src, size, at);
	if ((src[3] & FLAG_HCRC) && at <= size && size - at >= 2) {
		unsigned want = get_le16(src + at), is = crc32(0, src, at) & 0xffff;

		if (is != want)
			return refuse(why, -EINVAL,
				      "gzip: bad header: its CRC is 0x%04x, "
				      "not 0x%04x",
				      is, want);
		at += 2;
	} else if (src[3] & FLAG_HCRC) {
		at = size;
	}
	if (at >= size || size - at < TRAILER_SIZE)
		return refuse(why, -ENODATA,
			      "gzip: truncated: 0x%" PRIx64 " bytes end in the header", size);
	*length = at;
	return 0;
}

/* @room: of which @limit is left, for the sentence */
static int inflate(uint8_t *dst, uint64_t limit, uint64_t room, const uint8_t *src, uint64_t size,
		   size_t *used, size_t *made, struct why *why)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	enum libdeflate_result result;

	if (!d)
		return refuse(why, -ENOMEM, "gzip: no memory for the decompressor");
	result = libdeflate_deflate_decompress_ex(d, src, size, dst, limit, used, made);
	libdeflate_free_decompressor(d);
	if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
		return refuse(why, -EFBIG,
			      "gzip: unpacks to more than the 0x%" PRIx64
			      " bytes there is room for",
			      room);
	if (result != LIBDEFLATE_SUCCESS)
		return refuse(why, -EINVAL,
			      "gzip: the packed data are damaged or cut short "
			      "(0x%" PRIx64 " bytes of them)",
			      size);
	return 0;
}

static int check_trailer(const uint8_t *trailer, uint64_t left, const uint8_t *dst, uint64_t made,
			 struct why *why)
{
	uint32_t crc, want;

	if (left < TRAILER_SIZE)
		return refuse(why, -ENODATA,
			      "gzip: truncated: %" PRIu64 " bytes are left for the trailer of 8",
			      left);
	crc = crc32(0, dst, made);
	want = get_le32(trailer);
	if (crc != want)
		return refuse(why, -EILSEQ,
			      "gzip: CRC mismatch: unpacked data have 0x%08" PRIx32
			      ", the file says 0x%08" PRIx32,
			      crc, want);
	if ((uint32_t)made != get_le32(trailer + 4))
		return refuse(why, -EILSEQ,
			      "gzip: length mismatch: 0x%" PRIx64
			      " bytes unpacked, the file says 0x%" PRIx32,
			      made, get_le32(trailer + 4));
	return 0;
}

/* One member: *src, *size and *dst, *limit move behind it. */
static int gunzip_member(uint8_t **dst, uint64_t *limit, uint64_t room, const uint8_t **src,
			 uint64_t *size, struct why *why)
{
	uint64_t header;
	size_t used, made;
	int err = check_header(*src, *size, &header, why);

	if (!err)
		err = inflate(*dst, *limit, room, *src + header, *size - header, &used, &made, why);
	if (!err)
		err = check_trailer(*src + header + used, *size - header - used, *dst, made, why);
	if (err)
		return err;
	*dst += made;
	*limit -= made;
	*src += header + used + TRAILER_SIZE;
	*size -= header + used + TRAILER_SIZE;
	return 0;
}

int unzlib(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
	   struct why *why)
{
	const uint8_t *from = src;
	size_t used, made = 0;
	int err;

	if (size < 2 || (from[0] & 15) != 8 || from[1] & 0x20 || (from[0] << 8 | from[1]) % 31)
		return refuse(why, -EINVAL, "zlib: bad header");
	err = inflate(dst, limit, limit, from + 2, size - 2, &used, &made, why);
	*out = made;
	return err;
}

int gunzip_hint(const void *src, uint64_t size, uint64_t limit, uint64_t *hint, struct why *why)
{
	uint64_t claim, header;
	int err = check_header(src, size, &header, why);

	if (err)
		return err;
	claim = get_le32((const uint8_t *)src + size - 4);
	if (claim / RATIO_MAX > size)
		return refuse(why, -EINVAL,
			      "gzip: bad trailer: 0x%" PRIx64 " bytes cannot unpack to 0x%" PRIx64,
			      size, claim);
	if (claim > limit)
		return refuse(why, -EFBIG,
			      "gzip: unpacks to 0x%" PRIx64 " bytes, there is room for 0x%" PRIx64,
			      claim, limit);
	*hint = claim;
	return 0;
}

int gunzip(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
	   struct why *why)
{
	const uint8_t *from = src;
	const uint64_t room = limit;
	uint8_t *to = dst;

	do {
		int err = gunzip_member(&to, &limit, room, &from, &size, why);

		if (err)
			return err;
	} while (size >= HEADER_SIZE + TRAILER_SIZE && from[0] == 0x1f && from[1] == 0x8b &&
		 from[2] == 8);
	*out = (uint64_t)(to - (uint8_t *)dst);
	return 0;
}
