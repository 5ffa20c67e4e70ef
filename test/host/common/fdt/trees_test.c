/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every device tree of Debian's kernels, arm64 and armmp (scripts/dtbs.sh): does machine_scan()
 * know what a walk of another kind finds? By libfdt, from a node up to the root, with numbers of
 * 128 bits: every enabled device that a CPU address leads to, and all bytes of its windows; every
 * bank; every reservation; the node that stdout-path names. What is no device's address is counted
 * by the reason. No trees: skipped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "common/fdt/fdt.h"

#define TREES "build/dtbs"

/* In Debian's 6.1: 576 and 898 trees. */
#define ARM64_MIN    570
#define ARMHF_MIN    890
#define CONSOLES_MIN 1150 /* with a stdout-path that is a node with registers: 1164 */

#define DEPTH_MAX   64
#define DEVICES_MAX 4096
#define SPANS_MAX   8192

__extension__ typedef unsigned __int128 u128;

struct span {
	uint64_t first, last;
};

struct spans {
	struct span span[SPANS_MAX];
	unsigned count;
};

/* The other walk's result. */
static struct {
	struct device dev[DEVICES_MAX];
	unsigned dev_count;
	struct spans windows, banks, reserved, no_map;
} want;

static struct spans have;

static struct {
	unsigned arm64, armhf, devices, windows, banks, reserved, consoles;
	unsigned no_memory; /* "filled in by the bootloader": a bank is put in */
	/* Nodes with a reg that is no CPU address. */
	unsigned off, no_size, no_ranges, beside_ranges, pci, odd;
	unsigned console_off, console_unknown;
} seen;

static struct machine machine_of_tree;

static void span_put(struct spans *s, uint64_t start, uint64_t size)
{
	assert_in_range(s->count, 0, SPANS_MAX - 1);
	assert_true(size && size - 1 <= UINT64_MAX - start);
	s->span[s->count++] = (struct span){ start, start + (size - 1) };
}

static int by_first(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Sorted, and what touches is one: two lists of the same bytes are then the same. */
static void span_join(struct spans *s)
{
	unsigned kept = 0;

	qsort(s->span, s->count, sizeof(s->span[0]), by_first);
	for (unsigned i = 0; i < s->count; i++) {
		struct span *last = kept ? &s->span[kept - 1] : NULL;

		if (last && (last->last == UINT64_MAX || s->span[i].first <= last->last + 1))
			last->last = MAX(last->last, s->span[i].last);
		else
			s->span[kept++] = s->span[i];
	}
	s->count = kept;
}

static void same_spans(const char *path, const char *what, struct spans *a, struct spans *b)
{
	span_join(a);
	span_join(b);
	for (unsigned i = 0; i < MAX(a->count, b->count); i++) {
		if (i < a->count && i < b->count && a->span[i].first == b->span[i].first &&
		    a->span[i].last == b->span[i].last)
			continue;
		print_error("%s: %s: Loft has [%jx, %jx], should have [%jx, %jx]\n", path, what,
			    i < a->count ? (uintmax_t)a->span[i].first : 0,
			    i < a->count ? (uintmax_t)a->span[i].last : 0,
			    i < b->count ? (uintmax_t)b->span[i].first : 0,
			    i < b->count ? (uintmax_t)b->span[i].last : 0);
		fail();
	}
}

/* The other walk: a node is known by its way down, so that nobody asks libfdt for a parent. */
struct way {
	int node[DEPTH_MAX];
	unsigned depth; /* of the last one; the root's is 0 */
};

static unsigned cell_count(const void *fdt, int node, const char *name, unsigned normal)
{
	int len;
	const fdt32_t *value = fdt_getprop(fdt, node, name, &len);

	if (!value)
		return normal;
	assert_int_equal(len, 4);
	return fdt32_to_cpu(*value);
}

static u128 number(const fdt32_t *cell, unsigned count)
{
	u128 n = 0;

	while (count--)
		n = n << 32 | fdt32_to_cpu(*cell++);
	return n;
}

static bool is_text(const void *fdt, int node, const char *name, const char *text)
{
	int len;
	const char *value = fdt_getprop(fdt, node, name, &len);

	return value && len == (int)strlen(text) + 1 && !strcmp(value, text);
}

static bool is_off(const void *fdt, int node)
{
	return fdt_getprop(fdt, node, "status", NULL) && !is_text(fdt, node, "status", "okay") &&
	       !is_text(fdt, node, "status", "ok");
}

/* One address of the bus @way->node[bus]'s children, step by step up to the root. */
static bool to_root(const void *fdt, const struct way *way, unsigned bus, u128 *address, u128 size)
{
	for (; bus; bus--) {
		int node = way->node[bus], len;
		unsigned child = cell_count(fdt, node, "#address-cells", 2);
		unsigned size_cells = cell_count(fdt, node, "#size-cells", 1);
		unsigned parent = cell_count(fdt, way->node[bus - 1], "#address-cells", 2);
		const fdt32_t *range = fdt_getprop(fdt, node, "ranges", &len);
		int step = (int)(child + parent + size_cells) * 4;
		bool found = false;

		if (is_text(fdt, node, "device_type", "pci")) {
			seen.pci++; /* configuration space */
			return false;
		}
		if (!range) {
			seen.no_ranges++;
			return false;
		}
		if (!len)
			continue;
		if (!step || len % step) {
			seen.odd++;
			return false;
		}
		for (; len && !found; len -= step, range += step / 4) {
			u128 from = number(range, child);
			u128 span = number(range + child + parent, size_cells);

			if (*address < from || *address - from >= span ||
			    size > span - (*address - from))
				continue;
			*address = *address - from + number(range + child, parent);
			found = true;
		}
		if (!found) {
			seen.beside_ranges++;
			return false;
		}
	}
	return true;
}

static void want_device(const void *fdt, const struct way *way)
{
	int node = way->node[way->depth], above = way->node[way->depth - 1], len;
	unsigned address_cells = cell_count(fdt, above, "#address-cells", 2);
	unsigned size_cells = cell_count(fdt, above, "#size-cells", 1);
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);
	int step = (int)(address_cells + size_cells) * 4;
	bool known = false;

	if (!reg)
		return;
	if (!size_cells) {
		seen.no_size++; /* a number on I2C, SPI, MDIO, ... */
		return;
	}
	if (!len || len % step) {
		seen.odd++;
		return;
	}
	for (; len; len -= step, reg += step / 4) {
		u128 address = number(reg, address_cells);
		u128 size = number(reg + address_cells, size_cells);

		if (!size || !to_root(fdt, way, way->depth - 1, &address, size))
			continue;
		if (address > UINT64_MAX || size - 1 > UINT64_MAX - address)
			continue;
		span_put(&want.windows, (uint64_t)address, (uint64_t)size);
		seen.windows++;
		if (known)
			continue;
		known = true;
		assert_in_range(want.dev_count, 0, DEVICES_MAX - 1);
		want.dev[want.dev_count++] = (struct device){ .node = node,
							      .base = (uint64_t)address,
							      .size = (uint64_t)size };
	}
}

