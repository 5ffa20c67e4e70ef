/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/block/sdhost.c against a controller with a card, either of which may misbehave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include <arch/io.h>

#include "drivers/block/sdhost.h"
#include "test/host/include/fake_clock.h"
#include "test/host/include/garbage.h"

#define BASE	0x10000000
#define SECTORS 4096
#define FIFO	16

/* What it does, by SDEDM. */
#define IDENTIFY   0
#define NOTHING	   1
#define READ_NEXT  4
#define READ_CRC   5
#define WRITE_NEXT 10

static unsigned char medium[SECTORS * 512], memory[SECTORS * 512];
static struct mmc_memory shared;
static struct mmc disk;

static struct {
	uint32_t cmd, arg, status, cfg, div, edm, hbct, hblc, vdd, rsp[4];
	uint32_t does, state, force, stops, fills, asked;
	uint8_t *at; /* the data under way, and what is left of it */
	uint32_t left, fifo;
	bool app, reads;
	uint8_t scr[8], page[64];
	/* wrong */
	bool empty, silent, no_data, gone, busy, says_nothing;
	uint32_t end_as, status_at_end;
	uint64_t bad_lba;
} dev;

void udelay(uint64_t us)
{
	fake_now += us / 1000;
}

static void data(uint8_t *at)
{
	dev.at = dev.no_data ? NULL : at;
	dev.left = dev.hbct * dev.hblc;
	dev.does = dev.reads ? 2 : 3;
}

static void ends(void)
{
	dev.at = NULL;
	dev.does = dev.hblc == 1 ? NOTHING : dev.reads ? READ_NEXT : WRITE_NEXT;
	if (dev.end_as)
		dev.does = dev.end_as;
	dev.status |= dev.status_at_end;
}

static uint32_t ready(void)
{
	return dev.state << 9 | (dev.busy ? 0 : BIT(8));
}

static void move(uint32_t index, uint32_t lba)
{
	const bool one = index == 17 || index == 24;

	assert_int_equal(dev.state, 4);
	assert_int_equal(dev.hbct, 512);
	assert_true(one ? dev.hblc == 1 : dev.hblc > 1 && dev.hblc <= 511);
	assert_true(lba + dev.hblc <= SECTORS);
	if (dev.bad_lba >= lba && dev.bad_lba < lba + dev.hblc) {
		dev.no_data = true;
		dev.status |= BIT(5);
	}
	data(medium + lba * 512);
}

/* false: it says nothing */
static bool card(uint32_t index, uint32_t argument)
{
	const bool app = dev.app;

	dev.app = false;
	dev.rsp[0] = ready();
	if (dev.empty && index)
		return false;
	switch (index) {
	case 0:
		dev.state = 0;
		return true;
	case 8:
		dev.rsp[0] = argument;
		return true;
	case 55:
		dev.app = true;
		dev.rsp[0] |= BIT(5);
		return true;
	case 41:
		dev.rsp[0] = 0x40ff8000 | (++dev.asked > 2 ? BIT(31) : 0);
		dev.status |= BIT(4); /* it has no checksum, and the controller misses it */
		dev.cmd |= BIT(14);
		return app;
	case 2:
	case 9:
		dev.rsp[3] = index == 2 ? 0xaa585951 : 0x400e0032;
		dev.rsp[2] = index == 2 ? 0x454d5521 : 0x5b590000;
		dev.rsp[1] = index == 2 ? 0x01deadbe : (SECTORS / 1024 - 1) << 16;
		dev.rsp[0] = index == 2 ? 0xef006219 : 0x0a400019;
		dev.state = index == 2 ? 2 : dev.state;
		return true;
	case 3:
		dev.state = 3;
		dev.rsp[0] = 0x45670500;
		return true;
	case 7:
		dev.state = 4;
		return true;
	case 13:
		assert_int_equal(argument, 0x45670000);
		return true;
	case 51:
		data(dev.scr);
		return app;
	case 6:
		if (!app)
			data(dev.page);
		return true;
	case 12:
		dev.stops++;
		dev.at = NULL;
		dev.fifo = dev.reads ? 5 : 0; /* of the block behind the last */
		return true;
	case 17:
	case 18:
	case 24:
	case 25:
		move(index, argument);
		return true;
	}
	if (index != 1)
		fail_msg("command %u", index);
	return false;
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const uint64_t at = address - BASE;
	uint32_t word = 0;

	assert_int_equal(bytes, 4);
	if (dev.gone)
		return UINT32_MAX;
	if (garbage_seed)
		return garbage_register();
	switch (at) {
	case 0x00:
		return dev.cmd;
	case 0x10:
	case 0x14:
	case 0x18:
	case 0x1c:
		return dev.rsp[(at - 0x10) / 4];
	case 0x20:
		return dev.status;
	case 0x34:
		if (dev.reads && dev.at)
			dev.fifo = MIN(dev.left / 4, FIFO - dev.fills++ % 3);
		return dev.edm | dev.fifo << 4 | dev.does;
	case 0x40:
		assert_true(dev.fifo);
		dev.fifo--;
		if (dev.at) {
			memcpy(&word, dev.at, 4);
			dev.at += 4;
			dev.left -= 4;
			if (!dev.left)
				ends();
		}
		return word;
	}
	fail_msg("read of 0x%x", (unsigned int)at);
	return 0;
}

