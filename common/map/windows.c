// SPDX-License-Identifier: BSD-2-Clause
/* Register windows -> device mappings. */
#include "common/map/windows.h"

/* [start, last], inclusive: a window may end at 2^64. */
struct span {
	paddr_t start, last;
};

static struct span span_of(const struct window *w, uint32_t granule)
{
	paddr_t last = w->size - 1 > ~w->start ? ~UINT64_C(0) : w->start + (w->size - 1);

	return (struct span){ ALIGN_DOWN(w->start, granule), last | (granule - 1) };
}

/* May the two be one: is there nothing between the first's end and the second's start? */
static bool touches(paddr_t last, paddr_t start)
{
	return last >= start || start - last == 1;
}

/*
 * Insert, swallowing whatever it touches: the list stays short, because devices sit side by side.
 * From the end, because trees mostly go up.
 */
static void span_add(struct windows *out, struct span s)
{
	unsigned to = out->count, from;

	while (to && !touches(s.last, out->win[to - 1].start))
		to--;
	for (from = to;
	     from && touches(out->win[from - 1].start + (out->win[from - 1].size - 1), s.start);
	     from--) {
		s.start = MIN(s.start, out->win[from - 1].start);
		s.last = MAX(s.last, out->win[from - 1].start + (out->win[from - 1].size - 1));
	}
	if (to == from && out->count == out->room) {
		out->left_out++;
		return;
	}
	if (to == from) {
		for (unsigned i = out->count++; i > from; i--)
			out->win[i] = out->win[i - 1];
	} else {
		out->count -= to - from - 1;
		for (unsigned i = from + 1; i < out->count; i++)
			out->win[i] = out->win[i + (to - from - 1)];
	}
	out->win[from] = (struct window){ s.start, s.last - s.start + 1 };
}

/* What is left of a span beside the banks, which are sorted. */
static void span_beside_dram(struct windows *out, struct span s, const struct memmap *mem,
			     uint32_t granule)
{
	for (unsigned b = 0; b < mem->bank_count; b++) {
		paddr_t start = ALIGN_DOWN(mem->bank[b].start, granule);
		paddr_t last = mem_range_last(&mem->bank[b]) | (granule - 1);

		if (last < s.start || start > s.last)
			continue;
		if (start > s.start)
			span_add(out, (struct span){ s.start, start - 1 });
		if (last >= s.last)
			return;
		s.start = last + 1;
	}
	span_add(out, s);
}

void windows_add(struct windows *out, const struct window *in, const struct memmap *mem,
		 uint32_t granule)
{
	if (in->size && in->size <= WINDOW_SIZE_MAX)
		span_beside_dram(out, span_of(in, granule), mem, granule);
}

void windows_merge(struct windows *out, const struct window *in, unsigned count,
		   const struct memmap *mem, uint32_t granule)
{
	out->count = 0;
	out->left_out = 0;
	for (unsigned i = 0; i < count; i++)
		windows_add(out, &in[i], mem, granule);
}
