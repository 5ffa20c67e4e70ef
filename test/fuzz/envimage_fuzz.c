/* SPDX-License-Identifier: BSD-2-Clause */
/* Any strings found in flash: the store they become is sorted, without doubles, and inside. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/env/envimage.h"
#include "lib/env/envstore.h"

#define ROOM 300

static bool stands_in(const char *raw, size_t used, const char *entry)
{
	for (size_t at = 0; at < used; at += strlen(raw + at) + 1)
		if (!strcmp(raw + at, entry))
			return true;
	return false;
}

/* The one that is found by the name is this one, whatever odd ones stand beside it. */
static bool is_found(const struct envstore *store, const char *entry, size_t len)
{
	char name[ENVSTORE_NAME_MAX + 1];

	memcpy(name, entry, len);
	name[len] = '\0';
	return envstore_get(store, name) == entry + len + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The last entry of that name in what came in, NULL where there is none. */
static const char *last_of(const char *raw, size_t used, const char *name, size_t len)
{
	const char *found = NULL;

	for (size_t at = 0; at < used; at += strlen(raw + at) + 1)
		if (!strncmp(raw + at, name, len) && raw[at + len] == '=' && raw[at + len + 1])
			found = raw + at + len + 1;
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char memory[ROOM], raw[ROOM];
	struct envstore store;
	const char *entry = NULL;
	const char *before = NULL;
	unsigned int odd;
	size_t used, bytes = 0;

	size = size < ROOM ? size : ROOM;
	memcpy(memory, data, size);
	memcpy(raw, data, size);
	if (!envimage_used(memory, size, 0, &used))
		return 0;
	envstore_init(&store, memory, sizeof(memory));
	envstore_adopt(&store, used, &odd);
	if (store.used > used)
		abort();
	while ((entry = envstore_next(&store, entry))) {
		size_t name = strcspn(entry, "=");
		const char *was = last_of(raw, used, entry, name);

		bytes += strlen(entry) + 1;
		if (!stands_in(raw, used, entry))
			abort();
		if (envstore_is_odd(entry))
			continue;
		if (!is_found(&store, entry, name))
			abort();
		if (!was || strcmp(was, entry + name + 1))
			abort();
		if (before && strcmp(before, entry) >= 0 && !strncmp(before, entry, name + 1))
			abort();
		before = entry;
	}
	if (bytes != store.used)
		abort();
	return 0;
}
