// SPDX-License-Identifier: BSD-2-Clause
/*
 * Files of erofs that are packed by lz4.
 *
 * The file is cut into clusters of one size. An index has for each: HEAD, an extent begins in it,
 * at this byte, and its packed bytes are at this block; PLAIN, the same, not packed; or NONHEAD, it
 * is inside an extent whose head is so many clusters before. An extent goes to where the next
 * begins. Its packed bytes are as many blocks as the first NONHEAD behind a HEAD says, else one;
 * they end with the last block, and zeros before them fill the first; without the feature of that
 * name they begin with the first.
 * Spec: Linux' fs/erofs/erofs_fs.h
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/erofs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/pack/lz4.h"

#define MAP_HEADER	8
#define FULL_PADDING	8 /* between the header and a full index */
#define FULL_ENTRY	8
/* h_advise */
#define COMPACTED_2B	0x1
#define BIG_HEAD1	0x2
#define BIG_HEAD2	0x4
#define INLINE_TAIL	0x8
#define TURNED		0x10
#define FRAGMENT	0x20
#define ADVISE_KNOWN	0x3f

#define TYPE_PLAIN	0
#define TYPE_HEAD1	1
#define TYPE_NONHEAD	2
#define PARTIAL		0x8000 /* only a part of what it unpacks to */
#define COUNT		0x800  /* not a distance, but the extent's blocks */

#define METHOD_LZ4	0
#define LZ4_MATCH	4 /* bytes that a match has at least */

#define PACK_MAX	32    /* bytes of a compact index' group: entries, and a block's number */
#define HOPS_MAX	65536 /* clusters that one extent may be searched for or go through */

/**
 * struct cluster - an entry of the index
 * @off:    where its extent begins in it
 * @back:   NONHEAD: clusters to the head; @blocks: of the extent, or 0
 * @block:  HEAD or PLAIN: where the extent is
 * @next:   the volume's byte behind the entry, or its group
 * @part:   of HEAD: it unpacks to more
 */
struct cluster {
	bool part;
	unsigned int type;
	uint32_t off, back, blocks;
	uint64_t block, next;
};

int erofs_read_map(struct fs *fs, struct erofs_inode *i)
{
	const struct erofs *s = erofs_state(fs);
	const uint64_t at = ALIGN_UP(i->end, UINT64_C(8));
	uint8_t b[MAP_HEADER];
	int err = fs_copy(fs, at, b, sizeof(b));

	if (err)
		return err;
	i->advise = get_le16(b + 4);
	i->methods = b[6];
	i->cluster = (uint8_t)(s->bits + (b[7] & 7));
	i->tail_size = get_le16(b + 2);
	i->fragment = get_le32(b);
	if (b[7] & 0x80) { /* all of it is a fragment: nothing else is said */
		i->fragment = get_le64(b) & ~BIT(63);
		i->whole = true;
		return 0;
	}
	i->index = at + MAP_HEADER + (i->layout == EROFS_FULL ? FULL_PADDING : 0);
	if (i->advise & ~ADVISE_KNOWN)
		return refuse(fs->why, -ENOTSUP,
			      "erofs: a file is packed in a way that is not known: 0x%04x, 0x%02x",
			      i->advise, b[7]);
	return 0;
}

/* ---- the index ---- */

static int set_back(struct fs *fs, const struct erofs_inode *i, uint32_t value, struct cluster *c)
{
	c->off = 1u << i->cluster;
	c->back = value & COUNT ? 1 : value;
	c->blocks = value & COUNT ? value & (COUNT - 1) : 0;
	if (value & COUNT &&
	    ((!c->blocks && !(i->advise & FRAGMENT)) || !(i->advise & (BIG_HEAD1 | BIG_HEAD2))))
		return fs_damaged(fs, "an extent of 0x%" PRIx32 " blocks", c->blocks);
	return 0;
}

