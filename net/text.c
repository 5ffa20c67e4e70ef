/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/text.h"

#include <string.h>
#include <strings.h>

void net_text(char *to, size_t room, const void *bytes, size_t size)
{
	const char *from = bytes;

	for (; size && room > 1 && *from; from++, size--, room--)
		*to++ = *from >= ' ' && *from <= '~' ? *from : '?';
	*to = '\0';
}

const char *net_field(const char *line, const char *name)
{
	const size_t size = strlen(name);

	if (strncasecmp(line, name, size) || line[size] != ':')
		return NULL;
	line += size + 1;
	return line + strspn(line, " \t");
}
