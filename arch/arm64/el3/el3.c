// SPDX-License-Identifier: BSD-2-Clause
/* See el3.h.  No library calls and no globals written. */
#include "arch/arm64/el3/el3.h"

#include "arch/arm64/el2/el2.h"
#include "arch/arm64/el3/rules.h"
#include "arch/sections.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/cpu.h"
#include "arch/io.h"

#define EL3_IMAGE_ROOM (2 * MIB) /* the image, its .bss and its stacks */

volatile uint32_t el3_entered __attribute__((section(".data.el3_entered")));

bool cpu_entered_el3(void)
{
	return el3_entered != NOT_EL3;
}

bool cpu_left_cold(void)
{
	return el3_entered == ENTERED_EL3_LEFT_COLD;
}

static struct monitor *monitor_of(const struct start *start)
{
	return (struct monitor *)(start->el3.monitor + MONITOR_STATE);
}

/* Where a function of the island is in the monitor's window. */
#define RESIDENT(start, fn)                         \
	((__typeof__(&(fn)))((start)->el3.monitor + VECTORS_SIZE + \
			     (uint64_t)((const char *)&(fn)-monitor_code)))

/* A lower level's synchronous exceptions, AArch64 and AArch32.  Arm ARM DDI 0487 K.a, D1.3.1.5 */
#define IS_CALL_VECTOR(offset) ((offset) == 0x400 || (offset) == 0x600)

/* A vector is copied with what stands behind its branch in the image, and nothing reaches. */
static void copy_code(paddr_t to)
{
	paddr_t call = (paddr_t)monitor_call_vector, other = (paddr_t)monitor_vector;

	for (unsigned i = 0; i < VECTORS_SIZE; i += VECTOR_SIZE)
		el3_copy(to + i, IS_CALL_VECTOR(i) ? call : other, VECTOR_SIZE);
	el3_copy(to + VECTORS_SIZE, (paddr_t)monitor_code, (uint64_t)(monitor_end - monitor_code));
}

/* The next of the CPUs that the GIC tells, by its number; an armstub's are counted by the board. */
static bool next_number(const struct start *start, const struct monitor *m, uint64_t *at,
			unsigned *number)
{
	int64_t mpidr;

	while (!IS_ENABLED(CONFIG_ARMSTUB) && (mpidr = el3_gic_next_cpu(&start->el3, at)) >= 0) {
		int n = monitor_number((uint64_t)mpidr, m->mt);

		/* A CPU beyond the window has no stack, and parked itself. */
		if (n < 0 || (uint64_t)MONITOR_SIZE(n + 1) > m->size)
			continue;
		*number = (unsigned)n;
		return true;
	}
	return false;
}

static void copy_monitor(const struct start *start)
{
	struct monitor *m = monitor_of(start);
	static const uint8_t pa_bits[16] = { 32, 36, 40, 42, 44, 48, 52, 56 };
	uint64_t at = 0,
		 pa = pa_bits[ID_GET(ID_AA64MMFR0_EL1_PARange, sysreg_read(id_aa64mmfr0_el1))];
	unsigned n;

	copy_code(start->el3.monitor);
	m->dram_start = start->dram_start;
	m->address_end = BIT(pa ? pa : 48);
	m->mt = (sysreg_read(mpidr_el1) & MPIDR_EL1_MT) != 0;
	m->base = start->el3.monitor;
	m->size = start->el3.monitor_size;
	m->console = start->console;
	for (unsigned i = 0; i < START_WRITES; i++) {
		m->power_off[i].at = start->el3.power_off[i].at;
		m->power_off[i].value = start->el3.power_off[i].value;
		m->power_reset[i].at = start->el3.power_reset[i].at;
		m->power_reset[i].value = start->el3.power_reset[i].value;
	}
	m->spin_table = start->el3.spin_table;
	m->cpus = IS_ENABLED(CONFIG_ARMSTUB) ? start->el3.cpus : 1;
	while (next_number(start, m, &at, &n))
		m->cpus = MAX(m->cpus, n + 1);
	for (unsigned i = 0; i < m->cpus; i++) {
		m->cpu[i].state = MONITOR_ABSENT;
		m->cpu[i].choosing = 0;
		m->cpu[i].ticket = 0;
	}
	m->cpu[0].state = MONITOR_ON;
	at = 0;
	while (next_number(start, m, &at, &n))
		if (n)
			m->cpu[n].state = MONITOR_OFF;
}

