/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/fdt/scan.h"

#include "lib/base/span.h"

/* Register windows, and how they are seen from the CPU. Spec: Devicetree Specification 2.3 */

/* An address on the bus below level @bus as the CPU sees it; false where it doesn't. */
static bool to_cpu(const struct scan *s, unsigned int bus, uint64_t *address, uint64_t size)
{
	for (; bus > 0; bus--) {
		const struct level *l = &s->level[bus];
		unsigned int child = l->address_cells, parent = l[-1].address_cells;
		unsigned int step = child + parent + l->size_cells;
		uint32_t at;

		if (l->translation == TO_PARENT_SAME)
			continue;
		if (l->translation == TO_PARENT_NEVER)
			return false;
		for (at = 0; at < l->ranges_words; at += step) {
			uint64_t from = cells(l->ranges + at, child);
			uint64_t span = cells(l->ranges + at + child + parent, l->size_cells);

			if (*address >= from && *address - from < span &&
			    size <= span - (*address - from)) {
				uint64_t to = cells(l->ranges + at + child, parent);

				if (*address - from > UINT64_MAX - to)
					return false;
				*address = span_end(to, *address - from);
				break;
			}
		}
		if (at >= l->ranges_words)
			return false;
	}
	return !size || size - 1 <= UINT64_MAX - *address;
}

static void add_window(struct scan *s, uint64_t start, uint64_t size)
{
	struct machine *m = s->m;
	struct window *last = m->win_count ? &m->win[m->win_count - 1] : NULL;

	/* QEMU's 32 virtio windows lie in a row: one saves everybody work. 0 follows on nothing. */
	if (last && start && last->start + last->size == start && size <= UINT64_MAX - last->size)
		last->size += size;
	else if (m->win_seen++ < s->room->win_room)
		m->win[m->win_count++] = (struct window){ start, size };
}

static void add_device(struct scan *s, uint64_t base, uint64_t size)
{
	struct machine *m = s->m;
	const char *compatible = scan_string(s, PROP_COMPATIBLE);

	if (m->dev_seen++ >= s->room->dev_room)
		return;
	m->dev[m->dev_count++] = (struct device){
		.compatible = compatible,
		.compatible_len = compatible ? (int)s->len[PROP_COMPATIBLE] : 0,
		.name = s->name,
		.base = base,
		.size = size,
		.node = s->node,
		.depth = (uint8_t)s->depth,
	};
}

/* Each register window; those which the CPU can't reach are no error. */
static void device_windows(struct scan *s)
{
	const struct level *bus = &s->level[s->depth - 1];
	unsigned int step = bus->address_cells + bus->size_cells;
	const uint32_t *reg = s->value[PROP_REG];
	uint32_t len = s->len[PROP_REG];
	bool first = true;

	if (!bus->size_cells || bus->address_cells > 2)
		return; /* numbers on a bus of their own kind */
	if (!len || len % (step * 4)) {
		scan_skip(s);
		return;
	}
	for (uint32_t at = 0; at < len / 4; at += step) {
		uint64_t base = cells(reg + at, bus->address_cells);
		uint64_t size = cells(reg + at + bus->address_cells, bus->size_cells);

		if (!size || !to_cpu(s, s->depth - 1, &base, size))
			continue;
		add_window(s, base, size);
		if (first)
			add_device(s, base, size);
		first = false;
	}
}

/* Where a PCI host shows its bus to the CPU. Spec: IEEE 1275 PCI bus binding, 2.2.1 */
static void pci_windows(struct scan *s)
{
	const uint32_t *p = s->value[PROP_RANGES];
	unsigned int parent = s->level[s->depth - 1].address_cells;
	unsigned int size_cells = scan_cell_count(s, PROP_SIZE_CELLS, 1);
	unsigned int step = 3 + parent + size_cells;

	/* A bridge's are addresses of the bus above it, which its host shows. */
	if (!has(s, PROP_RANGES) || parent > 2)
		return;
	if (scan_cell_count(s, PROP_ADDRESS_CELLS, 2) != 3 || size_cells != 2 ||
	    s->len[PROP_RANGES] % (step * 4)) {
		scan_skip(s);
		return;
	}
	for (uint32_t left = s->len[PROP_RANGES] / 4; left; left -= step, p += step) {
		uint64_t start = cells(p + 3, parent);
		uint64_t size = cells(p + 3 + parent, size_cells);
		bool is_space = fdt_be32(p) >> 24 & 3; /* 0 is configuration space */

		if (is_space && size && to_cpu(s, s->depth - 1, &start, size))
			add_window(s, start, size);
	}
}

void scan_device(struct scan *s)
{
	if (string_is(s, PROP_DEVICE_TYPE, "pci"))
		pci_windows(s);
	if (has(s, PROP_COMPATIBLE) && !scan_string(s, PROP_COMPATIBLE))
		scan_skip(s);
	else if (has(s, PROP_REG))
		device_windows(s);
}

/* 0 to 4 cells; anything else reads as 0xff, which nobody accepts. */
uint8_t scan_cell_count(const struct scan *s, enum prop p, uint8_t normal)
{
	uint32_t n;

	if (!has(s, p))
		return normal;
	if (s->len[p] != 4)
		return 0xff;
	n = fdt_be32(s->value[p]);
	return n <= 4 ? (uint8_t)n : 0xff;
}

/* What the node means to its children. Spec: Devicetree Specification 2.3.5, 2.3.8 */
void scan_open_level(struct scan *s)
{
	struct level *l = &s->level[s->depth];
	unsigned int step;

	l->address_cells = scan_cell_count(s, PROP_ADDRESS_CELLS, 2);
	l->size_cells = scan_cell_count(s, PROP_SIZE_CELLS, 1);
	l->translation = TO_PARENT_NEVER;
	if (!s->depth || !has(s, PROP_RANGES))
		return;
	if (!s->len[PROP_RANGES]) {
		l->translation = TO_PARENT_SAME;
		return;
	}
	l->ranges = s->value[PROP_RANGES];
	l->ranges_words = s->len[PROP_RANGES] / 4;
	step = l->address_cells + l[-1].address_cells + l->size_cells;
	/* A PCI bus has three cells and is not looked into. */
	if (l->address_cells > 2 || l[-1].address_cells > 2 || l->size_cells > 2)
		return;
	if (!step || s->len[PROP_RANGES] % (step * 4))
		scan_skip(s);
	else
		l->translation = TO_PARENT_RANGES;
}
