// SPDX-License-Identifier: BSD-2-Clause
/*
 * ISO 9660, with the names of Rock Ridge, else of Joliet, else its own in small letters.
 * Spec: ECMA-119; IEEE P1281 (SUSP 1.12), IEEE P1282 (RRIP 1.12); Joliet Specification, 1995
 *
 * A folder's id is the volume's byte where its records lie; a file's or link's is where its record
 * lies.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fs.h"
#include "lib/base/le.h"
#include "lib/base/span.h"

#define SECTOR          2048 /* no record passes the end of one */
#define FIRST_SECTOR    16
#define DESCRIPTORS_MAX 64
#define RECORD_MIN      34
#define EXTENTS_MAX     4096 /* of one file: 16 TiB */
#define AREAS_MAX       32   /* continuation areas of one record */

#define FLAG_DIR        0x02
#define FLAG_ASSOCIATED 0x04
#define FLAG_MORE       0x80 /* another extent of the file follows */

/**
 * struct iso - a volume
 * @block: bytes
 * @root_at, @root_size: its records
 * @joliet: names are UCS-2
 * @susp:   records have system use fields, @skip bytes behind their names
 */
struct iso {
	uint32_t block, root_size;
	uint64_t root_at;
	bool joliet, susp;
	uint8_t skip;
};

static_assert(sizeof(struct iso) <= FS_STATE_SIZE, "iso's state");

static struct iso *iso_state(struct fs *fs)
{
	return (struct iso *)fs->state;
}

static uint64_t extent_of(const struct iso *iso, const uint8_t *record)
{
	return ((uint64_t)get_le32(record + 2) + record[1]) * iso->block;
}

/* A record: all of it lies in one sector, and so in one piece. */
static int get_record(struct fs *fs, uint64_t at, const uint8_t **out)
{
	const uint64_t left = SECTOR - at % SECTOR;
	const uint8_t *r;
	int err = left < RECORD_MIN ? fs_damaged(fs, "half a record at 0x%" PRIx64, at)
				    : fs_get(fs, at, RECORD_MIN, &r);

	if (err)
		return err;
	if (r[0] < RECORD_MIN || r[0] > left || r[32] > r[0] - 33u || !r[32])
		return fs_damaged(fs, "a record of %u bytes with a name of %u at 0x%" PRIx64, r[0],
				  r[32], at);
	return fs_get(fs, at, r[0], out);
}

/* ---- the volume ---- */

static void take_root(struct iso *iso, const uint8_t *descriptor)
{
	iso->root_at = extent_of(iso, descriptor + 156);
	iso->root_size = get_le32(descriptor + 166);
}

/* The root's own record begins with the field SP where there are such fields at all. */
static int find_susp(struct fs *fs)
{
	struct iso *iso = iso_state(fs);
	const uint8_t *r;
	uint32_t sp;
	int err = get_record(fs, iso->root_at, &r);

	if (err)
		return err;
	sp = 33u + (r[32] | 1u);
	if (span_fits(r[0], sp, 7) && !memcmp(r + sp, "SP\x07\x01\xbe\xef", 6)) {
		iso->susp = true;
		iso->skip = r[sp + 6];
	}
	return 0;
}

static void take_label(struct fs *fs, const uint8_t *d)
{
	static const uint8_t digits[] = { 4, 2, 2, 2, 2, 2, 2 }; /* of the time it was made */
	size_t len = 32, out = 0, i;

	while (len && d[40 + len - 1] == ' ')
		len--;
	memcpy(fs->label, d + 40, len);
	fs->label[len] = '\0';
	d += 813;
	for (i = 0; i < sizeof(digits); i++) {
		if (i)
			fs->uuid[out++] = '-';
		memcpy(fs->uuid + out, d, digits[i]);
		out += digits[i];
		d += digits[i];
	}
	fs->uuid[out] = '\0';
}

