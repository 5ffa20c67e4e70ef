// SPDX-License-Identifier: BSD-2-Clause
/* ext2, ext3, ext4: inodes, and which blocks are a file's. */
#include "fs/ext4.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/hash/crc32c.h"

#define SUPER_AT       1024

#define EXTENT_MAGIC   0xf30a
#define EXTENT_SIZE    12
#define EXTENT_LEN_MAX 32768 /* more: not written yet, reads as zero */

int ext4_sum(struct fs *fs, uint32_t seed, uint64_t at, uint64_t len, uint32_t *sum)
{
	while (len) {
		const uint64_t part = MIN(len, FS_PIECE - at % FS_PIECE);
		const uint8_t *p;
		int err = fs_get(fs, at, part, &p);

		if (err)
			return err;
		seed = crc32c(seed, p, part);
		at += part;
		len -= part;
	}
	*sum = seed;
	return 0;
}

struct ext4_moved *ext4_moved_of(const struct ext4 *e, uint64_t block)
{
	uint32_t i = (uint32_t)(block * 0x9e3779b1u) & e->moved_mask;

	while (e->moved[i].block && e->moved[i].block != block + 1)
		i = (i + 1) & e->moved_mask;
	return &e->moved[i];
}

static bool find_moved(const struct ext4 *e, uint64_t block, uint64_t *at, bool *escaped)
{
	const struct ext4_moved *m = ext4_moved_of(e, block);

	*escaped = false;
	if (!m->block || !m->at)
		return false;
	*at = m->at;
	*escaped = m->escaped;
	return true;
}

/* @escaped: the copy that the journal has begins with zeros where the block has its magic */
static int find_block(struct fs *fs, uint64_t block, uint64_t *at, bool *escaped)
{
	const struct ext4 *e = ext4_state(fs);

	*escaped = false;
	if (block >= e->blocks)
		return fs_damaged(fs, "block %" PRIu64 " of %" PRIu64, block, e->blocks);
	*at = block << e->shift;
	if (e->moved && find_moved(e, block, at, escaped) && *escaped &&
	    !IS_ENABLED(CONFIG_FS_EXT4_JOURNAL))
		return refuse(fs->why, -ENOTSUP,
			      "ext4: block %" PRIu64
			      " is escaped in the journal: mount it once in Linux",
			      block);
	return 0;
}

int ext4_block(struct fs *fs, uint64_t block, uint64_t *at)
{
	bool escaped;
	int err = find_block(fs, block, at, &escaped);

	/* of contents only: nothing else begins like that */
	if (!IS_ENABLED(CONFIG_FS_EXT4_JOURNAL) || err || !escaped)
		return err;
	return fs_damaged(fs, "block %" PRIu64 " is the journal's own", block);
}

/* ---- inodes ---- */

static bool is_power_of(uint32_t x, uint32_t base)
{
	while (x % base == 0)
		x /= base;
	return x == 1;
}

/* A group with a copy of the superblock has the descriptors behind it. */
static bool has_super(const struct ext4 *e, uint32_t group)
{
	if (group <= 1 || !(e->ro_compat & 1))
		return true;
	return is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
}

static int descriptor_at(struct fs *fs, uint32_t group, uint64_t *at)
{
	const struct ext4 *e = ext4_state(fs);
	const uint32_t per_block = ext4_block_size(e) / e->desc_size;
	const uint32_t meta = group / per_block;
	/* Behind the superblock's block, which need not be the first group's first (bigalloc). */
	uint64_t block = (uint64_t)(SUPER_AT >> e->shift) + 1 + meta;
	int err;

	if (e->incompat & EXT4_INCOMPAT_META_BG && meta >= e->first_meta_bg) {
		block = e->first_block + (uint64_t)meta * per_block * e->blocks_per_group;
		block += meta ? has_super(e, meta * per_block)
			      : 1u + !e->first_block * (e->shift == 10);
	}
	err = ext4_block(fs, block, at);
	*at += (uint64_t)(group % per_block) * e->desc_size;
	return err;
}

