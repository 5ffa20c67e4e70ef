// SPDX-License-Identifier: BSD-2-Clause
/* ${loglevel}: what is logged. */
#include <stdio.h>

#include "common/console/log.h"
#include "common/env/env.h"

static int on_loglevel(const char *value)
{
	struct why why;

	if (!log_set_levels(value ? value : log_default_level(), &why))
		return 0;
	printf("loglevel: %s\n", why.text);
	return 1;
}

TABLE_ENTRY(env_callback_table, struct env_callback, loglevel_callback) = {
	.name = "loglevel",
	.set = on_loglevel,
};
