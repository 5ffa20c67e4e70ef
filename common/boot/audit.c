// SPDX-License-Identifier: BSD-2-Clause
/* Every promise that can be read back, a line each. */
#include <stdio.h>
#include <string.h>

#include "common/boot/parts.h"
#include "common/fdt/fdt.h"
#include "common/fdt/walk.h"
#include "common/map/checks.h"
#include "common/map/print.h"
#include "lib/base/span.h"

#define ULL(x) ((unsigned long long)(x))

static bool is_leaf(const struct boot *b, vaddr_t va, paddr_t pa, enum pt_kind kind)
{
	struct pt_leaf leaf;

	return !pt_query(&b->high, va, &leaf) && leaf.pa + (va - leaf.va) == pa &&
	       leaf.kind == kind;
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
		enum pt_kind kind = x ? PT_CODE : w ? PT_DATA : PT_RODATA;

		if (!c->print && is_leaf(b, s->vaddr, place_pa(&b->place, s), kind))
			continue; /* it has a name only for who reads it */
		snprintf(what, sizeof(what), "segment %u %s at", (unsigned)s->phdr,
			 elf_segment_kind(s));
		check_leaf(c, b, what, s->vaddr, place_pa(&b->place, s), kind);
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

static bool is_near_nomap(paddr_t start, uint64_t size)
{
	for (unsigned i = 0; i < machine.mem.owned_count; i++) {
		const struct mem_range *r = &machine.mem.owned[i];

		if (r->flags & MEM_NOMAP && span_overlap(r->start, r->size, start, size))
			return true;
	}
	return false;
}

/* By the last granule that a bank fills; what it does not fill is left out, and said. */
static void check_linear_map(struct checks *c, const struct boot *b)
{
	const uint64_t granule = b->plan.granule;

	for (unsigned i = 0; i < machine.mem.bank_count; i++) {
		const struct mem_range *bank = &machine.mem.bank[i];
		paddr_t start = ALIGN_UP(bank->start, granule);
		paddr_t end = ALIGN_DOWN(mem_range_last(bank) + 1, granule);
		struct pt_leaf leaf;

		if (c->print && (start != bank->start || end != bank->start + bank->size))
			printf("  note: bank %u, [0x%llx, 0x%llx), is mapped where it fills "
			       "granules of 0x%llx\n",
			       i, ULL(bank->start), ULL(bank->start + bank->size), ULL(granule));
		if (start >= end || is_near_nomap(end - granule, granule))
			continue;
		check(c, !pt_query(&b->high, b->plan.virt_start + end - 8, &leaf),
		      "linear map reaches 0x%llx, the end of bank %u", ULL(end - 8), i);
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

/* Is this address in a memory node of the tree? Up to which? Few nodes: no need to be quick. */
static bool tree_has(const void *fdt, paddr_t at, paddr_t *last)
{
	int node, ac = fdt_address_cells(fdt, 0), sc = fdt_size_cells(fdt, 0), len;

	fdt_for_each_subnode(node, fdt, 0) {
		const char *type = fdt_getprop(fdt, node, "device_type", NULL);
		const uint32_t *reg = fdt_getprop(fdt, node, "reg", &len);

		if (!type || strcmp(type, "memory") || !reg || ac < 1 || ac > 2 || sc < 1 || sc > 2)
			continue;
		for (int n = len / 4 / (ac + sc); n--; reg += ac + sc) {
			uint64_t start = ac == 2 ? fdt_be64(reg) : fdt_be32(reg);
			uint64_t size = sc == 2 ? fdt_be64(reg + ac) : fdt_be32(reg + ac);

			if (at < start || at - start >= size)
				continue;
			*last = start + MIN(size - 1, UINT64_MAX - start);
			return true;
		}
	}
	return false;
}

/* The tree's /memory is the machine's, whoever brought the tree. */
static void check_memory(struct checks *c, const struct boot *b)
{
	const struct memmap *mem = &machine.mem;
	uint64_t bytes = 0;
	bool all = true;

	for (unsigned i = 0; i < mem->bank_count; i++) {
		paddr_t end = mem_range_last(&mem->bank[i]), at = mem->bank[i].start, last = at;

		bytes += mem->bank[i].size;
		while (all && (all = tree_has((const void *)b->fdt.start, at, &last)) && last < end)
			at = last + 1;
	}
	check(c, all, "/memory of the FDT has the machine's DRAM, %u banks of %llu KiB in all",
	      mem->bank_count, ULL(bytes / KIB));
}

unsigned boot_audit(const struct boot *b, bool print)
{
	struct checks c = { .print = print };

	check(&c, b->fdt.start % 8 == 0 && b->fdt.size <= FDT_SIZE_MAX, "FDT at 0x%llx, %llu bytes",
	      ULL(b->fdt.start), ULL(b->fdt.size));
	/* A boot with the machine's own tree need not pay for it. */
	if (IS_ENABLED(CONFIG_CONSOLE) && !b->keeps_memory && (print || b->tree))
		check_memory(&c, b);
	if (b->handoff.page)
		check_mapped(&c, b);
	return c.failed;
}
