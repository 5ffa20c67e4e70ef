/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/block/mmc.c, sdhci.c against a controller with a card, which may misbehave, both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/block/sdhci.h"
#include "test/host/include/fake_clock.h"
#include "test/host/include/garbage.h"

#define BASE	0x10000000
#define SECTORS 16384

#define INHIBIT 3u
#define CAPS	(BIT(19) | BIT(21) | 200u << 8)

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

void udelay(uint64_t us)
{
	fake_now += us / 1000;
}

static unsigned char medium[SECTORS * 512], memory[SECTORS * 512];
static struct mmc_memory shared;
static struct mmc disk;

/* The controller's registers, the card behind it, and what is wrong with them. */
static struct {
	bool usdhc; /* as NXP has it */
	uint32_t caps, version, reg[64], status;
	unsigned int state; /* of the card, as its status tells */
	bool mmc, sectors, app, empty;
	uint32_t cid[4], csd[4], rca, ocr_asks;
	uint8_t ext[512];
	/* by PIO */
	uint8_t *pio;
	uint32_t pio_left, pio_block;
	bool pio_write;
	/* seen */
	uint32_t width, fast, resets, clocks, most, dmas, stops, access;
	/* wrong */
	uint64_t bad_lba;
	bool silent, stuck, vanished, no_end, no_data, resets_hang, busy_card;
	uint32_t never_ready;
} dev;

static void answer(uint32_t value)
{
	dev.reg[0x10 / 4] = value;
}

/* 128 bits without the last byte. */
static void answer_long(const uint32_t reg[4])
{
	for (unsigned int i = 0; i < 4; i++)
		dev.reg[0x10 / 4 + 3 - i] = reg[i] >> 8 | (i ? reg[i - 1] << 24 : 0);
}

static uint32_t status_of_card(void)
{
	const uint32_t status = dev.state << 9 | (dev.busy_card ? 0 : BIT(8));

	return status;
}

static void fails(uint32_t bits)
{
	dev.status |= dev.usdhc ? bits : BIT(15) | bits;
}

static void by_dma(uint8_t *from, uint32_t bytes, bool write)
{
	const struct mmc_descriptor *d =
		(void *)(uintptr_t)(dev.reg[0x58 / 4] | ((uintptr_t)&shared & ~0xffffffffull));

	dev.dmas++;
	assert_ptr_equal(d, shared.descriptor);
	for (;; d++) {
		const uint32_t piece = d->bytes ? d->bytes : 65536;
		uint8_t *at =
			(void *)(uintptr_t)(d->address | ((uintptr_t)memory & ~0xffffffffull));

		assert_true(d < &shared.descriptor[ARRAY_SIZE(shared.descriptor)]);
		assert_int_equal(d->flags & ~2, 0x21);
		assert_true(piece <= bytes);
		if (write)
			memcpy(from, at, piece);
		else
			memcpy(at, from, piece);
		from += piece;
		bytes -= piece;
		if (d->flags & 2)
			break;
	}
	assert_int_equal(bytes, 0);
}

static void data(uint8_t *from, bool write)
{
	const uint32_t mode = dev.reg[(dev.usdhc ? 0x48 : 0xc) / 4] & 0xffff;
	const uint32_t block = dev.reg[4 / 4];
	const uint32_t count = mode & BIT(5) ? block >> 16 : 1, bytes = count * (block & 0xfff);

	dev.most = MAX(dev.most, count);
	if (dev.usdhc) /* by words, of which a block has as many */
		assert_int_equal(dev.reg[0x44 / 4] & 0xff00ff, (block & 0xfff) / 4 * 0x10001);
	if (mode & BIT(5)) {
		assert_int_equal(mode & 6, 6);
		dev.stops++;
		dev.reg[0x1c / 4] = status_of_card();
	}
	assert_int_equal(!!(mode & BIT(4)), !write);
	if (dev.no_data)
		return;
	if (mode & 1) {
		by_dma(from, bytes, write);
		dev.status |= dev.no_end ? 0 : 2;
		return;
	}
	dev.pio = from;
	dev.pio_left = bytes;
	dev.pio_block = block & 0xfff;
	dev.pio_write = write;
	dev.status |= write ? BIT(4) : BIT(5);
}

