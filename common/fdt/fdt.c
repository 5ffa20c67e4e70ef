/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>

#include "common/fdt/scan.h"

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
	[PROP_CPU_ON] = "cpu_on",
	[PROP_SYS_POWEROFF] = "sys_poweroff",
	[PROP_SYS_RESET] = "sys_reset",
};

/* A property with any other first letter is none of them; a bit each for the low five bits. */
#define LETTER(c) (1u << ((c)&31))
#define FIRST_LETTERS                                                                        \
	(LETTER('#') | LETTER('b') | LETTER('c') | LETTER('d') | LETTER('k') | LETTER('l') | \
	 LETTER('m') | LETTER('n') | LETTER('r') | LETTER('s'))

static unsigned int prop_by_name(const char *name)
{
	if (FIRST_LETTERS & LETTER(name[0]))
		for (unsigned int p = PROP_OTHER + 1; p < PROP_COUNT; p++)
			if (prop_names[p][0] == name[0] && prop_names[p][1] == name[1] &&
			    !strcmp(prop_names[p], name))
				return p;
	return PROP_OTHER;
}

/* Names are compared once, when they come up first. */
static inline unsigned int prop_number(struct scan *s, const char *strings, uint32_t name_offset)
{
	unsigned int p;

	if (name_offset >= NAMES_MAX)
		return prop_by_name(strings + name_offset);
	p = s->prop_at[name_offset];
	if (!p)
		s->prop_at[name_offset] = (uint8_t)(p = prop_by_name(strings + name_offset));
	return p;
}

static void begin_node(struct scan *s, const struct fdt_walk *w)
{
	s->open = true;
	s->seen = 0;
	s->name = w->data;
	s->node = fdt_walk_offset(w);
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

	if (!err && first)
		scan_open_level(s);
	if (!err && ++s->depth == SCAN_DEPTH_MAX)
		err = refuse(s->why, -E2BIG, "the FDT is nested deeper than %d nodes, below %.60s",
			     SCAN_DEPTH_MAX, s->name);
	return err;
}

static inline void add_property(struct scan *s, const struct fdt_walk *w)
{
	unsigned int p = prop_number(s, w->strings, w->name_offset);

	s->seen |= 1u << p;
	s->value[p] = w->data;
	s->len[p] = w->len;
}

static int refuse_structure(const struct scan *s, const struct fdt_walk *w, int tag)
{
	if (tag < 0)
		return fdt_walk_refuse(w, s->why);
	return refuse(s->why, -EINVAL, "the FDT is damaged: %s, after the node %.60s",
		      tag == FDT_PROP ? "a property follows a child" : "it ends inside of a node",
		      *s->name ? s->name : "/");
}

static int refuse_after(const struct scan *s)
{
	return refuse(s->why, -EINVAL, "the FDT is damaged: something follows the root node");
}

/*
 * The root is open; returns when it has ended. @w is a copy that nobody else has the address of,
 * so that the compiler keeps it in registers.
 */
static int scan_nodes(struct scan *s, struct fdt_walk w)
{
	for (;;) {
		int tag = fdt_walk_step(&w);
		int err = 0;

		if (tag == FDT_PROP && s->open) {
			add_property(s, &w);
		} else if (tag == FDT_BEGIN_NODE) {
			err = begin_child(s);
			begin_node(s, &w);
		} else if (tag == FDT_END_NODE) {
			err = close_properties(s);
			if (!err && !s->depth--) {
				struct fdt_walk at = w;

				return fdt_walk_next(&at) == FDT_END ? 0 : refuse_after(s);
			}
		} else {
			struct fdt_walk at = w;

			return refuse_structure(s, &at, tag);
		}
		if (err)
			return err;
	}
}

