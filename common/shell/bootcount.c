/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/bootcount.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/env/env.h"
#include "common/env/keeper.h"
#include "lib/base/num.h"

/* A decimal variable; 0 where it is not set, or is no number. */
static uint64_t number(const char *name)
{
	const char *text = env_get(name);
	uint64_t value;

	if (!text)
		return 0;
	if (!num_parse(text, 10, &value))
		return value;
	printf("%s: '%s' is not a number\n", name, text);
	return 0;
}

uint64_t bootcount_get(void)
{
	return number("bootcount");
}

static int store(void)
{
	unsigned int slot;
	struct why why;
	int err;

	printf("Saving Environment to %s... ", env_keeper_name());
	err = env_keeper_save(env_store(), &slot, &why);
	if (err) {
		printf("\n%s\nbootcount is not kept over a reset\n", why.text);
		return err;
	}
	env_saved(slot);
	printf("OK\n");
	return 0;
}

int bootcount_set(uint64_t count)
{
	char text[21];
	int err;

	snprintf(text, sizeof(text), "%" PRIu64, count);
	err = env_set("bootcount", text);
	if (!err && IS_ENABLED(CONFIG_ENV_STORED) && number("upgrade_available"))
		err = store();
	return err;
}

bool bootcount_count(void)
{
	uint64_t count, limit;

	if (!number("upgrade_available"))
		return false;
	count = bootcount_get();
	count += count < UINT64_MAX;
	limit = number("bootlimit");
	/* The boot goes on without the count that cannot be stored. */
	(void)!bootcount_set(count);
	if (!limit || count <= limit)
		return false;
	printf("Warning: Bootlimit (%" PRIu64 ") exceeded. Using altbootcmd.\n", limit);
	if (!env_get("altbootcmd"))
		printf("altbootcmd is not set\n");
	return true;
}