static int check_descriptor(struct fs *fs, uint32_t group, const uint8_t *d)
{
	const struct ext4 *e = ext4_state(fs);
	const uint8_t number[] = { (uint8_t)group, (uint8_t)(group >> 8), (uint8_t)(group >> 16),
				   (uint8_t)(group >> 24) };
	uint32_t sum;

	if (!(e->ro_compat & EXT4_RO_METADATA_CSUM))
		return 0;
	sum = crc32c(e->seed, number, 4);
	sum = crc32c(sum, d, 0x1e);
	sum = crc32c(sum, "\0", 2);
	sum = crc32c(sum, d + 0x20, e->desc_size - 0x20);
	if ((sum & 0xffff) != get_le16(d + 0x1e))
		return fs_damaged(fs, "the checksum of group %" PRIu32 " is wrong", group);
	return 0;
}

/* Where a group's inodes begin: e->table. A folder's files lie in few groups, one after another. */
static int find_table(struct fs *fs, uint32_t group)
{
	struct ext4 *e = ext4_state(fs);
	const uint8_t *d;
	uint64_t table, at;
	int err;

	if (e->table_group == group + 1)
		return 0;
	err = descriptor_at(fs, group, &at);
	if (!err)
		err = fs_get(fs, at, e->desc_size, &d);
	if (!err)
		err = check_descriptor(fs, group, d);
	if (err)
		return err;
	table = get_le32(d + 8);
	if (e->desc_size >= 64)
		table |= (uint64_t)get_le32(d + 0x28) << 32;
	if (table >= e->blocks)
		return fs_damaged(fs, "group %" PRIu32 "'s inodes are in block %" PRIu64, group,
				  table);
	e->table = table;
	e->table_group = group + 1;
	return 0;
}

static int inode_at(struct fs *fs, uint32_t number, uint64_t *at)
{
	const struct ext4 *e = ext4_state(fs);
	const uint32_t group = (number - 1) / e->inodes_per_group;
	const uint64_t off = (uint64_t)((number - 1) % e->inodes_per_group) * e->inode_size;
	int err;

	if (!number || number > e->inodes || group >= e->groups)
		return fs_damaged(fs, "inode %" PRIu32 " of %" PRIu32, number, e->inodes);
	err = find_table(fs, group);
	if (err)
		return err;
	err = ext4_block(fs, e->table + (off >> e->shift), at);
	*at += off & (ext4_block_size(e) - 1);
	return err;
}

/* The checksum itself lies in it in two parts, which count as zero. */
static int check_inode(struct fs *fs, uint32_t number, const uint8_t *i, uint32_t *seed)
{
	const struct ext4 *e = ext4_state(fs);
	const uint32_t size = e->inode_size;
	const bool wide = size > 128 && get_le16(i + 0x80) >= 4;
	const uint64_t none = ~((uint64_t)0xffff << 32), none_wide = ~((uint64_t)0xffff << 16);
	uint8_t part[16];
	uint32_t sum, stored = get_le16(i + 0x7c);

	if (!(e->ro_compat & EXT4_RO_METADATA_CSUM))
		return 0;
	put_le64(part, number | (uint64_t)get_le32(i + 0x64) << 32);
	*seed = crc32c(e->seed, part, 8);
	sum = crc32c(*seed, i, 0x78);
	put_le64(part, get_le64(i + 0x78) & none);
	if (size > 128)
		put_le64(part + 8, get_le64(i + 0x80) & (wide ? none_wide : UINT64_MAX));
	if (wide)
		stored |= (uint32_t)get_le16(i + 0x82) << 16;
	sum = crc32c(sum, part, size > 128 ? 16 : 8);
	if (size > 0x88)
		sum = crc32c(sum, i + 0x88, size - 0x88);
	if ((wide ? sum : sum & 0xffff) != stored)
		return fs_damaged(fs, "the checksum of inode %" PRIu32 " is wrong", number);
	return 0;
}

