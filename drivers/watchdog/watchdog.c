/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/watchdog/watchdog.h"

#include <errno.h>

#include "lib/base/names.h"

const struct watchdog_kind *watchdog_find(const char *compatible, size_t length)
{
	const char *name;

	while ((name = names_next(&compatible, &length)))
		for (unsigned int i = 0; i < watchdog_kind_count; i++)
			if (names_have(watchdog_kinds[i].compatible, name))
				return &watchdog_kinds[i];
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
