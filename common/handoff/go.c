// SPDX-License-Identifier: BSD-2-Clause
/* `go`: code that is no kernel image, entered as a kernel would be, and allowed to return. */
#include <errno.h>
#include <setjmp.h>
#include <string.h>

#include "arch/arm64/mmu/mmu.h"
#include "arch/sections.h"
#include "arch/cache.h"
#include "arch/exception.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/mem/home.h"
#include "common/handoff/handoff.h"
#include "common/image/trust.h"

#define UNKNOWN_LOAD (16 * MIB)

/* Everything that Loft may have touched where a program reads and writes past the caches. */
static void drop_lines(paddr_t entry, uint64_t size)
{
	cache_clean_inval_poc((const void *)entry, size);
	for (unsigned i = 0; i < machine.mem.owned_count; i++) {
		const struct mem_range *range = &machine.mem.owned[i];

		if (range->flags & MEM_LOADED)
			cache_clean_inval_poc((const void *)range->start, range->size);
	}
}

/*
 * A line of what the program wrote may have been prefetched before it was written: dropped before
 * anybody looks, whether the program returned or faulted. With a clean, since what is dirty now is
 * Loft's own, written after the program.
 */
static uint64_t call(paddr_t entry, uint64_t size, int argc, char *const argv[])
{
	jmp_buf *outer = fault_recovery;
	jmp_buf fault;
	volatile bool faulted = true;
	volatile uint64_t rc = 0;

	if (!setjmp(fault)) {
		if (outer)
			fault_recovery = &fault;
		rc = mmu_off_call(entry, (uint64_t)argc, (uint64_t)argv, &loft_regs);
		faulted = false;
	}
	fault_recovery = outer;
	drop_lines(entry, size);
	if (faulted)
		longjmp(*outer, 1);
	return rc;
}

int handoff_go(paddr_t entry, int argc, char *const argv[], uint64_t *rc, struct why *why)
{
	const struct mem_range *owner = memmap_owner(&machine.mem, entry, 4);
	uint64_t size = UNKNOWN_LOAD;

	if (trust_required())
		return trust_refuse("a program", why);
	if (entry % 4)
		return refuse(why, -EINVAL, "0x%llx is not aligned to 4 bytes, as instructions are",
			      (unsigned long long)entry);
	if (!memmap_is_dram(&machine.mem, entry, 4))
		return refuse(why, -ENXIO, "0x%llx is not in DRAM", (unsigned long long)entry);
	if (owner && !(owner->flags & MEM_LOADED))
		return refuse(why, -EEXIST, "0x%llx belongs to %s", (unsigned long long)entry,
			      owner->owner);
	if (owner)
		size = mem_range_last(owner) - entry + 1;
	while (!memmap_is_dram(&machine.mem, entry, size))
		size /= 2;
	drop_lines(entry, size);
	for (int i = 0; i < argc; i++)
		cache_clean_poc(argv[i], strlen(argv[i]) + 1);
	cache_clean_poc(argv, (unsigned)argc * sizeof(*argv));
	cache_clean_inval_poc(__fault_stack_bottom,
			      (uint64_t)(__fault_stack_top - __fault_stack_bottom));
	console_drain();
	*rc = call(entry, size, argc, argv);
	return 0;
}
