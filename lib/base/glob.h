/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * glob_match() - does a pattern of the shell's case match the whole text?
 * @pattern: ? any character, * any number of them, [a-z] one of a set, [!a-z] or [^a-z] none of
 *           it, \x the character x; a '[' that nothing closes is itself
 * @text:    any
 *
 * Takes at most the product of both lengths in steps.
 */
bool glob_match(const char *pattern, const char *text);
