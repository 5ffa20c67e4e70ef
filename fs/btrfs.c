// SPDX-License-Identifier: BSD-2-Clause
/*
 * btrfs on one device, read: the volume, its subvolumes, folders. btrfs_tree.c: the trees,
 * btrfs_file.c: contents, btrfs_subvolume.c: which there are.
 * Spec: btrfs documentation, "On-disk format", "Btrees"
 *
 * A node's id is the inode's number, its aux the subvolume's. Paths begin in the subvolume that is
 * mounted by default; what that has not is looked for in the topmost one.
 */
#include "fs/btrfs.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/hash/crc32c.h"

#define SUPER_AT   0x10000
#define SUPER_SIZE 4096
#define COPIES	   3

/* incompat_flags: what is read, and what only says how things are laid out or what may be met */
#define LONG_KNOWN    0x1ff /* ... to skinny metadata: all that kernels before 3.14 knew */
#define NO_HOLES      0x200
#define METADATA_UUID 0x400
#define RAID1C34      0x800
#define ZONED	      0x1000
#define STRIPE_TREE   0x4000
#define SIMPLE_QUOTA  0x10000
#define KNOWN	      (LONG_KNOWN | NO_HOLES | METADATA_UUID | RAID1C34 | SIMPLE_QUOTA)
/* flags */
#define METADUMP      (BIT(33) | BIT(34))
#define CHANGING      (BIT(35) | BIT(36) | BIT(38) | BIT(39))

#define INODE_SIZE    160
#define ENTRY_HEAD    30
#define NAME_MAX_BYTES 255
#define NO_FOLDER     2 /* an inode: the folder that stands for a subvolume which is not there */

#define MODE_TYPE     0xf000
#define MODE_DIR      0x4000
#define MODE_FILE     0x8000
#define MODE_LINK     0xa000

static_assert(sizeof(struct btrfs) <= FS_STATE_SIZE, "btrfs' state");

/* ---- the volume ---- */

/* A superblock, where it is one and whole; 1: it is not. */
static int read_super(struct fs *fs, uint64_t at, const uint8_t **super)
{
	int err = fs_get(fs, at, SUPER_SIZE, super);

	if (err)
		return err;
	if (memcmp(*super + 64, "_BHRfS_M", 8) || get_le64(*super + 48) != at)
		return 1;
	return btrfs_sum_right(get_le16(*super + 196), *super, SUPER_SIZE) ? 0 : 1;
}

/* The newest copy of the same volume. Where the first is none at all the others are another time's:
 * the volume is something else now. */
static int find_super(struct fs *fs, const uint8_t **super)
{
	static const uint64_t places[COPIES] = { SUPER_AT, 64 * MIB, 256 * GIB };
	uint64_t best = 0, newest = 0;
	uint8_t id[16];
	int err, first = -ENODEV;

	for (unsigned int i = 0; i < COPIES; i++) {
		if (!span_fits(fs->device->size, places[i], SUPER_SIZE))
			break;
		err = read_super(fs, places[i], super);
		if (i == 0 && err > 0 && memcmp(*super + 64, "_BHRfS_M", 8))
			return -ENODEV;
		if (i == 0)
			first = err;
		if (err || (best && (memcmp(id, *super + 32, sizeof(id)) ||
				     get_le64(*super + 72) <= newest)))
			continue;
		memcpy(id, *super + 32, sizeof(id));
		newest = get_le64(*super + 72);
		best = places[i];
	}
	if (!best && first < 0)
		return first;
	err = fs_get(fs, best ? best : SUPER_AT, SUPER_SIZE, super);
	if (!err && !best && btrfs_sum_size(get_le16(*super + 196)))
		return fs_damaged(fs, "no superblock has a right checksum");
	return err;
}

