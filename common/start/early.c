// SPDX-License-Identifier: BSD-2-Clause
/* From the early map to Loft's home: read the FDT, build the full map, move. */
#include "common/start/early.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/arm64/start/early_map.h"
#include "arch/barrier.h"
#include "arch/sections.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/exception.h"
#include "arch/layout.h"
#include "arch/mem.h"
#include "common/board.h"
#include "common/console/init.h"
#include "common/handoff/spin.h"
#include "common/map/map.h"
#include "common/mem/home.h"
#include "common/start/relocate.h"
#include "drivers/serial/serial.h"

/* For what the fdt command and the hand-off add. */
#define FDT_ROOM           (64 * KIB)

#define DEVICES_AT_FIRST   96
#define WINDOWS_AT_FIRST   64

struct early {
	struct early_mmu mmu; /* early_map() fills it */
	struct board_early board;
	struct machine machine;
	struct loft loft;
	struct map_loft plan;
	struct why why;
	/* Enough for most trees; what a larger one has more is read once there is a home. */
	struct device dev[DEVICES_AT_FIRST];
	struct window win[WINDOWS_AT_FIRST];
};
static_assert(sizeof(struct early) <= EARLY_STATE_SIZE,
	      "it lies between the tables and the stacks");
static_assert(offsetof(struct early, mmu) == 0, "early_map() finds it there");

struct home {
	paddr_t image, fdt, arena, tables;
	uint64_t image_size, fdt_size, arena_size, tables_size;
};

/* Says why on the board's console, for which neither a global nor an FDT is needed. */
static void __attribute__((noreturn)) early_stop(const char *what, const char *why)
{
	const struct serial_node node = board_console();
	struct serial serial = { 0 };
	const char *text[] = { "\r\nLoft: ", what, why, "\r\n" };

	if (!serial_init(&serial, &node)) {
		for (unsigned i = 0; i < ARRAY_SIZE(text); i++) {
			for (const char *s = text[i]; *s; s++)
				(serial.ops->putc)(&serial, *s); /* stdio.h has a macro */
		}
		serial.ops->drain(&serial);
	}
	cpu_halt();
}

bool loft_can_report(void)
{
	return loft.at_home && console_base();
}

void early_fault(const struct fault_frame *frame)
{
	char text[96];

	snprintf(text, sizeof(text), "ESR 0x%llx, ELR image+0x%llx, FAR 0x%llx",
		 (unsigned long long)frame->esr,
		 (unsigned long long)(frame->elr - (uint64_t)__image_start),
		 (unsigned long long)frame->far);
	early_stop(loft.at_home ? "fault before the console: " : "fault on the way home: ", text);
}

/*
 * Normal memory is what a CPU may speculate into, and firmware's DRAM may answer that with a bus
 * error or an alarm. So a block is mapped only where all of it is known to be DRAM that the tree
 * does not except (no-map: Devicetree Specification 0.4, 3.5.4).
 */
static bool may_speculate(const struct memmap *mem, paddr_t block)
{
	paddr_t last = block + EARLY_BLOCK - 1;

	if (!memmap_is_dram(mem, block, EARLY_BLOCK))
		return false;
	for (unsigned i = 0; i < mem->owned_count && mem->owned[i].start <= last; i++)
		if (mem->owned[i].flags & MEM_NOMAP && mem_range_last(&mem->owned[i]) >= block)
			return false;
	return true;
}

/*
 * Blocks where that is safe; else, or where something in the block is mapped already (the image,
 * the scratch), the pages from @start to @end.
 */
static int early_cover(struct early *e, paddr_t start, paddr_t end)
{
	struct pt *pt = &e->mmu.pt;

	for (paddr_t block = ALIGN_DOWN(start, EARLY_BLOCK); block < end; block += EARLY_BLOCK) {
		bool whole = may_speculate(&e->machine.mem, block);
		paddr_t from = whole ? block : MAX(block, ALIGN_DOWN(start, 4 * KIB));
		paddr_t to = whole ? block + EARLY_BLOCK
				   : MIN(block + EARLY_BLOCK, ALIGN_UP(end, 4 * KIB));
		struct pt_region r = { .va = from, .pa = from, .size = to - from, .kind = PT_DATA };
		struct pt_leaf leaf;
		int rc = mmu_extend(pt, &r);

		if (rc != -EEXIST)
			goto next;
		rc = 0;
		if (!pt_query(pt, block, &leaf) && leaf.size >= EARLY_BLOCK)
			continue;
		r.size = 4 * KIB;
		for (r.va = r.pa = MAX(block, ALIGN_DOWN(start, 4 * KIB));
		     r.va < MIN(block + EARLY_BLOCK, end) && !rc; r.va = r.pa = r.va + 4 * KIB) {
			if (pt_query(pt, r.va, &leaf))
				rc = mmu_extend(pt, &r);
		}
	next:
		if (rc)
			return rc;
	}
	return 0;
}

