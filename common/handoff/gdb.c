// SPDX-License-Identifier: BSD-2-Clause
#include "common/handoff/gdb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/arm64/fault/gdb_page.h"
#include "arch/arm64/handoff/handoff.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/cpu.h"
#include "arch/debug.h"
#include "common/gdb/gdb.h"
#include "common/handoff/state.h"
#include "common/handoff/kernel_fault.h"

#define B(bytes) (0x14000000u | ((uint32_t)(bytes) / 4 & 0x3ffffff))

#define TCR_LOW_HALF MASK(15, 0) /* T0SZ to TG0 */

/* @back: how the kernel was entered; what the kernel may have changed is put in anew each time */
static struct {
	struct gdb_state state;
	struct handoff back;
	vaddr_t entry;
	uint32_t entry_was;
	unsigned el;
	bool armed, entered;
} kernel;

/* The page is where its own branches are right; these two leave their piece of it. */
static void patch(char *page, unsigned from, unsigned to)
{
	uint32_t b = B((int)to - (int)from);

	memcpy(page + from, &b, sizeof(b));
}

void handoff_gdb_arm(const struct boot *b)
{
	char *page = (char *)b->vectors.start;
	vaddr_t state = b->plan.virt_start + (vaddr_t)&kernel.state;
	paddr_t entry = b->entry.pa + b->place.displacement;
	const uint32_t brk = DEBUG_BRK_AT_ENTRY;

	memcpy(page + GDB_PAGE_OFFSET, gdb_page, gdb_page_end - gdb_page);
	memcpy(page + GDB_PAGE_OFFSET + (gdb_page_state - gdb_page), &state, sizeof(state));
	patch(page, VECTORS_SIZE, GDB_PAGE_OFFSET);
	patch(page, GDB_PAGE_OFFSET + (unsigned)(gdb_page_on - gdb_page),
	      VECTORS_SIZE + (unsigned)(handoff_early - handoff_code));
	kernel.back = b->handoff;
	kernel.back.page_high = b->plan.virt_start + b->vectors.start + GDB_PAGE_OFFSET +
				(uint64_t)(gdb_page_resume - gdb_page);
	kernel.entry = b->entry.va;
	memcpy(&kernel.entry_was, (const void *)entry, sizeof(kernel.entry_was));
	memcpy((void *)entry, &brk, sizeof(brk));
	kernel.el = b->entry_el;
	kernel.armed = true;
	kernel.entered = false;
}

/* ---- the kernel's memory, by its own tables */

static int each_page(vaddr_t va, char *bytes, size_t len,
		     int (*one)(paddr_t pa, char *bytes, size_t len))
{
	while (len) {
		size_t n = MIN(len, 4096 - va % 4096);
		paddr_t pa = va;

		if (kernel.state.sctlr & SCTLR_EL1_M &&
		    !fault_translate(&kernel.state.frame, va, &pa))
			return -EFAULT;
		if (one(pa, bytes, n))
			return -EFAULT;
		va += n;
		bytes += n;
		len -= n;
	}
	return 0;
}

static int read_page(paddr_t pa, char *bytes, size_t len)
{
	return debug_read(pa, bytes, len);
}

static int write_page(paddr_t pa, char *bytes, size_t len)
{
	return debug_write(pa, bytes, len);
}

static int kernel_read(vaddr_t va, void *to, size_t len)
{
	return each_page(va, to, len, read_page);
}

static int kernel_write(vaddr_t va, const void *from, size_t len)
{
	return each_page(va, (char *)(uintptr_t)from, len, write_page);
}

/* ---- in and out */

static void __attribute__((noreturn)) resume(void)
{
	struct handoff *h = &kernel.back;
	struct gdb_state *s = &kernel.state;

	h->mair = s->mair;
	h->tcr_switch = (s->frame.tcr & ~TCR_LOW_HALF) | (h->tcr_switch & TCR_LOW_HALF);
	h->ttbr1 = s->frame.ttbr1;
	h->sctlr = s->sctlr;
	h->ttbr0 = s->frame.ttbr0;
	h->tcr = s->frame.tcr;
	h->entry = s->frame.elr;
	h->spsr = s->frame.spsr;
	h->sp = s->sp_elx;
	kernel_fault_taken = 0;
	handoff_enter(h);
}

/* gdb's sp is the one that SPSR selects. */
static uint64_t *selected_sp(struct gdb_state *s)
{
	return s->frame.spsr & 1 ? &s->sp_elx : &s->sp_el0;
}

struct fault_frame *handoff_gdb_fault(struct fault_frame *frame)
{
	struct gdb_state *s = &kernel.state;
	bool first = !kernel.entered;

	if (!kernel.armed || cpu_el() != kernel.el)
		return frame;
	s->frame.el = cpu_el();
	s->frame.two_halves = true;
	s->sp_elx = s->frame.sp;
	s->frame.sp = *selected_sp(s);
	if (first && s->frame.elr == kernel.entry && debug_is_enter(&s->frame)) {
		kernel.entered = true;
		(void)!kernel_write(kernel.entry, &kernel.entry_was, sizeof(kernel.entry_was));
	}
	if (!gdb_kernel(&s->frame, kernel_read, kernel_write, first))
		return &s->frame;
	*selected_sp(s) = s->frame.sp;
	resume();
}

void handoff_gdb_print(void)
{
	const struct kernel_symbols *k = &kernel_symbols;
	vaddr_t offset = k->moved;

	if (!k->segment_count)
		return;
	printf("add-symbol-file KERNEL.elf");
	if (!(k->segment[0].va & BIT(55))) /* it runs at its physical addresses */
		offset += k->segment[0].pa - k->segment[0].va;
	if (offset)
		printf(" -o 0x%llx", (unsigned long long)offset);
	printf("\n");
}
