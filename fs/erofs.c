// SPDX-License-Identifier: BSD-2-Clause
/*
 * erofs: plain files, files in chunks, and files packed by lz4 (erofs_packed.c).
 * Spec: Linux' Documentation/filesystems/erofs, "On-disk details"; fs/erofs/erofs_fs.h
 *
 * A node's id is the inode's number, which says where it is: 32 bytes each.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/erofs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"
#include "lib/hash/crc32c.h"

#define SUPER_AT	1024
#define SUPER_SIZE	128
#define MAGIC		0xe0f5e1e2
#define HAS_CHECKSUM	0x1 /* feature_compat */
/* feature_incompat: what is read, and what only says that attributes are written another way */
#define METHODS		0x2 /* a list of how files are packed, behind the superblock */
#define CHUNKS		0x4
#define DEVICES		0x8 /* or a second way of packing; a file on another device is refused */
#define TAILS		0x10
#define SHARED		0x20
#define ATTRS	0x40
#define KNOWN		(EROFS_ZERO_PADDING | METHODS | CHUNKS | DEVICES | TAILS | SHARED | ATTRS)

#define INODE_SIZE	32
#define INODE_EXTENDED	64
#define ENTRY_SIZE	12
#define NAME_MAX_BYTES	255
#define CHUNK_BITS	0x1f
#define CHUNK_INDEXES	0x20
#define NOWHERE		UINT32_MAX /* a chunk of zeros */

#define MODE_TYPE	0xf000
#define MODE_DIR	0x4000
#define MODE_FILE	0x8000
#define MODE_LINK	0xa000

#define PACKED_MAX	MIB
#define UNPACKED_MAX	(12 * MIB) /* of one extent, as the format has it */
#define LZ4_RATIO	255

static_assert(sizeof(struct erofs) <= FS_STATE_SIZE, "erofs' state");

/* ---- the volume ---- */

/* The largest extent that a file of this volume is packed in: the first method's is lz4's. */
static int packed_size(struct fs *fs, const uint8_t *super, uint32_t *size)
{
	const struct erofs *s = erofs_state(fs);
	uint8_t b[6];
	int err;

	*size = 1u << s->bits;
	if (!(s->features & METHODS) || !(get_le16(super + 84) & 1))
		return 0;
	err = fs_copy(fs, SUPER_AT + SUPER_SIZE + super[13] * UINT64_C(16), b, sizeof(b));
	if (err)
		return err;
	if (get_le16(b + 4) > PACKED_MAX >> s->bits)
		return fs_damaged(fs, "files are packed in %u blocks", get_le16(b + 4));
	*size *= MAX(get_le16(b + 4), (uint16_t)1);
	return 0;
}

static int lay_out(struct fs *fs, const uint8_t *super)
{
	struct erofs *s = erofs_state(fs);
	uint32_t size;
	int err;

	err = packed_size(fs, super, &size);
	if (err)
		return err;
	s->packed_size = size;
	s->unpacked_size = MIN(size * LZ4_RATIO, (uint32_t)UNPACKED_MAX);
	fs->scratch_wanted = (uint64_t)s->packed_size + 2 * FS_PIECE + s->unpacked_size;
	if (fs->scratch_size < fs->scratch_wanted)
		return refuse(fs->why, -ENOMEM, "no memory for its blocks");
	s->packed = fs->scratch;
	s->unpacked = s->packed + s->packed_size + 2 * FS_PIECE;
	return 0;
}

static int check_super(struct fs *fs, const uint8_t *super)
{
	const struct erofs *s = erofs_state(fs);
	const uint64_t block = UINT64_C(1) << s->bits;
	const uint64_t len = block > SUPER_AT ? block - SUPER_AT : block;
	const uint32_t unknown = s->features & ~(uint32_t)KNOWN;
	uint64_t at = SUPER_AT + 8, left = len - 8, part;
	uint32_t sum;
	int err = 0;

	if (unknown)
		return refuse(fs->why, -ENOTSUP, "erofs: the feature 0x%" PRIx32 " is not known",
			      unknown);
	if (super[90])
		return refuse(fs->why, -ENOTSUP, "erofs: folders have blocks of their own size");
	if (!(get_le32(super + 8) & HAS_CHECKSUM))
		return 0;
	/* the checksum's own place counts as zero */
	sum = crc32c(crc32c(~0u, super, 4), "\0\0\0", 4);
	for (; left && !err; at += part, left -= part) {
		const uint8_t *p = NULL;

		part = MIN(left, FS_PIECE - at % FS_PIECE);
		err = fs_get(fs, at, part, &p);
		if (!err)
			sum = crc32c(sum, p, part);
	}
	if (!err && sum != get_le32(super + 4))
		return fs_damaged(fs, "the superblock's checksum is wrong");
	return err;
}

