// SPDX-License-Identifier: BSD-2-Clause
/* The `mmu` command's eyes: tables, and what the hardware makes of them. */
#include "common/boot/view.h"

#include <errno.h>
#include <stdio.h>

#include "arch/sections.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/cpu.h"
#include "common/fdt/fdt.h"
#include "common/mem/home.h"
#include "common/boot/parts.h"
#include "common/map/print.h"

#define ULL(x) ((unsigned long long)(x))
#define PAGE   (4 * KIB)

/* One tree, and the regions that gave its ranges their names. */
struct tree {
	const char *title;
	const struct pt *pt; /* NULL: there is none */
	const struct pt_region *region;
	unsigned count;
};

/* One address space: whose registers, and up to two trees. Only ever looked at one at a time. */
static struct space {
	const struct boot *boot; /* NULL: Loft's own */
	unsigned el;
	const struct mmu_regs *regs;
	struct tree tree[2];
} space;

static const struct mmu_regs *registers_in_force(void)
{
	static struct mmu_regs regs;
	struct mmu_regs *r = &regs;

	if (mmu_regime() == PT_EL2) {
		r->mair = sysreg_read(mair_el2);
		r->tcr = sysreg_read(tcr_el2);
		r->ttbr0 = sysreg_read(ttbr0_el2);
		r->sctlr = sysreg_read(sctlr_el2);
	} else {
		r->mair = sysreg_read(mair_el1);
		r->tcr = sysreg_read(tcr_el1);
		r->ttbr0 = sysreg_read(ttbr0_el1);
		r->ttbr1 = sysreg_read(ttbr1_el1);
		r->sctlr = sysreg_read(sctlr_el1);
	}
	return r;
}

/* The regions are planned once more for their names alone. */
static void look_at_loft(void)
{
	static struct map_loft names;
	static paddr_t at; /* of the plan made last; given back when the next is made */
	struct arena arena = { .size = map_loft_need(machine.win_count, &machine.mem) };

	if (at)
		memmap_release(&machine.mem, at);
	names.count = 0;
	at = 0;
	if (!memmap_alloc(&machine.mem, arena.size, 4 * KIB, true, ~UINT64_C(0), 0,
			  "names of Loft's map", &at, NULL)) {
		arena.mem = (char *)at;
		if (map_loft_take(&names, &machine, &arena, NULL) ||
		    map_loft_plan(&machine, (paddr_t)__image_start, &names, NULL))
			names.count = 0;
	}
	space.el = mmu_regime() == PT_EL2_E2H ? MAP_EL2_E2H : cpu_el();
	space.boot = NULL;
	space.tree[0] = (struct tree){ "TTBR0, Loft's own", &loft.map, names.region, names.count };
	space.tree[1].pt = NULL;
	space.regs = registers_in_force();
}

static void look_at_boot(const struct boot *b)
{
	const struct map_plan *p = &b->plan;

	space.el = b->entry_el == 2 ? MAP_EL2_E2H : 1;
	space.boot = b;
	space.regs = &b->kernel_regs;
	space.tree[0] = (struct tree){ p->identity ? "TTBR0, identity" : "TTBR1", &b->high,
				       p->region, p->count };
	space.tree[1] =
		(struct tree){ "TTBR0, kept", p->keep_low ? &b->low : NULL, p->low, p->low_count };
}

static int look_at(bool planned, struct why *why)
{
	const struct boot *boot = planned ? boot_planned(why) : NULL;

	if (boot)
		look_at_boot(boot);
	else if (planned)
		return -ENOENT;
	else
		look_at_loft();
	return 0;
}

static int print_run(void *ctx, const struct pt_leaf *run)
{
	const struct tree *tree = ctx;
	const char *name = map_name(tree->region, tree->count, run->va);
	char text[MAP_LINE_SIZE];

	/* what came into Loft's map when it was asked for, and nothing else that is uncached */
	if (IS_ENABLED(CONFIG_VIDEO) && !name && run->kind == PT_UNCACHED)
		name = "framebuffer";
	printf("  %s\n", map_line(tree->pt, run, name, text));
	return 0;
}

static void print_trees(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(space.tree); i++) {
		struct tree *tree = &space.tree[i];
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
	look_at_boot(boot);
	print_trees();
}

int map_view_list(bool planned, struct why *why)
{
	char text[MAP_LINE_SIZE];
	int rc = look_at(planned, why);

	if (rc)
		return rc;
	for (unsigned reg = 0; reg < MAP_REGISTERS; reg++)
		if (reg != MAP_TTBR1 || space.el != 2)
			printf("%s\n", map_register_line(space.regs, space.el, reg, text));
	print_trees();
	return 0;
}

/* Only out of the tables themselves: an address that leads anywhere else is a finding. */
static int read_descriptor(void *ctx, paddr_t pa, uint64_t *descriptor)
{
	(void)ctx;
	for (unsigned i = 0; i < ARRAY_SIZE(space.tree); i++) {
		struct tree *tree = &space.tree[i];
		const struct pt *pt = tree->pt;

		if (!pt || pa - pt->arena->pa >= (uint64_t)pt->arena->used << pt->format.page_shift)
			continue;
		*descriptor = pt->arena->mem[(pa - pt->arena->pa) / sizeof(uint64_t)];
		return 0;
	}
	return -EFAULT;
}

/* A walk, and for Loft's own tables the hardware's answer: does it agree? */
struct answer {
	struct pt_trace trace;
	int err;
	struct map_hardware hardware;
};

