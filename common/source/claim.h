/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads that meet earlier ones: what was partly written over is known, and not booted. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * load_claim() - take memory for a load
 * @size: bytes; 0 takes nothing
 * @name: of the file; what stands behind its last slash becomes the owner's name
 *
 * Loads that it touches are none any more. Where they begin elsewhere it says so, with both names.
 *
 * Errors: as memmap_claim()
 */
int __must_check load_claim(paddr_t at, uint64_t size, const char *name, struct why *why);

/**
 * load_check_whole() - is what was loaded to @at still there, all of it?
 *
 * Errors: -EBUSY a later load wrote over its end
 */
int __must_check load_check_whole(paddr_t at, struct why *why);

/** load_written() - somebody puts bytes into [at, at + size): what begins there is a new thing */
void load_written(paddr_t at, uint64_t size);