static int iso_mount(struct fs *fs)
{
	struct iso *iso = iso_state(fs);
	uint64_t at = FIRST_SECTOR * SECTOR, joliet = 0;
	unsigned int n;
	const uint8_t *d;
	int err = !span_fits(fs->device->size, at, SECTOR) ? -ENODEV : fs_get(fs, at, SECTOR, &d);

	if (err)
		return err;
	if (memcmp(d, "\001CD001\001", 7))
		return -ENODEV;
	*iso = (struct iso){ .block = get_le16(d + 128) };
	if (iso->block < 512 || iso->block > SECTOR || (iso->block & (iso->block - 1)))
		return fs_damaged(fs, "blocks of %" PRIu32 " bytes", iso->block);
	take_label(fs, d);
	take_root(iso, d);
	err = find_susp(fs);
	for (n = 1; !err && !iso->susp && n < DESCRIPTORS_MAX; n++) {
		err = fs_get(fs, at + n * SECTOR, SECTOR, &d);
		if (err || memcmp(d + 1, "CD001", 5) || d[0] == 255)
			break;
		if (d[0] == 2 && d[88] == '%' && d[89] == '/' && strchr("@CE", d[90]) && d[90])
			joliet = at + n * SECTOR;
	}
	if (err || !joliet)
		return err;
	err = fs_get(fs, joliet, SECTOR, &d);
	if (!err) {
		take_root(iso, d);
		iso->joliet = true;
	}
	return err;
}

static int iso_root(struct fs *fs, struct fs_node *node)
{
	const struct iso *iso = iso_state(fs);

	*node = (struct fs_node){ FS_DIR, iso->root_size, iso->root_at, 0 };
	return 0;
}

/* ---- Rock Ridge ---- */

/**
 * struct fields - what a record's system use fields say
 * @name:  receives the name, of FS_NAME_ROOM; NULL: nobody asks
 * @link:  receives [@link_off, @link_off + @link_size) of the link's path; NULL: nobody asks
 * @mode:  0: it has none
 * @child: the block where a folder lies that was moved; 0: it was not
 * @moved: a folder that stands elsewhere by @child
 */
struct fields {
	char *name;
	size_t name_len;
	uint8_t *link;
	uint64_t link_off, link_size, link_len;
	bool slash, zipped, moved;
	uint32_t mode, child;
};

static void add_link(struct fields *f, const void *text, size_t len)
{
	const uint8_t *from = text;

	for (size_t i = 0; i < len; i++, f->link_len++) {
		if (f->link && f->link_len >= f->link_off &&
		    f->link_len - f->link_off < f->link_size)
			f->link[f->link_len - f->link_off] = from[i];
	}
}

/* SL: parts of a path, each with flags and a length; a part may go on in the next. */
static void read_link(struct fields *f, const uint8_t *part, const uint8_t *end)
{
	while (end - part >= 2 && part[1] <= end - part - 2) {
		if (f->slash)
			add_link(f, "/", 1);
		if (part[0] & 2)
			add_link(f, ".", 1);
		else if (part[0] & 4)
			add_link(f, "..", 2);
		else if (part[0] & 8)
			add_link(f, "/", 1);
		else
			add_link(f, part + 2, part[1]);
		f->slash = !(part[0] & (1 | 8));
		part += 2 + part[1];
	}
}

static void read_name(struct fields *f, const uint8_t *field, size_t len)
{
	if (!f->name || field[4] & 6 || len > FS_NAME_ROOM - 1 - f->name_len)
		return;
	memcpy(f->name + f->name_len, field + 5, len);
	f->name_len += len;
	f->name[f->name_len] = '\0';
}

/** struct area - where fields lie */
struct area {
	uint64_t at;
	uint32_t len;
};

static bool is_field(const uint8_t *field, const char *signature, uint32_t len)
{
	return field[0] == signature[0] && field[1] == signature[1] && field[2] >= len;
}

