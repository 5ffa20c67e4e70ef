/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings one behind the other, each with its NUL: what drivers and trees name a device by. */
#pragma once

#include <string.h>

#include "lib/base/types.h"

/** names_have() - is it one of the strings of a list of ours, which ends at an empty one? */
static inline bool names_have(const char *names, const char *name)
{
	for (; *names; names += strlen(names) + 1)
		if (!strcmp(names, name))
			return true;
	return false;
}

/**
 * names_next() - take the first string off a property
 * @names: any bytes; moves behind it
 * @left:  how many
 *
 * Return: the string; NULL behind the last, and for one that does not end
 */
static inline const char *names_next(const char **names, size_t *left)
{
	const char *name = *names, *end = *left ? memchr(name, '\0', *left) : NULL;

	if (!end)
		return NULL;
	*left -= (size_t)(end + 1 - name);
	*names = end + 1;
	return name;
}
