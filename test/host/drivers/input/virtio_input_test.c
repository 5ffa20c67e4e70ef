/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/input/virtio_input.c against a model of the device that may misbehave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/input/virtio_input.h"
#include "test/host/include/fake_clock.h"

#define BASE   0xa003c00
#define EVENTS VIRTIO_INPUT_EVENTS

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

/* The rings as the device sees them. */
struct memory {
	struct virtq_desc desc[EVENTS];
	uint16_t avail_flags, avail_index, avail[EVENTS], used_event;
	uint16_t used_flags __attribute__((aligned(128)));
	uint16_t used_index;
	struct virtq_used used[EVENTS];
};

static uint8_t pages[8192] __attribute__((aligned(4096)));
static struct virtio_input input;

static struct {
	uint32_t reg[0x100 / 4], status;
	uint8_t select, subselect, size, bitmap[128];
	uint32_t queue_max;
	uint16_t seen;
	unsigned int notified;
} dev;

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const unsigned offset = (unsigned)(address - BASE);

	if (offset >= 0x100) {
		assert_int_equal(bytes, 1);
		assert_true(dev.select == 0x11 && dev.subselect == 1);
		return offset == 0x102 ? dev.size : dev.bitmap[offset - 0x108];
	}
	assert_int_equal(bytes, 4);
	switch (offset) {
	case 0x000:
		return 0x74726976;
	case 0x004:
		return 2;
	case 0x008:
		return VIRTIO_ID_INPUT;
	case 0x010:
		return (uint32_t)(VIRTIO_F_VERSION_1 >> (32 * dev.reg[0x14 / 4]));
	case 0x034:
		return dev.queue_max;
	case 0x070:
		return dev.status;
	}
	fail_msg("read of register 0x%x", offset);
	return 0;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const unsigned offset = (unsigned)(address - BASE);

	if (offset >= 0x100) {
		assert_int_equal(bytes, 1);
		assert_in_range(offset, 0x100, 0x101);
		*(offset == 0x100 ? &dev.select : &dev.subselect) = (uint8_t)value;
		return;
	}
	assert_int_equal(bytes, 4);
	dev.reg[offset / 4] = (uint32_t)value;
	if (offset == 0x70)
		dev.status = (uint32_t)value;
	if (offset == 0x50)
		dev.notified++;
}

static struct memory *rings(void)
{
	return (struct memory *)(uintptr_t)((uint64_t)dev.reg[0x84 / 4] << 32 | dev.reg[0x80 / 4]);
}

/* As QEMU: what finds no buffer is dropped. */
static bool send(uint16_t type, uint16_t code, uint32_t value)
{
	struct memory *m = rings();
	const struct virtio_input_event event = { type, code, value };
	uint16_t id;

	if (m->avail_index == dev.seen)
		return false;
	id = m->avail[dev.seen % EVENTS];
	assert_int_equal(m->desc[id].flags, 2);
	assert_int_equal(m->desc[id].length, sizeof(event));
	memcpy((void *)(uintptr_t)m->desc[id].address, &event, sizeof(event));
	m->used[dev.seen % EVENTS].id = id;
	m->used[dev.seen % EVENTS].length = sizeof(event);
	m->used_index = ++dev.seen;
	return true;
}

static int start(void)
{
	struct virtio found;

	assert_int_equal(virtio_probe(&found, BASE, true), 0);
	return virtio_input_start(&input, &found, pages);
}

static int reset(void **state)
{
	(void)state;
	virtio_quiesce();
	memset(&dev, 0, sizeof(dev));
	dev.queue_max = EVENTS;
	dev.size = 16;
	memset(dev.bitmap, 0xff, sizeof(dev.bitmap));
	memset(pages, 0xee, sizeof(pages));
	fake_now = 0;
	assert_true(virtio_input_memory_size() <= sizeof(pages));
	return 0;
}

static void test_events(void **state)
{
	struct virtio_input_event event;

	(void)state;
	assert_int_equal(start(), 0);
	assert_int_equal(dev.status, 15);
	assert_int_equal(dev.notified, 1);
	assert_int_equal(virtio_input_poll(&input, &event), 0);
	for (uint32_t i = 0; i < 200000; i++) { /* the 16-bit indices wrap */
		assert_true(send(1, (uint16_t)i, i));
		assert_int_equal(virtio_input_poll(&input, &event), 1);
		assert_true(event.type == 1 && event.code == (uint16_t)i && event.value == i);
		assert_int_equal(virtio_input_poll(&input, &event), 0);
	}
}

