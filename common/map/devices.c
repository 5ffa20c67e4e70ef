/* SPDX-License-Identifier: BSD-2-Clause */
/* A step of map_plan(): what of the physical address space is DRAM, and what is devices. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/map/parts.h"

unsigned map_subtract(const struct map_range *a, unsigned a_count, const struct map_range *b,
		      unsigned b_count, struct map_range *out, unsigned max)
{
	unsigned count = 0, at = 0;

	for (unsigned i = 0; i < a_count; i++) {
		uint64_t start = a[i].start;

		while (at < b_count && b[at].end <= start)
			at++;
		for (unsigned hole = at; hole < b_count && b[hole].start < a[i].end; hole++) {
			if (b[hole].start > start && count++ < max)
				out[count - 1] = (struct map_range){ start, b[hole].start };
			start = b[hole].end;
		}
		if (start < a[i].end && count++ < max)
			out[count - 1] = (struct map_range){ start, a[i].end };
	}
	return count;
}

/* DRAM in whole granules; a bank without one does not count. */
static int banks_round(const struct map_work *work, struct map_range *bank, unsigned *count)
{
	const struct memmap *mem = work->request->mem;
	uint64_t granule = work->plan->granule;

	*count = 0;
	for (unsigned i = 0; i < mem->bank_count; i++) {
		const struct mem_range *b = &mem->bank[i];
		struct map_range r;

		if (mem_range_last(b) >> work->format.pa_bits)
			return refuse(work->why, -ERANGE,
				      "DRAM ends at 0x%" PRIx64
				      ", and a descriptor holds %u bits of physical address",
				      mem_range_last(b), work->format.pa_bits);
		r.start = ALIGN_UP(b->start, granule);
		r.end = ALIGN_DOWN(b->start + b->size, granule);
		if (r.start >= r.end)
			continue;
		if (!map_fits(work, r.start, r.end - r.start))
			return refuse(work->why, -ERANGE,
				      "DRAM [0x%" PRIx64 ", 0x%" PRIx64 ") at VIRT_START 0x%" PRIx64
				      " does not fit the %u bits from 0x%" PRIx64,
				      r.start, r.end, work->plan->virt_start, work->plan->va_bits,
				      work->base);
		bank[(*count)++] = r;
	}
	return 0;
}

int map_dram(struct map_work *work)
{
	const struct memmap *mem = work->request->mem;
	uint64_t granule = work->plan->granule;
	struct map_range bank[MEMMAP_BANKS_MAX];
	struct map_range hole[MEMMAP_OWNED_MAX];
	unsigned banks, holes = 0;
	int err = banks_round(work, bank, &banks);

	if (err)
		return err;
	for (unsigned i = 0; i < mem->owned_count; i++) {
		const struct mem_range *o = &mem->owned[i];

		/* Owned ranges lie in banks, so they end at 2^52 at most. */
		if (!(o->flags & MEM_NOMAP) || mem_range_last(o) >> work->format.pa_bits)
			continue;
		hole[holes++] = (struct map_range){ ALIGN_DOWN(o->start, granule),
						    ALIGN_UP(o->start + o->size, granule) };
	}
	work->dram_count =
		map_subtract(bank, banks, hole, holes, work->dram, ARRAY_SIZE(work->dram));
	return 0; /* each hole adds at most one range to the banks: there is room */
}

static void window_leave_out(struct map_work *work, const struct window *window)
{
	if (!work->plan->windows_left_out++)
		work->plan->window_left_out = *window;
}

/*
 * A range into a sorted list, merged with what it touches. Trees list neighbours one after the
 * other, up or down, so the search begins where the last one ended.
 */
static bool range_add(struct map_work *work, struct map_range r, unsigned *finger)
{
	struct map_range *list = work->device;
	unsigned at = *finger, stop;

	while (at && list[at - 1].end >= r.start)
		at--;
	while (at < work->device_count && list[at].end < r.start)
		at++;
	*finger = at;
	for (stop = at; stop < work->device_count && list[stop].start <= r.end; stop++) {
		r.start = list[stop].start < r.start ? list[stop].start : r.start;
		r.end = list[stop].end > r.end ? list[stop].end : r.end;
	}
	if (stop == at && work->device_count == MAP_RANGES_MAX)
		return false;
	if (stop != at + 1) {
		memmove(&list[at + 1], &list[stop], (work->device_count - stop) * sizeof(*list));
		work->device_count += at + 1 - stop;
	}
	list[at] = r;
	return true;
}

