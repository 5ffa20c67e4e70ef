/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "common/fdt/scan.h"

/* What single nodes say: memory, reservations, /chosen, PSCI, CPUs. */

/* Memory and reservations must make sense: what is wrong here is written over later. */
static int reg_checked(struct scan *s, unsigned int *step, struct why *why)
{
	const struct level *bus = &s->level[s->depth - 1];

	if (!bus->address_cells || bus->address_cells > 2 || !bus->size_cells ||
	    bus->size_cells > 2)
		return refuse(why, -EINVAL,
			      "the FDT's node %.60s can't be read: its parent has bad cell counts",
			      s->name);
	*step = bus->address_cells + bus->size_cells;
	if (s->len[PROP_REG] % (*step * 4))
		return refuse(why, -EINVAL,
			      "the FDT's node %.60s has a reg of %u bytes, no multiple of %u",
			      s->name, s->len[PROP_REG], *step * 4);
	return 0;
}

/* One that makes no sense is left out, unless it was the only one. */
static void memory_node(struct scan *s)
{
	const struct level *bus = &s->level[s->depth - 1];
	const uint32_t *reg = s->value[PROP_REG];
	unsigned int step;
	int err;

	if (!has(s, PROP_REG))
		return;
	err = reg_checked(s, &step, s->why);
	for (uint32_t at = 0; !err && at < s->len[PROP_REG] / 4; at += step)
		err = memmap_add_bank(&s->m->mem, cells(reg + at, bus->address_cells),
				      cells(reg + at + bus->address_cells, bus->size_cells),
				      s->why);
	if (err) {
		s->memory_err = err;
		scan_skip(s);
	}
}

static int add_pending(struct scan *s, uint64_t start, uint64_t size, uint32_t flags,
		       const char *name)
{
	if (s->pending_count == PENDING_MAX)
		return refuse(s->why, -ENOSPC, "the FDT has more than %d reserved ranges: %.60s",
			      PENDING_MAX, name);
	s->pending[s->pending_count++] = (struct pending){ start, size, name, flags, s->node };
	return 0;
}

/* One without reg is a wish for memory somewhere: the kernel's to grant. */
static int reserved_node(struct scan *s)
{
	const struct level *bus = &s->level[s->depth - 1];
	const uint32_t *reg = s->value[PROP_REG];
	uint32_t flags = has(s, PROP_NO_MAP) ? MEM_NOMAP : 0;
	unsigned int step;
	int err;

	if (!has(s, PROP_REG))
		return 0;
	err = reg_checked(s, &step, NULL);
	for (uint32_t at = 0; !err && at < s->len[PROP_REG] / 4; at += step)
		err = add_pending(s, cells(reg + at, bus->address_cells),
				  cells(reg + at + bus->address_cells, bus->size_cells), flags,
				  s->name);
	if (err == -EINVAL) {
		scan_skip(s);
		err = 0;
	}
	return err;
}

static bool number(const struct scan *s, enum prop p, uint64_t *out)
{
	if (!has(s, p) || (s->len[p] != 4 && s->len[p] != 8))
		return false;
	*out = cells(s->value[p], s->len[p] / 4);
	return true;
}

static void chosen_node(struct scan *s)
{
	struct machine *m = s->m;
	uint64_t start, end;

	m->bootargs = scan_string(s, PROP_BOOTARGS);
	m->stdout_path = scan_string(s, PROP_STDOUT);
	if (!m->stdout_path)
		m->stdout_path = scan_string(s, PROP_STDOUT_OLD);
	m->has_kaslr_seed = has(s, PROP_KASLR_SEED) && s->len[PROP_KASLR_SEED] == 8;
	m->has_rng_seed = has(s, PROP_RNG_SEED) && s->len[PROP_RNG_SEED];
	if (number(s, PROP_INITRD_START, &start) && number(s, PROP_INITRD_END, &end) &&
	    start < end) {
		m->initrd_start = start;
		m->initrd_end = end;
	}
}

static uint32_t function_id(const struct scan *s, enum prop p)
{
	uint64_t id;

	return number(s, p, &id) ? (uint32_t)id : 0;
}

/* Version 0.1 names its own function numbers. Spec: Linux's binding arm,psci */
static void psci_node(struct scan *s)
{
	const char *list = scan_string(s, PROP_COMPATIBLE);
	uint32_t len = s->len[PROP_COMPATIBLE];

	if (!list)
		return;
	if (!fdt_has_string(list, len, "arm,psci-0.2") &&
	    !fdt_has_string(list, len, "arm,psci-1.0")) {
		if (!fdt_has_string(list, len, "arm,psci"))
			return;
		s->m->psci_ids = (struct psci_ids){ .cpu_on = function_id(s, PROP_CPU_ON),
						    .off = function_id(s, PROP_SYS_POWEROFF),
						    .reset = function_id(s, PROP_SYS_RESET) };
	}
	if (string_is(s, PROP_METHOD, "smc"))
		s->m->psci = PSCI_SMC;
	else if (string_is(s, PROP_METHOD, "hvc"))
		s->m->psci = PSCI_HVC;
}

static void device_node(struct scan *s)
{
	if (s->depth == 1 && string_is(s, PROP_DEVICE_TYPE, "memory")) {
		memory_node(s);
		return;
	}
	if (has(s, PROP_METHOD))
		psci_node(s);
	scan_device(s);
}

static enum kind node_kind(const struct scan *s)
{
	const char *name = s->name;

	if (!s->depth)
		return KIND_ROOT;
	if (s->level[s->depth - 1].kind > KIND_DEVICE)
		return KIND_NONE;
	if (s->depth > 1)
		return KIND_DEVICE;
	if (*name == 'c' && !strcmp(name, "chosen"))
		return KIND_CHOSEN;
	if (*name == 'c' && !strcmp(name, "cpus"))
		return KIND_CPUS;
	if (*name == 'a' && !strcmp(name, "aliases"))
		return KIND_ALIASES;
	if (*name == 'r' && !strcmp(name, "reserved-memory"))
		return KIND_RESERVED;
	return KIND_DEVICE;
}

/* A child of a node that is not an ordinary device. */
static int special_child(struct scan *s, enum kind parent, bool off)
{
	if (parent == KIND_RESERVED && !off)
		return reserved_node(s);
	/* A CPU that is disabled waits to be started: it counts. */
	if (parent == KIND_CPUS && string_is(s, PROP_DEVICE_TYPE, "cpu"))
		s->m->cpu_count++;
	return 0;
}

int scan_node(struct scan *s)
{
	struct level *l = &s->level[s->depth];
	enum kind parent = s->depth ? l[-1].kind : KIND_ROOT;

	l->kind = node_kind(s);
	l->off = (s->depth && l[-1].off) ||
		 (has(s, PROP_STATUS) && !string_is(s, PROP_STATUS, "okay") &&
		  !string_is(s, PROP_STATUS, "ok"));
	switch (l->kind) {
	case KIND_ROOT:
		s->m->model = scan_string(s, has(s, PROP_MODEL) ? PROP_MODEL : PROP_COMPATIBLE);
		return 0;
	case KIND_CHOSEN:
		chosen_node(s);
		return 0;
	case KIND_ALIASES:
		s->aliases = s->node;
		return 0;
	case KIND_DEVICE:
		if (!l->off)
			device_node(s);
		return 0;
	case KIND_NONE:
		return special_child(s, parent, l->off);
	default:
		return 0;
	}
}