static int full_entry(struct fs *fs, const struct erofs_inode *i, uint64_t n, struct cluster *c)
{
	uint8_t b[FULL_ENTRY];
	int err = fs_copy(fs, i->index + n * FULL_ENTRY, b, sizeof(b));

	if (err)
		return err;
	*c = (struct cluster){ .type = b[0] & 3,
			       .off = get_le16(b + 2),
			       .block = get_le32(b + 4),
			       .next = i->index + (n + 1) * FULL_ENTRY };
	if (c->type == TYPE_NONHEAD)
		return set_back(fs, i, get_le16(b + 4), c);
	c->part = get_le16(b) & PARTIAL;
	return 0;
}

/** struct pack - a group of a compact index: @count entries of @bits each */
struct pack {
	uint8_t bytes[PACK_MAX + 4];
	uint64_t at;
	unsigned int count, bits, size, low;
};

static uint32_t pack_entry(const struct pack *p, unsigned int n, unsigned int *type)
{
	const unsigned int at = n * p->bits;
	const uint32_t value = get_le32(p->bytes + at / 8) >> at % 8;

	*type = value >> p->low & 3;
	return value & ((1u << p->low) - 1);
}

/* Which group has entry @n, as the @n-th of it: groups of 2 up to a multiple of 32 bytes, of 16 as
 * far as that goes, of 2 to the end. */
static int find_pack(struct fs *fs, const struct erofs_inode *i, uint64_t *n, struct pack *p)
{
	const uint64_t total = ((i->size - 1) >> i->cluster) + 1;
	const uint64_t before = (PACK_MAX - i->index % PACK_MAX) % PACK_MAX / 4;
	const uint64_t dense = i->advise & COMPACTED_2B && total > before
				       ? ALIGN_DOWN(total - before, UINT64_C(16))
				       : 0;
	const bool is_dense = *n >= before && *n - before < dense;

	if (*n >= total)
		return fs_damaged(fs, "an index past the volume's end");
	p->count = is_dense ? 16 : 2;
	p->size = is_dense ? PACK_MAX : 8;
	p->bits = (p->size - 4) * 8 / p->count;
	p->low = MAX(i->cluster, 12u);
	if (p->low > p->bits - 2)
		return fs_damaged(fs, "clusters of 2^%u bytes in a compact index", i->cluster);
	p->at = i->index;
	if (*n >= before) {
		p->at += before * 4;
		*n -= before;
		if (!is_dense && dense) {
			p->at += dense * 2;
			*n -= dense;
		}
	}
	p->at += *n / p->count * p->size;
	*n %= p->count;
	return fs_copy(fs, p->at, p->bytes, p->size);
}

/* Blocks of the group up to the head that is entry @n of it: each head before has one, or what the
 * first behind it says. */
static int blocks_before(struct fs *fs, const struct erofs_inode *i, const struct pack *p,
			 unsigned int n, uint32_t *count)
{
	const bool big = i->advise & (BIG_HEAD1 | BIG_HEAD2);
	unsigned int type;

	*count = big ? 0 : 1;
	while (n) {
		const uint32_t value = pack_entry(p, --n, &type);
		uint32_t step;

		if (type != TYPE_NONHEAD) {
			++*count;
			continue;
		}
		/* Its head is just before it, here or in the last group. */
		if (big && value & COUNT) {
			*count += value & (COUNT - 1);
			n -= n ? 1 : 0;
			continue;
		}
		/* To the head; where extents have sizes, to the entry behind it, which has it. */
		step = big ? value - 1 : value;
		if (big && value <= 1)
			return fs_damaged(fs, "an extent without a size");
		if (step > n)
			return 0;
		if (big) {
			n = n - step + 1;
			continue;
		}
		n -= step;
		++*count;
	}
	return 0;
}

