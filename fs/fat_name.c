// SPDX-License-Identifier: BSD-2-Clause
/* FAT, written: names in folders. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/fat_write.h"
#include "lib/base/le.h"
#include "lib/base/utf8.h"

#define SECTOR      512
#define UNITS_MAX   195 /* 15 parts and the short name: a sector, which is written at once */
#define ENTRIES_MAX 65536
#define SHORT       11
#define ALIASES     400 /* tries for a short name that nobody has */

/* ---- what a name is made of ---- */

/* A code point of well-formed UTF-8; false where it is none. */
static bool next_point(struct fs_name name, size_t *at, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	unsigned int size;

	*point = utf8_decode(name.text + *at, name.len - *at, &size);
	if (size == 1 && *point >= 0x80)
		return false;
	*at += size;
	return *point >= least[size - 1] && *point < 0x110000 && (*point & ~0x7ffu) != 0xd800;
}

static bool never_in_a_name(uint32_t point)
{
	return point < 0x20 || point == 0x7f || (point < 0x80 && strchr("\"*/:<>?\\|", (int)point));
}

/* UTF-16 units, counted; the @wanted'th into *@unit: 0 is behind the last, 0xffff after that. */
static unsigned int units(struct fs_name name, unsigned int wanted, uint16_t *unit)
{
	unsigned int count = 0;
	size_t at = 0;
	uint32_t point;

	*unit = 0xffff;
	while (at < name.len && next_point(name, &at, &point)) {
		const unsigned int width = point < 0x10000 ? 1 : 2;

		if (wanted - count < width) {
			if (width == 1)
				*unit = (uint16_t)point;
			else if (wanted == count)
				*unit = (uint16_t)(0xd7c0 + (point >> 10));
			else
				*unit = (uint16_t)(0xdc00 | (point & 0x3ff));
		}
		count += width;
	}
	if (wanted == count)
		*unit = 0;
	return count;
}

int fat_name_check(struct fs *fs, struct fs_name name)
{
	const char last = name.len ? name.text[name.len - 1] : '.';
	uint32_t point;
	uint16_t unit;
	size_t at = 0;

	while (at < name.len) {
		if (!next_point(name, &at, &point) || never_in_a_name(point))
			return refuse(
				fs->why, -EINVAL,
				"fat: '%.*s' is no name: the bytes up to %zu have a character "
				"that none may have",
				(int)name.len, name.text, at + 1);
	}
	if (last == '.' || last == ' ')
		return refuse(fs->why, -EINVAL,
			      "fat: '%.*s' is no name: it is empty or ends with a dot or blank",
			      (int)name.len, name.text);
	if (units(name, 0, &unit) > UNITS_MAX)
		return refuse(
			fs->why, -ENAMETOOLONG,
			"fat: names of at most %d characters are written, and this one has %u",
			UNITS_MAX, units(name, 0, &unit));
	return 0;
}

/* ---- short names ---- */

static char capital(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static char short_char(char c)
{
	c = capital(c);
	if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("$%'-_@~`!(){}^#&", c))
		return c;
	return '_';
}

/* Capitals in 8.3; true: it says all that the name does. */
static bool shorten(struct fs_name name, uint8_t out[SHORT])
{
	size_t dot = name.len, i, n = 0;
	bool same = true;

	while (dot && name.text[dot - 1] != '.')
		dot--;
	dot = dot > 1 ? dot - 1 : name.len;
	memset(out, ' ', SHORT);
	for (i = 0; i < name.len; i++) {
		const char c = name.text[i];

		if (i == dot) {
			n = 8;
			continue;
		}
		if (c == '.' || c == ' ' || n == (i < dot ? 8u : SHORT)) {
			same = false;
			continue;
		}
		out[n] = (uint8_t)short_char(c);
		same = same && out[n] == (uint8_t)c;
		n++;
	}
	return same && out[0] != ' ';
}

/* The @try'th: with ~1 to ~4, then with a number made of the name. */
static void number(uint8_t out[SHORT], struct fs_name name, unsigned int try)
{
	static const char digits[] = "0123456789ABCDEF";
	uint32_t hash = try / 9;
	unsigned int len = 0, i;

	while (len < 8 && out[len] != ' ')
		len++;
	if (try < 4) {
		len = MIN(len, 6u);
		out[len] = '~';
		out[len + 1] = (uint8_t)('1' + try);
		return;
	}
	for (i = 0; i < name.len; i++)
		hash = hash * 31 + (uint8_t)name.text[i];
	len = MIN(len, 2u);
	for (i = 0; i < 4; i++)
		out[len + i] = (uint8_t)digits[hash >> (4 * i) & 15];
	out[len + 4] = '~';
	out[len + 5] = (uint8_t)('1' + try % 9);
}

