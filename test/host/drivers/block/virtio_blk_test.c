/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/block/virtio_blk.c against a device that may lie about everything that it writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/block/virtio_blk.h"
#include "test/host/include/fake_clock.h"
#include "test/host/include/garbage.h"

#define BASE	0xa003e00
#define SECTORS 1024

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static unsigned char medium[SECTORS * 512], memory[SECTORS * 512];
static struct virtio_blk_memory shared;
static struct virtio_blk disk;
static struct virtio transport;

static struct {
	uint32_t reg[0x100 / 4];
	uint32_t version, status, block_size;
	uint64_t features, capacity, bad_sector;
	uint16_t seen;
	unsigned int notifies, resets, flushes, most;
	bool silent, backwards, twice, vanished;
	uint32_t wrong_id, extra_length;
	uint16_t extra_index;
} dev;

static bool garbage_registers;

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const uint64_t at = address - BASE;

	if (dev.vanished)
		return bytes == 4 ? UINT32_MAX : 0xff;
	if (garbage_seed && garbage_registers)
		return bytes == 4 ? garbage_register() : garbage_register() & 0xff;
	if (at >= 0x100 && at < 0x108)
		return dev.capacity >> (8 * (at - 0x100)) & 0xff;
	if (at >= 0x114 && at < 0x118)
		return dev.block_size >> (8 * (at - 0x114)) & 0xff;
	assert_int_equal(bytes, 4);
	switch (at) {
	case 0x000:
		return 0x74726976;
	case 0x004:
		return dev.version;
	case 0x008:
		return VIRTIO_ID_BLOCK;
	case 0x010:
		return (uint32_t)(dev.features >> (32 * dev.reg[0x14 / 4]));
	case 0x034:
		return 1024;
	case 0x070:
		return dev.status;
	}
	fail_msg("read of register 0x%x", (unsigned)at);
	return 0;
}

static struct virtio_blk_memory *ring_of_device(void)
{
	if (dev.version == 1)
		return (void *)(uintptr_t)((uint64_t)dev.reg[0x40 / 4] * dev.reg[0x28 / 4]);
	return (void *)(uintptr_t)((uint64_t)dev.reg[0x84 / 4] << 32 | dev.reg[0x80 / 4]);
}

static void *at(const struct virtq_desc *desc)
{
	return (void *)(uintptr_t)desc->address;
}

/* Carries out one request; returns the bytes that were written. */
static uint32_t carry_out(struct virtio_blk_memory *m, uint16_t head)
{
	const struct virtq_desc *first = &m->desc[head], *data = &m->desc[first->next],
				*last = data;
	const struct virtio_blk_header *header = at(first);
	uint32_t written = 1;
	uint8_t status = 0;

	assert_int_equal(first->length, 16);
	assert_int_equal(first->flags, 1);
	if (header->type == 4) {
		dev.flushes++;
	} else {
		last = &m->desc[data->next];
		assert_int_equal(data->flags, header->type ? 1 : 3);
		assert_true(header->sector * 512 + data->length <= sizeof(medium));
		if (dev.bad_sector >= header->sector &&
		    dev.bad_sector < header->sector + data->length / 512)
			status = 1;
		else if (header->type)
			memcpy(medium + header->sector * 512, at(data), data->length);
		else
			memcpy(at(data), medium + header->sector * 512, data->length);
		written += header->type ? 0 : data->length;
	}
	assert_int_equal(last->length, 1);
	assert_int_equal(last->flags, 2);
	*(uint8_t *)at(last) = status;
	return written;
}

/* The used ring and every status are anything; its index is often one that could be. */
static void scribble(void)
{
	const bool near = garbage() & 1, right = garbage() & 1;

	for (size_t i = 0; i < VIRTIO_BLK_QUEUE; i++)
		shared.used[i] =
			(struct virtq_used){ .id = right ? 3 * (uint32_t)i : garbage_register(),
					     .length = garbage_register() };
	for (size_t i = 0; i < ARRAY_SIZE(shared.status); i++)
		shared.status[i] = (uint8_t)garbage_register();
	shared.used_index = (uint16_t)(near ? disk.used + garbage() % 4 : garbage());
}