/* What a PCI host shows of its bus. */
static void want_pci(const void *fdt, const struct way *way)
{
	int node = way->node[way->depth], len;
	unsigned parent = cell_count(fdt, way->node[way->depth - 1], "#address-cells", 2);
	const fdt32_t *range = fdt_getprop(fdt, node, "ranges", &len);
	int step = (int)(3 + parent + 2) * 4;

	if (!range || len % step)
		return;
	for (; len; len -= step, range += step / 4) {
		u128 address = number(range + 3, parent), size = number(range + 3 + parent, 2);

		if (fdt32_to_cpu(*range) >> 24 & 3 && size &&
		    to_root(fdt, way, way->depth - 1, &address, size))
			span_put(&want.windows, (uint64_t)address, (uint64_t)size);
	}
}

/* A node's own reg in @out, by the cells of the node above: memory and reservations. */
static void want_reg(const void *fdt, int node, int above, unsigned size_cells, struct spans *out)
{
	unsigned address_cells = cell_count(fdt, above, "#address-cells", 2);
	int len, step;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);

	size_cells = cell_count(fdt, above, "#size-cells", size_cells);
	step = (int)(address_cells + size_cells) * 4;
	if (!reg || len % step)
		return;
	for (; len; len -= step, reg += step / 4) {
		uint64_t size = (uint64_t)number(reg + address_cells, size_cells);

		if (size)
			span_put(out, (uint64_t)number(reg, address_cells), size);
	}
}

static void want_reserved(const void *fdt, int above)
{
	int node;

	fdt_for_each_subnode(node, fdt, above) {
		if (is_off(fdt, node))
			continue;
		want_reg(fdt, node, above, 1, &want.reserved);
		if (fdt_getprop(fdt, node, "no-map", NULL))
			want_reg(fdt, node, above, 1, &want.no_map);
	}
}

static bool is_named(const void *fdt, int node, const char *name)
{
	return !strcmp(fdt_get_name(fdt, node, NULL), name);
}

