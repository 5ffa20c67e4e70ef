// SPDX-License-Identifier: BSD-2-Clause
#include "common/fdt/overlay.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "common/fdt/fdt.h"

#define PAGE      (4 * KIB)
#define BY_SYMBOL 0xffffffff /* a phandle that /__fixups__ fills in */
#define EACH_ROOM 1024	     /* for what an overlay adds beside its own bytes: symbols, phandles */

/* What /__fixups__ names, /__symbols__ must have. */
static int check_symbols(const void *tree, const void *overlay, const char *name, struct why *why)
{
	const int fixups = fdt_path_offset(overlay, "/__fixups__");
	const int symbols = fdt_path_offset(tree, "/__symbols__");
	const char *symbol, *path;
	int property;

	if (fixups < 0)
		return 0;
	fdt_for_each_property_offset(property, overlay, fixups) {
		if (!fdt_getprop_by_offset(overlay, property, &symbol, NULL))
			return refuse(why, -EINVAL, "%s: damaged at /__fixups__", name);
		if (symbols < 0)
			return refuse(why, -ENOENT,
				      "%s wants the symbol '%.40s', and the tree has no __symbols__"
				      " (dtc -@)",
				      name, symbol);
		path = fdt_getprop(tree, symbols, symbol, NULL);
		if (!path || fdt_path_offset(tree, path) < 0)
			return refuse(why, -ENOENT,
				      "%s wants the symbol '%.40s', which the tree lacks", name,
				      symbol);
	}
	return 0;
}

static int check_target(const void *tree, const void *overlay, int fragment, const char *name,
			struct why *why)
{
	const char *called = fdt_get_name(overlay, fragment, NULL);
	const char *path = fdt_getprop(overlay, fragment, "target-path", NULL);
	int size;
	const fdt32_t *phandle = fdt_getprop(overlay, fragment, "target", &size);

	if (phandle && size == sizeof(*phandle)) {
		if (fdt32_ld(phandle) == BY_SYMBOL ||
		    fdt_node_offset_by_phandle(tree, fdt32_ld(phandle)) >= 0)
			return 0;
		return refuse(why, -ENOENT,
			      "%s: the target of %.40s, phandle 0x%x, is not in the tree", name,
			      called, fdt32_ld(phandle));
	}
	if (!path)
		return refuse(why, -EINVAL, "%s: %.40s has no target", name, called);
	if (fdt_path_offset(tree, path) < 0)
		return refuse(why, -ENOENT, "%s: the target of %.40s, '%.60s', is not in the tree",
			      name, called, path);
	return 0;
}

static int check(const void *tree, const void *overlay, const char *name, struct why *why)
{
	unsigned fragments = 0;
	int fragment, rc;

	fdt_for_each_subnode(fragment, overlay, 0) {
		if (fdt_subnode_offset(overlay, fragment, "__overlay__") < 0)
			continue;
		fragments++;
		rc = check_target(tree, overlay, fragment, name, why);
		if (rc)
			return rc;
	}
	if (!fragments)
		return refuse(why, -EINVAL, "%s is no overlay: no node has an __overlay__", name);
	return check_symbols(tree, overlay, name, why);
}

static int apply(void *tree, void *overlay, const char *name, struct why *why)
{
	int rc = check(tree, overlay, name, why);

	if (rc)
		return rc;
	rc = fdt_overlay_apply(tree, overlay);
	if (rc == -FDT_ERR_NOSPACE)
		return refuse(why, -ENOSPC, "%s does not fit into the tree's 0x%x bytes", name,
			      fdt_totalsize(tree));
	return rc ? refuse(why, -EINVAL, "%s: libfdt says %s", name, fdt_strerror(rc)) : 0;
}

static void release(void *tree)
{
	memmap_release(&machine.mem, (paddr_t)tree);
}

/* @extra: bytes of room behind it */
static int take(const void *bytes, uint64_t size, uint64_t extra, void **tree, struct why *why)
{
	uint64_t room;
	paddr_t at;
	int rc;

	if (size < FDT_HEADER_SIZE || size > FDT_SIZE_MAX)
		return refuse(why, -EINVAL, "a device tree of 0x%llx bytes",
			      (unsigned long long)size);
	room = ALIGN_UP(size + extra, (uint64_t)PAGE);
	rc = memmap_alloc(&machine.mem, room, PAGE, true, ~(paddr_t)0, 0, "device tree", &at, why);
	if (rc)
		return rc;
	memcpy((void *)at, bytes, size);
	rc = fdt_check_whole((const void *)at, size, false, why);
	if (rc)
		release((void *)at);
	else
		*tree = (void *)at;
	return rc;
}

int fdt_take(const void *bytes, uint64_t size, void **tree, struct why *why)
{
	return take(bytes, size, 0, tree, why);
}

int fdt_overlay(void **tree, const void *bytes, uint64_t size, const char *name, struct why *why)
{
	const uint64_t was = fdt_totalsize(*tree);
	/* Its symbols become the tree's, with paths in front of them. */
	const uint64_t more = 2 * size + EACH_ROOM;
	void *overlay, *grown;
	int rc = fdt_take(bytes, size, &overlay, why);

	if (rc)
		return rc;
	/* libfdt spoils what it cannot finish. */
	rc = take(*tree, was, more, &grown, why);
	if (!rc) {
		rc = fdt_open_into(grown, grown, (int)(was + more))
			     ? refuse(why, -ENOSPC, "no room for the overlay '%.60s'", name)
			     : apply(grown, overlay, name, why);
		if (!rc)
			(void)!fdt_pack(grown);
		release(rc ? grown : *tree);
		*tree = rc ? *tree : grown;
	}
	release(overlay);
	return rc;
}

int fdt_rank(const void *tree, int node)
{
	const int count = fdt_stringlist_count(machine.fdt, 0, "compatible");
	const char *name;

	for (int i = 0; i < count; i++) {
		name = fdt_stringlist_get(machine.fdt, 0, "compatible", i, NULL);
		if (name && fdt_stringlist_search(tree, node, "compatible", name) >= 0)
			return i;
	}
	return -1;
}

bool fdt_choose(void **best, int *rank, void *tree)
{
	const int here = fdt_rank(tree, 0);
	const bool better = here >= 0 && (!*best || here < *rank);
	void *left = better ? *best : tree;

	if (better) {
		*best = tree;
		*rank = here;
	}
	if (left)
		release(left);
	return better;
}
