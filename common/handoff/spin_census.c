// SPDX-License-Identifier: BSD-2-Clause
/* The CPUs of a spin table, asked at the prompt. */
#include "common/handoff/spin_census.h"

#include <errno.h>
#include <string.h>

#include "arch/arm64/mmu/mmu.h"
#include "arch/cache.h"
#include "arch/mem.h"
#include "common/handoff/census.h"
#include "common/mem/home.h"
#include "common/fdt/cpus.h"
#include "common/fdt/fdt.h"

#define STRIDE 256 /* of the copies: nobody shares a cache line */

static paddr_t copies;

/* For ever: a CPU that has been asked waits there until a kernel takes it. */
static int make_room(struct why *why)
{
	uint64_t size = (uint64_t)cpus_count(machine.fdt) * STRIDE;
	int rc;

	if (copies)
		return 0;
	rc = memmap_alloc(&machine.mem, size, 4 * KIB, true, ~UINT64_C(0), MEM_KEEP | MEM_FOREIGN,
			  "CPUs of the spin table", &copies, why);
	if (!rc)
		mem_fill((void *)copies, 0, size);
	return rc;
}

static void send(char *copy, struct census *told, paddr_t release)
{
	memcpy(copy, census_spin, census_spin_end - census_spin);
	told->release = release;
	cache_clean_inval_poc(copy, STRIDE); /* fetched, read and written with the MMU off */
	mmu_off_call((uint64_t)census_poke, release, (uint64_t)copy, &loft_regs);
}

int spin_census_take(unsigned number, paddr_t release, struct census *census, struct why *why)
{
	struct census *told;
	char *copy;
	int rc = make_room(why);

	if (rc)
		return rc;
	copy = (char *)copies + (uint64_t)number * STRIDE;
	told = (struct census *)(copy + (census_spin_told - census_spin));
	if (!told->release) /* once: what a CPU is does not change */
		send(copy, told, release);
	if (!census_comes(told))
		return refuse(why, -ETIMEDOUT, "was sent on and did not come within %u ms",
			      CENSUS_TIMEOUT_MS);
	*census = *told;
	return 0;
}
