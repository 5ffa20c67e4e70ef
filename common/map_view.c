// SPDX-License-Identifier: BSD-2-Clause
/* The `mmu` command's eyes: tables, and what the hardware makes of them. */
#include "common/map_view.h"

#include <errno.h>
#include <stdio.h>

#include "arch/arm64/sections.h"
#include "arch/arm64/sysreg.h"
#include "arch/cpu.h"
#include "common/early.h"
#include "common/handoff_state.h"
#include "common/map_print.h"

#define ULL(x) ((unsigned long long)(x))
#define PAGE   (4 * KIB)

/* One tree, and the regions that gave its ranges their names. */
struct tree {
	const char *title;
	const struct pt *pt; /* NULL: there is none */
	const struct pt_region *region;
	unsigned count;
};

/* One address space: whose registers, and up to two trees. */
struct space {
	unsigned el;
	struct mmu_regs regs;
	struct tree tree[2];
};

static void registers_in_force(struct space *space)
{
	struct mmu_regs *r = &space->regs;

	space->el = cpu_el();
	if (space->el == 2)
		*r = (struct mmu_regs){ .mair = sysreg_read(mair_el2),
					.tcr = sysreg_read(tcr_el2),
					.ttbr0 = sysreg_read(ttbr0_el2),
					.sctlr = sysreg_read(sctlr_el2) };
	else
		*r = (struct mmu_regs){ .mair = sysreg_read(mair_el1),
					.tcr = sysreg_read(tcr_el1),
					.ttbr0 = sysreg_read(ttbr0_el1),
					.ttbr1 = sysreg_read(ttbr1_el1),
					.sctlr = sysreg_read(sctlr_el1) };
}

/* The regions are planned once more for their names alone. */
static void space_loft(struct space *space)
{
	static struct map_loft names; /* some 4 KiB */

	if (map_loft_plan(&machine, (paddr_t)__image_start, &names, NULL))
		names.count = 0;
	*space = (struct space){ .tree = { { "TTBR0, Loft's own", &loft.map, names.region,
					     names.count } } };
	registers_in_force(space);
}

static void space_boot(struct space *space, const struct boot *b)
{
	const struct map_plan *p = &b->plan;

	*space = (struct space){
		.el = 1,
		.regs = b->kernel_regs,
		.tree = { { p->identity ? "TTBR0, identity" : "TTBR1", &b->high, p->region,
			    p->count } },
	};
	if (p->keep_low)
		space->tree[1] = (struct tree){ "TTBR0, kept", &b->low, p->low, p->low_count };
}

/* Return: the boot with @planned, else NULL; so it is where there is none planned, with -ENOENT. */
static int space_find(struct space *space, bool planned, const struct boot **boot, struct why *why)
{
	*boot = NULL;
	if (!planned) {
		space_loft(space);
		return 0;
	}
	*boot = boot_planned(why);
	if (!*boot)
		return -ENOENT;
	space_boot(space, *boot);
	return 0;
}

static int print_run(void *ctx, const struct pt_leaf *run)
{
	const struct tree *tree = ctx;
	char text[MAP_LINE_SIZE];

	printf("  %s\n",
	       map_line(tree->pt, run, map_name(tree->region, tree->count, run->va), text));
	return 0;
}

static void print_trees(struct space *space)
{
	for (unsigned i = 0; i < ARRAY_SIZE(space->tree); i++) {
		struct tree *tree = &space->tree[i];
		const struct pt *pt = tree->pt;

		if (!pt)
			continue;
		printf("%s: %u tables of %u bytes, root 0x%llx\n", tree->title, pt->arena->used,
		       1u << pt->format.page_shift, ULL(pt->root_pa));
		pt_walk(pt, print_run, tree);
	}
}

void map_view_planned(const struct boot *boot)
{
	struct space space;

	space_boot(&space, boot);
	print_trees(&space);
}

int map_view_list(bool planned, struct why *why)
{
	char text[MAP_LINE_SIZE];
	const struct boot *boot;
	struct space space;
	int rc = space_find(&space, planned, &boot, why);

	if (rc)
		return rc;
	for (unsigned reg = 0; reg < MAP_REGISTERS; reg++)
		if (reg != MAP_TTBR1 || space.el == 1)
			printf("%s\n", map_register_line(&space.regs, space.el, reg, text));
	print_trees(&space);
	return 0;
}

/* Only out of the tables themselves: an address that leads anywhere else is a finding. */
static int read_descriptor(void *ctx, paddr_t pa, uint64_t *descriptor)
{
	const struct space *space = ctx;

	for (unsigned i = 0; i < ARRAY_SIZE(space->tree); i++) {
		const struct pt *pt = space->tree[i].pt;

		if (!pt || pa - pt->arena->pa >= (uint64_t)pt->arena->used << pt->format.page_shift)
			continue;
		*descriptor = pt->arena->mem[(pa - pt->arena->pa) / sizeof(uint64_t)];
		return 0;
	}
	return -EFAULT;
}

static int walk(struct space *space, vaddr_t va, struct pt_trace *trace)
{
	const struct mmu_regs *r = &space->regs;
	const struct pt_foreign regime = { r->tcr,         r->ttbr0,        r->ttbr1,
					   space->el == 1, read_descriptor, space };

	return pt_walk_foreign(&regime, va, trace);
}

