// SPDX-License-Identifier: BSD-2-Clause
/*
 * exFAT.
 * Spec: Microsoft "exFAT file system specification", 1.00
 *
 * A node's id is its first cluster. Its aux is twice the bytes of it that were ever written, plus 1
 * where its clusters lie one behind the other without a chain.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"

#define ENTRY          32
#define CLUSTER_FIRST  2
#define CLUSTER_END    0xfffffff8
#define TYPE_LABEL     0x83
#define TYPE_FILE      0x85
#define TYPE_STREAM    0xc0
#define TYPE_NAME      0xc1
#define NAME_UNITS     15 /* of an entry */
#define SECONDARY_MAX  18
#define LABEL_UNITS    11
#define LABEL_ENTRIES  8
#define DIR_MAX        (256 * MIB)
#define FLAG_NO_CHAIN  2
#define ATTR_DIR       0x10

/**
 * struct exfat - a volume
 * @clusters: numbered from 2 on; @shift: of their size
 * @known:    the place of last time in a chain
 */
struct exfat {
	unsigned int shift;
	uint32_t clusters, root;
	uint64_t table, data;
	struct {
		uint32_t first, index, cluster;
	} known;
};

static_assert(sizeof(struct exfat) <= FS_STATE_SIZE, "exFAT's state");

static struct exfat *exfat_state(struct fs *fs)
{
	return (struct exfat *)fs->state;
}

static int take_label(struct fs *fs);

static int exfat_mount(struct fs *fs)
{
	struct exfat *x = exfat_state(fs);
	uint64_t sectors, table_sectors;
	unsigned int sector;
	const uint8_t *b;
	int err = fs->device->size < 512 ? -ENODEV : fs_get(fs, 0, 512, &b);

	if (err)
		return err;
	if (memcmp(b + 3, "EXFAT   ", 8) || get_le16(b + 510) != 0xaa55)
		return -ENODEV;
	sector = b[108];
	if (sector < 9 || sector > 12 || b[109] > 25 - sector || b[110] < 1 || b[110] > 2)
		return fs_damaged(fs, "sectors of 2^%u bytes, clusters of 2^%u sectors, %u tables",
				  sector, b[109], b[110]);
	sectors = get_le64(b + 72);
	table_sectors = get_le32(b + 84);
	*x = (struct exfat){
		.shift = sector + b[109],
		.clusters = get_le32(b + 92),
		.root = get_le32(b + 96),
		.table = (uint64_t)get_le32(b + 80) << sector,
		.data = (uint64_t)get_le32(b + 88) << sector,
	};
	if (get_le16(b + 106) & 1 && b[110] == 2) /* the second table is in use */
		x->table += table_sectors << sector;
	if (sectors > fs->device->size >> sector)
		return fs_damaged(fs,
				  "%" PRIu64 " sectors of %u bytes do not fit into 0x%" PRIx64
				  " bytes",
				  sectors, 1u << sector, fs->device->size);
	if (x->clusters > UINT32_MAX - 16 || x->data > fs->device->size ||
	    x->clusters > (fs->device->size - x->data) >> x->shift ||
	    !span_fits((table_sectors << sector) / 4, CLUSTER_FIRST, x->clusters))
		return fs_damaged(fs, "%" PRIu32 " clusters do not fit", x->clusters);
	for (unsigned int i = 0; i < 9; i++)
		fs->uuid[i] =
			i == 4 ? '-'
			       : "0123456789ABCDEF"[get_le32(b + 100) >> (28 - 4 * (i - (i > 4))) &
						    15];
	fs->uuid[9] = '\0';
	return take_label(fs);
}

/* ---- chains ---- */

static int check_cluster(struct fs *fs, uint32_t cluster)
{
	const uint32_t clusters = exfat_state(fs)->clusters;

	if (cluster < CLUSTER_FIRST || cluster - CLUSTER_FIRST >= clusters)
		return fs_damaged(fs, "cluster %" PRIu32 " is none of 2 to %" PRIu32, cluster,
				  clusters + 1);
	return 0;
}

