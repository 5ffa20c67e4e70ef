// SPDX-License-Identifier: BSD-2-Clause
/* ${stdin}: serial, keyboard, or both. Read at every start, so not in cold.list. */
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "common/source/keyboard.h"

static int set_stdin(const char *value)
{
	struct why why;
	int rc;

	if (!keyboard_looked && !value)
		return 0;
	rc = keyboard_inputs(value, &why);
	if (rc)
		printf("stdin: %s\n", why.text);
	return rc;
}

TABLE_ENTRY(env_callback_table, struct env_callback, env_stdin) = {
	.name = "stdin",
	.set = set_stdin,
};
