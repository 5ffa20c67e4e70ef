/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>

#include "drivers/serial/serial.h"
#include "lib/base/names.h"

static bool takes(struct serial *serial, const struct serial_ops *ops,
		  const struct serial_node *node, const char *name)
{
	*serial = (struct serial){ .ops = ops, .base = node->base };
	return ops->compatible ? names_have(ops->compatible, name) : ops->takes(serial, node, name);
}

/* The node's names from the most to the least particular; an unterminated one is none. */
static bool find(struct serial *found, const struct serial_node *node)
{
	const char *names = node->compatible, *name;
	size_t left = node->length;

	while ((name = names_next(&names, &left)))
		TABLE_FOREACH(serial_table, struct serial_ops, ops)
			if (takes(found, ops, node, name))
				return true;
	return false;
}

bool serial_known(const struct serial_node *node)
{
	struct serial serial;

	return find(&serial, node);
}

int serial_init(struct serial *serial, const struct serial_node *node)
{
	struct serial found;

	if (!find(&found, node))
		return -ENODEV;
	*serial = found;
	serial->ops->enable(serial);
	return 0;
}
