/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that mean nothing, the same in each run: a seed of 0 is a device that is in order. */
#pragma once

#include <stdint.h>

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
