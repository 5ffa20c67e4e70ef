/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/net/fec.c and mii.c against a controller and a PHY, either of which may lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/net/fec.h"
#include "test/host/include/garbage.h"

#define BASE  0x30be0000
#define RINGS 64

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static struct fec fec;
static struct why why;
static uint8_t *memory;

/* The controller, the PHY, and what is wrong with them. */
static struct {
	uint32_t reg[0x200 / 4];
	uint16_t phy[32];
	unsigned int phy_at, rx, tx;
	uint64_t down_until;
	uint8_t sent[2048];
	size_t sent_size;
	unsigned int sents, deaf;
	bool silent_mdio, stuck;
} dev;

void udelay(uint64_t us)
{
	fake_now += us / 1000;
}

/* An address of 32 bits, in the memory that the driver was given. */
static uint8_t *dma(uint32_t at)
{
	const uint32_t offset = at - (uint32_t)(uintptr_t)memory;

	assert_true(offset < fec.base.ops->memory);
	return memory + offset;
}

static uint32_t *desc(uint32_t ring, unsigned int i)
{
	return (uint32_t *)dma(dev.reg[ring / 4] + i * 8);
}

static uint32_t phy_word(uint32_t word)
{
	const unsigned int at = word >> 23 & 31, reg = word >> 18 & 31;

	if (at != dev.phy_at)
		return word | 0xffff;
	if ((word >> 28 & 3) == 1) {
		dev.phy[reg] = (uint16_t)word;
		return word;
	}
	assert_int_equal(word >> 28 & 3, 2);
	if (reg == 1 && fake_now < dev.down_until)
		return (word & 0xffff0000) | (dev.phy[1] & ~0x24u);
	return (word & 0xffff0000) | dev.phy[reg];
}

static void transmit(void)
{
	uint32_t *d = desc(0x184, dev.tx);

	if (!(d[0] >> 31))
		return;
	assert_int_equal(d[0] >> 26 & 3, 3); /* the last, with a CRC */
	dev.sent_size = d[0] & 0xffff;
	assert_true(dev.sent_size <= 1514);
	memcpy(dev.sent, dma(d[1]), dev.sent_size);
	dev.sents++;
	dev.tx = d[0] & BIT(29) ? 0 : dev.tx + 1;
	d[0] &= 0x7fffffff;
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const uint64_t at = address - BASE;

	assert_int_equal(bytes, 4);
	assert_true(at < sizeof(dev.reg));
	if (garbage_seed)
		return garbage_register();
	return dev.reg[at / 4];
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const uint64_t at = address - BASE;
	const uint32_t word = (uint32_t)value;

	assert_int_equal(bytes, 4);
	assert_true(at < sizeof(dev.reg));
	if (at == 0x004) {
		dev.reg[1] &= ~word;
		return;
	}
	dev.reg[at / 4] = word;
	if (at == 0x040 && dev.reg[0x44 / 4] & 0x7e && word && !dev.silent_mdio) {
		dev.reg[0x40 / 4] = phy_word(word);
		dev.reg[1] |= BIT(23);
	} else if (at == 0x0c4 && word & 1 && !dev.stuck) {
		dev.reg[1] |= BIT(28);
	} else if (at == 0x024 && !(word & 2)) {
		dev.rx = dev.tx = 0;
		dev.reg[0x10 / 4] = dev.reg[0x14 / 4] = 0;
	} else if (at == 0x014) {
		assert_true(dev.reg[0x24 / 4] & 2);
		dev.reg[0x14 / 4] = 0;
		if (dev.deaf)
			dev.deaf--;
		else if (!dev.stuck)
			transmit();
	}
}

/* The descriptor that is next gets these bits and this length. Return: was there one? */
static bool fill(uint32_t bits, size_t length, uint8_t with)
{
	uint32_t *d = desc(0x180, dev.rx);

	if (!(d[0] >> 31))
		return false;
	memset(dma(d[1]), with, length < 2048 ? length : 2048);
	dev.rx = d[0] & BIT(29) ? 0 : dev.rx + 1;
	d[0] = (d[0] & BIT(29)) | bits | (uint32_t)length;
	return true;
}

