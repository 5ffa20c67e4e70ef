/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/block/nvme.c against a controller that may lie about everything that it writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/block/nvme.h"
#include "test/host/include/fake_clock.h"
#include "test/host/include/garbage.h"

#define BASE	0x10000000
#define SECTORS 4096

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static unsigned char medium[SECTORS * 512], memory[SECTORS * 512 + 8192];
static struct nvme_memory shared;
static struct nvme nvme;

static struct {
	uint64_t cap, sq[2], cq[2], blocks, bad_lba;
	uint32_t reg[16], entries[2], head[2], tail[2], spaces;
	uint8_t mdts;
	uint32_t format, sgls;
	uint16_t wrong_id, wrong_sq;
	unsigned int enables, disables, flushes, most, longest, described;
	bool phase[2], silent, never_ready, fatal, vanished, twice, admin_fails, backwards;
} dev;

static bool garbage_registers;

static void *at(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	if (dev.vanished)
		return UINT32_MAX;
	if (garbage_seed && garbage_registers)
		return garbage_register();
	switch (address - BASE) {
	case 0x00:
		return (uint32_t)dev.cap;
	case 0x04:
		return dev.cap >> 32;
	case 0x1c:
		return (dev.reg[0x14 / 4] & 1 && !dev.never_ready) | (uint32_t)dev.fatal << 1;
	}
	fail_msg("read of register 0x%x", (unsigned)(address - BASE));
	return 0;
}

static void complete(unsigned int q, uint16_t id, uint16_t status)
{
	struct nvme_completion *done = (struct nvme_completion *)at(dev.cq[q]) + dev.tail[q];

	*done = (struct nvme_completion){ .sq_id = (uint16_t)(q + dev.wrong_sq),
					  .id = (uint16_t)(id + dev.wrong_id),
					  .status = (uint16_t)(status << 1 | dev.phase[q]) };
	if (++dev.tail[q] == dev.entries[q]) {
		dev.tail[q] = 0;
		dev.phase[q] = !dev.phase[q];
	}
}

/* Moves the bytes of a command page by page, as its PRPs say. */
static void move(const struct nvme_command *c, unsigned char *to, uint64_t bytes, bool write)
{
	const uint64_t *list = at(c->prp2);
	const uint64_t first = 4096 - c->prp1 % 4096;
	const bool has_list = bytes > first + 4096;

	dev.longest = bytes > dev.longest ? (unsigned int)bytes : dev.longest;
	if (c->flags == 0x40) {
		assert_true(dev.sgls & 3);
		assert_int_equal(c->prp2, bytes); /* and the descriptor's type, 0 */
		dev.described++;
		if (write)
			memcpy(to, at(c->prp1), bytes);
		else
			memcpy(at(c->prp1), to, bytes);
		return;
	}
	assert_int_equal(c->flags, 0);
	for (uint64_t done = 0, n = 0; done < bytes; n++) {
		const uint64_t page = !n ? c->prp1 : has_list ? list[n - 1] : c->prp2;
		uint64_t part = n ? 4096 : first;

		assert_true(!n || page % 4096 == 0);
		assert_true(n <= NVME_PRPS);
		part = part < bytes - done ? part : bytes - done;
		if (write)
			memcpy(to + done, at(page), part);
		else
			memcpy(at(page), to + done, part);
		done += part;
	}
}

static uint16_t carry_out(unsigned int q, const struct nvme_command *c)
{
	unsigned char *page = at(c->prp1);
	const uint64_t lba = c->dw10 | (uint64_t)c->dw11 << 32;
	const uint32_t count = (c->dw12 & 0xffff) + 1;

	if (q) {
		assert_true(c->nsid >= 1 && c->nsid <= dev.spaces);
		if (c->opcode == 0) {
			dev.flushes++;
			return 0;
		}
		assert_true(c->opcode == 1 || c->opcode == 2);
		assert_true(lba + count <= SECTORS);
		if (dev.bad_lba >= lba && dev.bad_lba < lba + count)
			return 0x281;
		move(c, medium + lba * 512, (uint64_t)count * 512, c->opcode == 1);
		return 0;
	}
	if (dev.admin_fails)
		return 2;
	switch (c->opcode) {
	case 5:
		assert_int_equal(c->dw10 & 0xffff, 1);
		dev.entries[1] = (c->dw10 >> 16) + 1;
		dev.cq[1] = c->prp1;
		return 0;
	case 1:
		assert_int_equal((c->dw10 >> 16) + 1, dev.entries[1]);
		dev.sq[1] = c->prp1;
		return 0;
	case 6:
		memset(page, 0, 4096);
		if (c->dw10 == 1) {
			memcpy(page + 4, "serial              ", 20);
			memcpy(page + 64, "fw1     ", 8);
			page[77] = dev.mdts;
			memcpy(page + 536, &dev.sgls, 4);
		} else if (c->dw10 == 2) {
			for (unsigned int i = 0; i < dev.spaces && i < 1024; i++)
				((uint32_t *)(void *)page)[i] = i + 1;
		} else {
			memcpy(page, &dev.blocks, 8);
			memcpy(page + 128, &dev.format, 4);
		}
		return 0;
	}
	fail_msg("admin command %u", c->opcode);
	return 1;
}

