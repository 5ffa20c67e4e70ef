/* SPDX-License-Identifier: BSD-2-Clause */
/* Big-endian numbers and Ethernet's addresses, anywhere, as packets have them. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/wide.h"

/** get_be16() - big-endian 16 bits at @bytes, any alignment */
static inline __attribute__((always_inline)) uint16_t get_be16(const void *bytes)
{
	const uint8_t *b = bytes;

	return (uint16_t)(b[0] << 8 | b[1]);
}

/** get_be32() - big-endian 32 bits at @bytes, any alignment */
static inline __attribute__((always_inline)) uint32_t get_be32(const void *bytes)
{
	const uint8_t *b = bytes;

	return (uint32_t)get_be16(b) << 16 | get_be16(b + 2);
}

/** put_be16() - write 16 bits big-endian at @bytes, any alignment */
static inline __attribute__((always_inline)) void put_be16(void *bytes, uint16_t value)
{
	uint8_t *b = bytes;

	b[0] = (uint8_t)(value >> 8);
	b[1] = (uint8_t)value;
}

/** put_be32() - write 32 bits big-endian at @bytes, any alignment */
static inline __attribute__((always_inline)) void put_be32(void *bytes, uint32_t value)
{
	put_be16(bytes, (uint16_t)(value >> 16));
	put_be16((uint8_t *)bytes + 2, (uint16_t)value);
}

/** copy_mac() - the six bytes of an Ethernet address, without a call */
static inline __attribute__((always_inline)) void copy_mac(uint8_t *to, const uint8_t *from)
{
	__builtin_memcpy(to, from, 6);
}

/** same_mac() - are they the same address? */
static inline __attribute__((always_inline)) bool same_mac(const uint8_t *a, const uint8_t *b)
{
	uint16_t end[2];

	__builtin_memcpy(&end[0], a + 4, 2);
	__builtin_memcpy(&end[1], b + 4, 2);
	return wide_load32(a) == wide_load32(b) && end[0] == end[1];
}
