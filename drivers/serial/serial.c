/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>

#include "drivers/serial/serial.h"

/* Is name one of the NUL-terminated strings in list[0..length)? An unterminated one is none. */
static bool list_has(const char *list, size_t length, const char *name)
{
	const size_t want = strlen(name) + 1;

	while (length) {
		const char *end = memchr(list, '\0', length);

		if (!end)
			return false;
		const size_t size = (size_t)(end - list) + 1;

		if (size == want && !memcmp(list, name, want))
			return true;
		list += size;
		length -= size;
	}
	return false;
}

int serial_init(struct serial *serial, const char *compatible, size_t length, paddr_t base)
{
	TABLE_FOREACH(serial_table, struct serial_ops, ops) {
		if (!list_has(compatible, length, ops->compatible))
			continue;
		*serial = (struct serial){ .ops = ops, .base = base };
		serial->ops->enable(serial);
		return 0;
	}
	return -ENODEV;
}
