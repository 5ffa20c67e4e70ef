/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * rng_fill() - random bytes for a kernel's seeds
 * @buf: receives @len bytes; zeroed on error
 *
 * From the first virtio entropy device of the FDT that works, else from the CPU's RNDR. Devices are
 * looked for at each call and are reset when it returns.
 *
 * Errors: -ENODEV  this machine has no source of entropy, or none that works
 */
int __must_check rng_fill(void *buf, size_t len);
