/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/flags.h"

#include <errno.h>
#include <string.h>

#include "common/env/env.h"

bool env_flags_of(const char *name, struct envflags *flags)
{
	return envflags_find(env_get(".flags"), name, flags) ||
	       envflags_find(ENV_FLAGS_STATIC, name, flags);
}

static bool is_default(const char *name, const char *value)
{
	size_t len;
	const char *text = env_default_value(name, &len);

	return text && strlen(value) == len && !memcmp(text, value, len);
}

/* The sentences are U-Boot's. */
int env_flags_check(const char *name, const char *value, bool force, struct why *why)
{
	const char *old = env_get(name);
	struct envflags flags;

	value = value ? value : "";
	if (!env_flags_of(name, &flags) || !strcmp(old ? old : "", value))
		return 0;
	if (*value && !envflags_type_ok(flags.type, value))
		return refuse(
			why, -EPERM,
			"## Error: flags type check failure for \"%s\" <= \"%.120s\" (type: %c)",
			name, value, flags.type);
	if (force || flags.access == 'a')
		return 0;
	if (!*value)
		return refuse(why, -EPERM, "## Error: Can't delete \"%s\"", name);
	if (!old && flags.access == 'r')
		return refuse(why, -EPERM, "## Error: Can't create \"%s\"", name);
	if (old && (flags.access != 'c' || !is_default(name, old)))
		return refuse(why, -EPERM, "## Error: Can't overwrite \"%s\"", name);
	return 0;
}
