/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/console/power.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include <arch/cpu.h>
#include <arch/io.h>

#include "common/console/watchdog.h"
#include "common/fdt/cell.h"
#include "common/fdt/fdt.h"
#include "common/fdt/gpio.h"

#define US_PER_MS 1000
#define DELAY_MS  UINT32_C(60000) /* the longest that a node may ask for */

static bool cell(int node, const char *name, unsigned int i, uint32_t *value)
{
	return fdt_cell(machine.fdt, node, name, i, value);
}

static uint32_t cell_or(int node, const char *name, uint32_t otherwise)
{
	return fdt_cell_or(machine.fdt, node, name, otherwise);
}

static const struct device *device_at(int node)
{
	for (unsigned int i = 0; i < machine.dev_count; i++)
		if (machine.dev[i].node == node)
			return &machine.dev[i];
	return NULL;
}

/*
 * Bindings syscon-reboot, syscon-poweroff: (register & ~mask) | value. Without a value the mask is
 * what is written, whole.
 */
static int by_syscon(int node, const char *what, struct why *why)
{
	uint32_t handle, offset, value, mask, width;
	const struct device *regs;
	paddr_t at;

	regs = device_at(cell(node, "regmap", 0, &handle)
				 ? fdt_node_offset_by_phandle(machine.fdt, handle)
				 : fdt_parent_offset(machine.fdt, node));
	if (!regs)
		return refuse(why, -EINVAL, "%s: its registers are no enabled device of the tree",
			      what);
	if (!cell(node, "offset", 0, &offset) && !cell(node, "reg", 0, &offset))
		return refuse(why, -EINVAL, "%s has no offset", what);
	if (!cell(node, "mask", 0, &mask)) {
		if (!cell(node, "value", 0, &value))
			return refuse(why, -EINVAL, "%s has neither a value nor a mask", what);
		mask = UINT32_MAX;
	} else if (!cell(node, "value", 0, &value)) {
		value = mask;
		mask = UINT32_MAX;
	}
	width = cell_or(regs->node, "reg-io-width", 4);
	if ((width != 1 && width != 2 && width != 4) || offset % width)
		return refuse(why, -EINVAL, "%s: no register of %" PRIu32 " bytes at 0x%" PRIx32,
			      what, width, offset);
	if (regs->size < width || offset > regs->size - width)
		return refuse(why, -ERANGE,
			      "%s: offset 0x%" PRIx32 " is beyond the 0x%" PRIx64 " bytes of %s",
			      what, offset, regs->size, regs->name);
	at = regs->base + offset;
	value &= mask;
	if (width == 1)
		mmio_write8(at, (uint8_t)((mmio_read8(at) & ~mask) | value));
	else if (width == 2)
		mmio_write16(at, (uint16_t)((mmio_read16(at) & ~mask) | value));
	else
		mmio_write32(at, (mask == UINT32_MAX ? 0 : mmio_read32(at) & ~mask) | value);
	udelay(100 * US_PER_MS);
	return refuse(why, -ETIMEDOUT, "%s was written and the machine goes on", what);
}

/*
 * The controller of a node, which a port of a DesignWare's is not: its parent is. @first: the
 * node's first line there.
 */
static const struct device *pins_at(int node, struct gpio *g, unsigned int *first)
{
	const struct device *dev = device_at(node);
	uint32_t port = 0;

	if (!IS_ENABLED(CONFIG_GPIO) || node < 0)
		return NULL;
	if (!dev) {
		dev = device_at(fdt_parent_offset(machine.fdt, node));
		port = cell_or(node, "reg", GPIO_BANKS);
	}
	if (!dev || !fdt_gpio(machine.fdt, dev, g) || (dev->node != node && !g->row->ports))
		return NULL;
	*first = port ? gpio_row_lines(g->row, port) : 0;
	return *first < g->lines ? dev : NULL;
}

/* Bindings gpio-restart, gpio-poweroff: active, inactive, active, with a time after each. */
static int by_gpio(int node, const char *what, struct why *why)
{
	uint32_t handle, line, flags, cells;
	const struct device *pins;
	unsigned int first;
	struct gpio g;
	bool high;
	int at;

	if (!cell(node, "gpios", 0, &handle) || !cell(node, "gpios", 1, &line) ||
	    !cell(node, "gpios", 2, &flags))
		return refuse(why, -EINVAL, "%s has no gpios of three cells", what);
	at = fdt_node_offset_by_phandle(machine.fdt, handle);
	cells = at < 0 ? 0 : fdt_cell_or(machine.fdt, at, "#gpio-cells", 0);
	pins = pins_at(at, &g, &first);
	if (!pins)
		return refuse(why, -ENOTSUP, "%s: its pin is on %.60s, which has no driver", what,
			      device_at(at) ? device_at(at)->name : "no device");
	if (cells != 2 || line >= (g.row->ports ? g.row->bank[0] : g.lines))
		return refuse(why, -ERANGE, "%s: %s has no line %" PRIu32, what, pins->name, line);
	line += first;
	high = !(flags & 1); /* active low */
	for (unsigned int step = 0; step < 3; step++) {
		static const char *const names[] = { "active-delay",      "inactive-delay",
						     "wait-delay",        "active-delay-ms",
						     "inactive-delay-ms", "timeout-ms" };
		static const uint32_t usual[] = { 100, 100, 3000 };
		const uint32_t ms =
			cell_or(node, names[step], cell_or(node, names[3 + step], usual[step]));

		gpio_drive(&g, line, high == (step != 1));
		udelay(UINT64_C(1) * MIN(ms, DELAY_MS) * US_PER_MS);
	}
	return refuse(why, -ETIMEDOUT,
		      "%s: line %" PRIu32 " of %s was driven and the machine goes on", what, line,
		      pins->name);
}

static int each(const char *what, int (*way)(int node, const char *what, struct why *),
		struct why *why, int err)
{
	for (int node = fdt_next_enabled(machine.fdt, -1, what); node >= 0;
	     node = fdt_next_enabled(machine.fdt, node, what))
		err = way(node, what, why);
	return err;
}

static int by_watchdog(struct why *why, int err)
{
	struct watchdog w;
	const struct device *dev = IS_ENABLED(CONFIG_WATCHDOG) ? watchdogs_of_tree(0, &w) : NULL;

	if (!dev)
		return err;
	w.kind->expire(&w);
	udelay(1000 * US_PER_MS);
	return refuse(why, -ETIMEDOUT, "%s was let expire and the machine goes on", dev->name);
}

int power_by_tree(bool off, struct why *why)
{
	int err = refuse(why, -ENODEV,
			 "the machine has no PSCI, and the tree no other way that Loft knows");

	if (off) {
		err = each("syscon-poweroff", by_syscon, why, err);
		return each("gpio-poweroff", by_gpio, why, err);
	}
	err = each("syscon-reboot", by_syscon, why, err);
	err = each("gpio-restart", by_gpio, why, err);
	return by_watchdog(why, err);
}