/* What the driver hands over. */
static struct {
	unsigned int count;
	size_t size, total;
	uint8_t first;
} seen;

static void input(void *ctx, const void *frame, size_t size, bool checked)
{
	const uint8_t *at = frame;

	assert_null(ctx);
	assert_false(checked);
	assert_true(at >= memory && size <= 2044 && at + size <= memory + fec.base.ops->memory);
	seen.count++;
	seen.size = size;
	seen.total += size;
	seen.first = at[0];
	for (size_t i = 0; i < size; i++)
		assert_true(garbage_seed || at[i] == at[0]);
}

static unsigned int poll(void)
{
	return fec.base.ops->poll(&fec.base, input, NULL);
}

static void init(enum fec_mode mode)
{
	garbage_seed = 0;
	fake_now = 0;
	memset(&dev, 0, sizeof(dev));
	memset(&seen, 0, sizeof(seen));
	dev.phy_at = 5;
	dev.reg[0x0e4 / 4] = 0x02112233;
	dev.reg[0x0e8 / 4] = 0x44558808;
	dev.phy[0] = 0x1000;
	dev.phy[1] = 0x796d;
	dev.phy[2] = 0x0022;
	dev.phy[3] = 0x1622;
	dev.phy[4] = dev.phy[5] = 0x01e1;
	dev.phy[9] = 0x0300;
	dev.phy[10] = 0x0c00;
	fec_init(&fec, BASE, false, mode);
	strcpy(fec.base.name, "fec#0");
}

static void start(enum fec_mode mode)
{
	init(mode);
	assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
}

static int begin(void **state)
{
	(void)state;
	init(FEC_RGMII);
	memory = aligned_alloc(4096, ALIGN_UP(fec.base.ops->memory, 4096u));
	return memory ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static void test_frames(void **state)
{
	static const uint8_t mac[] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };
	uint8_t frame[1514];
	unsigned int sent = 0;

	(void)state;
	start(FEC_RGMII);
	assert_memory_equal(fec.base.mac, mac, sizeof(mac));
	assert_int_equal(fec.mii.phy, 5);
	assert_int_equal(dev.reg[0x24 / 4], 0x122); /* swapped, 1000, enabled */
	assert_int_equal(dev.reg[0x84 / 4], 1522u << 16 | 0x4c);
	assert_int_equal(dev.reg[0xc4 / 4], 4);
	for (unsigned int i = 0; i < 3 * RINGS; i++) {
		const size_t size = 60 + i * 7 % 1455;

		memset(frame, (int)i, size);
		assert_int_equal(fec.base.ops->send(&fec.base, frame, size), 0);
		assert_int_equal(dev.sents, ++sent);
		assert_int_equal(dev.sent_size, size);
		assert_memory_equal(dev.sent, frame, size);
		assert_true(fill(BIT(27), size + 4, (uint8_t)i));
		assert_int_equal(poll(), 1);
		assert_int_equal(seen.count, i + 1);
		assert_int_equal(seen.size, size);
		assert_int_equal(seen.first, (uint8_t)i);
	}
	assert_int_equal(poll(), 0);
	assert_int_equal(fec.base.ops->send(&fec.base, frame, 1515), -EIO);
	/* as many as there are buffers, at once; then it has room for at least a line less */
	for (unsigned int n = 0; n < 5; n++) {
		unsigned int filled = 0;

		while (fill(BIT(27), 64, 1))
			filled++;
		assert_true(filled > RINGS - 8 && filled <= RINGS);
		assert_int_equal(poll(), filled);
		assert_int_equal(poll(), 0);
	}
}

