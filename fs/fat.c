// SPDX-License-Identifier: BSD-2-Clause
/*
 * FAT12, FAT16 and FAT32, with long names.
 * Spec: Microsoft "FAT: General Overview of On-Disk Format", 1.03
 *
 * A node's id is its first cluster, 0 for the fixed root of FAT12 and FAT16; its aux is the
 * volume's byte where its entry lies.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fat.h"
#include "lib/base/le.h"
#include "lib/base/span.h"

static bool is_power(uint32_t x)
{
	return x && !(x & (x - 1));
}

static unsigned int log2_of(uint32_t x)
{
	return (unsigned int)__builtin_ctz(x);
}

/* A boot sector has no magic of its own: each of these must hold. */
static bool plausible(const uint8_t *b)
{
	const uint32_t sector = get_le16(b + 11);

	return (b[0] == 0xeb || b[0] == 0xe9) && is_power(sector) && sector >= 512 &&
	       sector <= FS_PIECE && is_power(b[13]) && get_le16(b + 14) && b[16] >= 1 &&
	       b[16] <= 4 && (b[21] == 0xf0 || b[21] >= 0xf8) &&
	       (get_le16(b + 22) || get_le32(b + 36));
}

static void name_label(struct fs *fs, const uint8_t *label, uint32_t serial)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned int i, len = 11;

	while (len && label[len - 1] == ' ')
		len--;
	memcpy(fs->label, label, len);
	fs->label[len] = '\0';
	for (i = 0; i < 9; i++)
		fs->uuid[i] = i == 4 ? '-' : digits[serial >> (28 - 4 * (i - (i > 4))) & 15];
	fs->uuid[9] = '\0';
}

int fat_mount(struct fs *fs)
{
	struct fat *fat = fat_state(fs);
	uint64_t sectors, used, table_sectors;
	uint32_t sector;
	const uint8_t *b;
	int err = fs->device->size < 512 ? -ENODEV : fs_get(fs, 0, 512, &b);

	if (err)
		return err;
	if (!plausible(b))
		return -ENODEV;
	sector = get_le16(b + 11);
	sectors = get_le16(b + 19) ? get_le16(b + 19) : get_le32(b + 32);
	table_sectors = get_le16(b + 22) ? get_le16(b + 22) : get_le32(b + 36);
	*fat = (struct fat){ .shift = log2_of(sector) + log2_of(b[13]) };
	fat->root_size = (uint64_t)get_le16(b + 17) * ENTRY;
	fat->table = (uint64_t)get_le16(b + 14) * sector;
	fat->table_size = table_sectors * sector;
	fat->tables = fat->table;
	fat->mirrors = b[16];
	fat->root_at = fat->table + b[16] * fat->table_size;
	fat->data = fat->root_at + ALIGN_UP(fat->root_size, (uint64_t)sector);
	used = fat->data / sector;
	if (fat->shift > 18 || sectors <= used)
		return -ENODEV;
	if (sectors * sector > fs->device->size)
		return fs_damaged(fs,
				  "%" PRIu64 " sectors of %u bytes do not fit into 0x%" PRIx64
				  " bytes",
				  sectors, sector, fs->device->size);
	fat->clusters = (uint32_t)((sectors - used) >> (fat->shift - log2_of(sector)));
	fat->bits = get_le16(b + 22) == 0 ? 32 : fat->clusters < 4085 ? 12 : 16;
	if (!span_fits(fat->table_size * 8 / fat->bits, 2, fat->clusters))
		return fs_damaged(fs, "its table has no room for %" PRIu32 " clusters",
				  fat->clusters);
	if (fat->bits == 32) {
		fat->root_cluster = get_le32(b + 44);
		if (get_le16(b + 48) && get_le16(b + 48) < get_le16(b + 14))
			fat->info = (uint64_t)get_le16(b + 48) * sector;
		if (get_le16(b + 40) & 0x80) { /* no mirrors: the table in use is named */
			if ((b[40] & 15u) >= b[16])
				return fs_damaged(fs, "table %u of %u is in use", b[40] & 15,
						  b[16]);
			fat->table += (b[40] & 15u) * fat->table_size;
			fat->tables = fat->table;
			fat->mirrors = 1;
		}
	}
	name_label(fs, b + (fat->bits == 32 ? 71 : 43), get_le32(b + (fat->bits == 32 ? 67 : 39)));
	return 0;
}