static void want_children(const void *fdt, struct way *way)
{
	int above = way->node[way->depth], node;

	assert_in_range(++way->depth, 1, DEPTH_MAX - 1);
	fdt_for_each_subnode(node, fdt, above) {
		way->node[way->depth] = node;
		if (is_off(fdt, node)) {
			seen.off++;
			continue;
		}
		if (way->depth == 1) {
			if (is_text(fdt, node, "device_type", "memory")) {
				want_reg(fdt, node, above, 1, &want.banks);
				continue;
			}
			if (is_named(fdt, node, "reserved-memory"))
				want_reserved(fdt, node);
			if (is_named(fdt, node, "reserved-memory") || is_named(fdt, node, "cpus") ||
			    is_named(fdt, node, "chosen") || is_named(fdt, node, "aliases"))
				continue;
		}
		if (is_text(fdt, node, "device_type", "pci"))
			want_pci(fdt, way);
		want_device(fdt, way);
		want_children(fdt, way);
	}
	way->depth--;
}

static void want_all(const void *fdt)
{
	struct way way = { .depth = 0 };
	uint64_t start, size;

	memset(&want, 0, sizeof(want));
	want_children(fdt, &way);
	for (int i = 0; i < fdt_num_mem_rsv(fdt); i++)
		if (!fdt_get_mem_rsv(fdt, i, &start, &size) && size)
			span_put(&want.reserved, start, size);
}

/* Only what is DRAM can be reserved. */
static void cut_to_banks(struct spans *s)
{
	static struct spans cut;

	cut.count = 0;
	for (unsigned i = 0; i < s->count; i++)
		for (unsigned b = 0; b < want.banks.count; b++) {
			uint64_t first = MAX(s->span[i].first, want.banks.span[b].first);
			uint64_t last = MIN(s->span[i].last, want.banks.span[b].last);

			if (first <= last)
				cut.span[cut.count++] = (struct span){ first, last };
		}
	*s = cut;
}

static void check_devices(const char *path, const struct machine *m)
{
	for (unsigned i = 0; i < MAX(m->dev_count, want.dev_count); i++) {
		const struct device *has = i < m->dev_count ? &m->dev[i] : NULL;
		const struct device *is = i < want.dev_count ? &want.dev[i] : NULL;

		if (has && is && has->node == is->node && has->base == is->base &&
		    has->size == is->size)
			continue;
		print_error("%s: device %u: Loft has %s at %jx, should have %s at %jx\n", path, i,
			    has ? has->name : "none", has ? (uintmax_t)has->base : 0,
			    is ? fdt_get_name(m->fdt, is->node, NULL) : "none",
			    is ? (uintmax_t)is->base : 0);
		fail();
	}
	have.count = 0;
	for (unsigned i = 0; i < m->win_count; i++)
		span_put(&have, m->win[i].start, m->win[i].size);
	same_spans(path, "windows", &have, &want.windows);
	seen.devices += m->dev_count;
}

static void check_memory(const char *path, const struct machine *m)
{
	have.count = 0;
	for (unsigned i = 0; i < m->mem.bank_count; i++)
		span_put(&have, m->mem.bank[i].start, m->mem.bank[i].size);
	same_spans(path, "banks", &have, &want.banks);
	seen.banks += want.banks.count;
	assert_int_equal(m->banks_left_out, 0);
	if (m->skipped)
		print_error("%s: %s makes no sense\n", path,
			    fdt_get_name(m->fdt, m->skipped_node, NULL));
	assert_int_equal(m->skipped, 0);
	cut_to_banks(&want.reserved);
	cut_to_banks(&want.no_map);
	have.count = 0;
	for (unsigned i = 0; i < m->mem.owned_count; i++)
		span_put(&have, m->mem.owned[i].start, m->mem.owned[i].size);
	seen.reserved += want.reserved.count;
	same_spans(path, "reservations", &have, &want.reserved);
	have.count = 0;
	for (unsigned i = 0; i < m->mem.owned_count; i++)
		if (m->mem.owned[i].flags & MEM_NOMAP)
			span_put(&have, m->mem.owned[i].start, m->mem.owned[i].size);
	same_spans(path, "no-map reservations", &have, &want.no_map);
}

/* By libfdt alone: fdt_path_offset() knows aliases. */
static void check_console(const char *path, const struct machine *m)
{
	const int chosen = fdt_path_offset(m->fdt, "/chosen");
	const char *name = chosen < 0 ? NULL : fdt_getprop(m->fdt, chosen, "stdout-path", NULL);
	int node = -1;

	if (!name && chosen >= 0)
		name = fdt_getprop(m->fdt, chosen, "linux,stdout-path", NULL);
	if (name)
		node = fdt_path_offset_namelen(m->fdt, name, (int)strcspn(name, ":"));
	if (node < 0)
		return;
	for (unsigned i = 0; i < want.dev_count; i++) {
		if (want.dev[i].node != node)
			continue;
		if (m->console_node != node || m->console_base != want.dev[i].base)
			print_error("%s: console %s: Loft has %jx\n", path, name,
				    (uintmax_t)m->console_base);
		assert_int_equal(m->console_node, node);
		assert_int_equal(m->console_base, want.dev[i].base);
		assert_ptr_equal(m->console_compatible,
				 fdt_getprop(m->fdt, node, "compatible", NULL));
		seen.consoles++;
		return;
	}
	/* Nothing that a CPU reaches: then Loft has none, either. */
	assert_int_equal(m->console_base, 0);
	if (is_off(m->fdt, node)) {
		seen.console_off++;
	} else {
		seen.console_unknown++;
		print_message("no address: %s: %s\n", path, name);
	}
}

