/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's map. All lists are sorted, so each step is one pass over them: banks less no-map,
 * cut at the parts that are not plain data; windows less DRAM; both merged with the image that lies
 * elsewhere.
 */
#include "common/map/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/map/parts.h"

struct list {
	struct pt_region *region;
	unsigned *count;
	unsigned max;
};

static int emit(struct map_work *work, const struct list *list, const struct pt_region *region)
{
	if (*list->count == list->max)
		return refuse(work->why, -ENOSPC, "the kernel's map has more than %u ranges",
			      list->max);
	list->region[(*list->count)++] = *region;
	return 0;
}

/* Which of the two maps a sweep over DRAM makes. */
struct sweep {
	struct list list;
	vaddr_t virt_start;
	bool low;
};

static int emit_dram(struct map_work *work, const struct sweep *sweep, paddr_t start, paddr_t end)
{
	const struct pt_region region = { .va = start + sweep->virt_start,
					  .pa = start,
					  .size = end - start,
					  .kind = PT_DATA,
					  .name = "DRAM" };

	return start == end ? 0 : emit(work, &sweep->list, &region);
}

static int emit_part(struct map_work *work, const struct sweep *sweep, const struct map_part *part)
{
	bool own = part->linear && !sweep->low;
	const struct pt_region region = { .va = part->pa + sweep->virt_start,
					  .pa = part->pa,
					  .size = part->size,
					  .kind = sweep->low ? part->low : part->alias,
					  .name = own ? part->name : part->alias_name };

	return emit(work, &sweep->list, &region);
}

static int refuse_not_dram(const struct map_work *work, const struct map_part *part)
{
	return refuse(work->why, -ENXIO,
		      "%s at PA 0x%" PRIx64 ", 0x%" PRIx64 " bytes in granules of 0x%" PRIx32
		      ", is not all DRAM that may be mapped",
		      part->name, part->pa, part->size, work->plan->granule);
}

/* DRAM as data, cut at the parts. */
static int sweep_dram(struct map_work *work, const struct sweep *sweep)
{
	const struct map_part *part = work->part, *end = part + work->part_count;

	for (unsigned i = 0; i < work->dram_count; i++) {
		const struct map_range *dram = &work->dram[i];
		paddr_t from = dram->start;
		int err;

		for (; part < end && part->pa < dram->end; part++) {
			if (part->pa < from || part->size > dram->end - part->pa)
				return refuse_not_dram(work, part);
			err = emit_dram(work, sweep, from, part->pa);
			if (!err)
				err = emit_part(work, sweep, part);
			if (err)
				return err;
			from = part->pa + part->size;
		}
		err = emit_dram(work, sweep, from, dram->end);
		if (err)
			return err;
	}
	return part < end ? refuse_not_dram(work, part) : 0;
}

typedef struct pt_region (*region_fn)(const struct map_work *work, unsigned index);

/* Regions sorted by va into the plan, which is; from the end, in place. */
static int merge_in(struct map_work *work, region_fn get, unsigned count)
{
	struct map_plan *plan = work->plan;
	unsigned old = plan->count, to = plan->count + count;

	if (count > MAP_REGIONS_MAX - plan->count)
		return refuse(work->why, -ENOSPC, "the kernel's map has more than %u ranges",
			      MAP_REGIONS_MAX);
	plan->count = to;
	while (count--) {
		struct pt_region region = get(work, count);

		while (old && plan->region[old - 1].va > region.va)
			plan->region[--to] = plan->region[--old];
		plan->region[--to] = region;
	}
	return 0;
}

static struct pt_region device_region(const struct map_work *work, unsigned index)
{
	const struct map_range *r = &work->device[index];

	return (struct pt_region){ .va = r->start + work->plan->virt_start,
				   .pa = r->start,
				   .size = r->end - r->start,
				   .kind = PT_DEVICE,
				   .name = "devices" };
}

