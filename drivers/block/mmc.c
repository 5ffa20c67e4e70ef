/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/mmc.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/base/wait.h"
#include "lib/base/err.h"
#include "lib/base/le.h"

#define OCR_VOLTAGES 0x00ff8000 /* 2.7 to 3.6 V */
#define OCR_SECTORS  BIT(30)
#define OCR_READY    BIT(31)

#define USUAL_HZ     25000000
#define FAST_HZ	     50000000 /* SD; of an eMMC 52 MHz */

#define READY_MS     1000 /* from power to the card's "ready" */

static int send(struct mmc *card, uint32_t index, uint32_t how, uint32_t argument)
{
	return card->host->send(card, index, how, argument);
}

/* An application's command: the one before says so, and may still tell of what came before. */
static int send_app(struct mmc *card, uint32_t index, uint32_t how, uint32_t argument)
{
	const int err = send(card, 55, MMC_R1, card->rca);

	return err ? err : send(card, index, how, argument);
}

/* A page that a card tells of itself: the first @bytes of memory->page. */
static int ask(struct mmc *card, uint32_t index, uint32_t argument, uint32_t bytes)
{
	return card->host->move(card, index, argument, false, card->memory->page, bytes, 1);
}

/* @n bits of a register of 128, from bit @at on. */
static uint32_t bits(const uint32_t reg[4], unsigned int at, unsigned int n)
{
	const unsigned int word = 3 - at / 32, shift = at % 32;
	uint64_t value = reg[word];

	if (word)
		value |= (uint64_t)reg[word - 1] << 32;
	return (uint32_t)(value >> shift) & (n < 32 ? (1u << n) - 1 : UINT32_MAX);
}