static void read_fields(const struct iso *iso, const uint8_t *p, uint32_t left, struct fields *f,
			struct area *next)
{
	while (left >= 4 && p[2] >= 4 && p[2] <= left) {
		if (is_field(p, "NM", 5))
			read_name(f, p, p[2] - 5u);
		else if (is_field(p, "PX", 8))
			f->mode = get_le32(p + 4);
		else if (is_field(p, "SL", 5))
			read_link(f, p + 5, p + p[2]);
		else if (is_field(p, "CL", 12))
			f->child = get_le32(p + 4);
		else if (is_field(p, "RE", 4))
			f->moved = true;
		else if (is_field(p, "ZF", 4))
			f->zipped = true;
		else if (is_field(p, "CE", 28))
			*next = (struct area){ (uint64_t)get_le32(p + 4) * iso->block +
						       get_le32(p + 12),
					       get_le32(p + 20) };
		else if (is_field(p, "ST", 4))
			break;
		left -= p[2];
		p += p[2];
	}
}

static int get_fields(struct fs *fs, const uint8_t *r, struct fields *f)
{
	const struct iso *iso = iso_state(fs);
	const uint32_t begin = 33u + (r[32] | 1u) + iso->skip;
	struct area area = { 0, 0 };
	unsigned int n = 0;
	const uint8_t *p;
	int err = 0;

	if (iso->susp && span_fits(r[0], begin, 1))
		read_fields(iso, r + begin, r[0] - begin, f, &area);
	while (area.len && !err) {
		const struct area here = area;

		if (n++ == AREAS_MAX || here.len > SECTOR)
			return fs_damaged(fs, "the fields of a record have no end");
		err = fs_get(fs, here.at, here.len, &p);
		area.len = 0;
		if (!err)
			read_fields(iso, p, here.len, f, &area);
	}
	return err;
}

/* ---- folders ---- */

/* Without the version, ";1", and the point of a name that has nothing behind it. */
static void take_name(const struct iso *iso, const uint8_t *r, char *name)
{
	const unsigned int step = iso->joliet ? 2 : 1;
	const uint8_t *p = r + 33;
	size_t len = 0;

	for (unsigned int i = 0; span_fits(r[32], i, step); i += step) {
		uint32_t point = iso->joliet ? (uint32_t)p[i] << 8 | p[i + 1] : p[i];

		if (point == ';' ||
		    !fs_utf8(name, &len,
			     !iso->joliet && point >= 'A' && point <= 'Z' ? point + ('a' - 'A')
									  : point))
			break;
	}
	if (len > 1 && !iso->joliet && name[len - 1] == '.')
		len--;
	name[len] = '\0';
}

/* A folder that was moved, because it lay too deep: its own record knows its size. */
static int find_child(struct fs *fs, uint32_t block, struct fs_node *node)
{
	const struct iso *iso = iso_state(fs);
	const uint8_t *r;
	int err = get_record(fs, (uint64_t)block * iso->block, &r);

	if (!err)
		*node = (struct fs_node){ FS_DIR, get_le32(r + 10), (uint64_t)block * iso->block,
					  0 };
	return err;
}

static int describe(struct fs *fs, const uint8_t *r, uint64_t at, struct fs_entry *entry,
		    bool *hidden)
{
	const struct iso *iso = iso_state(fs);
	struct fields f = { .name = entry->name };
	struct fs_node *node = &entry->node;
	int err;

	*hidden = r[25] & FLAG_ASSOCIATED;
	entry->alias[0] = '\0';
	if (r[32] == 1 && r[33] < 2)
		strcpy(entry->name, r[33] ? ".." : ".");
	else
		take_name(iso, r, entry->name);
	*node = r[25] & FLAG_DIR
			? (struct fs_node){ FS_DIR, get_le32(r + 10), extent_of(iso, r), 0 }
			: (struct fs_node){ FS_FILE, get_le32(r + 10), at, 0 };
	if (r[32] == 1 && r[33] < 2)
		f.name = NULL;
	err = get_fields(fs, r, &f);
	if (err)
		return err;
	*hidden |= f.moved;
	if (f.child)
		return find_child(fs, f.child, node);
	if (node->kind == FS_DIR)
		return 0;
	node->aux = f.zipped;
	if (f.mode >> 12 == 0xa) {
		node->kind = FS_LINK;
		node->size = f.link_len;
	} else if (f.mode && f.mode >> 12 != 0x8) {
		node->kind = FS_OTHER;
		node->size = 0;
	}
	return 0;
}

