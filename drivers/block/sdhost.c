/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/sdhost.h"

#include <errno.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/base/wait.h"

#define SDCMD	0x00
#define SDARG	0x04
#define SDTOUT	0x08 /* clocks that a card has for its data */
#define SDCDIV	0x0c /* the clock is the core's / (this + 2) */
#define SDRSP0	0x10 /* and three more; of a long answer the last word first */
#define SDHSTS	0x20
#define SDVDD	0x30
#define SDEDM	0x34
#define SDHCFG	0x38
#define SDHBCT	0x3c /* bytes of a block */
#define SDDATA	0x40
#define SDHBLC	0x50 /* blocks: 9 bits */

#define SDCMD_NEW	BIT(15) /* until it was sent, and answered */
#define SDCMD_FAIL	BIT(14)
#define SDCMD_NO_ANSWER	BIT(10)
#define SDCMD_LONG	BIT(9)
#define SDCMD_WRITE	BIT(7)
#define SDCMD_READ	BIT(6)

#define SDHSTS_DATA_TIME_OUT	BIT(7)
#define SDHSTS_COMMAND_TIME_OUT	BIT(6)
#define SDHSTS_DATA_CRC		BIT(5)
#define SDHSTS_COMMAND_CRC	BIT(4)
#define SDHSTS_FIFO		BIT(3)
#define SDHSTS_TIMES		(SDHSTS_DATA_TIME_OUT | SDHSTS_COMMAND_TIME_OUT)
#define SDHSTS_ERRORS		(SDHSTS_TIMES | SDHSTS_DATA_CRC | SDHSTS_COMMAND_CRC | SDHSTS_FIFO)
#define SDHSTS_ALL		0x7f8

/* What it is doing; how many words its FIFO has; when it asks a DMA controller, by words. */
#define SDEDM_DOES(edm)		((edm) & 0xf)
#define SDEDM_WORDS(edm)	((edm) >> 4 & 0x1f)
#define SDEDM_WRITE_AT(words)	((words) << 9)
#define SDEDM_READ_AT(words)	((words) << 14)
#define SDEDM_FORCE		BIT(19) /* back to DOES_NOTHING */
#define DOES_IDENTIFY		0x0
#define DOES_NOTHING		0x1
#define DOES_READ_NEXT		0x4 /* waits for one more block */
#define DOES_READ_CRC		0x5
#define DOES_WRITE_NEXT		0xa

#define SDHCFG_SLOW	BIT(3)
#define SDHCFG_4	BIT(2)
#define SDHCFG_WIDE	BIT(1) /* between FIFO and bus of the chip */

#define FIFO_WORDS	16
#define REQUEST_BLOCKS	256 /* SDHBLC has room for 511 */
#define DIVIDER_MAX	0x7ffu
#define POWER_MS	20
#define COMMAND_MS	1000
#define SETTLE_MS	10 /* of what takes some clocks of the card */

static uint32_t reg_read(const struct mmc *card, unsigned int at)
{
	return mmio_read32(card->base + at);
}

static void reg_write(const struct mmc *card, unsigned int at, uint32_t value)
{
	mmio_write32(card->base + at, value);
}

/* What SDHSTS has that is an error, as one; 0: none */
static int error_of(uint32_t status)
{
	if (!(status & SDHSTS_ERRORS))
		return 0;
	return status & SDHSTS_TIMES ? -ETIMEDOUT : -EIO;
}

/* ---- commands ---- */

/* What a transfer that failed has left in the FIFO, or a card that was read on, is nobody's. */
static void drain(const struct mmc *card)
{
	reg_write(card, SDHBCT, 0);
	reg_write(card, SDHBLC, 0);
	for (unsigned int i = 0; i < 2 * FIFO_WORDS && SDEDM_WORDS(reg_read(card, SDEDM)); i++)
		(void)reg_read(card, SDDATA);
}