int ext4_get_inode(struct fs *fs, uint32_t number, struct ext4_raw *raw)
{
	int err = inode_at(fs, number, &raw->at);

	if (!err)
		err = fs_get(fs, raw->at, ext4_state(fs)->inode_size, &raw->bytes);
	if (err)
		return err;
	raw->mode = get_le16(raw->bytes);
	raw->size = get_le32(raw->bytes + 4) | (uint64_t)get_le32(raw->bytes + 0x6c) << 32;
	raw->seed = 0;
	return check_inode(fs, number, raw->bytes, &raw->seed);
}

/* The attribute system.data, in the inode behind its fields: inline data's part beyond i_block. */
static void find_inline(struct ext4 *e, const uint8_t *i)
{
	const uint32_t begin = e->inode_size > 128 ? 128u + get_le16(i + 0x80) + 4 : ~0u;
	uint32_t at = begin;

	if (begin > e->inode_size || begin < 132 || get_le32(i + begin - 4) != 0xea020000)
		return;
	while (span_fits(e->inode_size, at, 16) && get_le32(i + at)) {
		const uint32_t name_len = i[at], value = get_le16(i + at + 2);
		const uint32_t len = get_le32(i + at + 8);

		if (name_len == 4 && i[at + 1] == 7 && span_fits(e->inode_size, at, 20) &&
		    !memcmp(i + at + 16, "data", 4) && !get_le32(i + at + 4) &&
		    value <= e->inode_size - begin && len <= e->inode_size - begin - value) {
			e->inode->inline_at = e->inode->at + begin + value;
			e->inode->inline_len = len;
			return;
		}
		at += ALIGN_UP(16 + name_len, 4u);
	}
}

int ext4_load_inode(struct fs *fs, uint32_t number)
{
	struct ext4 *e = ext4_state(fs);
	struct ext4_inode *in = e->inode, *other = &e->kept[in == e->kept];
	struct ext4_raw raw;
	int err;

	if (in->number == number)
		return 0;
	if (other->number == number) {
		e->inode = other;
		return 0;
	}
	if (in->number && in->mode >> 12 == 4) /* a folder whose names are looked at */
		in = other;
	in->number = 0;
	e->inode = in;
	err = ext4_get_inode(fs, number, &raw);
	if (err)
		return err;
	*in = (struct ext4_inode){
		.number = number,
		.flags = get_le32(raw.bytes + 0x20),
		.seed = raw.seed,
		.mode = raw.mode,
		.size = raw.size,
		.at = raw.at,
	};
	memcpy(in->map, raw.bytes + 0x28, EXT4_BLOCK_MAP);
	if (in->flags & EXT4_FL_INLINE)
		find_inline(e, raw.bytes);
	return 0;
}

/* ---- which blocks are a file's ---- */

/** struct found - @count blocks from the wanted one on are @block and on, or a hole (0) */
struct found {
	uint64_t block, count;
};

static int check_extents(struct fs *fs, uint64_t at, uint32_t max, unsigned int level)
{
	struct ext4 *e = ext4_state(fs);
	uint8_t stored[4];
	uint32_t sum;
	int err;

	if (!(e->ro_compat & EXT4_RO_METADATA_CSUM) || e->inode->verified[level] == at)
		return 0;
	err = ext4_sum(fs, e->inode->seed, at, (uint64_t)EXTENT_SIZE * (max + 1), &sum);
	if (!err)
		err = fs_copy(fs, at + (uint64_t)EXTENT_SIZE * (max + 1), stored, 4);
	if (!err && sum != get_le32(stored))
		return fs_damaged(fs,
				  "the checksum of an extent block of inode %" PRIu32 " is wrong",
				  e->inode->number);
	e->inode->verified[level] = at;
	return err;
}

/** struct level - one node of a tree of extents */
struct level {
	const uint8_t *root; /* in the inode; NULL: at @at */
	uint64_t at;
	uint32_t entries, depth;
	uint8_t cut
		[EXTENT_SIZE]; /* an entry that lies in two pieces, as blocks above FS_PIECE have */
};

