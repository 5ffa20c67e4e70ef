/* SPDX-License-Identifier: BSD-2-Clause */
/* CONFIG_LOCKED: what is to be had at the prompt. */
#pragma once

#include "lib/base/types.h"

/** locked_allows() - may a command run? Those that are not on the list may not. */
bool locked_allows(const char *command);
