// SPDX-License-Identifier: BSD-2-Clause
#include "fs/part.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "lib/base/num.h"
#include "lib/base/span.h"

#define GPT_HEADER     92
#define GPT_ENTRY_MIN  128
#define MBR_TABLE      446
#define MBR_ENTRY      16
#define MBR_PROTECTIVE 0xee
#define LOGICAL_FIRST  5
#define LOGICAL_MAX    124

/* ---- words ---- */

void part_guid(const uint8_t *guid, char out[37])
{
	snprintf(out, 37, "%08" PRIx32 "-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 get_le32(guid), get_le16(guid + 4), get_le16(guid + 6), guid[8], guid[9], guid[10],
		 guid[11], guid[12], guid[13], guid[14], guid[15]);
}

static const struct {
	const char *word, *guid;
} types[] = {
	{ "system", "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" },
	{ "mbr", "024dee41-33e7-11d3-9d69-0008c781f39f" },
	{ "msft", "e3c9e316-0b5c-4db8-817d-f92df00215ae" },
	{ "data", "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7" },
	{ "linux", "0fc63daf-8483-4772-8e79-3d69d8477de4" },
	{ "raid", "a19d880f-05fc-4d3b-a006-743f0f84911e" },
	{ "swap", "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f" },
	{ "lvm", "e6d6d379-f507-44c2-a23c-238f2a3df928" },
	{ "xbootldr", "bc13c2ff-59e6-4262-a352-b275fd6f7172" },
	{ "root-arm64", "b921b045-1df0-41c3-af44-4c6f280d3fae" },
};

const char *part_type_name(const char *guid)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i].guid, guid))
			return types[i].word;
	}
	return NULL;
}

const char *part_type_guid(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i].word, word))
			return types[i].guid;
	}
	return NULL;
}

const char *part_type_word(unsigned int nth)
{
	return nth < ARRAY_SIZE(types) ? types[nth].word : NULL;
}

static int read_block(struct part_disk *disk, uint64_t block, struct why *why)
{
	int err = block < disk->blocks ? disk->read(disk, block, disk->buffer) : -ENODATA;

	return err ? refuse(why, err, "partitions: block %" PRIu64 " of %" PRIu64 " cannot be read",
			    block, disk->blocks)
		   : 0;
}

/* ---- GPT ---- */

static bool is_power(uint32_t x)
{
	return x && !(x & (x - 1));
}

/* The checksum over all entries; they are read block by block. */
static int check_entries(struct part_table *t, uint32_t wanted, struct why *why)
{
	const uint32_t size = t->disk->block_size;
	uint64_t left = (uint64_t)t->entries * t->entry_size, block;
	uint32_t crc = 0;

	for (block = t->entries_at; left; block++) {
		const uint32_t part = (uint32_t)MIN(left, (uint64_t)size);
		int err = read_block(t->disk, block, why);

		if (err)
			return err;
		crc = crc32(crc, t->disk->buffer, part);
		left -= part;
	}
	return crc == wanted ? 0
			     : refuse(why, -EBADMSG, "GPT: the checksum of its entries is wrong");
}

int part_read_gpt(struct part_table *t, uint64_t at, struct why *why)
{
	const uint8_t *h = t->disk->buffer;
	uint8_t header[GPT_HEADER];
	uint32_t size;
	int err = read_block(t->disk, at, why);

	if (err)
		return err;
	if (memcmp(h, "EFI PART", 8))
		return refuse(why, -ENOENT, "GPT: no header in block %" PRIu64, at);
	size = get_le32(h + 12);
	if (size < GPT_HEADER || size > t->disk->block_size)
		return refuse(why, -EBADMSG, "GPT: a header of %" PRIu32 " bytes", size);
	memcpy(header, h, GPT_HEADER);
	memset(header + 16, 0, 4);
	if (crc32(crc32(0, header, GPT_HEADER), h + GPT_HEADER, size - GPT_HEADER) !=
	    get_le32(h + 16))
		return refuse(why, -EBADMSG,
			      "GPT: the checksum of the header in block %" PRIu64 " is wrong", at);
	if (get_le64(h + 24) != at)
		return refuse(why, -EBADMSG,
			      "GPT: the header in block %" PRIu64 " says that it is in %" PRIu64,
			      at, get_le64(h + 24));
	t->first = get_le64(h + 40);
	t->last = get_le64(h + 48);
	t->entries_at = get_le64(h + 72);
	t->entries = get_le32(h + 80);
	t->entry_size = get_le32(h + 84);
	t->sum = get_le32(h + 88);
	memcpy(t->guid, h + 56, 16);
	part_guid(t->guid, t->disk_id);
	if (!is_power(t->entry_size) || t->entry_size < GPT_ENTRY_MIN ||
	    t->entry_size > t->disk->block_size || t->entries > PART_MAX)
		return refuse(why, -EBADMSG, "GPT: %" PRIu32 " entries of %" PRIu32 " bytes",
			      t->entries, t->entry_size);
	return check_entries(t, t->sum, why);
}

