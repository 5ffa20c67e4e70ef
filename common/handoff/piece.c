// SPDX-License-Identifier: BSD-2-Clause
#include "common/fdt/fdt.h"
#include "common/handoff/state.h"

int boot_alloc(struct piece *piece, uint64_t size, uint64_t align, uint32_t flags,
	       const char *owner, struct why *why)
{
	int rc = memmap_alloc(&machine.mem, size, align, true, ~UINT64_C(0), flags, owner,
			      &piece->start, why);

	piece->size = rc ? 0 : size;
	return rc;
}
