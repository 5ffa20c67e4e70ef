// SPDX-License-Identifier: BSD-2-Clause
/* What stays in memory under a kernel: Loft, and at EL2 its stub. */
#include "arch/cpu.h"
#include "arch/sections.h"
#include "common/fdt/fdt.h"
#include "common/handoff/return.h"
#include "common/handoff/state.h"
#include "common/mem/home.h"

/*
 * Loft stays where it is, for its reports.  Under an EL2 stub it must stay for ever: the stub leads
 * back into it.
 */
static int keep_loft(uint32_t flags, struct why *why)
{
	for (unsigned i = 0; i < machine.mem.owned_count; i++) {
		struct mem_range r = machine.mem.owned[i];
		int rc;

		if (r.start != (paddr_t)__image_start && r.start != loft.arena.pa &&
		    !(IS_ENABLED(CONFIG_RETURN_TO_LOADER) && return_owns(r.start)))
			continue;
		memmap_release(&machine.mem, r.start);
		rc = memmap_claim(&machine.mem, r.start, r.size, flags, r.owner, why);
		if (rc)
			return rc;
	}
	return 0;
}

int boot_stub(struct boot *b, struct why *why)
{
	bool stub = cpu_el() > b->entry_el; /* a kernel at EL2 has nothing below it */
	uint32_t flags = stub || b->cpus.size ? MEM_KEEP : MEM_KEEP | MEM_RECLAIM;
	int rc = keep_loft(flags, why);

	if (!rc && stub)
		rc = boot_alloc(&b->stub, 4 * KIB, 4 * KIB, MEM_KEEP, "EL2 stub", why);
	b->handoff.vbar_el2 = b->stub.start;
	return rc;
}
