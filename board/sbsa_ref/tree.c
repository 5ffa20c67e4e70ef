// SPDX-License-Identifier: BSD-2-Clause
/* The device tree of sbsa-ref, completed: the firmware is expected to know its devices. */
#include "board/sbsa_ref/tree.h"

#include <libfdt.h>
#include <string.h>

#include "lib/base/types.h"

#define GIC_PHANDLE   0x8001
#define CLOCK_PHANDLE 0x8002

#define SPI	      0
#define PPI	      1
#define LEVEL_HIGH    4

/* Cells of a property, at most twelve; text ends the list of a node's properties by a NULL name. */
struct prop {
	const char *name;
	const char *text; /* NULL: cells */
	unsigned char size; /* bytes of text with all its zeros, or the number of cells */
	uint32_t cell[12];
};

#define TEXT(n, t)                                      \
	{                                               \
		.name = n, .text = t, .size = sizeof(t) \
	}
#define CELLS(n, ...)                                                                 \
	{                                                                             \
		.name = n, .size = sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, .cell = { \
			__VA_ARGS__                                                   \
		}                                                                     \
	}
#define FLAG(n)                       \
	{                             \
		.name = n, .text = "" \
	}

static const struct prop gic[] = {
	TEXT("compatible", "arm,gic-v3"),
	CELLS("reg", 0, SBSA_GICD, 0, 0x10000, 0, SBSA_GICR, 0, SBSA_GICR_SIZE),
	FLAG("interrupt-controller"),
	CELLS("#interrupt-cells", 3),
	CELLS("interrupts", PPI, 9, LEVEL_HIGH),
	CELLS("phandle", GIC_PHANDLE),
	{ 0 },
};

static const struct prop timer[] = {
	TEXT("compatible", "arm,armv8-timer"),
	CELLS("interrupts", PPI, 13, LEVEL_HIGH, PPI, 14, LEVEL_HIGH, PPI, 11, LEVEL_HIGH, PPI, 10,
	      LEVEL_HIGH),
	FLAG("always-on"),
	{ 0 },
};

static const struct prop clock[] = {
	TEXT("compatible", "fixed-clock"),
	CELLS("#clock-cells", 0),
	CELLS("clock-frequency", 24000000),
	CELLS("phandle", CLOCK_PHANDLE),
	{ 0 },
};

static const struct prop uart[] = {
	TEXT("compatible", "arm,pl011\0arm,primecell"),
	CELLS("reg", 0, SBSA_UART, 0, 0x1000),
	CELLS("interrupts", SPI, 1, LEVEL_HIGH),
	CELLS("clocks", CLOCK_PHANDLE, CLOCK_PHANDLE),
	TEXT("clock-names", "uartclk\0apb_pclk"),
	{ 0 },
};

static const struct prop watchdog[] = {
	TEXT("compatible", "arm,sbsa-gwdt"),
	CELLS("reg", 0, SBSA_WATCHDOG + 0x1000, 0, 0x1000, 0, SBSA_WATCHDOG, 0, 0x1000),
	CELLS("interrupts", SPI, 16, LEVEL_HIGH),
	{ 0 },
};

/* The second bank; the first is the secure world's. */
static const struct prop flash[] = {
	TEXT("compatible", "cfi-flash"),
	CELLS("reg", 0, SBSA_FLASH, 0, SBSA_FLASH_SIZE),
	CELLS("bank-width", 4),
	{ 0 },
};

static const struct prop chosen[] = {
	TEXT("stdout-path", "/serial@60000000"),
	{ 0 },
};

static const struct {
	const char *name;
	const struct prop *prop;
} nodes[] = {
	{ "serial@60000000", uart }, { "apb-clock", clock },
	{ "timer", timer },          { "watchdog@50011000", watchdog },
	{ "flash@10000000", flash }, { "interrupt-controller@40060000", gic },
};

static int add_props(void *fdt, int node, const struct prop *p)
{
	fdt32_t cell[ARRAY_SIZE(p->cell)];
	int err = 0;

	for (; p->name && !err; p++) {
		for (unsigned i = 0; !p->text && i < p->size; i++)
			cell[i] = cpu_to_fdt32(p->cell[i]);
		err = p->text ? fdt_setprop(fdt, node, p->name, p->text, p->size)
			      : fdt_setprop(fdt, node, p->name, cell, p->size * 4);
	}
	return err;
}

void tree_complete(void *fdt)
{
	int at = fdt_path_offset(fdt, "/chosen");

	if (at < 0)
		at = fdt_add_subnode(fdt, 0, "chosen");
	if (at < 0 || fdt_getprop(fdt, at, "stdout-path", NULL) || add_props(fdt, at, chosen))
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(nodes); i++) {
		int node = fdt_add_subnode(fdt, 0, nodes[i].name);

		if (node < 0 || add_props(fdt, node, nodes[i].prop))
			return;
	}
	(void)fdt_setprop_u32(fdt, 0, "interrupt-parent", GIC_PHANDLE);
}
