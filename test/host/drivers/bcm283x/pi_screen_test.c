/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/bcm283x/pi_screen.c: the message against a VideoCore that reads it as the wiki has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/bcm283x/mailbox.h"
#include "drivers/bcm283x/pi_screen.h"

#define MAILBOX 0x3f00b880

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes; /* drivers/video/screen.c has them */

static struct {
	bool silent, no_display;
	uint32_t display[2], buffer[2], depth, order, base, size, pitch;
	uint32_t forced_depth, forced_order; /* what it makes of any wish */
	unsigned allocated;
} vc;

static uint32_t message[PI_SCREEN_MESSAGE / 4] __attribute__((aligned(64)));

static void answer(uint32_t tag, uint32_t *value, uint32_t bytes)
{
	switch (tag) {
	case 0x40003:
		assert_int_equal(bytes, 8);
		memcpy(value, vc.display, 8);
		break;
	case 0x48003:
	case 0x48004:
		assert_int_equal(bytes, 8);
		assert_int_equal(value[0], vc.no_display ? 640 : vc.display[0]);
		assert_int_equal(value[1], vc.no_display ? 480 : vc.display[1]);
		memcpy(tag == 0x48004 ? vc.buffer : vc.display, value, 8);
		break;
	case 0x48009:
		assert_int_equal(bytes, 8);
		assert_int_equal(value[0] | value[1], 0);
		break;
	case 0x48005:
		assert_int_equal(bytes, 4);
		vc.depth = value[0];
		if (vc.forced_depth)
			value[0] = vc.forced_depth;
		break;
	case 0x48006:
		assert_int_equal(bytes, 4);
		assert_int_equal(value[0], 0);
		value[0] = vc.forced_order;
		break;
	case 0x40001:
		assert_int_equal(bytes, 8);
		assert_int_equal(value[0], 4096);
		assert_int_equal(vc.depth, 32); /* the order of the tags counts */
		value[0] = vc.base;
		value[1] = vc.size;
		vc.allocated++;
		break;
	case 0x40008:
		assert_int_equal(bytes, 4);
		assert_int_equal(vc.allocated, 1);
		value[0] = vc.pitch;
		break;
	default:
		fail_msg("tag %#x", tag);
	}
}

int mailbox_message(paddr_t mailbox, volatile uint32_t *words, size_t bytes)
{
	uint32_t *at = message + 2, *end;

	assert_int_equal(mailbox, MAILBOX);
	assert_ptr_equal(words, message);
	assert_int_equal(bytes, sizeof(message));
	assert_true(message[0] <= sizeof(message) && message[0] % 4 == 0);
	assert_int_equal(message[1], 0);
	if (vc.silent)
		return -ETIMEDOUT;
	end = message + message[0] / 4 - 1;
	while (at < end) {
		assert_true(at + 3 + at[1] / 4 <= end);
		assert_int_equal(at[2], 0);
		answer(at[0], at + 3, at[1]);
		at[2] = 0x80000000 | at[1];
		at += 3 + at[1] / 4;
	}
	assert_int_equal(*end, 0);
	return 0;
}

static int start(void **state)
{
	(void)state;
	memset(&vc, 0, sizeof(vc));
	vc.display[0] = 1366;
	vc.display[1] = 768;
	vc.base = 0xfe905000;
	vc.pitch = 1376 * 4;
	vc.size = vc.pitch * 768;
	return 0;
}

static int make(struct screen_mode *mode, paddr_t *at)
{
	memset(message, 0xa5, sizeof(message));
	return pi_screen_make(MAILBOX, message, mode, at);
}

static void display(void **state)
{
	struct screen_mode mode;
	paddr_t at;

	(void)state;
	assert_int_equal(make(&mode, &at), 0);
	assert_int_equal(at, 0x3e905000); /* without the VideoCore's alias */
	assert_int_equal(mode.width, 1366);
	assert_int_equal(mode.height, 768);
	assert_int_equal(mode.stride, 1376 * 4);
	assert_string_equal(mode.format->name, "x8r8g8b8");
	assert_null(mode.base);
	vc.forced_order = 1;
	vc.allocated = 0;
	assert_int_equal(make(&mode, &at), 0);
	assert_string_equal(mode.format->name, "a8b8g8r8");
}

static void no_display(void **state)
{
	struct screen_mode mode;
	paddr_t at;

	(void)state;
	vc.no_display = true;
	vc.display[0] = 0;
	vc.size = 640 * 480 * 4;
	vc.pitch = 640 * 4;
	assert_int_equal(make(&mode, &at), 0);
	assert_int_equal(mode.width, 640);
	assert_int_equal(mode.height, 480);
}

/* Each answer that is no framebuffer, one at a time. */
static void no_framebuffer(void **state)
{
	struct screen_mode mode;
	paddr_t at;

	vc.silent = true;
	assert_int_equal(make(&mode, &at), -ETIMEDOUT);
	for (unsigned i = 0; i < 6; i++) {
		start(state);
		if (i == 0)
			vc.forced_depth = 16;
		else if (i == 1)
			vc.base = 0xc0000000;
		else if (i == 2)
			vc.pitch = 0;
		else if (i == 3)
			vc.size--;
		else if (i == 4)
			vc.base = 0x3fffffff;
		else
			vc.size = UINT32_MAX;
		assert_int_equal(make(&mode, &at), -ENODEV);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(display, start),
		cmocka_unit_test_setup(no_display, start),
		cmocka_unit_test_setup(no_framebuffer, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
