// SPDX-License-Identifier: BSD-2-Clause
/* A kernel that is entered mapped: its memory, tables and registers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/arm64/cpu/aarch32.h"
#include "arch/arm64/el2/el2.h"
#include "arch/arm64/handoff/handoff.h"
#include "arch/arm64/mmu/mmu.h"
#include "arch/sections.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/el2.h"
#include "arch/exception.h"
#include "arch/mem.h"
#include "common/handoff/aarch32.h"
#include "common/handoff/gdb.h"
#include "common/handoff/return.h"
#include "common/handoff/slide.h"
#include "common/handoff/smp.h"
#include "common/console/log.h"
#include "common/handoff/state.h"
#include "common/console/bootstage.h"
#include "common/console/console.h"
#include "common/console/init.h"
#include "common/console/video.h"
#include "common/fdt/fdt.h"
#include "common/mem/home.h"
#include "common/handoff/kernel_fault.h"
#include "common/image/linux.h"
#include "drivers/block/block.h"
#include "drivers/net/held.h"
#include "drivers/virtio/virtio.h"
#include "lib/base/le.h"

/*
 * What is used with the MMU off on the way back from a kernel. Each fills cache lines of its own
 * (512 bytes are more than any line): a neighbour's dirty line must not be written back over what
 * was stored past the cache.
 */
#define OWN_LINES FRAME_STRIDE
static union {
	struct fault_frame frame;
	char lines[OWN_LINES];
} kernel_frame __attribute__((aligned(OWN_LINES)));
static union {
	struct mmu_regs el1, el2[2];
	char lines[OWN_LINES];
} return_regs __attribute__((aligned(OWN_LINES)));

static struct el2_write el2_writes[EL2_WRITES_MAX]; /* too large for the stack */

static unsigned parange(void)
{
	return (unsigned)ID_AA64MMFR0_PARANGE(sysreg_read(id_aa64mmfr0_el1));
}

static bool is_vhe(const struct boot *b)
{
	return b->entry_el == 2;
}

static enum pt_regime kernel_regime(const struct boot *b)
{
	return is_vhe(b) ? PT_EL2_E2H : PT_EL1;
}

/* boot_elf() has seen to it that a kernel that asks for EL2 finds one. */
static int check_el(const struct boot *b, struct why *why)
{
	uint64_t mmfr1 = sysreg_read(id_aa64mmfr1_el1);

	if (is_vhe(b) && ID_GET(ID_AA64MMFR1_EL1_VH, mmfr1) == 0)
		return refuse(why, -ENOTSUP,
			      "ENTRY_EL 2: this CPU has no VHE (ID_AA64MMFR1_EL1 0x%llx)",
			      (unsigned long long)mmfr1);
	return 0;
}

/* 52 bits are an extension that depends on the granule; 48 have all CPUs. */
static unsigned va_bits_max(uint32_t granule)
{
	uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1), mmfr2 = sysreg_read(id_aa64mmfr2_el1);

	return pt_size_support(granule, 52, mmfr0, mmfr2) == PT_SUPPORTED ? 52 : 48;
}

/* A value that nobody gave is refused with where it comes from. */
static const char *derived(const struct boot *b)
{
	if (boot_params_has(&b->params, LOFT_NOTE_VA_BITS))
		return "";
	return "; derived from the kernel's lowest address and VIRT_START (-o VIRT_START=, VA_BITS=)";
}

static int check_cpu(const struct boot *b, const struct map_plan *plan, struct why *why)
{
	uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1), mmfr2 = sysreg_read(id_aa64mmfr2_el1);
	enum pt_support has = pt_size_support(plan->granule, plan->va_bits, mmfr0, mmfr2);
	bool lva = has == PT_NO_LVA;

	if (has == PT_SUPPORTED)
		return 0;
	if (has == PT_NO_GRANULE)
		return refuse(why, -ENOTSUP,
			      "GRANULE %u: this CPU has no such granule (ID_AA64MMFR0_EL1 0x%llx)",
			      plan->granule, (unsigned long long)mmfr0);
	return refuse(why, -ENOTSUP,
		      "VA_BITS %u with GRANULE %u: this CPU has 48 at most "
		      "(ID_AA64MMFR%u_EL1 0x%llx)%s",
		      plan->va_bits, plan->granule, lva ? 2 : 0,
		      (unsigned long long)(lva ? mmfr2 : mmfr0), derived(b));
}

