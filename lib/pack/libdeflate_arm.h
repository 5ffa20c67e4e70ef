/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stddef.h>

/* The names that libdeflate looks for: memory for one decompressor at a time, no more. */
void *libdeflate_malloc(size_t size);
void libdeflate_free(void *memory);