/* Both rings of answers, and what an identify page may be, are anything. */
static void scribble(void)
{
	uint32_t *const places[] = { (uint32_t *)shared.admin_done, (uint32_t *)shared.io_done,
				     (uint32_t *)shared.page };
	const size_t sizes[] = { sizeof(shared.admin_done), sizeof(shared.io_done),
				 sizeof(shared.page) };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		for (size_t n = 0; n < sizes[i] / 4; n++)
			places[i][n] = garbage_register();
}

static void serve(unsigned int q, uint32_t tail)
{
	const struct nvme_command *commands = at(dev.sq[q]);
	uint16_t id[64], status[64];
	unsigned int n = 0;

	for (; dev.head[q] != tail; dev.head[q] = (dev.head[q] + 1) % dev.entries[q]) {
		id[n] = commands[dev.head[q]].id;
		status[n] = carry_out(q, &commands[dev.head[q]]);
		n++;
	}
	dev.most = n > dev.most ? n : dev.most;
	for (unsigned int i = 0; i < n; i++) {
		const unsigned int j = dev.backwards ? n - 1 - i : i;

		complete(q, id[dev.twice ? 0 : j], status[j]);
	}
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const unsigned int off = (unsigned int)(address - BASE);

	assert_int_equal(bytes, 4);
	if (off >= 0x1000) {
		const unsigned int bell = (off - 0x1000) / 4;

		assert_in_range(bell, 0, 3);
		if (garbage_seed)
			scribble();
		if (!(bell & 1) && !dev.silent && !dev.vanished && !garbage_seed) {
			assert_int_equal(dev.reg[0x14 / 4] & 1, 1);
			serve(bell / 2, (uint32_t)value);
		}
		return;
	}
	assert_in_range(off, 0xc, 0x34);
	dev.reg[off / 4] = (uint32_t)value;
	if (off != 0x14)
		return;
	dev.enables += value & 1;
	dev.disables += !(value & 1);
	for (unsigned int q = 0; q < 2; q++) {
		dev.head[q] = dev.tail[q] = 0;
		dev.phase[q] = true;
	}
	dev.entries[0] = (dev.reg[0x24 / 4] & 0xfff) + 1;
	dev.sq[0] = dev.reg[0x28 / 4] | (uint64_t)dev.reg[0x2c / 4] << 32;
	dev.cq[0] = dev.reg[0x30 / 4] | (uint64_t)dev.reg[0x34 / 4] << 32;
}

static int begin(void **state)
{
	(void)state;
	memset(&dev, 0, sizeof(dev));
	for (size_t i = 0; i < sizeof(medium); i++)
		medium[i] = (unsigned char)(i / 512 * 7 + i);
	memset(memory, 0, sizeof(memory));
	dev.cap = BIT(37) | 2u << 24 | 1023;
	dev.blocks = SECTORS;
	dev.format = 9 << 16;
	dev.spaces = 1;
	dev.bad_lba = UINT64_MAX;
	fake_now = garbage_seed = 0;
	return 0;
}

static struct blk *start(void)
{
	assert_int_equal(nvme_init(&nvme, BASE, false, 0x1b36, &shared, NULL), 0);
	assert_int_equal(nvme.disks, dev.spaces);
	return &nvme.disk[0].blk;
}

static void test_reads_what_is_there(void **state)
{
	struct blk *blk;

	(void)state;
	blk = start();
	assert_int_equal(blk->blocks, SECTORS);
	assert_int_equal(blk->block_size, 512);
	assert_string_equal(blk->vendor, "0x1b36");
	assert_string_equal(blk->product, "serial");
	assert_string_equal(blk->revision, "fw1");
	for (unsigned int off = 0; off < 8192; off += 4092) {
		memset(memory, 0, sizeof(memory));
		assert_int_equal(blk_read_at(blk, 0, SECTORS, memory + off, NULL), 0);
		assert_memory_equal(memory + off, medium, sizeof(medium));
	}
	/* a device that looks past the caches: cleaned before, dropped after */
	assert_true(fake_cache_clean_bytes >= sizeof(medium) &&
		    fake_cache_inval_bytes >= sizeof(medium));
	assert_int_equal(dev.longest, 512 * 1024);
	/* where a buffer lies too badly bytes are copied */
	assert_int_equal(blk_read_at(blk, 1, 17, memory + 3, NULL), 0);
	assert_memory_equal(memory + 3, medium + 512, 17 * 512);
}