/* Asked again until it is ready; its answer is kept. */
static int await_ready(struct mmc *card, bool app, uint32_t index, uint32_t argument)
{
	struct wait wait = wait_begin(READY_MS);

	for (;;) {
		const int err = app ? send_app(card, index, MMC_R3, argument)
				    : send(card, index, MMC_R3, argument);

		if (err || card->answer[0] & OCR_READY)
			return err;
		udelay(1000);
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
}

/* Which kind of card it is, if there is one. */
static int wake(struct mmc *card)
{
	const bool v2 = !send(card, 8, MMC_R1, 0x1aa) && (card->answer[0] & 0xfff) == 0x1aa;
	int err = await_ready(card, true, 41, OCR_VOLTAGES | (v2 ? OCR_SECTORS : 0));

	card->is_mmc = err;
	if (err) {
		err = send(card, 0, MMC_NOTHING, 0);
		if (!err)
			err = await_ready(card, false, 1, OCR_VOLTAGES | OCR_SECTORS);
	}
	card->sectors = card->answer[0] & OCR_SECTORS;
	return err ? -ENODEV : 0;
}

/* From "ready" to "transfer": it has an address, and is chosen. */
static int choose(struct mmc *card)
{
	int err = send(card, 2, MMC_R2, 0);

	if (err)
		return err;
	if (card->known && memcmp(card->cid, card->answer, sizeof(card->cid)))
		return -ENODEV; /* somebody has changed it */
	memcpy(card->cid, card->answer, sizeof(card->cid));
	card->rca = card->is_mmc ? 1u << 16 : 0;
	err = send(card, 3, MMC_R1, card->rca);
	if (!err && !card->is_mmc)
		card->rca = card->answer[0] & 0xffff0000u;
	if (!err)
		err = send(card, 9, MMC_R2, card->rca);
	if (err)
		return err;
	memcpy(card->csd, card->answer, sizeof(card->csd));
	err = send(card, 7, MMC_R1B | MMC_CHECKED, card->rca);
	if (!err && !card->sectors)
		err = send(card, 16, MMC_R1 | MMC_CHECKED, MMC_BLOCK_BYTES);
	return err;
}

/* By the formula of the first version, or with a structure of 1 by the second's. */
static uint64_t blocks_of_csd(const struct mmc *card)
{
	const uint32_t *csd = card->csd;

	if (!card->is_mmc && bits(csd, 126, 2) == 1)
		return (bits(csd, 48, 22) + UINT64_C(1)) * 1024;
	return ((bits(csd, 62, 12) + UINT64_C(1)) << (bits(csd, 47, 3) + 2) << bits(csd, 80, 4)) /
	       MMC_BLOCK_BYTES;
}

static int speed_up(struct mmc *card, uint32_t otherwise, bool fast)
{
	card->fast = fast;
	card->host->bus(card);
	return card->host->clock(card, fast ? FAST_HZ : otherwise);
}

static int set_up_sd(struct mmc *card)
{
	const uint8_t *page = card->memory->page;
	bool fast = card->can_fast;
	int err = send(card, 55, MMC_R1 | MMC_CHECKED, card->rca);

	if (!err)
		err = ask(card, 51, 0, 8);
	if (err)
		return err;
	card->version = (page[0] & 0xf) == 0   ? 0x100
			: (page[0] & 0xf) == 1 ? 0x10a
			: page[2] & 0x80       ? 0x300
					       : 0x200;
	fast = fast && page[0] & 0xf && bits(card->csd, 94, 1); /* it knows the command */
	if (page[1] & 4 && card->lines >= 4) {
		err = send_app(card, 6, MMC_R1 | MMC_CHECKED, 2);
		if (err)
			return err;
		card->width = 4;
		card->host->bus(card);
	}
	card->blk.blocks = blocks_of_csd(card);
	if (fast)
		err = ask(card, 6, 0x80fffff1, 64);
	fast = fast && !err && (page[16] & 0xf) == 1;
	return err ? err : speed_up(card, USUAL_HZ, fast);
}

/* A byte of what an eMMC has written down of itself. */
static int switch_mmc(struct mmc *card, uint32_t index, uint32_t value)
{
	const int err = send(card, 6, MMC_R1B | MMC_CHECKED, 3u << 24 | index << 16 | value << 8);

	return err ? err : send(card, 13, MMC_R1 | MMC_CHECKED, card->rca);
}

/* Reset has chosen the user's; a boot partition has a multiple of 128 KiB. */
static int set_up_parts(struct mmc *card)
{
	const uint8_t *page = card->memory->page;

	card->boot_blocks = page[226] * 256u;
	card->access = page[179] & ~7u;
	if (!card->part)
		return 0;
	card->blk.blocks = card->boot_blocks;
	return card->boot_blocks ? switch_mmc(card, 179, card->access | card->part) : -ENODEV;
}

static int set_up_mmc(struct mmc *card)
{
	static const uint16_t versions[] = { 0x400, 0x401, 0x402, 0x403, 0x404,
					     0x429, 0x405, 0x500, 0x501 };
	const uint8_t *page = card->memory->page;
	bool fast = card->can_fast;
	int err = 0;

	card->blk.blocks = blocks_of_csd(card);
	card->version = bits(card->csd, 122, 4) << 8;
	if (bits(card->csd, 122, 4) < 4)
		return speed_up(card, 20000000, false);
	err = ask(card, 8, 0, 512);
	if (err)
		return err;
	card->version = versions[MIN(page[192], ARRAY_SIZE(versions) - 1)];
	if (card->sectors)
		card->blk.blocks = get_le32(page + 212);
	fast = fast && page[196] & 3;
	if (card->lines >= 4) {
		card->width = card->lines;
		err = switch_mmc(card, 183, card->lines == 8 ? 2 : 1);
	}
	if (err)
		return err;
	card->host->bus(card);
	if (fast)
		err = switch_mmc(card, 185, 1);
	if (IS_ENABLED(CONFIG_MMC_HWPART) && !err)
		err = set_up_parts(card);
	return err ? err : speed_up(card, USUAL_HZ, fast);
}

/* The card is in state "transfer", at its speed; or the controller is reset. */
static int start(struct mmc *card)
{
	int err;

	if (card->runs)
		return 0;
	card->rca = 0;
	card->width = 1;
	card->fast = false;
	err = card->host->begin(card);
	/* A card whose power came with this has a millisecond, and 74 clocks, until it is asked. */
	udelay(1000);
	if (!err)
		err = send(card, 0, MMC_NOTHING, 0);
	if (!err)
		err = wake(card);
	if (!err)
		err = choose(card);
	if (!err)
		err = card->is_mmc ? set_up_mmc(card) : set_up_sd(card);
	if (err)
		card->host->end(card);
	card->runs = !err;
	return err;
}

/* ---- a disk ---- */

static struct mmc *card_of(struct blk *blk)
{
	return (struct mmc *)blk; /* the first member */
}

static void stop(struct blk *blk)
{
	if (card_of(blk)->runs)
		card_of(blk)->host->end(card_of(blk));
	card_of(blk)->runs = false;
}

/* What was written is on the card when it can take data again. */
static int await_card(struct mmc *card)
{
	struct wait wait = wait_begin(BLK_TIMEOUT_MS);

	for (;;) {
		const int err = send(card, 13, MMC_R1 | MMC_CHECKED, card->rca);

		if (err || mmc_is_ready(card->answer[0]))
			return err;
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
}

static int transfer_one(struct mmc *card, bool write, const struct blk_request *request)
{
	const bool many = request->count > 1;
	const uint64_t at = card->sectors ? request->lba : request->lba * MMC_BLOCK_BYTES;
	/* of a read it may see the next block, behind the last: that is no error */
	const uint32_t errors = write ? MMC_ERRORS : MMC_ERRORS & ~MMC_BEYOND;
	int err = card->host->move(card, (write ? 24 : 17) + many, (uint32_t)at, write,
				   request->buffer, MMC_BLOCK_BYTES, request->count);

	if (!err && many && card->ended & errors)
		err = -EIO;
	return err || !write ? err : await_card(card);
}

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	struct mmc *card = card_of(blk);
	int err = start(card);

	for (unsigned int i = 0; i < count && !err; i++) {
		*failed = i;
		err = transfer_one(card, write, &list[i]);
	}
	if (err)
		stop(blk);
	return err;
}

int mmc_init(struct mmc *card, struct why *why)
{
	static const struct blk_ops ops = { .transfer = transfer, .stop = stop };
	int err;

	card->blk = (struct blk){ .ops = &ops,
				  .type = "mmc",
				  .block_size = MMC_BLOCK_BYTES,
				  .request_max = card->host->request_max,
				  .align = 4 };
	card->known = card->runs = false;
	err = start(card);
	if (!err && (card->blk.blocks - 1) >> (card->sectors ? 32 : 23)) {
		stop(&card->blk);
		err = -EPROTO;
	}
	if (err)
		return refuse(why, err, "%s: no card that can be used: %s", card->name,
			      err_name(err));
	card->known = true;
	card->blk.removable = !card->is_mmc;
	card->blk.read_only = bits(card->csd, 12, 2);
	return 0;
}

int mmc_select(struct mmc *card, uint32_t part)
{
	const uint32_t before = card->part;
	int err;

	if (part && (part > 2 || !card->boot_blocks))
		return -ENOENT;
	if (part == before)
		return 0;
	stop(&card->blk);
	card->part = part;
	err = start(card);
	if (err)
		card->part = before;
	return err;
}