static struct pt_region image_region(const struct map_work *work, unsigned index)
{
	const struct map_part *part = &work->image[index];

	return (struct pt_region){ .va = part->offset + work->base,
				   .pa = part->pa,
				   .size = part->size,
				   .kind = part->kind,
				   .name = part->name };
}

/* What lies in the linear map is there by now: only the others are kept and merged in. */
static int add_image_elsewhere(struct map_work *work)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < work->image_count; i++)
		if (!work->image[i].linear)
			work->image[kept++] = work->image[i];
	return merge_in(work, image_region, kept);
}

static struct pt_region console_region(const struct map_work *work, unsigned index)
{
	(void)index;
	return (struct pt_region){ .va = work->request->params->value[LOFT_NOTE_CONSOLE_VA],
				   .pa = ALIGN_DOWN(work->request->console,
						    (uint64_t)work->plan->granule),
				   .size = work->plan->granule,
				   .kind = PT_DEVICE,
				   .name = "console" };
}

static int add_console(struct map_work *work)
{
	struct pt_region region = console_region(work, 0);
	int err;

	if (!boot_params_has(work->request->params, LOFT_NOTE_CONSOLE_VA))
		return 0;
	if (!work->request->console)
		return refuse(work->why, -EINVAL,
			      "CONSOLE_VA 0x%" PRIx64 ": there is no console UART", region.va);
	if (!IS_ALIGNED(region.va, region.size))
		return refuse(work->why, -EINVAL,
			      "CONSOLE_VA 0x%" PRIx64
			      " is not a multiple of the granule 0x%" PRIx64,
			      region.va, region.size);
	if (region.va - work->base >= work->limit)
		return refuse(work->why, -ERANGE,
			      "CONSOLE_VA 0x%" PRIx64 " is not within the %u bits from 0x%" PRIx64,
			      region.va, work->plan->va_bits, work->base);
	err = map_console_check(work);
	if (err)
		return err;
	return merge_in(work, console_region, 1);
}

static struct pt_region screen_region(const struct map_work *work, unsigned index)
{
	const struct mem_range *screen = &work->request->screen;
	paddr_t start = ALIGN_DOWN(screen->start, (uint64_t)work->plan->granule);

	(void)index;
	return (struct pt_region){ .va = start + work->plan->virt_start,
				   .pa = start,
				   .size = ALIGN_UP(screen->start + screen->size,
						    (uint64_t)work->plan->granule) -
					   start,
				   .kind = PT_UNCACHED,
				   .name = "framebuffer" };
}

/* Where the address space has room for it: a kernel lives without. */
static int add_screen(struct map_work *work)
{
	struct pt_region region = screen_region(work, 0);

	if (!IS_ENABLED(CONFIG_VIDEO_PI) || !work->request->screen.size ||
	    !map_fits(work, region.pa, region.size))
		return 0;
	return merge_in(work, screen_region, 1);
}

/* The lists are sorted by va, so whatever meets, meets its neighbour. */
static int check_disjoint(const struct map_work *work)
{
	const struct map_plan *plan = work->plan;

	for (unsigned i = 1; i < plan->count; i++) {
		const struct pt_region *a = &plan->region[i - 1], *b = &plan->region[i];

		if (b->va - a->va < a->size)
			return refuse(work->why, -EEXIST,
				      "%s at VA 0x%" PRIx64 " lies over %s, which has VA 0x%" PRIx64
				      " with 0x%" PRIx64 " bytes",
				      b->name, b->va, a->name, a->va, a->size);
	}
	return 0;
}