static void *read_tree(const char *path, size_t size, size_t room)
{
	FILE *f = fopen(path, "rb");
	void *fdt = malloc(size + room);

	assert_non_null(f);
	assert_int_equal(fread(fdt, 1, size, f), size);
	fclose(f);
	assert_int_equal(fdt_check_header(fdt), 0);
	assert_int_equal(fdt_open_into(fdt, fdt, (int)(size + room)), 0);
	return fdt;
}

/* For those whose memory the bootloader fills in: all there may be, that no reservation is cut. */
static void put_memory(void *fdt)
{
	unsigned address = cell_count(fdt, 0, "#address-cells", 2);
	unsigned size = cell_count(fdt, 0, "#size-cells", 1);
	fdt32_t reg[8] = { 0 };
	int node = fdt_add_subnode(fdt, 0, "memory@loft");

	assert_in_range(address + size, 2, 8);
	if (size > 1)
		reg[address + size - 2] = cpu_to_fdt32(0x10000); /* 48 bits */
	else
		reg[address] = cpu_to_fdt32(UINT32_MAX);
	assert_int_equal(fdt_setprop_string(fdt, node, "device_type", "memory"), 0);
	assert_int_equal(fdt_setprop(fdt, node, "reg", reg, (int)(address + size) * 4), 0);
}

static int scan(const void *fdt, struct why *why)
{
	static struct device dev[DEVICES_MAX];
	static struct window win[SPANS_MAX];
	const struct machine_room room = { dev, win, DEVICES_MAX, SPANS_MAX };
	struct machine *m = &machine_of_tree;
	int err = machine_scan(m, fdt, fdt_totalsize(fdt), NULL, why); /* counts, as a boot does */
	unsigned devices = m->dev_seen, windows = m->win_seen;

	if (err)
		return err;
	err = machine_scan(m, fdt, fdt_totalsize(fdt), &room, why);
	assert_int_equal(m->dev_count, devices);
	assert_in_range(m->win_count, 0, windows); /* room enough for the second time */
	return err;
}

static int each(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct why why = { "" };
	void *fdt;
	int err;

	(void)ftw;
	if (type != FTW_F || strcmp(path + strlen(path) - 4, ".dtb"))
		return 0;
	seen.arm64 += !strncmp(path, TREES "/arm64/", strlen(TREES "/arm64/"));
	seen.armhf += !strncmp(path, TREES "/armhf/", strlen(TREES "/armhf/"));
	fdt = read_tree(path, (size_t)st->st_size, 4096);
	want_all(fdt);
	err = scan(fdt, &why);
	if (!want.banks.count) {
		assert_int_equal(err, -ENODEV);
		seen.no_memory++;
		put_memory(fdt);
		want_all(fdt);
		err = scan(fdt, &why);
	}
	if (err)
		print_error("%s: %s\n", path, why.text);
	assert_int_equal(err, 0);
	check_devices(path, &machine_of_tree);
	check_memory(path, &machine_of_tree);
	check_console(path, &machine_of_tree);
	free(fdt);
	return 0;
}

static void test_all_trees(void **state)
{
	(void)state;
	if (nftw(TREES "/arm64", each, 16, FTW_PHYS) || nftw(TREES "/armhf", each, 16, FTW_PHYS))
		skip();
	print_message("%u + %u trees, %u of them without memory: %u devices with %u windows, %u"
		      " banks, %u reservations\n",
		      seen.arm64, seen.armhf, seen.no_memory, seen.devices, seen.windows,
		      seen.banks, seen.reserved);
	print_message("no CPU address: %u nodes off, %u on buses without sizes, %u without ranges,"
		      " %u beside them, %u of PCI, %u odd\n",
		      seen.off, seen.no_size, seen.no_ranges, seen.beside_ranges, seen.pci,
		      seen.odd);
	print_message("consoles: %u found, %u off, %u without an address\n", seen.consoles,
		      seen.console_off, seen.console_unknown);
	assert_in_range(seen.arm64, ARM64_MIN, UINT32_MAX);
	assert_in_range(seen.armhf, ARMHF_MIN, UINT32_MAX);
	assert_in_range(seen.consoles, CONSOLES_MIN, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_all_trees) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