static int compact_entry(struct fs *fs, const struct erofs_inode *i, uint64_t n, struct cluster *c)
{
	struct pack p = { .bytes = { 0 } };
	unsigned int type;
	uint32_t value, before;
	int err = find_pack(fs, i, &n, &p);

	if (err)
		return err;
	value = pack_entry(&p, (unsigned int)n, &type);
	*c = (struct cluster){ .type = type, .off = value, .next = p.at + p.size };
	if (type == TYPE_NONHEAD) {
		/* the last of a group tells how far the next head is; what is before it helps */
		if (!(value & COUNT) && n + 1 == p.count) {
			value = pack_entry(&p, (unsigned int)n - 1, &type);
			value = type != TYPE_NONHEAD ? 1 : value & COUNT ? 2 : value + 1;
		}
		return set_back(fs, i, value, c);
	}
	err = blocks_before(fs, i, &p, (unsigned int)n, &before);
	c->block = get_le32(p.bytes + p.size - 4) + (uint64_t)before;
	return err;
}

static int entry(struct fs *fs, const struct erofs_inode *i, uint64_t n, struct cluster *c)
{
	int err = i->layout == EROFS_FULL ? full_entry(fs, i, n, c) : compact_entry(fs, i, n, c);

	if (!err && c->type != TYPE_NONHEAD && c->off >= 1u << i->cluster)
		return fs_damaged(fs, "an extent begins at 0x%" PRIx32 " of a cluster", c->off);
	return err;
}

/* ---- extents ---- */

/* The head of the extent that byte @off is in: cluster @n. */
static int find_head(struct fs *fs, const struct erofs_inode *i, uint64_t off, uint64_t *n,
		     struct cluster *c)
{
	unsigned int hops;
	uint32_t back;
	int err;

	*n = off >> i->cluster;
	err = entry(fs, i, *n, c);
	if (err || (c->type != TYPE_NONHEAD && (off & ((1u << i->cluster) - 1)) >= c->off))
		return err;
	back = c->type == TYPE_NONHEAD ? c->back : 1;
	for (hops = 0; hops < HOPS_MAX && back && back <= *n; hops++) {
		*n -= back;
		err = entry(fs, i, *n, c);
		if (err || c->type != TYPE_NONHEAD)
			return err;
		back = c->back;
	}
	return fs_damaged(fs, "an extent without a head");
}

/* Where the extent ends, and its blocks, by what follows the head. */
static int find_end(struct fs *fs, const struct erofs_inode *i, const struct cluster *head,
		    struct erofs_extent *e)
{
	const bool big = i->advise & (head->type == TYPE_HEAD1 ? BIG_HEAD1 : BIG_HEAD2);
	const uint64_t last = (i->size - 1) >> i->cluster;
	uint64_t n, end = i->size;
	struct cluster c;
	int err;

	e->size = 1u << i->cluster;
	for (n = e->head + 1; n <= last; n++) {
		if (n - e->head > HOPS_MAX)
			return fs_damaged(fs, "an extent without an end");
		err = entry(fs, i, n, &c);
		if (err)
			return err;
		if (c.type != TYPE_NONHEAD) {
			end = MIN((n << i->cluster) + c.off, end);
			break;
		}
		if (n == e->head + 1 && big && head->type != TYPE_PLAIN) {
			if (!c.blocks && !(i->advise & FRAGMENT)) /* a fragment has none */
				return fs_damaged(fs, "an extent without a size");
			e->size = c.blocks << erofs_state(fs)->bits;
		}
	}
	e->len = end - e->begin;
	return 0;
}

static int find_extent(struct fs *fs, const struct erofs_inode *i, uint64_t off,
		       struct erofs_extent *e)
{
	struct cluster c;
	int err = find_head(fs, i, off, &e->head, &c);

	if (err)
		return err;
	e->begin = (e->head << i->cluster) + c.off;
	e->at = c.block << erofs_state(fs)->bits;
	e->stored = c.type == TYPE_PLAIN;
	e->turned = e->stored && i->advise & TURNED;
	e->part = c.part;
	e->method = c.type == TYPE_HEAD1 ? i->methods & 15 : i->methods >> 4;
	return find_end(fs, i, &c, e);
}