static void move(uint32_t index, uint32_t argument)
{
	const uint64_t lba = dev.sectors ? argument : argument / 512;
	const uint32_t count = index & 1 ? 1 : dev.reg[4 / 4] >> 16;

	assert_int_equal(dev.reg[4 / 4] & 0xfff, 512);
	assert_int_equal(dev.state, 4);
	if (!dev.sectors)
		assert_int_equal(argument % 512, 0);
	assert_true(lba + (index & 1 || index == 24 ? 1 : count) <= SECTORS);
	if (dev.bad_lba >= lba && dev.bad_lba < lba + count) {
		fails(BIT(21));
		return;
	}
	data(medium + lba * 512, index >= 24);
}

/* What an SD card does, and an eMMC where that differs; false: it says nothing. */
static bool card(uint32_t index, uint32_t argument)
{
	static uint8_t page[512];
	const bool app = dev.app;

	dev.app = false;
	if (dev.empty && index)
		return false;
	switch (index) {
	case 0:
		dev.state = dev.access = 0;
		dev.ocr_asks = 0;
		return true;
	case 8:
		if (dev.state == 4 && dev.mmc) {
			answer(status_of_card());
			data(dev.ext, false);
			return true;
		}
		answer(argument);
		return !dev.mmc && dev.sectors;
	case 55:
		dev.app = !dev.mmc;
		answer(status_of_card() | BIT(5));
		assert_int_equal(argument, dev.state >= 3 ? dev.rca : 0);
		return !dev.mmc;
	case 41:
	case 1:
		if (dev.mmc != (index == 1) || app == dev.mmc)
			return false;
		answer(0xff8000 | (dev.sectors ? BIT(30) : 0) |
		       (++dev.ocr_asks > dev.never_ready + 2 ? BIT(31) : 0));
		dev.state = 1;
		return true;
	case 2:
		answer_long(dev.cid);
		dev.state = 2;
		return true;
	case 3:
		if (dev.mmc)
			dev.rca = argument;
		answer(dev.rca | 0x500);
		dev.state = 3;
		return true;
	case 9:
		answer_long(dev.csd);
		return argument == dev.rca;
	case 7:
		answer(status_of_card());
		dev.state = 4;
		return argument == dev.rca;
	case 13:
		answer(status_of_card());
		return argument == dev.rca;
	case 16:
		assert_int_equal(argument, 512);
		answer(status_of_card());
		return true;
	case 51:
		assert_true(app);
		memcpy(page, "\x02\x35\x80\0\0\0\0\0", 8);
		answer(status_of_card());
		data(page, false);
		return true;
	case 6:
		answer(status_of_card());
		if (app) {
			dev.width = 4;
		} else if (dev.mmc) {
			if ((argument >> 16 & 0xff) == 183)
				dev.width = (argument >> 8 & 0xff) == 2 ? 8 : 4;
			if ((argument >> 16 & 0xff) == 179)
				dev.access = argument >> 8 & 0xff;
			if ((argument >> 16 & 0xff) == 185)
				dev.fast = argument >> 8 & 0xff;
		} else {
			memset(page, 0, sizeof(page));
			page[16] = 1;
			dev.fast = 1;
			data(page, false);
		}
		return true;
	case 17:
	case 18:
	case 24:
	case 25:
		answer(status_of_card());
		move(index, argument);
		return true;
	}
	fail_msg("command %u", index);
	return false;
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const uint64_t at = address - BASE;

	assert_int_equal(bytes, 4);
	assert_true(at < 0x100);
	if (dev.vanished)
		return UINT32_MAX;
	if (garbage_seed)
		return garbage_register();
	if (at == 0x20) {
		uint32_t word;

		assert_true(!dev.pio_write && dev.pio_left >= 4);
		memcpy(&word, dev.pio, 4);
		dev.pio += 4;
		dev.pio_left -= 4;
		if (!dev.pio_left)
			dev.status |= 2;
		else if (dev.pio_left % dev.pio_block == 0)
			dev.status |= BIT(5);
		return word;
	}
	if (at == 0x24)
		return (dev.stuck ? INHIBIT : 0) | (dev.usdhc ? BIT(3) : 0);
	if (at == 0x30)
		return dev.status;
	if (at == 0x40)
		return dev.caps;
	if (at == 0xfc)
		return dev.version << 16;
	return dev.reg[at / 4];
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const uint64_t at = address - BASE;

	assert_int_equal(bytes, 4);
	assert_true(at < 0x100);
	if (dev.vanished || garbage_seed)
		return;
	if (at == 0x20) {
		const uint32_t word = (uint32_t)value;

		assert_true(dev.pio_write && dev.pio_left >= 4);
		memcpy(dev.pio, &word, 4);
		dev.pio += 4;
		dev.pio_left -= 4;
		if (!dev.pio_left)
			dev.status |= 2;
		else if (dev.pio_left % dev.pio_block == 0)
			dev.status |= BIT(4);
		return;
	}
	if (at == 0x30) {
		dev.status &= ~(uint32_t)value;
		return;
	}
	dev.reg[at / 4] = (uint32_t)value;
	if (at == 0x2c) {
		if (value & BIT(24)) {
			memset(dev.reg, 0, sizeof(dev.reg));
			dev.resets++;
		}
		if (value & 7u << 24)
			dev.status = dev.pio_left = 0;
		if (dev.usdhc)
			assert_int_equal(value & 0x80000f,
					 (value & 7u << 24) ? value & 0x80000f : 0x80000fu);
		dev.reg[at / 4] |= dev.reg[at / 4] & 1 ? 2 : 0;
		dev.reg[at / 4] &= 0x00ffffff;
		dev.reg[at / 4] |= dev.resets_hang ? (uint32_t)value & 7u << 24 : 0;
		dev.clocks += value & 4 ? 1 : 0;
	}
	if (at == 0xc && !dev.silent) {
		assert_int_equal(dev.reg[0x2c / 4] & 7, 7);
		if (dev.usdhc)
			assert_int_equal(dev.reg[0x28 / 4] & ~6u, 2 << 4);
		else
			assert_int_equal(dev.reg[0x28 / 4] >> 8 & 0xf, 0xf);
		if (dev.usdhc)
			assert_int_equal(value & 0xffff, 0);
		if (!card((uint32_t)value >> 24 & 0x3f, dev.reg[8 / 4]))
			fails(BIT(16));
		else
			dev.status |= 1;
	}
}