static int erofs_mount(struct fs *fs)
{
	struct erofs *s = erofs_state(fs);
	uint8_t super[SUPER_SIZE];
	int err = fs->device->size < SUPER_AT + SUPER_SIZE
			  ? -ENODEV
			  : fs_copy(fs, SUPER_AT, super, sizeof(super));

	if (err)
		return err;
	if (get_le32(super) != MAGIC)
		return -ENODEV;
	if (super[12] < 9 || super[12] > 16)
		return fs_damaged(fs, "blocks of 2^%u bytes", super[12]);
	*s = (struct erofs){
		.bits = super[12],
		.features = get_le32(super + 80),
		.meta = (uint64_t)get_le32(super + 40) << super[12],
		.root = get_le16(super + 14),
		.fragments = get_le64(super + 96),
	};
	err = check_super(fs, super);
	if (err)
		return err;
	if ((uint64_t)get_le32(super + 36) << s->bits > fs->device->size)
		return fs_damaged(fs, "0x%" PRIx32 " blocks do not fit into 0x%" PRIx64 " bytes",
				  get_le32(super + 36), fs->device->size);
	memcpy(fs->label, super + 64, 16);
	fs->label[16] = '\0';
	fs_uuid(fs, super + 48);
	return lay_out(fs, super);
}

/* ---- inodes ---- */

static enum fs_kind kind_of(uint16_t mode)
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

static int read_inode(struct fs *fs, uint64_t number)
{
	struct erofs *s = erofs_state(fs);
	struct erofs_inode *i = &s->inode;
	uint8_t b[INODE_EXTENDED];
	uint64_t at;
	bool extended;
	int err;

	if (i->id == number + 1)
		return 0;
	if (number >= fs->device->size / INODE_SIZE)
		return fs_damaged(fs, "inode 0x%" PRIx64 " is past the volume's end", number);
	at = s->meta + number * INODE_SIZE;
	err = fs_copy(fs, at, b, INODE_SIZE);
	extended = !err && b[0] & 1;
	if (extended)
		err = fs_copy(fs, at + INODE_SIZE, b + INODE_SIZE, INODE_SIZE);
	if (err)
		return err;
	*i = (struct erofs_inode){
		.size = extended ? get_le64(b + 8) : get_le32(b + 8),
		.end = at + (extended ? INODE_EXTENDED : INODE_SIZE),
		.kind = kind_of(get_le16(b + 4)),
		.start = get_le32(b + 16),
		.layout = b[0] >> 1 & 7,
	};
	if (get_le16(b + 2)) /* attributes: a header, and so many words */
		i->end += 8 + get_le16(b + 2) * UINT64_C(4);
	if (i->layout > EROFS_CHUNKS)
		return fs_damaged(fs, "an inode of layout %u", i->layout);
	if (i->kind == FS_OTHER)
		i->size = 0;
	else if (i->layout == EROFS_FULL || i->layout == EROFS_COMPACT)
		err = erofs_read_map(fs, i);
	else if (i->layout != EROFS_CHUNKS && i->size > fs->device->size)
		err = fs_damaged(fs, "a file of 0x%" PRIx64 " bytes", i->size);
	i->id = err ? 0 : number + 1;
	return err;
}

static int erofs_open(struct fs *fs, struct fs_node *node)
{
	const struct erofs_inode *i = &erofs_state(fs)->inode;
	int err = read_inode(fs, node->id);

	if (!err)
		*node = (struct fs_node){ .kind = i->kind, .size = i->size, .id = node->id };
	return err;
}

static int erofs_root(struct fs *fs, struct fs_node *node)
{
	*node = (struct fs_node){ .id = erofs_state(fs)->root };
	return erofs_open(fs, node);
}

/* ---- contents ---- */

static int chunk_run(struct fs *fs, const struct erofs_inode *i, uint64_t off, struct fs_run *run)
{
	const struct erofs *s = erofs_state(fs);
	const unsigned int bits = s->bits + (i->start & CHUNK_BITS);
	const uint64_t entry = i->start & CHUNK_INDEXES ? 8 : 4;
	const uint64_t inside = off & ((UINT64_C(1) << bits) - 1);
	uint8_t b[8];
	uint32_t block;
	int err;

	if (i->start & 0xffff & ~(CHUNK_BITS | CHUNK_INDEXES))
		return fs_damaged(fs, "chunks of format 0x%" PRIx32, i->start & 0xffff);
	err = fs_copy(fs, ALIGN_UP(i->end, entry) + (off >> bits) * entry, b, entry);
	if (err)
		return err;
	if (entry == 8 && get_le16(b + 2))
		return refuse(fs->why, -ENOTSUP, "erofs: a file is on another device");
	block = get_le32(b + entry - 4);
	*run = (struct fs_run){ .at = ((uint64_t)block << s->bits) + inside,
				.len = (UINT64_C(1) << bits) - inside,
				.zero = block == NOWHERE };
	return 0;
}

