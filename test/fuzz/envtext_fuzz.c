/* SPDX-License-Identifier: BSD-2-Clause */
/* Any data imported: nothing outside is touched, the walk ends, and text comes back as it went. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/env/envflags.h"
#include "lib/env/envtext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round(const char *name, const char *value)
{
	char entry[200], text[400], back[200];
	struct envtext in = { .next = text, .text = true };
	size_t len;

	if (strchr(name, '\\') || strchr(name, '\n') || name[0] == '#' || name[0] == ' ' ||
	    name[0] == '\t')
		return;
	snprintf(entry, sizeof(entry), "%s=%s", name, value);
	len = envtext_put(entry, text, sizeof(text));
	in.end = text + len;
	if (envtext_next(&in, back, sizeof(back)) != (int)strlen(name) || strcmp(back, name) ||
	    strcmp(back + strlen(name) + 1, value) || envtext_next(&in, back, sizeof(back)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char entry[64], list[64];
	struct envflags flags;
	struct envtext in;
	int len;

	if (!size)
		return 0;
	in = (struct envtext){ .next = (const char *)data + 1,
			       .end = (const char *)data + size,
			       .text = data[0] & 1,
			       .crlf = data[0] & 2 };
	snprintf(list, sizeof(list), "%.*s", (int)size, (const char *)data);
	envflags_find(list, "eth1addr", &flags);
	for (size_t steps = 0; (len = envtext_next(&in, entry, sizeof(entry))); steps++) {
		if (steps > size || in.next > in.end)
			abort();
		if (len > 0)
			check_round(entry, entry + len + 1);
	}
	return 0;
}
