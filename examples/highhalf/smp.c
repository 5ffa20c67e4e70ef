/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other CPUs: each is started by PSCI CPU_ON at Loft's entry, by its mailbox where Loft has
 * parked it, or by its mailbox and the spin table that firmware left it in. Each looks at the state
 * it arrives in; the boot CPU waits for all and prints, since the console has no lock.
 */
#include "kernel.h"

#ifndef CPUS_MAX
#define CPUS_MAX 16 /* each has a stack in .bss: -DCPUS_MAX=256 where there are more */
#endif
#define STACK_SIZE          2048
#define TIMEOUT_S           5
#define SCTLR_MMU_CACHES_SA (1ull << 0 | 1ull << 2 | 1ull << 3 | 1ull << 12)

/* Bits of struct cpu.wrong. */
static const char *const promises[] = {
	"SP = sp_va",       "x1 = FDT",     "x2 = VIRT_START", "x3 = \"LOFT\"",
	"x4..x30 are zero", "CurrentEL",    "SP_ELx",          "D A I F are masked",
	"MPIDR_EL1",        "SCTLR_EL1",    "TCR_EL1",         "TTBR1_EL1, TTBR0_EL1",
	"MAIR_EL1",         "VBAR_EL1",     "CPACR_EL1",       "CNTFRQ_EL0",
	"CNTVOFF = 0",      "the EL2 stub",
};

struct state {
	uint64_t sctlr, tcr, ttbr0, ttbr1, mair, cpacr, cntfrq, el;
};

static struct cpu {
	struct loft_secondary context;
	uint64_t mpidr, wrong, arrived;
	const struct entry_state *boot;
} cpus[CPUS_MAX] __attribute__((aligned(64)));

static char stacks[CPUS_MAX][STACK_SIZE] __attribute__((aligned(16)));
static struct state boot_state;
static uint64_t vbar;

void secondary_main(const struct entry_state *entry);

static void read_state(struct state *state)
{
	state->sctlr = SYSREG_READ(sctlr_el1);
	state->tcr = SYSREG_READ(tcr_el1);
	state->ttbr0 = SYSREG_READ(ttbr0_el1);
	state->ttbr1 = SYSREG_READ(ttbr1_el1);
	state->mair = SYSREG_READ(mair_el1);
	state->cpacr = SYSREG_READ(cpacr_el1);
	state->cntfrq = SYSREG_READ(cntfrq_el0);
	state->el = SYSREG_READ(CurrentEL);
}

static bool counters_agree(void)
{
	uint64_t before, virtual_count, after;

	ISB();
	before = SYSREG_READ(cntpct_el0);
	ISB();
	virtual_count = SYSREG_READ(cntvct_el0);
	ISB();
	after = SYSREG_READ(cntpct_el0);
	return before <= virtual_count && virtual_count <= after;
}

/* On the CPU itself: start.S has saved what it was given. */
void secondary_main(const struct entry_state *entry)
{
	struct cpu *cpu = (struct cpu *)entry->x[0];
	const struct entry_state *boot = cpu->boot;
	uint64_t wrong = 0;
	unsigned bit = 0, zero = 4;
	struct state now;

#define EXPECT(condition) (wrong |= (uint64_t) !(condition) << bit++)
	read_state(&now);
	while (zero <= 30 && !entry->x[zero])
		zero++;
	EXPECT(entry->sp == cpu->context.sp_va);
	EXPECT(entry->x[1] == boot->x[1]);
	EXPECT(entry->x[2] == boot->x[2]);
	EXPECT(entry->x[3] == LOFT_MAGIC);
	EXPECT(zero == 31);
	EXPECT(now.el == boot_state.el);
	EXPECT(SYSREG_READ(SPSel) == 1);
	EXPECT(SYSREG_READ(daif) == 0xf << 6);
	EXPECT((SYSREG_READ(mpidr_el1) & 0xff00ffffff) == cpu->mpidr);
	EXPECT(now.sctlr == boot_state.sctlr &&
	       (now.sctlr & SCTLR_MMU_CACHES_SA) == SCTLR_MMU_CACHES_SA);
	EXPECT(now.tcr == boot_state.tcr);
	EXPECT(now.ttbr1 == boot_state.ttbr1 && now.ttbr0 == boot_state.ttbr0);
	EXPECT(now.mair == LOFT_MAIR);
	EXPECT(SYSREG_READ(vbar_el1) == vbar);
	EXPECT(now.cpacr == boot_state.cpacr);
	EXPECT(now.cntfrq == boot_state.cntfrq);
	EXPECT(counters_agree());
	EXPECT(!el2_was_reachable() || now.el != 1 << 2 || hvc_call(0x10f7, 0) == LOFT_HVC_ERROR);
	cpu->wrong = wrong;
	__atomic_store_n(&cpu->arrived, 1, __ATOMIC_RELEASE);
	for (;;)
		__asm__ volatile("wfe");
}

static uint64_t psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
	const bool hvc = is_word(kernel.psci_method, "hvc");
	register uint64_t x0 __asm__("x0") = LOFT_PSCI_CPU_ON;
	register uint64_t x1 __asm__("x1") = mpidr;
	register uint64_t x2 __asm__("x2") = entry;
	register uint64_t x3 __asm__("x3") = context;

	/* what the CPU will read is stored before it is started */
	__asm__ volatile("dsb ish" : : : "memory");
	if (hvc)
		__asm__ volatile("hvc #0"
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
				 :
				 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
				   "x14", "x15", "x16", "x17", "memory");
	else
		__asm__ volatile("smc #0"
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
				 :
				 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
				   "x14", "x15", "x16", "x17", "memory");
	return x0;
}

