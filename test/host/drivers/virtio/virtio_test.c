/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/virtio and drivers/rng against a model of both transports that may misbehave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/rng/virtio_rng.h"
#include "drivers/virtio/virtio.h"
#include "test/host/include/fake_clock.h"

#define BASE 0xa003e00

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static struct {
	uint32_t reg[0x100 / 4]; /* what was last written */
	uint32_t magic, version, id, status, queue_max;
	uint64_t features;
	uint16_t seen;
	unsigned requests, resets, give;
	/* misbehaviour */
	bool silent, never_resets, refuses_features, skips_index;
	uint32_t wrong_id, extra_length;
} dev;

static struct virtq_ring *ring_of_device(void)
{
	if (dev.version == 1)
		return (void *)(uintptr_t)((uint64_t)dev.reg[0x40 / 4] * dev.reg[0x28 / 4]);
	return (void *)(uintptr_t)((uint64_t)dev.reg[0x84 / 4] << 32 | dev.reg[0x80 / 4]);
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	switch (address - BASE) {
	case 0x000:
		return dev.magic;
	case 0x004:
		return dev.version;
	case 0x008:
		return dev.id;
	case 0x010:
		return (uint32_t)(dev.features >> (32 * dev.reg[0x14 / 4]));
	case 0x034:
		return dev.queue_max;
	case 0x070:
		return dev.status;
	}
	fail_msg("read of register 0x%x", (unsigned)(address - BASE));
	return 0;
}

/* Use the one request that is there: fill its first buffer with 1, 2, 3 ... */
static void serve(void)
{
	struct virtq_ring *ring = ring_of_device();
	struct virtq_desc *desc = &ring->desc[ring->avail[dev.seen % VIRTQ_SIZE]];
	uint32_t length = desc->length < dev.give ? desc->length : dev.give;

	assert_int_equal(dev.reg[0x38 / 4], VIRTQ_SIZE);
	assert_int_equal(ring->avail_index, (uint16_t)(dev.seen + 1));
	assert_int_equal(desc->flags, 2);
	for (uint32_t i = 0; i < length; i++)
		((unsigned char *)(uintptr_t)desc->address)[i] = (unsigned char)(i + 1);
	ring->used[dev.seen % VIRTQ_SIZE].id = dev.wrong_id;
	ring->used[dev.seen % VIRTQ_SIZE].length = length + dev.extra_length;
	dev.seen++;
	ring->used_index = (uint16_t)(dev.seen + dev.skips_index);
	dev.requests++;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const unsigned offset = (unsigned)(address - BASE);

	assert_int_equal(bytes, 4);
	assert_in_range(offset, 0, 0xff);
	dev.reg[offset / 4] = (uint32_t)value;
	if (offset == 0x70) {
		if (dev.refuses_features)
			value &= ~8u;
		if (!value)
			dev.resets++;
		if (value || !dev.never_resets)
			dev.status = (uint32_t)value;
		dev.seen = value ? dev.seen : 0;
	}
	if (offset == 0x50 && !dev.silent) {
		assert_int_equal(dev.status & ~8u, 7); /* running */
		serve();
	}
}

static int reset(void **state)
{
	(void)state;
	virtio_quiesce();
	memset(&dev, 0, sizeof(dev));
	dev.magic = 0x74726976;
	dev.version = 2;
	dev.features = VIRTIO_F_VERSION_1;
	dev.id = VIRTIO_ID_RNG;
	dev.queue_max = 1024;
	dev.give = 1000;
	fake_now = 0;
	return 0;
}

static void test_probe(void **state)
{
	struct virtio found;

	(void)state;
	assert_int_equal(virtio_probe(&found, BASE, true), 0);
	dev.id = 0;
	assert_int_equal(virtio_probe(&found, BASE, true), -ENODEV);
	dev.id = 4;
	dev.version = 3;
	assert_int_equal(virtio_probe(&found, BASE, true), -ENODEV);
	dev.version = 2;
	dev.magic = 0;
	assert_int_equal(virtio_probe(&found, BASE, true), -ENODEV);
}

static void fill_once(size_t len, unsigned give)
{
	unsigned char buf[300];

	reset(NULL);
	dev.give = give;
	memset(buf, 0xee, sizeof(buf));
	assert_int_equal(virtio_rng_fill(BASE, true, buf, len), 0);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(buf[i], i % (give < 128 ? give : 128) + 1);
	for (size_t i = len; i < sizeof(buf); i++)
		assert_int_equal(buf[i], 0xee);
	assert_int_equal(dev.status, 0); /* reset when done */
}

static void test_fill(void **state)
{
	static const size_t lengths[] = { 0, 1, 8, 64, 128, 129, 300 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		fill_once(lengths[i], 1000);
		fill_once(lengths[i], 7); /* short answers, and many */
	}
}