static int check_features(struct fs *fs, const uint8_t *super)
{
	static const char *const sums[] = { "crc32c", "xxhash", "sha256", "blake2" };
	const uint64_t features = get_le64(super + 188), flags = get_le64(super + 56);
	const unsigned int sum = get_le16(super + 196);

	if (!btrfs_sum_size(sum))
		return refuse(fs->why, -ENOTSUP,
			      "btrfs: checksums are by %s, which is not built in",
			      sum < ARRAY_SIZE(sums) ? sums[sum] : "what is not known");
	if (get_le64(super + 136) != 1)
		return refuse(fs->why, -ENOTSUP,
			      "btrfs: it is on %" PRIu64 " devices, and only one is read",
			      get_le64(super + 136));
	if (features & (ZONED | STRIPE_TREE))
		return refuse(fs->why, -ENOTSUP, "btrfs: it is %s, which is not read",
			      features & ZONED ? "zoned" : "striped by a tree");
	if (features & ~(uint64_t)KNOWN)
		return refuse(fs->why, -ENOTSUP, "btrfs: the feature 0x%" PRIx64 " is not known",
			      features & ~(uint64_t)KNOWN);
	if (flags & METADUMP)
		return refuse(fs->why, -ENOTSUP,
			      "btrfs: it is a dump of metadata, without contents");
	if (flags & CHANGING)
		return refuse(fs->why, -ENOTSUP,
			      "btrfs: a change of UUID or checksums was not ended: btrfstune does");
	return 0;
}

static int check_sizes(struct fs *fs, const uint8_t *super)
{
	const uint32_t sector = get_le32(super + 144), node = get_le32(super + 148);

	if (sector < 512 || sector > BTRFS_NODE_MAX || sector & (sector - 1) || node < SUPER_SIZE ||
	    node < sector || node > BTRFS_NODE_MAX || node & (node - 1))
		return fs_damaged(fs, "sectors of %" PRIu32 " bytes, blocks of %" PRIu32, sector,
				  node);
	if (get_le64(super + 112) > fs->device->size)
		return fs_damaged(fs, "0x%" PRIx64 " bytes do not fit into 0x%" PRIx64,
				  get_le64(super + 112), fs->device->size);
	if (get_le32(super + 160) > BTRFS_SYSTEM_MAX)
		return fs_damaged(fs, "0x%" PRIx32 " bytes of chunks in the superblock",
				  get_le32(super + 160));
	return 0;
}

static int lay_out(struct fs *fs, const uint8_t *super)
{
	struct btrfs *s = btrfs_state(fs);
	struct btrfs_work *w = fs->scratch;
	const uint64_t nodes = (uint64_t)BTRFS_SLOTS * s->node;

	fs->scratch_wanted = nodes + sizeof(*w);
	if (fs->scratch_size < fs->scratch_wanted)
		return refuse(fs->why, -ENOMEM, "no memory for its blocks");
	s->nodes = fs->scratch;
	s->work = w = (struct btrfs_work *)(s->nodes + nodes);
	memset(w, 0, offsetof(struct btrfs_work, system));
	w->system_size = get_le32(super + 160);
	memcpy(w->system, super + 811, sizeof(w->system));
	return 0;
}

static uint32_t name_hash(const char *name, size_t len)
{
	return crc32c(~1u, name, len);
}

/* ---- entries of folders ---- */

/** struct entry - of a folder: its name's @len bytes, and what it is */
struct entry {
	struct btrfs_key where;
	const char *name;
	uint16_t len;
	uint8_t kind;
};

static int take_entry(struct fs *fs, struct span *left, struct entry *e)
{
	struct span head, part;

	if (!span_take(left, ENTRY_HEAD, &head))
		goto damaged;
	*e = (struct entry){ .where = { get_le64(head.at), get_le64(head.at + 9), head.at[8] },
			     .len = get_le16(head.at + 27),
			     .kind = head.at[29] };
	if (!e->len || e->len > NAME_MAX_BYTES || !span_take(left, e->len, &part) ||
	    !span_take(left, get_le16(head.at + 25), NULL))
		goto damaged;
	e->name = (const char *)part.at;
	return 0;
damaged:
	return fs_damaged(fs, "an entry of a folder is cut short");
}

