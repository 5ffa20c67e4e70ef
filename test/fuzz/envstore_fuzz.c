/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text imported: the store stays sorted, terminated and inside its buffer. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/env/envstore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char memory[200];
	struct envstore store;
	struct why why = { "" };
	const char *entry = NULL;
	const char *before = NULL;
	size_t bytes = 0;

	envstore_init(&store, memory, sizeof(memory));
	if (envstore_import(&store, (const char *)data, size, &why) && !why.text[0])
		abort();
	if (store.used > store.size)
		abort();
	while ((entry = envstore_next(&store, entry))) {
		size_t name = strcspn(entry, "=");
		char copy[ENVSTORE_NAME_MAX + 1];

		if (!name || name > ENVSTORE_NAME_MAX || !entry[name] || !entry[name + 1])
			abort();
		memcpy(copy, entry, name);
		copy[name] = '\0';
		if (envstore_get(&store, copy) != entry + name + 1)
			abort();
		if (before && !strncmp(before, entry, name + 1))
			abort();
		before = entry;
		bytes += strlen(entry) + 1;
	}
	if (bytes != store.used)
		abort();
	return 0;
}
