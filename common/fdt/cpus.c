// SPDX-License-Identifier: BSD-2-Clause
#include "common/fdt/cpus.h"

#include <string.h>

static bool is_cpu(const char *name)
{
	return !strncmp(name, "cpu", 3) && (!name[3] || name[3] == '@');
}

/* A property of one number; @none where it is something else. */
static uint64_t number(const struct fdt_walk *w, uint64_t none)
{
	return w->len == 8 ? fdt_be64(w->data) : w->len == 4 ? fdt_be32(w->data) : none;
}

/* The walk ends behind the node. */
static bool read_cpu(struct fdt_walk *w, struct cpu_node *cpu)
{
	bool spins = false;
	int tag;

	*cpu = (struct cpu_node){ .mpidr = ~UINT64_C(0) };
	while ((tag = fdt_walk_next(w)) == FDT_PROP) {
		const char *name = fdt_walk_name(w);

		if (!strcmp(name, "reg"))
			cpu->mpidr = number(w, cpu->mpidr);
		else if (!strcmp(name, "cpu-release-addr"))
			cpu->release = number(w, 0);
		else if (!strcmp(name, "enable-method"))
			spins = w->len == sizeof("spin-table") &&
				!memcmp(w->data, "spin-table", w->len);
	}
	if (!spins || cpu->release % 8)
		cpu->release = 0;
	/* Children, caches for one. */
	for (; tag == FDT_BEGIN_NODE; tag = fdt_walk_next(w))
		if (fdt_walk_skip(w))
			return false;
	return tag == FDT_END_NODE;
}

void cpus_begin(struct cpus *cpus, const void *fdt)
{
	cpus_begin_at(cpus, fdt, fdt_walk_path(fdt, "/cpus", 5));
}

void cpus_begin_at(struct cpus *cpus, const void *fdt, int at)
{
	cpus->more = at >= 0 && !fdt_walk_init(&cpus->walk, fdt, NULL);
	if (!cpus->more)
		return;
	cpus->walk.next += at / 4;
	cpus->more = fdt_walk_next(&cpus->walk) == FDT_BEGIN_NODE;
}

bool cpus_next(struct cpus *cpus, struct cpu_node *cpu)
{
	struct fdt_walk *w = &cpus->walk;
	int tag;

	while (cpus->more && ((tag = fdt_walk_next(w)) == FDT_PROP || tag == FDT_BEGIN_NODE)) {
		if (tag == FDT_PROP)
			continue;
		if (is_cpu(w->data))
			return cpus->more = read_cpu(w, cpu);
		if (fdt_walk_skip(w))
			break;
	}
	cpus->more = false;
	return false;
}

unsigned cpus_count(const void *fdt)
{
	struct cpus cpus;
	struct cpu_node cpu;
	unsigned count = 0;

	for (cpus_begin(&cpus, fdt); cpus_next(&cpus, &cpu);)
		count++;
	return count;
}