/* @n bits at @at of a register of 128. */
static void put(uint32_t reg[4], unsigned int at, unsigned int n, uint32_t value)
{
	for (unsigned int i = 0; i < n; i++)
		if (value >> i & 1)
			reg[3 - (at + i) / 32] |= 1u << ((at + i) % 32);
}

static int begin(void **state)
{
	(void)state;
	memset(&dev, 0, sizeof(dev));
	for (size_t i = 0; i < sizeof(medium); i++)
		medium[i] = (unsigned char)(i / 512 * 7 + i);
	memset(memory, 0, sizeof(memory));
	dev.caps = CAPS;
	dev.version = 2;
	dev.sectors = true;
	dev.rca = 0x45670000;
	put(dev.cid, 120, 8, 0xaa);
	put(dev.csd, 126, 2, 1);
	put(dev.csd, 94, 1, 1);
	put(dev.csd, 48, 22, SECTORS / 1024 - 1);
	dev.bad_lba = UINT64_MAX;
	fake_now = garbage_seed = 0;
	return 0;
}

static int init(struct why *why)
{
	disk = (struct mmc){ .host = dev.usdhc ? &usdhc_host : &sdhci_host,
			     .base = BASE,
			     .memory = &shared,
			     .name = "mmc@10000000",
			     .base_hz = 200000000,
			     .lines = 4 };
	return mmc_init(&disk, why);
}

