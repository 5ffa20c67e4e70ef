// SPDX-License-Identifier: BSD-2-Clause
#include "common/handoff/slide.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/handoff/rng.h"
#include "common/map/plan.h"

/* The tree's own seed is the kernel's, too; it does not see it in the slide. */
static int draw(const struct boot *b, uint64_t *number)
{
	int chosen = fdt_path_offset(machine.fdt, "/chosen");
	const void *seed = !b->tree && machine.has_kaslr_seed
				   ? fdt_getprop(machine.fdt, chosen, "kaslr-seed", NULL)
				   : NULL;

	*number = 0;
	if (seed)
		memcpy(number, seed, sizeof(*number));
	if (!*number)
		return rng_fill(number, sizeof(*number));
	*number ^= *number >> 31;
	*number *= UINT64_C(0x9e3779b97f4a7c15);
	*number ^= *number >> 29;
	return 0;
}

int boot_slide(struct boot *b, struct why *why)
{
	uint64_t number, slide;
	int rc = map_plan_geometry(&b->map_request, &b->plan, why);

	if (rc)
		return rc;
	rc = draw(b, &number);
	if (rc)
		return refuse(why, rc,
			      "RANDOM_SLIDE: this machine has no source of entropy; "
			      "-o RANDOM_SLIDE=0 boots without");
	slide = map_slide(&b->map_request, &b->plan, number);
	elf_move(&b->elf, slide, slide, 0);
	b->entry.va += slide;
	return 0;
}
