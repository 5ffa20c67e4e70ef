/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "common/fdt/scan.h"

/* What single nodes say: memory, reservations, /chosen, PSCI, CPUs. */

static bool is_off(const struct scan *s)
{
	return has(s, PROP_STATUS) && !string_is(s, PROP_STATUS, "okay") &&
	       !string_is(s, PROP_STATUS, "ok");
}

/* Memory and reservations must make sense: what is wrong here is written over later. */
static int reg_checked(struct scan *s, unsigned int address_cells, unsigned int size_cells,
		       unsigned int *step, struct why *why)
{
	if (!address_cells || address_cells > 2 || !size_cells || size_cells > 2)
		return refuse(why, -EINVAL,
			      "the FDT's node %.60s can't be read: its parent has bad cell counts",
			      s->name);
	*step = address_cells + size_cells;
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
	err = reg_checked(s, bus->address_cells, bus->size_cells, &step, s->why);
	for (uint32_t at = 0; !err && at < s->len[PROP_REG] / 4; at += step)
		err = memmap_add_bank(&s->m->mem, cells(reg + at, bus->address_cells),
				      cells(reg + at + bus->address_cells, bus->size_cells),
				      s->why);
	if (err == -ENOSPC) {
		s->m->banks_left_out++;
	} else if (err) {
		s->memory_err = err;
		scan_skip(s);
	}
}

int scan_reserve(struct scan *s, uint64_t start, uint64_t size, uint32_t flags, const char *name,
		 int node)
{
	int err = memmap_reserve_foreign(&s->m->mem, start, size, flags, name, s->why);

	if (err != -ERANGE)
		return err;
	if (!s->m->skipped++)
		s->m->skipped_node = node;
	return 0;
}

/* One without reg is a wish for memory somewhere: the kernel's to grant. */
int scan_reserved(struct scan *s)
{
	const unsigned int address_cells = s->reserved_address_cells;
	const uint32_t *reg = s->value[PROP_REG];
	uint32_t flags = has(s, PROP_NO_MAP) ? MEM_NOMAP : 0;
	unsigned int step;
	int err = 0;

	if (!has(s, PROP_REG) || is_off(s))
		return 0;
	if (reg_checked(s, address_cells, s->reserved_size_cells, &step, NULL)) {
		scan_skip(s);
		return 0;
	}
	for (uint32_t at = 0; !err && at < s->len[PROP_REG] / 4; at += step)
		err = scan_reserve(s, cells(reg + at, address_cells),
				   cells(reg + at + address_cells, s->reserved_size_cells), flags,
				   s->name, s->node);
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

static void reserved_node(struct scan *s)
{
	s->reserved = s->node;
	s->reserved_address_cells = scan_cell_count(s, PROP_ADDRESS_CELLS, 2);
	s->reserved_size_cells = scan_cell_count(s, PROP_SIZE_CELLS, 1);
}

int scan_node(struct scan *s)
{
	struct level *l = &s->level[s->depth];
	enum kind parent = s->depth ? l[-1].kind : KIND_ROOT;

	l->kind = node_kind(s);
	l->off = (s->depth && l[-1].off) || is_off(s);
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
	case KIND_CPUS:
		if (s->m->cpus_node < 0)
			s->m->cpus_node = s->node;
		return 0;
	case KIND_DEVICE:
		if (!l->off)
			device_node(s);
		return 0;
	case KIND_RESERVED:
		if (!l->off && s->reserved < 0)
			reserved_node(s);
		return 0;
	case KIND_NONE:
		/* A CPU that is disabled waits to be started: it counts. */
		if (parent == KIND_CPUS && string_is(s, PROP_DEVICE_TYPE, "cpu"))
			s->m->cpu_count++;
		return 0;
	default:
		return 0;
	}
}
