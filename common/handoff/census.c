// SPDX-License-Identifier: BSD-2-Clause
#include "common/handoff/census.h"

#include <errno.h>
#include <inttypes.h>

#include "arch/barrier.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/psci.h"
#include "common/fdt/fdt.h"
#include "lib/base/err.h"

#define STEP_US    20
#define TIMEOUT_US (CENSUS_TIMEOUT_MS * 1000)
#define STATE_OFF  1 /* what AFFINITY_INFO calls it; DEN 0022, 5.8 */

/* The CPU writes past the caches, which may have read the line ahead: drop it before each look. */
bool census_comes(struct census *page)
{
	for (unsigned int us = 0; us < TIMEOUT_US; us += STEP_US) {
		cache_inval_poc(page, sizeof(*page));
		if (*(volatile uint64_t *)&page->seen) {
			dmb(sy); /* the flag before what it stands for: loads pass branches */
			/* the rest may have been read ahead, in another line or earlier */
			cache_inval_poc(page, sizeof(*page));
			return true;
		}
		udelay(STEP_US);
	}
	return false;
}

static bool goes(uint64_t mpidr)
{
	uint32_t state;

	for (unsigned int us = 0; us < TIMEOUT_US; us += STEP_US) {
		if (!psci_call(machine.psci, LOFT_PSCI_AFFINITY_INFO, mpidr, 0, 0, &state) &&
		    state == STATE_OFF)
			return true;
		udelay(STEP_US);
	}
	return false;
}

static int take(uint64_t mpidr, struct census *page, struct why *why)
{
	int rc;

	*page = (struct census){ .conduit = machine.psci };
	cache_clean_inval_poc(page, sizeof(*page)); /* read with the MMU off, then written so */
	rc = psci_call(machine.psci, LOFT_PSCI_CPU_ON, mpidr, (uint64_t)census_entry,
		       (uint64_t)page, NULL);
	if (rc)
		return refuse(why, rc, "does not start: PSCI CPU_ON says %s", err_name(rc));
	if (!census_comes(page))
		return refuse(why, -ETIMEDOUT, "was started and did not come within %u ms",
			      CENSUS_TIMEOUT_MS);
	if (!goes(mpidr))
		return refuse(why, -ETIMEDOUT, "came at EL%" PRIu64 " and PSCI CPU_OFF left it on",
			      page->el >> 2);
	return 0;
}

int census_take(uint64_t mpidr, struct census *census, struct why *why)
{
	paddr_t page;
	int rc = memmap_alloc(&machine.mem, 4 * KIB, 4 * KIB, true, ~UINT64_C(0), 0, "census",
			      &page, why);

	if (rc)
		return rc;
	rc = take(mpidr, (struct census *)page, why);
	*census = *(struct census *)page;
	/* A CPU that may still come keeps the page. */
	if (rc != -ETIMEDOUT)
		memmap_release(&machine.mem, page);
	return rc;
}
