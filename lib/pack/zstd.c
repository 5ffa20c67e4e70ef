/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pack/zstd.h"

#include <errno.h>
#include <inttypes.h>

#include "lib/base/le.h"
#include "lib/hash/xxhash.h"
#include "lib/pack/zstd_parts.h"

#define MAGIC         0xfd2fb528
#define MAGIC_SKIP    0x184d2a50 /* to ...5f: a size, and so many bytes to pass over */

#define FLAG_SINGLE   BIT(5)
#define FLAG_RESERVED BIT(3)
#define FLAG_SUM      BIT(2)

enum { STORED, REPEATED, PACKED };

struct unpack {
	struct zstd_work *work;
	struct span src;
	uint64_t size; /* of the file, for sentences */
	uint8_t *dst;
	uint64_t limit, made;
	struct why *why;
};

struct frame {
	uint64_t content;
	bool sized, sum;
};

bool unzstd_is(const void *head)
{
	return get_le32(head) == MAGIC;
}

static int cut_short(struct why *why, const char *in, uint64_t size)
{
	return refuse(why, -ENODATA, "zstd: truncated in %s: the file ends at 0x%" PRIx64, in,
		      size);
}

static uint64_t get_le(const uint8_t *bytes, unsigned int count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | bytes[count];
	return value;
}

/* Behind the magic. */
static int frame_header(struct span *src, uint64_t file, struct frame *frame, struct why *why)
{
	static const uint8_t size_bytes[] = { 0, 2, 4, 8 }, dictionary_bytes[] = { 0, 1, 2, 4 };
	unsigned int flags, dictionary, size;
	struct span head;

	if (!span_take(src, 1, &head))
		return cut_short(why, "a frame's header", file);
	flags = head.at[0];
	if (flags & FLAG_RESERVED)
		return refuse(why, -EINVAL, "zstd: bad frame header: reserved bit in 0x%02x",
			      flags);
	dictionary = dictionary_bytes[flags & 3];
	size = size_bytes[flags >> 6];
	if ((flags & FLAG_SINGLE) && !size)
		size = 1;
	if ((!(flags & FLAG_SINGLE) && !span_take(src, 1, NULL)) ||
	    !span_take(src, dictionary, &head))
		return cut_short(why, "a frame's header", file);
	if (get_le(head.at, dictionary))
		return refuse(why, -ENOTSUP, "zstd: the frame wants a dictionary, 0x%" PRIx64,
			      get_le(head.at, dictionary));
	if (!span_take(src, size, &head))
		return cut_short(why, "a frame's header", file);
	frame->content = get_le(head.at, size) + (size == 2 ? 256 : 0);
	frame->sized = size;
	frame->sum = flags & FLAG_SUM;
	return 0;
}

static int no_room(const struct unpack *u)
{
	return refuse(u->why, -EFBIG,
		      "zstd: unpacks to more than the 0x%" PRIx64 " bytes there is room for",
		      u->limit);
}

static int packed_block(struct unpack *u, uint8_t *begin, struct span from, uint64_t room)
{
	uint64_t most = MIN(room, ZSTD_BLOCK_MAX), out, at = u->size - u->src.size - from.size;
	uint64_t size = from.size;
	uint8_t *to = u->dst + u->made;
	struct span literals;
	int err = zstd_literals(u->work, &from, to, most, &literals);

	if (!err)
		err = zstd_sequences(u->work, from, literals, begin, to, most, &out);
	if (err == -EFBIG && most < ZSTD_BLOCK_MAX)
		return no_room(u);
	if (err)
		return refuse(u->why, -EINVAL,
			      "zstd: the block at 0x%" PRIx64 ", 0x%" PRIx64 " bytes, is damaged",
			      at, size);
	u->made += out;
	return 0;
}

static int one_block(struct unpack *u, uint8_t *begin, uint64_t room, bool *last)
{
	struct span bytes;
	uint64_t word, size;
	unsigned int type;

	if (!span_take(&u->src, 3, &bytes))
		return cut_short(u->why, "a block's header", u->size);
	word = get_le(bytes.at, 3);
	*last = word & 1;
	type = word >> 1 & 3;
	size = word >> 3;
	if (type > PACKED || size > ZSTD_BLOCK_MAX)
		return refuse(u->why, -EINVAL,
			      "zstd: bad block header before 0x%" PRIx64 ": type %u, 0x%" PRIx64
			      " bytes",
			      u->size - u->src.size, type, size);
	if (!span_take(&u->src, type == REPEATED ? 1 : size, &bytes))
		return cut_short(u->why, "a block", u->size);
	if (type == PACKED)
		return packed_block(u, begin, bytes, room);
	if (size > room)
		return no_room(u);
	if (type == STORED)
		memcpy(u->dst + u->made, bytes.at, size);
	else
		memset(u->dst + u->made, bytes.at[0], size);
	u->made += size;
	return 0;
}