/* Of Loft's making, and not in DRAM as the rest of the linear map. */
static struct mem_range screen_outside(void)
{
	const struct screen_mode *mode = IS_ENABLED(CONFIG_VIDEO_PI) ? video_made : NULL;
	struct mem_range r = { 0 };

	if (!mode || memmap_is_dram(&machine.mem, (paddr_t)mode->base, 1))
		return r;
	r.start = (paddr_t)mode->base;
	r.size = (uint64_t)mode->height * mode->stride;
	return r;
}

static int make_plan(struct boot *b, struct why *why)
{
	int rc, lacks = 0;

	b->map_request = (struct map_request){
		.mem = &machine.mem,
		.window = machine.win,
		.window_count = machine.win_count,
		.console = console_base(),
		.screen = screen_outside(),
		.image = &b->elf,
		.displacement = b->place.displacement,
		.params = &b->params,
		.granule = CONFIG_KERNEL_GRANULE,
		.va_bits_max = va_bits_max((uint32_t)boot_params_get(&b->params, LOFT_NOTE_GRANULE,
								     CONFIG_KERNEL_GRANULE)),
		.virt_start = CONFIG_KERNEL_VIRT_START,
		.vectors = b->vectors.start,
		.switch_page = b->vectors.start,
	};
	rc = IS_ENABLED(CONFIG_RANDOM_SLIDE) && b->flags & LOFT_FLAG_RANDOM_SLIDE
		     ? boot_slide(b, why)
		     : 0;
	if (!rc)
		rc = map_plan(&b->map_request, &b->plan, why);
	/* A plan that fails for a geometry that the CPU lacks fails for that. */
	if (!rc || !map_plan_geometry(&b->map_request, &b->plan, NULL))
		lacks = check_cpu(b, &b->plan, why);
	return lacks ? lacks : rc;
}

/* Zeroed memory for exactly the tables that these regions need. */
static int table_memory(struct piece *piece, struct pt_arena *arena, const struct pt_region *region,
			unsigned count, uint32_t granule, unsigned va_bits, uint32_t flags,
			const char *owner, struct why *why)
{
	unsigned tables = pt_tables_needed(region, count, granule, va_bits);
	int rc = boot_alloc(piece, (uint64_t)tables * granule, granule, flags, owner, why);

	if (rc)
		return rc;
	mem_fill((void *)piece->start, 0, piece->size);
	*arena = (struct pt_arena){ (uint64_t *)piece->start, piece->start, tables, 0 };
	return 0;
}

static int build_high(struct boot *b, struct why *why)
{
	struct map_plan *p = &b->plan;
	int rc = table_memory(&b->tables, &b->arena, p->region, p->count, p->granule, p->va_bits,
			      MEM_KEEP, "page tables", why);

	return rc ? rc
		  : map_build(&b->high, &b->arena, kernel_regime(b), p->granule, p->va_bits,
			      !p->identity, p->region, p->count, why);
}

static int build_low(struct boot *b, struct why *why)
{
	struct map_plan *p = &b->plan;
	uint32_t flags = p->keep_low || b->cpus.size ? MEM_KEEP : MEM_KEEP | MEM_RECLAIM;
	int rc;

	if (p->identity)
		return 0;
	rc = table_memory(&b->low_tables, &b->low_arena, p->low, p->low_count, p->granule,
			  p->low_va_bits, flags, p->keep_low ? "identity map" : "switch map", why);
	return rc ? rc
		  : map_build(&b->low, &b->low_arena, kernel_regime(b), p->granule, p->low_va_bits,
			      false, p->low, p->low_count, why);
}