static void start(void)
{
	assert_int_equal(init(NULL), 0);
	/* the host's memory is above 4 GiB: the model adds what is missing of the addresses */
	disk.dma = (uintptr_t)memory >> 32 == 0;
}

static void read_all(void)
{
	memset(memory, 0, sizeof(memory));
	assert_int_equal(blk_read_at(&disk.blk, 0, SECTORS, memory, NULL), 0);
	assert_memory_equal(memory, medium, sizeof(medium));
}

static void test_sd(void **state)
{
	(void)state;
	start();
	assert_int_equal(disk.blk.blocks, SECTORS);
	assert_int_equal(disk.version, 0x300);
	assert_int_equal(disk.cid[0] >> 24, 0xaa);
	assert_int_equal(disk.width, 4);
	assert_int_equal(dev.width, 4);
	assert_int_equal(disk.hz, 50000000);
	assert_true(disk.fast);
	assert_int_equal(dev.reg[0x28 / 4] & 6, 6);
	assert_int_equal(dev.reg[0x2c / 4] >> 8 & 0xff, 2);
	assert_true(disk.blk.removable && !disk.blk.read_only);
	read_all();
	assert_int_equal(blk_read_at(&disk.blk, 1, 17, memory + 3, NULL), 0);
	assert_memory_equal(memory + 3, medium + 512, 17 * 512);
	assert_int_equal(dev.most, MMC_REQUEST / 512);
}

/* The first kind: addressed by bytes, its size by the old formula, no answer to command 8. */
static void test_old_sd(void **state)
{
	(void)state;
	dev.sectors = false;
	dev.version = 0;
	memset(dev.csd, 0, sizeof(dev.csd));
	put(dev.csd, 80, 4, 10); /* of 1024 bytes, that is */
	put(dev.csd, 47, 3, 1);
	put(dev.csd, 62, 12, SECTORS / 16 - 1);
	put(dev.csd, 12, 1, 1);
	start();
	assert_int_equal(disk.blk.blocks, SECTORS);
	assert_int_equal(disk.hz, 25000000);
	assert_false(disk.fast);
	assert_int_equal(dev.reg[0x2c / 4] >> 8 & 0xff, 4);
	assert_true(disk.blk.read_only);
	read_all();
}

static void test_emmc(void **state)
{
	(void)state;
	dev.mmc = true;
	memset(dev.csd, 0, sizeof(dev.csd));
	put(dev.csd, 122, 4, 4);
	put(dev.csd, 62, 12, 0xfff);
	dev.ext[192] = 8;
	dev.ext[196] = 3;
	dev.ext[213] = SECTORS >> 8;
	start();
	assert_true(disk.is_mmc && !disk.blk.removable);
	assert_int_equal(disk.blk.blocks, SECTORS);
	assert_int_equal(disk.version, 0x501);
	assert_int_equal(dev.width, 4);
	assert_int_equal(dev.fast, 1);
	read_all();
	dev.ext[213] = 0;
	assert_int_equal(init(NULL), -EPROTO);
}

/* A boot partition is the disk, then: also after an error, which sets up the card anew. */
static void test_boot_partitions(void **state)
{
	struct why why;

	(void)state;
	dev.mmc = true;
	memset(dev.csd, 0, sizeof(dev.csd));
	put(dev.csd, 122, 4, 4);
	dev.ext[213] = SECTORS >> 8;
	start();
	assert_int_equal(mmc_select(&disk, 1), -ENOENT);
	assert_int_equal(mmc_select(&disk, 0), 0);
	dev.ext[226] = 4;
	dev.ext[179] = 0x48;
	start();
	assert_int_equal(mmc_select(&disk, 3), -ENOENT);
	assert_int_equal(mmc_select(&disk, 2), 0);
	assert_int_equal(dev.access, 0x4a);
	assert_int_equal(disk.blk.blocks, 1024);
	assert_int_equal(blk_read_at(&disk.blk, 1020, 4, memory, NULL), 0);
	assert_int_equal(blk_read_at(&disk.blk, 1020, 5, memory, &why), -ERANGE);
	dev.no_data = true;
	assert_int_equal(blk_read_at(&disk.blk, 0, 1, memory, NULL), -ETIMEDOUT);
	dev.no_data = false;
	dev.access = 0;
	assert_int_equal(blk_read_at(&disk.blk, 0, 1, memory, NULL), 0);
	assert_int_equal(dev.access, 0x4a);
	dev.silent = true;
	assert_int_equal(mmc_select(&disk, 0), -ETIMEDOUT);
	dev.silent = false;
	assert_int_equal(blk_read_at(&disk.blk, 0, 1, memory, NULL), 0);
	assert_int_equal(dev.access, 0x4a);
	assert_int_equal(mmc_select(&disk, 0), 0);
	assert_int_equal(dev.access, 0);
	assert_int_equal(disk.blk.blocks, SECTORS);
}