static void test_lies(void **state)
{
	(void)state;
	start(FEC_RGMII);
	/* each is passed over: no end, errors, lengths that cannot be */
	static const struct {
		uint32_t bits;
		uint16_t length;
	} bad[] = { { BIT(27), 0 },
		    { BIT(27), 4 },
		    { BIT(27), 2049 },
		    { BIT(27), 0xffff },
		    { BIT(27) | BIT(21), 64 },
		    { BIT(27) | BIT(20), 64 },
		    { BIT(27) | BIT(18), 64 },
		    { BIT(27) | BIT(17), 64 },
		    { BIT(27) | BIT(16), 64 } };

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_true(fill(bad[i].bits, bad[i].length, 1));
		assert_int_equal(poll(), 1);
		assert_int_equal(seen.count, 0);
	}
	/* a frame in three buffers is none, and the next is one again */
	assert_true(fill(0, 2048, 1) && fill(0, 2048, 1) && fill(BIT(27), 100, 1));
	assert_true(fill(BIT(27), 100, 9));
	assert_int_equal(poll(), 4);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.size, 96);
	assert_int_equal(seen.first, 9);
	/* a device that never says "empty" has a bounded turn */
	for (unsigned int i = 0; i < RINGS; i++)
		desc(0x180, i)[0] = BIT(27) | 64;
	assert_true(poll() <= RINGS);
	/* garbage all over what it may write */
	garbage_seed = 7;
	for (unsigned int n = 0; n < 20000; n++) {
		((uint32_t *)memory)[garbage() % (RINGS * 2 + 64)] = garbage_register();
		assert_true(poll() <= RINGS);
	}
}

static void test_send_waits(void **state)
{
	uint8_t frame[64] = { 0 };

	(void)state;
	start(FEC_RGMII);
	/* it slept when it was told: the next frame wakes it */
	dev.deaf = 1;
	assert_int_equal(fec.base.ops->send(&fec.base, frame, 64), 0);
	assert_int_equal(dev.sents, 0);
	assert_int_equal(fec.base.ops->send(&fec.base, frame, 64), 0);
	assert_int_equal(dev.sents, 2);
	/* it stands still: said after a second, and stop() ends, too */
	dev.stuck = true;
	assert_int_equal(fec.base.ops->send(&fec.base, frame, 64), 0);
	assert_int_equal(fec.base.ops->send(&fec.base, frame, 64), -EIO);
	assert_true(fake_now < 2000);
	fec.base.ops->stop(&fec.base);
	assert_false(dev.reg[0x24 / 4] & 2);
	assert_true(fake_now < 2100);
	dev.stuck = false;
	assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
	assert_int_equal(fec.base.ops->send(&fec.base, frame, 64), 0);
	assert_int_equal(dev.sents, 3);
}

static void test_speeds(void **state)
{
	static const struct {
		enum fec_mode mode;
		uint16_t bmcr, bmsr, able, partner, giga, state;
		unsigned int mbit;
		bool full;
	} lines[] = {
		{ FEC_RGMII, 0x1000, 0x796d, 0x1e1, 0x1e1, 0x300, 0xc00, 1000, true },
		{ FEC_RGMII, 0x1000, 0x796d, 0x1e1, 0x1e1, 0x300, 0x400, 1000, false },
		{ FEC_RGMII, 0x1000, 0x796d, 0x1e1, 0x1e1, 0x000, 0xc00, 100, true },
		{ FEC_RGMII, 0x1000, 0x796d, 0x1e1, 0x0a1, 0x300, 0x000, 100, false },
		{ FEC_RGMII, 0x1000, 0x796d, 0x061, 0x1e1, 0x300, 0x000, 10, true },
		{ FEC_RGMII, 0x1000, 0x796d, 0x021, 0x1e1, 0x300, 0x000, 10, false },
		{ FEC_RGMII, 0x1000, 0x786d, 0x1e1, 0x1e1, 0xffff, 0xffff, 100, true },
		/* nothing is said yet */
		{ FEC_RGMII, 0x1000, 0x794d, 0, 0, 0, 0, 1000, true },
		{ FEC_RMII, 0x1000, 0x784d, 0, 0, 0, 0, 100, true },
		{ FEC_MII, 0x2100, 0x784d, 0, 0, 0, 0, 100, true }, /* set by hand */
		{ FEC_MII, 0x2000, 0x784d, 0, 0, 0, 0, 100, false },
		{ FEC_RMII, 0x0100, 0x784d, 0, 0, 0, 0, 10, true },
		{ FEC_RGMII, 0x0140, 0x794d, 0, 0, 0, 0, 1000, true },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		static const uint32_t modes[] = { 0x4, 0x104, 0x44 };
		struct mii_speed speed;

		init(lines[i].mode);
		dev.phy[0] = lines[i].bmcr;
		dev.phy[1] = lines[i].bmsr;
		dev.phy[4] = lines[i].able;
		dev.phy[5] = lines[i].partner;
		dev.phy[9] = lines[i].giga;
		dev.phy[10] = lines[i].state;
		assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
		speed = mii_speed(&fec.mii, fec.mii.phy, lines[i].mode == FEC_RGMII ? 1000 : 100);
		assert_int_equal(speed.mbit, lines[i].mbit);
		assert_int_equal(speed.full, lines[i].full);
		assert_int_equal(dev.reg[0x24 / 4], 0x102 | (speed.mbit == 1000 ? 0x20 : 0));
		assert_int_equal(dev.reg[0x84 / 4] & 0xffff,
				 0x8 | modes[lines[i].mode] | (speed.mbit == 10 ? 0x200 : 0) |
					 (speed.full ? 0 : 2));
		assert_int_equal(dev.reg[0xc4 / 4], speed.full ? 4 : 0);
	}
}

