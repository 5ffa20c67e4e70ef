// SPDX-License-Identifier: BSD-2-Clause
/*
 * GPT, written.
 *
 * The power may go between any two blocks. Of a disk with a table the last blocks are written
 * first, while the first copy is the old one; then the first copy, while the last one is the new.
 * Where a disk had no GPT, or a MBR, the protective MBR comes last, and before it everything is as
 * it was.
 */
#include "fs/gpt.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "lib/base/span.h"

#define HEADER_SIZE    92
#define REVISION       0x10000
#define MBR_TABLE      446
#define MBR_ENTRY      16
#define MBR_PROTECTIVE 0xee

static uint32_t table_blocks(const struct gpt *gpt)
{
	return GPT_TABLE_BYTES / gpt->disk->block_size;
}

static int put_header(struct gpt *gpt, uint64_t at, uint64_t other, uint64_t entries,
		      struct why *why)
{
	uint8_t *h = gpt->disk->buffer;

	memset(h, 0, gpt->disk->block_size);
	memcpy(h, "EFI PART", 8);
	put_le32(h + 8, REVISION);
	put_le32(h + 12, HEADER_SIZE);
	put_le64(h + 24, at);
	put_le64(h + 32, other);
	put_le64(h + 40, gpt->first);
	put_le64(h + 48, gpt->last);
	memcpy(h + 56, gpt->id, 16);
	put_le64(h + 72, entries);
	put_le32(h + 80, GPT_ENTRIES);
	put_le32(h + 84, GPT_ENTRY);
	put_le32(h + 88, crc32(0, gpt->entries, GPT_TABLE_BYTES));
	put_le32(h + 16, crc32(0, h, HEADER_SIZE));
	return gpt->write(gpt, at, 1, h, why);
}

/* Entries, then what says that they are good. */
static int put_copy(struct gpt *gpt, uint64_t at, uint64_t other, uint64_t entries, struct why *why)
{
	int err = gpt->write(gpt, entries, table_blocks(gpt), gpt->entries, why);

	if (!err)
		err = gpt->flush(gpt, why);
	if (!err)
		err = put_header(gpt, at, other, entries, why);
	return err ? err : gpt->flush(gpt, why);
}

static int put_mbr(struct gpt *gpt, struct why *why)
{
	const uint64_t blocks = gpt->disk->blocks;
	uint8_t *b = gpt->disk->buffer, *e = b + MBR_TABLE;
	int err = gpt->disk->read(gpt->disk, 0, b);

	if (err)
		return refuse(why, err, "block 0 cannot be read");
	memset(e, 0, (size_t)4 * MBR_ENTRY);
	e[2] = 2; /* by cylinder, head and sector: block 1, and the last that those can say */
	e[4] = MBR_PROTECTIVE;
	memset(e + 5, 0xff, 3);
	put_le32(e + 8, 1);
	put_le32(e + 12, (uint32_t)MIN(blocks - 1, (uint64_t)UINT32_MAX));
	put_le16(b + 510, 0xaa55);
	err = gpt->write(gpt, 0, 1, b, why);
	return err ? err : gpt->flush(gpt, why);
}

int gpt_write(struct gpt *gpt, struct why *why)
{
	const uint64_t end = gpt->disk->blocks - 1;
	int err = put_copy(gpt, end, 1, end - table_blocks(gpt), why);

	if (!err)
		err = put_copy(gpt, 1, end, 2, why);
	return err ? err : put_mbr(gpt, why);
}

/* Both copies, the one in block @at. */
static int read_copy(struct gpt *gpt, uint64_t at, struct part_table *table, struct why *why)
{
	*table = (struct part_table){ .disk = gpt->disk };
	return part_read_gpt(table, at, why);
}

static int open_table(struct gpt *gpt, struct part_table *table, struct why *why)
{
	int err = part_open(gpt->disk, table, why);

	if (!err && table->scheme != PART_EFI)
		return refuse(why, -ENOENT, "the disk has no GPT");
	return err;
}

int gpt_load(struct gpt *gpt, struct why *why)
{
	const uint32_t size = gpt->disk->block_size;
	struct part_table table;
	int err = open_table(gpt, &table, why);

	if (err)
		return err;
	if (table.entries != GPT_ENTRIES || table.entry_size != GPT_ENTRY)
		return refuse(why, -ENOTSUP,
			      "a table of %" PRIu32 " entries of %" PRIu32 " bytes is only read",
			      table.entries, table.entry_size);
	for (uint32_t i = 0; i < table_blocks(gpt) && !err; i++) {
		err = gpt->disk->read(gpt->disk, table.entries_at + i, gpt->disk->buffer);
		memcpy(gpt->entries + (size_t)i * size, gpt->disk->buffer, size);
	}
	if (err)
		return refuse(why, err, "the entries cannot be read");
	memcpy(gpt->id, table.guid, 16);
	gpt->first = table.first;
	gpt->last = table.last;
	if (gpt->first < 2 || gpt->first - 2 < table_blocks(gpt) ||
	    gpt->last >= gpt->disk->blocks - 1 - table_blocks(gpt))
		return refuse(why, -ENOTSUP,
			      "blocks %" PRIu64 " to %" PRIu64
			      " may be partitions': no copy has room",
			      gpt->first, gpt->last);
	return 0;
}

/* Is entry @n the same partition here and there? */
static int compare_entry(const struct gpt *gpt, unsigned int n, const struct part *part,
			 struct why *why)
{
	const uint8_t *e = gpt->entries + (size_t)n * GPT_ENTRY;
	char name[sizeof(part->name)];

	part_gpt_name(e + 56, name);
	if (part->number != n + 1 || strcmp(name, part->name))
		return refuse(why, -EBADMSG, "partition %u is not '%s'", n + 1, name);
	if (part->start != get_le64(e + 32) || part->blocks != get_le64(e + 40) - part->start + 1)
		return refuse(why, -EBADMSG,
			      "partition %u has %" PRIu64 " blocks from %" PRIu64 " on", n + 1,
			      part->blocks, part->start);
	return 0;
}

static int compare(struct gpt *gpt, const struct part_table *table, struct why *why)
{
	struct part part = { 0 };
	unsigned int n;
	int err = 0;

	for (n = 0; n < GPT_ENTRIES && get_le64(gpt->entries + (size_t)n * GPT_ENTRY); n++) {
		err = part_next(table, &part, why);
		if (err > 0)
			return refuse(why, -EBADMSG, "there is no partition %u", n + 1);
		if (!err)
			err = compare_entry(gpt, n, &part, why);
		if (err)
			return err;
	}
	err = part_next(table, &part, why);
	return err == 0 ? refuse(why, -EBADMSG, "there is a partition %u", part.number)
			: MIN(err, 0);
}

int gpt_verify(struct gpt *gpt, struct why *why)
{
	struct part_table table, last;
	int err = open_table(gpt, &table, why);

	if (err)
		return err;
	if (table.backup)
		return -EBADMSG; /* and why is said */
	err = read_copy(gpt, gpt->disk->blocks - 1, &last, why);
	if (!err && (table.sum != last.sum || memcmp(table.guid, last.guid, 16)))
		err = refuse(why, -EBADMSG, "its two copies are not the same");
	return err || !gpt->entries ? err : compare(gpt, &table, why);
}