/* Goes when the boot is refused, and with it where it is not. */
static int plan_memory(struct map_loft *plan, struct why *why)
{
	struct arena arena = { .size = map_loft_need(machine.win_count, &machine.mem) };
	struct piece piece;
	int rc = boot_alloc(&piece, arena.size, 4 * KIB, 0, "plan of Loft's map", why);

	arena.mem = (char *)piece.start;
	return rc ? rc : map_loft_take(plan, &machine, &arena, why);
}

/*
 * Loft's own map for the EL where an early fault is reported, the kernel's; where Loft runs there
 * too that is the one it has.
 */
static int build_el1(struct boot *b, struct why *why)
{
	struct map_loft *plan = &b->loft_el1;
	int rc;

	if (cpu_el() == b->entry_el) {
		b->el1_regs = loft_regs;
		return 0;
	}
	rc = plan_memory(plan, why);
	plan->cold = loft.cold;
	if (!rc)
		rc = map_loft_plan(&machine, (paddr_t)__image_start, plan, why);
	if (!rc)
		rc = table_memory(&b->el1_tables, &b->el1_arena, plan->region, plan->count, 4 * KIB,
				  plan->va_bits, MEM_KEEP | MEM_RECLAIM, "Loft's EL1 map", why);
	if (!rc)
		rc = map_build(&b->el1, &b->el1_arena, PT_EL1, 4 * KIB, plan->va_bits, false,
			       plan->region, plan->count, why);
	if (!rc)
		rc = mmu_regs_for(&b->el1, (paddr_t)vectors, &b->el1_regs);
	return rc;
}

/* The registers at the first instruction, and those while the switch runs. */
static int registers(struct boot *b, struct why *why)
{
	const struct map_plan *p = &b->plan;
	const struct pt *low = p->identity ? &b->high : &b->low;
	const struct pt *high = p->identity ? NULL : &b->high;
	int rc = pt_mmu_regs(low, high, parange(), &b->switch_regs);

	if (!rc)
		rc = p->identity || p->keep_low
			     ? pt_mmu_regs(low, high, parange(), &b->kernel_regs)
			     : pt_mmu_regs(NULL, high, parange(), &b->kernel_regs);
	return rc ? refuse(why, rc, "no TCR holds both halves of this map") : 0;
}

static void read_ids(struct id_regs *ids)
{
	id_regs_read(ids);
	if (!machine_find(&machine, "arm,gic-v3", 0))
		id_regs_hide_gic(ids);
}

/* What E2H gives another layout, or is: the hand-off's last instructions write it. */
static void fill_vhe(struct handoff *h)
{
	struct id_regs ids;
	unsigned count;

	read_ids(&ids);
	count = el2_plan_vhe(&ids, el2_writes);
	h->hcr = el2_planned(el2_writes, count, EL2_REG_HCR_EL2, 0);
	h->cptr = el2_planned(el2_writes, count, EL2_REG_CPTR_EL2, 0);
	h->cnthctl = el2_planned(el2_writes, count, EL2_REG_CNTHCTL_EL2, 0);
	h->spsr = SPSR_ENTER_EL2;
}

static void fill_handoff(struct boot *b)
{
	struct handoff *h = &b->handoff;
	vaddr_t virt_start = b->plan.virt_start;
	uint64_t code = VECTORS_SIZE + (uint64_t)(handoff_page_switch - handoff_code);

	h->mair = b->kernel_regs.mair;
	h->sctlr = b->kernel_regs.sctlr;
	h->tcr_switch = b->switch_regs.tcr;
	h->ttbr0_switch = b->switch_regs.ttbr0;
	h->ttbr1 = b->kernel_regs.ttbr1;
	h->ttbr0 = b->kernel_regs.ttbr0;
	h->tcr = b->kernel_regs.tcr;
	h->vbar = virt_start + b->vectors.start;
	h->page = b->vectors.start + code;
	h->page_high = virt_start + b->vectors.start + VECTORS_SIZE +
		       (uint64_t)(handoff_page_high - handoff_code);
	h->entry = b->entry.va;
	h->spsr = SPSR_ENTER_EL1;
	h->sp = virt_start + b->stack.start + b->stack.size;
	if (is_vhe(b))
		fill_vhe(h);
	h->x[0] = b->fdt.start; /* x0, x1: filled again when the tree has its place */
	h->x[2] = virt_start;
	h->x[3] = LOFT_MAGIC;
}