/* Cluster @index of a chain, and how many from there on follow each other, @max at most; 1: the
 * chain ends before. */
static int follow(struct fs *fs, uint32_t first, uint64_t index, uint64_t max, uint32_t *out,
		  uint64_t *count)
{
	struct exfat *x = exfat_state(fs);
	uint32_t i = 0, c = first, next;
	const uint8_t *p;
	int err;

	if (index >= x->clusters)
		return fs_damaged(fs, "the chain of cluster %" PRIu32 " has no end", first);
	if (x->known.first == first && x->known.index <= index) {
		i = x->known.index;
		c = x->known.cluster;
	}
	err = check_cluster(fs, c);
	for (; !err && i < index; i++) {
		err = fs_get(fs, x->table + (uint64_t)c * 4, 4, &p);
		if (!err) {
			c = get_le32(p);
			if (c >= CLUSTER_END)
				return 1;
			err = check_cluster(fs, c);
		}
	}
	if (err)
		return err;
	x->known.first = first;
	x->known.index = i;
	x->known.cluster = c;
	*out = c;
	for (*count = 1; *count < max; ++*count) {
		err = fs_get(fs, x->table + (uint64_t)(c + *count - 1) * 4, 4, &p);
		if (err)
			return err;
		next = get_le32(p);
		if (next != c + *count || check_cluster(fs, next))
			break;
	}
	return 0;
}

static int exfat_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	const struct exfat *x = exfat_state(fs);
	const uint64_t inside = off & (BIT(x->shift) - 1), index = off >> x->shift;
	const uint64_t written = node->kind == FS_DIR ? node->size : node->aux >> 1;
	const uint64_t wanted =
		node->kind == FS_DIR ? 1 : ((node->size - off + inside - 1) >> x->shift) + 1;
	uint64_t count = wanted;
	uint32_t cluster = (uint32_t)(node->id + index);
	int err = 0;

	if (off >= written) {
		*run = (struct fs_run){ .len = node->size - off, .zero = true };
		return 0;
	}
	if (!(node->aux & 1))
		err = follow(fs, (uint32_t)node->id, index, MIN(wanted, UINT64_C(1024)), &cluster,
			     &count);
	else if (node->id < CLUSTER_FIRST || node->id - CLUSTER_FIRST >= x->clusters ||
		 !span_fits(x->clusters - (node->id - CLUSTER_FIRST), index, wanted))
		err = fs_damaged(fs,
				 "%" PRIu64 " clusters from cluster %" PRIu64 " on pass its end",
				 index + wanted, node->id);
	if (err > 0 && node->kind != FS_DIR)
		err = fs_damaged(fs, "the chain of cluster %" PRIu64 " ends before its file does",
				 node->id);
	if (!err)
		*run = (struct fs_run){
			.at = x->data + ((uint64_t)(cluster - CLUSTER_FIRST) << x->shift) + inside,
			.len = MIN((count << x->shift) - inside, written - off),
		};
	return err;
}

/* ---- folders ---- */

static int exfat_root(struct fs *fs, struct fs_node *node)
{
	*node = (struct fs_node){ FS_DIR, DIR_MAX, exfat_state(fs)->root, 0 };
	return 0;
}

/* An entry of a folder: the root's size is nowhere, so its chain ends it. 1: there is none. */
static int get_entry(struct fs *fs, const struct fs_node *dir, uint64_t off, const uint8_t **out)
{
	struct fs_run run;
	int err;

	if (off >= dir->size)
		return 1;
	err = exfat_run(fs, dir, off, &run);
	return err ? err : fs_get(fs, run.at, ENTRY, out);
}

