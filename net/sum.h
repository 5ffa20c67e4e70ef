/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * net_sum() - the Internet checksum's sum of bytes, not yet inverted
 * @bytes: any alignment
 * @size:  at most 64 KiB; an odd one counts as if a 0 followed
 * @sum:   of 16-bit numbers that stand before, or of them as net_sum() has it; 0 to begin
 *
 * Return: 0 to 0xffff; a packet with its checksum in place sums up to 0xffff
 * Spec:   RFC 1071
 */
uint16_t net_sum(const void *bytes, size_t size, uint32_t sum);
