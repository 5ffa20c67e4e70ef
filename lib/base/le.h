/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Little-endian numbers at any address, a byte at a time: for headers that may lie anywhere, and
 * for code that may run with the MMU off, where an unaligned access faults. What is built with
 * $(unaligned) has one load for each, where it is called.
 */
#pragma once

#include "lib/base/types.h"

/** get_le16() - little-endian 16 bits at @bytes, any alignment */
static inline uint16_t get_le16(const void *bytes)
{
	const uint8_t *b = bytes;
	uint16_t word;

	if (IS_ENABLED(WORDS_UNALIGNED)) {
		__builtin_memcpy(&word, bytes, sizeof(word));
		return word;
	}
	return (uint16_t)(b[0] | b[1] << 8);
}

/** get_le32() - little-endian 32 bits at @bytes, any alignment */
static inline uint32_t get_le32(const void *bytes)
{
	const uint8_t *b = bytes;
	uint32_t word;

	if (IS_ENABLED(WORDS_UNALIGNED)) {
		__builtin_memcpy(&word, bytes, sizeof(word));
		return word;
	}
	return get_le16(b) | (uint32_t)get_le16(b + 2) << 16;
}

/** get_le64() - little-endian 64 bits at @bytes, any alignment */
static inline uint64_t get_le64(const void *bytes)
{
	const uint8_t *b = bytes;
	uint64_t word;

	if (IS_ENABLED(WORDS_UNALIGNED)) {
		__builtin_memcpy(&word, bytes, sizeof(word));
		return word;
	}
	return get_le32(b) | (uint64_t)get_le32(b + 4) << 32;
}

/** put_le16() - 16 bits to @bytes, little-endian, any alignment */
static inline void put_le16(void *bytes, uint16_t value)
{
	uint8_t *b = bytes;

	b[0] = (uint8_t)value;
	b[1] = (uint8_t)(value >> 8);
}

/** put_le32() - 32 bits to @bytes, little-endian, any alignment */
static inline void put_le32(void *bytes, uint32_t value)
{
	uint8_t *b = bytes;

	put_le16(b, (uint16_t)value);
	put_le16(b + 2, (uint16_t)(value >> 16));
}

/** put_le64() - 64 bits to @bytes, little-endian, any alignment */
static inline void put_le64(void *bytes, uint64_t value)
{
	uint8_t *b = bytes;

	if (IS_ENABLED(WORDS_UNALIGNED)) {
		__builtin_memcpy(bytes, &value, sizeof(value));
		return;
	}
	put_le32(b, (uint32_t)value);
	put_le32(b + 4, (uint32_t)(value >> 32));
}
