// SPDX-License-Identifier: BSD-2-Clause
/* The hand-off report: what the kernel will find, and whether it is what was promised. */
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/env/env.h"
#include "common/handoff/aarch32.h"
#include "common/boot/parts.h"
#include "common/mem/home.h"
#include "common/fdt/fdt.h"
#include "common/boot/view.h"

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
	if (!b->plan.identity && !boot_params_has(&b->params, LOFT_NOTE_VIRT_START))
		printf("  VIRT_START was not asked for: %s\n",
		       b->plan.distance
			       ? "it is the segments' p_vaddr - p_paddr"
			       : "the default, because the segments' p_vaddr - p_paddr is none");
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
