// SPDX-License-Identifier: BSD-2-Clause
/* How other CPUs follow the boot CPU into a mapped kernel. BOOT-PROTOCOL section 6. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/arm64/el2/el2.h"
#include "arch/arm64/mmu/mmu.h"
#include "arch/arm64/handoff/secondary.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/psci.h"
#include "common/console/console.h"
#include "common/fdt/cpus.h"
#include "common/fdt/fdt.h"
#include "common/mem/home.h"
#include "common/handoff/aarch32.h"
#include "common/handoff/smp.h"
#include "common/handoff/spin.h"
#include "lib/base/err.h"

#define PARK_TIMEOUT_US 500000

/* What the boot CPU leaves behind for the others; read only once it is released. */
static struct {
	struct handoff handoff;
	unsigned entry_el;
	bool gicv3, released;
} boot_state;

static struct secondary_cpu *cpu_block(const struct boot *b, unsigned i)
{
	return (struct secondary_cpu *)(b->cpus.start + (uint64_t)i * SECONDARY_STRIDE);
}

static const char *page_of(const struct boot *b)
{
	paddr_t page = is_aarch32(&b->handoff) ? b->stub.start : b->vectors.start;

	return (const char *)page + SECONDARY_PAGE_OFFSET;
}

/* AArch32 kernels are told to use PSCI, where there is one. */
static bool is_spinning(const struct boot *b, const struct cpu_node *cpu)
{
	return IS_ENABLED(CONFIG_SPIN_TABLE) && cpu->release && !is_aarch32(&b->handoff);
}

/* Where they are in the machine's own tree the scan knows: what is before is not passed again. */
static void begin(struct cpus *cpus, const struct boot *b)
{
	if (b->tree)
		cpus_begin(cpus, b->tree);
	else
		cpus_begin_at(cpus, machine.fdt, machine.cpus_node);
}

/*
 * How many CPUs there are, and how many frames give each its own: the few where a short number
 * tells them apart. Does one wait in a spin table?
 */
static bool look_at_cpus(struct boot *b)
{
	struct cpus cpus;
	struct cpu_node cpu;
	uint32_t taken = 0;
	bool spin = false;

	b->cpu_count = 0;
	b->cpu_frames = FAULT_FRAMES_FEW;
	for (begin(&cpus, b); cpus_next(&cpus, &cpu); b->cpu_count++) {
		uint32_t frame = UINT32_C(1) << frame_number(cpu.mpidr) % FAULT_FRAMES_FEW;

		if (taken & frame)
			b->cpu_frames = FAULT_FRAMES;
		taken |= frame;
		spin |= is_spinning(b, &cpu);
	}
	return spin;
}

int boot_cpus(struct boot *b, struct why *why)
{
	/* In AArch32 the boot CPU, too, comes back through Loft after a suspend. */
	unsigned least = is_aarch32(&b->handoff) ? 1 : 2;
	struct cpus cpus;
	bool spin;
	int rc;

	if (!b->tree && machine.cpu_count < least)
		return 0; /* the scan counted them: the tree need not be searched again */
	spin = look_at_cpus(b);
	if (b->cpu_count < least)
		return 0;
	if (machine.psci == PSCI_NONE && !spin && b->flags & LOFT_FLAG_PARK_SECONDARIES)
		return refuse(why, -ENODEV,
			      "PARK_SECONDARIES: %u CPUs, and no PSCI in the FDT to start them",
			      b->cpu_count);
	if (machine.psci == PSCI_NONE && !spin)
		return 0;
	rc = boot_alloc(&b->cpus,
			(uint64_t)b->cpu_count * SECONDARY_STRIDE +
				(uint64_t)b->cpu_frames * FRAME_STRIDE,
			4 * KIB, MEM_KEEP, "other CPUs", why);
	if (rc)
		return rc;
	begin(&cpus, b);
	for (unsigned i = 0; i < b->cpu_count; i++) {
		struct secondary_cpu *block = cpu_block(b, i);
		struct cpu_node cpu;

		(void)cpus_next(&cpus, &cpu);
		memset(block, 0, sizeof(*block));
		block->mpidr = cpu.mpidr;
		block->release = is_spinning(b, &cpu) ? cpu.release : 0;
	}
	return 0;
}

paddr_t boot_cpus_entry(const struct boot *b)
{
	return b->cpus.size ? (paddr_t)page_of(b) : 0;
}

paddr_t boot_cpus_frames(const struct boot *b)
{
	return b->cpus.size ? (paddr_t)cpu_block(b, b->cpu_count) : 0;
}

static bool parks(const struct boot *b)
{
	return b->cpus.size && b->flags & LOFT_FLAG_PARK_SECONDARIES;
}

/* A spin table tells a CPU where to go, and nothing else: the rest is in its mailbox. */
static bool has_mailbox(const struct boot *b, const struct secondary_cpu *cpu)
{
	return cpu->mpidr != cpu_mpidr() && (parks(b) || cpu->release);
}

uint64_t boot_cpus_mailbox(const void *boot, unsigned n)
{
	const struct boot *b = boot;
	const struct secondary_cpu *cpu = cpu_block(b, n);

	return has_mailbox(b, cpu) ? (uint64_t)&cpu->mailbox : 0;
}

