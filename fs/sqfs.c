// SPDX-License-Identifier: BSD-2-Clause
/*
 * squashfs 4.0, packed by gzip, lz4, zstd or xz.
 * Spec: Linux' Documentation/filesystems/squashfs
 *
 * A node's id is where its inode is: a block of metadata, behind the table's begin, and a byte of
 * what it unpacks to. A folder's aux is where its names are, the same way.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/pack/gunzip.h"
#include "lib/pack/lz4.h"
#include "lib/pack/xz.h"
#include "lib/pack/zstd.h"

#define META_SIZE	8192 /* what a block of metadata unpacks to, at most */
#define META_SLOTS	4
#define HOPS_MAX	65536 /* blocks of metadata that are passed over for one look */
#define BLOCKS_MAX	(1u << 22) /* of one file: 512 GiB of 128 KiB each */
#define NO_FRAGMENT	UINT32_MAX
#define PACKED_GZIP	1
#define PACKED_XZ	4
#define PACKED_LZ4	5
#define PACKED_ZSTD	6
#define BLOCK_STORED	0x1000000u /* of a block's size: it is not packed */
#define FRAGMENT_SIZE	16
#define DIR_END		3 /* bytes that a folder's size counts and that are nowhere */

/** struct place - a byte of what a block of metadata at the volume's byte @at unpacks to */
struct place {
	uint64_t at;
	uint32_t off;
};

/**
 * struct sqfs - a volume
 * @packed, @unpacked, @meta, @work: parts of fs.scratch
 * @kept:  the volume's byte of the block that @unpacked has, @kept_len of it; 0: none
 * @slot:  blocks of metadata in @meta
 * @files: the place of last time in a file's list of blocks: @at is where block @index lies
 * @names: the place of last time in a folder
 */
struct sqfs {
	uint32_t block, fragments;
	unsigned int method;
	uint64_t inodes_at, names_at, fragments_at, root;
	uint8_t *packed, *unpacked, *meta;
	void *work;
	uint64_t kept;
	uint32_t kept_len;
	unsigned int turn;
	struct {
		uint64_t at, next; /* @at 0: nothing is in it */
		uint32_t len;
	} slot[META_SLOTS];
	struct {
		uint64_t id, index, at;
		struct place place;
	} files;
	struct {
		uint64_t aux, cursor;
		uint32_t left, inodes;
		struct place place;
	} names;
};

static_assert(sizeof(struct sqfs) <= FS_STATE_SIZE, "squashfs' state");

static struct sqfs *sqfs_state(struct fs *fs)
{
	return (struct sqfs *)fs->state;
}

/* ---- unpacking ---- */

static int unpack(struct fs *fs, const uint8_t *src, uint32_t size, uint8_t *dst, uint32_t limit,
		  uint32_t *made)
{
	const struct sqfs *s = sqfs_state(fs);
	uint64_t out = 0;
	struct why why;
	int err;

	if (s->method == PACKED_GZIP)
		err = unzlib(dst, limit, src, size, &out, &why);
	else if (IS_ENABLED(CONFIG_LZ4) && s->method == PACKED_LZ4)
		err = unlz4_block(dst, dst, limit, src, size, &out);
	else if (IS_ENABLED(CONFIG_ZSTD) && s->method == PACKED_ZSTD)
		err = unzstd(s->work, dst, limit, src, size, &out, &why);
	else if (IS_ENABLED(CONFIG_XZ) && s->method == PACKED_XZ)
		err = unxz(s->work, dst, limit, src, size, &out, &why);
	else
		err = -EINVAL;
	*made = (uint32_t)out;
	return err ? fs_damaged(fs, "a block cannot be unpacked") : 0;
}

