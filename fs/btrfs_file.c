// SPDX-License-Identifier: BSD-2-Clause
/*
 * Contents of btrfs' files: extents, some of them packed.
 *
 * An extent of a file is all or a part of one on the volume; what is packed is packed as a whole,
 * up to 128 KiB of it. LZO packs each sector by itself: all their bytes, then for each sector its
 * bytes and what they are; where fewer than four bytes are left of a sector of that, they are none.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/btrfs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/pack/gunzip.h"
#include "lib/pack/lzo.h"

#define INLINE_HEAD  21 /* of an extent item, then its bytes */
#define EXTENT_SIZE  53
#define TYPE_INLINE  0
#define TYPE_REGULAR 1
#define TYPE_EMPTY   2 /* room without contents */
#define LZO_HEAD     4

enum method { PACKED_NOT, PACKED_ZLIB, PACKED_LZO, PACKED_ZSTD };

/* ---- which extent ---- */

static int wrong_extent(struct fs *fs, const struct btrfs_item *item)
{
	return fs_damaged(fs, "the extent at 0x%" PRIx64 " of file %" PRIu64 " makes no sense",
			  item->key.off, item->key.id);
}

static int check_method(struct fs *fs, const uint8_t *p)
{
	if (p[17] || get_le16(p + 18))
		return refuse(fs->why, -ENOTSUP, "btrfs: a file is encrypted or encoded");
	if (p[16] > PACKED_ZSTD)
		return refuse(fs->why, -ENOTSUP,
			      "btrfs: a file is packed by method %u, which is not known", p[16]);
	if (p[16] == PACKED_ZSTD && !IS_ENABLED(CONFIG_ZSTD))
		return refuse(fs->why, -ENOTSUP,
			      "btrfs: a file is packed by zstd, which is not built in");
	return 0;
}

static int inline_extent(struct fs *fs, const struct btrfs_item *item, struct btrfs_extent *e)
{
	e->at = item->at + INLINE_HEAD;
	e->size = item->size - INLINE_HEAD;
	e->len = e->method ? e->unpacked : e->size;
	return e->len && e->len <= BTRFS_UNPACKED_MAX ? 0 : wrong_extent(fs, item);
}

static int regular_extent(struct fs *fs, const struct btrfs_item *item, struct btrfs_extent *e)
{
	const uint8_t *p = item->data;
	const uint64_t logical = get_le64(p + 21), size = get_le64(p + 29);
	const uint64_t unpacked = get_le64(p + 8);
	struct btrfs_chunk chunk;
	int err;

	e->skip = get_le64(p + 37);
	e->len = get_le64(p + 45);
	if (!e->len || e->len > UINT64_MAX - e->begin)
		return wrong_extent(fs, item);
	e->zero = !logical || p[20] == TYPE_EMPTY;
	if (e->zero)
		return 0;
	if (!span_fits(e->method ? unpacked : size, e->skip, e->len))
		return wrong_extent(fs, item);
	err = btrfs_chunk(fs, logical, false, &chunk);
	if (err)
		return err;
	if (!span_fits(chunk.len, logical - chunk.start, size))
		return fs_damaged(fs,
				  "the extent at 0x%" PRIx64 " of file %" PRIu64
				  " is not all in one chunk",
				  e->begin, e->id);
	e->at = chunk.at[0] + (logical - chunk.start);
	if (!e->method) {
		e->at += e->skip;
	} else if (!size || size > BTRFS_UNPACKED_MAX || unpacked > BTRFS_UNPACKED_MAX) {
		return wrong_extent(fs, item);
	} else {
		e->size = (uint32_t)size;
	}
	return 0;
}

static int read_extent(struct fs *fs, const struct btrfs_item *item, struct btrfs_extent *e)
{
	const uint8_t *p = item->data;
	int err;

	if (item->size <= INLINE_HEAD || p[20] > TYPE_EMPTY ||
	    (p[20] != TYPE_INLINE && item->size != EXTENT_SIZE))
		return wrong_extent(fs, item);
	err = check_method(fs, p);
	if (err)
		return err;
	e->begin = item->key.off;
	e->method = p[16];
	e->unpacked = (uint32_t)MIN(get_le64(p + 8), (uint64_t)UINT32_MAX);
	return p[20] == TYPE_INLINE ? inline_extent(fs, item, e) : regular_extent(fs, item, e);
}