static void test_writes(void **state)
{
	(void)state;
	start();
	memset(memory, 0x5a, 2048);
	assert_int_equal(blk_write_at(&disk.blk, 7, 4, memory, NULL), 0);
	assert_memory_equal(medium + 7 * 512, memory, 2048);
	assert_int_equal(medium[11 * 512], (unsigned char)(11 * 7 + 11 * 512));
	assert_int_equal(medium[6 * 512], (unsigned char)(6 * 7 + 6 * 512));
	assert_int_equal(blk_write_at(&disk.blk, 20, 1, memory, NULL), 0);
	assert_memory_equal(medium + 20 * 512, memory, 512);
	assert_int_equal(blk_flush(&disk.blk, NULL), 0);
	dev.busy_card = true; /* it never takes data again */
	assert_int_equal(blk_write_at(&disk.blk, 7, 4, memory, NULL), -ETIMEDOUT);
}

/* NXP's: the mode, the lines, the clock and the errors are elsewhere. */
static void test_usdhc(void **state)
{
	struct why why;

	(void)state;
	dev.usdhc = true;
	dev.caps = BIT(20) | BIT(21);
	start();
	assert_int_equal(disk.width, 4);
	assert_int_equal(dev.reg[0x28 / 4], 2 << 4 | 1 << 1);
	assert_int_equal(disk.hz, 50000000);
	assert_int_equal(dev.reg[0x2c / 4] >> 4 & 0xfff, 3); /* 200 MHz by 1 and by 4 */
	read_all();
	memset(memory, 0xc3, 1024);
	assert_int_equal(blk_write_at(&disk.blk, 9, 2, memory, NULL), 0);
	assert_memory_equal(medium + 9 * 512, memory, 1024);
	dev.bad_lba = 100;
	assert_int_equal(blk_read_at(&disk.blk, 96, 8, memory, &why), -EIO);
	assert_string_equal(why.text,
			    "mmc 0: reading 8 blocks at 96 failed: the device reports an error");
	dev.empty = true;
	assert_int_equal(init(NULL), -ENODEV);
	assert_int_equal(begin(state), 0);
	dev.usdhc = dev.mmc = true;
	memset(dev.csd, 0, sizeof(dev.csd));
	put(dev.csd, 122, 4, 4);
	dev.ext[213] = SECTORS >> 8;
	start();
	assert_int_equal(dev.reg[0x28 / 4], 2 << 4 | 1 << 1);
	assert_int_equal(disk.hz, 25000000);
	read_all();
}

/* Descriptors as ADMA2 has them; the model completes the upper half of addresses. */
static void test_dma(void **state)
{
	(void)state;
	start();
	disk.dma = true;
	if ((uintptr_t)memory >> 32) {
		/* out of reach: the words are moved by the CPU */
		read_all();
		assert_int_equal(dev.dmas, 0);
		return;
	}
	read_all();
	assert_int_equal(dev.dmas, sizeof(medium) / MMC_REQUEST);
	assert_int_equal(blk_write_at(&disk.blk, 3, 700, memory + 512, NULL), 0);
	assert_memory_equal(medium + 3 * 512, memory + 512, 700 * 512);
	dev.no_end = true;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -ETIMEDOUT);
}