/* Bytes of the volume to @packed, by the device itself. */
static int read_packed(struct fs *fs, uint64_t at, uint32_t len, const uint8_t **out)
{
	const struct sqfs *s = sqfs_state(fs);
	const uint64_t unit = fs->device->unit, begin = ALIGN_DOWN(at, unit);
	struct fs_segment segment = { begin, s->packed, 0 };
	int err;

	if (!len || len > s->block || at > fs->device->size || len > fs->device->size - at)
		return fs_damaged(fs, "a block of 0x%" PRIx32 " bytes at 0x%" PRIx64, len, at);
	segment.len = ALIGN_UP(at + len, unit) - begin;
	err = fs->device->read(fs->device, &segment, 1);
	*out = s->packed + (at - begin);
	return err;
}

/* ---- metadata ---- */

static int load_meta(struct fs *fs, uint64_t at, unsigned int *out)
{
	struct sqfs *s = sqfs_state(fs);
	const unsigned int n = s->turn;
	uint8_t *const to = s->meta + (size_t)n * META_SIZE;
	uint8_t header[2];
	uint32_t len;
	int err;

	for (*out = 0; *out < META_SLOTS; ++*out)
		if (s->slot[*out].at == at)
			return 0;
	*out = n;
	s->turn = (n + 1) % META_SLOTS;
	s->slot[n].at = 0;
	err = fs_copy(fs, at, header, sizeof(header));
	if (err)
		return err;
	len = get_le16(header) & 0x7fff;
	if (!len || len > META_SIZE)
		return fs_damaged(fs, "a block of 0x%" PRIx32 " bytes of metadata", len);
	s->slot[n].next = at + 2 + len;
	s->slot[n].len = len;
	if (get_le16(header) & 0x8000) {
		err = fs_copy(fs, at + 2, to, len);
	} else {
		err = fs_copy(fs, at + 2, s->packed, len);
		if (!err)
			err = unpack(fs, s->packed, len, to, META_SIZE, &s->slot[n].len);
	}
	if (!err && !s->slot[n].len)
		return fs_damaged(fs, "an empty block of metadata");
	s->slot[n].at = err ? 0 : at;
	return err;
}

/* Move @place behind @len bytes; @dst receives them, or NULL. */
static int read_meta(struct fs *fs, struct place *place, void *dst, uint64_t len)
{
	struct sqfs *s = sqfs_state(fs);
	uint8_t *to = dst;
	unsigned int n, hops;
	int err = 0;

	for (hops = 0; len && !err; hops++) {
		uint32_t part;

		if (hops == HOPS_MAX)
			return fs_damaged(fs, "its metadata have no end");
		err = load_meta(fs, place->at, &n);
		if (err)
			break;
		if (place->off >= s->slot[n].len) {
			place->off -= s->slot[n].len;
			place->at = s->slot[n].next;
			continue;
		}
		part = (uint32_t)MIN(len, (uint64_t)s->slot[n].len - place->off);
		if (to) {
			memcpy(to, s->meta + (size_t)n * META_SIZE + place->off, part);
			to += part;
		}
		place->off += part;
		len -= part;
	}
	return err;
}

/* ---- the volume ---- */

/* What unpacking keeps while it runs. */
static uint64_t work_size(unsigned int method)
{
	if (IS_ENABLED(CONFIG_ZSTD) && method == PACKED_ZSTD)
		return ALIGN_UP(sizeof(struct zstd_work), 64);
	if (IS_ENABLED(CONFIG_XZ) && method == PACKED_XZ)
		return ALIGN_UP(sizeof(struct xz_work), 64);
	return 0;
}

static bool built_in(unsigned int method)
{
	return method == PACKED_GZIP || (IS_ENABLED(CONFIG_LZ4) && method == PACKED_LZ4) ||
	       (IS_ENABLED(CONFIG_ZSTD) && method == PACKED_ZSTD) ||
	       (IS_ENABLED(CONFIG_XZ) && method == PACKED_XZ);
}

