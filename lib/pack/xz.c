/* SPDX-License-Identifier: BSD-2-Clause */
/* Streams of blocks, with an index of them behind. */
#include "lib/pack/xz.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "lib/hash/sha256.h"
#include "lib/pack/xz_parts.h"

#define MAGIC  \
	"\xfd" \
	"7zXZ"
#define MAGIC_SIZE    6 /* with its zero */
#define HEAD_SIZE     12
#define FOOT_MAGIC    "YZ"

#define HAS_PACKED    BIT(6)
#define HAS_PLAIN     BIT(7)
#define FLAGS_FILTERS 3 /* of them, less 1 */
#define FLAGS_NONE    0x3c

#define FILTER_ARM64  0x0a
#define FILTER_LZMA2  0x21
#define FILTERS_MAX   4

#define PADDING_MAX \
	(4 * KIB) /* between streams: a file in memory may be followed by zeros without end */

enum { CHECK_NONE, CHECK_CRC32, CHECK_CRC64 = 4, CHECK_SHA256 = 10, CHECK_COUNT = 16 };

struct unpack {
	struct xz_work *work;
	struct span src;
	uint64_t size; /* of the file, for sentences */
	uint8_t *dst;
	uint64_t limit, made;
	struct why *why;
};

/** struct stream - @digest: of what the index should say of the blocks so far */
struct stream {
	unsigned int check;
	uint64_t blocks;
	uint32_t digest;
};

/** struct block - @packed, @plain: what its header says, all ones where it says nothing */
struct block {
	uint64_t at, packed, plain, reach;
	uint32_t arm64[FILTERS_MAX];
	unsigned int filters;
};

static uint64_t where(const struct unpack *u)
{
	return u->size - u->src.size;
}

static int cut_short(const struct unpack *u, const char *in)
{
	return refuse(u->why, -ENODATA, "xz: truncated in %s: the file ends at 0x%" PRIx64, in,
		      u->size);
}

static int bad(const struct unpack *u, uint64_t at, const char *what)
{
	return refuse(u->why, -EINVAL, "xz: %s at 0x%" PRIx64 " is damaged", what, at);
}

static int no_room(const struct unpack *u)
{
	return refuse(u->why, -EFBIG,
		      "xz: unpacks to more than the 0x%" PRIx64 " bytes there is room for",
		      u->limit);
}