static void test_as_many_as_fit(void **state)
{
	struct virtio_input_event event;

	(void)state;
	assert_int_equal(start(), 0);
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < EVENTS; i++)
			assert_true(send(1, 30, i));
		assert_false(send(1, 30, EVENTS));
		for (uint32_t i = 0; i < EVENTS; i++) {
			assert_int_equal(virtio_input_poll(&input, &event), 1);
			assert_int_equal(event.value, i);
		}
		assert_int_equal(virtio_input_poll(&input, &event), 0);
	}
}

static void test_no_keyboard(void **state)
{
	(void)state;
	dev.bitmap[3] = 0xbf; /* no A */
	assert_int_equal(start(), -ENODEV);
	dev.bitmap[3] = 0xef; /* no Enter */
	assert_int_equal(start(), -ENODEV);
	dev.bitmap[3] = 0xff;
	dev.size = 3; /* what is behind it is no answer */
	assert_int_equal(start(), -ENODEV);
	assert_int_equal(dev.status, 0);
	dev.size = 4;
	dev.queue_max = EVENTS - 1;
	assert_int_equal(start(), -ENOTSUP);
	assert_int_equal(dev.status, 0);
	dev.queue_max = EVENTS;
	assert_int_equal(start(), 0);
}

static void expect_refusal(void)
{
	struct virtio_input_event event;

	assert_int_equal(virtio_input_poll(&input, &event), -EPROTO);
	assert_int_equal(dev.status, 0);
	/* and nothing of it is looked at again */
	rings()->used_index++;
	assert_int_equal(virtio_input_poll(&input, &event), 0);
	reset(NULL);
	assert_int_equal(start(), 0);
}

static void test_hostile_device(void **state)
{
	struct virtio_input_event event;

	(void)state;
	assert_int_equal(start(), 0);
	rings()->used_index = EVENTS + 1;
	expect_refusal();
	rings()->used_index = 0xffff;
	expect_refusal();
	send(1, 30, 1);
	rings()->used[0].id = EVENTS;
	expect_refusal();
	send(1, 30, 1);
	rings()->used[0].id = 0xffffffff;
	expect_refusal();
	send(1, 30, 1);
	rings()->used[0].length = 7;
	expect_refusal();
	send(1, 30, 1);
	rings()->used[0].length = 0xffffffff;
	expect_refusal();
	/* an index that goes back after it was read */
	send(1, 30, 1);
	send(1, 30, 0);
	assert_int_equal(virtio_input_poll(&input, &event), 1);
	rings()->used_index = 0;
	expect_refusal();
	/* the same buffer over and over: odd, and without harm */
	for (unsigned int i = 0; i < 1000; i++) {
		send(1, 30, i);
		rings()->used[(dev.seen - 1) % EVENTS].id = 5;
		assert_int_equal(virtio_input_poll(&input, &event), 1);
	}
}

/* Rings and descriptors written over at random: an answer each time, and no step outside. */
static void test_garbage(void **state)
{
	struct virtio_input_event event;

	(void)state;
	srand(2);
	for (unsigned int round = 0; round < 2000; round++) {
		reset(NULL);
		assert_int_equal(start(), 0);
		for (unsigned int i = 0; i < 100; i++) {
			if (rand() % 4)
				send((uint16_t)rand(), (uint16_t)rand(), (uint32_t)rand());
			if (!(rand() % 8))
				pages[(unsigned)rand() % virtio_input_memory_size()] =
					(uint8_t)rand();
			(void)!virtio_input_poll(&input, &event);
			if (!dev.status)
				break;
			for (unsigned int n = 0; n < EVENTS; n++) { /* the model's own bounds */
				rings()->avail[n] %= EVENTS;
				rings()->desc[n].address = (uintptr_t)pages + 4000;
				rings()->desc[n].flags = 2;
				rings()->desc[n].length = sizeof(event);
			}
		}
	}
}

static void test_quiesce(void **state)
{
	struct virtio_input_event event;

	(void)state;
	assert_int_equal(start(), 0);
	send(1, 30, 1);
	virtio_quiesce();
	assert_int_equal(dev.status, 0);
	assert_int_equal(virtio_input_poll(&input, &event), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_events, reset),
		cmocka_unit_test_setup(test_as_many_as_fit, reset),
		cmocka_unit_test_setup(test_no_keyboard, reset),
		cmocka_unit_test_setup(test_hostile_device, reset),
		cmocka_unit_test_setup(test_garbage, reset),
		cmocka_unit_test_setup(test_quiesce, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