static int lay_out(struct fs *fs)
{
	struct sqfs *s = sqfs_state(fs);
	const uint64_t work = work_size(s->method);
	uint8_t *at = fs->scratch;

	fs->scratch_wanted = 2 * (uint64_t)MAX(s->block, (uint32_t)META_SIZE) + 2 * FS_PIECE +
			     META_SLOTS * META_SIZE + work;
	if (fs->scratch_size < fs->scratch_wanted)
		return refuse(fs->why, -ENOMEM, "no memory for its blocks");
	s->work = at;
	s->meta = at + work;
	s->packed = s->meta + META_SLOTS * META_SIZE;
	s->unpacked = s->packed + MAX(s->block, (uint32_t)META_SIZE) + 2 * FS_PIECE;
	return 0;
}

static int sqfs_mount(struct fs *fs)
{
	struct sqfs *s = sqfs_state(fs);
	const uint8_t *p;
	int err = fs->device->size < 512 ? -ENODEV : fs_get(fs, 0, 96, &p);

	if (err)
		return err;
	if (memcmp(p, "hsqs", 4))
		return -ENODEV;
	*s = (struct sqfs){
		.block = get_le32(p + 12),
		.fragments = get_le32(p + 16),
		.method = get_le16(p + 20),
		.root = get_le64(p + 32),
		.inodes_at = get_le64(p + 64),
		.names_at = get_le64(p + 72),
		.fragments_at = get_le64(p + 80),
	};
	if (get_le16(p + 28) != 4)
		return refuse(fs->why, -ENOTSUP, "squashfs: version %u, not 4", get_le16(p + 28));
	if (s->block < FS_PIECE || s->block > MIB || (s->block & (s->block - 1)))
		return fs_damaged(fs, "blocks of 0x%" PRIx32 " bytes", s->block);
	if (get_le64(p + 40) > fs->device->size)
		return fs_damaged(fs, "0x%" PRIx64 " bytes do not fit into 0x%" PRIx64,
				  get_le64(p + 40), fs->device->size);
	if (!built_in(s->method)) {
		static const char *const names[] = {
			"0", "gzip", "lzma", "lzo", "xz", "lz4", "zstd"
		};

		return refuse(fs->why, -ENOTSUP, "squashfs: packed by %s, which is not built in",
			      s->method < ARRAY_SIZE(names) ? names[s->method]
							    : "what is not known");
	}
	return lay_out(fs);
}

/* ---- inodes ---- */

/**
 * struct inode - of a file, a folder or a link
 * @list: where the sizes of its blocks are, or a link's path
 */
struct inode {
	enum fs_kind kind;
	uint64_t size, start;
	uint32_t fragment, off;
	struct place list;
};

static struct place place_of(uint64_t table, uint64_t id)
{
	return (struct place){ table + (id >> 16), id & 0xffff };
}

static int read_inode(struct fs *fs, uint64_t id, struct inode *i)
{
	const struct sqfs *s = sqfs_state(fs);
	static const uint8_t sizes[] = { 0, 32, 32, 24, 16, 16, 16, 16, 40, 56, 24 };
	uint8_t b[56];
	unsigned int type;
	int err;

	*i = (struct inode){ .kind = FS_OTHER, .list = place_of(s->inodes_at, id) };
	err = read_meta(fs, &i->list, b, 16);
	if (err)
		return err;
	type = get_le16(b);
	if (!type || type > 14)
		return fs_damaged(fs, "an inode of type %u", type);
	if (type >= ARRAY_SIZE(sizes))
		return 0;
	err = read_meta(fs, &i->list, b + 16, sizes[type] - 16u);
	if (err)
		return err;
	switch (type) {
	case 1:
		i->kind = FS_DIR;
		i->size = get_le16(b + 24);
		i->start = (uint64_t)get_le32(b + 16) << 16 | get_le16(b + 26);
		break;
	case 8:
		i->kind = FS_DIR;
		i->size = get_le32(b + 20);
		i->start = (uint64_t)get_le32(b + 24) << 16 | get_le16(b + 34);
		break;
	case 2:
		i->kind = FS_FILE;
		i->start = get_le32(b + 16);
		i->fragment = get_le32(b + 20);
		i->off = get_le32(b + 24);
		i->size = get_le32(b + 28);
		break;
	case 9:
		i->kind = FS_FILE;
		i->start = get_le64(b + 16);
		i->size = get_le64(b + 24);
		i->fragment = get_le32(b + 44);
		i->off = get_le32(b + 48);
		break;
	case 3:
	case 10:
		i->kind = FS_LINK;
		i->size = get_le32(b + 20);
	}
	return 0;
}

