// SPDX-License-Identifier: BSD-2-Clause
/*
 * btrfs' trees: chunks, blocks, the way to a key.
 *
 * A block is believed only when its checksum is right and it says of itself what the block above it
 * says: where it is, of which level and generation, and its first key.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/btrfs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/hash/crc32c.h"
#include "lib/hash/sha256.h"
#include "lib/hash/xxhash.h"

#define HEADER	     101 /* of a block; then items, or the blocks of the next level */
#define ITEM_SIZE    25
#define POINTER_SIZE 33
#define KEY_SIZE     17

#define CHUNK_HEAD    48 /* then a stripe for each copy, or each device */
#define STRIPE_SIZE   32
#define PROFILES_FROM 3 /* bits of a chunk's type: 3 RAID0, 4 RAID1, 5 DUP, ... */
#define DUP	      32

/** struct expected - what is known of a block before it is read; @key: its first, or NULL */
struct expected {
	uint64_t logical, generation;
	unsigned int level;
	const struct btrfs_key *key;
	bool system;
};

/** struct path - where a way down a tree ended: @count items of the leaf in @slot are at most the
 * key; @right: the first key of what stands beside that leaf, if there is any */
struct path {
	unsigned int slot;
	uint32_t count;
	bool has_right;
	struct btrfs_key right;
};

/* ---- checksums ---- */

enum sum { SUM_CRC32C, SUM_XXHASH, SUM_SHA256 };

unsigned int btrfs_sum_size(unsigned int kind)
{
	static const uint8_t sizes[] = { 4, 8, 32 };

	return kind < ARRAY_SIZE(sizes) ? sizes[kind] : 0;
}

bool btrfs_sum_right(unsigned int kind, const uint8_t *block, uint32_t size)
{
	const uint8_t *from = block + BTRFS_CSUM_SIZE;
	uint8_t digest[SHA256_SIZE];

	size -= BTRFS_CSUM_SIZE;
	switch ((enum sum)kind) {
	case SUM_CRC32C:
		return get_le32(block) == ~crc32c(~0u, from, size);
	case SUM_XXHASH:
		return get_le64(block) == xxh64(from, size);
	case SUM_SHA256:
		sha256(from, size, digest);
		return !memcmp(block, digest, sizeof(digest));
	}
	return false;
}

/* ---- keys ---- */

static struct btrfs_key get_key(const uint8_t *p)
{
	return (struct btrfs_key){ .id = get_le64(p), .type = p[8], .off = get_le64(p + 9) };
}

static int compare(const struct btrfs_key *a, const struct btrfs_key *b)
{
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return a->off == b->off ? 0 : a->off < b->off ? -1 : 1;
}

/* ---- chunks ---- */

static int wrong_chunk(struct fs *fs, uint64_t logical)
{
	return fs_damaged(fs, "the chunk at 0x%" PRIx64 " makes no sense", logical);
}

static int check_profile(struct fs *fs, uint64_t type, unsigned int stripes, unsigned int *copies)
{
	static const char *const names[] = { "RAID0",  "RAID1", "DUP",	   "RAID10",
					     "RAID5",  "RAID6", "RAID1C3", "RAID1C4" };
	const uint64_t profile = type >> PROFILES_FROM;

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (profile & BIT(i) && BIT(i) << PROFILES_FROM != DUP)
			return refuse(fs->why, -ENOTSUP,
				      "btrfs: a chunk is %s, and only one device is read",
				      names[i]);
	if (profile >> ARRAY_SIZE(names))
		return refuse(fs->why, -ENOTSUP,
			      "btrfs: a chunk of type 0x%" PRIx64 " is not known", type);
	*copies = type & DUP ? 2 : 1;
	return stripes == *copies ? 0 : -EBADMSG;
}

static int read_chunk(struct fs *fs, uint64_t start, const uint8_t *p, uint32_t size,
		      struct btrfs_chunk *c)
{
	const struct btrfs *s = btrfs_state(fs);
	unsigned int stripes, i;
	int err;

