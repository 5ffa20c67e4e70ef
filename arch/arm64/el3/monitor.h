/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stays at EL3: PSCI by SMC.
 *
 * The monitor is an island: the files whose names begin with monitor are linked next to each other
 * between monitor_code and monitor_end, reach each other PC-relative and nothing else at all
 * (scripts/check-symbols), and are copied as they are to start.el3.monitor, behind the vectors.
 * What they know and remember is a struct monitor, MONITOR_STATE bytes on.
 *
 * Its MMU is off.  So every access to struct monitor is one to Device memory: not cached, not
 * reordered by its own CPU, the same for all CPUs without maintenance.  Exclusives and atomics
 * are not usable there, and are not used: each word has one writer at any time, and which one
 * follows from `state` (monitor_cpu) or from a lock made of such words (monitor_lock()).
 *
 * Spec: Arm DEN 0022 F.b "PSCI", 1.1; Arm DEN 0028 "SMC Calling Convention", 1.1
 */
#pragma once

#include <assert.h>

#include "arch/layout.h"
#include "arch/start.h"
#include "lib/base/types.h"

/** enum monitor_state - and who may change it */
enum monitor_state {
	/* no such CPU: install makes it OFF or ON; with CONFIG_ARMSTUB it comes, and is OFF */
	MONITOR_ABSENT,
	/* waits in the monitor, or has not come yet: to PENDING by a holder of the lock */
	MONITOR_OFF,
	MONITOR_PENDING, /* shall start: to ON by the CPU itself */
	MONITOR_ON,	 /* in the normal world: to OFF by the CPU itself */
};

/**
 * struct monitor_cpu - what all CPUs know of one
 * @entry, @context, @aarch32: how it shall start; written by whoever makes it PENDING, before that
 * @choosing, @ticket: its place in the queue for the lock; its own
 */
struct monitor_cpu {
	volatile uint32_t state;
	volatile uint32_t aarch32;
	volatile uint64_t entry, context;
	volatile uint32_t choosing, ticket;
};

/**
 * struct monitor - all that the monitor knows; written by the boot CPU before any other may read it
 * @cpus:       slots in use: one more than the highest number of a CPU
 * @dram_start: no entry point lies below, ...
 * @address_end: ... or from here on
 * @base, @size: the monitor's own window
 * @mt:         MPIDR_EL1.MT of the boot CPU, and so of all: what PSCI calls a CPU does not have it
 * @cold, @cold_size: what of the image was left in flash, for MONITOR_FETCH; size 0: nothing, or
 *              not any more
 * @asked:      a byte of DRAM that the boot asks for right now; 0: none
 * @spin_table: with CONFIG_ARMSTUB: a CPU that is off also goes where its word there says; 0: no
 *              table
 */
struct monitor {
	uint32_t cpus;
	uint32_t mt;
	paddr_t dram_start, address_end;
	paddr_t base;
	uint64_t size;
	paddr_t console;
	struct start_write power_off[START_WRITES], power_reset[START_WRITES];
	paddr_t cold;
	volatile uint64_t cold_size;
	volatile paddr_t asked;
	paddr_t spin_table;
	struct monitor_cpu cpu[MONITOR_CPUS];
};
static_assert(sizeof(struct monitor) <= MONITOR_STACKS - MONITOR_STATE, "the stacks come next");

/** struct monitor_call - one SMC; @aarch32: the caller's state */
struct monitor_call {
	uint32_t function;
	bool aarch32;
	uint64_t x1, x2, x3;
};

/*
 * The monitor's own call, of Loft alone: copy the cold part of the image (cold.c) to x1, in DRAM.
 * Whoever calls has dropped all cached copies of it, and drops them again. It works once; an
 * address that is none, as 0, is refused and ends it as well, so that a kernel finds NOT_SUPPORTED.
 * In the range of SiP services (DEN 0028).
 */
#define MONITOR_FETCH 0xc2004c46

/** enum monitor_action - what a call wants beside its result */
enum monitor_action {
	MONITOR_RETURN,
	MONITOR_STANDBY, /* wait for an interrupt, then return the result */
	MONITOR_STOP,	 /* CPU_OFF: no return */
	MONITOR_POWER_OFF,
	MONITOR_RESET,
	MONITOR_COPY,	 /* the cold part of the image, to x1 */
	MONITOR_AARCH32, /* the caller's level becomes AArch32, at x3 (arch/arm64/cpu/aarch32.h) */
};

/**
 * monitor_number() - a CPU's slot by the affinity fields of its MPIDR, as PSCI gives them; -1 for
 * one that has none
 * @mt: MPIDR_EL1.MT: Aff0 is a thread, Aff1 the core and Aff2 the cluster, as in all since
 *      Cortex-A55 and A75; only thread 0 of a core has a number
 */
int monitor_number(uint64_t mpidr, bool mt);

/**
 * monitor_call() - decide a call: PSCI 1.1 and SMCCC 1.1
 * @self:   the caller's number
 * @result: x0 at return
 *
 * CPU_ON makes its target PENDING here.  Pure but for barriers.
 */
enum monitor_action monitor_call(struct monitor *m, unsigned self, const struct monitor_call *call,
				 int64_t *result);

/**
 * monitor_lock(), monitor_unlock() - one CPU at a time
 *
 * Lamport's bakery: every word has one writer, and a read that meets a write may give anything.
 * The lock is held for a few accesses and never across an exception, so that whoever waits gets
 * it.
 */
void monitor_lock(struct monitor *m, unsigned self);
void monitor_unlock(struct monitor *m, unsigned self);

/* ---- on the target, in the island */

extern const char monitor_code[], monitor_end[];
/**
 * el3_copy() - (monitor_copy.S) with the MMU off; @to and @from on 16 bytes, @bytes rounded up to
 * 256
 */
void el3_copy(paddr_t to, paddr_t from, uint64_t bytes);

/* How a vector begins: one that nothing comes by, and one for a lower level's SMC. */
extern const char monitor_vector[], monitor_call_vector[];

/**
 * monitor_wait() - at EL3, with TPIDR_EL3 and VBAR_EL3 set: until somebody wants this CPU
 *
 * By CPU_ON, or by the spin table, where there is one.
 */
void __attribute__((noreturn)) monitor_wait(struct monitor *m);

/**
 * monitor_start() - from EL3 to the normal world's highest level
 * @entry:   physical; for AArch32 bit 0 means T32
 * @context: x0 or r0 there; all other registers become 0
 * @aarch32: to EL1 in Supervisor mode instead
 */
void __attribute__((noreturn))
monitor_start(struct monitor *m, paddr_t entry, uint64_t context, bool aarch32);

/** monitor_eret() - (monitor_entry.S) @stack becomes SP_EL3 */
void __attribute__((noreturn)) monitor_eret(uint64_t x0, uint64_t stack);

/**
 * monitor_smc(), monitor_unexpected() - from the vectors; @x: x0-x18 of the caller, x0 receives
 * the result
 */
void monitor_smc(struct monitor *m, uint64_t *x, uint64_t esr);
void __attribute__((noreturn)) monitor_unexpected(struct monitor *m, uint64_t vector);