/* The last extent of a file may stand behind the index, or be a fragment: then a full index has the
 * rest of where it is in place of a block. */
static int find_tail(struct fs *fs, struct erofs_inode *i)
{
	struct erofs_extent e = { .id = 0 };
	struct cluster last;
	int err = entry(fs, i, (i->size - 1) >> i->cluster, &last);

	if (!err)
		err = find_extent(fs, i, i->size - 1, &e);
	if (err)
		return err;
	i->tail = e.head;
	i->tail_at = last.next;
	if (i->advise & FRAGMENT && i->layout == EROFS_FULL)
		i->fragment |= e.at >> erofs_state(fs)->bits << 32;
	return 0;
}

/* The extent of byte @off to struct erofs.extent. */
static int look(struct fs *fs, uint64_t off)
{
	struct erofs *s = erofs_state(fs);
	struct erofs_inode *i = &s->inode;
	struct erofs_extent *e = &s->extent;
	int err = 0;

	if (e->id == i->id && off >= e->begin && off - e->begin < e->len)
		return 0;
	*e = (struct erofs_extent){ .id = 0 };
	if (i->whole) {
		*e = (struct erofs_extent){
			.id = i->id, .len = i->size, .at = i->fragment, .shared = true
		};
		return 0;
	}
	if (i->advise & (INLINE_TAIL | FRAGMENT) && !i->tail_at)
		err = find_tail(fs, i);
	if (!err)
		err = find_extent(fs, i, off, e);
	if (err)
		return err;
	if (i->tail_at && e->head == i->tail) {
		e->shared = i->advise & FRAGMENT;
		e->at = e->shared ? i->fragment : i->tail_at;
		e->size = i->tail_size;
		e->turned &= e->shared;
	}
	if (e->shared) {
		e->id = i->id;
		return 0;
	}
	if (e->stored ? e->len > e->size : e->method != METHOD_LZ4) {
		static const char *const names[] = { "lz4", "lzma", "deflate", "zstd" };

		if (e->stored)
			return fs_damaged(fs, "0x%" PRIx64 " bytes are in a cluster of 0x%" PRIx32,
					  e->len, e->size);
		return refuse(fs->why, -ENOTSUP, "erofs: packed by %s, which is not built in",
			      e->method < ARRAY_SIZE(names) ? names[e->method]
							    : "what is not known");
	}
	e->id = i->id;
	return 0;
}

int erofs_shared(struct fs *fs, uint64_t *off, uint64_t *left)
{
	const struct erofs_extent *e = &erofs_state(fs)->extent;
	const int err = look(fs, *off);

	if (err || !e->shared)
		return err;
	*left = e->len - (*off - e->begin);
	*off = span_end(e->at, *off - e->begin);
	return 1;
}

int erofs_packed_run(struct fs *fs, uint64_t off, struct fs_run *run)
{
	const struct erofs_extent *e = &erofs_state(fs)->extent;
	const uint64_t in = off & ((UINT64_C(1) << erofs_state(fs)->bits) - 1);
	const int err = look(fs, off);

	if (err)
		return err;
	if (e->shared)
		return fs_damaged(fs, "a fragment of fragments");
	if (e->turned) {
		*run = (struct fs_run){
			.at = e->at + in,
			.len = MIN(e->len - (off - e->begin),
				   (UINT64_C(1) << erofs_state(fs)->bits) - in),
		};
		return 0;
	}
	*run = (struct fs_run){ .at = e->at + (off - e->begin),
				.len = e->len - (off - e->begin),
				.packed = !e->stored };
	return 0;
}

/* The extent's packed bytes, without the zeros before them; those behind them, as there were for
 * kernels before 5.4, are not known. */