/* Has any entry of the folder these 11 bytes? */
static int short_taken(struct fs *fs, const struct fs_node *dir, const uint8_t want[SHORT],
		       bool *taken)
{
	const uint8_t *e;
	uint64_t at;
	int err;

	*taken = false;
	for (uint64_t off = 0; !*taken; off += ENTRY) {
		err = fat_entry_at(fs, dir, off, &at);
		if (!err)
			err = fs_get(fs, at, ENTRY, &e);
		if (err || !e[0])
			return MIN(err, 0);
		*taken = e[0] != ENTRY_FREE && (e[11] & 0x3f) != ATTR_LONG &&
			 !memcmp(e, want, SHORT);
	}
	return 0;
}

/* true by *@plain: the name needs no long one */
static int choose_short(struct fs *fs, const struct fs_node *dir, struct fs_name name,
			uint8_t out[SHORT], bool *plain)
{
	uint8_t base[SHORT];
	bool taken = true;
	int err = 0;

	*plain = shorten(name, base);
	memcpy(out, base, SHORT);
	if (*plain)
		return 0;
	if (base[0] == ' ')
		base[0] = '_';
	for (unsigned int try = 0; taken && !err && try < ALIASES; try++) {
		memcpy(out, base, SHORT);
		number(out, name, try);
		err = short_taken(fs, dir, out, &taken);
	}
	return !err && taken ? refuse(fs->why, -ENOSPC, "fat: no short name is left for '%.*s'",
				      (int)name.len, name.text)
			     : err;
}

/* ---- slots ---- */

int fat_name_find(struct fs *fs, const struct fs_node *dir, struct fs_name name,
		  struct fs_node *node, struct fat_slots *slots)
{
	struct fs_entry *entry = &fs->entry;
	const uint8_t *e;
	uint64_t cursor = 0, at;
	int err;

	do {
		err = fat_next(fs, dir, &cursor, entry);
		if (err)
			return err > 0 ? -ENOENT : err;
	} while (!fs_same_name(fs->type, entry->name, name.text, name.len) &&
		 !fs_same_name(fs->type, entry->alias, name.text, name.len));
	*node = entry->node;
	*slots = (struct fat_slots){ .off = cursor - ENTRY, .at = node->aux, .count = 1 };
	if (!entry->alias[0])
		return 0;
	while (slots->off && slots->count <= LONG_MAX) {
		err = fat_entry_at(fs, dir, slots->off - ENTRY, &at);
		if (!err)
			err = fs_get(fs, at, ENTRY, &e);
		if (err)
			return err;
		if (e[0] == ENTRY_FREE || (e[11] & 0x3f) != ATTR_LONG)
			break;
		slots->off -= ENTRY;
		slots->count++;
		if (e[0] & LONG_LAST)
			break;
	}
	return 0;
}

/* The last is the file's; what others leave across two sectors are parts of no name between. */
int fat_name_remove(struct fs *fs, const struct fs_node *dir, const struct fat_slots *slots)
{
	static const uint8_t gone = ENTRY_FREE;
	uint64_t at, sector = slots->at / SECTOR;
	int err = 0;

	for (unsigned int i = slots->count; i-- && !err;) {
		err = fat_entry_at(fs, dir, slots->off + (uint64_t)i * ENTRY, &at);
		if (!err && at / SECTOR != sector)
			err = fs_sync(fs);
		sector = at / SECTOR;
		if (!err)
			err = fs_put(fs, at, &gone, 1);
	}
	return MIN(err, 0);
}

/**
 * struct room - slots that are looked for
 * @end: where the folder ends for its readers; what comes after is free
 * @off: of the first
 */
struct room {
	unsigned int count;
	uint64_t end, off;
};

static bool inside(const struct fat_slots *gone, uint64_t off)
{
	return gone && off >= gone->off && off - gone->off < (uint64_t)gone->count * ENTRY;
}

/* All in one sector, so that one write makes them. With @gone in its sector, or not at all: 1. */
static int find_room(struct fs *fs, const struct fs_node *dir, const struct fat_slots *gone,
		     struct room *room)
{
	uint64_t off, at = 0, sector = 0;
	unsigned int run = 0;
	const uint8_t *e;
	int err;