static void test_the_largest_transfer_is_kept(void **state)
{
	(void)state;
	dev.mdts = 2;
	assert_int_equal(blk_read_at(start(), 0, SECTORS, memory, NULL), 0);
	assert_memory_equal(memory, medium, sizeof(medium));
	assert_int_equal(dev.longest, 16384);
}

/* A controller that takes descriptors gets one for each request, and no list of pages. */
static void test_descriptors(void **state)
{
	struct blk *blk;

	(void)state;
	for (uint32_t kind = 1; kind <= 2; kind++) {
		begin(state);
		dev.sgls = kind;
		blk = start();
		memset(memory, 0, sizeof(memory));
		assert_int_equal(blk_read_at(blk, 0, SECTORS, memory + 4, NULL), 0);
		assert_memory_equal(memory + 4, medium, sizeof(medium));
		assert_int_equal(dev.described, sizeof(medium) / (512 * 1024));
		assert_int_equal(blk_write_at(blk, 7, 9, memory, NULL), 0);
		assert_memory_equal(medium + 7 * 512, memory, 9 * 512);
	}
	begin(state);
	dev.sgls = 4; /* of other things, none of these */
	assert_int_equal(blk_read_at(start(), 0, SECTORS, memory, NULL), 0);
	assert_int_equal(dev.described, 0);
}

/* Many batches: the rings go around, and answers come in any order. */
static void test_32_requests_are_under_way(void **state)
{
	struct blk_request list[BLK_BATCH];
	struct blk *blk;

	(void)state;
	blk = start();
	for (unsigned int i = 0; i < BLK_BATCH; i++)
		list[i] = (struct blk_request){ 3 * i, 1, memory + 512 * i };
	for (unsigned int round = 0; round < 300; round++) {
		dev.backwards = round % 2;
		memset(memory, 0, 512 * BLK_BATCH);
		assert_int_equal(blk_read(blk, list, BLK_BATCH, NULL), 0);
		for (unsigned int i = 0; i < BLK_BATCH; i++)
			assert_memory_equal(memory + 512 * i, medium + 512 * 3 * i, 512);
	}
	assert_int_equal(dev.most, BLK_BATCH);
	dev.cap = (dev.cap & ~0xffffull) | 7; /* rings of 8 */
	blk = start();
	dev.most = 0;
	assert_int_equal(blk_read(blk, list, BLK_BATCH, NULL), 0);
	assert_int_equal(dev.most, 7);
}

static void test_writes_and_flushes(void **state)
{
	struct blk *blk;

	(void)state;
	dev.spaces = 2;
	blk = start();
	memset(memory, 0x5a, 8192);
	assert_int_equal(blk_write_at(blk, 7, 4, memory + 512, NULL), 0);
	assert_memory_equal(medium + 7 * 512, memory, 2048);
	assert_int_equal(medium[11 * 512], (unsigned char)(11 * 7 + 11 * 512));
	assert_int_equal(blk_flush(&nvme.disk[1].blk, NULL), 0);
	assert_int_equal(dev.flushes, 1);
}

static void test_what_makes_no_disk(void **state)
{
	static const uint32_t formats[] = { 8 << 16, 13 << 16, 9 << 16 | 8, 0, 0xffu << 16 };
	struct why why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		dev.format = formats[i];
		assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), 0);
		assert_int_equal(nvme.disks, 0);
	}
	dev.format = 12 << 16;
	dev.blocks = UINT64_MAX;
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), 0);
	assert_int_equal(nvme.disks, 0);
	dev.blocks = 1;
	dev.spaces = 1024; /* more than are looked at */
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), 0);
	assert_int_equal(nvme.disks, NVME_NAMESPACES);
	dev.cap |= (uint64_t)1 << 48; /* larger pages */
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), -ENOTSUP);
	dev.cap = 1023;
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), -ENOTSUP);
}