	if (size < CHUNK_HEAD)
		return wrong_chunk(fs, start);
	stripes = get_le16(p + 44);
	*c = (struct btrfs_chunk){ .start = start, .len = get_le64(p) };
	err = check_profile(fs, get_le64(p + 24), stripes, &c->copies);
	if (err == -EBADMSG || size - CHUNK_HEAD != stripes * (uint32_t)STRIPE_SIZE || !c->len ||
	    c->len > UINT64_MAX - start)
		return wrong_chunk(fs, start);
	for (i = 0; !err && i < c->copies; i++) {
		const uint8_t *stripe = p + CHUNK_HEAD + i * STRIPE_SIZE;

		c->at[i] = get_le64(stripe + 8);
		if (get_le64(stripe) != s->device)
			return refuse(fs->why, -ENOTSUP,
				      "btrfs: the chunk at 0x%" PRIx64 " is on device %" PRIu64
				      ", and this is %" PRIu64,
				      start, get_le64(stripe), s->device);
		if (!span_fits(fs->device->size, c->at[i], c->len))
			return fs_damaged(fs, "the chunk at 0x%" PRIx64 " is past the volume's end",
					  start);
	}
	return err;
}

/* Among those that the superblock has; 1: it is not there. */
static int system_chunk(struct fs *fs, uint64_t logical, struct btrfs_chunk *c)
{
	const struct btrfs_work *w = btrfs_state(fs)->work;
	struct span left = { w->system, w->system_size }, head, rest;

	while (left.size) {
		struct btrfs_key key;
		int err;

		if (!span_take(&left, KEY_SIZE, &head) || !span_cut(&left, 0, CHUNK_HEAD, &rest) ||
		    !span_take(&left, CHUNK_HEAD + get_le16(rest.at + 44) * (uint64_t)STRIPE_SIZE,
			       &rest))
			return fs_damaged(fs, "the superblock's chunks are cut short");
		key = get_key(head.at);
		if (key.id != BTRFS_CHUNK_ID || key.type != BTRFS_CHUNK_ITEM)
			return wrong_chunk(fs, key.off);
		if (logical < key.off)
			continue;
		err = read_chunk(fs, key.off, rest.at, (uint32_t)rest.size, c);
		if (err || logical - c->start < c->len)
			return err;
	}
	return 1;
}

int btrfs_chunk(struct fs *fs, uint64_t logical, bool system, struct btrfs_chunk *chunk)
{
	struct btrfs *s = btrfs_state(fs);
	struct btrfs_work *w = s->work;
	const struct btrfs_key key = { BTRFS_CHUNK_ID, logical, BTRFS_CHUNK_ITEM };
	struct btrfs_item item;
	int err;

	for (unsigned int i = 0; i < BTRFS_CHUNKS; i++) {
		*chunk = w->chunk[i];
		if (chunk->copies && logical >= chunk->start && logical - chunk->start < chunk->len)
			return 0;
	}
	err = system_chunk(fs, logical, chunk);
	if (err == 1 && !system) {
		err = btrfs_at_most(fs, &s->chunks, &key, &item);
		if (!err && (item.key.id != key.id || item.key.type != key.type))
			err = 1;
		if (!err)
			err = read_chunk(fs, item.key.off, item.data, item.size, chunk);
		if (!err && logical - chunk->start >= chunk->len)
			err = 1;
	}
	if (err == 1)
		return fs_damaged(fs, "no chunk has the address 0x%" PRIx64, logical);
	if (!err)
		w->chunk[w->next_chunk++ % BTRFS_CHUNKS] = *chunk;
	return err;
}

/* ---- blocks ---- */

static uint8_t *block_of(struct fs *fs, unsigned int slot)
{
	const struct btrfs *s = btrfs_state(fs);

	return s->nodes + (size_t)slot * s->node;
}

static unsigned int level_of(const uint8_t *block)
{
	return block[100];
}

static uint32_t count_of(const uint8_t *block)
{
	return get_le32(block + 96);
}

static uint32_t step_of(const uint8_t *block)
{
	return level_of(block) ? POINTER_SIZE : ITEM_SIZE;
}

