/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/block/ahci.c against a controller with one disk that may misbehave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/block/ahci.h"
#include "test/host/include/fake_clock.h"
#include "test/host/include/garbage.h"

#define BASE	0x10000000
#define PORT	2
#define SECTORS 16384

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static unsigned char medium[SECTORS * 512], memory[SECTORS * 512];
static struct ahci_memory shared;
static struct ahci disk;

static struct {
	uint32_t cap, reg[0x80 / 4], ghc, short_by;
	uint16_t identify[256];
	uint64_t bad_lba;
	unsigned int flushes, most, slot, looks;
	bool silent, busy, never_halts, vanished, toggles;
} dev;

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const uint64_t off = address - BASE;
	const unsigned int port = (unsigned int)(off - 0x100) / 0x80, at = off % 0x80;

	assert_int_equal(bytes, 4);
	if (dev.vanished)
		return UINT32_MAX;
	if (garbage_seed)
		return garbage_register();
	if (off < 0x100)
		return off == 0 ? dev.cap : off == 0xc ? 0x80000007 : 0;
	if (port != PORT)
		return 0;
	if (at == 0x20)
		return dev.busy ? 0x80 : 0x50;
	if (at == 0x38 && dev.toggles) {
		assert_true(dev.looks++ < 1000); /* without end */
		return dev.looks & 1 ? 5 : 2;
	}
	return dev.reg[at / 4];
}

static void *pointer(const uint32_t *words)
{
	return (void *)(uintptr_t)(words[0] | (uint64_t)words[1] << 32);
}

/* false: it fails */
static bool carry_out(struct ahci_header *header)
{
	const struct ahci_table *table = pointer(&header->table);
	const uint8_t *fis = table->fis;
	const uint64_t lba = fis[4] | fis[5] << 8 | (uint32_t)fis[6] << 16 |
			     (uint64_t)fis[8] << 24 | (uint64_t)fis[9] << 32 |
			     (uint64_t)fis[10] << 40;
	const uint32_t count = fis[12] | (uint32_t)fis[13] << 8, bytes = table->size + 1;

	assert_int_equal(fis[0], 0x27);
	assert_int_equal(fis[1], 0x80);
	assert_int_equal(header->flags & 0x1f, 5);
	if (fis[2] == 0xea) {
		dev.flushes++;
		assert_int_equal(header->flags >> 16, 0);
		return true;
	}
	assert_int_equal(header->flags >> 16, 1);
	if (fis[2] == 0xec) {
		memcpy(pointer(&table->data), dev.identify, 512);
		return true;
	}
	assert_true(fis[2] == 0x25 || fis[2] == 0x35);
	assert_int_equal(!!(header->flags & 0x40), fis[2] == 0x35);
	assert_int_equal(bytes, count * 512);
	assert_true(lba + count <= SECTORS);
	if (dev.bad_lba >= lba && dev.bad_lba < lba + count)
		return false;
	if (fis[2] == 0x25)
		memcpy(pointer(&table->data), medium + lba * 512, bytes);
	else
		memcpy(medium + lba * 512, pointer(&table->data), bytes);
	header->bytes = bytes - dev.short_by;
	return true;
}

static void serve(void)
{
	struct ahci_header *list = pointer(&dev.reg[0]);

	dev.most = MAX(dev.most, (unsigned int)__builtin_popcount(dev.reg[0x38 / 4]));
	for (unsigned int i = 0; i < 32; i++) {
		if (!(dev.reg[0x38 / 4] & 1u << i))
			continue;
		dev.reg[0x18 / 4] = (dev.reg[0x18 / 4] & ~0x1f00u) | i << 8;
		if (!carry_out(&list[i])) {
			dev.reg[0x10 / 4] |= 1u << 30;
			return;
		}
		dev.reg[0x38 / 4] &= ~(1u << i);
	}
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const uint64_t off = address - BASE;
	const unsigned int port = (unsigned int)(off - 0x100) / 0x80, at = off % 0x80;

	assert_int_equal(bytes, 4);
	if (off == 4)
		dev.ghc = (uint32_t)value;
	if (off < 0x100 || port != PORT || dev.vanished || garbage_seed)
		return;
	if (at == 0x10 || at == 0x30) {
		dev.reg[at / 4] &= ~(uint32_t)value;
		return;
	}
	dev.reg[at / 4] = (uint32_t)value;
	if (at == 0x18) {
		uint32_t *cmd = &dev.reg[0x18 / 4];

		*cmd &= ~(dev.never_halts ? 0 : BIT(15) | BIT(14));
		*cmd |= (*cmd & 1 ? BIT(15) : 0) | (*cmd & 0x10 ? BIT(14) : 0);
		if (!(*cmd & 1))
			dev.reg[0x38 / 4] = 0;
	}
	if (at == 0x38 && !dev.silent) {
		assert_int_equal(dev.reg[0x18 / 4] & 0xc011, 0xc011);
		serve();
	}
}