/* TTBR0's map: T0SZ alone is extended where DRAM lies beyond what VA_BITS gives. */
static int low_bits(struct map_work *work)
{
	struct map_plan *plan = work->plan;
	const struct pt_region *last = &plan->low[plan->low_count - 1];
	unsigned bits = 64 - __builtin_clzll(last->va + (last->size - 1));

	plan->low_va_bits = bits > plan->va_bits ? bits : plan->va_bits;
	if (plan->low_va_bits > work->format.va_bits_max)
		return refuse(work->why, -ERANGE,
			      "the identity map reaches 0x%" PRIx64
			      ", beyond the %u bits that a granule of 0x%" PRIx32 " translates",
			      last->va + (last->size - 1), work->format.va_bits_max, plan->granule);
	return 0;
}

static int low_console(struct map_work *work)
{
	struct map_plan *plan = work->plan;
	paddr_t page = ALIGN_DOWN(work->request->console, (uint64_t)plan->granule);
	const struct pt_region region = {
		.va = page, .pa = page, .size = plan->granule, .kind = PT_DEVICE, .name = "console"
	};
	unsigned at = plan->low_count;
	int err;

	if (!work->request->console)
		return 0;
	err = map_console_check(work);
	if (err)
		return err;
	if (at == MAP_LOW_REGIONS_MAX)
		return refuse(work->why, -ENOSPC, "the identity map has more than %u ranges",
			      MAP_LOW_REGIONS_MAX);
	for (; at && plan->low[at - 1].va > page; at--)
		plan->low[at] = plan->low[at - 1];
	plan->low[at] = region;
	plan->low_count++;
	return 0;
}

static int map_low(struct map_work *work)
{
	struct map_plan *plan = work->plan;
	const struct sweep sweep = { { plan->low, &plan->low_count, MAP_LOW_REGIONS_MAX },
				     0,
				     true };
	paddr_t page = work->request->switch_page;
	int err = 0;

	if (plan->identity)
		return 0;
	plan->keep_low = work->flags & LOFT_FLAG_KEEP_IDMAP;
	if (plan->keep_low) {
		err = sweep_dram(work, &sweep);
		if (!err)
			err = low_console(work);
	} else {
		plan->low[plan->low_count++] = (struct pt_region){ .va = page,
								   .pa = page,
								   .size = plan->granule,
								   .kind = PT_CODE,
								   .name = "switch page" };
	}
	return err ? err : low_bits(work);
}

static int map_high(struct map_work *work)
{
	struct map_plan *plan = work->plan;
	const struct sweep sweep = { { plan->region, &plan->count, MAP_REGIONS_MAX },
				     plan->virt_start,
				     false };
	int err = sweep_dram(work, &sweep);

	if (!err)
		err = merge_in(work, device_region, work->device_count);
	if (!err)
		err = add_image_elsewhere(work);
	if (!err)
		err = add_screen(work);
	if (!err)
		err = add_console(work);
	return err ? err : check_disjoint(work);
}

int map_plan(const struct map_request *request, struct map_plan *plan, struct why *why)
{
	static int (*const steps[])(struct map_work *) = { map_dram, map_image, map_devices,
							   map_high, map_low };
	struct map_work work;
	int err;

	plan->count = plan->low_count = plan->windows_left_out = 0;
	plan->keep_low = false;
	err = map_plan_geometry(request, plan, why);
	if (err)
		return err;
	plan->low_va_bits = plan->va_bits;
	work.request = request;
	work.plan = plan;
	work.why = why;
	work.flags = boot_params_get(request->params, LOFT_NOTE_FLAGS, 0);
	work.format = *pt_format_find(plan->granule, plan->va_bits);
	work.base = plan->identity ? 0 : ~UINT64_C(0) << plan->va_bits;
	work.limit = BIT(plan->va_bits);
	work.linear = plan->virt_start - work.base;
	work.image_count = work.part_count = work.dram_count = work.device_count = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(steps); i++) {
		err = steps[i](&work);
		if (err)
			return err;
	}
	return 0;
}

int map_plan_audit(const struct map_plan *plan, struct pt_wx *first)
{
	return pt_audit_regions(plan->low, plan->keep_low ? plan->low_count : 0, plan->region,
				plan->count, first);
}