static int open_gpt(struct part_table *t, struct why *why)
{
	struct why ignored;
	int err = part_read_gpt(t, 1, why);

	t->scheme = PART_EFI;
	if (!err || t->disk->blocks < 3)
		return err;
	t->backup = true;
	if (!part_read_gpt(t, t->disk->blocks - 1, &ignored))
		return 0;
	return refuse(why, -EBADMSG, "GPT: both copies are bad; the last: %.100s", ignored.text);
}

void part_gpt_name(const uint8_t *units, char name[109])
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < 36; i++) {
		uint32_t u = get_le16(units + 2 * i);

		if (!u)
			break;
		if ((u & 0xfc00) == 0xd800 && i < 35 &&
		    (get_le16(units + 2 * i + 2) & 0xfc00) == 0xdc00) {
			u = 0x10000 + ((u & 0x3ff) << 10 | (get_le16(units + 2 * ++i) & 0x3ff));
			name[len++] = (char)(0xf0 | u >> 18);
			name[len++] = (char)(0x80 | (u >> 12 & 0x3f));
			name[len++] = (char)(0x80 | (u >> 6 & 0x3f));
		} else if (u >= 0x80) {
			if (u >= 0x800)
				name[len++] = (char)(0xe0 | u >> 12);
			name[len++] = (char)(u >= 0x800 ? 0x80 | (u >> 6 & 0x3f) : 0xc0 | u >> 6);
		}
		name[len++] = (char)(u < 0x80 ? u : 0x80 | (u & 0x3f));
	}
	name[len] = '\0';
}

static int next_gpt(const struct part_table *t, struct part *part, struct why *why)
{
	const uint32_t per_block = t->disk->block_size / t->entry_size;
	uint64_t loaded = ~UINT64_C(0);
	uint32_t n;

	for (n = part->number; n < t->entries; n++) {
		const uint64_t block = t->entries_at + n / per_block;
		const uint8_t *e = t->disk->buffer + (size_t)(n % per_block) * t->entry_size;
		static const uint8_t unused[16];
		int err = block == loaded ? 0 : read_block(t->disk, block, why);

		if (err)
			return err;
		loaded = block;
		if (!memcmp(e, unused, sizeof(unused)))
			continue;
		*part = (struct part){ .number = n + 1,
				       .start = get_le64(e + 32),
				       .attributes = get_le64(e + 48) };
		if (part->start > get_le64(e + 40) || get_le64(e + 40) >= t->disk->blocks)
			return refuse(why, -EBADMSG,
				      "partition %" PRIu32 ": blocks %" PRIu64 " to %" PRIu64
				      " of %" PRIu64,
				      n + 1, part->start, get_le64(e + 40), t->disk->blocks);
		part->blocks = get_le64(e + 40) - part->start + 1;
		part_guid(e, part->type);
		part_guid(e + 16, part->uuid);
		part_gpt_name(e + 56, part->name);
		part->bootable = part->attributes & BIT(2) || !strcmp(part->type, types[0].guid);
		return 0;
	}
	return 1;
}

/* ---- MBR ---- */

static bool is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

/* @base: what an entry's start counts from. */
static int take_entry(const struct part_table *t, const uint8_t *e, uint64_t base,
		      unsigned int number, struct part *part, struct why *why)
{
	*part = (struct part){ .number = number,
			       .start = span_end(base, get_le32(e + 8)),
			       .blocks = get_le32(e + 12),
			       .bootable = e[0] & 0x80 };
	if (part->start >= t->disk->blocks || part->blocks > t->disk->blocks - part->start)
		return refuse(why, -EBADMSG,
			      "partition %u: %" PRIu64 " blocks from %" PRIu64 " on, of %" PRIu64,
			      number, part->blocks, part->start, t->disk->blocks);
	snprintf(part->type, sizeof(part->type), "%02x", e[4]);
	snprintf(part->uuid, sizeof(part->uuid), "%08" PRIx32 "-%02x", t->mbr_id, number);
	return 0;
}

