/* SPDX-License-Identifier: BSD-2-Clause */
/* How often a system that was just upgraded has been booted (CONFIG_BOOTCOUNT). */
#pragma once

#include "lib/base/types.h"

/**
 * bootcount_count() - one more boot, where ${upgrade_available} is set and not 0
 *
 * ${bootcount} is increased and stored.
 *
 * Return: true where it is more than ${bootlimit}, which is printed.
 */
bool bootcount_count(void);

/** bootcount_get() - ${bootcount}; 0 where it is none */
uint64_t bootcount_get(void);

/**
 * bootcount_set() - set ${bootcount}, and store it where ${upgrade_available} is set and not 0
 *
 * Errors: as env_set(), env_keeper_save(); has been said
 */
int __must_check bootcount_set(uint64_t count);