static bool hardware_agrees(struct space *space, vaddr_t va, struct map_hardware *hardware)
{
	struct pt_trace trace;
	int err = walk(space, va, &trace);

	(void)cpu_at(va, false, &hardware->load);
	(void)cpu_at(va, true, &hardware->store);
	return map_agrees(&trace, err, space->regs.mair, hardware);
}

int map_view_walk(bool planned, vaddr_t va, struct why *why)
{
	struct map_hardware hardware;
	char text[MAP_LINE_SIZE];
	const struct boot *boot;
	struct pt_trace trace;
	struct space space;
	bool agrees = true;
	int err = space_find(&space, planned, &boot, why);

	if (err)
		return err;
	err = walk(&space, va, &trace);
	printf("0x%016llx by TTBR%u_EL%u\n", ULL(va), trace.upper, space.el);
	for (unsigned i = 0; i < trace.step_count; i++)
		printf("  %s\n", map_step_line(&trace.step[i], text));
	printf("tables    %s\n", map_trace_line(&trace, err, space.regs.mair, text));
	if (!planned) {
		agrees = hardware_agrees(&space, va, &hardware);
		printf("hardware  %s\n", map_hardware_line(&hardware, va, text));
		printf(agrees ? "ok   they agree\n" : "FAIL they disagree\n");
	}
	return err || !agrees ? -EIO : 0;
}

void map_check_wx(struct checks *c, int rc, const struct pt_wx *first)
{
	if (rc)
		check(c, false, "W^X: 0x%llx is executable at 0x%llx and writable at 0x%llx",
		      ULL(first->pa), ULL(first->exec_va), ULL(first->write_va));
	else
		check(c, true, "W^X: no page is both writable and executable, through any name");
}

/* What a pass over all ranges of a space finds. */
struct survey {
	struct space *space;
	unsigned runs, devices, disagree;
	uint64_t executes;
	bool foreign_code; /* something that executes and is not DRAM */
};

static int survey_run(void *ctx, const struct pt_leaf *run)
{
	struct survey *s = ctx;
	struct map_hardware hardware;

	s->runs++;
	s->devices += run->kind == PT_DEVICE;
	if (pt_kind_executes(run->kind)) {
		s->executes += run->size;
		s->foreign_code |= !memmap_is_dram(&machine.mem, run->pa, run->size);
	}
	if (s->space->tree[0].pt == &loft.map)
		s->disagree += !hardware_agrees(s->space, run->va, &hardware) ||
			       !hardware_agrees(s->space, run->va + (run->size - 1), &hardware);
	return 0;
}

static void survey(struct survey *s, struct space *space, struct checks *c)
{
	*s = (struct survey){ .space = space };
	for (unsigned i = 0; i < ARRAY_SIZE(space->tree); i++)
		if (space->tree[i].pt)
			pt_walk(space->tree[i].pt, survey_run, s);
	check(c, !s->foreign_code, "what executes is DRAM: none of %u device ranges", s->devices);
}

static void check_hole(struct checks *c, paddr_t start, paddr_t end, const char *name)
{
	struct pt_leaf leaf;
	bool hole = true;

	for (paddr_t va = start; va < end; va += PAGE)
		hole &= pt_query(&loft.map, va, &leaf) == -ENOENT;
	check(c, hole, "0x%llx is not mapped: %s", ULL(start), name);
}

static bool all_is(paddr_t start, paddr_t end, enum pt_kind kind)
{
	struct pt_leaf leaf;

	for (paddr_t va = start; va < end; va = leaf.va + leaf.size)
		if (pt_query(&loft.map, va, &leaf) || leaf.kind != kind)
			return false;
	return true;
}

static void check_loft(struct checks *c, struct space *space)
{
	paddr_t image = (paddr_t)__image_start, text = (paddr_t)__text_end;
	paddr_t rodata = (paddr_t)__rodata_end;
	const uint64_t on = SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I; /* the same at EL2 */
	struct pt_wx first;
	struct survey s;

	check(c, (space->regs.sctlr & on) == on && space->regs.ttbr0 == loft.map.root_pa,
	      "MMU and caches on, TTBR0 holds these tables");
	map_check_wx(c, pt_audit_wx(&loft.map, NULL, &first), &first);
	survey(&s, space, c);
	check(c, all_is(image, text, PT_CODE) && s.executes == text - image,
	      "0x%llx-0x%llx is r-x: Loft's text, and nothing else executes", ULL(image),
	      ULL(text - 1));
	check(c, all_is(text, rodata, PT_RODATA), "0x%llx-0x%llx is r--: Loft's rodata", ULL(text),
	      ULL(rodata - 1));
	check_hole(c, 0, PAGE, "page 0");
	check_hole(c, (paddr_t)__stack_guard, (paddr_t)__stack_bottom, "guard page of the stack");
	check_hole(c, (paddr_t)__fault_guard, (paddr_t)__fault_stack_bottom,
		   "guard page of the fault stack");
	check(c, !s.disagree, "the hardware agrees at both ends of %u ranges", s.runs);
}

int map_view_audit(bool planned, struct why *why)
{
	struct checks c = { .print = true };
	const struct boot *boot;
	struct space space;
	struct survey s;
	int rc = space_find(&space, planned, &boot, why);

	if (rc)
		return rc;
	if (boot) {
		c.failed = boot_audit(boot, true);
		survey(&s, &space, &c);
	} else {
		check_loft(&c, &space);
	}
	return c.failed ? -EIO : 0;
}
