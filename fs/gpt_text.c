// SPDX-License-Identifier: BSD-2-Clause
/* GPT, from text. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fs/gpt.h"
#include "lib/base/le.h"
#include "lib/base/num.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"

#define VALUE_ROOM 128
#define NAME_UNITS 36
#define BOOTABLE   0x4 /* of the attributes */
#define USUAL_TYPE "data"

/** struct parser - of a text: @size of the partition, in bytes */
struct parser {
	struct gpt *gpt;
	const struct gpt_words *words;
	struct why *why;
	unsigned int n;
	uint64_t next; /* the block behind the partition before */
	uint64_t start, size;
	bool has_start, has_size, has_uuid, has_type;
};

static uint8_t *entry_of(const struct parser *p, unsigned int n)
{
	return p->gpt->entries + (size_t)n * GPT_ENTRY;
}

/* "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": the first three numbers are little-endian. */
static bool take_guid(const char *text, uint8_t guid[16])
{
	static const uint8_t at[16] = { 6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34 };
	unsigned int i;

	if (strlen(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
	    text[23] != '-')
		return false;
	for (i = 0; i < 16; i++)
		if (!num_hex_bytes(guid + i, text + at[i], 1))
			return false;
	return true;
}

static void make_guid(const struct parser *p, uint8_t guid[16])
{
	p->words->random(guid);
	guid[7] = (guid[7] & 0x0f) | 0x40; /* RFC 9562, version 4 */
	guid[8] = (guid[8] & 0x3f) | 0x80;
}

/* A GUID, or "${name}" of a variable that has one, or gets one. */
static int set_guid(struct parser *p, const char *key, const char *text, uint8_t guid[16])
{
	const size_t len = strlen(text);
	const char *value = text;
	char name[VALUE_ROOM], made[37];

	if (len > 3 && text[0] == '$' && text[1] == '{' && text[len - 1] == '}') {
		memcpy(name, text + 2, len - 3);
		name[len - 3] = '\0';
		value = p->words->variable(name);
		if (!value || !value[0]) {
			make_guid(p, guid);
			part_guid(guid, made);
			p->words->chosen(name, made);
			return 0;
		}
	}
	if (!take_guid(value, guid))
		return refuse(p->why, -EINVAL, "%s: '%.60s' is no UUID", key, value);
	return 0;
}

/* Bytes: a number as C writes it, and K, M or G with or without "iB". */
static int take_bytes(struct parser *p, const char *key, const char *text, uint64_t *out)
{
	static const char units[] = "KMG";
	const bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	const size_t digits =
		hex ? 2 + strspn(text + 2, "0123456789abcdefABCDEF") : strspn(text, "0123456789");
	const char *unit = text + digits;
	unsigned int shift = 0;
	char number[24] = "";
	const char *which;

	if (digits < sizeof(number))
		memcpy(number, text, digits);
	if (unit[0]) {
		which = strchr(units, unit[0]);
		if (!which || (unit[1] && strcmp(unit + 1, "iB") && strcmp(unit + 1, "B")))
			return refuse(p->why, -EINVAL, "%s: '%.40s' is no K, M or G", key, unit);
		shift = 10 * (unsigned int)(which - units + 1);
	}
	if (num_parse(number, 10, out) || *out > UINT64_MAX >> shift)
		return refuse(p->why, -EINVAL, "%s: '%.60s' is no number of bytes", key, text);
	*out <<= shift;
	if (*out % p->gpt->disk->block_size)
		return refuse(p->why, -EINVAL,
			      "%s: %" PRIu64 " is no multiple of a block, %" PRIu32, key, *out,
			      p->gpt->disk->block_size);
	return 0;
}

static int set_name(struct parser *p, const char *text)
{
	uint8_t *to = entry_of(p, p->n) + 56;
	const size_t len = strlen(text);
	unsigned int units = 0, size;

	for (size_t at = 0; at < len; at += size) {
		const uint32_t point = utf8_decode(text + at, len - at, &size);
		const unsigned int more = point >= 0x10000;

		if (NAME_UNITS - units <= more)
			return refuse(p->why, -EINVAL, "name: '%.60s' has more than %u letters",
				      text, NAME_UNITS);
		put_le16(to + 2 * units,
			 (uint16_t)(more ? 0xd800 + ((point - 0x10000) >> 10) : point));
		if (more)
			put_le16(to + 2 * units + 2, (uint16_t)(0xdc00 | (point & 0x3ff)));
		units += 1 + more;
	}
	return 0;
}

static int set_type(struct parser *p, const char *text)
{
	const char *guid = part_type_guid(text);

	p->has_type = true;
	if (!take_guid(guid ? guid : text, entry_of(p, p->n)))
		return refuse(p->why, -EINVAL,
			      "type: '%.60s' is no GUID, and no word of \"part types\"", text);
	return 0;
}

static int set_value(struct parser *p, const char *key, const char *value)
{
	if (!strcmp(key, "uuid_disk"))
		return set_guid(p, key, value, p->gpt->id);
	if (p->n == GPT_ENTRIES)
		return refuse(p->why, -EINVAL, "more than %d partitions", GPT_ENTRIES);
	if (!strcmp(key, "name"))
		return set_name(p, value);
	if (!strcmp(key, "type"))
		return set_type(p, value);
	if (!strcmp(key, "uuid")) {
		p->has_uuid = true;
		return set_guid(p, key, value, entry_of(p, p->n) + 16);
	}
	if (!strcmp(key, "bootable")) {
		entry_of(p, p->n)[48] |= BOOTABLE;
		return 0;
	}
	if (!strcmp(key, "start")) {
		p->has_start = true;
		return take_bytes(p, key, value, &p->start);
	}
	if (strcmp(key, "size"))
		return refuse(p->why, -EINVAL,
			      "'%.40s' is none of uuid_disk, name, start, size, type, uuid, "
			      "bootable",
			      key);
	p->has_size = true;
	if (!strcmp(value, "-")) {
		p->size = 0;
		return 0;
	}
	return take_bytes(p, key, value, &p->size);
}

/* One key and its value, from @text to before the next ',' or ';'. */
static int take_pair(struct parser *p, const char **text)
{
	char word[VALUE_ROOM];
	const size_t len = strcspn(*text, ",;");
	char *value;

	if (len >= sizeof(word))
		return refuse(p->why, -EINVAL, "'%.40s...' is too long", *text);
	memcpy(word, *text, len);
	word[len] = '\0';
	*text += len;
	value = strchr(word, '=');
	if (value)
		*value++ = '\0';
	else if (strcmp(word, "bootable"))
		return refuse(p->why, -EINVAL, "'%.60s' has no '='", word);
	return set_value(p, word, value ? value : "");
}

static int check_overlap(struct parser *p, uint64_t start, uint64_t blocks)
{
	for (unsigned int i = 0; i < p->n; i++) {
		const uint64_t at = get_le64(entry_of(p, i) + 32);

		if (span_overlap(start, blocks, at, get_le64(entry_of(p, i) + 40) - at + 1))
			return refuse(p->why, -EINVAL, "partition %u lies over partition %u",
				      p->n + 1, i + 1);
	}
	return 0;
}

static int finish_entry(struct parser *p)
{
	const uint32_t block = p->gpt->disk->block_size;
	const uint64_t start = p->has_start ? p->start / block : p->next;
	const uint64_t room = start > p->gpt->last ? 0 : p->gpt->last - start + 1;
	const uint64_t blocks = p->size ? p->size / block : room;
	uint8_t *e = entry_of(p, p->n);

	if (!p->has_size)
		return refuse(p->why, -EINVAL, "partition %u has no size", p->n + 1);
	if (start < p->gpt->first || !blocks || blocks > room)
		return refuse(p->why, -EINVAL,
			      "partition %u: %" PRIu64 " blocks from %" PRIu64
			      " on are not in %" PRIu64 " to %" PRIu64,
			      p->n + 1, blocks, start, p->gpt->first, p->gpt->last);
	if (!p->has_type && set_type(p, USUAL_TYPE))
		return -EINVAL;
	if (!p->has_uuid)
		make_guid(p, e + 16);
	put_le64(e + 32, start);
	put_le64(e + 40, start + (blocks - 1));
	p->next = start + blocks;
	return check_overlap(p, start, blocks);
}

int gpt_parse(struct gpt *gpt, const char *text, const struct gpt_words *words, struct why *why)
{
	struct parser p = { .gpt = gpt, .words = words, .why = why };
	const uint64_t table = GPT_TABLE_BYTES / gpt->disk->block_size;

	if (gpt->disk->blocks < 4 || (gpt->disk->blocks - 4) / 2 < table)
		return refuse(why, -EINVAL, "a disk of %" PRIu64 " blocks has no room for a GPT",
			      gpt->disk->blocks);
	gpt->first = 2 + table;
	gpt->last = gpt->disk->blocks - 2 - table;
	memset(gpt->entries, 0, GPT_TABLE_BYTES);
	make_guid(&p, gpt->id);
	p.next = gpt->first;
	while (*(text += strspn(text, "; \n"))) {
		const bool of_disk = !strncmp(text, "uuid_disk=", 10);
		int err = take_pair(&p, &text);

		while (!err && *text == ',') {
			text += strspn(text, ", ");
			err = take_pair(&p, &text);
		}
		if (!err && !of_disk) {
			err = finish_entry(&p);
			p.n++;
			p.has_start = p.has_size = p.has_uuid = p.has_type = false;
		}
		if (err)
			return err;
	}
	return p.n ? 0 : refuse(why, -EINVAL, "no partition is named");
}
