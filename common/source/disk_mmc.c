/* SPDX-License-Identifier: BSD-2-Clause */
/* SD cards and eMMC: the controllers that the tree names, then those on PCI. */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>

#include "common/fdt/cell.h"
#include "common/fdt/fdt.h"
#include "common/source/disk.h"
#include "common/source/pci.h"
#include "drivers/block/sdhci.h"

#define SLOTS_MAX 8
#define PCI_BAR	  0

static const struct disk_need need = {
	"mmc", "slots", SLOTS_MAX, sizeof(struct sdhci), sizeof(struct sdhci_memory), 256,
};
static struct disk_kept kept[SLOTS_MAX];

/*
 * Which controllers follow the specification as they are. @hz: what is divided, at most, where a
 * controller does not tell; a bus is slower than meant, then, never faster.
 */
static const struct {
	const char *compatible;
	uint32_t hz, settle;
} known[] = {
	{ "brcm,bcm2835-sdhci", 250000000, 4 }, { "brcm,bcm2711-emmc2", 250000000, 0 },
	{ "arasan,sdhci-8.9a", 200000000, 0 },	{ "snps,dwcmshc-sdhci", 200000000, 0 },
	{ "aspeed,ast2600-sdhci", 200000000, 0 },
};

/* false: there is no room for more */
static bool take(const struct sdhci *what, unsigned int *n)
{
	struct disk_kept *k = disk_room(kept, &need, *n);
	struct sdhci *disk;
	struct why why;
	int err;

	if (!k)
		return false;
	disk = k->driver;
	*disk = *what;
	disk->memory = k->shared;
	err = sdhci_init(disk, &why);
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

/* ARRAY_SIZE(known): none */
static unsigned int row_of(const struct device *dev)
{
	unsigned int row = 0;

	while (row < ARRAY_SIZE(known) && !device_is(dev, known[row].compatible))
		row++;
	return row;
}

static bool serves(const struct device *dev)
{
	return row_of(dev) < ARRAY_SIZE(known);
}

static bool scan_tree(unsigned int *n)
{
	for (unsigned int i = 0; i < machine.dev_count; i++) {
		const struct device *dev = &machine.dev[i];
		const unsigned int row = row_of(dev);
		uint32_t lines;

		if (row == ARRAY_SIZE(known) || dev->size < SDHCI_REGISTERS)
			continue;
		lines = fdt_cell_or(machine.fdt, dev->node, "bus-width", 4);
		if (!take(&(struct sdhci){ .base = dev->base,
					   .name = dev->name,
					   .coherent = fdt_getprop(machine.fdt, dev->node,
								   "dma-coherent", NULL),
					   .no_dma = is_shifted(dev),
					   .base_hz = known[row].hz,
					   .settle = known[row].settle,
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
		if (!take(&(struct sdhci){ .base = base,
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
