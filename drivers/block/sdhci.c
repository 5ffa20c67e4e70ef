/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/block/sdhci.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <arch/io.h>

#include "drivers/block/wait.h"
#include "lib/base/err.h"
#include "lib/base/le.h"
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

/* What a command is answered with. */
#define NOTHING		0x00
#define R1		0x1a
#define R1B		0x1b /* and it may keep the line busy */
#define R2		0x09
#define R3		0x02
#define WITH_DATA	0x20
#define CHECKED		BIT(8) /* ours: it is a card's status, whose errors count */

/* Of a card's status: all that tell of an error, and that it can take data. */
#define CARD_ERRORS	0xfff90080u
#define CARD_BEYOND	BIT(31)
#define CARD_READY	BIT(8)
#define CARD_STATE(r1)	((r1) >> 9 & 0xf)
#define STATE_TRANSFER	4

#define OCR_VOLTAGES	0x00ff8000 /* 2.7 to 3.6 V */
#define OCR_SECTORS	BIT(30)
#define OCR_READY	BIT(31)

#define DESC_VALID	BIT(0)
#define DESC_END	BIT(1)
#define DESC_MOVE	(2u << 4)

#define SLOW_HZ		400000
#define USUAL_HZ	25000000
#define FAST_HZ		50000000 /* SD; of an eMMC 52 MHz */

#define BLOCK_BYTES	512
#define RESET_MS	100
#define COMMAND_MS	1000
#define READY_MS	1000 /* from power to the card's "ready" */

static_assert(sizeof(struct sdhci_descriptor) == 8, "layout");
static_assert(SDHCI_REQUEST / BLOCK_BYTES <= UINT16_MAX, "the count has 16 bits");

static uint32_t reg_read(const struct sdhci *disk, unsigned int at)
{
	return mmio_read32(disk->base + at);
}

static void reg_write(const struct sdhci *disk, unsigned int at, uint32_t value)
{
	mmio_write32(disk->base + at, value);
	if (disk->settle)
		udelay(disk->settle * UINT64_C(1000000) / MAX(disk->hz, (uint32_t)SLOW_HZ) + 1);
}

/* Until those of @bits are as in @value. */
static int await(const struct sdhci *disk, unsigned int at, uint32_t bits, uint32_t value,
		 uint32_t ms)
{
	struct wait wait = wait_begin(ms);

	while ((reg_read(disk, at) & bits) != value)
		if (wait_over(&wait))
			return -ETIMEDOUT;
	return 0;
}

static int reset(const struct sdhci *disk, uint32_t what)
{
	reg_write(disk, CLOCK, (reg_read(disk, CLOCK) & 0x00ffffff) | what);
	return await(disk, CLOCK, what, 0, RESET_MS);
}

/* ---- commands ---- */