/* The entry of a name, by its hash; 1: there is none. */
static int find_entry(struct fs *fs, const struct btrfs_root *root, uint64_t dir, const char *name,
		      size_t len, struct entry *e)
{
	const struct btrfs_key key = { dir, name_hash(name, len), BTRFS_DIR_ITEM };
	struct btrfs_item item;
	int err = btrfs_exactly(fs, root, &key, &item);
	struct span left;

	if (err)
		return err;
	left = (struct span){ item.data, item.size };
	while (left.size && !err) {
		err = take_entry(fs, &left, e);
		if (!err && e->len == len && !memcmp(e->name, name, len))
			return 0;
	}
	return err ? err : 1;
}

/* Which one is mounted by default: a name in the tree of trees. */
static int find_first(struct fs *fs)
{
	struct btrfs *s = btrfs_state(fs);
	struct entry e;
	int err = find_entry(fs, &s->roots, s->dir, "default", 7, &e);

	if (err < 0)
		return err;
	s->first = err ? BTRFS_TREE_TOP : e.where.id;
	return 0;
}

static int btrfs_mount(struct fs *fs)
{
	struct btrfs *s = btrfs_state(fs);
	const uint8_t *super;
	uint64_t features;
	int err = find_super(fs, &super);

	if (!err)
		err = check_features(fs, super);
	if (!err)
		err = check_sizes(fs, super);
	if (err)
		return err;
	features = get_le64(super + 188);
	*s = (struct btrfs){
		.sector = get_le32(super + 144),
		.node = get_le32(super + 148),
		.sum = get_le16(super + 196),
		.roots = { get_le64(super + 80), get_le64(super + 72), super[198] },
		.chunks = { get_le64(super + 88), get_le64(super + 164), super[199] },
		.device = get_le64(super + 201),
		.dir = get_le64(super + 128),
	};
	memcpy(s->fsid, super + (features & METADATA_UUID ? 571 : 32), sizeof(s->fsid));
	memcpy(fs->label, super + 299, sizeof(fs->label) - 1);
	fs->label[sizeof(fs->label) - 1] = '\0';
	fs_uuid(fs, super + 32);
	if (get_le64(super + 96))
		fs->note = "its log is not replayed: what was synced last may be older here";
	if (s->roots.level >= BTRFS_LEVELS || s->chunks.level >= BTRFS_LEVELS)
		return fs_damaged(fs, "trees of %u and %u levels", s->roots.level, s->chunks.level);
	err = lay_out(fs, super);
	return err ? err : find_first(fs);
}

/* ---- inodes ---- */

static enum fs_kind kind_of(uint32_t mode)
{
	switch (mode & MODE_TYPE) {
	case MODE_DIR:
		return FS_DIR;
	case MODE_FILE:
		return FS_FILE;
	case MODE_LINK:
		return FS_LINK;
	}
	return FS_OTHER;
}

static int btrfs_open(struct fs *fs, struct fs_node *node)
{
	const struct btrfs_key key = { node->id, 0, BTRFS_INODE };
	struct btrfs_root root;
	struct btrfs_item item;
	int err;

	if (node->id == NO_FOLDER) {
		node->kind = FS_DIR;
		return 0;
	}
	err = btrfs_tree(fs, node->aux, &root);
	if (!err)
		err = btrfs_exactly(fs, &root, &key, &item);
	if (err > 0 || (!err && item.size < INODE_SIZE))
		return fs_damaged(fs, "there is no file %" PRIu64 " in subvolume %" PRIu64,
				  node->id, node->aux);
	if (err)
		return err;
	node->kind = kind_of(get_le32(item.data + 52));
	node->size = node->kind == FS_OTHER ? 0 : get_le64(item.data + 16);
	return 0;
}

