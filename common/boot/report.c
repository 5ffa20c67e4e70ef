// SPDX-License-Identifier: BSD-2-Clause
/* The hand-off report: what the kernel will find, and whether it is what was promised. */
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/map/checks.h"
#include "common/env/env.h"
#include "common/handoff/aarch32.h"
#include "common/handoff/state.h"
#include "common/start/early.h"
#include "common/fdt/fdt.h"
#include "common/map/print.h"
#include "common/map/view.h"

#define LOG_NAME "map"
#include "lib/base/log.h"

#define ULL(x) ((unsigned long long)(x))

static void print_registers(const struct boot *b)
{
	const struct handoff *h = &b->handoff;
	unsigned el = b->entry_el;

	printf("entered at EL%u, kernel at EL%u%s, MMU %s\n", loft.entry_el, el,
	       h->hcr	       ? " with VHE"
	       : is_aarch32(h) ? " in AArch32"
			       : "",
	       h->page ? "on" : "off");
	printf("  PC  0x%016llx  SP  0x%016llx  SPSR 0x%llx\n", ULL(h->entry), ULL(h->sp),
	       ULL(h->spsr));
	for (unsigned i = 0; i < BOOT_REGS; i++) {
		if (h->x[i] || i < 4)
			printf("  %c%u  0x%016llx\n", is_aarch32(h) ? 'r' : 'x', i, ULL(h->x[i]));
	}
	if (!h->page)
		return;
	printf("  SCTLR_EL%u 0x%llx  TCR_EL%u 0x%llx  MAIR_EL%u 0x%llx\n", el, ULL(h->sctlr), el,
	       ULL(h->tcr), el, ULL(h->mair));
	printf("  TTBR0_EL%u 0x%llx  TTBR1_EL%u 0x%llx  VBAR_EL%u 0x%llx\n", el, ULL(h->ttbr0), el,
	       ULL(h->ttbr1), el, ULL(h->vbar));
	if (h->hcr)
		printf("  HCR_EL2 0x%llx  CPTR_EL2 0x%llx  CNTHCTL_EL2 0x%llx\n", ULL(h->hcr),
		       ULL(h->cptr), ULL(h->cnthctl));
	if (b->stub.size)
		printf("  VBAR_EL2 0x%llx\n", ULL(h->vbar_el2));
	printf("  VIRT_START 0x%llx  VA_BITS %u  GRANULE %u  CNTFRQ_EL0 %llu\n",
	       ULL(b->plan.virt_start), b->plan.va_bits, b->plan.granule, ULL(cpu_ticks_hz()));
}

static void print_owners(void)
{
	printf("owners\n");
	for (unsigned i = 0; i < machine.mem.owned_count; i++) {
		const struct mem_range *r = &machine.mem.owned[i];

		printf("  %012llx-%012llx %s%s%s%s\n", ULL(r->start), ULL(mem_range_last(r)),
		       r->owner, r->flags & MEM_KEEP ? ", reserved" : "",
		       r->flags & MEM_RECLAIM ? ", reclaimable" : "",
		       r->flags & MEM_NOMAP ? ", not mapped" : "");
	}
}

/* Reads one address back out of the tables that the kernel will run on. */
static void check_leaf(struct checks *c, const struct boot *b, const char *what, vaddr_t va,
		       paddr_t pa, enum pt_kind kind)
{
	struct pt_leaf leaf;
	int rc = pt_query(&b->high, va, &leaf);
	paddr_t found = rc ? 0 : leaf.pa + (va - leaf.va);

	check(c, !rc && found == pa && leaf.kind == kind, "%s 0x%llx -> 0x%llx %s %s", what,
	      ULL(va), ULL(found), rc ? "not" : map_rights(leaf.kind),
	      rc ? "mapped" : map_type(leaf.kind));
}

static void check_segments(struct checks *c, const struct boot *b)
{
	bool wx = b->flags & LOFT_FLAG_ALLOW_WX;

	for (unsigned i = 0; i < b->elf.segment_count; i++) {
		const struct elf_segment *s = &b->elf.segment[i];
		bool x = s->flags & ELF_X, w = s->flags & ELF_W;
		char what[32];

		if (wx)
			continue; /* a granule may have the union of two segments' rights then */
		snprintf(what, sizeof(what), "segment %u %s at", (unsigned)s->phdr,
			 elf_segment_kind(s));
		check_leaf(c, b, what, s->vaddr, place_pa(&b->place, s),
			   x   ? PT_CODE
			   : w ? PT_DATA
			       : PT_RODATA);
	}
}

