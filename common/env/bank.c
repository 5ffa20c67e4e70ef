/* SPDX-License-Identifier: BSD-2-Clause */
/* Banks of flash by the device tree. Spec: Linux' mtd-physmap binding */
#include "common/env/bank.h"

#include "common/fdt/fdt.h"
#include "common/fdt/walk.h"

#define COMPATIBLE "cfi-flash"

/* What is looked for in a node: the first cell of each, and reg whole. */
struct node {
	uint32_t address_cells, size_cells, bank_width;
	const uint32_t *reg;
	uint32_t reg_words;
};

static bool is_named(const struct fdt_walk *w, const char *name)
{
	return !strcmp(fdt_walk_name(w), name);
}

/* All properties of the node at @offset in one go. */
static struct node read_node(int offset)
{
	struct node node = { .address_cells = 2, .size_cells = 1, .bank_width = 1 };
	struct fdt_walk w;

	if (fdt_walk_init(&w, machine.fdt, NULL))
		return node;
	w.next += offset / 4;
	if (fdt_walk_next(&w) != FDT_BEGIN_NODE)
		return node;
	while (fdt_walk_next(&w) == FDT_PROP) {
		if (w.len < 4)
			continue;
		if (is_named(&w, "#address-cells"))
			node.address_cells = fdt_be32(w.data);
		else if (is_named(&w, "#size-cells"))
			node.size_cells = fdt_be32(w.data);
		else if (is_named(&w, "bank-width"))
			node.bank_width = fdt_be32(w.data);
		if (!is_named(&w, "reg"))
			continue;
		node.reg = w.data;
		node.reg_words = w.len / 4;
	}
	return node;
}

static uint64_t cells(const uint32_t *p, uint32_t count)
{
	return count == 2 ? fdt_be64(p) : fdt_be32(p);
}

/*
 * Each window of a device is a bank. struct device has the first one; the others are read here
 * where no bus lies between, which is where flash is.
 */
static unsigned int banks_of(const struct device *dev, struct flash *bank, unsigned int room)
{
	const struct node node = read_node(dev->node);
	const struct node root = read_node(0);
	const uint32_t step = root.address_cells + root.size_cells;
	unsigned int count = 0;

	if (room)
		bank[count++] = (struct flash){ .base = dev->base,
						.size = dev->size,
						.width = (uint8_t)node.bank_width };
	if (dev->depth != 1 || !root.address_cells || root.address_cells > 2 || !root.size_cells ||
	    root.size_cells > 2)
		return count;
	for (uint32_t at = step;
	     node.reg_words >= step && at <= node.reg_words - step && count < room; at += step)
		bank[count++] = (struct flash){
			.base = cells(node.reg + at, root.address_cells),
			.size = cells(node.reg + at + root.address_cells, root.size_cells),
			.width = (uint8_t)node.bank_width,
		};
	return count;
}

unsigned int flash_banks(struct flash bank[FLASH_BANKS_MAX])
{
	const struct device *dev;
	unsigned int count = 0;

	for (unsigned int nth = 0; (dev = machine_find(&machine, COMPATIBLE, nth)); nth++)
		count += banks_of(dev, bank + count, FLASH_BANKS_MAX - count);
	return count;
}

bool flash_last(struct flash *bank)
{
	struct flash all[FLASH_BANKS_MAX];

	/* From the end, where QEMU's tree has it: this runs at every start. */
	for (unsigned int i = machine.dev_count; i--;) {
		unsigned int count;

		if (!device_is(&machine.dev[i], COMPATIBLE))
			continue;
		count = banks_of(&machine.dev[i], all, FLASH_BANKS_MAX);
		*bank = all[count - 1];
		return true;
	}
	return false;
}
