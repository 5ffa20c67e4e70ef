// SPDX-License-Identifier: BSD-2-Clause
/* In the island: see monitor.h.  Here is what touches the machine. */
#include "arch/arm64/cpu/aarch32.h"
#include "arch/arm64/el3/monitor.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/arm64/cpu/sysreg_el3.h"
#include "arch/barrier.h"
#include "arch/io.h"

#define UARTDR	    0x00
#define UARTFR	    0x18
#define UARTFR_TXFF BIT(5)
#define UART_TRIES  100000

#define ESR_EC_SMC64_IMM  0xffff

static unsigned self_number(void)
{
	uint64_t mpidr = sysreg_read(mpidr_el1);

	return (unsigned)monitor_number(mpidr & MPIDR_EL1_AFFINITY, mpidr & MPIDR_EL1_MT);
}

static void put(const struct monitor *m, char c)
{
	for (unsigned i = 0; mmio_read32(m->console + UARTFR) & UARTFR_TXFF && i < UART_TRIES; i++)
		;
	mmio_write32(m->console + UARTDR, (uint32_t)c);
}

static void put_text(const struct monitor *m, const char *s)
{
	while (*s)
		put(m, *s++);
}

static void put_hex(const struct monitor *m, const char *name, uint64_t value)
{
	unsigned shift = 60;

	put_text(m, name);
	while (shift && !(value >> shift))
		shift -= 4;
	for (;; shift -= 4) {
		put(m, "0123456789abcdef"[value >> shift & 0xf]);
		if (!shift)
			return;
	}
}

static void __attribute__((noreturn)) stop(void)
{
	for (;;)
		__asm__ volatile("wfi" : : : "memory");
}

void monitor_unexpected(struct monitor *m, uint64_t vector)
{
	if (m->asked && m->asked == sysreg_read(far_el3)) {
		put_hex(m, "\r\nLoft: no DRAM at 0x", m->asked);
		put_text(m,
			 ": entered at EL3, this board wants it up to there (QEMU: -m 128M)\r\n");
		stop();
	}
	put_hex(m, "\r\nEL3 monitor: unexpected exception, vector ", vector);
	put_hex(m, ", ESR 0x", sysreg_read(esr_el3));
	put_hex(m, ", ELR 0x", sysreg_read(elr_el3));
	put_hex(m, ", FAR 0x", sysreg_read(far_el3));
	put_hex(m, ", SPSR 0x", sysreg_read(spsr_el3));
	put_hex(m, "; CPU 0x", sysreg_read(mpidr_el1) & MPIDR_EL1_AFFINITY);
	put_text(m, " stops\r\n");
	stop();
}

static void power(const struct monitor *m, const struct start_write *w)
{
	for (unsigned i = 0; i < START_WRITES; i++)
		if (w[i].at)
			mmio_write32(w[i].at, w[i].value);
	dsb(sy); /* the write has reached the device, which needs a moment */
	put_text(m, w->at ? "" : "\r\nEL3 monitor: this board has no such switch\r\n");
	stop();
}

/*
 * An interrupt for the normal world shall end the wait, although none is taken at EL3: it must be
 * one for EL3 meanwhile.
 */
static void standby(void)
{
	uint64_t scr = sysreg_read(scr_el3);

	sysreg_write(scr_el3, scr | SCR_EL3_IRQ | SCR_EL3_FIQ);
	isb();	 /* routing in force before the wait */
	dsb(sy); /* whatever this CPU wrote is seen by others while it sleeps */
	__asm__ volatile("wfi" : : : "memory");
	sysreg_write(scr_el3, scr);
	isb(); /* and back before the normal world goes on */
}

#define TCR2_EL1	 S3_0_C2_C0_3
#define TCR2_EL2	 S3_4_C2_C0_3
#define SCTLR2_EL1	 S3_0_C1_C0_3
#define SCTLR2_EL2	 S3_4_C1_C0_3
#define GCSCR_EL1	 S3_0_C2_C5_0
#define GCSCR_EL2	 S3_4_C2_C5_0
#define ID_AA64MMFR3_EL1 S3_0_C0_C7_3

