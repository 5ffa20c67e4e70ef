/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/envstore.h"
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
 * Return: 0; -EINVAL the name, or a @value from env_get(); -ENOSPC. Logged.
 */
int env_set(const char *name, const char *value);

/** env_set_hex() - env_set() of a number in hexadecimal without "0x", as U-Boot writes filesize */
int env_set_hex(const char *name, uint64_t value);

/** env_get_hex() - a variable as a hexadecimal number; @absent where it is none or not set */
uint64_t env_get_hex(const char *name, uint64_t absent);

/** env_store() - the store itself, for commands that print it or want the sentence of an error */
struct envstore *env_store(void);