static int get_extent(struct fs *fs, struct level *l, uint32_t n, const uint8_t **out)
{
	const uint64_t at = l->at + (uint64_t)EXTENT_SIZE * (n + 1);

	if (!l->root && at % FS_PIECE > FS_PIECE - EXTENT_SIZE) {
		*out = l->cut;
		return fs_copy(fs, at, l->cut, EXTENT_SIZE);
	}
	if (!l->root)
		return fs_get(fs, at, EXTENT_SIZE, out);
	*out = l->root + (size_t)EXTENT_SIZE * (n + 1);
	return 0;
}

/* The last entry that begins at @block or before; -1: none. All are sorted, or nothing is found. */
static int search_level(struct fs *fs, struct level *l, uint32_t block, int64_t *out)
{
	uint32_t low = 0, high = l->entries;

	while (low < high) {
		const uint32_t middle = (low + high) / 2;
		const uint8_t *x;
		int err = get_extent(fs, l, middle, &x);

		if (err)
			return err;
		if (get_le32(x) <= block)
			low = middle + 1;
		else
			high = middle;
	}
	*out = (int64_t)low - 1;
	return 0;
}

static int read_level(struct fs *fs, struct level *l, uint32_t depth, bool top)
{
	const struct ext4 *e = ext4_state(fs);
	const uint32_t room = (l->root ? EXT4_BLOCK_MAP : ext4_block_size(e)) / EXTENT_SIZE - 1;
	uint32_t max;
	const uint8_t *h;
	int err = 0;

	if (l->root)
		h = l->root;
	else
		err = fs_get(fs, l->at, EXTENT_SIZE, &h);
	if (err)
		return err;
	l->entries = get_le16(h + 2);
	max = get_le16(h + 4);
	l->depth = get_le16(h + 6);
	if (get_le16(h) != EXTENT_MAGIC || l->entries > max || max > room ||
	    (top ? l->depth > EXT4_EXTENT_DEPTH : l->depth != depth))
		return fs_damaged(fs, "the extents of inode %" PRIu32 " are no tree",
				  e->inode->number);
	return l->root ? 0 : check_extents(fs, l->at, max, l->depth);
}

/* What a leaf says of @block; entry @n begins at it or before. */
static int read_leaf(struct fs *fs, struct level *l, int64_t n, uint32_t block, uint64_t limit,
		     struct found *found)
{
	const uint8_t *x;
	int err;

	if (n >= 0) {
		uint64_t len, inside;

		err = get_extent(fs, l, (uint32_t)n, &x);
		if (err)
			return err;
		len = get_le16(x + 4);
		inside = block - get_le32(x);
		found->block = (uint64_t)get_le16(x + 6) << 32 | get_le32(x + 8);
		if (len > EXTENT_LEN_MAX) {
			len -= EXTENT_LEN_MAX;
			found->block = 0;
		}
		if (inside < len) {
			found->count = len - inside;
			found->block += found->block ? inside : 0;
			return 0;
		}
	}
	if (n < (int64_t)l->entries - 1) {
		err = get_extent(fs, l, (uint32_t)(n + 1), &x);
		if (err)
			return err;
		limit = get_le32(x);
	}
	*found = (struct found){ 0, limit - block };
	return limit > block ? 0
			     : fs_damaged(fs, "the extents of inode %" PRIu32 " are not sorted",
					  ext4_state(fs)->inode->number);
}

/* Where a file is read from its begin to its end, its next block is there, or in the next entry. */
static int find_near(struct fs *fs, uint32_t block, struct found *found)
{
	struct ext4_inode *i = ext4_state(fs)->inode;
	struct ext4_leaf *leaf = &i->leaf;
	struct level l = { .root = leaf->at ? NULL : i->map,
			   .at = leaf->at,
			   .entries = leaf->entries };
	const uint8_t *x;
	unsigned int step;
	int err;

	for (step = 0; step < 2 && leaf->n < leaf->entries; step++) {
		err = get_extent(fs, &l, leaf->n, &x);
		if (err || get_le32(x) > block)
			break;
		if (block - get_le32(x) < get_le16(x + 4) && get_le16(x + 4) <= EXTENT_LEN_MAX) {
			found->block = ((uint64_t)get_le16(x + 6) << 32 | get_le32(x + 8)) +
				       (block - get_le32(x));
			found->count = get_le16(x + 4) - (block - get_le32(x));
			return 0;
		}
		leaf->n++;
	}
	leaf->entries = 0;
	return 1;
}