/* The order of the protocol: what the CPU shall find, then entry_va with release, then SEV. */
static void release(struct loft_mailbox *mailbox, const struct loft_secondary *context)
{
	mailbox->sp_va = context->sp_va;
	mailbox->arg = context->arg;
	__atomic_store_n(&mailbox->entry_va, context->entry_va, __ATOMIC_RELEASE);
	__asm__ volatile("dsb ish\n\tsev" : : : "memory");
}

/*
 * In a spin table the CPU waits with its MMU off: the word has to leave the cache. There is no
 * context_id; the mailbox in the CPU's node is it.
 */
static void spin_release(uint64_t at, uint64_t entry)
{
	volatile uint64_t *word = (uint64_t *)loft_va(kernel.geometry.virt_start, at);

	check(memory_reservation(at, 8) || !memory_is_dram(at, 8),
	      "the spin table is in reserved memory", at);
	*word = entry;
	__asm__ volatile("dc civac, %0\n\tdsb sy\n\tsev" : : "r"(word) : "memory");
}

static bool start(struct cpu *cpu, uint64_t entry, uint32_t node)
{
	const char *method = fdt_string(&kernel.fdt, node, "enable-method");
	const uint64_t context = PAR_PA(translate((uint64_t)&cpu->context, false)) |
				 ((uint64_t)&cpu->context & 0xfff);
	uint64_t mailbox, spin, result;

	if (fdt_number(&kernel.fdt, node, LOFT_FDT_MAILBOX, &mailbox)) {
		struct loft_mailbox *box =
			(struct loft_mailbox *)loft_va(kernel.geometry.virt_start, mailbox);
		const bool kept = memory_reservation(mailbox, sizeof(*box));
		const bool spins = method && is_word(method, "spin-table") &&
				   fdt_number(&kernel.fdt, node, "cpu-release-addr", &spin);

		release(box, &cpu->context);
		if (!spins || box->state == LOFT_MAILBOX_PARKED)
			return check(kept && box->state == LOFT_MAILBOX_PARKED,
				     "a CPU is parked on its mailbox, in reserved memory",
				     box->state);
		check(kept, "a CPU's mailbox is in reserved memory", mailbox);
		spin_release(spin, entry);
		return true;
	}
	__asm__ volatile("dsb ish" : : : "memory"); /* the context before the CPU comes */
	result = psci_cpu_on(cpu->mpidr, entry, context);
	return !result || check(false, "PSCI CPU_ON", result);
}

static void wait_for(struct cpu *cpu, unsigned number)
{
	uint64_t until;

	ISB(); /* a counter may be read before what comes before it */
	until = SYSREG_READ(cntvct_el0) + TIMEOUT_S * SYSREG_READ(cntfrq_el0);
	while (!__atomic_load_n(&cpu->arrived, __ATOMIC_ACQUIRE)) {
		ISB();
		if (SYSREG_READ(cntvct_el0) > until) {
			print("CPU %u: ", (uint64_t)number);
			check(false, "it did not come, MPIDR", cpu->mpidr);
			return;
		}
	}
	for (unsigned bit = 0; bit < sizeof(promises) / sizeof(promises[0]); bit++)
		if (cpu->wrong >> bit & 1) {
			print("CPU %u: ", (uint64_t)number);
			check(false, promises[bit], cpu->wrong);
		}
	if (cpu->wrong)
		return;
	check_passed();
	print("ok   CPU %u in the high half, EL%u, MPIDR %x, SP %x\n", (uint64_t)number,
	      boot_state.el >> 2, cpu->mpidr, cpu->context.sp_va);
}

void smp_check(const struct entry_state *boot, uint64_t first_vbar)
{
	const uint32_t parent = fdt_path(&kernel.fdt, "/cpus");
	const uint32_t chosen = fdt_path(&kernel.fdt, "/chosen");
	const uint64_t own = SYSREG_READ(mpidr_el1) & 0xff00ffffff;
	uint64_t entry = 0, mpidr, size;
	unsigned count = 0;

	if (parent == FDT_NONE ||
	    !fdt_number(&kernel.fdt, chosen, LOFT_FDT_SECONDARY_ENTRY, &entry))
		return;
	read_state(&boot_state);
	vbar = first_vbar;
	for (uint32_t node = fdt_child(&kernel.fdt, parent); node != FDT_NONE && count < CPUS_MAX;
	     node = fdt_sibling(&kernel.fdt, node)) {
		struct cpu *cpu = &cpus[count];
		const char *type = fdt_string(&kernel.fdt, node, "device_type");

		if (!type || !is_word(type, "cpu") ||
		    !fdt_reg(&kernel.fdt, parent, node, 0, &mpidr, &size) || mpidr == own)
			continue;
		cpu->context = (struct loft_secondary){
			.entry_va = (uint64_t)secondary_start,
			.sp_va = (uint64_t)stacks[count] + STACK_SIZE,
			.arg = (uint64_t)cpu,
		};
		cpu->mpidr = mpidr;
		cpu->boot = boot;
		if (start(cpu, entry, node))
			count++;
	}
	check(!count || memory_reservation(entry, 4), "loft,secondary-entry is in reserved memory",
	      entry);
	for (unsigned i = 0; i < count; i++)
		wait_for(&cpus[i], i + 1);
	print("highhalf: %u further CPUs\n", (uint64_t)count);
}
