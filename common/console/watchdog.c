/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/console/watchdog.h"

#include <libfdt.h>

#include <arch/cpu.h>

#include "common/console/console.h"
#include "common/fdt/cell.h"

static struct {
	struct watchdog w;
	uint64_t ms, last; /* ticks */
} kept[WATCHDOGS];

static uint32_t cell(int node, const char *name, unsigned int i)
{
	uint32_t value = 0;

	(void)fdt_cell(machine.fdt, node, name, i, &value);
	return value;
}

static uint64_t clock_of(const struct device *dev, const struct watchdog_kind *kind)
{
	if (kind->counter)
		return cpu_ticks_hz();
	return kind->hz ? kind->hz : fdt_fixed_clock(machine.fdt, dev->node);
}

/* The second window, as far from the first as the node says. */
static paddr_t second_of(const struct device *dev)
{
	const int parent = fdt_parent_offset(machine.fdt, dev->node);
	const int address = parent < 0 ? 0 : fdt_address_cells(machine.fdt, parent);
	const int size = parent < 0 ? 0 : fdt_size_cells(machine.fdt, parent);
	unsigned int at;
	uint64_t first, second;

	if (address < 1 || address > 2 || size < 0 || size > 2)
		return 0;
	at = (unsigned int)(address + size);
	first = cell(dev->node, "reg", (unsigned int)address - 1);
	second = cell(dev->node, "reg", at + (unsigned int)address - 1);
	if (address == 2) {
		first |= (uint64_t)cell(dev->node, "reg", 0) << 32;
		second |= (uint64_t)cell(dev->node, "reg", at) << 32;
	}
	return second ? dev->base + (second - first) : 0;
}

const struct device *watchdogs_of_tree(unsigned int n, struct watchdog *w)
{
	for (unsigned int i = 0; i < machine.dev_count; i++) {
		const struct device *dev = &machine.dev[i];
		const struct watchdog_kind *kind =
			dev->compatible
				? watchdog_find(dev->compatible, (size_t)dev->compatible_len)
				: NULL;
		paddr_t second = 0;

		if (!kind)
			continue;
		if (kind->frames > 1) {
			second = second_of(dev);
			if (!second || !machine_window_left(&machine, second))
				continue;
		}
		if (n--)
			continue;
		*w = (struct watchdog){
			.kind = kind,
			.base = { dev->base, second },
			.hz = clock_of(dev, kind),
			.big_endian = fdt_getprop(machine.fdt, dev->node, "big-endian", NULL),
		};
		return dev;
	}
	return NULL;
}

uint64_t watchdog_of_tree_ms(const struct device *dev)
{
	return (uint64_t)cell(dev->node, "timeout-sec", 0) * 1000;
}

/* At a quarter of its time: then a long command of the prompt has three more. */
static void keep(void)
{
	const uint64_t now = cpu_ticks(), hz = cpu_ticks_hz();

	for (unsigned int i = 0; i < ARRAY_SIZE(kept); i++) {
		if (!kept[i].ms || (now - kept[i].last) / (hz / 1000 + 1) < kept[i].ms / 4)
			continue;
		kept[i].last = now;
		kept[i].w.kind->kick(&kept[i].w);
	}
}

void watchdog_keep(const struct watchdog *w, uint64_t ms)
{
	static struct console_tap tap = { .poll = keep };
	unsigned int i, slot = ARRAY_SIZE(kept);

	for (i = ARRAY_SIZE(kept); i--;)
		if (!kept[i].ms)
			slot = i;
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (kept[i].ms && kept[i].w.base[0] == w->base[0])
			slot = i;
	if (slot == ARRAY_SIZE(kept))
		return;
	kept[slot].w = *w;
	kept[slot].ms = ms;
	kept[slot].last = cpu_ticks();
	console_tap(&tap);
}
