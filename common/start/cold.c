// SPDX-License-Identifier: BSD-2-Clause
/*
 * What no boot needs stays in flash, and comes home when something first touches it: a part of the
 * image, from __cold_start on, whose place at home is not mapped until then. Which files that are,
 * arch/arm64/cold.list says. Nobody calls this: the translation fault does.
 */
#include "arch/arm64/mmu/mmu.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/exception.h"
#include "arch/mem.h"
#include "arch/sections.h"
#include "common/mem/home.h"
#include "common/start/relocate.h"

static struct pt_region region(const char *start, const char *end, enum pt_kind kind)
{
	return (struct pt_region){ (vaddr_t)start, (vaddr_t)start, (uint64_t)(end - start), kind,
				   "Loft from flash" };
}

bool cold_fetch(vaddr_t at)
{
	const struct pt_region all = region(__cold_start, __cold_end, PT_DATA);
	const struct pt_region text = region(__cold_start, __cold_text_end, PT_CODE);
	const struct pt_region rodata = region(__cold_text_end, __cold_end, PT_RODATA);

	/* The report of a kernel's fault may run on another map, which lacks it for good. */
	if (!loft.cold || at - all.va >= all.size || mmu_regime() != loft.map.regime)
		return false;
	if (mmu_extend(&loft.map, &all))
		return false;
	if (!cpu_left_cold()) /* flash is mapped as a device */
		mem_read_device(__cold_start, loft.started + loft_offset(__cold_start), all.size);
	else if (!cpu_fetch_cold())
		return false;
	loft.cold = false; /* only now: a report of what failed before calls none of it */
	relocate(__image_start, RELOCATE_COLD);
	cache_sync_code(__cold_start, text.size);
	/* Writable until here, and executable only now: break before make. */
	return !mmu_withdraw(&loft.map, &all) && !mmu_extend(&loft.map, &text) &&
	       (!rodata.size || !mmu_extend(&loft.map, &rodata));
}