static int sqfs_open(struct fs *fs, struct fs_node *node)
{
	struct inode i;
	int err = read_inode(fs, node->id, &i);

	if (!err)
		*node = (struct fs_node){ i.kind, i.size, node->id,
					  i.kind == FS_DIR ? i.start : 0 };
	return err;
}

static int sqfs_root(struct fs *fs, struct fs_node *node)
{
	*node = (struct fs_node){ .id = sqfs_state(fs)->root };
	return sqfs_open(fs, node);
}

/* ---- folders ---- */

/* Names come in groups with a header: up to 256 whose inodes begin in one block. */
static int sqfs_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
		     struct fs_entry *entry)
{
	struct sqfs *s = sqfs_state(fs);
	const uint64_t end = dir->size > DIR_END ? dir->size - DIR_END : 0, wanted = *cursor;
	uint8_t b[12];
	int err;

	if (s->names.aux != dir->aux || s->names.cursor > wanted || !wanted) {
		memset(&s->names, 0, sizeof(s->names));
		s->names.aux = dir->aux;
		s->names.place = place_of(s->names_at, dir->aux);
	}
	while (s->names.cursor < end) {
		uint32_t len;

		if (!s->names.left) {
			err = read_meta(fs, &s->names.place, b, 12);
			if (err)
				return err;
			if (get_le32(b) > 255)
				return fs_damaged(fs, "%" PRIu32 " names in one group",
						  get_le32(b));
			s->names.left = get_le32(b) + 1;
			s->names.inodes = get_le32(b + 4);
			s->names.cursor += 12;
		}
		err = read_meta(fs, &s->names.place, b, 8);
		len = get_le16(b + 6) + 1u;
		if (!err && len > 256)
			err = fs_damaged(fs, "a name of %" PRIu32 " bytes", len);
		if (!err)
			err = read_meta(fs, &s->names.place, entry->name, len);
		if (err)
			return err;
		s->names.left--;
		s->names.cursor += 8 + len;
		if (s->names.cursor <= wanted)
			continue;
		entry->name[len] = '\0';
		entry->alias[0] = '\0';
		entry->node =
			(struct fs_node){ .id = (uint64_t)s->names.inodes << 16 | get_le16(b) };
		*cursor = s->names.cursor;
		return 0;
	}
	return 1;
}

/* ---- contents ---- */

/**
 * struct piece - where a block of a file is
 * @size:  on the volume; 0: nowhere, it is all zero
 * @off:   its first byte in what that unpacks to (a fragment)
 * @len:   of its bytes that are the file's
 * @whole: what it unpacks to, at most
 */
struct piece {
	uint64_t at;
	uint32_t size, off, len, whole;
	bool stored;
};

static int find_fragment(struct fs *fs, const struct inode *i, struct piece *piece)
{
	const struct sqfs *s = sqfs_state(fs);
	uint8_t b[FRAGMENT_SIZE];
	struct place place = { 0, i->fragment % (META_SIZE / FRAGMENT_SIZE) * FRAGMENT_SIZE };
	int err;

	if (i->fragment >= s->fragments)
		return fs_damaged(fs, "fragment %" PRIu32 " of %" PRIu32, i->fragment,
				  s->fragments);
	err = fs_copy(fs, s->fragments_at + i->fragment / (META_SIZE / FRAGMENT_SIZE) * 8, b, 8);
	place.at = get_le64(b);
	if (!err)
		err = read_meta(fs, &place, b, sizeof(b));
	if (err)
		return err;
	if (i->off > s->block || piece->len > s->block - i->off)
		return fs_damaged(fs, "a fragment passes its block");
	piece->at = get_le64(b);
	piece->size = get_le32(b + 8) & (BLOCK_STORED - 1);
	piece->stored = get_le32(b + 8) & BLOCK_STORED;
	piece->off = i->off;
	piece->whole = s->block;
	return piece->size ? 0 : fs_damaged(fs, "an empty fragment");
}

