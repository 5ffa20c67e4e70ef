// SPDX-License-Identifier: BSD-2-Clause
#include "common/fdt/cpus.h"

#include <string.h>

#include "common/fdt/walk.h"

bool cpus_is_cpu(const char *name)
{
	return !strncmp(name, "cpu", 3) && (!name[3] || name[3] == '@');
}

/* The CPU's affinity; ~0 where reg is missing or no number. The walk ends behind the node. */
static int read_mpidr(struct fdt_walk *w, uint64_t *mpidr)
{
	int tag;

	*mpidr = ~UINT64_C(0);
	while ((tag = fdt_walk_next(w)) == FDT_PROP) {
		if (strcmp(fdt_walk_name(w), "reg"))
			continue;
		if (w->len == 8)
			*mpidr = fdt_be64(w->data);
		else if (w->len == 4)
			*mpidr = fdt_be32(w->data);
	}
	/* Children, caches for one. */
	for (; tag == FDT_BEGIN_NODE; tag = fdt_walk_next(w))
		if (fdt_walk_skip(w))
			return -EINVAL;
	return tag;
}

unsigned cpus_list(const void *fdt, uint64_t mpidr[CPUS_MAX])
{
	int cpus = fdt_walk_path(fdt, "/cpus", 5), tag;
	struct fdt_walk w;
	unsigned n = 0;

	if (cpus < 0 || fdt_walk_init(&w, fdt, NULL))
		return 0;
	w.next += cpus / 4;
	if (fdt_walk_next(&w) != FDT_BEGIN_NODE)
		return 0;
	while ((tag = fdt_walk_next(&w)) == FDT_PROP || tag == FDT_BEGIN_NODE) {
		if (tag == FDT_PROP)
			continue;
		if (!cpus_is_cpu(w.data)) {
			if (fdt_walk_skip(&w))
				break;
		} else if (n == CPUS_MAX || read_mpidr(&w, &mpidr[n++]) != FDT_END_NODE) {
			break;
		}
	}
	return n;
}
