/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libdeflate 1.14 wants of its surroundings, on the target: memory for one decompressor.
 * Defining these names here keeps the library's own object for them, and with it malloc(), out of
 * the link. Its crc32 is arch/arm64/cpu/crc32.c.
 */
#include "lib/pack/libdeflate_arm.h"

#include <stdint.h>

#include "lib/base/types.h"

/* 11560 bytes in 1.14. The library has no other way in for memory than statics of its own. */
#define DECOMPRESSOR_SIZE (12 * 1024)

static uint64_t memory[DECOMPRESSOR_SIZE / sizeof(uint64_t)] __noinit;

void *libdeflate_malloc(size_t size)
{
	/* No note of who has it: a fault in the midst of unpacking must not lose it for good. */
	return size <= sizeof(memory) ? memory : NULL;
}

void libdeflate_free(void *pointer)
{
	(void)pointer;
}