/* The children of /reserved-memory once more, in a structure that has been walked. */
static int reserve_nodes(struct scan *s)
{
	unsigned int depth = 0;
	struct fdt_walk w;
	int tag, err = fdt_walk_init(&w, s->m->fdt, s->why);

	if (err)
		return err;
	w.next = w.first + s->reserved / 4;
	(void)fdt_walk_next(&w); /* its own beginning */
	while (!err && (tag = fdt_walk_next(&w)) > 0) {
		if (tag == FDT_BEGIN_NODE && !depth++)
			begin_node(s, &w);
		else if (tag == FDT_PROP && depth == 1)
			add_property(s, &w);
		else if (tag == FDT_END_NODE && !depth--)
			break;
		else if (tag == FDT_END_NODE && !depth)
			err = scan_reserved(s);
	}
	return err;
}

/* Banks are all known now, so reservations can be cut to what is DRAM. */
static int reserve(struct scan *s)
{
	uint64_t start, size;
	int err = s->reserved < 0 ? 0 : reserve_nodes(s);

	for (unsigned int i = 0; !err && fdt_reservation(s->m->fdt, i, &start, &size); i++)
		err = scan_reserve(s, start, size, 0, MEM_OWNER_MEMRESERVE, 0);
	return err;
}

/* What an earlier loader left behind may tell of memory that this machine has not. */
static void check_initrd(struct machine *m, const struct memmap *mem)
{
	if (!m->initrd_end || memmap_is_dram(mem, m->initrd_start, m->initrd_end - m->initrd_start))
		return;
	m->initrd_stale = m->initrd_start;
	m->initrd_start = m->initrd_end = 0;
}

int machine_scan(struct machine *m, const void *fdt, uint64_t max_size,
		 const struct machine_room *room, struct why *why)
{
	const struct machine_room none = { NULL, NULL, 0, 0 };
	struct fdt_walk w;
	struct scan s;
	int err;

	memset(m, 0, sizeof(*m));
	memset(&s, 0, sizeof(s));
	s.m = m;
	s.room = room ? room : &none;
	m->dev = s.room->dev;
	m->win = s.room->win;
	s.why = why;
	s.aliases = s.reserved = -1;
	m->cpus_node = -1;
	m->fdt = fdt;
	err = fdt_check(fdt, max_size, &m->fdt_size, why);
	if (!err)
		err = fdt_walk_init(&w, fdt, why);
	if (err)
		return err;
	if (fdt_walk_next(&w) != FDT_BEGIN_NODE)
		return refuse(why, -EINVAL, "the FDT is damaged: it does not begin with a node");
	begin_node(&s, &w);
	err = scan_nodes(&s, w);
	if (!err && !m->mem.bank_count)
		err = s.memory_err ? s.memory_err
				   : refuse(why, -ENODEV, "the FDT has no memory node with a size");
	if (!err)
		err = reserve(&s);
	if (!err) {
		check_initrd(m, &m->mem);
		machine_find_console(m, s.aliases);
	}
	return err;
}

int machine_rescan(struct machine *m, const void *fdt, const struct machine_room *room,
		   struct why *why)
{
	struct machine fresh;
	int err = machine_scan(&fresh, fdt, FDT_SIZE_MAX, room, why);

	if (!err) {
		fresh.mem = m->mem;
		check_initrd(&fresh, &m->mem);
		*m = fresh;
		return 0;
	}
	m->fdt = fdt;
	m->dev_count = m->dev_seen = 0;
	m->console_compatible = m->bootargs = m->model = m->stdout_path = NULL;
	m->console_compatible_len = 0;
	return err;
}

uint64_t machine_need(unsigned int devices, unsigned int windows)
{
	return arena_need(devices, sizeof(struct device)) +
	       arena_need(windows, sizeof(struct window));
}

int machine_take(struct machine_room *room, struct arena *arena, unsigned int devices,
		 unsigned int windows)
{
	struct arena a = *arena;
	struct device *dev = arena_take(&a, devices, sizeof(*dev));
	struct window *win = arena_take(&a, windows, sizeof(*win));

	if (!dev || !win)
		return -ENOMEM;
	*arena = a;
	*room = (struct machine_room){ dev, win, devices, windows };
	return 0;
}
