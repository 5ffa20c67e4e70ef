/* SPDX-License-Identifier: BSD-2-Clause */
/* SD cards and eMMC: the controllers that the tree names, then those on PCI. */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>

#include "common/fdt/cell.h"
#include "common/fdt/fdt.h"
#include "common/fdt/gpio.h"
#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/bcm283x/mailbox.h"
#include "drivers/block/sdhci.h"
#include "drivers/block/sdhost.h"

#define SLOTS_MAX 8
#define PCI_BAR	  0

#define CLOCK_CORE 4 /* by the VideoCore's numbers */

static const struct disk_need need = {
	"mmc", "slots", SLOTS_MAX, sizeof(struct mmc), sizeof(struct mmc_memory), 256,
};
static struct disk_kept kept[SLOTS_MAX];

/*
 * Which controllers follow the specification as they are. @hz: what is divided, at most, where a
 * controller does not tell; a bus is slower than meant, then, never faster.
 */
struct row {
	const char *compatible;
	uint32_t hz, settle;
};

static const struct row known[] = {
	{ "brcm,bcm2835-sdhci", 250000000, 4 }, { "brcm,bcm2711-emmc2", 250000000, 0 },
	{ "arasan,sdhci-8.9a", 200000000, 0 },	{ "snps,dwcmshc-sdhci", 200000000, 0 },
	{ "aspeed,ast2600-sdhci", 200000000, 0 },
};
static const struct row usdhc_rows[] = {
	{ "fsl,imx8mm-usdhc", 400000000, 0 },
	{ "fsl,imx7d-usdhc", 400000000, 0 },
};
static const struct row sdhost_row = { "brcm,bcm2835-sdhost", 500000000, 0 };

/* false: there is no room for more */
static bool take(const struct mmc *what, unsigned int *n)
{
	struct disk_kept *k = disk_room(kept, &need, *n);
	struct mmc *disk;
	struct why why;
	int err;

	if (!k)
		return false;
	disk = k->driver;
	*disk = *what;
	disk->memory = k->shared;
	err = mmc_init(disk, &why);
	if (err && err != -ENODEV)
		printf("mmc: %s\n", why.text);
	if (err)
		return true;
	blk_add(&disk->blk);
	++*n;
	return true;
}

/* Its bus sees memory at other addresses than the CPU does: dma-ranges with an offset. */
static bool is_shifted(const struct device *dev)
{
	const int parent = dev->depth > 1 ? fdt_parent_offset(machine.fdt, dev->node) : 0;
	int len = 0;
	const void *ranges = fdt_getprop(machine.fdt, parent, "dma-ranges", &len);

	return dev->depth > 1 && ranges && len;
}

static const struct device *device_at(int node)
{
	for (unsigned int i = 0; i < machine.dev_count; i++)
		if (machine.dev[i].node == node)
			return &machine.dev[i];
	return NULL;
}

/* A BCM283x's pins lead where the tree says: binding brcm,bcm2835-gpio. */
static void set_pins(const struct device *dev)
{
	uint32_t group, pin, function;

	for (unsigned int i = 0; fdt_cell(machine.fdt, dev->node, "pinctrl-0", i, &group); i++) {
		const int node = fdt_node_offset_by_phandle(machine.fdt, group);
		const struct device *owner =
			node < 0 ? NULL : device_at(fdt_parent_offset(machine.fdt, node));
		struct gpio g;

		if (!owner || !fdt_gpio(machine.fdt, owner, &g) || !g.row->select)
			continue;
		for (unsigned int n = 0; fdt_cell(machine.fdt, node, "brcm,pins", n, &pin); n++)
			if (pin < g.lines &&
			    (fdt_cell(machine.fdt, node, "brcm,function", n, &function) ||
			     fdt_cell(machine.fdt, node, "brcm,function", 0, &function)))
				gpio_function(&g, pin, function);
	}
}

/* The clock that the sdhost divides; where the VideoCore does not tell, @otherwise. */
static uint32_t core_hz(uint32_t otherwise)
{
	const struct device *mailbox = machine_find(&machine, "brcm,bcm2835-mbox", 0);
	uint32_t value[] = { CLOCK_CORE, 0 };

	if (!IS_ENABLED(CONFIG_BCM283X_MAILBOX) || !mailbox ||
	    mailbox_property(mailbox->base, MAILBOX_CLOCK_RATE, value, ARRAY_SIZE(value)) ||
	    value[1] < MMC_SLOW_HZ)
		return otherwise;
	return value[1];
}

static const struct row *find(const struct device *dev, const struct row *row, unsigned int count)
{
	for (; count; count--, row++)
		if (device_is(dev, row->compatible))
			return row;
	return NULL;
}

/* NULL: it is none of them */
static const struct row *row_of(const struct device *dev)
{
	const struct row *row = find(dev, known, ARRAY_SIZE(known));

	if (IS_ENABLED(CONFIG_USDHC) && !row)
		row = find(dev, usdhc_rows, ARRAY_SIZE(usdhc_rows));
	if (IS_ENABLED(CONFIG_SDHOST) && !row)
		row = find(dev, &sdhost_row, 1);
	return row;
}

static const struct mmc_host *host_of(const struct row *row)
{
	if (IS_ENABLED(CONFIG_SDHOST) && row == &sdhost_row)
		return &sdhost_host;
	if (IS_ENABLED(CONFIG_USDHC))
		for (unsigned int i = 0; i < ARRAY_SIZE(usdhc_rows); i++)
			if (row == &usdhc_rows[i])
				return &usdhc_host;
	return &sdhci_host;
}

static bool serves(const struct device *dev)
{
	return row_of(dev);
}

static bool scan_tree(unsigned int *n)
{
	for (unsigned int i = 0; i < machine.dev_count; i++) {
		const struct device *dev = &machine.dev[i];
		const struct row *row = row_of(dev);
		uint32_t lines, hz;

		if (!row || dev->size < SDHCI_REGISTERS)
			continue;
		hz = row->hz;
		if (IS_ENABLED(CONFIG_SDHOST))
			set_pins(dev);
		if (IS_ENABLED(CONFIG_SDHOST) && row == &sdhost_row)
			hz = core_hz(hz);
		lines = fdt_cell_or(machine.fdt, dev->node, "bus-width", 4);
		if (!take(&(struct mmc){ .host = host_of(row),
					 .base = dev->base,
					 .name = dev->name,
					 .coherent = fdt_getprop(machine.fdt, dev->node,
								 "dma-coherent", NULL),
					 .no_dma = is_shifted(dev),
					 .base_hz = hz,
					 .settle = row->settle,
					 .lines = lines == 8 || lines == 1 ? lines : 4 },
			  n))
			return false;
	}
	return true;
}

static void scan_pci(unsigned int *n)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0;

	while (pci_walk(&fn, &host)) {
		paddr_t base;

		if (fn.class_code >> 8 != PCI_CLASS_SD ||
		    !pci_open(&fn, "mmc", PCI_BAR, SDHCI_REGISTERS, &base))
			continue;
		if (!take(&(struct mmc){ .host = &sdhci_host,
					 .base = base,
					 .name = "pci_mmc",
					 .coherent = fn.host->coherent,
					 .base_hz = 200000000,
					 .lines = 4 },
			  n))
			return;
	}
}

static void scan(void)
{
	unsigned int n = 0;

	if (scan_tree(&n) && IS_ENABLED(CONFIG_PCI))
		scan_pci(&n);
}

TABLE_ENTRY(disk_table, struct disk_type, disk_mmc) = {
	.name = "mmc",
	.title = "MMC",
	.scan = scan,
	.serves = serves,
};