static void test_no_card(void **state)
{
	struct why why;

	(void)state;
	dev.empty = true;
	assert_int_equal(init(&why), -ENODEV);
	assert_true(fake_now < 100);
	assert_int_equal(dev.reg[0x28 / 4], 0);
	dev.empty = false;
	dev.vanished = true;
	assert_int_equal(init(&why), -ENODEV);
}

static void test_hostile_controllers(void **state)
{
	struct why why;

	(void)state;
	dev.silent = true;
	assert_int_equal(init(&why), -ETIMEDOUT);
	assert_string_equal(why.text, "mmc@10000000: no card that can be used: ETIMEDOUT");
	dev.silent = false;
	dev.stuck = true;
	assert_int_equal(init(&why), -ETIMEDOUT);
	dev.stuck = false;
	dev.resets_hang = true;
	assert_int_equal(init(&why), -ETIMEDOUT);
	dev.resets_hang = false;
	dev.never_ready = UINT32_MAX - 2;
	assert_int_equal(init(&why), -ENODEV);
	dev.never_ready = 0;
	put(dev.csd, 48, 22, 0x3fffff); /* as large as can be told: 32 bits hold that */
	assert_int_equal(init(&why), 0);
	assert_true(fake_now < 20000);
}

static void test_a_bad_sector_is_named(void **state)
{
	struct blk_request list[] = { { 0, 8, memory }, { 96, 8, memory + 4096 } };
	struct why why;

	(void)state;
	start();
	dev.bad_lba = 100;
	assert_int_equal(blk_read(&disk.blk, list, 2, &why), -EIO);
	assert_string_equal(why.text,
			    "mmc 0: reading 8 blocks at 96 failed: the device reports an error");
	dev.resets = 0;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0); /* set up anew */
	assert_int_equal(dev.resets, 1);
	assert_memory_equal(memory, medium, 4096);
}

static void test_silent_and_gone(void **state)
{
	uint64_t began;

	(void)state;
	start();
	dev.no_data = true;
	began = fake_now;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -ETIMEDOUT);
	assert_true(fake_now - began < 2 * BLK_TIMEOUT_MS);
	dev.no_data = false;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	dev.silent = true;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -ETIMEDOUT);
	dev.silent = false;
	dev.vanished = true;
	began = fake_now;
	assert_int_not_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	assert_int_not_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	assert_true(fake_now - began < 2 * BLK_TIMEOUT_MS);
	dev.vanished = false;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
}

/* Another card in the slot is not written to in the first one's name. */
static void test_another_card(void **state)
{
	(void)state;
	start();
	disk.blk.ops->stop(&disk.blk);
	dev.cid[1] ^= 1;
	assert_int_equal(blk_write_at(&disk.blk, 0, 8, memory, NULL), -ENODEV);
	assert_int_equal(init(NULL), 0);
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
}

static void test_garbage(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		garbage_seed = 0;
		assert_int_equal(begin(state), 0);
		start();
		garbage_seed = seed * UINT64_C(0x9e3779b97f4a7c15);
		garbage_read_ends(&disk.blk, memory, "mmc 0");
		garbage_read_ends(&disk.blk, memory, "mmc 0");
		(void)!init(NULL);
	}
	assert_int_equal(begin(state), 0);
	start();
	read_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sd, begin),
		cmocka_unit_test_setup(test_old_sd, begin),
		cmocka_unit_test_setup(test_emmc, begin),
		cmocka_unit_test_setup(test_boot_partitions, begin),
		cmocka_unit_test_setup(test_writes, begin),
		cmocka_unit_test_setup(test_usdhc, begin),
		cmocka_unit_test_setup(test_dma, begin),
		cmocka_unit_test_setup(test_no_card, begin),
		cmocka_unit_test_setup(test_hostile_controllers, begin),
		cmocka_unit_test_setup(test_a_bad_sector_is_named, begin),
		cmocka_unit_test_setup(test_silent_and_gone, begin),
		cmocka_unit_test_setup(test_another_card, begin),
		cmocka_unit_test_setup(test_garbage, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
