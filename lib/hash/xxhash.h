/* SPDX-License-Identifier: BSD-2-Clause */
/* The checksums of lz4 and zstd frames, seed 0. Spec: xxHash fast digest algorithm, 0.1.1 */
#pragma once

#include "lib/base/types.h"

/** xxh32() - of @size bytes, any alignment */
uint32_t xxh32(const void *bytes, uint64_t size);

/** xxh64() - of @size bytes, any alignment */
uint64_t xxh64(const void *bytes, uint64_t size);
