// SPDX-License-Identifier: BSD-2-Clause
#include "common/fdt/cell.h"

#include <libfdt.h>
#include <string.h>

bool fdt_cell(const void *fdt, int node, const char *name, unsigned int i, uint32_t *value)
{
	int len;
	const fdt32_t *cells = fdt_getprop(fdt, node, name, &len);

	if (!cells || len < 0 || (unsigned int)len / sizeof(*cells) <= i)
		return false;
	*value = fdt32_ld(cells + i);
	return true;
}

uint32_t fdt_cell_or(const void *fdt, int node, const char *name, uint32_t otherwise)
{
	uint32_t value;

	return fdt_cell(fdt, node, name, 0, &value) ? value : otherwise;
}

int fdt_next_enabled(const void *fdt, int node, const char *compatible)
{
	const char *status;

	do {
		node = fdt_node_offset_by_compatible(fdt, node, compatible);
		status = node < 0 ? NULL : fdt_getprop(fdt, node, "status", NULL);
	} while (node >= 0 && status && strcmp(status, "okay") && strcmp(status, "ok"));
	return node;
}

uint32_t fdt_fixed_clock(const void *fdt, int node)
{
	uint32_t handle;
	int clock;

	if (!fdt_cell(fdt, node, "clocks", 0, &handle))
		return 0;
	clock = fdt_node_offset_by_phandle(fdt, handle);
	return clock < 0 ? 0 : fdt_cell_or(fdt, clock, "clock-frequency", 0);
}
