/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/note.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/le.h"

#define NHDR_SIZE 12 /* namesz, descsz, type */
#define PAIR_SIZE 16

static int parse_pairs(const uint8_t *desc, uint64_t size, struct boot_params *params,
		       struct why *why)
{
	if (size % PAIR_SIZE)
		return refuse(why, -ENODATA,
			      "Loft note: %" PRIu64 " bytes of descriptor are no whole "
			      "number of 16-byte pairs",
			      size);
	for (uint64_t at = 0; at < size; at += PAIR_SIZE) {
		uint64_t key = get_le64(desc + at), value = get_le64(desc + at + 8);

		if (key & LOFT_NOTE_OPTIONAL)
			continue;
		if (key == 0 || key > BOOT_PARAM_LAST)
			return refuse(why, -EINVAL,
				      "Loft note: unknown key %" PRIu64 " (value 0x%" PRIx64
				      "), this Loft knows 1..%u",
				      key, value, BOOT_PARAM_LAST);
		if (boot_params_has(params, key))
			return refuse(why, -EEXIST,
				      "Loft note: key %" PRIu64 " (%s) is given twice", key,
				      boot_keys[key - 1].name);
		params->value[key] = value;
		params->given |= 1u << key;
	}
	return 0;
}

/* A name or descriptor takes this much of a segment; both fields are 32 bits, so no sum wraps. */
static uint64_t padded(uint32_t size)
{
	return ALIGN_UP((uint64_t)size, 4);
}

static bool all_zero(const uint8_t *bytes, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

static int parse_one(const uint8_t *note, uint64_t size, uint64_t *used, struct boot_params *params,
		     struct why *why)
{
	uint32_t namesz = get_le32(note), descsz = get_le32(note + 4), type = get_le32(note + 8);
	uint64_t left = size - NHDR_SIZE, name_end = NHDR_SIZE + padded(namesz);

	if (padded(namesz) > left || descsz > left - padded(namesz))
		return refuse(why, -ENODATA,
			      "PT_NOTE: truncated: a note needs %" PRIu64
			      " bytes of name and %" PRIu32 " of descriptor, %" PRIu64 " are left",
			      padded(namesz), descsz, left);
	*used = MIN(name_end + padded(descsz), size); /* the last one's padding may be missing */
	if (type != LOFT_NOTE_TYPE || namesz != LOFT_NOTE_NAMESZ ||
	    memcmp(note + NHDR_SIZE, LOFT_NOTE_NAME, LOFT_NOTE_NAMESZ) != 0)
		return 0;
	return parse_pairs(note + name_end, descsz, params, why);
}

int note_parse(const void *bytes, uint64_t size, struct boot_params *params, struct why *why)
{
	const uint8_t *note = bytes;

	while (size >= NHDR_SIZE) {
		uint64_t used = 0;
		int err = parse_one(note, size, &used, params, why);

		if (err)
			return err;
		note += used;
		size -= used;
	}
	if (!all_zero(note, size))
		return refuse(why, -ENODATA,
			      "PT_NOTE: truncated: %" PRIu64 " bytes at its end are no "
			      "note header of %u",
			      size, NHDR_SIZE);
	return 0;
}

int note_read(struct source *source, const struct elf_image *image, struct boot_params *params,
	      struct why *why)
{
	uint8_t bytes[NOTE_SEGMENT_MAX];
	uint64_t first = UINT64_MAX, end = 0;
	bool one_read;
	int err = 0;

	memset(params, 0, sizeof(*params));
	for (unsigned i = 0; i < image->note_count; i++) {
		const struct elf_extent *note = &image->note[i];

		if (note->size > NOTE_SEGMENT_MAX)
			return refuse(why, -E2BIG,
				      "%s: a PT_NOTE of 0x%" PRIx64 " bytes, at most %u",
				      source->name, note->size, NOTE_SEGMENT_MAX);
		first = MIN(first, note->offset);
		end = MAX(end, note->offset + note->size);
	}
	if (image->note_count == 0)
		return 0;
	/* Linkers put the note segments side by side, and a read may be a DMA: then one does. */
	one_read = end - first <= NOTE_SEGMENT_MAX;
	if (one_read)
		err = source_read(source, first, bytes, end - first, why);
	for (unsigned i = 0; !err && i < image->note_count; i++) {
		const struct elf_extent *note = &image->note[i];

		if (!one_read)
			err = source_read(source, note->offset, bytes, note->size, why);
		if (!err)
			err = note_parse(bytes + (one_read ? note->offset - first : 0), note->size,
					 params, why);
	}
	return err;
}
