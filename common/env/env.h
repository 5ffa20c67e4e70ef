/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/env: variables and their stores.
 * In:    flash, a disk (env_keeper_table), configs/env.txt, setenv
 * Out:   values by name; two copies that survive a power cut
 * Uses:  console, fdt, mem
 */
#pragma once

#include "lib/env/envstore.h"
#include "lib/base/table.h"
#include "lib/base/types.h"

/**
 * env_init() - the variables that Loft begins with: the stored ones, or the default ones
 *
 * Addresses for loads that suit the first DRAM bank are added where they are not set. After
 * machine_scan() and relocation.
 */
void env_init(void);

/**
 * env_reset() - the default variables: what configs/env.txt holds, bootdelay from CONFIG_BOOTDELAY,
 * and the addresses of env_init(). Others are deleted.
 */
void env_reset(void);

/**
 * env_default_value() - a variable's value in configs/env.txt, NULL where it has none
 * @len: receives its length; it is not terminated
 */
const char *env_default_value(const char *name, size_t *len);

#define ENV_COMPUTED_MAX 20

/** env_computed() - the default of bootdelay or of a load address; false for all other names */
bool env_computed(const char *name, char text[ENV_COMPUTED_MAX]);

/** env_default_name() - the names in configs/env.txt, one by one; false behind the last */
bool env_default_name(unsigned int nth, char *name, size_t room);

/** env_clear() - delete all variables but those that Loft sets itself */
void env_clear(void);

/** Where the variables came from. */
enum env_origin { ENV_DEFAULT, ENV_FIRST_COPY, ENV_SECOND_COPY };

/** env_origin() - where they came from at start-up or at the last env_reset() or env_load() */
enum env_origin env_origin(void);

/** env_saved() - they are stored now, in this copy */
void env_saved(unsigned int slot);

/**
 * env_load() - replace the variables by the stored ones
 * @why: the sentence for an error
 *
 * Errors: as struct env_keeper; then the default ones are in force, as after env_reset()
 */
int __must_check env_load(struct why *why);

/** env_raw() - memory of CONFIG_ENV_SIZE bytes whose end env_store() is: room for a stored copy */
void *env_raw(void);

/** env_get() - a variable's value, NULL where it is not set; good until a variable is set */
const char *env_get(const char *name);

/**
 * env_implied() - what scripts expect of a variable that is not set: U-Boot's names for the board,
 * the CPU and the console, the speed of its line, and where the device tree lies
 *
 * Return: the value, good until the next call; NULL for all other names.
 */
const char *env_implied(const char *name);

/**
 * env_get_many() - env_get() of several in one pass
 * @names:  in ascending order
 * @values: receives @count of what env_get() returns
 */
void env_get_many(const char *const names[], unsigned int count, const char *values[]);

/**
 * env_set() - set a variable; NULL or "" as @value deletes it
 *
 * Return: 0; -EINVAL the name, or a @value from env_get(); -ENOSPC; -EPERM refused by a callback.
 * Logged.
 */
int env_set(const char *name, const char *value);

/** env_set_hex() - env_set() of a number in hexadecimal without "0x", as U-Boot writes filesize */
int env_set_hex(const char *name, uint64_t value);

/** env_is_yes() - does a variable begin with y, or with 1? */
bool env_is_yes(const char *name);

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
#define ENV_EMPTY BIT(1) /* "" is a value, and only NULL deletes */

/**
 * env_change() - env_set() with the sentence of an error, for commands
 * @flags: of ENV_FORCE and ENV_EMPTY
 * @why:   empty where a callback refused: it has printed why
 *
 * Return: 0; -EINVAL, -ENOSPC as env_set(); -EPERM refused by a callback.
 */
int __must_check env_change(const char *name, const char *value, unsigned int flags,
			    struct why *why);

/** env_store() - the store itself, for commands that print it or want the sentence of an error */
struct envstore *env_store(void);

/** env_import_default() - configs/env.txt over what is there; errors as envstore_import() */
int __must_check env_import_default(struct why *why);
