// SPDX-License-Identifier: BSD-2-Clause
/* Register windows -> device mappings. */
#include "common/windows.h"

#include <errno.h>

/* [start, last], inclusive: a window may end at 2^64. */
struct span {
	paddr_t start, last;
};

static struct span span_of(const struct window *w, uint32_t granule)
{
	paddr_t last = w->size - 1 > ~w->start ? ~UINT64_C(0) : w->start + (w->size - 1);

	return (struct span){ ALIGN_DOWN(w->start, granule), last | (granule - 1) };
}

/* Insert, swallowing whatever it touches: the list stays short, because devices sit side by side. */
static int span_add(struct windows *out, struct span s, struct why *why)
{
	unsigned from = 0, to;

	while (from < out->count && out->win[from].start + (out->win[from].size - 1) < s.start &&
	       s.start - (out->win[from].start + (out->win[from].size - 1)) > 1)
		from++;
	for (to = from; to < out->count && (out->win[to].start <= s.last || out->win[to].start - s.last == 1); to++) {
		s.start = MIN(s.start, out->win[to].start);
		s.last = MAX(s.last, out->win[to].start + (out->win[to].size - 1));
	}
	if (to == from && out->count == WINDOWS_MAX)
		return refuse(why, -ENOSPC, "more than %u separate device windows", WINDOWS_MAX);
	if (to == from) {
		for (unsigned i = out->count++; i > from; i--)
			out->win[i] = out->win[i - 1];
	} else {
		out->count -= to - from - 1;
		for (unsigned i = from + 1; i < out->count; i++)
			out->win[i] = out->win[i + (to - from - 1)];
	}
	out->win[from] = (struct window){ s.start, s.last - s.start + 1 };
	return 0;
}

/* What is left of a span beside the banks, which are sorted. */
static int span_beside_dram(struct windows *out, struct span s, const struct memmap *mem, uint32_t granule, struct why *why)
{
	int rc = 0;

	for (unsigned b = 0; b < mem->bank_count && !rc; b++) {
		paddr_t start = ALIGN_DOWN(mem->bank[b].start, granule);
		paddr_t last = mem_range_last(&mem->bank[b]) | (granule - 1);

		if (last < s.start || start > s.last)
			continue;
		if (start > s.start)
			rc = span_add(out, (struct span){ s.start, start - 1 }, why);
		if (last >= s.last)
			return rc;
		s.start = last + 1;
	}
	return rc ? rc : span_add(out, s, why);
}

int windows_merge(struct windows *out, const struct window *in, unsigned count, const struct memmap *mem, uint32_t granule,
		  struct why *why)
{
	int rc = 0;

	out->count = 0;
	for (unsigned i = 0; i < count && !rc; i++) {
		if (in[i].size && in[i].size <= WINDOW_SIZE_MAX)
			rc = span_beside_dram(out, span_of(&in[i], granule), mem, granule, why);
	}
	return rc;
}