/*
 * Where EL3 is implemented these are UNKNOWN after reset, and SCR_EL3 (rules.c) brings them into
 * force: control stacks would make a fault of the first return, indirect permissions something
 * else of every descriptor. Here and not in rules.c, because a CPU that CPU_ON starts comes this
 * way alone.
 */
static void quiet_extensions(bool el2)
{
	uint64_t mmfr3 = sysreg_read(ID_AA64MMFR3_EL1), pfr1 = sysreg_read(id_aa64pfr1_el1);

	if (ID_GET(ID_AA64MMFR3_EL1_TCRX, mmfr3)) {
		sysreg_write(TCR2_EL1, 0);
		if (el2)
			sysreg_write(TCR2_EL2, 0);
	}
	if (ID_GET(ID_AA64MMFR3_EL1_SCTLRX, mmfr3)) {
		sysreg_write(SCTLR2_EL1, 0);
		if (el2)
			sysreg_write(SCTLR2_EL2, 0);
	}
	if (ID_GET(ID_AA64PFR1_EL1_GCS, pfr1)) {
		sysreg_write(GCSCR_EL1, 0);
		if (el2)
			sysreg_write(GCSCR_EL2, 0);
	}
}

/* A CPU that was off, or was reset, has no translation and no instruction from before. */
static void empty_tlb(bool el2)
{
	if (el2)
		__asm__ volatile("tlbi alle2" : : : "memory");
	__asm__ volatile("tlbi alle1\n\tic iallu" : : : "memory");
	dsb(nsh); /* gone before the eret, which synchronises */
}

void monitor_start(struct monitor *m, paddr_t entry, uint64_t context, bool aarch32)
{
	bool el2 = ID_GET(ID_AA64PFR0_EL1_EL2, sysreg_read(id_aa64pfr0_el1)) != 0;
	uint64_t scr = sysreg_read(scr_el3) | SCR_EL3_RW;
	uint64_t stack = m->base + MONITOR_SIZE(self_number() + 1);

	if (aarch32 && !el2)
		scr &= ~SCR_EL3_RW;
	sysreg_write(scr_el3, scr);
	isb(); /* NS and RW in force: the registers below are the normal world's */
	if (el2) {
		dsb(nsh); /* AmpereOne AC03_CPU_36: no access in flight across it */
		sysreg_write(hcr_el2, aarch32 ? 0 : HCR_EL2_RW);
		sysreg_write(sctlr_el2, SCTLR_EL2_MMU_OFF);
		isb(); /* E2H is clear before CPTR_EL2 is written in that layout */
		sysreg_write(cptr_el2, CPTR_EL2_RES1 & ~(CPTR_EL2_TZ | CPTR_EL2_TSM));
	}
	sysreg_write(sctlr_el1, aarch32 ? SCTLR_EL1_AARCH32 : SCTLR_EL1_MMU_OFF);
	quiet_extensions(el2);
	empty_tlb(el2);
	sysreg_write(elr_el3, aarch32 ? entry & ~UINT64_C(1) : entry);
	if (aarch32)
		sysreg_write(spsr_el3, SPSR_FROM_EL3_SVC | (entry & 1 ? SPSR_A32_T : 0));
	else
		sysreg_write(spsr_el3, el2 ? SPSR_FROM_EL3_EL2H : SPSR_FROM_EL3_EL1H);
	monitor_eret(context, stack);
}

/* The caller's level, EL1, becomes AArch32; its x1 and x2 are r1 and r2, the result r0. */
static int64_t enter_aarch32(uint64_t *x)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1);
	uint64_t scr = sysreg_read(scr_el3);

	if (ID_GET(ID_AA64PFR0_EL1_EL2, pfr0) || ID_GET(ID_AA64PFR0_EL1_EL1, pfr0) != 2)
		return -1; /* NOT_SUPPORTED */
	sysreg_write(scr_el3, scr & ~SCR_EL3_RW);
	isb(); /* RW in force before the return that looks at it */
	sysreg_write(sctlr_el1, SCTLR_EL1_AARCH32);
	sysreg_write(elr_el3, x[3] & ~UINT64_C(1));
	sysreg_write(spsr_el3, aarch32_spsr((uint32_t)x[3]));
	x[3] = 0;
	return 0;
}