/* An answer without a checksum, MMC_R3, has one that is wrong. */
static int await_command(const struct mmc *card, uint32_t how)
{
	struct wait wait = wait_begin(COMMAND_MS);
	uint32_t command;

	while ((command = reg_read(card, SDCMD)) & SDCMD_NEW) {
		if (command == UINT32_MAX)
			return -ENODEV;
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
	if (command & SDCMD_FAIL) {
		uint32_t status = reg_read(card, SDHSTS);

		if (how == MMC_R3 && (status & SDHSTS_ERRORS) == SDHSTS_COMMAND_CRC)
			status = 0;
		else if (!(status & SDHSTS_ERRORS))
			status = SDHSTS_COMMAND_CRC; /* it fails, and does not say of what */
		return error_of(status);
	}
	return 0;
}

/* @way: SDCMD_READ, SDCMD_WRITE or 0 */
static int send_one(struct mmc *card, uint32_t index, uint32_t how, uint32_t argument, uint32_t way)
{
	const bool is_long = how == MMC_R2;
	int err;

	reg_write(card, SDHSTS, SDHSTS_ALL);
	reg_write(card, SDARG, argument);
	reg_write(card, SDCMD,
		  SDCMD_NEW | way | (how == MMC_NOTHING ? SDCMD_NO_ANSWER : 0) |
			  (is_long ? SDCMD_LONG : 0) | index);
	err = await_command(card, how);
	for (unsigned int i = 0; i < 4; i++)
		card->answer[i] = reg_read(card, SDRSP0 + 4 * (is_long ? 3 - i : i));
	if (!err && how & MMC_CHECKED && card->answer[0] & MMC_ERRORS)
		err = -EIO;
	return err;
}

/* A card that may keep the line busy is asked until it is done, rather than the line looked at. */
static int send(struct mmc *card, uint32_t index, uint32_t how, uint32_t argument)
{
	struct wait wait = wait_begin(COMMAND_MS);
	int err = send_one(card, index, how, argument, 0);

	while (!err && (how & 0xff) == MMC_R1B) {
		err = send_one(card, 13, MMC_R1 | MMC_CHECKED, card->rca, 0);
		if (!err && mmc_is_ready(card->answer[0]))
			break;
		if (!err && wait_over(&wait))
			err = -ETIMEDOUT;
	}
	return err;
}

/* ---- data ---- */

/* As many words as the FIFO has, or has room for, until @bytes are through. */
static int move_words(const struct mmc *card, bool write, uint8_t *buffer, uint32_t bytes)
{
	struct wait wait = wait_begin(BLK_TIMEOUT_MS);

	while (bytes) {
		const uint32_t filled =
			MIN(SDEDM_WORDS(reg_read(card, SDEDM)), (uint32_t)FIFO_WORDS);
		uint32_t words = MIN(write ? FIFO_WORDS - filled : filled, bytes / 4);

		if (!words) {
			const int err = error_of(reg_read(card, SDHSTS));

			if (err || wait_over(&wait))
				return err ? err : -ETIMEDOUT;
			continue;
		}
		wait = wait_begin(BLK_TIMEOUT_MS);
		bytes -= words * 4;
		for (; words; words--, buffer += 4) {
			uint32_t word;

			if (write) {
				memcpy(&word, buffer, 4);
				reg_write(card, SDDATA, word);
			} else {
				word = reg_read(card, SDDATA);
				memcpy(buffer, &word, 4);
			}
		}
	}
	return 0;
}

/* What it does is @does, for @ms at most. */
static bool goes_on(const struct mmc *card, uint32_t does, uint32_t ms)
{
	struct wait wait = wait_begin(ms);

	while (SDEDM_DOES(reg_read(card, SDEDM)) == does)
		if (wait_over(&wait))
			return true;
	return false;
}

/* It waits for a block that does not come, or for nothing; else, after a while, it is told so. */
static void settle(const struct mmc *card)
{
	struct wait wait = wait_begin(SETTLE_MS);
	uint32_t edm, does;

	do {
		edm = reg_read(card, SDEDM);
		does = SDEDM_DOES(edm);
		if (does == DOES_NOTHING || does == DOES_IDENTIFY)
			return;
	} while (does != DOES_READ_NEXT && does != DOES_WRITE_NEXT && !wait_over(&wait));
	reg_write(card, SDEDM, edm | SDEDM_FORCE);
}

/* Until the last block's checksum is through, and of a write until the card has taken it. */
static int await_end(const struct mmc *card, bool write)
{
	struct wait wait = wait_begin(BLK_TIMEOUT_MS);

	while (write) {
		const uint32_t does = SDEDM_DOES(reg_read(card, SDEDM));
		const int err = error_of(reg_read(card, SDHSTS));

		if (err || does == DOES_NOTHING || does == DOES_IDENTIFY || does == DOES_WRITE_NEXT)
			return err;
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
	if (goes_on(card, DOES_READ_CRC, SETTLE_MS))
		return -ETIMEDOUT;
	return error_of(reg_read(card, SDHSTS));
}

/* A card goes on with blocks until it is told to end; what it began of the next one is drained. */
static int move(struct mmc *card, uint32_t index, uint32_t argument, bool write, void *buffer,
		uint32_t unit, uint32_t count)
{
	int err;

	drain(card);
	reg_write(card, SDHBCT, unit);
	reg_write(card, SDHBLC, count);
	err = send_one(card, index, MMC_R1 | MMC_CHECKED, argument,
		       write ? SDCMD_WRITE : SDCMD_READ);
	if (!err)
		err = move_words(card, write, buffer, unit * count);
	if (!err)
		err = await_end(card, write);
	if (!err && count > 1) {
		if (write)
			settle(card);
		err = send_one(card, 12, MMC_R1, 0, 0);
		card->ended = card->answer[0];
	}
	settle(card);
	return err;
}

/* ---- the bus ---- */

static int set_clock(struct mmc *card, uint32_t hz)
{
	const uint32_t by = (card->base_hz - 1) / hz + 1;
	const uint32_t divider = MIN(by < 2 ? 0 : by - 2, DIVIDER_MAX);

	card->hz = card->base_hz / (divider + 2);
	reg_write(card, SDCDIV, divider);
	reg_write(card, SDTOUT, card->hz); /* a second: an SD card has a quarter of one to write */
	return 0;
}

static void set_bus(struct mmc *card)
{
	reg_write(card, SDHCFG, SDHCFG_SLOW | SDHCFG_WIDE | (card->width == 4 ? SDHCFG_4 : 0));
}

static void end(struct mmc *card)
{
	reg_write(card, SDVDD, 0);
	reg_write(card, SDCMD, 0);
	reg_write(card, SDHCFG, 0);
	drain(card);
	reg_write(card, SDHSTS, SDHSTS_ALL);
}

static int begin(struct mmc *card)
{
	if (reg_read(card, SDEDM) == UINT32_MAX)
		return -ENODEV;
	card->can_fast = true;
	card->lines = MIN(card->lines, 4u);
	end(card);
	reg_write(card, SDEDM,
		  (reg_read(card, SDEDM) & ~(SDEDM_READ_AT(0x1f) | SDEDM_WRITE_AT(0x1f))) |
			  SDEDM_READ_AT(4) | SDEDM_WRITE_AT(4));
	udelay(POWER_MS * 1000);
	reg_write(card, SDVDD, 1);
	udelay(POWER_MS * 1000);
	set_bus(card);
	return set_clock(card, MMC_SLOW_HZ);
}

const struct mmc_host sdhost_host = {
	.request_max = REQUEST_BLOCKS,
	.begin = begin,
	.end = end,
	.clock = set_clock,
	.bus = set_bus,
	.send = send,
	.move = move,
};
