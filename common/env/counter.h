/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A number in flash that only grows, stored as the environment is: two copies, of which a power cut
 * leaves one. fw_printenv reads it, as rollback=N.
 */
#pragma once

#include "common/env/copies.h"

#define ENV_COUNTER_SIZE 64 /* bytes of a copy */

/**
 * env_counter_read() - what is stored
 * @layout: of ENV_COUNTER_SIZE bytes, two copies; needs no probe
 * @value:  receives it; 0 where nothing was ever stored
 *
 * Errors: -EBADMSG no copy is whole, or it is no number
 */
int __must_check env_counter_read(const struct env_layout *layout, uint32_t *value,
				  struct why *why);

/**
 * env_counter_raise() - store a higher one, in both copies, so that the loss of one loses nothing
 * @layout: probed
 *
 * A power cut at any moment leaves the old number or the new one. One that is not higher than
 * what is stored is not stored, and no error.
 *
 * Errors: as env_counter_read(), env_copies_erase(), env_copies_write()
 */
int __must_check env_counter_raise(const struct env_layout *layout, uint32_t value,
				   struct why *why);
