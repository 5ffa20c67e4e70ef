/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/copies.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"

#define CHUNK 512

#define CRC_SIZE 4

/* The beginning of a copy. A @blank one was never written: erased, or RAM in place of flash. */
struct head {
	uint32_t crc;
	uint8_t generation;
	bool blank;
};

static uint64_t place_of(const struct env_layout *layout, unsigned int slot)
{
	return layout->offset + (uint64_t)slot * layout->stride;
}

static unsigned int copies(const struct env_layout *layout)
{
	return layout->redundant ? 2 : 1;
}

static struct head read_head(const struct env_layout *layout, unsigned int slot)
{
	struct head head = { .blank = true };
	uint32_t word[2];

	flash_read(layout->flash, place_of(layout, slot), word, 4);
	head.crc = get_le32(word);
	if (head.crc == UINT32_MAX)
		return head;
	flash_read(layout->flash, place_of(layout, slot) + 4, word + 1, 4);
	head.blank = !word[0] && !word[1];
	head.generation = (uint8_t)get_le32(word + 1);
	return head;
}

/* The copy to look at first. */
static unsigned int first_of(const struct env_layout *layout, const struct head head[2])
{
	if (!layout->redundant || head[1].blank)
		return 0;
	return head[0].blank ? 1 : envimage_newer(head[0].generation, head[1].generation);
}

/* Is the CRC that of the variables and of padding, as somebody pads? */
static bool crc_fits(uint32_t crc, const char *data, size_t used, uint32_t room)
{
	uint32_t strings = envimage_crc_pad(crc32(0, data, used), 0, 1);
	uint32_t rest = room - (uint32_t)used - 1;

	return envimage_crc_pad(strings, 0xff, rest) == crc ||
	       envimage_crc_pad(strings, 0x00, rest) == crc;
}

/* As much as the variables take; all of it only where the padding is unusual, or the CRC wrong. */
static int read_copy(const struct env_layout *layout, unsigned int slot, uint32_t crc, void *raw,
		     size_t *used)
{
	const uint8_t header = envimage_header(layout->redundant);
	char *data = (char *)raw + header;
	const uint32_t room = layout->size - header;
	size_t next = 0;
	bool ends = false;
	uint32_t have = 0;

	while (have < layout->size && !ends) {
		uint32_t part = MIN((uint32_t)CHUNK, layout->size - have);

		flash_read(layout->flash, place_of(layout, slot) + have, (char *)raw + have, part);
		have += part;
		ends = envimage_used(data, have - header, next, &next);
	}
	if (!ends)
		return -EBADMSG;
	*used = next;
	if (crc_fits(crc, data, next, room))
		return 0;
	flash_read(layout->flash, place_of(layout, slot) + have, (char *)raw + have,
		   layout->size - have);
	return envimage_take(raw, layout->size, layout->redundant, used);
}

int env_copies_read(const struct env_layout *layout, void *raw, size_t *used, unsigned int *slot)
{
	struct head head[2];
	unsigned int first, i;
	int err = -ENOENT;

	for (i = 0; i < copies(layout); i++)
		head[i] = read_head(layout, i);
	first = first_of(layout, head);
	for (i = 0; i < copies(layout); i++) {
		*slot = first ^ i;
		if (head[*slot].blank)
			continue;
		err = read_copy(layout, *slot, head[*slot].crc, raw, used);
		if (!err)
			return 0;
	}
	return err;
}

/* The CRC over all of a copy, padding too, without a place to put it; behind @skip bytes. */
static bool crc_holds(const struct env_layout *layout, unsigned int slot, const struct head *head,
		      uint32_t skip)
{
	uint32_t buffer[CHUNK / 4];
	uint32_t crc = 0;

	for (uint32_t at = 0; at < layout->size; at += CHUNK) {
		uint32_t part = MIN((uint32_t)CHUNK, layout->size - at);

		flash_read(layout->flash, place_of(layout, slot) + at, buffer, part);
		crc = crc32(crc, (char *)buffer + skip, part - skip);
		skip = 0;
	}
	return crc == head->crc;
}