/* The granule under the stack is in no map: what overflows faults, and is reported. */
static int boot_stack(struct boot *b, uint32_t granule, struct why *why)
{
	uint64_t size = boot_params_get(&b->params, LOFT_NOTE_STACK_SIZE, LOFT_STACK_SIZE_DEFAULT);
	struct piece *s = &b->stack;
	int rc = boot_alloc(s, ALIGN_UP(size, granule) + granule, granule, 0, "boot stack", why);

	if (rc)
		return rc;
	memmap_release(&machine.mem, s->start);
	rc = memmap_claim(&machine.mem, s->start, granule, MEM_KEEP | MEM_NOMAP, "stack guard",
			  why);
	s->start += granule;
	s->size -= granule;
	return rc ? rc
		  : memmap_claim(&machine.mem, s->start, s->size, MEM_KEEP | MEM_RECLAIM,
				 "boot stack", why);
}

int boot_mapped(struct boot *b, struct why *why)
{
	uint32_t granule =
		(uint32_t)boot_params_get(&b->params, LOFT_NOTE_GRANULE, CONFIG_KERNEL_GRANULE);
	int rc = check_el(b, why);

	if (!rc)
		rc = boot_cpus(b, why);
	if (!rc)
		rc = boot_stub(b, why);
	if (!rc)
		rc = boot_alloc(&b->vectors, granule, granule,
				b->cpus.size ? MEM_KEEP : MEM_KEEP | MEM_RECLAIM, "early vectors",
				why);
	if (!rc)
		rc = boot_stack(b, granule, why);
	if (!rc)
		rc = make_plan(b, why);
	if (!rc)
		rc = build_high(b, why);
	if (!rc)
		rc = build_low(b, why);
	if (!rc)
		rc = build_el1(b, why);
	if (!rc)
		rc = registers(b, why);
	if (!rc)
		fill_handoff(b);
	return rc;
}

/* With the MMU off there is no guard page to be had. */
static int plain_stack(struct boot *b, struct why *why)
{
	uint64_t size = boot_params_get(&b->params, LOFT_NOTE_STACK_SIZE, LOFT_STACK_SIZE_DEFAULT);

	return boot_alloc(&b->stack, ALIGN_UP(size, 4 * KIB), 4 * KIB, MEM_KEEP | MEM_RECLAIM,
			  "boot stack", why);
}

int boot_early_report(struct boot *b, struct why *why)
{
	uint32_t flags = MEM_KEEP | MEM_RECLAIM;
	bool at_el2 = b->entry_el == 2;
	int rc = boot_stub(b, why);

	if (!rc)
		rc = boot_alloc(at_el2 ? &b->stub : &b->vectors, 4 * KIB, 4 * KIB, flags,
				"early vectors", why);
	if (!rc)
		rc = plain_stack(b, why);
	if (!rc && !at_el2)
		rc = build_el1(b, why);
	b->handoff.vbar_el2 = b->stub.start;
	return rc;
}

void boot_unmapped(struct boot *b, paddr_t entry)
{
	b->handoff.entry = entry;
	b->handoff.sp = b->stack.start + b->stack.size;
	b->handoff.vbar = b->vectors.size ? b->vectors.start : (uint64_t)vectors;
	b->loft_reports = !b->stack.size && b->entry_el == cpu_el();
	if (b->loft_reports) {
		b->handoff.sp = (uint64_t)__fault_stack_top;
		b->handoff.vbar_el2 = (uint64_t)vectors;
	}
	b->handoff.spsr = b->entry_el == 2 ? SPSR_ENTER_EL2 : SPSR_ENTER_EL1;
	b->handoff.sctlr = SCTLR_EL1_MMU_OFF;
}

