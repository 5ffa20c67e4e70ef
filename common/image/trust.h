/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether anything may start that nobody has signed. Who enters code asks here: boot_run(),
 * handoff_go(), and whoever runs a script from memory.
 */
#pragma once

#include "common/image/fit_sign.h"

/** trust_required() - constant: does this Loft start only what its keys have signed? */
static inline bool trust_required(void)
{
	return IS_ENABLED(CONFIG_SIGNED);
}

/**
 * trust_refuse() - the sentence for what cannot be signed
 * @what: "a raw program", ...
 *
 * Return: 0 where nothing has to be signed, else -EPERM
 */
int __must_check trust_refuse(const char *what, struct why *why);

/**
 * trust_config() - fit_sign_config() by the keys of CONFIG_CONTROL_FDT; prints which were right
 * @version: receives which one it says that it is, for rollback_raise(): 0, none
 *
 * Return: 0, too where nothing has to be signed; else also as rollback_check()
 */
int __must_check trust_config(const struct fit *fit, int config, uint32_t *version,
			      struct why *why);

/**
 * trust_look() - is that signed which has to be? Prints by whom, and starts nothing
 * @kind: "conf", a configuration, or "image"
 */
int __must_check trust_look(const struct fit *fit, int node, const char *kind, struct why *why);

/** trust_image() - fit_sign_image() by them */
int __must_check trust_image(const struct fit *fit, int image, struct why *why);

/** trust_needs_config() - must a configuration be signed? Also where the keys are damaged. */
bool trust_needs_config(void);
