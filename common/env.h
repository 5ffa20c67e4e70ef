/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/envstore.h"
#include "lib/table.h"
#include "lib/types.h"

/**
 * env_reset() - all variables as Loft begins with them
 *
 * What configs/env.txt holds, bootdelay from CONFIG_BOOTDELAY, and addresses for loads that suit
 * the first DRAM bank. Other variables are deleted. After machine_scan().
 */
void env_reset(void);

/** env_get() - a variable's value, NULL where it is not set; good until a variable is set */
const char *env_get(const char *name);

/**
 * env_set() - set a variable; NULL or "" as @value deletes it
 *
 * Return: 0; -EINVAL the name, or a @value from env_get(); -ENOSPC; -EPERM refused by a callback.
 * Logged.
 */
int env_set(const char *name, const char *value);

/** env_set_hex() - env_set() of a number in hexadecimal without "0x", as U-Boot writes filesize */
int env_set_hex(const char *name, uint64_t value);

/** env_get_hex() - a variable as a hexadecimal number; @absent where it is none or not set */
uint64_t env_get_hex(const char *name, uint64_t absent);

/**
 * struct env_callback - who acts when a variable changes
 * @name: of the variable
 * @set:  called before the change, with the new value, NULL where it is deleted; nonzero refuses
 *        the change, and the callback has printed why. At start-up it is called with the value that
 *        the variable begins with, if any; what it returns then counts for nothing.
 *
 * Registered by  TABLE_ENTRY(env_callback_table, struct env_callback, ...) = { .name = ... };
 * without CONFIG_ENV_CALLBACK nobody calls it. It must not set variables itself.
 */
struct env_callback {
	const char *name;
	int (*set)(const char *value);
};

#define ENV_FORCE BIT(0) /* env_change(): what callbacks and flags would refuse */

/**
 * env_change() - env_set() with the sentence of an error, for commands
 * @flags: 0 or ENV_FORCE
 * @why:   empty where a callback refused: it has printed why
 *
 * Return: 0; -EINVAL, -ENOSPC as env_set(); -EPERM refused by a callback.
 */
int __must_check env_change(const char *name, const char *value, unsigned int flags,
			    struct why *why);

/** env_store() - the store itself, for commands that print it or want the sentence of an error */
struct envstore *env_store(void);