#define MOVZ_IMM16(value) ((uint32_t)(value) << 5)
#define B(bytes)          (0x14000000u | ((uint32_t)(bytes) / 4 & 0x3ffffff))

/*
 * vector_pattern (arch/arm64/cpu/frame.h), sixteen times. Arm ARM DDI 0487 K.a, C6.2 "MOVZ", "B"
 */
static void fill_vectors(uint32_t *page, const uint32_t pattern[2])
{
	for (unsigned i = 0; i < VECTORS_SIZE / VECTOR_SIZE; i++) {
		uint32_t *vector = &page[i * (VECTOR_SIZE / 4)];

		vector[0] = pattern[0];
		vector[1] = pattern[1] | MOVZ_IMM16(i);
		vector[2] = B(VECTORS_SIZE - i * VECTOR_SIZE - 8);
	}
}

/* A resident page: the code, and behind it the words that lead back here. */
static void fill_page(const struct boot *b, paddr_t page, const uint32_t *vector, const char *code,
		      const char *slots, const char *end, struct reentry r)
{
	paddr_t frames = boot_cpus_frames(b);

	r.frame = frames ? frames : (paddr_t)&kernel_frame.frame;
	r.packed = frames ? REENTRY_FRAMES(b->cpu_frames) : REENTRY_ONE_FRAME;
	r.entry = (uint64_t)kernel_fault_gate;
	r.sp_el0 = (uint64_t)__stack_top;
	r.sp_elx = (uint64_t)__fault_stack_top;
	r.apply = (uint64_t)mmu_apply;
	r.page = page;
	fill_vectors((uint32_t *)page, vector);
	memcpy((char *)page + VECTORS_SIZE, code, end - code);
	memcpy((char *)page + VECTORS_SIZE + (slots - code), &r, sizeof(r));
}

static void fill_pages(struct boot *b)
{
	return_regs.el1 = b->el1_regs;
	return_regs.el2[1] = loft_regs;
	kernel_fault_taken = 0;
	if (b->vectors.size)
		fill_page(b, b->vectors.start, handoff_vector, handoff_code, handoff_page_slots,
			  handoff_page_end,
			  (struct reentry){ .regs = (uint64_t)&return_regs.el1,
					    .ttbr0 = b->switch_regs.ttbr0,
					    .tcr = b->switch_regs.tcr,
					    .hcr = is_vhe(b) ? sysreg_read(hcr_el2) : 0 });
	boot_cpus_fill(b);
	if (IS_ENABLED(CONFIG_GDB) && b->req->gdb)
		handoff_gdb_arm(b);
	if (b->stub.size && is_aarch32(&b->handoff))
		fill_page(b, b->stub.start, hypstub_vector, hypstub32_code, hypstub32_slots,
			  hypstub32_end, (struct reentry){ .regs = (uint64_t)&return_regs.el2[1] });
	else if (b->stub.size)
		fill_page(b, b->stub.start, hypstub_vector, hypstub_code, hypstub_slots,
			  hypstub_end,
			  (struct reentry){ .regs = (uint64_t)&return_regs.el2[1],
					    .hcr = sysreg_read(hcr_el2),
					    .smccc = machine.psci == PSCI_SMC });
	cache_clean_inval_poc(&return_regs, sizeof(return_regs));
	cache_clean_inval_poc(&kernel_frame, sizeof(kernel_frame));
}

/*
 * Everything that Loft wrote and the kernel, or the MMU on its behalf, may read past the caches.
 * Not the boot stack: nothing was written there, and a kernel that is mapped uses it through them.
 */
static void clean(const struct boot *b)
{
	const struct piece pieces[] = { b->vectors, b->tables, b->low_tables, b->el1_tables,
					b->stub,    b->names,  b->fdt,        b->fdt_low };

	for (unsigned i = 0; i < ARRAY_SIZE(pieces); i++) {
		if (pieces[i].size)
			cache_clean_inval_poc((const void *)pieces[i].start, pieces[i].size);
	}
	for (unsigned i = 0; i < b->written_count; i++)
		cache_clean_inval_poc((const void *)b->written[i].start, b->written[i].size);
	/* Loft's report of a fault stores its frame there with the MMU off. */
	if (b->loft_reports)
		cache_clean_inval_poc(__fault_stack_bottom,
				      (uint64_t)(__fault_stack_top - __fault_stack_bottom));
	boot_cpus_clean(b);
}

