/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** cpu_el() - the exception level that Loft runs at: 1 or 2 (3 before the monitor has left it) */
unsigned cpu_el(void);

/** cpu_has_el() - does this CPU implement EL2, EL3 (@el)? As ID_AA64PFR0_EL1 has it */
bool cpu_has_el(unsigned el);

/**
 * cpu_entered_el3() - was this image entered at EL3?
 *
 * Then its own monitor serves PSCI by SMC, and it runs at the normal world's highest level.
 */
bool cpu_entered_el3(void);

/**
 * cpu_left_cold() - did the entry at EL3 leave [__cold_start, __cold_end) of this image in flash,
 * which the normal world may not read?
 */
bool cpu_left_cold(void);

/**
 * cpu_fetch_cold() - have the monitor copy that part to where the image runs
 *
 * Where it goes is mapped writable; its cached copies are dropped. Once: the monitor forgets where
 * it was.
 *
 * Return: true when it is there.
 */
bool cpu_fetch_cold(void);

/** cpu_forget_cold() - it will not be asked for: the monitor forgets where it is */
void cpu_forget_cold(void);

/** cpu_halt() - stop this CPU for good, interrupts masked; needs no stack, map or console */
void __attribute__((noreturn)) cpu_halt(void);

/** cpu_midr() - MIDR_EL1: implementer, part, revision; under a hypervisor what it shows */
uint64_t cpu_midr(void);

/** cpu_mpidr() - the affinity fields of MPIDR_EL1, as `reg` of a cpu node and as PSCI takes them */
uint64_t cpu_mpidr(void);

/**
 * cpu_name() - what a MIDR_EL1 value stands for
 * @midr: the value, of this or any other CPU
 *
 * Return: "Cortex-A57", "QEMU max", ...; "unknown CPU" for parts that no list here has.
 */
const char *cpu_name(uint64_t midr);

/** cpu_has_rndr() - true where the CPU has a random number instruction (FEAT_RNG) */
bool cpu_has_rndr(void);

/**
 * cpu_rndr() - 64 random bits from the CPU
 * @out: written only where there are some
 *
 * Return: false without FEAT_RNG, and where the source had nothing in ten tries.
 * Spec:   Arm ARM DDI 0487 K.a, C5.2 "RNDR": failure is reported in the flags
 */
bool cpu_rndr(uint64_t *out);

/** cpu_ticks() - the Generic Timer's count; monotonic, not stopped by anything Loft does */
uint64_t cpu_ticks(void);

/** cpu_ticks_hz() - ticks per second as firmware programmed it in CNTFRQ_EL0; 0 where it forgot */
uint64_t cpu_ticks_hz(void);

/** udelay() - wait at least @us microseconds; rather too long where CNTFRQ_EL0 is 0 */
void udelay(uint64_t us);

/**
 * cpu_at() - ask the MMU where a virtual address of the present regime leads
 * @va:    of EL1 (stage 1) or EL2, wherever Loft runs
 * @write: ask for a store, else for a load
 * @par:   PAR_EL1 as the CPU answered, also on a fault
 *
 * Return: true where the access would succeed; false with the fault status in *par.
 * Spec:   Arm ARM DDI 0487 K.a, C5.5 (AT instructions), D24.2 "PAR_EL1"
 */
bool cpu_at(vaddr_t va, bool write, uint64_t *par);