static int read_packed(struct fs *fs, const struct erofs_extent *e, const uint8_t **out,
		       uint32_t *size)
{
	const struct erofs *s = erofs_state(fs);
	const uint64_t unit = fs->device->unit, begin = ALIGN_DOWN(e->at, unit);
	struct fs_segment segment = { begin, s->packed, 0 };
	const uint8_t *p;
	uint32_t left;
	int err;

	if (!e->size || e->size > s->packed_size || e->at > fs->device->size ||
	    e->size > fs->device->size - e->at)
		return fs_damaged(fs, "an extent of 0x%" PRIx32 " bytes at 0x%" PRIx64, e->size,
				  e->at);
	segment.len = ALIGN_UP(e->at + e->size, unit) - begin;
	err = fs->device->read(fs->device, &segment, 1);
	if (err)
		return err;
	p = s->packed + (e->at - begin);
	for (left = e->size; s->features & EROFS_ZERO_PADDING && left && !*p; left--)
		p++;
	*out = p;
	*size = left;
	return 0;
}

/* One of lz4's lengths: half a token's byte, and where that is 15 bytes up to one that is not 255.
 * @at: where they are looked for; left behind them */
static uint64_t take_length(const uint8_t *src, uint32_t size, unsigned int half, uint32_t *at)
{
	uint64_t length = half;
	uint8_t byte = half == 15 ? 255 : 0;

	while (byte == 255 && *at < size) {
		byte = src[(*at)++];
		length += byte;
	}
	return length;
}

/* A block of which only is known that it unpacks to @len bytes or more. */
static int unpack_some(uint8_t *dst, uint64_t len, const uint8_t *src, uint32_t size)
{
	uint64_t made = 0, n;
	uint32_t at = 0;

	while (at < size) {
		const uint8_t token = src[at++];
		uint32_t distance;

		n = MIN(take_length(src, size, token >> 4, &at), len - made);
		if (n > size - at)
			break;
		memcpy(dst + made, src + at, n);
		made += n;
		at += (uint32_t)n;
		if (made == len)
			return 0;
		if (size - at < 2)
			break;
		distance = get_le16(src + at);
		at += 2;
		n = MIN(take_length(src, size, token & 15, &at) + LZ4_MATCH, len - made);
		if (!distance || distance > made)
			break;
		for (; n; n--, made++)
			dst[made] = dst[made - distance];
		if (made == len)
			return 0;
	}
	return -EINVAL;
}

static int unpack_to(struct fs *fs, const struct erofs_extent *e, uint8_t *dst)
{
	const uint8_t *from = NULL;
	uint64_t made = 0;
	uint32_t size = 0;
	int err = read_packed(fs, e, &from, &size);

	if (err)
		return err;
	if (!IS_ENABLED(CONFIG_LZ4))
		return refuse(fs->why, -ENOTSUP, "erofs: packed by lz4, which is not built in");
	if (erofs_state(fs)->features & EROFS_ZERO_PADDING && !e->part)
		err = unlz4_block(dst, dst, e->len, from, size, &made);
	else
		err = unpack_some(dst, made = e->len, from, size);
	if (err || made != e->len)
		return fs_damaged(fs, "an extent cannot be unpacked");
	return 0;
}

int erofs_packed_bytes(struct fs *fs, uint64_t off, void *dst, uint64_t len)
{
	struct erofs *s = erofs_state(fs);
	const struct erofs_extent *e = &s->extent;
	int err = look(fs, off);

	if (err)
		return err;
	if (e->shared || e->stored)
		return fs_damaged(fs, "a fragment of fragments");
	if (off == e->begin && len == e->len)
		return unpack_to(fs, e, dst);
	if (s->kept != e->at || s->kept_len != e->len) {
		if (e->len > s->unpacked_size)
			return fs_damaged(fs, "an extent of 0x%" PRIx64 " bytes", e->len);
		s->kept = 0;
		err = unpack_to(fs, e, s->unpacked);
		if (err)
			return err;
		s->kept = e->at;
		s->kept_len = e->len;
	}
	if (len > e->len - (off - e->begin))
		return fs_damaged(fs, "an extent is cut short");
	memcpy(dst, s->unpacked + (off - e->begin), len);
	return 0;
}
