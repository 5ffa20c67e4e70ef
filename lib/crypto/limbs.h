/* SPDX-License-Identifier: BSD-2-Clause */
/* Long numbers as limbs of 64 bits, from the lowest up. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/wide.h"

typedef unsigned __int128 wide;

/** limbs_load() - from 8 * limbs bytes, big-endian */
static inline void limbs_load(uint64_t *to, const uint8_t *from, unsigned int limbs)
{
	for (; limbs--; from += 8)
		to[limbs] = __builtin_bswap64(wide_load64(from));
}

/** limbs_add_product() - *t += a * by + carry; returns what is carried out */
static inline uint64_t limbs_add_product(uint64_t *t, uint64_t a, uint64_t by, uint64_t carry)
{
	wide sum = (wide)a * by + *t + carry;

	*t = (uint64_t)sum;
	return (uint64_t)(sum >> 64);
}

/** limbs_below() - a < b? */
static inline bool limbs_below(const uint64_t *a, const uint64_t *b, unsigned int limbs)
{
	while (limbs--) {
		if (a[limbs] != b[limbs])
			return a[limbs] < b[limbs];
	}
	return false;
}

/** limbs_add() - to = a + b; returns what is carried out */
static inline uint64_t limbs_add(uint64_t *to, const uint64_t *a, const uint64_t *b,
				 unsigned int limbs)
{
	uint64_t carry = 0;

	for (unsigned int i = 0; i < limbs; i++) {
		wide sum = (wide)a[i] + b[i] + carry;

		to[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	return carry;
}

/** limbs_subtract() - to = a - b; returns what is borrowed */
static inline uint64_t limbs_subtract(uint64_t *to, const uint64_t *a, const uint64_t *b,
				      unsigned int limbs)
{
	uint64_t borrow = 0;

	for (unsigned int i = 0; i < limbs; i++) {
		wide difference = (wide)a[i] - b[i] - borrow;

		to[i] = (uint64_t)difference;
		borrow = (uint64_t)(difference >> 64) & 1;
	}
	return borrow;
}

/** limbs_zero() - is it 0? */
static inline bool limbs_zero(const uint64_t *a, unsigned int limbs)
{
	while (limbs--) {
		if (a[limbs])
			return false;
	}
	return true;
}
