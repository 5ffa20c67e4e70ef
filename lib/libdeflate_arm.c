/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/libdeflate_arm.h"

/* The library's own bits, read off Debian 12's libdeflate.a. */
#define FEATURE_NEON       0x00000001u
#define FEATURE_PMULL      0x00000002u
#define FEATURE_CRC32      0x00000004u
#define FEATURES_KNOWN     0x80000000u

#define ISAR0_AES(isar0)   FIELD_GET(7, 4, isar0)   /* 2 and up: with PMULL */
#define ISAR0_CRC32(isar0) FIELD_GET(19, 16, isar0) /* 1 and up */

/* 11560 bytes in 1.14. The library has no other way in for memory than statics of its own. */
#define DECOMPRESSOR_SIZE (12 * 1024)

volatile uint32_t libdeflate_arm_cpu_features;

static uint64_t memory[DECOMPRESSOR_SIZE / sizeof(uint64_t)];

void libdeflate_use_cpu(uint64_t id_aa64isar0)
{
	uint32_t features = FEATURES_KNOWN | FEATURE_NEON;

	if (ISAR0_AES(id_aa64isar0) >= 2)
		features |= FEATURE_PMULL;
	if (ISAR0_CRC32(id_aa64isar0) >= 1)
		features |= FEATURE_CRC32;
	libdeflate_arm_cpu_features = features;
}

void libdeflate_init_arm_cpu_features(void)
{
	libdeflate_use_cpu(0);
}

void *libdeflate_malloc(size_t size)
{
	/* No note of who has it: a fault in the midst of unpacking must not lose it for good. */
	return size <= sizeof(memory) ? memory : NULL;
}

void libdeflate_free(void *pointer)
{
	(void)pointer;
}
