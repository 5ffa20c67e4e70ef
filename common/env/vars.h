/* SPDX-License-Identifier: BSD-2-Clause */
/* What x=1 sets, and functions: variables that are no part of the environment. */
#pragma once

#include "lib/env/envstore.h"

/** shell_var() - a variable that x=1 has set, or a function by its name with "()"; NULL */
const char *shell_var(const char *name);

/** shell_var_set() - set one; it hides what the environment has. Nonzero: refused, and said */
int shell_var_set(const char *name, const char *value);

/** shell_var_forget() - delete one, if it is there */
void shell_var_forget(const char *name);

/** shell_vars() - all of them; NULL where none was ever set */
const struct envstore *shell_vars(void);
