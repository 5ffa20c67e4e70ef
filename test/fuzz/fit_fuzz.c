/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any tree or FIT that comes from a stranger: what Loft's own walk passes, libfdt can read, find
 * and edit without an end that never comes or a byte outside.
 */
#include <libfdt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/image/fit.h"

#define SIZE_MAX_TREE 4096

static uint8_t tree[SIZE_MAX_TREE] __attribute__((aligned(8)));

static void read_all(const void *fdt)
{
	const char *name;
	int depth = 0, len, offset, p;
	unsigned int seen = 0;

	for (offset = 0; offset >= 0; offset = fdt_next_node(fdt, offset, &depth)) {
		if (++seen > SIZE_MAX_TREE)
			abort(); /* more nodes than bytes: it goes in circles */
		fdt_for_each_property_offset(p, fdt, offset) {
			if (++seen > 2 * SIZE_MAX_TREE)
				abort();
			(void)fdt_getprop_by_offset(fdt, p, &name, &len);
		}
	}
}

static void edit(void)
{
	static uint8_t room[2 * SIZE_MAX_TREE] __attribute__((aligned(8)));

	if (fdt_open_into(tree, room, sizeof(room)))
		return;
	(void)fdt_setprop_u64(room, 0, "linux,initrd-start", 1);
	(void)fdt_add_subnode(room, 0, "chosen");
	(void)fdt_del_node(room, fdt_path_offset(room, "/images"));
	read_all(room);
}

static void read_fit(size_t size)
{
	const char *script = "script";
	const uint8_t *data;
	struct why why;
	struct fit fit;
	uint32_t bytes;
	int image, hash, node;

	if (fit_check(&fit, tree, size, &why)) {
		if (!why.text[0])
			abort();
		return;
	}
	fdt_for_each_subnode(image, fit.tree, fdt_path_offset(fit.tree, "/images")) {
		if (!fit_data(&fit, image, &data, &bytes, &why) &&
		    (data < tree || bytes > size - (size_t)(data - tree)))
			abort();
		for (hash = 0; (hash = fit_next_hash(fit.tree, image, hash));)
			(void)!fit_check_hash(&fit, image, hash, &why);
	}
	(void)!fit_find_script(fit.tree, NULL, NULL, &node, &why);
	(void)!fit_find_script(fit.tree, script, NULL, &node, &why);
	(void)!fit_find_script(fit.tree, NULL, script, &node, &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two bytes say how many reservations and string bytes; the rest is the structure block. */
static size_t wrap(const uint8_t *data, size_t size)
{
	static const char names[] = "data\0data-size\0data-position\0data-offset\0algo\0value\0"
				    "default\0script\0reg";
	const size_t strings = sizeof(tree) - 256;

	if (size < 4 || size > strings - 56)
		return 0;
	memset(tree, 0, sizeof(tree));
	memcpy(tree + 56, data, size & ~(size_t)3);
	memcpy(tree + strings, names, sizeof(names));
	fdt_set_magic(tree, FDT_MAGIC);
	fdt_set_totalsize(tree, sizeof(tree));
	fdt_set_off_mem_rsvmap(tree, 40);
	fdt_set_off_dt_struct(tree, 56);
	fdt_set_size_dt_struct(tree, (uint32_t)(size & ~(size_t)3));
	fdt_set_off_dt_strings(tree, (uint32_t)strings);
	fdt_set_size_dt_strings(tree, sizeof(names));
	fdt_set_version(tree, 17);
	fdt_set_last_comp_version(tree, 16);
	return sizeof(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct why why;

	if (size < 4)
		return 0;
	if (data[0] & 1) {
		size = wrap(data + 4, size - 4);
	} else if (size <= sizeof(tree)) {
		memset(tree, 0, sizeof(tree));
		memcpy(tree, data, size);
		tree[0] = 0xd0;
	} else {
		return 0;
	}
	if (!size)
		return 0;
	if (!fdt_check_whole(tree, size, true, &why)) {
		read_all(tree);
		edit();
	}
	read_fit(size);
	return 0;
}