static void command(uint32_t value)
{
	assert_int_equal(dev.vdd, 1);
	assert_true(dev.does == NOTHING || dev.does == IDENTIFY || (value & 0x3f) == 12);
	dev.cmd = value;
	dev.reads = value & BIT(6) || ((value & 0x3f) == 12 && dev.reads);
	if (dev.silent)
		return;
	dev.cmd &= ~BIT(15);
	if (!card(value & 0x3f, dev.arg)) {
		dev.cmd |= BIT(14);
		dev.status |= dev.says_nothing ? 0 : BIT(6);
	}
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const uint32_t word = (uint32_t)value;

	assert_int_equal(bytes, 4);
	if (dev.gone || garbage_seed)
		return;
	switch (address - BASE) {
	case 0x00:
		dev.cmd = word;
		if (word & BIT(15))
			command(word);
		return;
	case 0x04:
		dev.arg = word;
		return;
	case 0x08:
		return;
	case 0x0c:
		dev.div = word;
		return;
	case 0x20:
		dev.status &= ~word;
		return;
	case 0x30:
		dev.vdd = word;
		dev.does = IDENTIFY;
		dev.at = NULL;
		return;
	case 0x34:
		dev.edm = word & 0x7fe00;
		if (word & BIT(19)) {
			dev.force++;
			dev.does = NOTHING;
		}
		return;
	case 0x38:
		dev.cfg = word;
		return;
	case 0x3c:
		dev.hbct = word;
		return;
	case 0x50:
		dev.hblc = word;
		return;
	case 0x40:
		assert_false(dev.reads);
		if (!dev.at)
			return;
		memcpy(dev.at, &word, 4);
		dev.at += 4;
		dev.left -= 4;
		if (!dev.left)
			ends();
		return;
	}
	fail_msg("write of 0x%x", (unsigned int)(address - BASE));
}

static int begin(void **state)
{
	(void)state;
	memset(&dev, 0, sizeof(dev));
	for (size_t i = 0; i < sizeof(medium); i++)
		medium[i] = (unsigned char)(i / 512 * 7 + i);
	memcpy(dev.scr, "\x02\x35\x80", 3);
	dev.page[16] = 1;
	dev.bad_lba = UINT64_MAX;
	fake_now = garbage_seed = 0;
	return 0;
}

static int init(struct why *why)
{
	disk = (struct mmc){ .host = &sdhost_host,
			     .base = BASE,
			     .memory = &shared,
			     .name = "mmc@10000000",
			     .base_hz = 250000000,
			     .lines = 4 };
	return mmc_init(&disk, why);
}

static void read_all(void)
{
	memset(memory, 0, sizeof(memory));
	assert_int_equal(blk_read_at(&disk.blk, 0, SECTORS, memory, NULL), 0);
	assert_memory_equal(memory, medium, sizeof(medium));
}