static void reset(struct zstd_work *work)
{
	work->length.ready = false;
	work->offset.ready = false;
	work->match.ready = false;
	work->huffman_bits = 0;
	work->recent[0] = 1;
	work->recent[1] = 4;
	work->recent[2] = 8;
}

static int check_sum(struct unpack *u, const uint8_t *begin)
{
	uint32_t want, is = (uint32_t)xxh64(begin, (uint64_t)(u->dst + u->made - begin));
	struct span sum;

	if (!span_take(&u->src, 4, &sum))
		return cut_short(u->why, "a frame's checksum", u->size);
	want = get_le32(sum.at);
	if (is != want)
		return refuse(u->why, -EILSEQ,
			      "zstd: checksum mismatch: unpacked data have 0x%08" PRIx32
			      ", the file says 0x%08" PRIx32,
			      is, want);
	return 0;
}

static int one_frame(struct unpack *u)
{
	uint8_t *begin = u->dst + u->made;
	uint64_t left = u->limit - u->made, made;
	struct frame frame = { 0 };
	bool last = false;
	int err = frame_header(&u->src, u->size, &frame, u->why);

	if (err)
		return err;
	if (frame.sized && frame.content > left)
		return refuse(u->why, -EFBIG,
			      "zstd: unpacks to 0x%" PRIx64 " bytes, there is room for 0x%" PRIx64,
			      frame.content, left);
	reset(u->work);
	while (!last) {
		made = (uint64_t)(u->dst + u->made - begin);
		err = one_block(u, begin, (frame.sized ? frame.content : left) - made, &last);
		if (err)
			return err;
	}
	made = (uint64_t)(u->dst + u->made - begin);
	if (frame.sized && made != frame.content)
		return refuse(u->why, -EILSEQ,
			      "zstd: length mismatch: 0x%" PRIx64
			      " bytes unpacked, the file says 0x%" PRIx64,
			      made, frame.content);
	return frame.sum ? check_sum(u, begin) : 0;
}

static int skip(struct unpack *u)
{
	struct span size;

	if (!span_take(&u->src, 4, &size) || !span_take(&u->src, get_le32(size.at), NULL))
		return cut_short(u->why, "a skippable frame", u->size);
	return 0;
}

static bool skippable(uint32_t magic)
{
	return (magic & ~UINT32_C(0xf)) == MAGIC_SKIP;
}

int unzstd_hint(const void *src, uint64_t size, uint64_t *hint, struct why *why)
{
	struct span from = { src, size }, magic;
	struct frame frame = { 0 };
	int err;

	if (!span_take(&from, 4, &magic))
		return cut_short(why, "a frame's header", size);
	if (!unzstd_is(magic.at))
		return refuse(why, -EINVAL, "zstd: bad header: begins 0x%08" PRIx32,
			      get_le32(magic.at));
	err = frame_header(&from, size, &frame, why);
	if (!err)
		*hint = frame.content;
	return err;
}

int unzstd(struct zstd_work *work, void *dst, uint64_t limit, const void *src, uint64_t size,
	   uint64_t *out, struct why *why)
{
	struct unpack u = { work, { src, size }, size, dst, limit, 0, why };
	bool any = false;

	while (u.src.size >= 4) {
		uint32_t magic = get_le32(u.src.at);
		int err;

		if (magic != MAGIC && !skippable(magic))
			break;
		(void)span_take(&u.src, 4, NULL);
		err = magic == MAGIC ? one_frame(&u) : skip(&u);
		if (err)
			return err;
		any |= magic == MAGIC;
	}
	if (!any && size < 4)
		return refuse(why, -ENODATA, "zstd: truncated: %" PRIu64 " bytes", size);
	if (!any)
		return refuse(why, -EINVAL, "zstd: bad header: begins 0x%08" PRIx32, get_le32(src));
	*out = u.made;
	return 0;
}