static int find_extent(struct fs *fs, uint32_t block, struct found *found)
{
	struct ext4 *e = ext4_state(fs);
	struct level l = { .root = e->inode->map };
	uint64_t limit = UINT64_C(1) << 32;
	bool top = true;
	int err;

	if (e->inode->leaf.entries && !find_near(fs, block, found))
		return 0;
	for (;;) {
		const uint8_t *x;
		int64_t n;

		err = read_level(fs, &l, l.depth - 1, top);
		if (!err)
			err = search_level(fs, &l, block, &n);
		if (err)
			return err;
		if (!l.depth && n >= 0)
			e->inode->leaf =
				(struct ext4_leaf){ l.root ? 0 : l.at, l.entries, (uint32_t)n };
		if (!l.depth)
			return read_leaf(fs, &l, n, block, limit, found);
		if (n < 0) { /* before all of it: a hole to the first */
			n = -1;
			err = l.entries ? get_extent(fs, &l, 0, &x) : 0;
			limit = !err && l.entries ? get_le32(x) : limit;
			*found = (struct found){ 0, limit - block };
			return err;
		}
		if (n < (int64_t)l.entries - 1) {
			err = get_extent(fs, &l, (uint32_t)n + 1, &x);
			if (err)
				return err;
			limit = MIN(limit, (uint64_t)get_le32(x));
		}
		err = get_extent(fs, &l, (uint32_t)n, &x);
		if (!err)
			err = ext4_block(fs, (uint64_t)get_le16(x + 8) << 32 | get_le32(x + 4),
					 &l.at);
		if (err)
			return err;
		l.root = NULL;
		top = false;
	}
}

/* Entries of a block map from @at on, @left of them, that go on one behind the other. */
static int read_map(struct fs *fs, const uint8_t *map, uint64_t at, uint64_t left,
		    struct found *found)
{
	const uint64_t in_piece = map ? left : MIN(left, (FS_PIECE - at % FS_PIECE) / 4);
	uint64_t n = 1;
	int err = map ? 0 : fs_get(fs, at, 4 * in_piece, &map);

	if (err)
		return err;
	found->block = get_le32(map);
	while (n < in_piece && get_le32(map + 4 * n) == found->block + (found->block ? n : 0))
		n++;
	found->count = n;
	return 0;
}

/* ext2 and ext3: twelve blocks, then maps of blocks, of maps, of maps of maps. */
static int find_mapped(struct fs *fs, uint64_t block, struct found *found)
{
	const struct ext4 *e = ext4_state(fs);
	const unsigned int bits = e->shift - 2;
	unsigned int depth = 1;
	uint64_t at, next;
	uint8_t entry[4];
	int err;

	if (block < 12)
		return read_map(fs, e->inode->map + 4 * block, 0, 12 - block, found);
	block -= 12;
	while (depth < 3 && block >> (bits * depth)) {
		block -= UINT64_C(1) << (bits * depth);
		depth++;
	}
	if (block >> (bits * depth))
		return fs_damaged(fs, "inode %" PRIu32 " is larger than its map", e->inode->number);
	next = get_le32(e->inode->map + 4 * (11 + depth));
	while (depth--) {
		const uint64_t nth = block >> (bits * depth) & (BIT(bits) - 1);

		if (!next) {
			*found = (struct found){
				0, BIT(bits * (depth + 1)) - (block & (BIT(bits * (depth + 1)) - 1))
			};
			return 0;
		}
		err = ext4_block(fs, next, &at);
		if (err)
			return err;
		if (!depth)
			return read_map(fs, NULL, at + 4 * nth, BIT(bits) - nth, found);
		err = fs_copy(fs, at + 4 * nth, entry, 4);
		if (err)
			return err;
		next = get_le32(entry);
	}
	return 0;
}

