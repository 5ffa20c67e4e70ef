// SPDX-License-Identifier: BSD-2-Clause
#include "common/fdt/gpio.h"

#include <libfdt.h>

#include "common/fdt/cell.h"

/* Binding snps,dw-apb-gpio: a child for each port, its number in reg. */
static unsigned int ports_of(const void *fdt, int node)
{
	unsigned int ports = 0;
	uint32_t port;
	int child;

	fdt_for_each_subnode(child, fdt, node) {
		port = fdt_cell_or(fdt, child, "reg", GPIO_BANKS);
		if (port < GPIO_BANKS && port >= ports)
			ports = port + 1;
	}
	return ports;
}

bool fdt_gpio(const void *fdt, const struct device *dev, struct gpio *g)
{
	const struct gpio_row *row = NULL;
	unsigned int banks = GPIO_BANKS;

	if (dev->compatible)
		row = gpio_find(dev->compatible, (size_t)dev->compatible_len);
	if (!row || dev->size < row->size)
		return false;
	if (row->ports)
		banks = ports_of(fdt, dev->node);
	*g = (struct gpio){ .row = row, .base = dev->base, .lines = gpio_row_lines(row, banks) };
	return g->lines != 0;
}