static paddr_t release_address(const struct monitor *m, unsigned self)
{
	return IS_ENABLED(CONFIG_ARMSTUB) && m->spin_table ? m->spin_table + self * 8 : 0;
}

/*
 * Does the spin table say where to? Whoever writes there does so past the caches, as this CPU
 * reads. Under the lock, because CPU_ON may want it now as well: then that has been first.
 */
static bool is_released(struct monitor *m, unsigned self)
{
	struct monitor_cpu *me = &m->cpu[self];
	paddr_t at = release_address(m, self);
	paddr_t entry = at ? mmio_read64(at) : 0;

	if (!entry)
		return false;
	monitor_lock(m, self);
	if (me->state == MONITOR_OFF) {
		me->entry = entry;
		me->context = 0;
		me->aarch32 = false;
		dmb(sy); /* where to before it is told to go, as by CPU_ON */
		me->state = MONITOR_PENDING;
	}
	monitor_unlock(m, self);
	return true;
}

void monitor_wait(struct monitor *m)
{
	unsigned self = self_number();
	struct monitor_cpu *me = &m->cpu[self];

	/* Where nothing else tells which CPUs there are, those are that come here. */
	if (IS_ENABLED(CONFIG_ARMSTUB) && me->state == MONITOR_ABSENT)
		me->state = MONITOR_OFF;
	while (me->state != MONITOR_PENDING && !is_released(m, self))
		__asm__ volatile("wfe" : : : "memory"); /* cpu_on() sends the event */
	dmb(sy); /* told to go before where to is read */
	me->state = MONITOR_ON;
	dsb(sy); /* ON for everybody before the normal world can ask */
	monitor_start(m, me->entry, me->context, me->aarch32);
}

/* The caller's vector registers are not kept: it knows (arch/arm64/el3/cold.c). */
static void fetch(struct monitor *m, paddr_t to)
{
	el3_copy(to, m->cold, m->cold_size);
	m->cold_size = 0;
	dsb(sy); /* in memory before the caller, or its walker, looks */
}

void monitor_smc(struct monitor *m, uint64_t *x, uint64_t esr)
{
	bool aarch32 = (sysreg_read(spsr_el3) & SPSR_AARCH32) != 0;
	struct monitor_call call = {
		.function = (uint32_t)x[0], .aarch32 = aarch32, .x1 = x[1], .x2 = x[2], .x3 = x[3]
	};
	unsigned self = self_number();
	int64_t result = -1; /* NOT_SUPPORTED: the convention knows SMC #0 alone */
	enum monitor_action action = MONITOR_RETURN;

	if (aarch32 || !(esr & ESR_EC_SMC64_IMM))
		action = monitor_call(m, self, &call, &result);
	switch (action) {
	case MONITOR_STANDBY:
		standby();
		break;
	case MONITOR_STOP:
		/* where the table once sent this CPU it has been */
		if (release_address(m, self))
			mmio_write64(release_address(m, self), 0);
		/* what this CPU wrote in the normal world is complete before it counts as off */
		dsb(sy);
		m->cpu[self].state = MONITOR_OFF;
		monitor_wait(m);
	case MONITOR_POWER_OFF:
		power(m, m->power_off);
		break;
	case MONITOR_RESET:
		power(m, m->power_reset);
		break;
	case MONITOR_COPY:
		if (IS_ENABLED(CONFIG_COLD))
			fetch(m, x[1]);
		break;
	case MONITOR_AARCH32:
		if (IS_ENABLED(CONFIG_AARCH32))
			result = enter_aarch32(x);
		break;
	default:
		break;
	}
	x[0] = (uint64_t)result;
}
