/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/handoff/state.h"
#include "lib/base/why.h"

/**
 * boot_slide() - move a static PIE to a random address
 * @boot: with its map_request, before the map is planned
 *
 * The number comes from where the kernel's kaslr-seed comes from.
 *
 * Errors: -ENODEV this machine has no entropy
 *         -E...   as map_plan_geometry()
 */
int __must_check boot_slide(struct boot *boot, struct why *why);
