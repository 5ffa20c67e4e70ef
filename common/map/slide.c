// SPDX-License-Identifier: BSD-2-Clause
/* Where in the half a static PIE may lie when the address shall be random. */
#include "common/map/plan.h"

struct slide {
	const struct map_request *request;
	const struct map_plan *plan;
	vaddr_t first; /* of the image, as it was linked, in whole granules */
	uint64_t size;
};

/* Does the image, at @va, meet these addresses of the linear map? Then @last is their last one. */
static bool meets(const struct slide *s, vaddr_t va, vaddr_t start, uint64_t size, vaddr_t *last)
{
	vaddr_t granule = s->plan->granule, first = ALIGN_DOWN(start, granule);
	uint64_t whole = start + (size - 1) - first; /* less 1 */

	if (!size || (va <= first ? first - va >= s->size : va - first > whole))
		return false;
	*last = first + whole;
	return true;
}

static bool is_taken(const struct slide *s, vaddr_t va, vaddr_t *last)
{
	const struct map_request *r = s->request;
	vaddr_t start = s->plan->virt_start;

	for (unsigned i = 0; i < r->mem->bank_count; i++)
		if (meets(s, va, start + r->mem->bank[i].start, r->mem->bank[i].size, last))
			return true;
	for (unsigned i = 0; i < r->window_count; i++)
		if (meets(s, va, start + r->window[i].start, r->window[i].size, last))
			return true;
	return boot_params_has(r->params, LOFT_NOTE_CONSOLE_VA) &&
	       meets(s, va, r->params->value[LOFT_NOTE_CONSOLE_VA], 1, last);
}

uint64_t map_slide(const struct map_request *request, const struct map_plan *plan, uint64_t random)
{
	const struct elf_image *image = request->image;
	struct slide s = { request, plan, ALIGN_DOWN(image->va_lowest, (vaddr_t)plan->granule), 0 };
	vaddr_t image_last = image->va_last | (plan->granule - 1), last = 0;
	uint64_t room = UINT64_MAX - image_last,
		 slide = random % (room / MAP_SLIDE + 1) * MAP_SLIDE;

	s.size = image_last - s.first + 1;
	/* Each step passes one of them; past the end is where it was linked. */
	while (slide && is_taken(&s, s.first + slide, &last)) {
		uint64_t past = last - s.first;

		if (past >= room - room % MAP_SLIDE)
			return 0;
		slide = past - past % MAP_SLIDE + MAP_SLIDE;
	}
	return slide;
}