/* One that another build wrote, too: it must not be the one that is erased. */
static bool is_whole(const struct env_layout *layout, unsigned int slot, const struct head *head)
{
	return !head->blank && (crc_holds(layout, slot, head, envimage_header(layout->redundant)) ||
				crc_holds(layout, slot, head, envimage_header(!layout->redundant)));
}

void env_copies_target(const struct env_layout *layout, struct env_target *target)
{
	struct head head[2];
	bool whole[2] = { false, false };
	unsigned int i, newest;

	for (i = 0; i < copies(layout); i++) {
		head[i] = read_head(layout, i);
		whole[i] = is_whole(layout, i, &head[i]);
	}
	*target = (struct env_target){ .generation = 1, .any = whole[0] || whole[1] };
	if (!target->any || !layout->redundant)
		return;
	newest = whole[0] && whole[1] ? envimage_newer(head[0].generation, head[1].generation)
				      : whole[1];
	target->slot = newest ^ 1;
	target->generation = (uint8_t)(head[newest].generation + 1);
}

int env_copies_erase(const struct env_layout *layout, unsigned int slot, struct why *why)
{
	const uint64_t place = place_of(layout, slot);
	uint64_t start, at;
	uint32_t size = 0;
	int err;

	for (at = place; at < place + layout->size; at += size) {
		if (flash_block(layout->flash, at, &start, &size) < 0 || start != at ||
		    size > place + layout->stride - at)
			return refuse(
				why, -EINVAL,
				"a copy of the environment at 0x%" PRIx64
				", 0x%x bytes apart, and erase blocks of 0x%x bytes do not fit",
				layout->flash->base + place, (unsigned int)layout->stride,
				(unsigned int)size);
	}
	for (at = place; at < place + layout->size; at += size) {
		flash_block(layout->flash, at, &start, &size);
		err = flash_erase(layout->flash, at, why);
		if (err)
			return err;
	}
	return 0;
}

static int write_part(const struct env_layout *layout, uint64_t place, uint32_t from, uint32_t to,
		      const struct envimage *image, struct why *why)
{
	uint8_t buffer[CHUNK];
	int err = 0;

	while (from < to && !err) {
		uint32_t part = MIN((uint32_t)CHUNK - from % CHUNK, to - from);

		envimage_bytes(image, from, buffer, part);
		err = flash_write(layout->flash, place + from, buffer, part, why);
		from += part;
	}
	return err;
}

static int verify(const struct env_layout *layout, uint64_t place, uint32_t from, uint32_t to,
		  const struct envimage *image, struct why *why)
{
	uint32_t wanted[CHUNK / 4], found[CHUNK / 4];

	while (from < to) {
		uint32_t part = MIN((uint32_t)CHUNK - from % CHUNK, to - from);

		envimage_bytes(image, from, wanted, part);
		flash_read(layout->flash, place + from, found, part);
		if (memcmp(wanted, found, part))
			return refuse(why, -EIO,
				      "0x%x bytes at 0x%" PRIx64
				      " were written and read back with other values",
				      (unsigned int)part, layout->flash->base + place + from);
		from += part;
	}
	return 0;
}

int env_copies_write(const struct env_layout *layout, unsigned int slot,
		     const struct envimage *image, struct why *why)
{
	const uint64_t place = place_of(layout, slot);
	const uint32_t end = ALIGN_UP(image->header + (uint32_t)image->used + 1, 4);
	int err = write_part(layout, place, CRC_SIZE, end, image, why);

	if (!err)
		err = verify(layout, place, CRC_SIZE, layout->size, image, why);
	if (!err)
		err = write_part(layout, place, 0, CRC_SIZE, image, why);
	if (!err)
		err = verify(layout, place, 0, CRC_SIZE, image, why);
	return err;
}
