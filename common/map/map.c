// SPDX-License-Identifier: BSD-2-Clause
/* Loft's own map: everything that exists, at its physical address. */
#include "common/map/map.h"

#include <errno.h>

#include "arch/sections.h"
#include "common/board.h"
#include "common/map/windows.h"
#include "lib/base/err.h"

#define PAGE     (4 * KIB)
#define CUTS_MAX (MEMMAP_OWNED_MAX + 12)

/* A piece of DRAM that is not plain data. */
struct cut {
	paddr_t start, end;
	enum pt_kind kind;
	bool mapped;
	const char *name;
};

struct cuts {
	struct cut cut[CUTS_MAX];
	unsigned count;
};

static void cut_add(struct cuts *cuts, struct cut new)
{
	unsigned i = cuts->count++;

	for (; i && cuts->cut[i - 1].start > new.start; i--)
		cuts->cut[i] = cuts->cut[i - 1];
	cuts->cut[i] = new;
}

static void cut_text(struct cuts *cuts, paddr_t start, paddr_t end)
{
	if (end > start)
		cut_add(cuts, (struct cut){ start, end, PT_CODE, true, "Loft text" });
}

static void cut_image(struct cuts *cuts, paddr_t home, bool cold)
{
#define AT(symbol) (home + (paddr_t)((symbol)-__image_start))
	if (IS_ENABLED(CONFIG_COLD) && cold) {
		cut_text(cuts, home, AT(__cold_start));
		cut_add(cuts, (struct cut){ AT(__cold_start), AT(__cold_end), PT_DATA, false,
					    "Loft in flash" });
		cut_text(cuts, AT(__cold_end), AT(__text_end));
	} else if (IS_ENABLED(CONFIG_COLD)) {
		cut_text(cuts, home, AT(__cold_text_end));
		cut_add(cuts, (struct cut){ AT(__cold_text_end), AT(__cold_end), PT_RODATA, true,
					    "Loft rodata" });
		cut_text(cuts, AT(__cold_end), AT(__text_end));
	} else {
		cut_text(cuts, home, AT(__text_end));
	}
	cut_add(cuts,
		(struct cut){ AT(__text_end), AT(__rodata_end), PT_RODATA, true, "Loft rodata" });
	cut_add(cuts, (struct cut){ AT(__stack_guard), AT(__stack_bottom), PT_DATA, false,
				    "stack guard" });
	cut_add(cuts, (struct cut){ AT(__fault_guard), AT(__fault_stack_bottom), PT_DATA, false,
				    "fault stack guard" });
#undef AT
}

static int region_add(struct map_loft *plan, paddr_t start, paddr_t end, enum pt_kind kind,
		      const char *name, struct why *why)
{
	if (start >= end)
		return 0;
	if (plan->count == plan->room)
		return refuse(why, -ENOSPC, "Loft's own map: more than %u regions", plan->room);
	plan->region[plan->count++] = (struct pt_region){ start, start, end - start, kind, name };
	if ((end - 1) >> plan->va_bits)
		plan->va_bits = 48;
	return 0;
}

/* One bank, with the cuts that lie in it; both are sorted. */
static int plan_bank(struct map_loft *plan, const struct mem_range *bank, const struct cuts *cuts,
		     struct why *why)
{
	paddr_t at = MAX(ALIGN_UP(bank->start, PAGE), PAGE); /* page 0 stays unmapped */
	paddr_t end = ALIGN_DOWN(bank->start + bank->size, PAGE);
	int rc = 0;

	for (unsigned i = 0; i < cuts->count && !rc; i++) {
		const struct cut *c = &cuts->cut[i];

		if (c->end <= at || c->start >= end)
			continue;
		rc = region_add(plan, at, c->start, PT_DATA, "DRAM", why);
		if (!rc && c->mapped)
			rc = region_add(plan, c->start, c->end, c->kind, c->name, why);
		at = MAX(at, c->end);
	}
	return rc ? rc : region_add(plan, at, end, PT_DATA, "DRAM", why);
}

/* A cut ends one region and begins another, and so does a bank. */
static unsigned regions(unsigned windows, const struct memmap *mem)
{
	return windows_room(windows, mem) + 2 * CUTS_MAX + 2 * MEMMAP_BANKS_MAX;
}

uint64_t map_loft_need(unsigned windows, const struct memmap *mem)
{
	return arena_need(regions(windows + 1, mem), sizeof(struct pt_region)) +
	       arena_need(windows_room(windows + 1, mem), sizeof(struct window));
}

int map_loft_take(struct map_loft *plan, const struct machine *m, struct arena *arena,
		  struct why *why)
{
	plan->room = regions(m->win_count + 1, &m->mem);
	plan->win_room = windows_room(m->win_count + 1, &m->mem);
	plan->region = arena_take(arena, plan->room, sizeof(*plan->region));
	plan->win = arena_take(arena, plan->win_room, sizeof(*plan->win));
	if (plan->region && plan->win)
		return 0;
	return refuse(why, -ENOMEM, "Loft's own map: no room for the plan of %u regions",
		      plan->room);
}

int map_loft_plan(const struct machine *m, paddr_t home, struct map_loft *plan, struct why *why)
{
	struct windows devices = { .win = plan->win, .room = plan->win_room };
	/* Whatever the tree says of it: reports of faults go there. */
	const struct window console = { board.start.console, PAGE };
	struct cuts cuts = { .count = 0 };
	unsigned d = 0;
	int rc = 0;

	plan->count = 0;
	plan->va_bits = 39;
	for (unsigned i = 0; i < m->mem.owned_count; i++) {
		const struct mem_range *r = &m->mem.owned[i];

		if (r->flags & MEM_NOMAP)
			cut_add(&cuts, (struct cut){ ALIGN_DOWN(r->start, PAGE),
						     ALIGN_UP(r->start + r->size, PAGE), PT_DATA,
						     false, r->owner });
	}
	cut_image(&cuts, home, plan->cold);
	windows_merge(&devices, m->win, m->win_count, &m->mem, PAGE);
	windows_add(&devices, &console, &m->mem, PAGE);
	for (unsigned b = 0; b < m->mem.bank_count && !rc; b++) {
		for (; d < devices.count && devices.win[d].start < m->mem.bank[b].start && !rc; d++)
			rc = region_add(plan, MAX(devices.win[d].start, PAGE),
					devices.win[d].start + devices.win[d].size, PT_DEVICE,
					"devices", why);
		if (!rc)
			rc = plan_bank(plan, &m->mem.bank[b], &cuts, why);
	}
	for (; d < devices.count && !rc; d++)
		rc = region_add(plan, MAX(devices.win[d].start, PAGE),
				devices.win[d].start + devices.win[d].size, PT_DEVICE, "devices",
				why);
	return rc;
}

int map_build(struct pt *pt, struct pt_arena *arena, enum pt_regime regime, uint32_t granule,
	      unsigned va_bits, bool upper, const struct pt_region *region, unsigned count,
	      struct why *why)
{
	int rc = pt_init(pt, arena, regime, granule, va_bits, upper);

	if (rc)
		return refuse(why, rc, "translation tables of %u bytes and %u bits: %s", granule,
			      va_bits, err_name(rc));
	for (unsigned i = 0; i < count; i++) {
		const struct pt_region *r = &region[i];

		rc = pt_map(pt, r);
		if (rc)
			return refuse(why, rc,
				      "%s at 0x%llx, 0x%llx bytes, cannot be mapped to 0x%llx: %s",
				      r->name, (unsigned long long)r->va,
				      (unsigned long long)r->size, (unsigned long long)r->pa,
				      err_name(rc));
	}
	return 0;
}