static struct btrfs_key key_of(const uint8_t *block, uint32_t n)
{
	return get_key(block + HEADER + n * step_of(block));
}

/* All that is looked at without a second look: how many there are, their order, where items lie. */
static bool block_makes_sense(const struct btrfs *s, const uint8_t *block, uint64_t logical)
{
	const uint32_t room = s->node - HEADER, count = count_of(block);
	struct btrfs_key last, key;

	if (get_le64(block + 48) != logical || memcmp(block + 32, s->fsid, sizeof(s->fsid)) ||
	    level_of(block) >= BTRFS_LEVELS || count > room / step_of(block) ||
	    (level_of(block) && !count))
		return false;
	for (uint32_t i = 0; i < count; i++, last = key) {
		const uint8_t *item = block + HEADER + i * ITEM_SIZE;

		key = key_of(block, i);
		if (i && compare(&last, &key) >= 0)
			return false;
		if (!level_of(block) &&
		    (get_le32(item + 17) < count * ITEM_SIZE ||
		     !span_fits(room, get_le32(item + 17), get_le32(item + 21))))
			return false;
	}
	return true;
}

/* The first copy that is whole. */
static int fetch(struct fs *fs, const struct expected *want, unsigned int slot)
{
	struct btrfs *s = btrfs_state(fs);
	struct btrfs_work *w = s->work;
	struct btrfs_chunk chunk;
	int err = btrfs_chunk(fs, want->logical, want->system, &chunk);

	if (err)
		return err;
	w->slot[slot].used = 0;
	for (unsigned int i = 0; i < chunk.copies; i++) {
		const uint64_t in = want->logical - chunk.start;
		const struct fs_segment segment = { chunk.at[i] + in, block_of(fs, slot), s->node };

		if (!span_fits(chunk.len, in, s->node) ||
		    segment.at % MAX(fs->device->unit, s->sector))
			return fs_damaged(fs, "a tree's block at 0x%" PRIx64, want->logical);
		err = fs->device->read(fs->device, &segment, 1);
		if (err)
			continue;
		if (!btrfs_sum_right(s->sum, segment.dst, s->node))
			err = fs_damaged(fs,
					 "the checksum of a tree's block at 0x%" PRIx64 " is wrong",
					 want->logical);
		else if (!block_makes_sense(s, segment.dst, want->logical))
			err = fs_damaged(fs, "a tree's block at 0x%" PRIx64 " makes no sense",
					 want->logical);
		w->slot[slot].logical = want->logical;
		w->slot[slot].at = segment.at;
		if (!err)
			return 0;
	}
	return err;
}

static int load(struct fs *fs, const struct expected *want, unsigned int *slot)
{
	struct btrfs_work *w = btrfs_state(fs)->work;
	struct btrfs_key first;
	const uint8_t *block;
	unsigned int i, oldest = 0;
	int err;

	for (i = 0; i < BTRFS_SLOTS; i++) {
		if (w->slot[i].used && w->slot[i].logical == want->logical)
			break;
		if (w->slot[i].used < w->slot[oldest].used)
			oldest = i;
	}
	if (i == BTRFS_SLOTS) {
		i = oldest;
		/* the way to its chunk must not take the slot */
		w->slot[i].used = UINT64_MAX;
		err = fetch(fs, want, i);
		if (err) {
			w->slot[i].used = 0;
			return err;
		}
	}
	w->slot[i].used = ++w->clock;
	*slot = i;
	block = block_of(fs, i);
	first = key_of(block, 0);
	if (level_of(block) != want->level || get_le64(block + 80) != want->generation ||
	    (want->key && (!count_of(block) || compare(&first, want->key))))
		return fs_damaged(fs,
				  "a tree's block at 0x%" PRIx64
				  " is not the one that is looked for",
				  want->logical);
	return 0;
}

/* ---- the way to a key ---- */

