// SPDX-License-Identifier: BSD-2-Clause
#include "common/handoff/spin.h"

#include <errno.h>
#include <string.h>

#include "arch/arm64/mmu/mmu.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "common/board.h"
#include "common/mem/home.h"

#define PAGE (4 * KIB)

/*
 * MEM_FOREIGN: it stays when what Loft was started from is given free. Of the tree's own
 * reservations those without a node get one, which is where kernels look.
 */
static void claim_page(struct memmap *mem, paddr_t page)
{
	struct mem_range r = { .start = page, .size = PAGE };
	const struct mem_range *owner = memmap_owner(mem, page, PAGE);

	if (owner && !strcmp(owner->owner, MEM_OWNER_MEMRESERVE)) {
		r = *owner;
		memmap_release(mem, r.start);
	}
	(void)!memmap_claim(mem, r.start, r.size, MEM_FOREIGN | MEM_KEEP, "spin table", NULL);
}

void spin_table_claim(struct memmap *mem, const void *fdt)
{
	struct cpus cpus;
	struct cpu_node cpu;

	for (cpus_begin(&cpus, fdt); cpus_next(&cpus, &cpu);)
		if (cpu.release)
			claim_page(mem, ALIGN_DOWN(cpu.release, PAGE));
}

bool spin_table_is_monitors(const void *fdt)
{
	const struct start_el3 *el3 = &board.start.el3;
	struct cpus cpus;
	struct cpu_node cpu;
	unsigned found = 0;

	if (!el3->spin_table)
		return false;
	for (cpus_begin(&cpus, fdt); cpus_next(&cpus, &cpu);) {
		if (cpu.release && cpu.release - el3->spin_table >= (uint64_t)el3->cpus * 8)
			return false;
		found += cpu.release != 0;
	}
	return found != 0;
}

int spin_table_release(paddr_t release, paddr_t entry)
{
	paddr_t page = ALIGN_DOWN(release, PAGE);
	struct pt_region r = { .va = page, .pa = page, .size = PAGE, .kind = PT_DATA };
	int rc = mmu_extend(&loft.map, &r);

	if (rc && rc != -EEXIST)
		return rc;
	*(volatile uint64_t *)release = entry;
	/* The CPU reads it past its caches. Clean and gone, since the kernel may write it next. */
	cache_clean_inval_poc((const void *)release, sizeof(entry));
	dsb(sy); /* the word is in memory before the event that makes the CPU look */
	sev();
	return 0;
}
