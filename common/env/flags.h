/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/env/envflags.h"
#include "lib/base/why.h"

/** ENV_FLAGS_STATIC - flags that variables have unless the variable .flags says otherwise */
#define ENV_FLAGS_STATIC                                                                           \
	"serial#:so,ver:sr,eth\\d*addr:mo,ipaddr:i,serverip:i,gatewayip:i,netmask:i,dnsip:i"

/** env_flags_of() - the flags of a variable; false where neither list has it */
bool env_flags_of(const char *name, struct envflags *flags);

/**
 * env_flags_check() - may a variable become @value? NULL or "" deletes it
 * @force: access does not count, types do
 *
 * Errors: -EPERM
 */
int __must_check env_flags_check(const char *name, const char *value, bool force, struct why *why);
