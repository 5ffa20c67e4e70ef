/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a device tree: no access outside of them; a tree that the scan takes can be finished
 * for a kernel, libfdt reads the result, and it scans to the same memory.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "common/fdt/fdt.h"
#include "common/fdt/finish.h"

static struct machine first, second;
static uint64_t kernel_tree[64 * KIB / 8];

static void finish(const void *fdt)
{
	struct fdt_facts facts = {
		.fdt = fdt,
		.mem = &first.mem,
		.bootargs = "console=ttyAMA0",
		.mapped = true,
	};
	struct why why;
	paddr_t at;
	uint32_t used;
	int len;

	/* A list that is full refuses; then there is one range less to write. */
	(void)!memmap_alloc(&first.mem, 1, 1, true, ~(paddr_t)0, MEM_KEEP, "Loft's stub", &at,
			    NULL);
	if (fdt_finish_tree(kernel_tree, sizeof(kernel_tree), &facts, &used, &why))
		return;
	if (used > fdt_finish_room(&facts, 0) || fdt_check_header(kernel_tree))
		abort();
	if (machine_scan(&second, kernel_tree, used, NULL, &why) ||
	    second.mem.bank_count != first.mem.bank_count ||
	    memcmp(second.mem.bank, first.mem.bank, sizeof(first.mem.bank)))
		abort();
	(void)fdt_getprop(kernel_tree, fdt_path_offset(kernel_tree, "/chosen"), "bootargs", &len);
}

static uint64_t sample[KIB / 8];

static void node(const char *name, const char *compatible, const void *reg, int len)
{
	(void)fdt_begin_node(sample, name);
	(void)fdt_property_string(sample, "compatible", compatible);
	(void)fdt_property(sample, "reg", reg, len);
}

/* A small tree of every kind of node, for inputs that change one: random bytes are never a tree. */
static void make_sample(void)
{
	const uint64_t memory[2] = { cpu_to_fdt64(0x40000000), cpu_to_fdt64(0x8000000) };
	const uint64_t firmware[2] = { cpu_to_fdt64(0x41000000), cpu_to_fdt64(0x1000) };
	const uint64_t uart[2] = { cpu_to_fdt64(0x9000000), cpu_to_fdt64(0x1000) };
	const uint32_t ranges[4] = { 0, 0, cpu_to_fdt32(0x9000000), cpu_to_fdt32(0x100000) };
	const uint32_t inner[2] = { cpu_to_fdt32(0x1000), cpu_to_fdt32(0x100) };

	(void)fdt_create(sample, sizeof(sample));
	(void)fdt_add_reservemap_entry(sample, 0x42000000, 0x1000);
	(void)fdt_finish_reservemap(sample);
	(void)fdt_begin_node(sample, "");
	(void)fdt_property_u32(sample, "#address-cells", 2);
	(void)fdt_property_u32(sample, "#size-cells", 2);
	node("memory@40000000", "m", memory, sizeof(memory));
	(void)fdt_property_string(sample, "device_type", "memory");
	(void)fdt_end_node(sample);
	node("u@9000000", "arm,pl011", uart, sizeof(uart));
	(void)fdt_end_node(sample);
	node("soc", "simple-bus", NULL, 0);
	(void)fdt_property_u32(sample, "#address-cells", 1);
	(void)fdt_property(sample, "ranges", ranges, sizeof(ranges));
	node("d@1000", "d", inner, sizeof(inner));
	(void)fdt_end_node(sample);
	(void)fdt_end_node(sample);
	node("reserved-memory", "r", NULL, 0);
	(void)fdt_property_u32(sample, "#address-cells", 2);
	(void)fdt_property_u32(sample, "#size-cells", 2);
	node("fw@41000000", "fw", firmware, sizeof(firmware));
	(void)fdt_property(sample, "no-map", NULL, 0);
	(void)fdt_end_node(sample);
	(void)fdt_end_node(sample);
	(void)fdt_begin_node(sample, "chosen");
	(void)fdt_property_string(sample, "stdout-path", "/u@9000000:115200");
	(void)fdt_property_u64(sample, "linux,initrd-start", 0x44000000);
	(void)fdt_property_u64(sample, "linux,initrd-end", 0x44100000);
	(void)fdt_end_node(sample);
	(void)fdt_end_node(sample);
	if (fdt_finish(sample))
		abort();
}

static void try_tree(const void *fdt, size_t size)
{
	static struct device dev[8];
	static struct window win[8];
	const struct machine_room room = { dev, win, ARRAY_SIZE(dev), ARRAY_SIZE(win) };
	struct why why;

	if (machine_scan(&first, fdt, size, &room, &why))
		return;
	if (first.bootargs)
		(void)strlen(first.bootargs);
	(void)machine_find(&first, "arm,pl011", 0);
	finish(fdt);
}

/* Pieces of three bytes: which word of the sample, and what its low half becomes. */
static void try_changes(const uint8_t *data, size_t size)
{
	size_t length = fdt_totalsize(sample);
	uint32_t *exact = aligned_alloc(8, ALIGN_UP(length, 8));

	memcpy(exact, sample, length);
	for (; size >= 3; data += 3, size -= 3)
		exact[data[0] % (length / 4)] = cpu_to_fdt32((uint32_t)(data[1] << 8 | data[2]));
	try_tree(exact, length);
	free(exact);
}

/* The bytes themselves, less what a fuzzer need not find. */
static void try_bytes(const uint8_t *data, size_t size)
{
	void *exact = aligned_alloc(8, ALIGN_UP(size + 1, 8));

	memcpy(exact, data, size);
	if (size >= sizeof(struct fdt_header)) {
		fdt_set_magic(exact, FDT_MAGIC);
		fdt_set_version(exact, 17);
		fdt_set_last_comp_version(exact, 16);
		fdt_set_totalsize(exact, (uint32_t)size);
	}
	try_tree(exact, size);
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!sample[0])
		make_sample();
	try_changes(data, size);
	try_bytes(data, size);
	return 0;
}