/* Behind a record: in its sector, or where the next one begins. */
static uint64_t behind(uint64_t at, unsigned int len)
{
	return len ? at + len : ALIGN_DOWN(at, (uint64_t)SECTOR) + SECTOR;
}

/* The extents that a file has beyond its first belong to its entry. */
static int add_extents(struct fs *fs, const struct fs_node *dir, uint64_t *cursor, uint64_t *size)
{
	const uint8_t *r;
	unsigned int n = 0;
	bool more = true;

	while (more && *cursor < dir->size) {
		int err = fs_get(fs, dir->id + *cursor, 1, &r);

		if (!err && r[0]) {
			err = get_record(fs, dir->id + *cursor, &r);
			if (!err && n++ == EXTENTS_MAX)
				err = fs_damaged(fs, "a file has no end");
			if (!err) {
				*size += get_le32(r + 10);
				more = r[25] & FLAG_MORE;
			}
		}
		if (err)
			return err;
		*cursor = behind(dir->id + *cursor, r[0]) - dir->id;
	}
	return 0;
}

static int iso_next(struct fs *fs, const struct fs_node *dir, uint64_t *cursor,
		    struct fs_entry *entry)
{
	while (*cursor < dir->size) {
		const uint64_t at = dir->id + *cursor;
		bool hidden, more;
		const uint8_t *r;
		int err = fs_get(fs, at, 1, &r);

		if (!err && !r[0]) {
			*cursor = behind(at, 0) - dir->id;
			continue;
		}
		if (!err)
			err = get_record(fs, at, &r);
		if (err)
			return err;
		*cursor += r[0];
		more = r[25] & FLAG_MORE && !(r[25] & FLAG_DIR);
		err = describe(fs, r, at, entry, &hidden);
		if (!err && more)
			err = add_extents(fs, dir, cursor, &entry->node.size);
		if (err || !hidden)
			return err;
	}
	return 1;
}

/* ---- contents ---- */

static int iso_run(struct fs *fs, const struct fs_node *node, uint64_t off, struct fs_run *run)
{
	const struct iso *iso = iso_state(fs);
	uint64_t at = node->id;
	const uint8_t *r;
	unsigned int n;

	if (node->kind == FS_LINK) {
		*run = (struct fs_run){ .len = node->size - off, .packed = true };
		return 0;
	}
	if (node->aux)
		return refuse(fs->why, -ENOTSUP, "iso9660: a file that is packed by zisofs");
	for (n = 0; n < EXTENTS_MAX; n++) {
		int err = fs_get(fs, at, 1, &r);

		if (!err && r[0])
			err = get_record(fs, at, &r);
		if (err)
			return err;
		if (r[0] && off < get_le32(r + 10)) {
			*run = (struct fs_run){ .at = extent_of(iso, r) + off,
						.len = get_le32(r + 10) - off };
			return 0;
		}
		if (r[0])
			off -= get_le32(r + 10);
		if (r[0] && !(r[25] & FLAG_MORE))
			break;
		at = behind(at, r[0]);
	}
	return fs_damaged(fs, "a file ends before its size does");
}

static int iso_unpack(struct fs *fs, const struct fs_node *node, uint64_t off, void *dst,
		      uint64_t len)
{
	struct fields f = { .link = dst, .link_off = off, .link_size = len };
	const uint8_t *r;
	int err = get_record(fs, node->id, &r);

	if (!err)
		err = get_fields(fs, r, &f);
	if (!err && !span_fits(f.link_len, off, len))
		err = fs_damaged(fs, "a symbolic link is cut short");
	return err;
}

const struct fs_type iso_type = {
	.name = "iso9660",
	.mount = iso_mount,
	.root = iso_root,
	.next = iso_next,
	.run = iso_run,
	.unpack = iso_unpack,
};