static void text(unsigned int word, const char *text)
{
	for (unsigned int i = 0; text[i]; i += 2)
		dev.identify[word + i / 2] = (uint16_t)(text[i] << 8 | text[i + 1]);
}

static int begin(void **state)
{
	(void)state;
	memset(&dev, 0, sizeof(dev));
	for (size_t i = 0; i < sizeof(medium); i++)
		medium[i] = (unsigned char)(i / 512 * 7 + i);
	memset(memory, 0, sizeof(memory));
	dev.cap = BIT(31) | 31 << 8;
	dev.reg[0x24 / 4] = 0x101;
	dev.reg[0x28 / 4] = 0x113;
	dev.identify[83] = BIT(10);
	dev.identify[86] = BIT(13);
	dev.identify[100] = SECTORS;
	text(27, "A DISK                                  ");
	text(23, "1.0     ");
	dev.bad_lba = UINT64_MAX;
	fake_now = garbage_seed = 0;
	return 0;
}

static int init(struct why *why)
{
	return ahci_init(&disk, BASE, PORT, false, &shared, why);
}

static void start(void)
{
	assert_int_equal(init(NULL), 0);
}

static void test_links(void **state)
{
	(void)state;
	assert_int_equal(ahci_begin(BASE, 0x1100), 0x80000007);
	assert_int_equal(dev.ghc, BIT(31));
	assert_int_equal(ahci_begin(BASE, 0x100 + 3 * 0x80), 7);
	assert_int_equal(ahci_links(BASE, 7), 1u << PORT);
	assert_true(fake_now < 200);
	dev.vanished = true;
	assert_int_equal(ahci_begin(BASE, 0x1100), 0);
}

static void test_reads_what_is_there(void **state)
{
	(void)state;
	start();
	assert_int_equal(disk.blk.blocks, SECTORS);
	assert_int_equal(disk.blk.target, PORT);
	assert_string_equal(disk.blk.product, "A DISK");
	assert_string_equal(disk.blk.revision, "1.0");
	assert_int_equal(blk_read_at(&disk.blk, 0, SECTORS, memory, NULL), 0);
	assert_memory_equal(memory, medium, sizeof(medium));
	/* a device that looks past the caches: cleaned before, dropped after */
	assert_true(fake_cache_clean_bytes >= sizeof(medium) &&
		    fake_cache_inval_bytes >= sizeof(medium));
	assert_int_equal(blk_read_at(&disk.blk, 1, 17, memory + 3, NULL), 0);
	assert_memory_equal(memory + 3, medium + 512, 17 * 512);
}

static void test_many_requests(void **state)
{
	struct blk_request list[BLK_BATCH];

	(void)state;
	start();
	for (unsigned int i = 0; i < BLK_BATCH; i++)
		list[i] = (struct blk_request){ 3 * i, 1, memory + 512 * i };
	assert_int_equal(blk_read(&disk.blk, list, BLK_BATCH, NULL), 0);
	for (unsigned int i = 0; i < BLK_BATCH; i++)
		assert_memory_equal(memory + 512 * i, medium + 512 * 3 * i, 512);
	assert_int_equal(dev.most, BLK_BATCH);
	dev.cap = BIT(31) | 3 << 8; /* four slots */
	start();
	dev.most = 0;
	assert_int_equal(blk_read(&disk.blk, list, BLK_BATCH, NULL), 0);
	assert_int_equal(dev.most, 4);
}