/*
 * Pages as far as the tree needs them, since nothing is known yet of what lies around it; and
 * nothing below DRAM, where x0 may be what an earlier stage left in it and lead to a device.
 */
static const void *fdt_at(struct early *e, paddr_t at)
{
	uint64_t extent = FDT_HEADER_SIZE;

	if (!at || at % 4 || at < board.start.dram_start || at >> e->mmu.pt.va_bits)
		return NULL;
	/* First the header, then what it says. */
	for (unsigned i = 0; i < 2; i++) {
		if (early_cover(e, at, at + extent) ||
		    fdt_extent((const void *)at, &extent, &e->why))
			return NULL;
	}
	return (const void *)at;
}

static int map_device(struct board_early *early, paddr_t start, uint64_t size)
{
	struct early *e = (struct early *)((char *)early - offsetof(struct early, board));

	for (paddr_t at = ALIGN_DOWN(start, EARLY_BLOCK); at < start + size; at += EARLY_BLOCK) {
		struct pt_region r = { .va = at, .pa = at, .size = EARLY_BLOCK, .kind = PT_DEVICE };
		int rc = mmu_extend(&e->mmu.pt, &r);

		if (rc && rc != -EEXIST) /* the console's block is there already */
			return rc;
	}
	return 0;
}

static void board_early(struct early *e, const void *fdt)
{
	if (!IS_ENABLED(CONFIG_BOARD_HOOKS) || !board.early)
		return;
	e->board = (struct board_early){ .fdt = (void *)fdt, .map = map_device };
	board.early(&e->board);
}

static const void *find_fdt(struct early *e, paddr_t hint)
{
	const void *fdt = fdt_at(e, hint);

	/* Its spin tables are looked for by libfdt, before it is copied to where it is aligned. */
	if (fdt && IS_ENABLED(CONFIG_SPIN_TABLE) && hint % 8)
		early_stop("device tree: ", "x0 is no multiple of 8");
	if (!fdt)
		fdt = fdt_at(e, board.start.dram_start);
	if (!fdt && IS_ENABLED(CONFIG_BOARD_HOOKS))
		fdt = board.fdt;
	if (!fdt)
		early_stop("no device tree in x0 or at the start of DRAM: ", e->why.text);
	return fdt;
}

/*
 * What lies in DRAM now must not be written over on the way. Each of these may be outside DRAM or
 * reserved by the tree itself, and is then out of the way already.
 */
static void claim_present(struct memmap *mem, paddr_t scratch, paddr_t image, const void *fdt,
			  const struct machine *m)
{
	(void)!memmap_claim(mem, scratch, SCRATCH_SIZE, 0, "Loft's scratch", NULL);
	(void)!memmap_claim(mem, image, loft_offset(__scratch_start), 0, "Loft as loaded", NULL);
	(void)!memmap_claim(mem, (paddr_t)fdt, m->fdt_size, 0, "FDT as found", NULL);
	if (m->initrd_end > m->initrd_start)
		(void)!memmap_claim(mem, m->initrd_start, m->initrd_end - m->initrd_start,
				    MEM_LOADED, "initrd", NULL);
}

/* Where a claim was not taken, what begins there may be a reservation of the tree's: that stays. */
static void release_own(struct memmap *mem, paddr_t start)
{
	const struct mem_range *range = memmap_owner(mem, start, 1);

	if (range && range->start == start && !(range->flags & MEM_FOREIGN))
		memmap_release(mem, start);
}

/* Afterwards they are free: kernels are linked at the very start of DRAM. */
static void release_present(struct memmap *mem, paddr_t scratch, paddr_t image, const void *fdt)
{
	release_own(mem, scratch);
	release_own(mem, image);
	release_own(mem, (paddr_t)fdt);
}

/*
 * PSCI is the monitor's, whatever the tree says.  On most boards it lies outside of DRAM, and
 * needs no claim.
 */
static void claim_monitor(struct machine *m)
{
	const struct start_el3 *el3 = &board.start.el3;

	m->psci = PSCI_SMC;
	(void)!memmap_claim(&m->mem, el3->monitor, el3->monitor_size, MEM_KEEP | MEM_NOMAP,
			    "Loft's EL3 monitor", NULL);
}

/*
 * Devices and windows, as many as the tree has, and the plan of the map go into an arena of the
 * home, which is mapped from here on.
 */
