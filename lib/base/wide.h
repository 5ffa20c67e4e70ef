/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words at any address, an instruction each where a file's Makefile has -mno-strict-align: for
 * loops over bytes in DRAM that run with the MMU on. Elsewhere: lib/base/le.h.
 */
#pragma once

#include "lib/base/types.h"

static inline uint32_t wide_load32(const uint8_t *from)
{
	uint32_t word;

	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}

static inline uint64_t wide_load64(const uint8_t *from)
{
	uint64_t word;

	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}

/** wide_copy8() - the eight bytes are all read before one is written */
static inline void wide_copy8(uint8_t *to, const uint8_t *from)
{
	__builtin_memcpy(to, from, 8);
}

/** wide_copy16() - the two must not overlap by less than 16 bytes */
static inline void wide_copy16(uint8_t *to, const uint8_t *from)
{
	__builtin_memcpy(to, from, 16);
}