static void windows_add(struct map_work *work)
{
	uint64_t granule = work->plan->granule;
	unsigned finger = 0;

	for (unsigned i = 0; i < work->request->window_count; i++) {
		const struct window *w = &work->request->window[i];
		uint64_t pa_limit = BIT(work->format.pa_bits);
		struct map_range r;

		if (!w->size)
			continue;
		if (w->start >= pa_limit || w->size > pa_limit - w->start ||
		    w->size > MAP_WINDOW_MAX) {
			window_leave_out(work, w);
			continue;
		}
		r.start = ALIGN_DOWN(w->start, granule);
		r.end = ALIGN_UP(w->start + w->size, granule);
		if (!map_fits(work, r.start, r.end - r.start) || !range_add(work, r, &finger))
			window_leave_out(work, w);
	}
}

/* Never over DRAM, no-map or not, and not where the image's own addresses are. */
static int devices_cut(struct map_work *work)
{
	const struct memmap *mem = work->request->mem;
	uint64_t granule = work->plan->granule;
	struct map_range cut[MAP_RANGES_MAX];
	struct map_range other[MAP_PARTS_MAX];
	unsigned count, others = 0;

	static_assert(MEMMAP_BANKS_MAX <= MAP_PARTS_MAX, "banks take the same room as parts");
	for (unsigned i = 0; i < mem->bank_count; i++)
		other[others++] =
			(struct map_range){ ALIGN_DOWN(mem->bank[i].start, granule),
					    ALIGN_UP(mem->bank[i].start + mem->bank[i].size,
						     granule) };
	count = map_subtract(work->device, work->device_count, other, others, cut, MAP_RANGES_MAX);

	/* The image by the physical addresses that the linear map would have there. */
	others = 0;
	for (unsigned i = 0; i < work->image_count && count <= MAP_RANGES_MAX; i++) {
		const struct map_part *part = &work->image[i];
		uint64_t start = part->offset - work->linear;

		if (!part->linear && start < BIT(work->format.pa_bits))
			other[others++] = (struct map_range){ start, start + part->size };
	}
	if (count <= MAP_RANGES_MAX)
		count = map_subtract(cut, count, other, others, work->device, MAP_RANGES_MAX);
	if (count > MAP_RANGES_MAX)
		return refuse(work->why, -ENOSPC, "more than %u ranges of device registers",
			      MAP_RANGES_MAX);
	work->device_count = count;
	return 0;
}

int map_console_check(const struct map_work *work)
{
	const struct map_request *request = work->request;
	uint64_t granule = work->plan->granule;
	paddr_t page = ALIGN_DOWN(request->console, granule);

	if (request->console >> work->format.pa_bits)
		return refuse(work->why, -ERANGE,
			      "the console at 0x%" PRIx64
			      " passes the %u bits that a descriptor holds",
			      request->console, work->format.pa_bits);
	for (unsigned i = 0; i < request->mem->bank_count; i++) {
		const struct mem_range *bank = &request->mem->bank[i];

		/* By the page's last byte and the bank's: neither wraps. */
		if (page + (granule - 1) >= bank->start && page <= mem_range_last(bank))
			return refuse(work->why, -EEXIST,
				      "the console at 0x%" PRIx64 " lies in DRAM",
				      request->console);
	}
	return 0;
}

/* Nothing but the image's own addresses can have cut it out. */
static int console_mapped(const struct map_work *work, paddr_t page)
{
	for (unsigned i = 0; i < work->device_count; i++)
		if (page >= work->device[i].start && page < work->device[i].end)
			return 0;
	return refuse(work->why, -EEXIST,
		      "the console at 0x%" PRIx64 " and VIRT_START 0x%" PRIx64
		      " make an address that the image has",
		      work->request->console, work->plan->virt_start);
}

static int console_add(struct map_work *work, paddr_t page)
{
	uint64_t granule = work->plan->granule;
	unsigned finger = 0;
	int err = map_console_check(work);

	if (err)
		return err;
	if (!map_fits(work, page, granule))
		return refuse(work->why, -ERANGE,
			      "the console at 0x%" PRIx64 " and VIRT_START 0x%" PRIx64
			      " do not fit the %u bits from 0x%" PRIx64,
			      work->request->console, work->plan->virt_start, work->plan->va_bits,
			      work->base);
	if (!range_add(work, (struct map_range){ page, page + granule }, &finger))
		return refuse(work->why, -ENOSPC, "more than %u ranges of device registers",
			      MAP_RANGES_MAX);
	return 0;
}

int map_devices(struct map_work *work)
{
	paddr_t console = work->request->console;
	paddr_t page = ALIGN_DOWN(console, (uint64_t)work->plan->granule);
	int err = 0;

	if (work->flags & LOFT_FLAG_NO_MMIO)
		return 0;
	windows_add(work);
	if (console)
		err = console_add(work, page);
	if (!err)
		err = devices_cut(work);
	if (!err && console)
		err = console_mapped(work, page);
	return err;
}