static int btrfs_root(struct fs *fs, struct fs_node *node)
{
	*node = (struct fs_node){ .id = BTRFS_ROOT_DIR, .aux = btrfs_state(fs)->first };
	return btrfs_open(fs, node);
}

/* What an entry of @dir leads to. A subvolume that is not at home there, as in a snapshot of what
 * it is in, is an empty folder. */
static int set_node(struct fs *fs, const struct fs_node *dir, const struct entry *e,
		    struct fs_node *node)
{
	static const enum fs_kind kinds[] = { FS_OTHER, FS_FILE,  FS_DIR,   FS_OTHER,
					      FS_OTHER, FS_OTHER, FS_OTHER, FS_LINK };
	const struct btrfs_key ref = { dir->aux, e->where.id, BTRFS_ROOT_REF };
	struct btrfs_item item;
	int err;

	*node = (struct fs_node){ .id = e->where.id,
				  .aux = dir->aux,
				  .kind = e->kind < ARRAY_SIZE(kinds) ? kinds[e->kind] : FS_OTHER };
	if (e->where.type == BTRFS_INODE)
		return 0;
	if (e->where.type != BTRFS_ROOT_ITEM)
		return fs_damaged(fs, "an entry of a folder leads to an item of type %u",
				  e->where.type);
	err = btrfs_exactly(fs, &btrfs_state(fs)->roots, &ref, &item);
	if (err > 0)
		node->id = NO_FOLDER;
	if (!err) {
		node->aux = node->id;
		node->id = BTRFS_ROOT_DIR;
	}
	return err > 0 ? 0 : err;
}

/* ---- folders ---- */

/* The cursor is behind the index of the last entry. */
static int btrfs_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
		      struct fs_entry *entry)
{
	const struct btrfs_key key = { dir->id, *cursor, BTRFS_DIR_INDEX };
	struct btrfs_root root;
	struct btrfs_item item;
	struct span left;
	struct entry e;
	int err = btrfs_tree(fs, dir->aux, &root);

	if (!err)
		err = btrfs_at_least(fs, &root, &key, &item);
	if (err)
		return err;
	if (item.key.id != key.id || item.key.type != key.type)
		return 1;
	if (item.key.off == UINT64_MAX)
		return fs_damaged(fs, "a folder whose entries have no end");
	left = (struct span){ item.data, item.size };
	err = take_entry(fs, &left, &e);
	if (err)
		return err;
	memcpy(entry->name, e.name, e.len);
	entry->name[e.len] = '\0';
	entry->alias[0] = '\0';
	*cursor = item.key.off + 1;
	return set_node(fs, dir, &e, &entry->node);
}

static int find_in(struct fs *fs, const struct fs_node *dir, struct fs_name name,
		   struct fs_node *node)
{
	struct btrfs_root root;
	struct entry e;
	int err = btrfs_tree(fs, dir->aux, &root);

	if (!err)
		err = find_entry(fs, &root, dir->id, name.text, name.len, &e);
	return err ? err : set_node(fs, dir, &e, node);
}

static int btrfs_find(struct fs *fs, const struct fs_node *dir, struct fs_name name,
		      struct fs_node *node)
{
	const uint64_t first = btrfs_state(fs)->first;
	const struct fs_node top = { .id = BTRFS_ROOT_DIR, .aux = BTRFS_TREE_TOP };
	const int err = find_in(fs, dir, name, node);

	return err == 1 && dir->id == BTRFS_ROOT_DIR && dir->aux == first && first != top.aux
		       ? find_in(fs, &top, name, node)
		       : err;
}

const struct fs_type btrfs_type = {
	.name = "btrfs",
	.mount = btrfs_mount,
	.root = btrfs_root,
	.next = btrfs_next,
	.open = btrfs_open,
	.find = btrfs_find,
	.run = btrfs_run,
	.unpack = btrfs_unpack,
};
