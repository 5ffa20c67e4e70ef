/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/el3: entered at EL3: down at once, and a monitor left behind.
 * In:    the board's numbers
 * Out:   the normal world at EL2 or EL1, PSCI by SMC
 * Uses:  el2, cpu
 */
/*
 * From reset at EL3 to the normal world, with the monitor left behind (arch/arm64/el3/monitor.h).
 * All of this runs with the MMU off, from where the image was entered, without writing to it.
 */
#pragma once

#include "arch/arm64/el3/monitor.h"
#include "arch/start.h"

/**
 * el3_boot() - the boot CPU: install the monitor, open the gate for the other CPUs, go on in the
 * normal world
 * @image: where the image lies; if in flash, it goes on in a copy at start->el3.image
 * @x0:    at entry, kept
 *
 * The image goes on at its first instruction, at EL2 or, where there is none, EL1, as if entered
 * there.  el3_entered is set in it (arch/cpu.h: cpu_entered_el3()).
 */
void __attribute__((noreturn)) el3_boot(const struct start *start, paddr_t image, uint64_t x0);

/**
 * el3_entered - what an image knows of EL3
 *
 * Set in the copy that goes on below EL3; in .data, so that it reads NOT_EL3 wherever no EL3 was.
 * Volatile: el3_boot() writes the word of another copy.
 */
extern volatile uint32_t el3_entered;
enum { NOT_EL3, ENTERED_EL3, ENTERED_EL3_LEFT_COLD };

/** el3_secondary() - any other CPU: wait at the gate, set EL3 up, wait in the monitor */
void __attribute__((noreturn)) el3_secondary(const struct start *start);

/*
 * ---- armstub.c, with CONFIG_ARMSTUB: CPUs that come out of reset in DRAM, as the Raspberry
 * Pi's do into what its firmware calls an armstub, and with no GIC to count them
 */

/**
 * el3_armstub_cpu() - what a Cortex-A wants of EL3 before its caches are ever on: to be coherent
 *
 * Spec: Cortex-A53 TRM (DDI 0500), A57 (DDI 0488), A72 (100095): CPUECTLR_EL1, L2CTLR_EL1
 */
void el3_armstub_cpu(const struct start_el3 *el3);

/**
 * el3_armstub_open() - empty the spin table, open the gate, and wait until the others have left
 * the image for the monitor
 *
 * Memory that the image leaves is soon somebody else's. A CPU that does not come counts as absent.
 */
void el3_armstub_open(const struct start_el3 *el3, struct monitor *m);

/**
 * el3_armstub_is_open() - the gate: a word of the image, which is fresh because whoever resets
 * these machines also loads it
 */
bool el3_armstub_is_open(void);

/**
 * el3_armstub_fdt() - what the firmware leaves for an armstub at @image, in place of x0: the
 * device tree's address, or 0
 */
uint64_t el3_armstub_fdt(paddr_t image, uint64_t x0);

/* ---- gic.c: every interrupt becomes the normal world's (group 1) */

/**
 * el3_gic_distributor() - what is shared; leaves interrupts disabled
 *
 * Return: true for a GICv3.
 */
bool el3_gic_distributor(const struct start_el3 *el3);

/** el3_gic_cpu() - this CPU's part; after el3_gic_distributor() on the boot CPU */
void el3_gic_cpu(const struct start_el3 *el3, uint64_t mpidr);

/** el3_gic_is_v3() - by the distributor's own word; false without a GIC */
bool el3_gic_is_v3(const struct start_el3 *el3);

/**
 * el3_gic_next_cpu() - which CPUs there are
 * @at: 0 at first, kept between calls
 *
 * Return: the affinity fields of the next CPU; -1 after the last.
 */
int64_t el3_gic_next_cpu(const struct start_el3 *el3, uint64_t *at);

/**
 * el3_gate_open(), el3_gate_is_open() - the boot CPU's word that the monitor stands
 *
 * GICD_CTLR.EnableGrp0, of the secure world: reset clears it, which it does to no memory, so that
 * no leftover of an earlier run is taken for the word; the normal world cannot change it; and it
 * enables nothing, because no interrupt is in group 0.
 */
void el3_gate_open(const struct start_el3 *el3);
bool el3_gate_is_open(const struct start_el3 *el3);
