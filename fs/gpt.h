/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GPT, written. A table is made whole in memory, from text or from what a disk has, and goes to the
 * disk in an order in which one good copy is there whenever the power goes. Pure: blocks go by
 * callbacks, names of variables and random numbers come by them.
 * Spec: UEFI 2.10, chapter 5
 */
#pragma once

#include "fs/part.h"

#define GPT_ENTRIES     128
#define GPT_ENTRY       128
#define GPT_TABLE_BYTES (GPT_ENTRIES * GPT_ENTRY)

/**
 * struct gpt - a table, and the disk that it is for
 * @disk:    with part.buffer, for reading and for one block that is put together
 * @write:   consecutive blocks; @flush: what was written is on the medium. 0 or -E... with @why
 * @entries: GPT_TABLE_BYTES, aligned to a cache line: as the disk gets them
 * @id:      the disk's GUID
 * @first, @last: blocks that partitions may have
 */
struct gpt {
	struct part_disk *disk;
	int (*write)(struct gpt *gpt, uint64_t block, uint32_t count, const void *from,
		     struct why *why);
	int (*flush)(struct gpt *gpt, struct why *why);
	uint8_t *entries;
	uint8_t id[16];
	uint64_t first, last;
};

/**
 * struct gpt_words - what a text may name
 * @variable: the value of "${name}", or NULL
 * @chosen:   a number was made for "${name}", which has no value
 * @random:   16 random bytes
 */
struct gpt_words {
	const char *(*variable)(const char *name);
	void (*chosen)(const char *name, const char *value);
	void (*random)(uint8_t bytes[16]);
};

/**
 * gpt_parse() - a table from U-Boot's text: "uuid_disk=..;name=..,size=..;name=..,size=-"
 *
 * Of a partition: name, size and start in bytes (K, M and G; "-" is the rest), type (a word or a
 * GUID), uuid, bootable. Without start it begins where the one before ends; without uuid it gets
 * a random one.
 *
 * Errors: -EINVAL what is wrong with the text, or does not fit the disk
 */
int __must_check gpt_parse(struct gpt *gpt, const char *text, const struct gpt_words *words,
			   struct why *why);

/**
 * gpt_write() - the table to the disk: the last blocks, the first, then the protective MBR
 *
 * What stands before a MBR's table in block 0 stays.
 *
 * Errors: of the disk
 */
int __must_check gpt_write(struct gpt *gpt, struct why *why);

/**
 * gpt_load() - the table that a disk has, of which one copy is good, to be written anew
 *
 * Errors: -ENOENT it has none; -EBADMSG; -ENOTSUP not of GPT_ENTRIES entries of GPT_ENTRY bytes
 */
int __must_check gpt_load(struct gpt *gpt, struct why *why);

/**
 * gpt_verify() - are both copies good, and the same?
 * @gpt: NULL as entries: only that. Else also: are its partitions, by name, start and size, those
 *       that the disk has?
 *
 * Errors: -ENOENT no GPT; -EBADMSG
 */
int __must_check gpt_verify(struct gpt *gpt, struct why *why);