static int inline_run(struct fs *fs, uint64_t off, struct fs_run *run)
{
	const struct ext4_inode *i = ext4_state(fs)->inode;

	if (off < EXT4_BLOCK_MAP)
		*run = (struct fs_run){ .at = i->at + 0x28 + off, .len = EXT4_BLOCK_MAP - off };
	else if (off - EXT4_BLOCK_MAP < i->inline_len)
		*run = (struct fs_run){ .at = i->inline_at + off - EXT4_BLOCK_MAP,
					.len = i->inline_len - (off - EXT4_BLOCK_MAP) };
	else
		return fs_damaged(fs, "the inline data of inode %" PRIu32 " are cut short",
				  i->number);
	return 0;
}

/* Of blocks that the journal may have newer: each leads where it leads. */
static int moved_run(struct fs *fs, struct found *found, uint64_t *at, bool *escaped)
{
	bool other;
	const uint64_t size = ext4_block_size(ext4_state(fs));
	uint64_t n, next;
	int err = find_block(fs, found->block, at, escaped);

	if (!IS_ENABLED(CONFIG_FS_EXT4_JOURNAL))
		*escaped = other = false;
	for (n = 1; !err && !*escaped && n < found->count; n++) {
		err = find_block(fs, found->block + n, &next, &other);
		if ((IS_ENABLED(CONFIG_FS_EXT4_JOURNAL) && other) || next != *at + n * size)
			break;
	}
	found->count = n;
	return err;
}

int ext4_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	const struct ext4 *e = ext4_state(fs);
	const uint64_t inside = off & (ext4_block_size(e) - 1), block = off >> e->shift;
	struct found found = { 0, 0 };
	bool escaped = false;
	uint64_t at = 0;
	int err = ext4_load_inode(fs, (uint32_t)node->id);

	if (err)
		return err;
	if (e->inode->flags & EXT4_FL_ENCRYPT)
		return refuse(fs->why, -ENOTSUP, "ext4: inode %" PRIu64 " is encrypted", node->id);
	if (e->inode->flags & EXT4_FL_INLINE)
		return inline_run(fs, off, run);
	if (node->kind == FS_LINK && node->size < EXT4_BLOCK_MAP &&
	    !(e->inode->flags &
	      EXT4_FL_EXTENTS)) { /* the path is where the blocks' numbers would be */
		*run = (struct fs_run){ .at = e->inode->at + 0x28 + off, .len = node->size - off };
		return 0;
	}
	if (block >> 32)
		return fs_damaged(fs, "inode %" PRIu64 " has more than 2^32 blocks", node->id);
	err = e->inode->flags & EXT4_FL_EXTENTS ? find_extent(fs, (uint32_t)block, &found)
						: find_mapped(fs, block, &found);
	if (!err && found.block)
		err = e->moved ? moved_run(fs, &found, &at, &escaped)
			       : ext4_block(fs, found.block, &at);
	if (err)
		return err;
	*run = (struct fs_run){ .at = at + inside,
				.len = (found.count << e->shift) - inside,
				.zero = !found.block,
				.packed = IS_ENABLED(CONFIG_FS_EXT4_JOURNAL) && escaped };
	return 0;
}

int ext4_unpack(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst, uint64_t len)
{
	static const uint8_t magic[] = { 0xc0, 0x3b, 0x39, 0x98 };
	const uint64_t inside = off & (ext4_block_size(ext4_state(fs)) - 1);
	struct fs_run run;
	int err = ext4_run(fs, node, off, &run);

	if (!err)
		err = fs_copy(fs, run.at, dst, len);
	if (!err && inside < sizeof(magic))
		memcpy(dst, magic + inside, MIN(len, sizeof(magic) - inside));
	return err;
}
