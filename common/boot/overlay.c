// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <libfdt.h>

#include "common/boot/container.h"
#include "common/fdt/fdt.h"
#include "common/fdt/overlay.h"

#define EACH_ROOM 1024 /* for what an overlay adds beside its own bytes: symbols, phandles */

static void release(void *tree)
{
	memmap_release(&machine.mem, (paddr_t)tree);
}

/* Its symbols become the tree's, with paths in front of them. */
static int grow(void **tree, uint64_t size, const char *name, struct why *why)
{
	const uint64_t was = fdt_totalsize(*tree), more = 2 * size + EACH_ROOM;
	void *grown;
	int rc = container_tree(*tree, was, (uint32_t)more, &grown, why);

	if (rc)
		return rc;
	release(*tree);
	*tree = grown;
	return fdt_open_into(grown, grown, (int)(was + more))
		       ? refuse(why, -ENOSPC, "no room for the overlay '%.60s'", name)
		       : 0;
}

int container_overlay(void **tree, const uint8_t *bytes, uint64_t size, const char *name,
		      struct why *why)
{
	void *overlay = NULL;
	int rc = container_tree(bytes, size, 0, &overlay, why);

	if (!rc)
		rc = grow(tree, size, name, why);
	if (!rc)
		rc = fdt_overlay(*tree, overlay, name, why);
	if (overlay)
		release(overlay);
	if (rc)
		release(*tree);
	else
		(void)!fdt_pack(*tree);
	return rc;
}