unsigned boot_cpus_mailboxes(const struct boot *b)
{
	for (unsigned i = 0; b->cpus.size && i < b->cpu_count; i++)
		if (boot_cpus_mailbox(b, i))
			return b->cpu_count;
	return 0;
}

/*
 * Runs on each other CPU, on Loft's map and a stack of its own, with its caches on. Nothing here
 * writes what another CPU reads but the state.
 */
static void secondary_main(paddr_t context, struct secondary_cpu *cpu)
{
	struct el2_write writes[EL2_WRITES_MAX];
	struct handoff h;

	/* The tables, and the copy of how to reach them, come before this flag. */
	while (!__atomic_load_n(&boot_state.released, __ATOMIC_ACQUIRE))
		__asm__ volatile("wfe" : : : "memory");
	if (IS_ENABLED(CONFIG_SPIN_TABLE) && !context)
		context = (paddr_t)&cpu->mailbox;
	h = boot_state.handoff;
	if (is_aarch32(&h))
		aarch32_secondary(&h, context);
	else
		h.x[0] += context;
	cpu->state = SECONDARY_LEFT;
	boot_levels(&h, boot_state.entry_el, boot_state.gicv3, writes);
	handoff_enter(&h);
}

void boot_cpus_fill(const struct boot *b)
{
	struct secondary_slots slots = {
		.cpus = b->cpus.start,
		.count = b->cpu_count,
		.el = (uint64_t)cpu_el() << 2,
		.hcr = cpu_el() == 2 ? sysreg_read(hcr_el2) : 0,
		.regs = (uint64_t)&loft_regs,
		.main = (uint64_t)secondary_main,
		.apply = (uint64_t)mmu_apply,
	};
	char *page = (char *)page_of(b);

	if (!b->cpus.size)
		return;
	memcpy(page, secondary_page, secondary_page_end - secondary_page);
	memcpy(page + (secondary_page_slots - secondary_page), &slots, sizeof(slots));
}

void boot_cpus_clean(const struct boot *b)
{
	if (!b->cpus.size)
		return;
	for (unsigned i = 0; i < b->cpu_count; i++)
		cache_clean_inval_poc(cpu_block(b, i), sizeof(struct secondary_cpu));
	cache_clean_inval_poc((const void *)boot_cpus_frames(b),
			      (uint64_t)b->cpu_frames * FRAME_STRIDE);
}

static bool is_parked(const struct secondary_cpu *cpu)
{
	const volatile uint64_t *state = &cpu->mailbox.state;

	for (unsigned us = 0; us < PARK_TIMEOUT_US && !*state; us += 10)
		udelay(10);
	return *state;
}

static int start(const struct boot *b, struct secondary_cpu *cpu)
{
	if (IS_ENABLED(CONFIG_SPIN_TABLE) && cpu->release)
		return spin_table_release(cpu->release, boot_cpus_entry(b));
	return psci_call(machine.psci, LOFT_PSCI_CPU_ON, cpu->mpidr, boot_cpus_entry(b),
			 (uint64_t)&cpu->mailbox, NULL);
}

/* Started one after the other: a CPU that fails can be named. */
static void park(const struct boot *b, struct secondary_cpu *cpu)
{
	uint64_t state;
	int rc = start(b, cpu);

	if (!rc && is_parked(cpu))
		return;
	state = *(volatile uint64_t *)&cpu->state;
	if (rc)
		printf("CPU 0x%llx does not start: %s %s\n", (unsigned long long)cpu->mpidr,
		       cpu->release ? "spin table" : "PSCI", err_name(rc));
	else if (state >= SECONDARY_WRONG_EL)
		printf("CPU 0x%llx came up at EL%u, the boot CPU at EL%u: left parked\n",
		       (unsigned long long)cpu->mpidr, (unsigned)(state - SECONDARY_WRONG_EL),
		       cpu_el());
	else
		printf("CPU 0x%llx was started and did not come (state %u)\n",
		       (unsigned long long)cpu->mpidr, (unsigned)state);
	console_drain();
}

void boot_cpus_release(const struct boot *b)
{
	struct handoff *h = &boot_state.handoff;

	if (!b->cpus.size)
		return;
	*h = b->handoff;
	h->entry =
		b->plan.virt_start + (paddr_t)(page_of(b) + (secondary_page_high - secondary_page));
	h->sp = 0;
	h->x[0] = b->plan.virt_start; /* the context's address is added */
	for (unsigned i = 4; i < ARRAY_SIZE(h->x); i++)
		h->x[i] = 0;
	boot_state.entry_el = b->entry_el;
	boot_state.gicv3 = machine_find(&machine, "arm,gic-v3", 0) != NULL;
	__atomic_store_n(&boot_state.released, true, __ATOMIC_RELEASE);
	dsb(ish); /* the flag, and what it releases, in memory's order before CPU_ON and SEV */
	__asm__ volatile("sev" : : : "memory");
	if (!parks(b))
		return;
	for (unsigned i = 0; i < b->cpu_count; i++)
		if (cpu_block(b, i)->mpidr != cpu_mpidr())
			park(b, cpu_block(b, i));
}