static int take_arena(struct early *e, struct home *h, paddr_t last)
{
	struct machine *m = &e->machine;
	bool more = m->dev_seen > m->dev_count || m->win_seen > m->win_count;
	enum psci_conduit psci = m->psci; /* the monitor's, where there is one */
	struct machine_room room;
	struct arena arena;
	int rc;

	h->arena_size = ALIGN_UP(machine_need(m->dev_seen, m->win_seen) +
					 map_loft_need(m->win_seen, &m->mem),
				 4 * KIB);
	rc = memmap_alloc(&m->mem, h->arena_size, 4 * KIB, true, last, 0, "Loft's devices",
			  &h->arena, &e->why);
	if (rc)
		return rc;
	if (early_cover(e, h->arena, h->arena + h->arena_size))
		return refuse(&e->why, -ENOSPC, "its tables are full");
	arena = (struct arena){ (char *)h->arena, h->arena_size, 0 };
	rc = machine_take(&room, &arena, m->dev_seen, m->win_seen);
	if (!rc && more)
		rc = machine_rescan(m, m->fdt, &room, &e->why);
	m->psci = psci;
	if (rc)
		return rc;
	if (!more) {
		memcpy(room.dev, m->dev, m->dev_count * sizeof(*m->dev));
		memcpy(room.win, m->win, m->win_count * sizeof(*m->win));
		m->dev = room.dev;
		m->win = room.win;
	}
	return map_loft_take(&e->plan, m, &arena, &e->why);
}

/*
 * Does it pay, and can it be fetched later? From DRAM it must move now: that memory is a kernel's.
 * In flash it stays readable as a device's window, or, after an entry at EL3, for the monitor.
 */
static bool leave_cold(const struct machine *m, paddr_t image)
{
	if (!IS_ENABLED(CONFIG_COLD) || cpu_left_cold())
		return IS_ENABLED(CONFIG_COLD);
	return start_in_flash(&board.start, image) &&
	       machine_window_left(m, image + loft_offset(__cold_start)) >=
		       (uint64_t)(__cold_end - __cold_start);
}

static int choose_home(struct early *e, struct home *h, paddr_t image)
{
	struct machine *m = &e->machine;
	struct why *why = &e->why;
	paddr_t last = BIT(e->mmu.pt.va_bits) - 1;
	int rc;

	h->image_size = ALIGN_UP(loft_offset(__scratch_start), MEM_GRANULE);
	h->fdt_size = ALIGN_UP(m->fdt_size + FDT_ROOM, 4 * KIB);
	rc = memmap_alloc(&m->mem, h->image_size, MEM_GRANULE, true, last, 0, "Loft", &h->image,
			  why);
	if (!rc)
		rc = memmap_alloc(&m->mem, h->fdt_size, 4 * KIB, true, last, 0, "Loft's FDT",
				  &h->fdt, why);
	if (!rc)
		rc = take_arena(e, h, last);
	e->plan.cold = leave_cold(m, image);
	if (!rc)
		rc = map_loft_plan(m, h->image, &e->plan, why);
	if (rc)
		return rc;
	h->tables_size =
		(pt_tables_needed(e->plan.region, e->plan.count, 4 * KIB, e->plan.va_bits) +
		 CONFIG_VIDEO_TABLES) *
		4 * KIB;
	rc = memmap_alloc(&m->mem, h->tables_size, 4 * KIB, true, last, 0, "Loft's page tables",
			  &h->tables, why);
	return rc;
}

/* Its three pieces may lie apart, where an earlier loader's reservations are between them. */
static int cover_home(struct early *e, const struct home *h)
{
	int rc = early_cover(e, h->image, h->image + h->image_size);

	if (!rc)
		rc = early_cover(e, h->fdt, h->fdt + h->fdt_size);
	return rc ? rc : early_cover(e, h->tables, h->tables + h->tables_size);
}

static void move_part(char *home, const char *start, const char *end)
{
	mem_copy(home + loft_offset(start), start, (uint64_t)(end - start));
}

static void move_image(const struct home *h, struct early *e)
{
	char *home = (char *)h->image;
	const char *cold = e->plan.cold ? __cold_start : __cold_end;

	move_part(home, __image_start, cold);
	move_part(home, __cold_end, __data_end);
	mem_fill(home + loft_offset(__bss_start), 0,
		 loft_offset(__bss_end) - loft_offset(__bss_start));
	relocate(home, e->plan.cold ? RELOCATE_HOT : RELOCATE_ALL);
	/*
	 * The machine and what Loft knows of itself travel from the scratch into the globals of the
	 * new image.
	 */
	memcpy(home + loft_offset(&machine), &e->machine, sizeof(machine));
	memcpy(home + loft_offset(&loft), &e->loft, sizeof(loft));
	/*
	 * Fetched with the MMU off while the maps change: instructions must be in memory, not only
	 * in the D-cache.
	 */
	cache_clean_poc(home, loft_offset(cold));
	cache_clean_poc(home + loft_offset(__cold_end),
			loft_offset(__text_end) - loft_offset(__cold_end));
}