static int run_of(struct fs *fs, const struct erofs_inode *i, uint64_t off, struct fs_run *run)
{
	const struct erofs *s = erofs_state(fs);
	const uint64_t start = (uint64_t)i->start << s->bits;
	/* the last block, whole or not */
	const uint64_t tail = ALIGN_DOWN(i->size - 1, UINT64_C(1) << s->bits);

	if (i->layout == EROFS_FULL || i->layout == EROFS_COMPACT)
		return erofs_packed_run(fs, off, run);
	if (i->layout == EROFS_CHUNKS)
		return chunk_run(fs, i, off, run);
	if (i->layout == EROFS_PLAIN)
		*run = (struct fs_run){ .at = start + off, .len = i->size - off };
	else if (off < tail)
		*run = (struct fs_run){ .at = start + off, .len = tail - off };
	else
		*run = (struct fs_run){ .at = i->end + (off - tail), .len = i->size - off };
	return 0;
}

/* The inode that has byte *@off of a file, and the place in it: its own, or that of fragments. */
static int find_byte(struct fs *fs, uint64_t id, uint64_t *off, uint64_t *left)
{
	const struct erofs *s = erofs_state(fs);
	const struct erofs_inode *i = &s->inode;
	int err = read_inode(fs, id);

	*left = UINT64_MAX;
	if (err || (i->layout != EROFS_FULL && i->layout != EROFS_COMPACT))
		return err;
	err = erofs_shared(fs, off, left);
	if (err <= 0)
		return err;
	err = id == s->fragments ? 1 : read_inode(fs, s->fragments);
	if (err > 0 || (!err && (i->kind == FS_DIR || *off >= i->size)))
		return fs_damaged(fs, "a fragment at 0x%" PRIx64 " is past their end", *off);
	return err;
}

static int erofs_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	uint64_t left;
	int err = find_byte(fs, node->id, &off, &left);

	if (!err)
		err = run_of(fs, &erofs_state(fs)->inode, off, run);
	if (!err)
		run->len = MIN(run->len, left);
	return err;
}

static int erofs_unpack(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst,
			uint64_t len)
{
	uint64_t left;
	const int err = find_byte(fs, node->id, &off, &left);

	return err ? err : erofs_packed_bytes(fs, off, dst, len);
}

/* ---- folders ---- */

/* Bytes of a folder, all in one of its blocks. */
static int dir_bytes(struct fs *fs, uint64_t off, void *dst, size_t len)
{
	struct fs_run run;
	int err = run_of(fs, &erofs_state(fs)->inode, off, &run);

	if (err)
		return err;
	if (run.zero || run.packed || run.len < len)
		return fs_damaged(fs, "a folder that is no list of names");
	return fs_copy(fs, run.at, dst, len);
}

/* Entry @n of the block at @off, which has @room bytes; 1: there are not so many. */
static int read_entry(struct fs *fs, uint64_t off, uint32_t room, uint32_t n,
		      struct fs_entry *entry)
{
	uint8_t b[2 * ENTRY_SIZE];
	uint32_t first, begin, end;
	bool last;
	int err = room < ENTRY_SIZE ? fs_damaged(fs, "a folder that ends in an entry")
				    : dir_bytes(fs, off, b, ENTRY_SIZE);

	if (err)
		return err;
	first = get_le16(b + 8); /* where names begin, so how many entries there are */
	if (first < ENTRY_SIZE || first % ENTRY_SIZE || first > room)
		return fs_damaged(fs, "a folder's first name at 0x%" PRIx32, first);
	if (n >= first / ENTRY_SIZE)
		return 1;
	last = n + 1 == first / ENTRY_SIZE;
	err = dir_bytes(fs, off + (uint64_t)n * ENTRY_SIZE, b, last ? ENTRY_SIZE : sizeof(b));
	if (err)
		return err;
	begin = get_le16(b + 8);
	end = last ? MIN(room, begin + NAME_MAX_BYTES) : get_le16(b + ENTRY_SIZE + 8);
	if (begin < first || end > room || end <= begin || end - begin > NAME_MAX_BYTES)
		return fs_damaged(fs, "a name from 0x%" PRIx32 " to 0x%" PRIx32 " of a block",
				  begin, end);
	entry->node = (struct fs_node){ .id = get_le64(b) };
	entry->name[end - begin] = '\0'; /* the last one may have an end of its own */
	entry->alias[0] = '\0';
	return dir_bytes(fs, off + begin, entry->name, end - begin);
}

/* The cursor is a block and, in its last 16 bits, an entry. */
static int erofs_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
		      struct fs_entry *entry)
{
	const struct erofs *s = erofs_state(fs);
	int err = read_inode(fs, dir->id);

	while (!err) {
		const uint64_t off = (*cursor >> 16) << s->bits;

		if (off >= s->inode.size)
			return 1;
		err = read_entry(fs, off,
				 (uint32_t)MIN(s->inode.size - off, UINT64_C(1) << s->bits),
				 *cursor & 0xffff, entry);
		if (!err) {
			++*cursor;
			return 0;
		}
		if (err == 1) {
			*cursor = ((*cursor >> 16) + 1) << 16;
			err = 0;
		}
	}
	return err;
}

const struct fs_type erofs_type = {
	.name = "erofs",
	.mount = erofs_mount,
	.root = erofs_root,
	.next = erofs_next,
	.open = erofs_open,
	.run = erofs_run,
	.unpack = erofs_unpack,
};