/* Everything that is each CPU's own. */
static void set_up_cpu(const struct start *start, bool gicv3)
{
	struct el2_write writes[EL2_WRITES_MAX];
	struct id_regs ids;

	id_regs_read(&ids);
	if (!gicv3)
		id_regs_hide_gic(&ids);
	el2_apply(writes, el3_plan(&ids, writes));
	if (IS_ENABLED(CONFIG_ARMSTUB))
		el3_armstub_cpu(&start->el3);
	sysreg_write(vbar_el3, start->el3.monitor);
	sysreg_write(tpidr_el3, (uint64_t)monitor_of(start));
	/* UNKNOWN at reset: what reads as a frequency may be none. */
	if (start->el3.counter_hz)
		sysreg_write(cntfrq_el0, start->el3.counter_hz);
	el3_gic_cpu(&start->el3, ids.mpidr & MPIDR_EL1_AFFINITY);
	/*
	 * SCTLR_EL3.I is 0, but an instruction cache may hold what is fetched as Non-cacheable,
	 * and one that is disabled may hit (Arm ARM, "Non-cacheable accesses and instruction
	 * caches"); after reset it holds anything.
	 */
	dsb(sy);	    /* what the boot CPU copied is in memory ... */
	__asm__ volatile("ic iallu" : : : "memory");
	dsb(nsh);	    /* ... and nothing older of it in this CPU's I-cache ... */
	isb();		    /* ... before it is executed; and the registers above are in force */
}

/* Of the bytes that loft.bin has: reset in the copy makes the rest. */
static void copy_part(paddr_t to, paddr_t image, const char *start, const char *end)
{
	uint64_t offset = (uint64_t)(start - __image_start);

	el3_copy(to + offset, image + offset, (uint64_t)(end - start));
}

/* Where a machine has less, the fault says so (monitor_unexpected()). */
static void ask_for_dram(struct monitor *m, paddr_t last)
{
	m->asked = last;
	(void)mmio_read32(last);
	m->asked = 0;
}

/* What no boot needs stays where it is, and with the monitor the word where that is. */
static paddr_t image_below(const struct start *start, paddr_t image)
{
	bool leave = IS_ENABLED(CONFIG_COLD) && start_in_flash(start, image);
	struct monitor *m = monitor_of(start);
	paddr_t below = image;

	m->cold = image + (uint64_t)(__cold_start - __image_start);
	m->cold_size = leave ? (uint64_t)(__cold_end - __cold_start) : 0;
	if (start_in_flash(start, image)) {
		below = start->el3.image;
		ask_for_dram(m, below + EL3_IMAGE_ROOM - 4);
		copy_part(below, image, __image_start, leave ? __cold_start : __data_end);
		if (leave)
			copy_part(below, image, __cold_end, __data_end);
	}
	*(volatile uint32_t *)(below + (uint64_t)((char *)&el3_entered - __image_start)) =
		leave ? ENTERED_EL3_LEFT_COLD : ENTERED_EL3;
	return below;
}

static void open_gate(const struct start *start)
{
	dsb(sy); /* monitor and image in memory before a CPU is let at them */
	if (IS_ENABLED(CONFIG_ARMSTUB)) {
		el3_armstub_open(&start->el3, monitor_of(start));
		return;
	}
	el3_gate_open(&start->el3);
	dsb(sy); /* the gate is open before the event that makes the others look */
	sev();
}

static bool gate_is_open(const struct start *start)
{
	return IS_ENABLED(CONFIG_ARMSTUB) ? el3_armstub_is_open() : el3_gate_is_open(&start->el3);
}

void el3_boot(const struct start *start, paddr_t image, uint64_t x0)
{
	bool gicv3 = el3_gic_distributor(&start->el3);
	paddr_t below;

	copy_monitor(start);
	set_up_cpu(start, gicv3);
	for (unsigned i = 0; i < START_WRITES; i++)
		if (start->el3.setup[i].at)
			mmio_write32(start->el3.setup[i].at, start->el3.setup[i].value);
	below = image_below(start, image);
	if (IS_ENABLED(CONFIG_ARMSTUB))
		x0 = el3_armstub_fdt(image, x0);
	open_gate(start);
	RESIDENT(start, monitor_start)(monitor_of(start), below, x0, false);
}

void el3_secondary(const struct start *start)
{
	while (!gate_is_open(start))
		__asm__ volatile("wfe" : : : "memory");
	set_up_cpu(start, el3_gic_is_v3(&start->el3));
	RESIDENT(start, monitor_wait)(monitor_of(start));
}
