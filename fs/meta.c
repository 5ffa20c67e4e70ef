// SPDX-License-Identifier: BSD-2-Clause
/* Metadata in pieces, and names: what readers stand on. */
#include "fs/fs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fs_damaged(struct fs *fs, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return refuse(fs->why, -EBADMSG, "%s: %s", fs->type->name, text);
}

/* ---- metadata, kept in pieces ---- */

static int fill(struct fs *fs, unsigned int slot, uint64_t number)
{
	const uint64_t at = number * FS_PIECE;
	const struct fs_segment segment = { at, fs->pieces + (size_t)slot * FS_PIECE,
					    MIN(fs->device->size - at, (uint64_t)FS_PIECE) };
	int err;

	fs->slot[slot].used = 0;
	err = fs->device->read(fs->device, &segment, 1);
	if (err)
		return refuse(fs->why, err, "%s: reading metadata at byte 0x%" PRIx64 " failed",
			      fs->type->name, at);
	fs->slot[slot].number = number;
	return 0;
}

static int find_slot(struct fs *fs, uint64_t number, unsigned int *out)
{
	unsigned int i, oldest = 0;

	for (i = 0; i < FS_PIECES; i++) {
		if (fs->slot[i].used && fs->slot[i].number == number) {
			*out = i;
			return 0;
		}
		if (fs->slot[i].used < fs->slot[oldest].used)
			oldest = i;
	}
	*out = oldest;
	return fill(fs, oldest, number);
}

int fs_get(struct fs *fs, uint64_t at, size_t len, const uint8_t **out)
{
	const uint64_t number = at / FS_PIECE;
	const size_t off = at % FS_PIECE;
	unsigned int slot = fs->last;
	int err;

	if (at > fs->device->size || len > fs->device->size - at || off + len > FS_PIECE)
		return fs_damaged(fs, "metadata at byte 0x%" PRIx64 " is past the volume's end",
				  at);
	if (!fs->slot[slot].used || fs->slot[slot].number != number) {
		err = find_slot(fs, number, &slot);
		if (err)
			return err;
		fs->last = slot;
		fs->slot[slot].used = ++fs->clock;
	}
	*out = fs->pieces + (size_t)slot * FS_PIECE + off;
	return 0;
}

int fs_copy(struct fs *fs, uint64_t at, void *dst, size_t len)
{
	uint8_t *to = dst;

	while (len) {
		const size_t part = MIN(len, (size_t)(FS_PIECE - at % FS_PIECE));
		const uint8_t *from;
		int err = fs_get(fs, at, part, &from);

		if (err)
			return err;
		memcpy(to, from, part);
		at += part;
		to += part;
		len -= part;
	}
	return 0;
}

/* ---- names ---- */

bool fs_utf8(char *name, size_t *len, uint32_t point)
{
	const unsigned int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
	static const uint8_t first[] = { 0, 0xc0, 0xe0, 0xf0 };
	unsigned int i;

	if (*len + more + 1 >= FS_NAME_ROOM)
		return false;
	for (i = 0; i <= more; i++) {
		const uint32_t bits = point >> (6 * (more - i));

		name[(*len)++] = (char)(i ? 0x80 | (bits & 0x3f) : first[more] | bits);
	}
	name[*len] = '\0';
	return true;
}

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool fs_same_name(const struct fs_type *type, const char *name, const char *wanted, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!name[i] ||
		    (type->fold ? small(name[i]) != small(wanted[i]) : name[i] != wanted[i]))
			return false;
	}
	return !name[len];
}