static void serve(void)
{
	struct virtio_blk_memory *m = ring_of_device();
	const uint16_t count = (uint16_t)(m->avail_index - dev.seen);

	dev.most = count > dev.most ? count : dev.most;
	for (uint16_t i = 0; i < count; i++) {
		const uint16_t nth = dev.backwards ? (uint16_t)(count - 1 - i) : i;
		const uint16_t head =
			m->avail[(uint16_t)(dev.seen + (dev.twice ? 0 : nth)) % VIRTIO_BLK_QUEUE];
		const uint32_t written = carry_out(m, head);

		m->used[(uint16_t)(dev.seen + i) % VIRTIO_BLK_QUEUE] =
			(struct virtq_used){ .id = head + dev.wrong_id,
					     .length = written + dev.extra_length };
	}
	dev.seen = m->avail_index;
	m->used_index = (uint16_t)(dev.seen + dev.extra_index);
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const unsigned offset = (unsigned)(address - BASE);

	assert_int_equal(bytes, 4);
	assert_in_range(offset, 0, 0xff);
	dev.reg[offset / 4] = (uint32_t)value;
	if (offset == 0x70) {
		dev.status = (uint32_t)value;
		dev.resets += !value;
		dev.seen = value ? dev.seen : 0;
	}
	if (offset == 0x50 && garbage_seed) {
		scribble();
		return;
	}
	if (offset == 0x50 && !dev.silent && !dev.vanished) {
		assert_int_equal(dev.status & ~8u, 7); /* running */
		dev.notifies++;
		serve();
	}
}

static int begin(void **state)
{
	(void)state;
	blk_quiesce();
	virtio_quiesce();
	memset(&dev, 0, sizeof(dev));
	for (size_t i = 0; i < sizeof(medium); i++)
		medium[i] = (unsigned char)(i / 512 * 7 + i);
	memset(memory, 0, sizeof(memory));
	dev.version = 2;
	dev.features = VIRTIO_F_VERSION_1 | BIT(9);
	dev.capacity = SECTORS;
	dev.bad_sector = UINT64_MAX;
	fake_now = garbage_seed = 0;
	return virtio_probe(&transport, BASE, false);
}

static void start(void)
{
	assert_int_equal(virtio_blk_init(&disk, &transport, &shared, NULL), 0);
}

static void test_reads_what_is_there(void **state)
{
	(void)state;
	start();
	assert_int_equal(disk.blk.blocks, SECTORS);
	assert_int_equal(disk.blk.block_size, 512);
	assert_int_equal(blk_read_at(&disk.blk, 0, SECTORS, memory, NULL), 0);
	assert_memory_equal(memory, medium, sizeof(medium));
}

/* Many batches: the ring's indices go around, and answers come in any order. */
static void test_32_requests_are_under_way(void **state)
{
	struct blk_request list[BLK_BATCH];

	(void)state;
	start();
	for (unsigned int i = 0; i < BLK_BATCH; i++)
		list[i] = (struct blk_request){ 3 * i, 1, memory + 512 * i };
	for (unsigned int round = 0; round < 2100; round++) {
		dev.backwards = round % 2;
		memset(memory, 0, 512 * BLK_BATCH);
		assert_int_equal(blk_read(&disk.blk, list, BLK_BATCH, NULL), 0);
		for (unsigned int i = 0; i < BLK_BATCH; i++)
			assert_memory_equal(memory + 512 * i, medium + 512 * 3 * i, 512);
	}
	assert_int_equal(dev.notifies, 2100);
	assert_int_equal(dev.most, BLK_BATCH);
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
}

static void test_large_blocks(void **state)
{
	(void)state;
	dev.features |= BIT(6);
	dev.block_size = 4096;
	start();
	assert_int_equal(disk.blk.blocks, SECTORS / 8);
	assert_int_equal(blk_read_at(&disk.blk, 5, 1, memory, NULL), 0);
	assert_memory_equal(memory, medium + 5 * 4096, 4096);
}

static void test_what_makes_no_disk(void **state)
{
	struct why why;

	(void)state;
	dev.features |= BIT(6);
	dev.block_size = 513;
	assert_int_equal(virtio_blk_init(&disk, &transport, &shared, &why), -EPROTO);
	assert_non_null(strstr(why.text, "in blocks of 513 bytes"));
	assert_int_equal(dev.status, 0);
	dev.block_size = 8192;
	assert_int_equal(virtio_blk_init(&disk, &transport, &shared, &why), -EPROTO);
	dev.block_size = 512;
	dev.capacity = 0;
	assert_int_equal(virtio_blk_init(&disk, &transport, &shared, &why), -EPROTO);
	dev.capacity = UINT64_MAX;
	assert_int_equal(virtio_blk_init(&disk, &transport, &shared, &why), -EPROTO);
}

static void test_read_only(void **state)
{
	(void)state;
	dev.features |= BIT(5);
	start();
	assert_int_equal(blk_write_at(&disk.blk, 7, 1, memory, NULL), -EROFS);
	assert_int_equal(dev.notifies, 0);
}

static void test_a_bad_sector_is_named(void **state)
{
	struct blk_request list[] = { { 0, 8, memory }, { 96, 8, memory + 4096 } };
	struct why why;

	(void)state;
	start();
	dev.bad_sector = 100;
	assert_int_equal(blk_read(&disk.blk, list, 2, &why), -EIO);
	assert_string_equal(why.text, "virtio 0: reading 8 blocks at 96 failed: the device reports "
				      "an error");
	assert_int_equal(blk_read_at(&disk.blk, 0, 8, memory, NULL), 0);
}

