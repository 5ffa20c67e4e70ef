/* SPDX-License-Identifier: BSD-2-Clause */
/* CONFIG_LOCKED: which variables may be other than by default. */
#pragma once

#include "lib/base/types.h"
#include "lib/env/envstore.h"

/** env_locked_may_change() - is it one of CONFIG_LOCKED_ENV, or of those that Loft itself sets? */
bool env_locked_may_change(const char *name);

/** env_locked_filter() - of stored variables only those count; the others are the default ones */
void env_locked_filter(struct envstore *store);