static void check_wx(struct checks *c, const struct boot *b)
{
	struct pt_wx first;
	const struct pt *low = b->plan.keep_low ? &b->low : NULL;
	/*
	 * Read back from the tables for a person; from the plan they were built from where only the
	 * answer counts.
	 */
	int rc = c->print ? pt_audit_wx(low, &b->high, &first) : map_plan_audit(&b->plan, &first);

	if (b->flags & LOFT_FLAG_ALLOW_WX)
		check(c, true, "W^X is not kept: the kernel asked for ALLOW_WX");
	else if (rc)
		check(c, false, "W^X: 0x%llx is executable at 0x%llx and writable at 0x%llx",
		      ULL(first.pa), ULL(first.exec_va), ULL(first.write_va));
	else
		check(c, true, "W^X: no page is both writable and executable, through any name");
}

static void check_linear_map(struct checks *c, const struct boot *b)
{
	for (unsigned i = 0; i < machine.mem.bank_count; i++) {
		const struct mem_range *bank = &machine.mem.bank[i];
		paddr_t last = ALIGN_DOWN(mem_range_last(bank), 8);
		struct pt_leaf leaf;
		const struct mem_range *owner = memmap_owner(&machine.mem, last, 8);

		if (owner && owner->flags & MEM_NOMAP)
			continue;
		check(c, !pt_query(&b->high, b->plan.virt_start + last, &leaf),
		      "linear map reaches 0x%llx, the end of bank %u", ULL(last), i);
	}
}

static void check_mapped(struct checks *c, const struct boot *b)
{
	const struct handoff *h = &b->handoff;
	vaddr_t virt_start = b->plan.virt_start;
	bool wx = b->flags & LOFT_FLAG_ALLOW_WX;
	struct pt_leaf leaf;

	check(c,
	      !pt_query(&b->high, h->entry, &leaf) && pt_kind_executes(leaf.kind) &&
		      leaf.pa + (h->entry - leaf.va) == b->entry.pa + b->place.displacement,
	      "PC 0x%llx is executable, at 0x%llx", ULL(h->entry),
	      ULL(b->entry.pa + b->place.displacement));
	check(c, h->sp % 16 == 0, "SP is aligned to 16 bytes");
	check_leaf(c, b, "boot stack at", h->sp - 8, b->stack.start + b->stack.size - 8, PT_DATA);
	check_leaf(c, b, "FDT at", virt_start + b->fdt.start, b->fdt.start, PT_DATA);
	check_leaf(c, b, "early vectors at", h->vbar, b->vectors.start, PT_CODE);
	if (b->map_request.console && !(b->flags & LOFT_FLAG_NO_MMIO))
		check_leaf(c, b, "console at", virt_start + b->map_request.console,
			   b->map_request.console, PT_DEVICE);
	if (boot_params_has(&b->params, LOFT_NOTE_CONSOLE_VA))
		check_leaf(c, b, "CONSOLE_VA", b->params.value[LOFT_NOTE_CONSOLE_VA],
			   ALIGN_DOWN(b->map_request.console, b->plan.granule), PT_DEVICE);
	if (!wx)
		check_segments(c, b);
	check_linear_map(c, b);
	check_wx(c, b);
	if (b->stub.size)
		check(c, h->vbar_el2 % 2048 == 0, "EL2 stub at 0x%llx, reserved", ULL(h->vbar_el2));
}

unsigned boot_audit(const struct boot *b, bool print)
{
	struct checks c = { .print = print };

	check(&c, b->fdt.start % 8 == 0 && b->fdt.size <= FDT_SIZE_MAX, "FDT at 0x%llx, %llu bytes",
	      ULL(b->fdt.start), ULL(b->fdt.size));
	if (b->handoff.page)
		check_mapped(&c, b);
	return c.failed;
}

/* Not on every boot: on QEMU the 512 GiB of 64-bit PCI memory are left out of most maps. */
static void warn_left_out(const struct map_plan *plan)
{
	if (plan->windows_left_out)
		log_warn("%u register windows are not mapped, the first has 0x%llx bytes at 0x%llx",
			 plan->windows_left_out, ULL(plan->window_left_out.size),
			 ULL(plan->window_left_out.start));
}

/* `setenv loglevel debug`, or an image that was built talkative. */
static bool debugging(void)
{
	const char *level = env_get("loglevel");

	return CONFIG_LOG_LEVEL >= 3 || (level && !strcmp(level, "debug"));
}

unsigned boot_report(const struct boot *b, bool print)
{
	bool show = print || debugging();

	if (show) {
		print_registers(b);
		if (b->handoff.page)
			map_view_planned(b);
		warn_left_out(&b->plan);
		print_owners();
	}
	return boot_audit(b, show);
}