static int find_piece(struct fs *fs, const struct fs_node *node, uint64_t off, struct piece *piece)
{
	struct sqfs *s = sqfs_state(fs);
	const uint64_t index = off / s->block;
	struct inode i;
	uint8_t b[4];
	int err = read_inode(fs, node->id, &i);

	if (err)
		return err;
	if (index >= BLOCKS_MAX)
		return fs_damaged(fs, "a file of more than %u blocks", BLOCKS_MAX);
	*piece = (struct piece){ .len = (uint32_t)MIN((uint64_t)s->block,
						      i.size - index * s->block) };
	piece->whole = piece->len;
	if (i.fragment != NO_FRAGMENT && index == i.size / s->block)
		return find_fragment(fs, &i, piece);
	if (s->files.id != node->id + 1 || s->files.index > index) {
		s->files.id = node->id + 1;
		s->files.index = 0;
		s->files.at = i.start;
		s->files.place = i.list;
	}
	for (;;) {
		struct place place = s->files.place;

		err = read_meta(fs, &place, b, 4);
		if (err)
			return err;
		piece->at = s->files.at;
		piece->size = get_le32(b) & (BLOCK_STORED - 1);
		piece->stored = get_le32(b) & BLOCK_STORED;
		if (s->files.index == index)
			return 0;
		s->files.index++;
		s->files.at += piece->size;
		s->files.place = place;
	}
}

static int sqfs_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	const struct sqfs *s = sqfs_state(fs);
	const uint32_t inside = off & (s->block - 1);
	struct piece piece;
	int err;

	if (node->kind == FS_LINK) {
		*run = (struct fs_run){ .len = node->size - off, .packed = true };
		return 0;
	}
	err = find_piece(fs, node, off, &piece);
	if (err)
		return err;
	*run = (struct fs_run){ .at = piece.at + piece.off + inside,
				.len = piece.len - inside,
				.zero = !piece.size,
				.packed = piece.size && !piece.stored };
	if (piece.stored && piece.size && !span_fits(piece.size, piece.off, piece.len))
		return fs_damaged(fs, "a block of 0x%" PRIx32 " bytes is too short", piece.size);
	return 0;
}

static int sqfs_unpack(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst,
		       uint64_t len)
{
	struct sqfs *s = sqfs_state(fs);
	const uint32_t inside = off & (s->block - 1);
	struct piece piece;
	const uint8_t *from = NULL;
	struct inode i;
	uint32_t made = 0;
	bool straight;
	int err;

	if (node->kind == FS_LINK) {
		err = read_inode(fs, node->id, &i);
		if (!err)
			err = read_meta(fs, &i.list, NULL, off);
		return err ? err : read_meta(fs, &i.list, dst, len);
	}
	err = find_piece(fs, node, off, &piece);
	if (err)
		return err;
	straight = len == piece.whole && !piece.off && !inside;
	if (straight || s->kept != piece.at) {
		s->kept = straight ? s->kept : 0;
		err = read_packed(fs, piece.at, piece.size, &from);
		if (!err)
			err = unpack(fs, from, piece.size, straight ? dst : s->unpacked,
				     straight ? piece.whole : s->block, &made);
		if (err)
			return err;
		if (straight)
			return made == len ? 0 : fs_damaged(fs, "a block is cut short");
		s->kept = piece.at;
		s->kept_len = made;
	}
	if (!span_fits(s->kept_len, piece.off, inside) || len > s->kept_len - piece.off - inside)
		return fs_damaged(fs, "a block is cut short");
	memcpy(dst, s->unpacked + piece.off + inside, len);
	return 0;
}

const struct fs_type sqfs_type = {
	.name = "squashfs",
	.mount = sqfs_mount,
	.root = sqfs_root,
	.next = sqfs_next,
	.open = sqfs_open,
	.run = sqfs_run,
	.unpack = sqfs_unpack,
};
