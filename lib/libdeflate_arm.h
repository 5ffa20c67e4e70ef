/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libdeflate 1.14 wants of its surroundings, on the target: which instructions the CPU has,
 * and memory for one decompressor. Defining these names here keeps the library's own objects for
 * them out of the link: they read /proc and call malloc().
 */
#pragma once

#include "lib/types.h"

/**
 * libdeflate_use_cpu() - choose the CRC-32 code by the CPU's features
 * @id_aa64isar0: ID_AA64ISAR0_EL1 (Arm ARM DDI 0487, D19.2): AES says PMULL, CRC32 says CRC32
 *
 * To be called once, before the first crc32() or gunzip(); without it they work, but slower.
 */
void libdeflate_use_cpu(uint64_t id_aa64isar0);

/* The names that the library looks for. */
extern volatile uint32_t libdeflate_arm_cpu_features;
void libdeflate_init_arm_cpu_features(void);
void *libdeflate_malloc(size_t size);
void libdeflate_free(void *memory);