static void test_writes_and_flushes(void **state)
{
	(void)state;
	start();
	memset(memory, 0x5a, 2048);
	assert_int_equal(blk_write_at(&disk.blk, 7, 4, memory, NULL), 0);
	assert_memory_equal(medium + 7 * 512, memory, 2048);
	assert_int_equal(medium[11 * 512], (unsigned char)(11 * 7 + 11 * 512));
	assert_int_equal(blk_flush(&disk.blk, NULL), 0);
	assert_int_equal(dev.flushes, 1);
	dev.identify[86] = 0;
	start();
	assert_int_equal(blk_flush(&disk.blk, NULL), 0);
	assert_int_equal(dev.flushes, 1);
}

static void test_what_makes_no_disk(void **state)
{
	struct why why;

	(void)state;
	dev.reg[0x24 / 4] = 0xeb140101; /* a CD drive */
	assert_int_equal(init(&why), -ENODEV);
	assert_int_equal(dev.reg[0x18 / 4] & 0xc011, 0);
	dev.reg[0x24 / 4] = 0x101;
	dev.identify[83] = 0;
	assert_int_equal(init(&why), -ENOTSUP);
	dev.identify[83] = BIT(10);
	dev.identify[106] = 0x5000;
	dev.identify[117] = 257;
	assert_int_equal(init(&why), -EPROTO);
	dev.identify[106] = 0;
	dev.identify[103] = 1;
	assert_int_equal(init(&why), -EPROTO);
	dev.identify[103] = dev.identify[100] = 0;
	assert_int_equal(init(&why), -EPROTO);
	dev.busy = true;
	assert_int_equal(init(&why), -ETIMEDOUT);
	dev.busy = false;
	dev.silent = true;
	assert_int_equal(init(&why), -ETIMEDOUT);
	dev.cap = 31 << 8; /* 32-bit addresses only */
	if ((uintptr_t)&shared > UINT32_MAX)
		assert_int_equal(init(&why), -ENOTSUP);
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
			    "scsi 0: reading 8 blocks at 96 failed: the device reports an error");
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	assert_memory_equal(memory, medium, 4096);
}

static void test_short_silent_and_gone(void **state)
{
	uint64_t began;

	(void)state;
	start();
	dev.short_by = 512;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -EIO);
	dev.short_by = 0;
	dev.silent = true;
	began = fake_now;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -ETIMEDOUT);
	assert_true(fake_now - began < 2 * BLK_TIMEOUT_MS);
	dev.silent = false;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	dev.never_halts = true;
	disk.blk.ops->stop(&disk.blk);
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), -ETIMEDOUT);
	dev.never_halts = false;
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	dev.vanished = true;
	began = fake_now;
	assert_int_not_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	assert_int_not_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	assert_true(fake_now - began < 2 * BLK_TIMEOUT_MS);
}

static void test_garbage(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		garbage_seed = 0;
		start();
		garbage_seed = seed * UINT64_C(0x9e3779b97f4a7c15);
		garbage_read_ends(&disk.blk, memory, "scsi 0");
		garbage_read_ends(&disk.blk, memory, "scsi 0");
		(void)!init(NULL);
	}
	garbage_seed = 0;
	start();
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
	assert_memory_equal(memory, medium, 4096);
}

/* Commands that are done and are not, in turn: each is done once, and the time goes on. */
static void test_commands_that_come_back(void **state)
{
	struct blk_request list[] = { { 0, 1, memory }, { 1, 1, memory }, { 2, 1, memory } };

	(void)state;
	start();
	dev.toggles = true;
	assert_int_equal(blk_read(&disk.blk, list, 3, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_links, begin),
		cmocka_unit_test_setup(test_reads_what_is_there, begin),
		cmocka_unit_test_setup(test_many_requests, begin),
		cmocka_unit_test_setup(test_writes_and_flushes, begin),
		cmocka_unit_test_setup(test_what_makes_no_disk, begin),
		cmocka_unit_test_setup(test_a_bad_sector_is_named, begin),
		cmocka_unit_test_setup(test_short_silent_and_gone, begin),
		cmocka_unit_test_setup(test_garbage, begin),
		cmocka_unit_test_setup(test_commands_that_come_back, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
