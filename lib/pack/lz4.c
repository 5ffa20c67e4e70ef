/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pack/lz4.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/hash/xxhash.h"

#define MAGIC            0x184d2204
#define MAGIC_LEGACY     0x184c2102
#define MAGIC_SKIP       0x184d2a50 /* to ...5f: a size, and so many bytes to pass over */

#define VERSION          1
#define FLAG_INDEPENDENT BIT(5)
#define FLAG_BLOCK_SUM   BIT(4)
#define FLAG_SIZE        BIT(3)
#define FLAG_SUM         BIT(2)
#define FLAG_DICTIONARY  BIT(0)
#define FLAGS_RESERVED   0x02
#define BLOCK_RESERVED   0x8f

#define BLOCK_STORED     BIT(31)
#define LEGACY_BLOCK     (8 * MIB)
/* The most that a block of a size can be packed to, at worst. */
#define PACKED_MAX(size) ((size) + (size) / 255 + 16)

/* What is left of the file, and what was made of it. */
struct unpack {
	struct span src;
	uint64_t size; /* of the file, for sentences */
	uint8_t *dst;
	uint64_t limit, made;
	struct why *why;
};

struct frame {
	uint64_t block_max, content;
	bool independent, block_sums, sum, sized;
};

bool unlz4_is(const void *head)
{
	return get_le32(head) == MAGIC || get_le32(head) == MAGIC_LEGACY;
}

static uint64_t offset(const struct unpack *u)
{
	return u->size - u->src.size;
}

static int cut_short(const struct unpack *u, const char *in)
{
	return refuse(u->why, -ENODATA, "lz4: truncated in %s: the file ends at 0x%" PRIx64, in,
		      u->size);
}

static int take32(struct unpack *u, uint32_t *value, const char *in)
{
	struct span word;

	if (!span_take(&u->src, 4, &word))
		return cut_short(u, in);
	*value = get_le32(word.at);
	return 0;
}

static int one_block(struct unpack *u, const uint8_t *begin, struct span packed, uint64_t most)
{
	uint64_t room = MIN(u->limit - u->made, most), out;
	uint64_t at = offset(u) - packed.size;
	int err = unlz4_block(begin, u->dst + u->made, room, packed.at, packed.size, &out);

	if (err == -EFBIG && room < most)
		return refuse(u->why, err,
			      "lz4: unpacks to more than the 0x%" PRIx64 " bytes there is room for",
			      u->limit);
	if (err)
		return refuse(u->why, -EINVAL,
			      "lz4: the block at 0x%" PRIx64 ", 0x%" PRIx64 " bytes, is damaged",
			      at, packed.size);
	u->made += out;
	return 0;
}

static int stored_block(struct unpack *u, struct span bytes)
{
	if (bytes.size > u->limit - u->made)
		return refuse(u->why, -EFBIG,
			      "lz4: unpacks to more than the 0x%" PRIx64 " bytes there is room for",
			      u->limit);
	memcpy(u->dst + u->made, bytes.at, bytes.size);
	u->made += bytes.size;
	return 0;
}

static int check_sum(struct unpack *u, struct span bytes, const char *of)
{
	uint32_t want, is;
	int err = take32(u, &want, of);

	if (err)
		return err;
	is = xxh32(bytes.at, bytes.size);
	if (is != want)
		return refuse(u->why, -EILSEQ,
			      "lz4: checksum mismatch before 0x%" PRIx64 ": %s has 0x%08" PRIx32
			      ", the file says 0x%08" PRIx32,
			      offset(u), of, is, want);
	return 0;
}

/* Behind the magic: flags, the size of blocks, the size of all, a byte of checksum. */
static int frame_header(struct unpack *u, struct frame *frame)
{
	struct span head;
	unsigned int flags, block, size;

	if (u->src.size < 3)
		return cut_short(u, "a frame's header");
	flags = u->src.at[0];
	block = u->src.at[1];
	if (flags >> 6 != VERSION)
		return refuse(u->why, -ENOTSUP, "lz4: a frame of version %u, not 1", flags >> 6);
	if ((flags & FLAGS_RESERVED) || (block & BLOCK_RESERVED) || block >> 4 < 4)
		return refuse(u->why, -EINVAL, "lz4: bad frame header: %02x %02x", flags, block);
	if (flags & FLAG_DICTIONARY)
		return refuse(u->why, -ENOTSUP, "lz4: the frame wants a dictionary");
	size = flags & FLAG_SIZE ? 10 : 2;
	if (!span_take(&u->src, size, &head) || !u->src.size)
		return cut_short(u, "a frame's header");
	if ((xxh32(head.at, size) >> 8 & 0xff) != u->src.at[0])
		return refuse(u->why, -EILSEQ, "lz4: the frame header's checksum is not %02x",
			      u->src.at[0]);
	(void)span_take(&u->src, 1, NULL);
	*frame = (struct frame){
		.block_max = UINT64_C(1) << (8 + 2 * (block >> 4)),
		.content = flags & FLAG_SIZE ? get_le64(head.at + 2) : 0,
		.independent = flags & FLAG_INDEPENDENT,
		.block_sums = flags & FLAG_BLOCK_SUM,
		.sum = flags & FLAG_SUM,
		.sized = flags & FLAG_SIZE,
	};
	if (frame->content > u->limit - u->made)
		return refuse(u->why, -EFBIG,
			      "lz4: unpacks to 0x%" PRIx64 " bytes, there is room for 0x%" PRIx64,
			      frame->content, u->limit - u->made);
	return 0;
}

