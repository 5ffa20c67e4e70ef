/* SPDX-License-Identifier: BSD-2-Clause */
/* DRAM banks and reservations as the FDT has them, and whether the linear map covers them. */
#include "kernel.h"

#define PAGE		0x1000
#define ATTR_NORMAL_WB	0xff
#define SH_INNER	3

struct range banks[16], reserved[80];
unsigned bank_count, reserved_count;

static void read_banks(const struct fdt *fdt)
{
	const uint32_t root = fdt_root(fdt);

	for (uint32_t node = fdt_child(fdt, root); node != FDT_NONE;
	     node = fdt_sibling(fdt, node)) {
		const char *type = fdt_string(fdt, node, "device_type");
		struct range bank = { .name = fdt_name(fdt, node) };

		if (!type || !is_word(type, "memory"))
			continue;
		if (fdt_property(fdt, node, "status", NULL)) /* "disabled": the secure world's */
			continue;
		for (unsigned i = 0; fdt_reg(fdt, root, node, i, &bank.start, &bank.size); i++)
			if (bank.size && bank_count < 16)
				banks[bank_count++] = bank;
	}
}

static void read_reservations(const struct fdt *fdt)
{
	const uint32_t parent = fdt_path(fdt, "/reserved-memory");

	if (parent == FDT_NONE)
		return;
	for (uint32_t node = fdt_child(fdt, parent); node != FDT_NONE;
	     node = fdt_sibling(fdt, node)) {
		struct range range = { .name = fdt_name(fdt, node) };

		range.no_map = fdt_property(fdt, node, "no-map", NULL);
		range.reclaimable = fdt_property(fdt, node, LOFT_FDT_RECLAIMABLE, NULL);
		for (unsigned i = 0; fdt_reg(fdt, parent, node, i, &range.start, &range.size); i++)
			if (range.size && reserved_count < 80)
				reserved[reserved_count++] = range;
	}
}

void memory_read(const struct fdt *fdt)
{
	read_banks(fdt);
	read_reservations(fdt);
	for (unsigned i = 0; i < bank_count; i++)
		print("  DRAM       %x .. %x\n", banks[i].start,
		      banks[i].start + banks[i].size - 1);
	for (unsigned i = 0; i < reserved_count; i++)
		print("  reserved   %x .. %x %s%s%s\n", reserved[i].start,
		      reserved[i].start + reserved[i].size - 1, reserved[i].name,
		      reserved[i].no_map ? " (no-map)" : "",
		      reserved[i].reclaimable ? " (reclaimable)" : "");
}

static bool contains(const struct range *range, uint64_t start, uint64_t size)
{
	return start >= range->start && start - range->start < range->size &&
	       size <= range->size - (start - range->start);
}

bool memory_is_dram(uint64_t pa, uint64_t size)
{
	for (unsigned i = 0; i < bank_count; i++)
		if (contains(&banks[i], pa, size))
			return true;
	return false;
}

const struct range *memory_reservation(uint64_t pa, uint64_t size)
{
	for (unsigned i = 0; i < reserved_count; i++)
		if (contains(&reserved[i], pa, size))
			return &reserved[i];
	return NULL;
}

/* Is there a byte in [start, start + size) that must not be mapped? */
static bool has_no_map(uint64_t start, uint64_t size)
{
	for (unsigned i = 0; i < reserved_count; i++)
		if (reserved[i].no_map && reserved[i].start < start + size &&
		    start < reserved[i].start + reserved[i].size)
			return true;
	return false;
}

/* A page of DRAM must be reachable and Normal, or not be mapped at all where no-map says so. */
static void check_page(uint64_t virt_start, uint64_t pa, const char *what)
{
	const uint64_t va = loft_va(virt_start, pa);
	const uint64_t par = translate(va, false);

	/* One such byte takes its whole granule out. */
	if (has_no_map(pa - pa % GRANULE, GRANULE)) {
		check(par & PAR_FAULT, "a no-map page is not mapped", va);
		return;
	}
	if (!check(!(par & PAR_FAULT) && PAR_PA(par) == pa, what, va))
		return;
	check(PAR_ATTR(par) == ATTR_NORMAL_WB && PAR_SH(par) == SH_INNER,
	      "and is Normal write-back, inner-shareable", par);
	*(volatile const uint64_t *)va;
}

void memory_check(uint64_t virt_start)
{
	check(bank_count, "the FDT has DRAM banks", bank_count);
	for (unsigned i = 0; i < bank_count; i++) {
		/* in whole granules */
		const uint64_t end = (banks[i].start + banks[i].size) & -(uint64_t)GRANULE;
		const uint64_t start = (banks[i].start + GRANULE - 1) & -(uint64_t)GRANULE;

		if (start >= end)
			continue;
		check_page(virt_start, start, "first page of a bank is in the linear map");
		check_page(virt_start, end - PAGE, "last page of a bank is in the linear map");
	}
	for (unsigned i = 0; i < reserved_count; i++)
		if (reserved[i].no_map && memory_is_dram(reserved[i].start, 1))
			check_page(virt_start, reserved[i].start & -(uint64_t)PAGE, "");
}
