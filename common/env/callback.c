/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/callback.h"

#include <string.h>

#include "common/env/env.h"

int env_callback_run(const char *name, const char *value)
{
	int err;

	TABLE_FOREACH(env_callback_table, struct env_callback, callback) {
		if (strcmp(callback->name, name))
			continue;
		err = callback->set(value && *value ? value : NULL);
		if (err)
			return err;
	}
	return 0;
}

void env_callback_start(void)
{
	TABLE_FOREACH(env_callback_table, struct env_callback, callback) {
		const char *value = env_get(callback->name);

		if (value)
			(void)!callback->set(value);
	}
}