/* ---- chains ---- */

int fat_table_entry(struct fs *fs, uint32_t cluster, uint32_t *out)
{
	const struct fat *fat = fat_state(fs);
	uint8_t pair[2];
	const uint8_t *p;
	int err;

	if (fat->bits == 12) {
		err = fs_copy(fs, fat->table + cluster + cluster / 2, pair, 2);
		*out = get_le16(pair) >> (cluster & 1 ? 4 : 0) & 0xfff;
		return err;
	}
	err = fs_get(fs, fat->table + (uint64_t)cluster * (fat->bits / 8), fat->bits / 8, &p);
	if (err)
		return err;
	*out = fat->bits == 16 ? get_le16(p) : get_le32(p) & 0x0fffffff;
	return 0;
}

bool fat_is_cluster(const struct fat *fat, uint32_t cluster)
{
	return cluster >= 2 && cluster - 2 < fat->clusters;
}

bool fat_is_end(const struct fat *fat, uint32_t cluster)
{
	return cluster >= (fat->bits == 32 ? 0x0ffffff8 : fat->bits == 16 ? 0xfff8 : 0xff8u);
}

/* Clusters from @cluster on that follow each other, @max at most: within a piece of the table. */
static int count_neighbours(struct fs *fs, uint32_t cluster, uint64_t max, uint64_t *count)
{
	const struct fat *fat = fat_state(fs);
	const unsigned int width = fat->bits / 8;
	const uint64_t at = fat->table + (uint64_t)cluster * width;
	const uint8_t *p;
	uint64_t in_piece, n = 0;
	int err;

	*count = 1;
	if (fat->bits == 12)
		return 0;
	err = fs_get(fs, at, width, &p);
	if (err)
		return err;
	in_piece =
		(MIN(ALIGN_DOWN(at, (uint64_t)FS_PIECE) + FS_PIECE, fat->table + fat->table_size) -
		 at) /
		width;
	max = MIN(MIN(max - 1, in_piece), (uint64_t)fat->clusters + 1 - cluster);
	if (width == 4) {
		while (n < max && (get_le32(p + 4 * n) & 0x0fffffff) == cluster + n + 1)
			n++;
	} else {
		/* Four at a time: none of them carries, for they are numbers of clusters. */
		while (max - n >= 4 && get_le64(p + 2 * n) == (cluster + n) * 0x0001000100010001 +
								      0x0004000300020001)
			n += 4;
		while (n < max && get_le16(p + 2 * n) == cluster + n + 1)
			n++;
	}
	*count = n + 1;
	return 0;
}

int fat_follow(struct fs *fs, struct chain *known, uint32_t first, uint32_t index, uint32_t *out)
{
	const struct fat *fat = fat_state(fs);
	struct chain c = { first, 0, first, 0 };
	uint32_t step;
	int err;

	if (known->first == first && known->index <= index) {
		step = MIN(index - known->index, known->more);
		c = (struct chain){ first, known->index + step, known->cluster + step,
				    known->more - step };
		if (c.index == index) {
			*out = c.cluster;
			return 0;
		}
	}
	if (index >= fat->clusters)
		return fs_damaged(fs, "the chain of cluster %" PRIu32 " has no end", first);
	while (1) {
		if (!fat_is_cluster(fat, c.cluster))
			return fs_damaged(fs,
					  "cluster %" PRIu32 " of the chain of %" PRIu32
					  " is none of 2 to %" PRIu32,
					  c.cluster, first, fat->clusters + 1);
		if (c.index == index)
			break;
		err = fat_table_entry(fs, c.cluster, &c.cluster);
		if (err)
			return err;
		if (fat_is_end(fat, c.cluster))
			return 1;
		c.index++;
		c.more = 0;
	}
	*known = c;
	*out = c.cluster;
	return 0;
}

uint64_t fat_cluster_at(const struct fat *fat, uint32_t cluster)
{
	return fat->data + ((uint64_t)(cluster - 2) << fat->shift);
}

