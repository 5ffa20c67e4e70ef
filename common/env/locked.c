/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/locked.h"

#include <string.h>

#include "common/env/env.h"

#define VARIABLE_MAX 64
#define VALUE_MAX    256 /* of configs/env.txt */

/* What loads, networks and disks leave behind. */
static const char own[] = "bootcount bootfile devnum devtype distro_bootpart dnsip dnsip2 domain "
			  "ethaddr fdtaddr fileaddr filesize gatewayip hostname ipaddr netmask "
			  "prefix rootpath serverip";

static bool has_word(const char *list, const char *word, size_t size)
{
	while (*list) {
		const size_t this = strcspn(list, " ");

		if (this == size && !memcmp(list, word, size))
			return true;
		list += this + (list[this] == ' ');
	}
	return false;
}

static bool may_change(const char *name, size_t size)
{
	return has_word(CONFIG_LOCKED_ENV, name, size) || has_word(own, name, size);
}

bool env_locked_may_change(const char *name)
{
	return may_change(name, strlen(name));
}

/* The first that may not be there; -1 where its name is none that Loft would set. */
static int find_other(const struct envstore *store, char name[VARIABLE_MAX])
{
	const char *entry = NULL;

	while ((entry = envstore_next(store, entry))) {
		const size_t size = strcspn(entry, "=");

		if (may_change(entry, size))
			continue;
		if (!entry[size] || size >= VARIABLE_MAX)
			return -1;
		memcpy(name, entry, size);
		name[size] = '\0';
		return 1;
	}
	return 0;
}

void env_locked_filter(struct envstore *store)
{
	char name[VARIABLE_MAX], value[VALUE_MAX];
	struct why why;
	const char *text;
	size_t size;
	int other;

	while ((other = find_other(store, name))) {
		if (other > 0 && !envstore_set(store, name, NULL, &why))
			continue;
		store->used = 0;
		break;
	}
	for (unsigned int n = 0; env_default_name(n, name, sizeof(name)); n++) {
		text = env_default_value(name, &size);
		if (!text || envstore_get(store, name) || size >= sizeof(value))
			continue;
		memcpy(value, text, size);
		value[size] = '\0';
		(void)!envstore_set(store, name, value, &why);
	}
}