/*
 * No device may write to memory that is the kernel's from now on, and every byte of text has left.
 */
static void quiesce(void)
{
	if (IS_ENABLED(CONFIG_BLK))
		blk_quiesce();
	if (IS_ENABLED(CONFIG_NET_HELD))
		netdev_quiesce();
	if (IS_ENABLED(CONFIG_VIRTIO_MMIO))
		virtio_quiesce();
	console_drain();
	if (IS_ENABLED(CONFIG_LOG))
		log_keep();
}

/* How long everything took until now, into the place that the tree has for it. */
static void tell_times(const struct boot *b)
{
	char *text = (char *)b->fdt.start + b->bootstage_at;

	if (!IS_ENABLED(CONFIG_BOOTSTAGE))
		return;
	bootstage_mark("hand-off");
	bootstage_json(text);
	if (b->fdt_low.size)
		memcpy((char *)b->fdt_low.start + b->bootstage_at, text, BOOTSTAGE_JSON);
}

/* The stub sees the kernel's SMCs, and SYSTEM_OFF leads back here. */
static void trap_power_off(const struct boot *b)
{
	uint64_t hcr;

	if (!b->stub.size || b->entry_el == 2 || is_aarch32(&b->handoff) || !return_wanted())
		return;
	hcr = sysreg_read(hcr_el2);
	dsb(nsh); /* AmpereOne AC03_CPU_36: no access in flight across it */
	sysreg_write(hcr_el2, hcr | HCR_EL2_TSC);
}

/* Has the kernel been put over its own file? */
static bool is_written(const struct boot *b, paddr_t at)
{
	for (unsigned i = 0; i < b->written_count; i++)
		if (at - b->written[i].start < b->written[i].size)
			return true;
	return false;
}

/* What was found in DRAM by its magic number must not be what the next boot finds there. */
static void forget_source(const struct boot *b)
{
	const paddr_t at = b->req->found_at;
	const struct mem_range *owner = memmap_owner(&machine.mem, at, LINUX_HEADER_SIZE);
	char *first = (char *)at;

	if (!at || !memmap_is_dram(&machine.mem, at, LINUX_HEADER_SIZE))
		return;
	/* An Image that runs where it was found does not need its magic number, but the rest. */
	if (get_le32((const uint8_t *)first + LINUX_MAGIC_OFFSET) == LINUX_MAGIC)
		memset(first + LINUX_MAGIC_OFFSET, 0, sizeof(uint32_t));
	if ((!owner || owner->flags & MEM_LOADED) && !is_written(b, at))
		memset(first, 0, sizeof(uint64_t));
	cache_clean_poc(first,
			LINUX_HEADER_SIZE); /* in memory before a reset, which loses the cache */
}

/* What came with the kernel, and belongs elsewhere. */
static void copy_pieces(struct boot *b)
{
	for (unsigned i = 0; i < b->copy_count; i++) {
		const struct piece to = b->copy[i].to;

		mem_copy((void *)to.start, b->copy[i].from, to.size);
		b->written[b->written_count++] = (struct load_range){ to.start, to.size };
	}
}

void boot_go(struct boot *b)
{
	copy_pieces(b);
	forget_source(b);
	tell_times(b);
	if (b->vectors.size || b->stub.size) {
		boot_names(b);
		fill_pages(b);
	}
	quiesce();
	fault_recovery = NULL; /* no session goes on behind a kernel */
	if (IS_ENABLED(CONFIG_COLD) && loft.cold && cpu_left_cold())
		cpu_forget_cold();
	clean(b);
	boot_cpus_release(b);
	boot_levels(&b->handoff, b->entry_el, machine_find(&machine, "arm,gic-v3", 0), el2_writes);
	if (IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		trap_power_off(b);
	handoff_enter(&b->handoff);
}
