/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that mean nothing, the same in each run: a seed of 0 is a device that is in order. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "drivers/block/block.h"
#include "test/host/include/fake_clock.h"

static uint64_t garbage_seed;

static inline uint32_t garbage(void)
{
	garbage_seed ^= garbage_seed << 13;
	garbage_seed ^= garbage_seed >> 7;
	garbage_seed ^= garbage_seed << 17;
	return (uint32_t)(garbage_seed >> 16);
}

/* All of a word, a few bits of it, none or every one: what a bus without a device gives too. */
static inline uint32_t garbage_register(void)
{
	const uint32_t how = garbage() % 8;

	return how == 0   ? 0
	       : how == 1 ? UINT32_MAX
	       : how < 5  ? garbage() & garbage() & garbage()
			  : garbage();
}

/* A read answered, or it was given up: with @name, the disk's, and the block, within a minute. */
static inline void garbage_read_ends(struct blk *blk, void *memory, const char *name)
{
	const uint64_t began = fake_now;
	struct why why;
	char said[64];
	const int err = blk_read_at(blk, 5, 9, memory, &why);

	assert_true(fake_now - began < 60000);
	snprintf(said, sizeof(said), "%s: reading 9 blocks at 5 failed: ", name);
	if (err)
		assert_non_null(strstr(why.text, said));
}
