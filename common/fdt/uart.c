/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/fdt/uart.h"

#include <string.h>

#include "common/fdt/walk.h"

#define OFFSET_MAX 4096
#define SHIFT_MAX  4 /* registers 16 bytes apart: more is no UART's */

static bool number(const struct fdt_walk *w, const char *name, uint32_t *value)
{
	if (w->len != sizeof(uint32_t) || strcmp(fdt_walk_name(w), name))
		return false;
	*value = fdt_be32(w->data);
	return true;
}

void fdt_uart(const void *fdt, const struct device *dev, struct serial_node *node)
{
	struct fdt_walk w;
	uint32_t value;

	*node = (struct serial_node){
		.compatible = dev->compatible,
		.length = dev->compatible ? (size_t)dev->compatible_len : 0,
		.base = dev->base,
	};
	if (fdt_walk_init(&w, fdt, NULL))
		return;
	w.next += dev->node / 4;
	if (fdt_walk_next(&w) != FDT_BEGIN_NODE)
		return;
	while (fdt_walk_next(&w) == FDT_PROP) {
		if (number(&w, "reg-shift", &value) && value <= SHIFT_MAX) {
			node->has_shift = true;
			node->shift = (uint8_t)value;
		} else if (number(&w, "reg-io-width", &value) && value <= 4)
			node->width = (uint8_t)value;
		else if (number(&w, "reg-offset", &value) && value < OFFSET_MAX)
			node->offset = value;
		else if (!strcmp(fdt_walk_name(&w), "big-endian"))
			node->big_endian = true;
	}
}