/* How many keys of the block are at most this one. */
static uint32_t rank(const uint8_t *block, const struct btrfs_key *key)
{
	uint32_t low = 0, high = count_of(block);

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		const struct btrfs_key at = key_of(block, middle);

		if (compare(&at, key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int descend(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		   struct path *path)
{
	struct expected want = { .logical = root->at,
				 .generation = root->generation,
				 .level = root->level,
				 .system = root == &btrfs_state(fs)->chunks };
	struct btrfs_key first;

	path->has_right = false;
	for (;;) {
		const uint8_t *block, *pointer;
		uint32_t n;
		int err = load(fs, &want, &path->slot);

		if (err)
			return err;
		block = block_of(fs, path->slot);
		n = rank(block, key);
		path->count = n;
		if (!want.level)
			return 0;
		n += !n; /* what is before all keys: down to the first */
		if (n < count_of(block)) {
			path->has_right = true;
			path->right = key_of(block, n);
		}
		pointer = block + HEADER + (n - 1) * POINTER_SIZE;
		first = get_key(pointer);
		want.key = &first;
		want.logical = get_le64(pointer + KEY_SIZE);
		want.generation = get_le64(pointer + KEY_SIZE + 8);
		want.level--;
	}
}

static void set_item(struct fs *fs, unsigned int slot, uint32_t n, struct btrfs_item *item)
{
	const uint8_t *block = block_of(fs, slot), *p = block + HEADER + n * ITEM_SIZE;
	const uint32_t off = HEADER + get_le32(p + KEY_SIZE);

	*item = (struct btrfs_item){ .key = get_key(p),
				     .data = block + off,
				     .size = get_le32(p + KEY_SIZE + 4),
				     .at = btrfs_state(fs)->work->slot[slot].at + off };
}

int btrfs_at_most(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		  struct btrfs_item *item)
{
	struct path path;
	int err = descend(fs, root, key, &path);

	if (err || !path.count)
		return err ? err : 1;
	set_item(fs, path.slot, path.count - 1, item);
	return 0;
}

int btrfs_at_least(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		   struct btrfs_item *item)
{
	struct path path;
	struct btrfs_key right;
	int err = descend(fs, root, key, &path);

	if (err)
		return err;
	if (path.count) {
		set_item(fs, path.slot, path.count - 1, item);
		if (!compare(&item->key, key))
			return 0;
	}
	if (path.count < count_of(block_of(fs, path.slot))) {
		set_item(fs, path.slot, path.count, item);
		return 0;
	}
	if (!path.has_right)
		return 1;
	right = path.right;
	err = btrfs_at_most(fs, root, &right, item);
	if (!err && compare(&item->key, &right))
		err = fs_damaged(fs, "a tree at 0x%" PRIx64 " is not in order", root->at);
	return err;
}

int btrfs_exactly(struct fs *fs, const struct btrfs_root *root, const struct btrfs_key *key,
		  struct btrfs_item *item)
{
	const int err = btrfs_at_most(fs, root, key, item);

	return err ? err : compare(&item->key, key) != 0;
}

/* ---- subvolumes ---- */

int btrfs_tree(struct fs *fs, uint64_t id, struct btrfs_root *root)
{
	struct btrfs *s = btrfs_state(fs);
	struct btrfs_work *w = s->work;
	const struct btrfs_key key = { id, UINT64_MAX, BTRFS_ROOT_ITEM };
	struct btrfs_item item;
	unsigned int i;
	int err;

	for (i = 0; i < BTRFS_TREES; i++) {
		*root = w->tree[i].root;
		if (w->tree[i].id == id)
			return 0;
	}
	err = btrfs_at_most(fs, &s->roots, &key, &item);
	if (err || item.key.id != id || item.key.type != key.type)
		return err < 0 ? err : fs_damaged(fs, "there is no subvolume %" PRIu64, id);
	if (item.size < BTRFS_ROOT_SIZE || item.data[238] >= BTRFS_LEVELS)
		return fs_damaged(fs, "subvolume %" PRIu64 " has no root", id);
	*root = (struct btrfs_root){ .at = get_le64(item.data + 176),
				     .generation = get_le64(item.data + 160),
				     .level = item.data[238] };
	i = w->next_tree++ % BTRFS_TREES;
	w->tree[i].id = id;
	w->tree[i].root = *root;
	return 0;
}
