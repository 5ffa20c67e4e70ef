/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CFI flash with Intel's commands. Chips that share a bus work at the same time, each with a status
 * of its own: a word of the bank holds all of them, and all are looked at.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <arch/cpu.h>

#include "drivers/base/wait.h"
#include "drivers/flash/cfi.h"

#define PROGRAM	       0x40
#define ERASE	       0x20
#define WRITE_BUFFER   0xe8
#define CONFIRM	       0xd0
#define CLEAR_STATUS   0x50
#define LOCK	       0x60
#define LOCK_SET       0x01

#define STATUS_READY   0x80
#define STATUS_ERASE   0x20
#define STATUS_PROGRAM 0x10
#define STATUS_VOLTAGE 0x08
#define STATUS_LOCKED  0x02
#define STATUS_ERRORS  (STATUS_ERASE | STATUS_PROGRAM | STATUS_VOLTAGE | STATUS_LOCKED)

/* The statuses of all chips or'ed together. */
static uint8_t fold(const struct flash *flash, uint32_t word)
{
	uint8_t all = 0;

	for (unsigned int at = 0; at < flash->width; at += flash->chip_width)
		all |= (uint8_t)(word >> (8 * at));
	return all;
}

static int status_error(const struct flash *flash, uint64_t offset, const char *what,
			uint8_t status, struct why *why)
{
	const char *reason = "failed";
	int err = -EIO;

	if (status & (STATUS_LOCKED | STATUS_VOLTAGE)) {
		reason = status & STATUS_LOCKED ? "refused: the block is locked"
						: "refused: no programming voltage";
		err = -EPERM;
	} else if ((status & STATUS_ERASE) && (status & STATUS_PROGRAM)) {
		reason = "failed: the chip did not understand the command";
	}
	return refuse(why, err, "%s at 0x%" PRIx64 " %s (status 0x%02x)", what,
		      flash->base + offset, reason, status);
}

/*
 * Wait until every chip is ready. The last look comes after the time has run out: a CPU that was
 * not running meanwhile must not take that for the chip's fault.
 */
static int wait_ready(const struct flash *flash, uint64_t offset, const char *what, uint32_t ms,
		      struct why *why)
{
	const uint32_t ready = cfi_each(flash, STATUS_READY);
	struct wait wait = wait_begin(ms);
	bool over = false;

	for (;;) {
		uint32_t status = cfi_read(flash, offset);

		if ((status & ready) == ready && fold(flash, status) & STATUS_ERRORS)
			return status_error(flash, offset, what, fold(flash, status), why);
		if ((status & ready) == ready)
			return 0;
		if (over)
			return refuse(why, -ETIMEDOUT,
				      "%s at 0x%" PRIx64 ": not ready after %u ms (status 0x%08x)",
				      what, flash->base + offset, (unsigned int)ms,
				      (unsigned int)status);
		over = wait_over(&wait);
	}
}

static void finish(const struct flash *flash, uint64_t offset)
{
	cfi_command(flash, offset, CLEAR_STATUS);
	cfi_command(flash, offset, CFI_READ_ARRAY);
}

static int set_lock(const struct flash *flash, uint64_t offset, bool lock, struct why *why)
{
	cfi_command(flash, offset, LOCK);
	cfi_command(flash, offset, lock ? LOCK_SET : CONFIRM);
	return wait_ready(flash, offset, lock ? "locking" : "unlocking", flash->erase_ms, why);
}

static int check_block(const struct flash *flash, uint64_t offset, struct why *why)
{
	uint64_t start;
	uint32_t size;

	if (flash_block(flash, offset, &start, &size) >= 0 && start == offset)
		return 0;
	return refuse(why, -EINVAL, "no block of the flash begins at 0x%" PRIx64,
		      flash->base + offset);
}

int flash_lock(const struct flash *flash, uint64_t offset, bool lock, struct why *why)
{
	int err = check_block(flash, offset, why);

	if (err)
		return err;
	cfi_command(flash, offset, CLEAR_STATUS);
	err = set_lock(flash, offset, lock, why);
	finish(flash, offset);
	return err;
}

int flash_erase(const struct flash *flash, uint64_t offset, struct why *why)
{
	int err = check_block(flash, offset, why);

	if (err)
		return err;
	cfi_command(flash, offset, CLEAR_STATUS);
	if (flash->unlocks)
		err = set_lock(flash, offset, false, why);
	if (!err) {
		cfi_command(flash, offset, ERASE);
		cfi_command(flash, offset, CONFIRM);
		err = wait_ready(flash, offset, "erasing", flash->erase_ms, why);
	}
	finish(flash, offset);
	return err;
}

static uint32_t word_of(const struct flash *flash, const uint8_t *bytes)
{
	uint32_t word = 0;

	memcpy(&word, bytes, flash->width);
	return word;
}

static int write_word(const struct flash *flash, uint64_t offset, uint32_t word, struct why *why)
{
	cfi_command(flash, offset, PROGRAM);
	cfi_write(flash, offset, word);
	return wait_ready(flash, offset, "writing", flash->write_ms, why);
}

/* @count bytes that lie within one buffer's boundaries. */
static int write_buffer(const struct flash *flash, uint64_t offset, const uint8_t *bytes,
			uint32_t count, struct why *why)
{
	int err;

	cfi_command(flash, offset, WRITE_BUFFER);
	err = wait_ready(flash, offset, "writing", flash->buffer_ms, why);
	if (err)
		return err;
	/* One less than the words of each chip. */
	cfi_write(flash, offset, cfi_each(flash, count / flash->width - 1));
	for (uint32_t at = 0; at < count; at += flash->width)
		cfi_write(flash, offset + at, word_of(flash, bytes + at));
	cfi_command(flash, offset, CONFIRM);
	return wait_ready(flash, offset, "writing", flash->buffer_ms, why);
}

/* Bytes from @at on that one command writes; *blank where they are as erased and need none. */
static uint32_t next_piece(const struct flash *flash, uint64_t offset, const uint8_t *bytes,
			   uint32_t count, bool *blank)
{
	const uint32_t erased = (uint32_t)MASK(8 * flash->width - 1, 0);
	uint32_t room = flash->buffer ? flash->buffer - (uint32_t)(offset & (flash->buffer - 1))
				      : flash->width;
	uint32_t at = flash->width;

	*blank = word_of(flash, bytes) == erased;
	count = MIN(count, room);
	while (at < count && (word_of(flash, bytes + at) == erased) == *blank)
		at += flash->width;
	return at;
}

int flash_write(const struct flash *flash, uint64_t offset, const void *bytes, uint32_t count,
		struct why *why)
{
	const uint8_t *from = bytes;
	uint64_t last = offset; /* in the bank even when all is written */
	uint32_t piece;
	int err = 0;

	if (offset > flash->chip_size || count > flash->chip_size - offset)
		return refuse(why, -ERANGE, "0x%x bytes at 0x%" PRIx64 " pass the end of the flash",
			      (unsigned int)count, flash->base + offset);
	if (!count)
		return 0;
	cfi_command(flash, offset, CLEAR_STATUS);
	for (; count && !err; offset += piece, from += piece, count -= piece) {
		bool blank;

		last = offset;
		piece = next_piece(flash, offset, from, count, &blank);
		if (blank)
			continue;
		if (piece > flash->width)
			err = write_buffer(flash, offset, from, piece, why);
		else
			err = write_word(flash, offset, word_of(flash, from), why);
	}
	finish(flash, last);
	return err;
}
