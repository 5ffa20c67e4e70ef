/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/sdhci.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/base/wait.h"
#include "lib/base/span.h"

/* Registers, each with its neighbours: chapter 2. */
#define BLOCK		0x04 /* size, and count << 16 */
#define ARGUMENT	0x08
#define COMMAND		0x0c /* mode, and command << 16 */
#define RESPONSE	0x10
#define DATA		0x20
#define PRESENT		0x24
#define CONTROL		0x28 /* and power << 8 */
#define CLOCK		0x2c /* and time-out << 16, reset << 24 */
#define STATUS		0x30
#define STATUS_ENABLE	0x34
#define SIGNAL_ENABLE	0x38
#define CAPABILITIES	0x40
#define ADMA_ADDRESS	0x58
#define VERSION		0xfc

#define MODE_DMA	BIT(0)
#define MODE_COUNTS	BIT(1)
#define MODE_STOPS	BIT(2) /* the controller sends the command that ends it */
#define MODE_READ	BIT(4)
#define MODE_MANY	BIT(5)

#define BUSY_COMMAND	BIT(0)
#define BUSY_DATA	BIT(1)

#define CONTROL_4	BIT(1)
#define CONTROL_FAST	BIT(2)
#define CONTROL_ADMA2	(2u << 3)
#define CONTROL_8	BIT(5)
#define CONTROL_POWER	(0xfu << 8) /* 3.3 V, on */

#define CLOCK_RUNS	BIT(0)
#define CLOCK_STABLE	BIT(1)
#define CLOCK_CARD	BIT(2)
#define CLOCK_TIMEOUT	(0xeu << 16) /* the longest */
#define RESET_ALL	BIT(24)
#define RESET_LINES	(BIT(25) | BIT(26))

#define DONE_COMMAND	BIT(0)
#define DONE_TRANSFER	BIT(1)
#define READY_WRITE	BIT(4)
#define READY_READ	BIT(5)
#define FAILED		BIT(15)
#define FAILED_TIMEOUT	BIT(16)

#define CAP_FAST	BIT(21)
#define CAP_ADMA2	BIT(19)

#define DESC_VALID	BIT(0)
#define DESC_END	BIT(1)
#define DESC_MOVE	(2u << 4)

/*
 * uSDHC. The mode has a register of its own; CONTROL has no power, 8 lines and ADMA2 at other bits,
 * and "high speed" is nothing but a clock; the clock is divided by a power of two and by 1 to 16, is
 * stable by a bit of PRESENT, and runs only while it has to; no bit of STATUS sums up the errors.
 */
#define WATERMARK	0x44 /* words of reading, and of writing << 16; with bursts */
#define MIX		0x48 /* the mode's bits */

#define MIX_MODE	0xb7
#define PRESENT_STABLE	BIT(3)
#define CONTROL_LE	(2u << 4)
#define CONTROL_8_MIX	(2u << 1)
#define CONTROL_ADMA2_MIX (2u << 8)
#define CLOCK_MIX	0x0080000fu /* reserved bits, and the card's reset line not pulled */
#define CLOCK_FIRST	BIT(27)     /* 80 clocks to a card that has just got power */
#define FAILED_MIX	0x117f0000u
#define CAP_ADMA2_MIX	BIT(20)
#define BURSTS		(8u << 8 | 8u << 24)
#define WATERMARK_DMA	16

#define RESET_MS	100
#define COMMAND_MS	1000

static_assert(sizeof(struct mmc_descriptor) == 8, "layout");
static_assert(MMC_REQUEST / MMC_BLOCK_BYTES <= UINT16_MAX, "the count has 16 bits");

static bool is_usdhc(const struct mmc *card)
{
	return IS_ENABLED(CONFIG_USDHC) && card->host == &usdhc_host;
}

static uint32_t reg_read(const struct mmc *card, unsigned int at)
{
	return mmio_read32(card->base + at);
}

static void reg_write(const struct mmc *card, unsigned int at, uint32_t value)
{
	mmio_write32(card->base + at, value);
	if (card->settle)
		udelay(card->settle * UINT64_C(1000000) / MAX(card->hz, (uint32_t)MMC_SLOW_HZ) + 1);
}

/* Until those of @bits are as in @value. */
static int await(const struct mmc *card, unsigned int at, uint32_t bits, uint32_t value,
		 uint32_t ms)
{
	struct wait wait = wait_begin(ms);

	while ((reg_read(card, at) & bits) != value)
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return 0;
}

static int reset(const struct mmc *card, uint32_t what)
{
	reg_write(card, CLOCK, (reg_read(card, CLOCK) & 0x00ffffff) | what);
	return await(card, CLOCK, what, 0, RESET_MS);
}

/* ---- commands ---- */