static bool ask(vaddr_t va, struct answer *a)
{
	const struct mmu_regs *r = space.regs;
	const struct pt_foreign regime = {
		r->tcr, r->ttbr0, r->ttbr1, space.el != 2, read_descriptor, NULL,
	};

	a->err = pt_walk_foreign(&regime, va, &a->trace);
	if (space.boot)
		return true;
	(void)cpu_at(va, false, &a->hardware.load);
	(void)cpu_at(va, true, &a->hardware.store);
	return map_agrees(&a->trace, a->err, r->mair, &a->hardware);
}

int map_view_walk(bool planned, vaddr_t va, struct why *why)
{
	char text[MAP_LINE_SIZE];
	struct answer a;
	bool agrees;
	int rc = look_at(planned, why);

	if (rc)
		return rc;
	agrees = ask(va, &a);
	printf("0x%016llx by TTBR%u_EL%u\n", ULL(va), a.trace.upper, space.el % 16);
	for (unsigned i = 0; i < a.trace.step_count; i++)
		printf("  %s\n", map_step_line(&a.trace.step[i], text));
	printf("tables    %s\n", map_trace_line(&a.trace, a.err, space.regs->mair, text));
	if (!planned) {
		printf("hardware  %s\n", map_hardware_line(&a.hardware, va, text));
		printf(agrees ? "ok   they agree\n" : "FAIL they disagree\n");
	}
	return a.err || !agrees ? -EIO : 0;
}

void map_check_wx(struct checks *c, int rc, const struct pt_wx *first)
{
	if (rc)
		check(c, false, "W^X: 0x%llx is executable at 0x%llx and writable at 0x%llx",
		      ULL(first->pa), ULL(first->exec_va), ULL(first->write_va));
	else
		check(c, true, "W^X: no page is both writable and executable, through any name");
}

/* What a pass over all ranges finds. */
struct survey {
	unsigned runs, devices, disagree;
	uint64_t executes;
	bool foreign_code; /* something that executes and is not DRAM */
};

static int survey_run(void *ctx, const struct pt_leaf *run)
{
	struct survey *s = ctx;
	struct answer a;

	s->runs++;
	s->devices += run->kind == PT_DEVICE;
	if (pt_kind_executes(run->kind)) {
		s->executes += run->size;
		s->foreign_code |= !memmap_is_dram(&machine.mem, run->pa, run->size);
	}
	s->disagree += !ask(run->va, &a) || !ask(run->va + (run->size - 1), &a);
	return 0;
}

static void survey(struct survey *s, struct checks *c)
{
	*s = (struct survey){ 0 };
	for (unsigned i = 0; i < ARRAY_SIZE(space.tree); i++)
		if (space.tree[i].pt)
			pt_walk(space.tree[i].pt, survey_run, s);
	check(c, !s->foreign_code, "what executes is DRAM: none of %u device ranges", s->devices);
}

/* The rights that Loft's own map has all over [start, end), PT_HOLE, or PT_MIXED. */
#define PT_HOLE  PT_KIND_COUNT
#define PT_MIXED (PT_HOLE + 1)

static unsigned kind_of(const char *start, const char *end)
{
	unsigned kind = PT_MIXED;

	for (paddr_t va = (paddr_t)start; va < (paddr_t)end; va += PAGE) {
		struct pt_leaf leaf;
		int rc = pt_query(&loft.map, va, &leaf);
		unsigned here = rc == -ENOENT ? PT_HOLE : rc ? PT_MIXED : leaf.kind;

		if (va != (paddr_t)start && here != kind)
			return PT_MIXED;
		kind = here;
	}
	return kind;
}

static void check_loft(struct checks *c)
{
	static const struct {
		const char *start, *end;
		unsigned kind;
		const char *what;
	} parts[] = {
		{ __image_start, __cold_text_end, PT_CODE, "r-x: Loft's text" },
		{ __cold_text_end, __cold_end, PT_RODATA, "r--: Loft's rodata, fetched late" },
		{ __cold_end, __text_end, PT_CODE, "r-x: Loft's text, the rest" },
		{ __text_end, __rodata_end, PT_RODATA, "r--: Loft's rodata" },
		{ NULL, (char *)PAGE, PT_HOLE, "not mapped: page 0" },
		{ __stack_guard, __stack_bottom, PT_HOLE, "not mapped: guard page of the stack" },
		{ __fault_guard, __fault_stack_bottom, PT_HOLE,
		  "not mapped: guard page of the fault stack" },
	};
	const uint64_t on = SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I; /* the same at EL2 */
	struct pt_wx first;
	struct survey s;

	check(c, (space.regs->sctlr & on) == on && space.regs->ttbr0 == loft.map.root_pa,
	      "MMU and caches on, TTBR0 holds these tables");
	map_check_wx(c, pt_audit_wx(&loft.map, NULL, &first), &first);
	survey(&s, c);
	check(c,
	      s.executes == (uint64_t)(__text_end - __image_start) -
				    (uint64_t)(__cold_end - __cold_text_end),
	      "nothing but text executes: 0x%llx bytes", ULL(s.executes));
	for (unsigned i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].end > parts[i].start)
			check(c, kind_of(parts[i].start, parts[i].end) == parts[i].kind,
			      "0x%llx is %s", ULL((paddr_t)parts[i].start), parts[i].what);
	check(c, !s.disagree, "the hardware agrees at both ends of %u ranges", s.runs);
}

int map_view_audit(bool planned, struct why *why)
{
	struct checks c = { .print = true };
	struct survey s;
	int rc = look_at(planned, why);

	if (rc)
		return rc;
	if (planned) {
		c.failed = boot_audit(space.boot, true);
		survey(&s, &c);
	} else {
		check_loft(&c);
	}
	return c.failed ? -EIO : 0;
}
