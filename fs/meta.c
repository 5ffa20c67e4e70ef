// SPDX-License-Identifier: BSD-2-Clause
/* Metadata in pieces, and names: what readers stand on. */
#include "fs/fs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/span.h"

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

#define SECTOR 512 /* what a bit of fs.slot.dirty stands for */

/* The units that are newer in memory, those that lie together as one segment. */
static int write_slot(struct fs *fs, unsigned int slot)
{
	struct fs_segment list[FS_PIECE / SECTOR / 2];
	const unsigned int step = fs->device->unit / SECTOR;
	const uint32_t mask = step >= 32 ? UINT32_MAX : (1u << step) - 1;
	const uint64_t at = fs->slot[slot].number * FS_PIECE;
	const uint32_t dirty = fs->slot[slot].dirty;
	unsigned int i, count = 0;
	bool open = false;

	for (i = 0; i < FS_PIECE / SECTOR; i += step) {
		const uint64_t off = (uint64_t)i * SECTOR;

		if (!(dirty >> i & mask)) {
			open = false;
			continue;
		}
		if (!open)
			list[count++] = (struct fs_segment){
				at + off, fs->pieces + (size_t)slot * FS_PIECE + off, 0
			};
		list[count - 1].len += fs->device->unit;
		open = true;
	}
	fs->slot[slot].dirty = 0;
	return count ? fs->device->write(fs->device, list, count) : 0;
}

static int fill(struct fs *fs, unsigned int slot, uint64_t number)
{
	const uint64_t at = number * FS_PIECE;
	const struct fs_segment segment = { at, fs->pieces + (size_t)slot * FS_PIECE,
					    MIN(fs->device->size - at, (uint64_t)FS_PIECE) };
	int err = fs->slot[slot].dirty ? write_slot(fs, slot) : 0;

	if (err)
		return err;
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
	uint64_t least = UINT64_MAX;

	for (i = 0; i < FS_PIECES; i++) {
		const uint64_t used = fs->slot[i].used;

		if (used && fs->slot[i].number == number) {
			*out = i;
			return 0;
		}
		if (used < least) {
			least = used;
			oldest = i;
		}
	}
	*out = oldest;
	return fill(fs, oldest, number);
}

static unsigned int slot_of(const struct fs *fs, const uint8_t *bytes)
{
	return (unsigned int)((size_t)(bytes - fs->pieces) / FS_PIECE);
}

/* A piece that none of fs->near is: apart, so that what nearly all calls need is short. */
static __attribute__((noinline)) int look_for(struct fs *fs, uint64_t at, size_t len,
					      const uint8_t **out)
{
	const uint64_t number = at / FS_PIECE;
	struct fs_near *near = &fs->near[fs->near_next];
	unsigned int slot;
	int err;

	if (at > fs->device->size || len > fs->device->size - at || len > FS_PIECE - at % FS_PIECE)
		return fs_damaged(fs, "metadata at byte 0x%" PRIx64 " is past the volume's end",
				  at);
	for (unsigned int i = 0; i < ARRAY_SIZE(fs->near); i++) {
		if (fs->near[i].len) /* nobody has noted since when they are asked for */
			fs->slot[slot_of(fs, fs->near[i].bytes)].used = ++fs->clock;
	}
	err = find_slot(fs, number, &slot);
	if (err)
		return err;
	fs->slot[slot].used = ++fs->clock;
	near->at = number * FS_PIECE;
	near->len = MIN(fs->device->size - near->at, (uint64_t)FS_PIECE);
	near->bytes = fs->pieces + (size_t)slot * FS_PIECE;
	fs->near_next = !fs->near_next;
	*out = near->bytes + at % FS_PIECE;
	return 0;
}

int fs_get(struct fs *fs, uint64_t at, size_t len, const uint8_t **out)
{
	const struct fs_near *near = fs->near;
	uint64_t off = at - near->at;

	if (off >= near->len) {
		near++;
		off = at - near->at;
	}
	if (off >= near->len || len > near->len - off)
		return look_for(fs, at, len, out);
	*out = near->bytes + off;
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

int fs_put(struct fs *fs, uint64_t at, const void *src, size_t len)
{
	const uint8_t *from = src;

	while (len) {
		const size_t part = MIN(len, (size_t)(SECTOR - at % SECTOR));
		const uint8_t *to;
		int err = fs_get(fs, at, part, &to);

		if (err)
			return err;
		memcpy(fs->pieces + (to - fs->pieces), from, part);
		fs->slot[slot_of(fs, to)].dirty |= 1u << at % FS_PIECE / SECTOR;
		at += part;
		from += part;
		len -= part;
	}
	return 0;
}

int fs_sync(struct fs *fs)
{
	int err = 0;

	for (unsigned int i = 0; i < FS_PIECES && !err; i++) {
		if (fs->slot[i].dirty)
			err = write_slot(fs, i);
	}
	if (!err && fs->device->flush)
		err = fs->device->flush(fs->device);
	return err;
}

/* What is kept of these bytes becomes what was written; @src may itself lie in a piece. */
static void renew(struct fs *fs, uint64_t at, const uint8_t *src, uint64_t len)
{
	for (unsigned int i = 0; i < FS_PIECES; i++) {
		const uint64_t piece = fs->slot[i].number * FS_PIECE;
		const uint64_t from = MAX(piece, at), to = MIN(piece + FS_PIECE, span_end(at, len));

		if (fs->slot[i].used && from < to)
			memmove(fs->pieces + (size_t)i * FS_PIECE + (from - piece),
				src + (from - at), (size_t)(to - from));
	}
}

int fs_write_at(struct fs *fs, uint64_t at, const void *src, uint64_t len)
{
	const uint64_t unit = fs->device->unit;
	const uint64_t head = MIN((unit - at % unit) % unit, len);
	const uint64_t middle = ALIGN_DOWN(len - head, unit), done = head + middle;
	const struct fs_segment segment = { at + head, (void *)((uintptr_t)src + (uintptr_t)head),
					    middle };
	int err = 0;

	if (at > fs->device->size || len > fs->device->size - at)
		return fs_damaged(fs, "bytes at 0x%" PRIx64 " are past the volume's end", at);
	if (middle) {
		err = fs->device->write(fs->device, &segment, 1);
		if (!err)
			renew(fs, segment.at, segment.dst, middle);
	}
	if (!err)
		err = fs_put(fs, at, src, (size_t)head);
	return err ? err : fs_put(fs, at + done, (const uint8_t *)src + done, (size_t)(len - done));
}

void fs_uuid(struct fs *fs, const uint8_t *uuid)
{
	static const char digits[] = "0123456789abcdef";
	char *out = fs->uuid;

	for (unsigned int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[uuid[i] >> 4];
		*out++ = digits[uuid[i] & 15];
	}
	*out = '\0';
}

/* ---- names ---- */

bool fs_utf8(char *name, size_t *len, uint32_t point)
{
	const unsigned int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
	static const uint8_t first[] = { 0, 0xc0, 0xe0, 0xf0 };
	unsigned int i;

	if (!span_fits(FS_NAME_ROOM - 2, *len, more))
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