/* Until one of @bits, or an error. What was seen is cleared. */
static int await_status(const struct mmc *card, uint32_t bits, uint32_t ms)
{
	const uint32_t failed = is_usdhc(card) ? FAILED_MIX : FAILED;
	struct wait wait = wait_begin(ms);

	for (;;) {
		const uint32_t status = reg_read(card, STATUS);

		if (status == UINT32_MAX)
			return -ENODEV; /* unplugged: all registers are ones */
		if (status & failed)
			return status & FAILED_TIMEOUT ? -ETIMEDOUT : -EIO;
		if (status & bits) {
			reg_write(card, STATUS, status & bits);
			return 0;
		}
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
}

/* The controller leaves out the last byte of a long one, a checksum. */
static void take_answer(struct mmc *card, uint32_t how)
{
	card->answer[0] = reg_read(card, RESPONSE);
	for (unsigned int i = 0; (how & 0xff) == MMC_R2 && i < 4; i++) {
		card->answer[i] = reg_read(card, RESPONSE + 4 * (3 - i)) << 8;
		if (i < 3)
			card->answer[i] |= reg_read(card, RESPONSE + 4 * (2 - i)) >> 24;
	}
}

/* @how: what comes back; @mode: of the data, with MMC_WITH_DATA */
static int send_mode(struct mmc *card, uint32_t index, uint32_t how, uint32_t argument,
		     uint32_t mode)
{
	int err = await(card, PRESENT, BUSY_COMMAND | BUSY_DATA, 0, COMMAND_MS);

	if (err)
		return err;
	reg_write(card, STATUS, UINT32_MAX);
	reg_write(card, ARGUMENT, argument);
	if (is_usdhc(card)) {
		reg_write(card, MIX, (reg_read(card, MIX) & ~MIX_MODE) | mode);
		mode = 0;
	}
	reg_write(card, COMMAND, index << 24 | (how & 0xff) << 16 | mode);
	err = await_status(card, DONE_COMMAND, COMMAND_MS);
	if (!err && (how & 0xff) == MMC_R1B)
		err = await(card, PRESENT, BUSY_DATA, 0, COMMAND_MS);
	take_answer(card, how);
	if (!err && how & MMC_CHECKED && card->answer[0] & MMC_ERRORS)
		err = -EIO;
	if (err)
		(void)!reset(card, RESET_LINES);
	return err;
}

static int send(struct mmc *card, uint32_t index, uint32_t how, uint32_t argument)
{
	return send_mode(card, index, how, argument, 0);
}

/* ---- data ---- */

static bool reachable(const struct mmc *card, const void *buffer, uint64_t bytes)
{
	return card->dma && !((uintptr_t)buffer & 3) &&
	       span_fits(UINT64_C(1) << 32, (uintptr_t)buffer, bytes);
}

/* All but the last are of MMC_PIECE bytes, which 16 bits write as 0. */
static void describe(const struct mmc *card, const void *buffer, uint32_t bytes)
{
	struct mmc_descriptor *d = card->memory->descriptor;
	const uint32_t at = (uint32_t)(uintptr_t)buffer, last = (bytes - 1) / MMC_PIECE;

	for (uint32_t i = 0; i <= last; i++)
		d[i] = (struct mmc_descriptor){ .flags = DESC_VALID | DESC_MOVE,
						.address = at + i * (uint32_t)MMC_PIECE };
	d[last].flags |= DESC_END;
	d[last].bytes = (uint16_t)bytes;
	dma_clean(card->coherent, d, (last + 1) * sizeof(*d));
}

/* Word by word, a block each time that the controller has one, or has room for one. */
static int move_words(const struct mmc *card, bool write, uint8_t *buffer, uint32_t unit,
		      uint32_t count)
{
	int err = 0;

	for (uint32_t i = 0; i < count && !err; i++) {
		err = await_status(card, write ? READY_WRITE : READY_READ, BLK_TIMEOUT_MS);
		for (uint32_t at = 0; at < unit && !err; at += 4, buffer += 4) {
			uint32_t word;

			if (write) {
				memcpy(&word, buffer, 4);
				mmio_write32(card->base + DATA, word);
			} else {
				word = mmio_read32(card->base + DATA);
				memcpy(buffer, &word, 4);
			}
		}
	}
	return err;
}

/* Of what bit of CONTROL, by @dma; a watermark is no more than a block. */
static void set_way(const struct mmc *card, bool dma, uint32_t unit)
{
	const uint32_t adma2 = is_usdhc(card) ? CONTROL_ADMA2_MIX : CONTROL_ADMA2;
	const uint32_t control = reg_read(card, CONTROL) & ~adma2;

	reg_write(card, CONTROL, control | (dma ? adma2 : 0));
	if (is_usdhc(card)) {
		const uint32_t words = dma ? MIN(unit / 4, (uint32_t)WATERMARK_DMA) : unit / 4;

		reg_write(card, WATERMARK, words << 16 | words | BURSTS);
	}
}

static int move(struct mmc *card, uint32_t index, uint32_t argument, bool write, void *buffer,
		uint32_t unit, uint32_t count)
{
	const uint32_t bytes = unit * count;
	const bool dma = reachable(card, buffer, bytes);
	int err;

	if (dma) {
		describe(card, buffer, bytes);
		/* what the device writes is cleaned too: no dirty line may land on it later */
		dma_clean(card->coherent, buffer, bytes);
		reg_write(card, ADMA_ADDRESS, (uint32_t)(uintptr_t)card->memory->descriptor);
		dma_wmb(); /* descriptors and data before the command */
	}
	set_way(card, dma, unit);
	reg_write(card, BLOCK, count << 16 | unit);
	err = send_mode(card, index, MMC_R1 | MMC_WITH_DATA | MMC_CHECKED, argument,
			(dma ? MODE_DMA : 0) | (write ? 0 : MODE_READ) |
				(count > 1 ? MODE_COUNTS | MODE_STOPS | MODE_MANY : 0));
	if (!err && !dma)
		err = move_words(card, write, buffer, unit, count);
	if (!err)
		err = await_status(card, DONE_TRANSFER, BLK_TIMEOUT_MS);
	card->ended = reg_read(card, RESPONSE + 12);
	if (err)
		(void)!reset(card, RESET_LINES);
	dma_rmb(); /* the end before the data */
	if (dma && !write)
		dma_invalidate(card->coherent, buffer, bytes);
	return err;
}

/* ---- the bus ---- */

/* Divided by a power of two, 1 to 256, and by 1 to 16. */
static int set_clock_mix(struct mmc *card, uint32_t hz)
{
	const uint32_t by = (card->base_hz - 1) / hz + 1;
	uint32_t power = 1, rest;
	int err;

	while (power < 256 && (by - 1) / power >= 16)
		power *= 2;
	rest = MIN((by - 1) / power, 15u);
	card->hz = card->base_hz / (power * (rest + 1));
	reg_write(card, CLOCK, CLOCK_MIX | CLOCK_TIMEOUT | power >> 1 << 8 | rest << 4);
	err = await(card, PRESENT, PRESENT_STABLE, PRESENT_STABLE, RESET_MS);
	if (!err && hz == MMC_SLOW_HZ)
		reg_write(card, CLOCK, reg_read(card, CLOCK) | CLOCK_FIRST);
	return err;
}

static int set_clock(struct mmc *card, uint32_t hz)
{
	const uint32_t mhz = reg_read(card, CAPABILITIES) >> 8 & 0xff;
	const uint32_t from = mhz ? mhz * 1000000 : card->base_hz;
	uint32_t half = (from - 1) / (2 * hz) + 1, power = 1;
	int err;

	if (from <= hz)
		half = 0; /* as it is */
	if (half && (reg_read(card, VERSION) >> 16 & 0xff) < 2) {
		while (power < half && power < 128)
			power *= 2;
		half = power; /* before version 3 a power of two */
	}
	half = MIN(half, 0x3ffu);
	card->hz = half ? from / (2 * half) : from;
	reg_write(card, CLOCK, CLOCK_TIMEOUT);
	reg_write(card, CLOCK, CLOCK_TIMEOUT | (half & 0xff) << 8 | half >> 8 << 6 | CLOCK_RUNS);
	err = await(card, CLOCK, CLOCK_STABLE, CLOCK_STABLE, RESET_MS);
	reg_write(card, CLOCK, reg_read(card, CLOCK) | CLOCK_CARD);
	return err;
}

static void set_bus(struct mmc *card)
{
	uint32_t control = CONTROL_POWER | (card->fast ? CONTROL_FAST : 0);

	if (is_usdhc(card)) {
		reg_write(card, CONTROL,
			  CONTROL_LE | (card->width == 8   ? CONTROL_8_MIX
					: card->width == 4 ? CONTROL_4
							   : 0));
		return;
	}
	if (card->width != 1)
		control |= card->width == 8 ? CONTROL_8 : CONTROL_4;
	reg_write(card, CONTROL, control);
}

static void end(struct mmc *card)
{
	(void)!reset(card, RESET_ALL); /* one that hangs can't be helped */
}

static int begin(struct mmc *card)
{
	const uint32_t can = reg_read(card, CAPABILITIES);
	int err = reg_read(card, PRESENT) == UINT32_MAX ? -ENODEV : reset(card, RESET_ALL);

	if (err)
		return err;
	card->can_fast = can & CAP_FAST;
	card->dma = can & (is_usdhc(card) ? CAP_ADMA2_MIX : CAP_ADMA2) && !card->no_dma &&
		    span_fits(UINT64_C(1) << 32, (uintptr_t)card->memory, sizeof(*card->memory));
	reg_write(card, SIGNAL_ENABLE, 0);
	reg_write(card, STATUS_ENABLE, UINT32_MAX);
	set_bus(card);
	return card->host->clock(card, MMC_SLOW_HZ);
}

#define HOST(with_clock)                                                                  \
	{                                                                                 \
		.request_max = MMC_REQUEST / MMC_BLOCK_BYTES, .begin = begin, .end = end, \
		.clock = (with_clock), .bus = set_bus, .send = send, .move = move         \
	}

const struct mmc_host sdhci_host = HOST(set_clock);
const struct mmc_host usdhc_host = HOST(set_clock_mix);
