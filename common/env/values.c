/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the variables lie, what they are now, and what they are by default. */
#define LOG_NAME "env"
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "generated/env_default.h"
#include "lib/base/log.h"
#include "lib/base/num.h"

/*
 * A stored copy is read to where the variables are to lie, so that its strings need not be moved:
 * its header stands before them, and the empty string that ends it has a byte.
 */
#define HEADER (IS_ENABLED(CONFIG_ENV_REDUNDANT) ? 5 : IS_ENABLED(CONFIG_ENV_STORED) ? 4 : 0)

static char memory[CONFIG_ENV_SIZE] __noinit __attribute__((aligned(4)));
static struct envstore store = { .mem = memory + HEADER, .size = sizeof(memory) - HEADER - 1 };

struct envstore *env_store(void)
{
	return &store;
}

void *env_raw(void)
{
	return memory;
}

const char *env_get(const char *name)
{
	return envstore_get(&store, name);
}

void env_get_many(const char *const names[], unsigned int count, const char *values[])
{
	envstore_get_many(&store, names, count, values);
}

bool env_is_yes(const char *name)
{
	const char *value = env_get(name);

	return value && (*value == 'y' || *value == '1');
}

uint64_t env_get_hex(const char *name, uint64_t absent)
{
	const char *text = env_get(name);
	uint64_t value;

	if (!num_parse(text, 16, &value))
		return value;
	if (text)
		log_warn("%s: '%.40s' is no hexadecimal number", name, text);
	return absent;
}

int env_import_default(struct why *why)
{
	return envstore_import(&store, env_default, sizeof(env_default) - 1, why);
}

const char *env_default_value(const char *name, size_t *len)
{
	const size_t name_len = strlen(name);

	for (const char *line = env_default; *line; line = strchr(line, '\n') + 1) {
		if (strncmp(line, name, name_len) || line[name_len] != '=')
			continue;
		*len = strcspn(line, "\n") - name_len - 1;
		return line + name_len + 1;
	}
	return NULL;
}

bool env_default_name(unsigned int nth, char *name, size_t room)
{
	const char *line = env_default;

	for (; *line && nth; nth--)
		line = strchr(line, '\n') + 1;
	if (!*line)
		return false;
	snprintf(name, room, "%.*s", (int)strcspn(line, "="), line);
	return true;
}