static void test_card(void **state)
{
	(void)state;
	assert_int_equal(init(NULL), 0);
	assert_int_equal(disk.blk.blocks, SECTORS);
	assert_int_equal(disk.cid[0] >> 24, 0xaa);
	assert_int_equal(disk.hz, 50000000);
	assert_int_equal(dev.div, 3);
	assert_int_equal(dev.cfg & 4, 4);
	assert_true(disk.fast && disk.blk.removable);
	read_all();
	assert_int_equal(dev.stops, SECTORS / disk.blk.request_max);
	assert_int_equal(blk_read_at(&disk.blk, 1, 1, memory + 3, NULL), 0);
	assert_memory_equal(memory + 3, medium + 512, 512);
	memset(memory, 0x5a, 2048);
	dev.stops = 0;
	assert_int_equal(blk_write_at(&disk.blk, 7, 4, memory, NULL), 0);
	assert_int_equal(blk_write_at(&disk.blk, 20, 1, memory, NULL), 0);
	assert_int_equal(dev.stops, 1);
	assert_memory_equal(medium + 7 * 512, memory, 2048);
	assert_memory_equal(medium + 20 * 512, memory, 512);
	assert_int_equal(medium[11 * 512], (unsigned char)(11 * 7 + 11 * 512));
	disk.blk.ops->stop(&disk.blk);
	assert_int_equal(dev.vdd, 0);
	read_all();
}

static void test_none(void **state)
{
	struct why why;

	(void)state;
	dev.empty = true;
	assert_int_equal(init(&why), -ENODEV);
	assert_true(fake_now < 200);
	dev.says_nothing = true;
	assert_int_equal(init(&why), -ENODEV);
	dev.empty = dev.says_nothing = false;
	dev.gone = true;
	assert_int_equal(init(&why), -ENODEV);
	dev.gone = false;
	dev.silent = true;
	assert_int_equal(init(&why), -ETIMEDOUT);
	assert_string_equal(why.text, "mmc@10000000: no card that can be used: ETIMEDOUT");
	assert_true(fake_now < 5000);
}

/* Each is told with its block, within the time, and the next read sets the card up anew. */
static void test_errors(void **state)
{
	uint64_t began;
	struct why why;

	(void)state;
	assert_int_equal(init(NULL), 0);
	dev.bad_lba = 100;
	assert_int_equal(blk_read_at(&disk.blk, 96, 8, memory, &why), -EIO);
	assert_string_equal(why.text,
			    "mmc 0: reading 8 blocks at 96 failed: the device reports an error");
	dev.no_data = false;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	dev.bad_lba = UINT64_MAX;
	began = fake_now;
	dev.no_data = true;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -ETIMEDOUT);
	assert_true(fake_now - began < 2 * BLK_TIMEOUT_MS);
	dev.no_data = false;
	dev.status_at_end = BIT(5); /* the last block's checksum */
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -EIO);
	assert_int_equal(blk_write_at(&disk.blk, 0, 8, medium, NULL), -EIO);
	dev.status_at_end = BIT(7);
	assert_int_equal(blk_write_at(&disk.blk, 0, 1, medium, NULL), -ETIMEDOUT);
	dev.status_at_end = 0;
	dev.end_as = READ_CRC;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -ETIMEDOUT);
	dev.end_as = 7; /* a card that never takes what was written */
	assert_int_equal(blk_write_at(&disk.blk, 0, 8, medium, NULL), -ETIMEDOUT);
	dev.end_as = 0;
	dev.busy = true;
	assert_int_not_equal(blk_write_at(&disk.blk, 0, 8, medium, NULL), 0);
	dev.busy = false;
	read_all();
	dev.gone = true;
	began = fake_now;
	assert_int_not_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	assert_true(fake_now - began < 2 * BLK_TIMEOUT_MS);
	dev.gone = false;
	read_all();
}

static void test_garbage(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		garbage_seed = 0;
		assert_int_equal(begin(state), 0);
		assert_int_equal(init(NULL), 0);
		garbage_seed = seed * UINT64_C(0x9e3779b97f4a7c15);
		garbage_read_ends(&disk.blk, memory, "mmc 0");
		(void)!init(NULL);
	}
	assert_int_equal(begin(state), 0);
	assert_int_equal(init(NULL), 0);
	read_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_card, begin),
		cmocka_unit_test_setup(test_none, begin),
		cmocka_unit_test_setup(test_errors, begin),
		cmocka_unit_test_setup(test_garbage, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