static void test_it_does_not_start(void **state)
{
	struct why why;

	(void)state;
	dev.never_ready = true;
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), -ETIMEDOUT);
	assert_true(fake_now < 3000);
	assert_string_equal(why.text, "the controller at 0x10000000 can't be started: ETIMEDOUT");
	dev.never_ready = false;
	dev.fatal = true;
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), -EIO);
	dev.fatal = false;
	dev.admin_fails = true;
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), -EIO);
	assert_int_equal(dev.reg[0x14 / 4], 0);
	dev.admin_fails = false;
	dev.silent = true;
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), -ETIMEDOUT);
	assert_int_equal(dev.reg[0x14 / 4], 0);
	dev.vanished = true;
	assert_int_equal(nvme_init(&nvme, BASE, false, 0, &shared, &why), -ENOTSUP);
}

static void test_a_bad_sector_is_named(void **state)
{
	struct blk_request list[] = { { 0, 8, memory }, { 96, 8, memory + 4096 } };
	struct why why;
	struct blk *blk;

	(void)state;
	blk = start();
	dev.bad_lba = 100;
	assert_int_equal(blk_read(blk, list, 2, &why), -EIO);
	assert_string_equal(why.text,
			    "nvme 0: reading 8 blocks at 96 failed: the device reports an error");
	assert_int_equal(blk_read_at(blk, 0, 8, memory, NULL), 0);
}

/* After each lie the controller is disabled, and the next request starts it anew. */
static void refused(int err)
{
	const unsigned int disables = dev.disables;
	const uint64_t began = fake_now;

	assert_int_equal(blk_read_at(&nvme.disk[0].blk, 0, 1, memory, NULL), err);
	assert_true(dev.disables > disables);
	assert_false(nvme.runs);
	assert_true(fake_now - began < 2 * BLK_TIMEOUT_MS);
}

static void test_a_device_that_lies(void **state)
{
	const struct blk_request list[] = { { 0, 1, memory }, { 1, 1, memory + 512 } };
	struct blk *blk;

	(void)state;
	blk = start();
	for (unsigned int i = 0; i < 3; i++) {
		static const uint16_t wrong[] = { 1, 32, 0xffff };

		assert_int_equal(blk_read_at(blk, 0, 1, memory, NULL), 0);
		dev.wrong_id = wrong[i];
		refused(-EPROTO);
		dev.wrong_id = 0;
	}
	assert_int_equal(blk_read_at(blk, 0, 1, memory, NULL), 0);
	dev.wrong_sq = 1;
	refused(-EPROTO);
	dev.wrong_sq = 0;
	assert_int_equal(blk_read_at(blk, 0, 1, memory, NULL), 0);
	dev.twice = true;
	assert_int_equal(blk_read(blk, list, 2, NULL), -EPROTO);
	dev.twice = false;
	dev.silent = true;
	refused(-ETIMEDOUT);
	dev.silent = false;
	assert_int_equal(blk_read_at(blk, 9, 1, memory, NULL), 0);
	assert_memory_equal(memory, medium + 9 * 512, 512);
	dev.vanished = true;
	refused(-ETIMEDOUT);
}

static void test_stopped_and_started(void **state)
{
	struct blk *blk;

	(void)state;
	blk = start();
	blk->ops->stop(blk);
	assert_int_equal(dev.reg[0x14 / 4], 0);
	assert_int_equal(blk_read_at(blk, 9, 1, memory, NULL), 0);
	assert_memory_equal(memory, medium + 9 * 512, 512);
}

static void test_garbage(void **state)
{
	struct blk *blk;

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		garbage_seed = 0;
		start();
		garbage_registers = seed & 1;
		garbage_seed = seed * UINT64_C(0x9e3779b97f4a7c15);
		garbage_read_ends(&nvme.disk[0].blk, memory, "nvme 0");
		garbage_read_ends(&nvme.disk[0].blk, memory, "nvme 0");
		(void)!nvme_init(&nvme, BASE, false, 0x1b36, &shared, NULL);
	}
	garbage_seed = 0;
	blk = start();
	assert_int_equal(blk_read_at(blk, 9, 1, memory, NULL), 0);
	assert_memory_equal(memory, medium + 9 * 512, 512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_reads_what_is_there, begin),
		cmocka_unit_test_setup(test_the_largest_transfer_is_kept, begin),
		cmocka_unit_test_setup(test_descriptors, begin),
		cmocka_unit_test_setup(test_32_requests_are_under_way, begin),
		cmocka_unit_test_setup(test_writes_and_flushes, begin),
		cmocka_unit_test_setup(test_what_makes_no_disk, begin),
		cmocka_unit_test_setup(test_it_does_not_start, begin),
		cmocka_unit_test_setup(test_a_bad_sector_is_named, begin),
		cmocka_unit_test_setup(test_a_device_that_lies, begin),
		cmocka_unit_test_setup(test_stopped_and_started, begin),
		cmocka_unit_test_setup(test_garbage, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