/* The extent of byte @off, or the hole, to struct btrfs_work.extent. */
static int look(struct fs *fs, const struct fs_node *node, uint64_t off)
{
	struct btrfs_extent *e = &btrfs_state(fs)->work->extent;
	const struct btrfs_key key = { node->id, off, BTRFS_EXTENT_DATA };
	struct btrfs_root root;
	struct btrfs_item item;
	int err;

	if (e->id == node->id && e->tree == node->aux && off >= e->begin && off - e->begin < e->len)
		return 0;
	*e = (struct btrfs_extent){ .tree = node->aux };
	err = btrfs_tree(fs, node->aux, &root);
	if (!err)
		err = btrfs_at_most(fs, &root, &key, &item);
	if (!err && item.key.id == key.id && item.key.type == key.type) {
		err = read_extent(fs, &item, e);
		if (err || off - e->begin < e->len)
			goto out;
	}
	/* none: it is a hole, up to the next or to the end */
	*e = (struct btrfs_extent){
		.tree = node->aux, .begin = off, .len = node->size - off, .zero = true
	};
	if (err >= 0)
		err = btrfs_at_least(fs, &root, &key, &item);
	if (!err && item.key.id == key.id && item.key.type == key.type)
		e->len = MIN(e->len, item.key.off - off);
	err = err > 0 ? 0 : err;
out:
	e->id = err ? 0 : node->id;
	return err;
}

int btrfs_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	const struct btrfs_extent *e = &btrfs_state(fs)->work->extent;
	const int err = look(fs, node, off);

	if (err)
		return err;
	*run = (struct fs_run){ .at = e->at + (off - e->begin),
				.len = e->len - (off - e->begin),
				.zero = e->zero,
				.packed = e->method && !e->zero };
	return 0;
}

/* ---- unpacking ---- */

static int unpack_lzo(struct fs *fs, uint8_t *dst, uint32_t limit, const uint8_t *src,
		      uint32_t size, uint64_t *made)
{
	const uint32_t sector = btrfs_state(fs)->sector;
	struct span left, part;
	uint64_t out;
	int err = size < LZO_HEAD ? -EINVAL : 0;

	*made = 0;
	if (err || get_le32(src) < LZO_HEAD || get_le32(src) > size)
		return -EINVAL;
	left = (struct span){ src + LZO_HEAD, get_le32(src) - LZO_HEAD };
	while (!err && left.size && *made < limit) {
		const uint32_t before = sector - (uint32_t)(left.at - src) % sector;

		if (before < LZO_HEAD && !span_take(&left, before, NULL))
			break;
		if (!span_take(&left, LZO_HEAD, &part) ||
		    !span_take(&left, get_le32(part.at), &part))
			return -EINVAL;
		err = unlzo(dst + *made, MIN(sector, limit - *made), part.at, part.size, &out);
		*made += out;
	}
	return err;
}

/* Exactly as much as the extent says: what it does not have is zero. */
static int unpack_to(struct fs *fs, const struct btrfs_extent *e, uint8_t *dst)
{
	struct btrfs_work *w = btrfs_state(fs)->work;
	const uint64_t unit = fs->device->unit, begin = ALIGN_DOWN(e->at, unit);
	const struct fs_segment segment = { begin, w->packed,
					    ALIGN_UP(e->at + e->size, unit) - begin };
	const uint8_t *src = w->packed + (e->at - begin);
	uint64_t made = 0;
	struct why why;
	int err;

	if (!span_fits(fs->device->size, e->at, e->size))
		return fs_damaged(fs, "a file's bytes at 0x%" PRIx64 " are past the volume's end",
				  e->at);
	err = fs->device->read(fs->device, &segment, 1);
	if (err)
		return err;
	if (e->method == PACKED_ZLIB)
		err = unzlib(dst, e->unpacked, src, e->size, &made, &why);
	else if (e->method == PACKED_LZO)
		err = unpack_lzo(fs, dst, e->unpacked, src, e->size, &made);
	else if (IS_ENABLED(CONFIG_ZSTD))
		err = unzstd(&w->zstd, dst, e->unpacked, src, e->size, &made, &why);
	if (err)
		return fs_damaged(fs, "an extent of file %" PRIu64 " cannot be unpacked", e->id);
	memset(dst + made, 0, e->unpacked - made);
	return 0;
}

int btrfs_unpack(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst, uint64_t len)
{
	struct btrfs_work *w = btrfs_state(fs)->work;
	const struct btrfs_extent *e = &w->extent;
	int err = look(fs, node, off);

	if (err)
		return err;
	if (off == e->begin && !e->skip && len == e->unpacked)
		return unpack_to(fs, e, dst);
	if (w->kept != e->at) {
		w->kept = 0;
		err = unpack_to(fs, e, w->unpacked);
		if (err)
			return err;
		w->kept = e->at;
	}
	if (len > e->len - (off - e->begin) ||
	    !span_fits(e->unpacked, e->skip + (off - e->begin), len))
		return fs_damaged(fs, "an extent of file %" PRIu64 " is cut short", e->id);
	memcpy(dst, w->unpacked + e->skip + (off - e->begin), len);
	return 0;
}
