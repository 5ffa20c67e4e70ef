/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <assert.h>
#include <setjmp.h>
#include <stddef.h>

#include "arch/layout.h"
#include "lib/base/types.h"

/**
 * struct fault_frame - one exception: what the vectors save, and the syndrome of the EL that took
 * it
 * @sp:     of the code that faulted
 * @ttbr0:  with @tcr and @ttbr1 the translation regime it ran in; @tcr 0: the MMU was off
 * @vector: which of the 16 vectors, in the order of VBAR_ELx
 * @el:     the EL that took the exception
 * @two_halves: the regime has a TTBR1: EL1's, or EL2's with E2H
 */
struct fault_frame {
	uint64_t x[31];
	uint64_t sp;
	uint64_t elr, spsr;
	uint64_t esr, far;
	uint64_t ttbr0, tcr;
	uint64_t ttbr1, vector;
	uint64_t el, two_halves;
};

static_assert(offsetof(struct fault_frame, sp) == FRAME_SP, "vectors.S fills it");
static_assert(offsetof(struct fault_frame, elr) == FRAME_ELR, "frame.h fills it");
static_assert(offsetof(struct fault_frame, esr) == FRAME_ESR, "frame.h fills it");
static_assert(offsetof(struct fault_frame, ttbr0) == FRAME_TTBR0, "handoff.S fills it");
static_assert(offsetof(struct fault_frame, ttbr1) == FRAME_TTBR1, "handoff.S fills it");
static_assert(offsetof(struct fault_frame, vector) == FRAME_VECTOR, "handoff.S fills it");
static_assert(sizeof(struct fault_frame) == FRAME_SIZE, "vectors.S makes room for it");

/** vectors - Loft's own exception vectors (arch/arm64/fault/vectors.S) */
extern const char vectors[];

/**
 * fault_recovery - where the session goes on after a fault in Loft
 *
 * Not NULL: the report is printed, then longjmp(*fault_recovery, 1).  NULL: the report is the end.
 */
extern jmp_buf *fault_recovery;

/**
 * struct fault_names - how a report finds names for the code that faulted
 * @lookup: name and offset of an address; false where it has none
 */
struct fault_names {
	bool (*lookup)(const void *ctx, vaddr_t address, const char **name, uint64_t *offset);
	const void *ctx;
};

/**
 * fault_add_lower() - the tables of EL1's code that trapped to EL2: its registers still hold them
 * @frame: complete but for @ttbr0, @ttbr1 and @tcr; unchanged where EL1's MMU is off, or EL1 is not
 *	   where it came from
 */
void fault_add_lower(struct fault_frame *frame);

/**
 * fault_translate() - where an address of the code that faulted leads, by its own tables
 * @frame: complete; its MMU was on
 *
 * Return: false where it leads nowhere
 */
bool fault_translate(const struct fault_frame *frame, vaddr_t va, paddr_t *pa);

/** fault_is_call() - did this SMC trap to EL2, and does it ask this? */
bool fault_is_call(const struct fault_frame *frame, uint32_t function);

/**
 * fault_print() - the report: class in words, ESR, ELR with its symbol, FAR, registers, backtrace,
 * walk of FAR
 * @who:   "Loft" or "kernel"
 * @frame: complete
 * @names: for ELR and the backtrace
 *
 * Reads memory of the faulting regime only where its tables lead to Normal memory that Loft can
 * read: it does not fault.
 */
void fault_print(const char *who, const struct fault_frame *frame, const struct fault_names *names);

/**
 * fault_stop() - the end of a report that nothing follows: power off where CONFIG_PANIC_POWEROFF,
 * else wait (common/handoff/kernel_fault.c)
 */
void __attribute__((noreturn)) fault_stop(void);

/**
 * early_fault() - what common/start/early.c does with a fault before there is a console
 *
 * Nothing of the image may be writable then, so no global is written and nobody is returned to.
 */
void __attribute__((noreturn)) early_fault(const struct fault_frame *frame);

/**
 * cold_fetch() - bring home what was left in flash, where an access is to it
 * @at: FAR of a translation fault
 *
 * Return: it is there now, and the access may be made again (common/start/cold.c)
 */
bool cold_fetch(vaddr_t at);

/** loft_at_home() - true once globals can be used (common/start/early.c) */
bool loft_at_home(void);

/**
 * loft_is_whole() - has what no boot needs come home (common/start/cold.c)?
 *
 * Before that nobody has used gdb, and behind a kernel nothing is fetched any more: a report calls
 * none of it.
 */
bool loft_is_whole(void);

/** loft_can_report() - true once there are globals, and a console (common/start/early.c) */
bool loft_can_report(void);

/** loft_names - Loft's own symbols */
extern const struct fault_names loft_names;

/* Not 0 once a CPU is reporting; cleared before a kernel is entered, or goes on. */
extern uint32_t kernel_fault_taken;

/**
 * kernel_fault() - report an early fault of a kernel and stop
 * @frame: what the early vectors or the EL2 stub saved
 *
 * Entered by kernel_fault_gate() on Loft's own map and stacks; the kernel is not returned to.
 */
void __attribute__((noreturn)) kernel_fault(struct fault_frame *frame);