	room->end = UINT64_MAX;
	if (gone && gone->count && gone->at % SECTOR / ENTRY < gone->count - 1)
		return 1;
	for (off = 0; run < room->count; off += ENTRY) {
		if (off >= (uint64_t)ENTRIES_MAX * ENTRY)
			return 1;
		err = fat_entry_at(fs, dir, off, &at);
		if (!err)
			err = fs_get(fs, at, ENTRY, &e);
		if (err)
			return err;
		if (at / SECTOR != sector)
			run = 0;
		sector = at / SECTOR;
		if (room->end == UINT64_MAX && !e[0])
			room->end = off;
		if (room->end == UINT64_MAX && e[0] != ENTRY_FREE && !inside(gone, off))
			run = 0;
		else if (gone && sector != gone->at / SECTOR)
			run = 0;
		else
			run++;
	}
	room->off = off - (uint64_t)room->count * ENTRY;
	return 0;
}

static int make_room(struct fs *fs, const struct fs_node *dir, struct room *room)
{
	const struct fat *fat = fat_state(fs);
	int err;

	for (unsigned int grown = 0; (err = find_room(fs, dir, NULL, room)) > 0; grown++) {
		const uint32_t first = (uint32_t)(dir->id ? dir->id : fat->root_cluster);

		if (!first || grown > 2)
			return refuse(fs->why, -ENOSPC, "fat: the folder is full");
		err = fat_chain_grow(fs, first);
		if (err)
			return err;
	}
	return err;
}

static int put_slot(struct fs *fs, const struct fs_node *dir, uint64_t off, const uint8_t *e)
{
	uint64_t at;
	int err = fat_entry_at(fs, dir, off, &at);

	return err ? MIN(err, -EBADMSG) : fs_put(fs, at, e, ENTRY);
}

static int put_long(struct fs *fs, const struct fs_node *dir, uint64_t off, struct fs_name name,
		    unsigned int parts, uint8_t sum)
{
	int err = 0;

	for (unsigned int part = parts; part && !err; part--, off += ENTRY) {
		uint8_t e[ENTRY] = { 0 };

		e[0] = (uint8_t)(part | (part == parts ? LONG_LAST : 0));
		e[11] = ATTR_LONG;
		e[13] = sum;
		for (unsigned int i = 0; i < LONG_UNITS; i++) {
			uint16_t unit;

			units(name, (part - 1) * LONG_UNITS + i, &unit);
			put_le16(e + fat_long_places[i], unit);
		}
		err = put_slot(fs, dir, off, e);
	}
	return err;
}

/* Behind the new name the folder ends, before the name is there. */
static int put_end(struct fs *fs, const struct fs_node *dir, const struct room *room)
{
	static const uint8_t end;
	const uint8_t *e;
	uint64_t at;
	int err;

	if (room->end == UINT64_MAX)
		return 0;
	err = fat_entry_at(fs, dir, room->off + (uint64_t)room->count * ENTRY, &at);
	if (!err)
		err = fs_get(fs, at, 1, &e);
	if (err || !*e)
		return MIN(err, 0);
	err = fs_put(fs, at, &end, 1);
	return err ? err : fs_sync(fs);
}

/* What lies between the folder's old end and the new name, in one sector, is free. */
static int free_gap(struct fs *fs, const struct fs_node *dir, const struct room *room)
{
	static const uint8_t gone = ENTRY_FREE;
	uint64_t at;
	int err = 0;

	for (uint64_t off = room->end; off < room->off && !err; off += ENTRY) {
		err = fat_entry_at(fs, dir, off, &at);
		if (!err)
			err = fs_put(fs, at, &gone, 1);
	}
	return err ? MIN(err, -EBADMSG) : fs_sync(fs);
}

int fat_name_add(struct fs *fs, const struct fs_node *dir, struct fs_name name,
		 uint8_t entry[ENTRY], const struct fat_slots *gone)
{
	struct room room = { .count = 1 };
	unsigned int parts = 0;
	uint16_t unit;
	bool plain;
	int err = choose_short(fs, dir, name, entry, &plain);

	if (!err && !plain)
		parts = (units(name, 0, &unit) + LONG_UNITS - 1) / LONG_UNITS;
	room.count += parts;
	if (!err)
		err = gone ? find_room(fs, dir, gone, &room) : make_room(fs, dir, &room);
	if (err == -ENOSPC && !gone)
		(void)!fat_chain_free(fs,
				      (uint32_t)get_le16(entry + 20) << 16 | get_le16(entry + 26));
	if (!err)
		err = put_end(fs, dir, &room);
	if (!err && gone)
		err = fat_name_remove(fs, dir, gone);
	if (err)
		return err;
	err = put_long(fs, dir, room.off, name, parts, fat_short_sum(entry));
	if (!err)
		err = put_slot(fs, dir, room.off + (uint64_t)parts * ENTRY, entry);
	if (!err)
		err = fs_sync(fs);
	return err || room.end >= room.off ? err : free_gap(fs, dir, &room);
}
