/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/autoboot_keyed.h"

#include <stdio.h>

#include "common/env/env.h"

static struct stopkey key;

bool autoboot_is_keyed(void)
{
	return env_get("bootdelaykey") || env_get("bootstopkey") || env_get("bootstopkeysha256");
}

void autoboot_keyed_start(void)
{
	struct why why;

	if (stopkey_start(&key, env_get("bootdelaykey"), env_get("bootstopkey"),
			  env_get("bootstopkeysha256"), &why))
		printf("%s\n", why.text);
}

enum stopkey_match autoboot_keyed_feed(char c)
{
	return stopkey_feed(&key, c);
}