static int frame_blocks(struct unpack *u, const struct frame *frame)
{
	uint8_t *begin = u->dst + u->made;

	for (;;) {
		struct span packed;
		uint32_t word;
		int err = take32(u, &word, "a block's size");

		if (err || !word)
			return err;
		if ((word & ~BLOCK_STORED) > frame->block_max)
			return refuse(u->why, -EINVAL,
				      "lz4: a block of 0x%" PRIx64 " bytes before 0x%" PRIx64
				      ", at most 0x%" PRIx64,
				      (uint64_t)word & ~BLOCK_STORED, offset(u), frame->block_max);
		if (!span_take(&u->src, word & ~BLOCK_STORED, &packed))
			return cut_short(u, "a block");
		if (word & BLOCK_STORED)
			err = stored_block(u, packed);
		else
			err = one_block(u, frame->independent ? u->dst + u->made : begin, packed,
					frame->block_max);
		if (!err && frame->block_sums)
			err = check_sum(u, packed, "a block");
		if (err)
			return err;
	}
}

static int one_frame(struct unpack *u)
{
	uint64_t before = u->made;
	struct frame frame = { 0 };
	int err = frame_header(u, &frame);

	if (!err)
		err = frame_blocks(u, &frame);
	if (!err && frame.sized && u->made - before != frame.content)
		err = refuse(u->why, -EILSEQ,
			     "lz4: length mismatch: 0x%" PRIx64
			     " bytes unpacked, the file says 0x%" PRIx64,
			     u->made - before, frame.content);
	if (!err && frame.sum)
		err = check_sum(u, (struct span){ u->dst + before, u->made - before },
				"what was unpacked");
	return err;
}

/* Sizes and blocks up to the end; Linux's build may leave the unpacked size behind them. */
static int legacy(struct unpack *u)
{
	uint64_t before = u->made;

	while (u->src.size >= 4) {
		uint64_t size = get_le32(u->src.at);
		struct span packed;
		int err;

		if (!size || size > PACKED_MAX(LEGACY_BLOCK) ||
		    (u->src.size == 4 && size == u->made - before))
			break;
		(void)span_take(&u->src, 4, NULL);
		if (!span_take(&u->src, size, &packed))
			return cut_short(u, "a block");
		err = one_block(u, u->dst + u->made, packed, LEGACY_BLOCK);
		if (err)
			return err;
	}
	if (u->made == before)
		return refuse(u->why, -ENODATA, "lz4: there is no block behind the legacy header");
	return 0;
}

static bool skippable(uint32_t magic)
{
	return (magic & ~UINT32_C(0xf)) == MAGIC_SKIP;
}

static int skip(struct unpack *u)
{
	uint32_t size;
	int err = take32(u, &size, "a skippable frame");

	if (err)
		return err;
	return span_take(&u->src, size, NULL) ? 0 : cut_short(u, "a skippable frame");
}

int unlz4(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out, struct why *why)
{
	struct unpack u = { { src, size }, size, dst, limit, 0, why };
	bool any = false;

	while (u.src.size >= 4) {
		uint32_t magic = get_le32(u.src.at);
		int err;

		if (magic != MAGIC && magic != MAGIC_LEGACY && !skippable(magic))
			break;
		(void)span_take(&u.src, 4, NULL);
		if (magic == MAGIC)
			err = one_frame(&u);
		else if (magic == MAGIC_LEGACY)
			err = legacy(&u);
		else
			err = skip(&u);
		if (err)
			return err;
		any |= !skippable(magic);
	}
	if (!any && size < 4)
		return refuse(why, -ENODATA, "lz4: truncated: %" PRIu64 " bytes", size);
	if (!any)
		return refuse(why, -EINVAL, "lz4: bad header: begins 0x%08" PRIx32, get_le32(src));
	*out = u.made;
	return 0;
}
