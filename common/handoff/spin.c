// SPDX-License-Identifier: BSD-2-Clause
#include "common/handoff/spin.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "arch/arm64/mmu/mmu.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "common/board.h"
#include "common/mem/home.h"
#include "common/fdt/walk.h"

#define PAGE (4 * KIB)

static bool spins(const void *fdt, int node)
{
	int length;
	const char *method = fdt_getprop(fdt, node, "enable-method", &length);

	return method && length == sizeof("spin-table") && !memcmp(method, "spin-table", length);
}

static paddr_t release_of(const void *fdt, int node)
{
	int length;
	const uint32_t *p = fdt_getprop(fdt, node, "cpu-release-addr", &length);
	paddr_t release = p && length == 8 ? fdt_be64(p) : p && length == 4 ? fdt_be32(p) : 0;

	return release % 8 ? 0 : release;
}

unsigned spin_table_list(const void *fdt, paddr_t release[CPUS_MAX])
{
	int cpus = fdt_walk_path(fdt, "/cpus", 5), node;
	unsigned n = 0, found = 0;

	if (cpus < 0)
		return 0;
	fdt_for_each_subnode(node, fdt, cpus) {
		const char *name = fdt_get_name(fdt, node, NULL);

		if (!name || !cpus_is_cpu(name) || n == CPUS_MAX)
			continue;
		release[n] = spins(fdt, node) ? release_of(fdt, node) : 0;
		found += release[n++] != 0;
	}
	return found;
}

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
	paddr_t release[CPUS_MAX] = { 0 };

	if (!spin_table_list(fdt, release))
		return;
	for (unsigned i = 0; i < CPUS_MAX; i++)
		if (release[i])
			claim_page(mem, ALIGN_DOWN(release[i], PAGE));
}

bool spin_table_is_monitors(const void *fdt)
{
	const struct start_el3 *el3 = &board.start.el3;
	paddr_t release[CPUS_MAX] = { 0 };

	if (!el3->spin_table || !spin_table_list(fdt, release))
		return false;
	for (unsigned i = 0; i < CPUS_MAX; i++)
		if (release[i] && release[i] - el3->spin_table >= (uint64_t)el3->cpus * 8)
			return false;
	return true;
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