/* Until one of @bits, or an error. What was seen is cleared. */
static int await_status(const struct sdhci *disk, uint32_t bits, uint32_t ms)
{
	struct wait wait = wait_begin(ms);

	for (;;) {
		const uint32_t status = reg_read(disk, STATUS);

		if (status == UINT32_MAX)
			return -ENODEV; /* unplugged: all registers are ones */
		if (status & FAILED)
			return status & FAILED_TIMEOUT ? -ETIMEDOUT : -EIO;
		if (status & bits) {
			reg_write(disk, STATUS, status & bits);
			return 0;
		}
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
}

/* @how: what comes back; @mode: of the data, with WITH_DATA */
static int send(const struct sdhci *disk, uint32_t index, uint32_t how, uint32_t argument,
		uint32_t mode)
{
	int err = await(disk, PRESENT, BUSY_COMMAND | BUSY_DATA, 0, COMMAND_MS);

	if (err)
		return err;
	reg_write(disk, STATUS, UINT32_MAX);
	reg_write(disk, ARGUMENT, argument);
	reg_write(disk, COMMAND, index << 24 | (how & 0xff) << 16 | mode);
	err = await_status(disk, DONE_COMMAND, COMMAND_MS);
	if (!err && (how & 0xff) == R1B)
		err = await(disk, PRESENT, BUSY_DATA, 0, COMMAND_MS);
	if (!err && how & CHECKED && reg_read(disk, RESPONSE) & CARD_ERRORS)
		err = -EIO;
	if (err)
		(void)!reset(disk, RESET_LINES);
	return err;
}

/* An application's command: the one before says so, and may still tell of what came before. */
static int send_app(const struct sdhci *disk, uint32_t index, uint32_t how, uint32_t argument)
{
	const int err = send(disk, 55, R1, disk->rca, 0);

	return err ? err : send(disk, index, how, argument, 0);
}

/* ---- data ---- */

static bool reachable(const struct sdhci *disk, const void *buffer, uint64_t bytes)
{
	return disk->dma && !((uintptr_t)buffer & 3) &&
	       span_fits(UINT64_C(1) << 32, (uintptr_t)buffer, bytes);
}

/* All but the last are of SDHCI_PIECE bytes, which 16 bits write as 0. */
static void describe(const struct sdhci *disk, const void *buffer, uint32_t bytes)
{
	struct sdhci_descriptor *d = disk->memory->descriptor;
	const uint32_t at = (uint32_t)(uintptr_t)buffer, last = (bytes - 1) / SDHCI_PIECE;

	for (uint32_t i = 0; i <= last; i++)
		d[i] = (struct sdhci_descriptor){ .flags = DESC_VALID | DESC_MOVE,
						  .address = at + i * (uint32_t)SDHCI_PIECE };
	d[last].flags |= DESC_END;
	d[last].bytes = (uint16_t)bytes;
	dma_clean(disk->coherent, d, (last + 1) * sizeof(*d));
}

/* Word by word, a block each time that the controller has one, or has room for one. */
static int move_words(const struct sdhci *disk, bool write, uint8_t *buffer, uint32_t unit,
		      uint32_t count)
{
	int err = 0;

	for (uint32_t i = 0; i < count && !err; i++) {
		err = await_status(disk, write ? READY_WRITE : READY_READ, BLK_TIMEOUT_MS);
		for (uint32_t at = 0; at < unit && !err; at += 4, buffer += 4) {
			uint32_t word;

			if (write) {
				memcpy(&word, buffer, 4);
				mmio_write32(disk->base + DATA, word);
			} else {
				word = mmio_read32(disk->base + DATA);
				memcpy(buffer, &word, 4);
			}
		}
	}
	return err;
}

/* One command with @count blocks of @unit bytes; the controller touches no memory afterwards. */
static int send_data(const struct sdhci *disk, uint32_t index, uint32_t argument, bool write,
		     void *buffer, uint32_t unit, uint32_t count)
{
	const uint32_t bytes = unit * count, control = reg_read(disk, CONTROL) & ~(3u << 3);
	const bool dma = reachable(disk, buffer, bytes);
	int err;

	if (dma) {
		describe(disk, buffer, bytes);
		/* what the device writes is cleaned too: no dirty line may land on it later */
		dma_clean(disk->coherent, buffer, bytes);
		reg_write(disk, ADMA_ADDRESS, (uint32_t)(uintptr_t)disk->memory->descriptor);
		dma_wmb(); /* descriptors and data before the command */
	}
	reg_write(disk, CONTROL, control | (dma ? CONTROL_ADMA2 : 0));
	reg_write(disk, BLOCK, count << 16 | unit);
	err = send(disk, index, R1 | WITH_DATA | CHECKED, argument,
		   (dma ? MODE_DMA : 0) | (write ? 0 : MODE_READ) |
			   (count > 1 ? MODE_COUNTS | MODE_STOPS | MODE_MANY : 0));
	if (!err && !dma)
		err = move_words(disk, write, buffer, unit, count);
	if (!err)
		err = await_status(disk, DONE_TRANSFER, BLK_TIMEOUT_MS);
	if (err)
		(void)!reset(disk, RESET_LINES);
	dma_rmb(); /* the end before the data */
	if (dma && !write)
		dma_invalidate(disk->coherent, buffer, bytes);
	return err;
}

/* A page that a card tells of itself: the first @bytes of memory->page. */
static int ask(const struct sdhci *disk, uint32_t index, uint32_t argument, uint32_t bytes)
{
	return send_data(disk, index, argument, false, disk->memory->page, bytes, 1);
}

/* ---- a card ---- */

/* @n bits of a register of 128, from bit @at on. */
static uint32_t bits(const uint32_t reg[4], unsigned int at, unsigned int n)
{
	const unsigned int word = 3 - at / 32, shift = at % 32;
	uint64_t value = reg[word];

	if (word)
		value |= (uint64_t)reg[word - 1] << 32;
	return (uint32_t)(value >> shift) & (n < 32 ? (1u << n) - 1 : UINT32_MAX);
}

/* The controller leaves out the last byte, a checksum. */
static void read_long(const struct sdhci *disk, uint32_t reg[4])
{
	for (unsigned int i = 0; i < 4; i++) {
		reg[i] = reg_read(disk, RESPONSE + 4 * (3 - i)) << 8;
		if (i < 3)
			reg[i] |= reg_read(disk, RESPONSE + 4 * (2 - i)) >> 24;
	}
}

static int set_clock(struct sdhci *disk, uint32_t hz)
{
	const uint32_t mhz = reg_read(disk, CAPABILITIES) >> 8 & 0xff;
	const uint32_t from = mhz ? mhz * 1000000 : disk->base_hz;
	uint32_t half = (from - 1) / (2 * hz) + 1, power = 1;
	int err;

	if (from <= hz)
		half = 0; /* as it is */
	if (half && (reg_read(disk, VERSION) >> 16 & 0xff) < 2) {
		while (power < half && power < 128)
			power *= 2;
		half = power; /* before version 3 a power of two */
	}
	half = MIN(half, 0x3ffu);
	disk->hz = half ? from / (2 * half) : from;
	reg_write(disk, CLOCK, CLOCK_TIMEOUT);
	reg_write(disk, CLOCK, CLOCK_TIMEOUT | (half & 0xff) << 8 | half >> 8 << 6 | CLOCK_RUNS);
	err = await(disk, CLOCK, CLOCK_STABLE, CLOCK_STABLE, RESET_MS);
	reg_write(disk, CLOCK, reg_read(disk, CLOCK) | CLOCK_CARD);
	return err;
}

static void set_control(struct sdhci *disk, uint32_t more)
{
	reg_write(disk, CONTROL, reg_read(disk, CONTROL) | more);
}

/* A card whose power came with this has a millisecond, and 74 clocks, until its first command. */
static int power_up(struct sdhci *disk)
{
	int err = reset(disk, RESET_ALL);

	if (err)
		return err;
	disk->rca = 0;
	disk->width = 1;
	reg_write(disk, SIGNAL_ENABLE, 0);
	reg_write(disk, STATUS_ENABLE, UINT32_MAX);
	reg_write(disk, CONTROL, CONTROL_POWER);
	err = set_clock(disk, SLOW_HZ);
	udelay(1000);
	return err ? err : send(disk, 0, NOTHING, 0, 0);
}

/* Asked again until it is ready; its answer is in RESPONSE. */
static int await_ready(const struct sdhci *disk, bool app, uint32_t index, uint32_t argument)
{
	struct wait wait = wait_begin(READY_MS);

	for (;;) {
		const int err = app ? send_app(disk, index, R3, argument)
				    : send(disk, index, R3, argument, 0);

		if (err || reg_read(disk, RESPONSE) & OCR_READY)
			return err;
		udelay(1000);
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
}

/* Which kind of card it is, if there is one. */
static int wake(struct sdhci *disk)
{
	const bool v2 = !send(disk, 8, R1, 0x1aa, 0) && (reg_read(disk, RESPONSE) & 0xfff) == 0x1aa;
	int err = await_ready(disk, true, 41, OCR_VOLTAGES | (v2 ? OCR_SECTORS : 0));

	disk->is_mmc = err;
	if (err) {
		err = send(disk, 0, NOTHING, 0, 0);
		if (!err)
			err = await_ready(disk, false, 1, OCR_VOLTAGES | OCR_SECTORS);
	}
	disk->sectors = reg_read(disk, RESPONSE) & OCR_SECTORS;
	return err ? -ENODEV : 0;
}

/* From "ready" to "transfer": it has an address, and is chosen. */
static int choose(struct sdhci *disk)
{
	uint32_t cid[4];
	int err = send(disk, 2, R2, 0, 0);

	if (err)
		return err;
	read_long(disk, cid);
	if (disk->known && memcmp(cid, disk->cid, sizeof(cid)))
		return -ENODEV; /* somebody has changed it */
	memcpy(disk->cid, cid, sizeof(cid));
	disk->rca = disk->is_mmc ? 1u << 16 : 0;
	err = send(disk, 3, R1, disk->rca, 0);
	if (!err && !disk->is_mmc)
		disk->rca = reg_read(disk, RESPONSE) & 0xffff0000u;
	if (!err)
		err = send(disk, 9, R2, disk->rca, 0);
	if (err)
		return err;
	read_long(disk, disk->csd);
	err = send(disk, 7, R1B | CHECKED, disk->rca, 0);
	if (!err && !disk->sectors)
		err = send(disk, 16, R1 | CHECKED, BLOCK_BYTES, 0);
	return err;
}

/* By the formula of the first version, or with a structure of 1 by the second's. */
static uint64_t blocks_of_csd(const struct sdhci *disk)
{
	const uint32_t *csd = disk->csd;

	if (!disk->is_mmc && bits(csd, 126, 2) == 1)
		return (bits(csd, 48, 22) + UINT64_C(1)) * 1024;
	return ((bits(csd, 62, 12) + UINT64_C(1)) << (bits(csd, 47, 3) + 2) << bits(csd, 80, 4)) /
	       BLOCK_BYTES;
}

static int speed_up(struct sdhci *disk, uint32_t hz, bool fast)
{
	disk->fast = fast;
	set_control(disk, fast ? CONTROL_FAST : 0);
	return set_clock(disk, hz);
}

static int set_up_sd(struct sdhci *disk)
{
	const uint8_t *page = disk->memory->page;
	bool fast = reg_read(disk, CAPABILITIES) & CAP_FAST;
	int err = send(disk, 55, R1 | CHECKED, disk->rca, 0);

	if (!err)
		err = ask(disk, 51, 0, 8);
	if (err)
		return err;
	disk->version = (page[0] & 0xf) == 0   ? 0x100
			: (page[0] & 0xf) == 1 ? 0x10a
			: page[2] & 0x80       ? 0x300
					       : 0x200;
	fast = fast && page[0] & 0xf && bits(disk->csd, 94, 1); /* it knows the command */
	if (page[1] & 4 && disk->lines >= 4) {
		err = send_app(disk, 6, R1 | CHECKED, 2);
		if (err)
			return err;
		set_control(disk, CONTROL_4);
		disk->width = 4;
	}
	disk->blk.blocks = blocks_of_csd(disk);
	if (fast)
		err = ask(disk, 6, 0x80fffff1, 64);
	fast = fast && !err && (page[16] & 0xf) == 1;
	return err ? err : speed_up(disk, fast ? FAST_HZ : USUAL_HZ, fast);
}

/* A byte of what an eMMC has written down of itself. */
static int switch_mmc(const struct sdhci *disk, uint32_t index, uint32_t value)
{
	const int err = send(disk, 6, R1B | CHECKED, 3u << 24 | index << 16 | value << 8, 0);

	return err ? err : send(disk, 13, R1 | CHECKED, disk->rca, 0);
}

static int set_up_mmc(struct sdhci *disk)
{
	static const uint16_t versions[] = { 0x400, 0x401, 0x402, 0x403, 0x404,
					     0x429, 0x405, 0x500, 0x501 };
	const uint8_t *page = disk->memory->page;
	bool fast = reg_read(disk, CAPABILITIES) & CAP_FAST;
	int err = 0;

	disk->blk.blocks = blocks_of_csd(disk);
	disk->version = bits(disk->csd, 122, 4) << 8;
	if (bits(disk->csd, 122, 4) < 4)
		return speed_up(disk, 20000000, false);
	err = ask(disk, 8, 0, 512);
	if (err)
		return err;
	disk->version = versions[MIN(page[192], ARRAY_SIZE(versions) - 1)];
	if (disk->sectors)
		disk->blk.blocks = get_le32(page + 212);
	fast = fast && page[196] & 3;
	if (disk->lines >= 4) {
		disk->width = disk->lines;
		err = switch_mmc(disk, 183, disk->lines == 8 ? 2 : 1);
	}
	if (err)
		return err;
	set_control(disk, disk->width == 8 ? CONTROL_8 : disk->width == 4 ? CONTROL_4 : 0);
	if (fast)
		err = switch_mmc(disk, 185, 1);
	return err ? err : speed_up(disk, fast ? FAST_HZ : USUAL_HZ, fast);
}

/* The card is in state "transfer", at its speed; or the controller is reset. */
static int start(struct sdhci *disk)
{
	int err;

	if (disk->runs)
		return 0;
	err = power_up(disk);
	if (!err)
		err = wake(disk);
	if (!err)
		err = choose(disk);
	if (!err)
		err = disk->is_mmc ? set_up_mmc(disk) : set_up_sd(disk);
	if (err)
		(void)!reset(disk, RESET_ALL);
	disk->runs = !err;
	return err;
}

/* ---- a disk ---- */

static struct sdhci *disk_of(struct blk *blk)
{
	return (struct sdhci *)blk; /* the first member */
}

static void stop(struct blk *blk)
{
	if (disk_of(blk)->runs)
		(void)!reset(disk_of(blk), RESET_ALL); /* one that hangs can't be helped */
	disk_of(blk)->runs = false;
}

/* What was written is on the card when it can take data again. */
static int await_card(const struct sdhci *disk)
{
	struct wait wait = wait_begin(BLK_TIMEOUT_MS);

	for (;;) {
		const int err = send(disk, 13, R1 | CHECKED, disk->rca, 0);
		const uint32_t status = reg_read(disk, RESPONSE);

		if (err || (status & CARD_READY && CARD_STATE(status) == STATE_TRANSFER))
			return err;
		if (wait_over(&wait))
			return -ETIMEDOUT;
	}
}

static int transfer_one(const struct sdhci *disk, bool write, const struct blk_request *request)
{
	const bool many = request->count > 1;
	const uint64_t at = disk->sectors ? request->lba : request->lba * BLOCK_BYTES;
	/* of a read it may see the next block, behind the last: that is no error */
	const uint32_t errors = write ? CARD_ERRORS : CARD_ERRORS & ~CARD_BEYOND;
	int err = send_data(disk, (write ? 24 : 17) + many, (uint32_t)at, write, request->buffer,
			    BLOCK_BYTES, request->count);

	if (!err && many && reg_read(disk, RESPONSE + 12) & errors)
		err = -EIO;
	return err || !write ? err : await_card(disk);
}

static int transfer(struct blk *blk, bool write, const struct blk_request *list, unsigned int count,
		    unsigned int *failed)
{
	struct sdhci *disk = disk_of(blk);
	int err = start(disk);

	for (unsigned int i = 0; i < count && !err; i++) {
		*failed = i;
		err = transfer_one(disk, write, &list[i]);
	}
	if (err)
		stop(blk);
	return err;
}

int sdhci_init(struct sdhci *disk, struct why *why)
{
	static const struct blk_ops ops = { .transfer = transfer, .stop = stop };
	int err;

	disk->blk = (struct blk){ .ops = &ops,
				  .type = "mmc",
				  .block_size = BLOCK_BYTES,
				  .request_max = SDHCI_REQUEST / BLOCK_BYTES,
				  .align = 4,
				  .removable = true };
	disk->known = disk->runs = false;
	disk->dma = reg_read(disk, CAPABILITIES) & CAP_ADMA2 && !disk->no_dma &&
		    span_fits(UINT64_C(1) << 32, (uintptr_t)disk->memory, sizeof(*disk->memory));
	err = reg_read(disk, PRESENT) == UINT32_MAX ? -ENODEV : start(disk);
	if (!err && (disk->blk.blocks - 1) >> (disk->sectors ? 32 : 23)) {
		stop(&disk->blk);
		err = -EPROTO;
	}
	if (err)
		return refuse(why, err, "%s: no card that can be used: %s", disk->name,
			      err_name(err));
	disk->known = true;
	disk->blk.removable = !disk->is_mmc;
	disk->blk.read_only = bits(disk->csd, 12, 2);
	return 0;
}
