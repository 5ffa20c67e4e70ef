/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "common/fdt_scan.h"

static const char prop_names[PROP_COUNT][20] = {
	[PROP_REG] = "reg",
	[PROP_COMPATIBLE] = "compatible",
	[PROP_STATUS] = "status",
	[PROP_RANGES] = "ranges",
	[PROP_ADDRESS_CELLS] = "#address-cells",
	[PROP_SIZE_CELLS] = "#size-cells",
	[PROP_DEVICE_TYPE] = "device_type",
	[PROP_NO_MAP] = "no-map",
	[PROP_METHOD] = "method",
	[PROP_MODEL] = "model",
	[PROP_BOOTARGS] = "bootargs",
	[PROP_STDOUT] = "stdout-path",
	[PROP_STDOUT_OLD] = "linux,stdout-path",
	[PROP_INITRD_START] = "linux,initrd-start",
	[PROP_INITRD_END] = "linux,initrd-end",
	[PROP_KASLR_SEED] = "kaslr-seed",
	[PROP_RNG_SEED] = "rng-seed",
};

static unsigned int prop_number(struct scan *s, uint32_t name_offset)
{
	const char *name = s->walk.strings + name_offset;
	unsigned int p;

	if (name_offset < NAMES_MAX && s->prop_at[name_offset])
		return s->prop_at[name_offset];
	for (p = PROP_OTHER + 1; p < PROP_COUNT; p++)
		if (prop_names[p][0] == name[0] && !strcmp(prop_names[p], name))
			break;
	if (p == PROP_COUNT)
		p = PROP_OTHER;
	if (name_offset < NAMES_MAX)
		s->prop_at[name_offset] = (uint8_t)p;
	return p;
}

static void begin_node(struct scan *s)
{
	s->open = true;
	s->seen = 0;
	s->name = s->walk.data;
	s->node = fdt_walk_offset(&s->walk);
}

/* The open node gets no more properties. */
static int close_properties(struct scan *s)
{
	if (!s->open)
		return 0;
	s->open = false;
	return scan_node(s);
}

static int begin_child(struct scan *s)
{
	bool first = s->open;
	int err = close_properties(s);

	if (err)
		return err;
	if (first)
		scan_open_level(s);
	if (++s->depth == SCAN_DEPTH_MAX)
		return refuse(s->why, -E2BIG, "the FDT is nested deeper than %d nodes, at %.60s",
			      SCAN_DEPTH_MAX, (const char *)s->walk.data);
	begin_node(s);
	return 0;
}

static int add_property(struct scan *s)
{
	const struct fdt_walk *w = &s->walk;
	unsigned int p;

	if (!s->open)
		return refuse(s->why, -EINVAL,
			      "the FDT is damaged: the property %.60s comes after a child of %.60s",
			      fdt_walk_name(w), s->name);
	p = prop_number(s, w->name_offset);
	s->seen |= 1u << p;
	s->value[p] = w->data;
	s->len[p] = w->len;
	return 0;
}

/* The root is open; returns when it has ended. */
static int scan_nodes(struct scan *s)
{
	for (;;) {
		int tag = fdt_walk_next(&s->walk);
		int err;

		if (tag == FDT_PROP)
			err = add_property(s);
		else if (tag == FDT_BEGIN_NODE)
			err = begin_child(s);
		else if (tag == FDT_END_NODE)
			err = close_properties(s);
		else
			return tag < 0 ? fdt_walk_refuse(&s->walk, s->why)
				       : refuse(s->why, -EINVAL,
						"the FDT is damaged: it ends inside of %.60s",
						s->name);
		if (err)
			return err;
		if (tag == FDT_END_NODE && !s->depth--)
			return 0;
	}
}

/* Banks are all known now, so reservations can be cut to what is DRAM. */
static int reserve(struct scan *s)
{
	struct machine *m = s->m;
	uint64_t start, size;
	int err = 0;

	for (unsigned int i = 0; !err && i < s->pending_count; i++) {
		const struct pending *p = &s->pending[i];

		err = memmap_reserve_foreign(&m->mem, p->start, p->size, p->flags, p->name, s->why);
	}
	for (unsigned int i = 0; !err && fdt_reservation(m->fdt, i, &start, &size); i++)
		err = memmap_reserve_foreign(&m->mem, start, size, 0, "/memreserve/", s->why);
	return err;
}

int machine_scan(struct machine *m, const void *fdt, uint64_t max_size, struct why *why)
{
	struct scan s;
	int err;

	memset(m, 0, sizeof(*m));
	memset(&s, 0, sizeof(s));
	s.m = m;
	s.why = why;
	s.aliases = -1;
	m->fdt = fdt;
	err = fdt_check(fdt, max_size, &m->fdt_size, why);
	if (!err)
		err = fdt_walk_init(&s.walk, fdt, why);
	if (err)
		return err;
	if (fdt_walk_next(&s.walk) != FDT_BEGIN_NODE)
		return refuse(why, -EINVAL, "the FDT is damaged: it does not begin with a node");
	begin_node(&s);
	err = scan_nodes(&s);
	if (!err && !m->mem.bank_count)
		err = refuse(why, -ENODEV, "the FDT has no memory node with a size");
	if (!err)
		err = reserve(&s);
	if (!err)
		machine_find_console(m, s.aliases);
	return err;
}
