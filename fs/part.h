/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partitions: GPT and MBR. Pure: bytes of the disk come by a callback.
 * Spec: UEFI 2.10, chapter 5
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define PART_MAX       1024 /* that are looked at: as many entries as a GPT may have here */
#define PART_BLOCK_MAX 4096

enum part_scheme { PART_NONE, PART_DOS, PART_EFI };

/**
 * struct part_disk - a disk
 * @block_size: 512 to PART_BLOCK_MAX, a power of two
 * @read:       one block to the caller's PART_BLOCK_MAX bytes at @buffer; 0 or -E...
 * @buffer:     aligned to a cache line
 */
struct part_disk {
	uint64_t blocks;
	uint32_t block_size;
	int (*read)(struct part_disk *disk, uint64_t block, void *to);
	void *priv;
	uint8_t *buffer;
};

/**
 * struct part - a partition
 * @number:   from 1; MBR: logical ones from 5
 * @start:    first block
 * @blocks:   how many
 * @type:     GPT: GUID in words; MBR: two hexadecimal digits
 * @uuid:     GPT: its GUID; MBR: the disk's number and its own, "0a1b2c3d-01"
 * @name:     GPT: UTF-8; MBR: ""
 * @attributes: GPT's
 * @bootable: MBR: the flag is set; GPT: the legacy BIOS attribute, or an EFI system partition
 */
struct part {
	unsigned int number;
	uint64_t start, blocks;
	char type[37], uuid[37];
	char name[109];
	uint64_t attributes;
	bool bootable;
};

/**
 * struct part_table - what a disk's table says
 * @backup:  GPT: the first copy is bad, the last block's is used; @why_backup: why
 * @disk_id: GUID, or MBR's number in eight digits
 * @guid, @sum: of a GPT: the GUID's bytes, and the checksum over its entries
 */
struct part_table {
	struct part_disk *disk;
	enum part_scheme scheme;
	bool backup;
	char disk_id[37];
	uint64_t entries_at, first, last; /* GPT: blocks; the range that partitions may use */
	uint32_t entries, entry_size, sum;
	uint8_t guid[16];
	uint32_t mbr_id;
};

/**
 * part_open() - find a disk's table
 * @why: the sentence for an error, or where table->backup why the first copy is not used
 *
 * A disk without one has scheme PART_NONE, and is no error.
 *
 * Errors: -EBADMSG a GPT of which both copies are bad; -E... of the disk
 */
int __must_check part_open(struct part_disk *disk, struct part_table *table, struct why *why);

/**
 * part_next() - the partition behind @part, which begins with number 0
 *
 * Return: 0; 1 none more; -EBADMSG a partition that passes the end of the disk, or a chain of
 * extended partitions without end; -E... of the disk. Behind an error it goes on with what can
 * still be read: part->number is that of the bad partition, or PART_MAX where nothing can.
 */
int __must_check part_next(const struct part_table *table, struct part *part, struct why *why);

/**
 * part_find() - a partition by what a person writes
 * @which: a decimal or hexadecimal number ("1", "a"), "#name" or a PARTUUID
 *
 * Errors: -ENOENT there is none; as part_next()
 */
int __must_check part_find(const struct part_table *table, const char *which, struct part *part,
			   struct why *why);

/**
 * part_read_gpt() - one copy of a GPT
 * @table: receives it; its disk is set
 * @at:    the block of its header
 *
 * Errors: -ENOENT no header; -EBADMSG; -E... of the disk
 */
int __must_check part_read_gpt(struct part_table *table, uint64_t at, struct why *why);

/** part_gpt_name() - a GPT's name of 36 units, in UTF-8 */
void part_gpt_name(const uint8_t *units, char name[109]);

/** part_guid() - 16 bytes of a GUID in words, as UEFI stores it */
void part_guid(const uint8_t *guid, char out[37]);

/** part_type_name() - the word for a GPT type ("system", "linux", ...), NULL where it has none */
const char *part_type_name(const char *guid);

/** part_type_guid() - the GUID of such a word, NULL where there is none */
const char *part_type_guid(const char *word);

/** part_type_word() - the nth such word, NULL behind the last */
const char *part_type_word(unsigned int nth);