static void note_time(struct early *e, unsigned step)
{
	if (IS_ENABLED(CONFIG_BOOTSTAGE))
		e->loft.ticks[step] = cpu_ticks();
}

/* What there is: the tree that x0 or the board leads to, and what lies in DRAM. */
static const void *learn(struct early *e, paddr_t scratch, paddr_t fdt_hint, paddr_t image)
{
	const struct machine_room room = { e->dev, e->win, DEVICES_AT_FIRST, WINDOWS_AT_FIRST };
	const void *fdt = find_fdt(e, fdt_hint);

	board_early(e, fdt);
	if (machine_scan(&e->machine, fdt, FDT_SIZE_MAX, &room, &e->why))
		early_stop("device tree: ", e->why.text);
	if (cpu_entered_el3())
		claim_monitor(&e->machine);
	if (IS_ENABLED(CONFIG_SPIN_TABLE))
		spin_table_claim(&e->machine.mem, fdt);
	claim_present(&e->machine.mem, scratch, image, fdt, &e->machine);
	return fdt;
}

static void build_map(struct early *e, const struct home *home, paddr_t image)
{
	mem_fill((void *)home->tables, 0, home->tables_size);
	e->loft.at_home = true;
	e->loft.cold = e->plan.cold;
	e->loft.entry_el = cpu_entered_el3() ? 3 : cpu_el();
	e->loft.started = image;
	e->loft.arena = (struct pt_arena){ .mem = (uint64_t *)home->tables,
					   .pa = home->tables,
					   .capacity = home->tables_size / (4 * KIB) };
	if (map_build(&e->loft.map, &e->loft.arena, mmu_regime(), 4 * KIB, e->plan.va_bits, false,
		      e->plan.region, e->plan.count, &e->why))
		early_stop("map: ", e->why.text);
}

static void __attribute__((noreturn)) go_home(const struct early *e, const struct home *home)
{
	struct mmu_regs *regs = (struct mmu_regs *)(home->image + loft_offset(&loft_regs));

	if (mmu_regs_for(&e->loft.map, home->image + loft_offset(vectors), regs))
		early_stop("map: ", "no register values for it");
	cache_clean_poc(regs, sizeof(*regs)); /* read with the MMU off */
	mmu_switch(regs, home->image + loft_offset(loft_main), 0, 0, 0,
		   home->image + loft_offset(__stack_top),
		   home->image + loft_offset(__fault_stack_top),
		   home->image + loft_offset(mmu_apply));
}

/* Not inlined: a pointer of the image's must not be looked at before it has been relocated. */
static void __attribute__((noreturn, noinline))
early_relocated(paddr_t scratch, paddr_t fdt_hint, paddr_t image)
{
	struct early *e = (struct early *)(scratch + EARLY_STATE_OFFSET);
	struct home home;
	const void *fdt;

	/* No banks: before the tree has been read early_cover() maps pages. */
	e->machine.mem.bank_count = 0;
	e->machine.mem.owned_count = 0;

	note_time(e, EARLY_TICKS_MMU_ON);
	fdt = learn(e, scratch, fdt_hint, image);
	note_time(e, EARLY_TICKS_TREE);
	if (choose_home(e, &home, image))
		early_stop("no place for Loft: ", e->why.text);
	if (cover_home(e, &home))
		early_stop("no place for Loft: ", "its tables are full");
	if (fdt_copy((void *)home.fdt, home.fdt_size, fdt, e->machine.fdt_size))
		early_stop("device tree: ", "too large to move");
	machine_move(&e->machine, (const void *)home.fdt);
	release_present(&e->machine.mem, scratch, image, fdt);
	build_map(e, &home, image);
	note_time(e, EARLY_TICKS_MAP);
	move_image(&home, e);
	go_home(e, &home);
}

void early_main(paddr_t scratch, paddr_t fdt_hint, paddr_t image)
{
	struct early *e = (struct early *)(scratch + EARLY_STATE_OFFSET);

	early_map_rest(&e->mmu, image, &board.start);
	if (!start_in_flash(&board.start, image))
		relocate((char *)image, cpu_left_cold() ? RELOCATE_HOT : RELOCATE_ALL);
	early_relocated(scratch, fdt_hint, image);
}