/* A legacy device's ring must lie below 2^44, where nothing of this program is. */
static struct virtq_ring *low_ring(void)
{
	void *ring = mmap((void *)0x10000000, sizeof(struct virtq_ring), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	assert_ptr_equal(ring, (void *)0x10000000);
	return ring;
}

static void test_legacy_transport(void **state)
{
	static struct virtio legacy;
	static struct virtq_ring high;
	struct virtq_ring *ring = low_ring();
	unsigned char byte[3];
	const struct virtio_buffer buffer = { byte, sizeof(byte), true };
	uint32_t written = 0;

	(void)state;
	dev.version = 1;
	dev.features = 0;
	assert_int_equal(virtio_probe(&legacy, BASE, true), 0);
	if ((uintptr_t)&high >> 44)
		assert_int_equal(virtio_start(&legacy, 0, &high), -ERANGE);
	assert_int_equal(virtio_start(&legacy, 0, ring), 0);
	for (unsigned i = 0; i < 70000; i++) /* the 16-bit indices wrap */
		assert_int_equal(virtio_request(&legacy, &buffer, 1, &written), 0);
	assert_int_equal(written, 3);
	assert_int_equal(byte[2], 3);
	assert_int_equal(virtio_request(&legacy, &buffer, 0, &written), -EINVAL);
	assert_int_equal(virtio_request(&legacy, &buffer, 9, &written), -EINVAL);
	virtio_stop(&legacy);
	assert_int_equal(dev.status, 0);
	munmap(ring, sizeof(*ring));
}

static void test_features(void **state)
{
	unsigned char byte;

	(void)state;
	dev.features = 0xff; /* modern, without VERSION_1 */
	assert_int_equal(virtio_rng_fill(BASE, true, &byte, 1), -ENOTSUP);
	assert_int_equal(dev.status, 0);
	dev.features = VIRTIO_F_VERSION_1;
	dev.refuses_features = true;
	assert_int_equal(virtio_rng_fill(BASE, true, &byte, 1), -ENOTSUP);
	dev.refuses_features = false;
	assert_int_equal(virtio_rng_fill(BASE, true, &byte, 1), 0);
	assert_int_equal(dev.reg[0x20 / 4], 1); /* the upper word: VERSION_1 alone */
	dev.queue_max = 4;
	assert_int_equal(virtio_rng_fill(BASE, true, &byte, 1), -ENOTSUP);
	dev.id = 2;
	assert_int_equal(virtio_rng_fill(BASE, true, &byte, 1), -ENODEV);
}

static void expect_failure(int err)
{
	unsigned char byte = 0x5a;

	assert_int_equal(virtio_rng_fill(BASE, true, &byte, 1), err);
	assert_in_range(fake_now, 0, 3 * VIRTIO_TIMEOUT_MS);
	assert_int_equal(byte, 0x5a);
	if (!dev.never_resets)
		assert_int_equal(dev.status, 0);
	reset(NULL);
}

static void test_hostile_device(void **state)
{
	(void)state;
	dev.silent = true;
	expect_failure(-ETIMEDOUT);
	dev.wrong_id = 1;
	expect_failure(-EPROTO);
	dev.wrong_id = 0xffffffff;
	expect_failure(-EPROTO);
	dev.extra_length = 1;
	expect_failure(-EPROTO);
	dev.extra_length = 0x80000000;
	expect_failure(-EPROTO);
	dev.skips_index = true;
	expect_failure(-EPROTO);
	dev.give = 0;
	expect_failure(-EIO);
	dev.never_resets = true;
	dev.status = 1;
	expect_failure(-ETIMEDOUT);
}

static void test_quiesce_stops_what_runs(void **state)
{
	static struct virtq_ring ring;
	static struct virtio a;

	(void)state;
	assert_int_equal(virtio_probe(&a, BASE, true), 0);
	assert_int_equal(virtio_start(&a, 0, &ring), 0);
	assert_int_equal(dev.status, 15);
	virtio_quiesce();
	assert_int_equal(dev.status, 0);
	dev.resets = 0;
	virtio_quiesce();
	assert_int_equal(dev.resets, 0);
}

static void test_incoherent_device_is_maintained(void **state)
{
	const size_t used = sizeof(struct virtq_ring) - offsetof(struct virtq_ring, used_flags);
	unsigned char byte;

	(void)state;
	fake_cache_clean_bytes = fake_cache_inval_bytes = 0;
	assert_int_equal(virtio_rng_fill(BASE, false, &byte, 1), 0);
	/* the ring, the byte, and what is published; the answer twice, and the byte */
	assert_int_equal(fake_cache_clean_bytes,
			 sizeof(struct virtq_ring) + 1 + offsetof(struct virtq_ring, used_flags));
	assert_int_equal(fake_cache_inval_bytes, 2 * used + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_probe, reset),
		cmocka_unit_test_setup(test_fill, reset),
		cmocka_unit_test_setup(test_legacy_transport, reset),
		cmocka_unit_test_setup(test_features, reset),
		cmocka_unit_test_setup(test_hostile_device, reset),
		cmocka_unit_test_setup(test_quiesce_stops_what_runs, reset),
		cmocka_unit_test_setup(test_incoherent_device_is_maintained, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