/* Seven bits a byte, the lowest first; at most 63 in 9 bytes, the last of which is not 0. */
static int number(struct span *from, uint64_t *value)
{
	struct span byte;

	*value = 0;
	for (unsigned int shift = 0; shift < 63; shift += 7) {
		if (!span_take(from, 1, &byte))
			return -ENODATA;
		*value |= (uint64_t)(byte.at[0] & 127) << shift;
		if (byte.at[0] < 128)
			return byte.at[0] || !shift ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static bool zeros(struct span bytes)
{
	while (bytes.size && !bytes.at[0])
		(void)span_take(&bytes, 1, NULL);
	return !bytes.size;
}

/* ---- a block's header ---- */

/* What was told of a filter: LZMA2 is the last, the ARM64 filter wherever else. */
static int filter(struct unpack *u, struct block *b, struct span *from, bool last)
{
	uint64_t id, size;
	struct span told;

	if (number(from, &id) || number(from, &size) || !span_take(from, size, &told))
		return bad(u, b->at, "the header of the block");
	if (id != (last ? FILTER_LZMA2 : FILTER_ARM64))
		return refuse(u->why, -ENOTSUP,
			      "xz: the block at 0x%" PRIx64 " wants filter 0x%02" PRIx64
			      ", which is not LZMA2 (0x21) behind ARM64 (0x0a) or none",
			      b->at, id);
	if (last) {
		unsigned int bits = size == 1 ? told.at[0] : 255;

		if (bits > 40)
			return bad(u, b->at, "the header of the block");
		b->reach = bits == 40 ? UINT32_MAX : (UINT64_C(2) | (bits & 1)) << (bits / 2 + 11);
		return 0;
	}
	if (size && (size != 4 || get_le32(told.at) % 4))
		return bad(u, b->at, "the header of the block");
	b->arm64[b->filters++] = size ? get_le32(told.at) : 0;
	return 0;
}

static int block_header(struct unpack *u, struct block *b)
{
	struct span header, sum;
	unsigned int flags, count;
	int err = 0;

	*b = (struct block){ .at = where(u), .packed = UINT64_MAX, .plain = UINT64_MAX };
	if (!span_take(&u->src, u->src.at[0] * UINT64_C(4), &header) ||
	    !span_take(&u->src, 4, &sum))
		return cut_short(u, "a block's header");
	if (crc32(0, header.at, header.size) != get_le32(sum.at))
		return refuse(u->why, -EILSEQ,
			      "xz: checksum mismatch: the header of the block at 0x%" PRIx64
			      " has 0x%08" PRIx32 ", the file says 0x%08" PRIx32,
			      b->at, crc32(0, header.at, header.size), get_le32(sum.at));
	flags = header.at[1];
	(void)span_take(&header, 2, NULL);
	if (flags & FLAGS_NONE)
		return bad(u, b->at, "the header of the block");
	if (flags & HAS_PACKED)
		err = number(&header, &b->packed) || !b->packed;
	if (!err && (flags & HAS_PLAIN))
		err = number(&header, &b->plain);
	if (err)
		return bad(u, b->at, "the header of the block");
	count = (flags & FLAGS_FILTERS) + 1;
	for (unsigned int i = 1; i <= count && !err; i++)
		err = filter(u, b, &header, i == count);
	if (!err && !zeros(header))
		return bad(u, b->at, "the header of the block");
	return err;
}

/* ---- a block's contents ---- */

static int differs(const struct unpack *u, const struct block *b, uint64_t size, const char *what)
{
	return refuse(u->why, -EILSEQ,
		      "xz: checksum mismatch: the 0x%" PRIx64 " bytes of the block at 0x%" PRIx64
		      " do not have the %s that the file says",
		      size, b->at, what);
}

static uint64_t check_size(unsigned int check)
{
	return check ? UINT64_C(4) << (check - 1) / 3 : 0;
}

static int verify(struct unpack *u, unsigned int check, const uint8_t *plain, uint64_t size,
		  const struct block *b)
{
	uint8_t digest[SHA256_SIZE];
	struct span want;

	if (!span_take(&u->src, check_size(check), &want))
		return cut_short(u, "a block's check");
	if (check == CHECK_CRC32 && crc32(0, plain, size) != get_le32(want.at))
		return differs(u, b, size, "CRC-32");
	if (check == CHECK_CRC64 && crc64(&u->work->crc64, plain, size) != get_le64(want.at))
		return differs(u, b, size, "CRC-64");
	if (check == CHECK_SHA256) {
		sha256(plain, size, digest);
		if (memcmp(digest, want.at, sizeof(digest)))
			return differs(u, b, size, "SHA-256");
	}
	return 0;
}

static uint32_t add(uint32_t digest, uint64_t unpadded, uint64_t plain)
{
	uint64_t pair[2] = { unpadded, plain };

	return crc32(digest, pair, sizeof(pair));
}

static int contents(struct unpack *u, const struct block *b, uint64_t *made)
{
	uint8_t *to = u->dst + u->made;
	struct span from = u->src;
	uint64_t begin = where(u), room = u->limit - u->made;
	int err;

	if (b->plain != UINT64_MAX && b->plain > room)
		return refuse(u->why, -EFBIG,
			      "xz: unpacks to 0x%" PRIx64 " bytes, there is room for 0x%" PRIx64,
			      b->plain, room);
	from.size = MIN(from.size, b->packed);
	err = lzma2(&u->work->chances, &from, b->reach, to, MIN(room, b->plain), made);
	(void)span_take(&u->src, (uint64_t)(from.at - u->src.at), NULL);
	if (err == -EFBIG && b->plain == UINT64_MAX)
		return no_room(u);
	if (err == -ENODATA && b->packed >= u->size - begin)
		return cut_short(u, "a block");
	if (err)
		return refuse(u->why, -EINVAL,
			      "xz: the block at 0x%" PRIx64
			      " is damaged, in its chunk at 0x%" PRIx64,
			      b->at, where(u));
	for (unsigned int i = b->filters; i--;)
		xz_arm64(to, *made, b->arm64[i]);
	return 0;
}

static int one_block(struct unpack *u, struct stream *s)
{
	uint64_t begin, packed, made = 0;
	struct span padding;
	struct block b;
	int err = block_header(u, &b);

	begin = where(u);
	if (!err)
		err = contents(u, &b, &made);
	if (err)
		return err;
	packed = where(u) - begin;
	if ((b.packed != UINT64_MAX && b.packed != packed) ||
	    (b.plain != UINT64_MAX && b.plain != made))
		return refuse(u->why, -EILSEQ,
			      "xz: length mismatch: the block at 0x%" PRIx64 " is 0x%" PRIx64
			      " bytes, unpacked 0x%" PRIx64 ", not as its header says",
			      b.at, packed, made);
	if (!span_take(&u->src, -packed & 3, &padding))
		return cut_short(u, "a block's padding");
	if (!zeros(padding))
		return bad(u, where(u), "the padding before what lies");
	err = verify(u, s->check, u->dst + u->made, made, &b);
	if (err)
		return err;
	u->made += made;
	s->blocks++;
	s->digest = add(s->digest, begin - b.at + packed + check_size(s->check), made);
	return 0;
}

/* ---- what is around the blocks ---- */

static int stream_header(struct unpack *u, struct stream *s)
{
	uint64_t at = where(u);
	struct span head;

	if (!span_take(&u->src, HEAD_SIZE, &head))
		return cut_short(u, "a stream's header");
	if (crc32(0, head.at + MAGIC_SIZE, 2) != get_le32(head.at + 8))
		return refuse(u->why, -EILSEQ,
			      "xz: checksum mismatch: the stream's header at 0x%" PRIx64
			      " has 0x%08" PRIx32 ", the file says 0x%08" PRIx32,
			      at, crc32(0, head.at + MAGIC_SIZE, 2), get_le32(head.at + 8));
	*s = (struct stream){ .check = head.at[7] };
	if (head.at[6] || s->check >= CHECK_COUNT)
		return bad(u, at, "the stream's header");
	if (s->check == CHECK_CRC64)
		crc64_table_make(&u->work->crc64);
	else if (s->check != CHECK_NONE && s->check != CHECK_CRC32 && s->check != CHECK_SHA256)
		return refuse(u->why, -ENOTSUP,
			      "xz: the stream at 0x%" PRIx64 " has check %u, which is not "
			      "CRC-32 (1), CRC-64 (4), SHA-256 (10) or none (0)",
			      at, s->check);
	return 0;
}

/* A list of the blocks' lengths, as long as the number of blocks in front of it says. */
static int index_of(struct unpack *u, const struct stream *s, uint64_t *size)
{
	struct span all = u->src, sum;
	uint64_t at = where(u), count, unpadded, plain;
	uint32_t digest = 0;
	int err;

	(void)span_take(&u->src, 1, NULL);
	err = number(&u->src, &count);
	if (!err && count != s->blocks)
		return refuse(u->why, -EILSEQ,
			      "xz: the index at 0x%" PRIx64 " has 0x%" PRIx64
			      " blocks, the stream has 0x%" PRIx64,
			      at, count, s->blocks);
	for (; !err && count; count--) {
		err = number(&u->src, &unpadded);
		if (!err)
			err = number(&u->src, &plain);
		if (!err)
			digest = add(digest, unpadded, plain);
	}
	if (!err && (!span_take(&u->src, -(where(u) - at) & 3, &sum) ||
		     !span_cut(&all, 0, where(u) - at, &all) || u->src.size < 4))
		err = -ENODATA;
	if (err == -ENODATA)
		return cut_short(u, "the index");
	if (err || !zeros(sum))
		return bad(u, at, "the index");
	(void)span_take(&u->src, 4, &sum);
	if (digest != s->digest || crc32(0, all.at, all.size) != get_le32(sum.at))
		return refuse(u->why, -EILSEQ,
			      "xz: the index at 0x%" PRIx64 " is not one of the stream's blocks",
			      at);
	*size = where(u) - at;
	return 0;
}

static int stream_footer(struct unpack *u, const struct stream *s, uint64_t index)
{
	uint64_t at = where(u);
	struct span foot;

	if (!span_take(&u->src, HEAD_SIZE, &foot))
		return cut_short(u, "a stream's footer");
	if (memcmp(foot.at + 10, FOOT_MAGIC, 2) || crc32(0, foot.at + 4, 6) != get_le32(foot.at) ||
	    foot.at[8] || foot.at[9] != s->check || get_le32(foot.at + 4) != index / 4 - 1)
		return bad(u, at, "the stream's footer");
	return 0;
}

static int one_stream(struct unpack *u)
{
	struct stream s = { 0 };
	uint64_t index = 0;
	int err = stream_header(u, &s);

	while (!err) {
		if (!u->src.size)
			return cut_short(u, "a stream");
		if (!u->src.at[0])
			break;
		err = one_block(u, &s);
	}
	if (!err)
		err = index_of(u, &s, &index);
	return err ? err : stream_footer(u, &s, index);
}

static bool begins(const struct span *src)
{
	return src->size >= MAGIC_SIZE && !memcmp(src->at, MAGIC, MAGIC_SIZE);
}

/* Zeros may stand between streams, four and four. */
static bool another(struct unpack *u)
{
	struct span next = u->src, four;

	for (unsigned int i = 0; i < PADDING_MAX / 4 && !begins(&next); i++)
		if (!span_take(&next, 4, &four) || !zeros(four))
			return false;
	if (begins(&next))
		u->src = next;
	return begins(&next);
}

int unxz(struct xz_work *work, void *dst, uint64_t limit, const void *src, uint64_t size,
	 uint64_t *out, struct why *why)
{
	struct unpack u = { work, { src, size }, size, dst, limit, 0, why };
	int err;

	if (size < MAGIC_SIZE)
		return refuse(why, -ENODATA, "xz: truncated: %" PRIu64 " bytes", size);
	if (!begins(&u.src))
		return refuse(why, -EINVAL, "xz: bad header: begins 0x%08" PRIx32, get_le32(src));
	do {
		err = one_stream(&u);
	} while (!err && another(&u));
	if (!err)
		*out = u.made;
	return err;
}
