/* SPDX-License-Identifier: BSD-2-Clause */
/* CONFIG_LOCKED: who may have a prompt, and what is to be had at it. */
#pragma once

#include "lib/base/types.h"

/** locked_wait() - until the password has been typed; forever where there is none */
void locked_wait(void);

/** locked_allows() - may a command run? Those that are not on the list may not. */
bool locked_allows(const char *command);
