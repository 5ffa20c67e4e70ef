/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/table.h"
#include "lib/env/envstore.h"

/**
 * struct env_keeper - what keeps the variables over a reset
 * @name:    as `env select` and messages have it: "Flash", "FAT", ...
 * @present: has this machine one?
 * @load:    read the newest whole copy to env_raw(); *used bytes of variables, from copy *slot
 * @check:   could it be loaded? The variables stay as they are
 * @save:    store the variables; *slot is the copy that was written
 * @erase:   no copy is left
 * @priv:    theirs
 *
 * Errors of all: -ENODEV it is not there; -ENOENT nothing is stored; -EBADMSG no copy is whole;
 * others by what it is made of. The sentence is for a warning, or an answer.
 *
 * Registered by  TABLE_ENTRY(env_keeper_table, struct env_keeper, keeper_flash) = { ... };
 */
struct env_keeper {
	const char *name;
	bool (*present)(const struct env_keeper *keeper);
	int (*load)(const struct env_keeper *keeper, size_t *used, unsigned int *slot,
		    struct why *why);
	int (*check)(const struct env_keeper *keeper, struct why *why);
	int (*save)(const struct env_keeper *keeper, const struct envstore *store,
		    unsigned int *slot, struct why *why);
	int (*erase)(const struct env_keeper *keeper, struct why *why);
	const void *priv;
};

/*
 * The one in use is the first of CONFIG_ENV_ORDER that is there, or what was selected. Where that
 * names none that is built in, all of these refuse with -ENODEV.
 */

/** env_keeper_name() - its name; "nothing" where there is none */
const char *env_keeper_name(void);

/* Its functions. */
bool env_keeper_present(void);
int __must_check env_keeper_check(struct why *why);
int __must_check env_keeper_save(const struct envstore *store, unsigned int *slot, struct why *why);
int __must_check env_keeper_erase(struct why *why);

/** env_keeper_select() - use that one from now on. Errors: -ENOENT none has that name */
int __must_check env_keeper_select(const char *name);

/**
 * env_keeper_load() - read the stored variables
 * @store: env_store(), whose memory is the end of env_raw(); holds nothing on error
 * @slot:  receives which copy they are from, 0 or 1
 * @why:   what is wrong, to stand in a warning
 *
 * The first call finds out which one is in use.
 */
int __must_check env_keeper_load(struct envstore *store, unsigned int *slot, struct why *why);