/* Logical partitions: a chain of tables, each with one of them and the way to the next. */
static int next_logical(const struct part_table *t, uint64_t base, unsigned int wanted,
			struct part *part, struct why *why)
{
	const uint8_t *m = t->disk->buffer + MBR_TABLE;
	static uint32_t
		been[LOGICAL_MAX]; /* where the tables are, from @base on: none is met twice */
	unsigned int number = LOGICAL_FIRST, steps, i;
	uint32_t at = 0;

	for (steps = 0; steps < LOGICAL_MAX; steps++) {
		int err = read_block(t->disk, base + at, why);

		if (err)
			return err;
		if (get_le16(t->disk->buffer + 510) != 0xaa55)
			return 1;
		if (m[4] && get_le32(m + 12)) {
			if (number++ == wanted)
				return take_entry(t, m, base + at, wanted, part, why);
		}
		if (!is_extended(m[MBR_ENTRY + 4]) || !get_le32(m + MBR_ENTRY + 12))
			return 1;
		been[steps] = at;
		at = get_le32(m + MBR_ENTRY + 8);
		for (i = 0; been[i] != at && i < steps; i++)
			;
		if (been[i] == at)
			break;
	}
	return refuse(why, -EBADMSG, "the chain of logical partitions has no end");
}

static int next_mbr(const struct part_table *t, struct part *part, struct why *why)
{
	unsigned int n, wanted = part->number + 1;
	uint64_t extended = 0;
	int err = read_block(t->disk, 0, why);

	for (n = 0; !err && n < 4; n++) {
		const uint8_t *e = t->disk->buffer + MBR_TABLE + (size_t)n * MBR_ENTRY;

		if (is_extended(e[4]) && !extended)
			extended = get_le32(e + 8);
		if (n >= part->number && e[4] && !is_extended(e[4]) && get_le32(e + 12))
			return take_entry(t, e, 0, n + 1, part, why);
	}
	if (err || !extended)
		return err ? err : 1;
	return next_logical(t, extended, MAX(wanted, LOGICAL_FIRST + 0u), part, why);
}

/* Is it a table, and not the boot sector of a volume that fills the disk? */
static bool is_mbr(const uint8_t *b, uint64_t blocks, bool *protective)
{
	unsigned int n, used = 0;

	*protective = false;
	if (get_le16(b + 510) != 0xaa55)
		return false;
	for (n = 0; n < 4; n++) {
		const uint8_t *e = b + MBR_TABLE + (size_t)n * MBR_ENTRY;

		if (e[0] & 0x7f)
			return false;
		*protective |= e[4] == MBR_PROTECTIVE;
		used += e[4] && get_le32(e + 12) && get_le32(e + 8) < blocks;
	}
	return used;
}

int part_open(struct part_disk *disk, struct part_table *table, struct why *why)
{
	bool protective;
	int err;

	*table = (struct part_table){ .disk = disk };
	if (disk->blocks < 2 || disk->block_size < 512 || disk->block_size > PART_BLOCK_MAX)
		return 0;
	err = read_block(disk, 0, why);
	if (err)
		return err;
	if (!is_mbr(disk->buffer, disk->blocks, &protective))
		return 0;
	table->mbr_id = get_le32(disk->buffer + 440);
	if (protective)
		return open_gpt(table, why);
	table->scheme = PART_DOS;
	snprintf(table->disk_id, sizeof(table->disk_id), "%08" PRIx32, table->mbr_id);
	return 0;
}

int part_next(const struct part_table *table, struct part *part, struct why *why)
{
	const unsigned int before = part->number;
	int err;

	if (before >= PART_MAX || table->scheme == PART_NONE)
		return 1;
	err = table->scheme == PART_EFI ? next_gpt(table, part, why) : next_mbr(table, part, why);
	if (err < 0 && part->number == before)
		part->number = PART_MAX;
	return err;
}

static bool same_fold(const char *a, const char *b)
{
	while (*a && (*a | 0x20) == (*b | 0x20)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

int part_find(const struct part_table *table, const char *which, struct part *part, struct why *why)
{
	uint64_t number = 0;
	int err;

	if (*which != '#' && !strchr(which, '-') && num_parse(which, 16, &number))
		return refuse(why, -ENOENT, "'%s' is no partition's number, #name or UUID", which);
	part->number = 0;
	while ((err = part_next(table, part, why)) <= 0) {
		if (err && (part->number == number || part->number == PART_MAX))
			return err;
		if (!err && (number          ? part->number == number
			     : *which == '#' ? !strcmp(part->name, which + 1)
					     : same_fold(part->uuid, which)))
			return 0;
	}
	return refuse(why, -ENOENT, "there is no partition %s", which);
}