static uint16_t add_sum(uint16_t sum, const uint8_t *e, bool first)
{
	for (unsigned int i = 0; i < ENTRY; i++) {
		if (!first || (i != 2 && i != 3))
			sum = (uint16_t)((uint16_t)(sum << 15 | sum >> 1) + e[i]);
	}
	return sum;
}

static void add_units(struct fs_entry *entry, const uint8_t *e, unsigned int units, size_t *len,
		      uint16_t *high)
{
	for (unsigned int i = 0; i < units; i++) {
		uint32_t point = get_le16(e + 2 + 2 * i);

		if ((point & 0xfc00) == 0xd800) {
			*high = (uint16_t)point;
			continue;
		}
		if ((point & 0xfc00) == 0xdc00 && *high)
			point = 0x10000 + ((uint32_t)(*high & 0x3ff) << 10 | (point & 0x3ff));
		*high = 0;
		if (!fs_utf8(entry->name, len, point))
			break;
	}
}

/* The entries behind that of a file: where it lies, and its name. */
static int take_set(struct fs *fs, const struct fs_node *dir, uint64_t *cursor, const uint8_t *file,
		    struct fs_entry *entry)
{
	const unsigned int count = file[1];
	const uint16_t stored = get_le16(file + 2);
	const bool folder = get_le16(file + 4) & ATTR_DIR;
	unsigned int i, left = 0;
	uint16_t sum = add_sum(0, file, true), high = 0;
	size_t len = 0;
	const uint8_t *e;

	if (count < 2 || count > SECONDARY_MAX)
		return fs_damaged(fs, "a file of %u entries", count);
	for (i = 0; i < count; i++) {
		int err = get_entry(fs, dir, *cursor, &e);

		if (err > 0 || (!err && e[0] != TYPE_STREAM && !i))
			return fs_damaged(fs, "a file's entries are cut short");
		if (err)
			return err;
		*cursor += ENTRY;
		sum = add_sum(sum, e, false);
		if (!i) {
			left = e[3];
			entry->node =
				(struct fs_node){ folder ? FS_DIR : FS_FILE, get_le64(e + 24),
						  get_le32(e + 20),
						  get_le64(e + 8) << 1 | !!(e[1] & FLAG_NO_CHAIN) };
		} else if (e[0] == TYPE_NAME) {
			add_units(entry, e, MIN(left, (unsigned int)NAME_UNITS), &len, &high);
			left -= MIN(left, (unsigned int)NAME_UNITS);
		}
	}
	if (sum != stored || left || !len)
		return fs_damaged(fs, "the checksum of a file's entries is wrong");
	return 0;
}

static int exfat_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
		      struct fs_entry *entry)
{
	uint8_t file[ENTRY];
	const uint8_t *e;
	int err;

	while (!(err = get_entry(fs, dir, *cursor, &e))) {
		if (!e[0])
			return 1;
		*cursor += ENTRY;
		if (e[0] != TYPE_FILE)
			continue;
		memcpy(file, e, ENTRY);
		entry->name[0] = entry->alias[0] = '\0';
		return take_set(fs, dir, cursor, file, entry);
	}
	return err;
}

/* One of the root's first entries, where the volume has a name. */
static int take_label(struct fs *fs)
{
	struct fs_node root;
	uint64_t off = 0;
	size_t len = 0;
	const uint8_t *e;
	int err = exfat_root(fs, &root);

	for (; !err && off < (uint64_t)LABEL_ENTRIES * ENTRY; off += ENTRY) {
		err = get_entry(fs, &root, off, &e);
		if (err || e[0] != TYPE_LABEL)
			continue;
		for (unsigned int i = 0; i < e[1] && i < LABEL_UNITS; i++)
			(void)fs_utf8(fs->label, &len, get_le16(e + 2 + 2 * i));
		break;
	}
	return MIN(err, 0);
}

const struct fs_type exfat_type = {
	.name = "exfat",
	.fold = true,
	.mount = exfat_mount,
	.root = exfat_root,
	.next = exfat_next,
	.run = exfat_run,
};
