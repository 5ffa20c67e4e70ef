// SPDX-License-Identifier: BSD-2-Clause
/*
 * The normal world's side of MONITOR_FETCH: what the entry at EL3 left in flash comes home by the
 * monitor, because that flash may be the secure world's alone.
 */
#include "arch/arm64/el3/el3.h"

#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/sections.h"
#include "arch/smccc.h"

static bool fetch(uint64_t to)
{
	uint64_t x[8] = { MONITOR_FETCH, to };

	smccc_call(PSCI_SMC, x);
	return x[0] == 0;
}

bool cpu_fetch_cold(void)
{
	uint64_t size = (uint64_t)(__cold_end - __cold_start);
	bool there;

	/*
	 * The monitor stores past the caches: no line that is dirty now may be evicted over that,
	 * and none that was prefetched meanwhile may be read instead of it.
	 */
	cache_inval_poc(__cold_start, size);
	there = fetch((uint64_t)__cold_start);
	cache_inval_poc(__cold_start, size);
	if (there)
		el3_entered = ENTERED_EL3; /* a copy of this image has all of it */
	return there;
}

void cpu_forget_cold(void)
{
	fetch(0);
}