static bool enough(void)
{
	return fake_now >= 500;
}

static void test_phy(void **state)
{
	(void)state;
	/* the tree's word counts, where somebody answers there */
	init(FEC_RGMII);
	fec.mii.hint = 5;
	assert_true(fec.base.ops->link(&fec.base));
	assert_int_equal(fec.mii.phy, 5);
	fec.mii.hint = 9;
	fec.mii.phy = -1;
	assert_true(fec.base.ops->link(&fec.base));
	assert_int_equal(fec.mii.phy, 5);
	assert_int_equal(fec.mii.write(&fec.base, 5, 0, 0xabcd), 0);
	assert_int_equal(dev.phy[0], 0xabcd);
	assert_int_equal(fec.mii.read(&fec.base, 5, 0), 0xabcd);
	assert_int_equal(fec.mii.read(&fec.base, 6, 0), 0xffff);
	/* a carrier that comes late, and one that does not */
	init(FEC_RGMII);
	dev.down_until = 1000;
	assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
	assert_in_range(fake_now, 1000, 1500);
	assert_true(fec.base.ops->link(&fec.base));
	init(FEC_RGMII);
	dev.down_until = UINT64_MAX;
	assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
	assert_in_range(fake_now, 3000, 4000);
	assert_false(fec.base.ops->link(&fec.base));
	/* ... unless nobody wants it any more */
	init(FEC_RGMII);
	dev.down_until = UINT64_MAX;
	fec.base.enough = enough;
	assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), -EINTR);
	assert_string_equal(why.text, "Abort");
	assert_in_range(fake_now, 500, 520);
	assert_false(dev.reg[0x24 / 4] & 2);
	/* no PHY: a fixed link; no answer from MDIO: the same, in bounded time */
	init(FEC_RGMII);
	dev.phy_at = 99;
	assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
	assert_int_equal(fec.mii.phy, -1);
	assert_true(fec.base.ops->link(&fec.base));
	init(FEC_RGMII);
	dev.silent_mdio = true;
	assert_int_equal(fec.mii.read(&fec.base, 5, 0), -ETIMEDOUT);
	assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
	assert_int_equal(fec.mii.phy, -1);
	assert_true(fake_now < 1000);
}

/* Registers that mean nothing: every call ends, and no byte goes elsewhere. */
static void test_garbage(void **state)
{
	uint8_t frame[64] = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed < 60; seed++) {
		init(FEC_RGMII);
		garbage_seed = seed;
		fec.mii.phy = -1;
		assert_int_equal(fec.base.ops->start(&fec.base, memory, &why), 0);
		for (unsigned int i = 0; i < 8; i++) {
			(void)fec.base.ops->send(&fec.base, frame, sizeof(frame));
			(void)poll();
		}
		(void)fec.base.ops->link(&fec.base);
		fec.base.ops->stop(&fec.base);
		assert_true(fake_now < 60000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames), cmocka_unit_test(test_lies),
		cmocka_unit_test(test_send_waits), cmocka_unit_test(test_speeds),
		cmocka_unit_test(test_phy), cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
