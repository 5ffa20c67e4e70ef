/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long runs of Normal memory, by pairs of vector registers: fewer than a tenth of an instruction a
 * byte. Not for Device memory, where the width of an access is part of what is asked for, and not
 * with the MMU off, where all memory is Device.
 */
#pragma once

#include "lib/base/types.h"

/** mem_copy() - memmove(): the ranges may overlap */
void mem_copy(void *dst, const void *src, uint64_t size);

/**
 * mem_read_device() - copy out of Device memory, by pairs of aligned doublewords
 * @dst, @from: 16-byte aligned
 * @size: bytes, a multiple of 64
 */
void mem_read_device(void *dst, paddr_t from, uint64_t size);

/**
 * mem_fill() - write a pattern of eight bytes again and again
 * @dst:     any alignment; the pattern's low byte goes there
 * @pattern: for an object of less than eight bytes, that object repeated
 * @size:    bytes; the last pattern is cut off where they end
 */
void mem_fill(void *dst, uint64_t pattern, uint64_t size);

/**
 * mem_sum() - the sum of 16-bit words as the CPU reads them, from @src on
 * @src:  any alignment
 * @size: bytes, at most 64 MiB; the last of an odd number is a word's low byte
 *
 * Return: less than 2^42
 */
uint64_t mem_sum(const void *src, uint64_t size);

/**
 * mem_same() - how much of two ranges is surely equal
 *
 * Return: bytes from the start, a multiple of 64: all blocks before the first that differs, or
 * before the rest of less than 64 bytes. What follows is for the caller to look at.
 */
uint64_t mem_same(const void *a, const void *b, uint64_t size);
