/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/printable.h"

static const struct env_keeper *chosen;

static const struct env_keeper *find(const char *name, size_t len)
{
	TABLE_FOREACH(env_keeper_table, struct env_keeper, keeper) {
		if (!strncmp(keeper->name, name, len) && !keeper->name[len])
			return keeper;
	}
	return NULL;
}

/* The words of CONFIG_ENV_ORDER, one by one; what is not built in is left out. */
static const struct env_keeper *next_of(const char **order)
{
	const struct env_keeper *keeper = NULL;

	while (**order && !keeper) {
		const size_t len = strcspn(*order, " ");

		keeper = find(*order, len);
		*order += len;
		*order += strspn(*order, " ");
	}
	return keeper;
}

/* NULL: none of them is built in. */
static const struct env_keeper *in_use(void)
{
	const char *order = CONFIG_ENV_ORDER;

	return chosen ? chosen : next_of(&order);
}

static int none(struct why *why)
{
	return refuse(why, -ENODEV, "nothing here keeps an environment");
}

const char *env_keeper_name(void)
{
	return in_use() ? in_use()->name : "nothing";
}

bool env_keeper_present(void)
{
	const struct env_keeper *keeper = in_use();

	return keeper && keeper->present(keeper);
}

int env_keeper_check(struct why *why)
{
	const struct env_keeper *keeper = in_use();

	return keeper ? keeper->check(keeper, why) : none(why);
}

int env_keeper_save(const struct envstore *store, unsigned int *slot, struct why *why)
{
	const struct env_keeper *keeper = in_use();

	return keeper ? keeper->save(keeper, store, slot, why) : none(why);
}

int env_keeper_erase(struct why *why)
{
	const struct env_keeper *keeper = in_use();

	return keeper ? keeper->erase(keeper, why) : none(why);
}

int env_keeper_select(const char *name)
{
	const struct env_keeper *keeper = find(name, strlen(name));

	if (!keeper)
		return -ENOENT;
	chosen = keeper;
	return 0;
}

/* Who stored them may know what they are: they stay. */
static void tell_odd(const struct envstore *store, unsigned int count)
{
	const char *entry = NULL;
	struct printable shown;

	while ((entry = envstore_next(store, entry)) && !envstore_is_odd(entry))
		;
	printf("Loading Environment from %s... '%s'", chosen->name,
	       printable(&shown, entry ? entry : ""));
	if (count > 1)
		printf(" and %u more are no variables, but kept\n", count - 1);
	else
		printf(" is no variable, but kept\n");
}

/* With none of them there the first stays, so that messages have something to name. */
static int load_first(size_t *used, unsigned int *slot, struct why *why)
{
	const char *order = CONFIG_ENV_ORDER;
	const struct env_keeper *keeper, *first = NULL;
	int err = none(why);

	while (err == -ENODEV && (keeper = next_of(&order))) {
		err = keeper->load(keeper, used, slot, why);
		first = first ? first : keeper;
		chosen = err == -ENODEV ? first : keeper;
	}
	return err;
}

int env_keeper_load(struct envstore *store, unsigned int *slot, struct why *why)
{
	unsigned int odd;
	size_t used;
	int err = chosen ? chosen->load(chosen, &used, slot, why) : load_first(&used, slot, why);

	if (err)
		return err;
	envstore_adopt(store, used, &odd);
	if (odd)
		tell_odd(store, odd);
	return 0;
}