/* After each lie the device is reset, and the next request starts it anew. */
static void refused(int err)
{
	const unsigned int resets = dev.resets;
	uint64_t began = fake_now;

	assert_int_equal(blk_read_at(&disk.blk, 0, 1, memory, NULL), err);
	assert_true(dev.resets > resets);
	assert_int_equal(dev.status, 0);
	assert_true(fake_now - began < BLK_TIMEOUT_MS + 2000);
}

static void test_a_device_that_lies(void **state)
{
	(void)state;
	start();
	dev.wrong_id = 3; /* a request that was not made */
	refused(-EPROTO);
	dev.wrong_id = 1; /* not the head of one */
	refused(-EPROTO);
	dev.wrong_id = 0x80000000;
	refused(-EPROTO);
	dev.wrong_id = 0;
	dev.extra_length = 1; /* more than the buffers hold */
	refused(-EPROTO);
	dev.extra_length = 0;
	dev.extra_index = 1; /* more answers than requests */
	refused(-EPROTO);
	dev.extra_index = 0x8000;
	refused(-EPROTO);
	dev.extra_index = 0;
	assert_int_equal(blk_read_at(&disk.blk, 9, 1, memory, NULL), 0);
	assert_memory_equal(memory, medium + 9 * 512, 512);
}

static void test_one_request_is_answered_twice(void **state)
{
	const struct blk_request list[] = { { 0, 1, memory }, { 1, 1, memory + 512 } };

	(void)state;
	start();
	dev.twice = true;
	assert_int_equal(blk_read(&disk.blk, list, 2, NULL), -EPROTO);
	assert_int_equal(dev.status, 0);
}

static void test_no_answer(void **state)
{
	struct why why;

	(void)state;
	start();
	dev.silent = true;
	refused(-ETIMEDOUT);
	assert_int_equal(blk_flush(&disk.blk, &why), -ETIMEDOUT);
	dev.silent = false;
	assert_int_equal(blk_read_at(&disk.blk, 9, 1, memory, NULL), 0);
}

static void test_the_device_vanishes(void **state)
{
	uint64_t began;

	(void)state;
	start();
	dev.vanished = true;
	began = fake_now;
	assert_int_equal(blk_read_at(&disk.blk, 0, 1, memory, NULL), -ETIMEDOUT);
	assert_int_equal(blk_read_at(&disk.blk, 0, 1, memory, NULL), -ETIMEDOUT);
	assert_true(fake_now - began < 2 * (BLK_TIMEOUT_MS + 2000));
}

static void test_legacy(void **state)
{
	(void)state;
	dev.version = 1;
	assert_int_equal(virtio_probe(&transport, BASE, true), 0);
	if ((uintptr_t)&shared / 4096 > UINT32_MAX) {
		assert_int_equal(virtio_blk_init(&disk, &transport, &shared, NULL), -ERANGE);
		return;
	}
	start();
	assert_int_equal(blk_read_at(&disk.blk, 9, 1, memory, NULL), 0);
	assert_memory_equal(memory, medium + 9 * 512, 512);
}

static void test_garbage(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		garbage_seed = 0;
		start();
		garbage_registers = seed & 1;
		garbage_seed = seed * UINT64_C(0x9e3779b97f4a7c15);
		garbage_read_ends(&disk.blk, memory, "virtio 0");
		garbage_read_ends(&disk.blk, memory, "virtio 0");
		(void)!virtio_blk_init(&disk, &transport, &shared, NULL);
		garbage_seed = 0;
		virtio_stop(&disk.virtio);
	}
	start();
	assert_int_equal(blk_read_at(&disk.blk, 9, 1, memory, NULL), 0);
	assert_memory_equal(memory, medium + 9 * 512, 512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_reads_what_is_there, begin),
		cmocka_unit_test_setup(test_32_requests_are_under_way, begin),
		cmocka_unit_test_setup(test_writes_and_flushes, begin),
		cmocka_unit_test_setup(test_large_blocks, begin),
		cmocka_unit_test_setup(test_what_makes_no_disk, begin),
		cmocka_unit_test_setup(test_read_only, begin),
		cmocka_unit_test_setup(test_a_bad_sector_is_named, begin),
		cmocka_unit_test_setup(test_a_device_that_lies, begin),
		cmocka_unit_test_setup(test_one_request_is_answered_twice, begin),
		cmocka_unit_test_setup(test_no_answer, begin),
		cmocka_unit_test_setup(test_the_device_vanishes, begin),
		cmocka_unit_test_setup(test_legacy, begin),
		cmocka_unit_test_setup(test_garbage, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
