// SPDX-License-Identifier: BSD-2-Clause
#include "common/cpus.h"

#include <libfdt.h>
#include <string.h>

#include "common/fdt_walk.h"

static bool is_cpu(const char *name)
{
	return name && !strncmp(name, "cpu", 3) && (!name[3] || name[3] == '@');
}

unsigned cpus_list(const void *fdt, uint64_t mpidr[CPUS_MAX])
{
	int cpus = fdt_walk_path(fdt, "/cpus", 5), node;
	unsigned n = 0;

	if (cpus < 0)
		return 0;
	fdt_for_each_subnode(node, fdt, cpus) {
		int length;
		const uint32_t *reg;

		if (!is_cpu(fdt_get_name(fdt, node, NULL)) || n == CPUS_MAX)
			continue;
		reg = fdt_getprop(fdt, node, "reg", &length);
		mpidr[n++] = reg && length == 8   ? fdt_be64(reg)
			     : reg && length == 4 ? fdt_be32(reg)
						  : ~UINT64_C(0);
	}
	return n;
}
