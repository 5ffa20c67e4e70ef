/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/watchdog/watchdog.h"

#include <errno.h>
#include <string.h>

static const struct watchdog_kind *named(const char *name)
{
	for (unsigned int i = 0; i < watchdog_kind_count; i++)
		for (const char *own = watchdog_kinds[i].compatible; *own; own += strlen(own) + 1)
			if (!strcmp(own, name))
				return &watchdog_kinds[i];
	return NULL;
}

const struct watchdog_kind *watchdog_find(const char *compatible, size_t length)
{
	const char *end;

	for (; length; length -= (size_t)(end + 1 - compatible), compatible = end + 1) {
		const struct watchdog_kind *kind;

		end = memchr(compatible, '\0', length);
		if (!end)
			return NULL;
		kind = named(compatible);
		if (kind)
			return kind;
	}
	return NULL;
}

int watchdog_start(struct watchdog *w, uint64_t ms)
{
	if (!w->hz)
		return -ENODATA;
	if (!ms || ms > w->kind->max_ms(w))
		return -ERANGE;
	w->kind->start(w, ms);
	return 0;
}