int fat_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	struct fat *fat = fat_state(fs);
	struct chain *known = &fat->known.chain[1];
	const uint64_t inside = off & ((UINT64_C(1) << fat->shift) - 1);
	const uint64_t wanted = ((node->size - off + inside - 1) >> fat->shift) + 1;
	uint64_t count = 0;
	uint32_t cluster = 0;
	int err =
		fat_follow(fs, known, (uint32_t)node->id, (uint32_t)(off >> fat->shift), &cluster);

	if (err > 0)
		return fs_damaged(fs,
				  "the chain of cluster %" PRIu64
				  " ends before the file of %" PRIu64 " bytes does",
				  node->id, node->size);
	if (err)
		return err;
	err = count_neighbours(fs, cluster, wanted, &count);
	if (err)
		return err;
	if (known->cluster == cluster)
		known->more = (uint32_t)count - 1;
	*run = (struct fs_run){ .at = fat_cluster_at(fat, cluster) + inside,
				.len = (count << fat->shift) - inside };
	return 0;
}

/* ---- folders ---- */

int fat_root(struct fs *fs, struct fs_node *node)
{
	*node = (struct fs_node){ .kind = FS_DIR, .id = fat_state(fs)->root_cluster };
	return 0;
}

int fat_entry_at(struct fs *fs, const struct fs_node *dir, uint64_t off, uint64_t *at)
{
	struct fat *fat = fat_state(fs);
	struct chain *known = &fat->known.chain[0];
	const uint32_t first = (uint32_t)(dir->id ? dir->id : fat->root_cluster);
	uint32_t cluster;
	int err = 0;

	if (!dir->id && fat->bits != 32) {
		*at = fat->root_at + off;
		return off >= fat->root_size;
	}
	if (off >= 65536 * ENTRY * 2) /* more than the format allows, twice over */
		return fs_damaged(fs, "a folder has no end");
	cluster = known->cluster; /* of the entry before, mostly */
	if (known->first != first || known->index != off >> fat->shift)
		err = fat_follow(fs, known, first, (uint32_t)(off >> fat->shift), &cluster);
	if (!err)
		*at = fat_cluster_at(fat, cluster) + (off & ((UINT64_C(1) << fat->shift) - 1));
	return err;
}

/** struct long_name - a long name that is being put together, from its last part to its first */
struct long_name {
	uint16_t unit[LONG_MAX * LONG_UNITS];
	unsigned int parts; /* of the whole name; 0: none begun */
	unsigned int missing;
	uint8_t sum;
};

const uint8_t fat_long_places[LONG_UNITS] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30 };

static void add_long(struct long_name *name, const uint8_t *e)
{
	const unsigned int part = e[0] & 0x1f;
	unsigned int i;

	if (e[0] & LONG_LAST) {
		name->parts = name->missing = part <= LONG_MAX ? part : 0;
		name->sum = e[13];
	}
	if (!part || part != name->missing || e[13] != name->sum) {
		name->parts = 0;
		return;
	}
	name->missing--;
	for (i = 0; i < LONG_UNITS; i++)
		name->unit[(part - 1) * LONG_UNITS + i] = get_le16(e + fat_long_places[i]);
}

uint8_t fat_short_sum(const uint8_t *e)
{
	uint8_t sum = 0;
	unsigned int i;

	for (i = 0; i < 11; i++)
		sum = (uint8_t)((sum >> 1 | sum << 7) + e[i]);
	return sum;
}

static bool take_long(const struct long_name *name, const uint8_t *e, char *out)
{
	unsigned int i, count = name->parts * LONG_UNITS;
	size_t len = 0;

	if (!name->parts || name->missing || name->sum != fat_short_sum(e))
		return false;
	for (i = 0; i < count && name->unit[i]; i++) {
		uint32_t point = name->unit[i];

		if ((point & 0xfc00) == 0xd800 && i < count - 1 &&
		    (name->unit[i + 1] & 0xfc00) == 0xdc00)
			point = 0x10000 + ((point & 0x3ff) << 10 | (name->unit[++i] & 0x3ff));
		if (!fs_utf8(out, &len, point))
			return false;
	}
	return len > 0;
}

