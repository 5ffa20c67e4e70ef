/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No way back: a signed configuration may say of which version it is, rollback-version = <N>, and
 * once one of N has started none of less does. The highest is kept in flash.
 */
#pragma once

#include "common/image/fit.h"
#include "lib/base/why.h"

/**
 * rollback_check() - may this configuration start?
 * @config:  its node, whose signature is right
 * @version: receives what it says; 0 where it says nothing
 *
 * Return: 0; -EPERM a higher one has started; -EINVAL the property; -ENODEV, -ENOTSUP it says a
 *         version and nothing could be kept; -EBADMSG what is kept is damaged.
 */
int __must_check rollback_check(const struct fit *fit, int config, uint32_t *version,
				struct why *why);

/**
 * rollback_kept() - the highest version that has started here; 0: none with one
 *
 * Errors: -ENODEV, and nothing is said: this machine has no flash for it; as env_counter_read().
 */
int __must_check rollback_kept(uint32_t *kept, struct why *why);

/**
 * rollback_raise() - one of this version starts now: from here on none of less
 *
 * Errors: as flash_probe(), env_counter_raise()
 */
int __must_check rollback_raise(uint32_t version, struct why *why);