/* Eight letters, capitals made small: bit 7 says of each whether it is one. */
static uint64_t __attribute__((noinline)) to_small(uint64_t letters)
{
	const uint64_t all = 0x0101010101010101, low = letters & 0x7f * all;
	const uint64_t capital = (low + (0x80 - 'A') * all) & ~(low + (0x7f - 'Z') * all);

	return letters | (capital & ~letters & 0x80 * all) >> 2;
}

/* Letters, of which @blanks are all blank: how many there are without the blanks behind them. */
static unsigned int letters_in(uint64_t letters, uint64_t blanks)
{
	return letters == blanks ? 0 : 8 - (unsigned int)__builtin_clzll(letters ^ blanks) / 8;
}

/* 13 bytes of @out are written, whatever the name's length. */
static void take_short(const uint8_t *e, char *out)
{
	const uint64_t blanks = 0x2020202020202020;
	uint64_t base = get_le64(e), more = get_le32(e + 8) & 0xffffff;
	char *end = out;

	if (e[12] & 0x08)
		base = to_small(base);
	put_le64(out, base);
	end += letters_in(base, blanks);
	if (e[0] == 0x05)
		out[0] = (char)0xe5;
	if (more != (blanks & 0xffffff)) {
		if (e[12] & 0x10)
			more = to_small(more);
		*end++ = '.';
		put_le32(end, (uint32_t)more);
		end += letters_in(more, blanks & 0xffffff);
	}
	*end = '\0';
}

/* The entry at the cursor, which moves on: mostly the one behind the entry before. */
static int next_entry(struct fs *fs, const struct fs_node *dir, uint64_t *cursor, const uint8_t **e)
{
	struct fat *fat = fat_state(fs);
	struct fat_place *p = &fat->known.next;
	const uint64_t cluster = UINT64_C(1) << fat->shift;
	int err;

	if (!p->left || p->off != *cursor || p->dir != dir->id) {
		p->left = 0;
		err = fat_entry_at(fs, dir, *cursor, &p->at);
		if (err)
			return err;
		p->dir = dir->id;
		p->off = *cursor;
		p->left = dir->id || fat->bits == 32 ? cluster - (p->off & (cluster - 1))
						     : fat->root_size - p->off;
	}
	err = fs_get(fs, p->at, ENTRY, e);
	*cursor = p->off += ENTRY;
	p->at += ENTRY;
	p->left -= ENTRY;
	return err;
}

static bool is_named(const uint8_t *e)
{
	return e[0] != ENTRY_FREE && !(e[11] & ATTR_VOLUME);
}

/* From *@e on to an entry that is a file's, or the end. @out: its long name, or "". */
static int __attribute__((noinline)) pass_others(struct fs *fs, const struct fs_node *dir,
						 uint64_t *cursor, const uint8_t **e, char *out)
{
	struct long_name name; /* its units count where parts says so */
	int err = 0;

	name.parts = name.missing = name.sum = 0;
	for (; !err && (*e)[0] && !is_named(*e); err = next_entry(fs, dir, cursor, e)) {
		if ((*e)[0] != ENTRY_FREE && ((*e)[11] & 0x3f) == ATTR_LONG)
			add_long(&name, *e);
		else
			name.parts = 0;
	}
	if (!err && (*e)[0] && !take_long(&name, *e, out))
		out[0] = '\0';
	return err;
}

int fat_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor, struct fs_entry *entry)
{
	const struct fat *fat = fat_state(fs);
	const uint8_t *e = NULL;
	int err = next_entry(fs, dir, cursor, &e);

	entry->name[0] = entry->alias[0] = '\0';
	if (!err && e[0] && !is_named(e))
		err = pass_others(fs, dir, cursor, &e, entry->name);
	if (err)
		return err;
	if (!e[0])
		return 1;
	take_short(e, entry->name[0] ? entry->alias : entry->name);
	entry->node = (struct fs_node){
		.kind = e[11] & ATTR_DIR ? FS_DIR : FS_FILE,
		.size = get_le32(e + 28),
		.id = get_le16(e + 26) |
		      (fat->bits == 32 ? (uint64_t)(get_le16(e + 20) & 0xfff) << 16 : 0),
		.aux = fat->known.next.at - ENTRY,
	};
	return 0;
}
