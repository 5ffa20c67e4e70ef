// SPDX-License-Identifier: BSD-2-Clause
/* Exceptions that Loft itself takes: the report, then the way back to the prompt. */
#include "arch/exception.h"

#include <stdio.h>

#include "arch/arm64/mmu/mmu.h"
#include "arch/sections.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/cpu.h"
#include "arch/debug.h"
#include "lib/base/ksyms.h"

jmp_buf *fault_recovery;

/* Not zero while a report is printed: a fault meanwhile is one of the report's own. */
static unsigned reporting;

uint64_t exception_entry(struct fault_frame *frame, uint64_t vector);

/* What runs at Loft's level outside Loft's image, `go` brought; a branch to its data is Loft's. */
static bool is_in_loft(vaddr_t address)
{
	return address - (vaddr_t)__image_start < (uint64_t)(__scratch_start - __image_start);
}

static bool loft_lookup(const void *ctx, vaddr_t address, const char **name, uint64_t *offset)
{
	uint64_t in_image = address - (vaddr_t)__image_start;
	uint32_t in_symbol;

	(void)ctx;
	if (in_image >= (uint64_t)(__text_end - __image_start))
		return false;
	*name = ksym_lookup((uint32_t)in_image, &in_symbol);
	*offset = in_symbol;
	return *name != NULL;
}

const struct fault_names loft_names = { .lookup = loft_lookup };

static void read_syndrome(struct fault_frame *frame, uint64_t vector)
{
	frame->vector = vector % VECTOR_UNMAPPED;
	frame->el = cpu_el();
	frame->ttbr1 = 0;
	frame->two_halves = mmu_regime() != PT_EL2;
	if (frame->el == 2) {
		frame->elr = sysreg_read(elr_el2);
		frame->spsr = sysreg_read(spsr_el2);
		frame->esr = sysreg_read(esr_el2);
		frame->far = sysreg_read(far_el2);
		frame->ttbr0 = sysreg_read(ttbr0_el2);
		frame->tcr = sysreg_read(tcr_el2);
	} else {
		frame->elr = sysreg_read(elr_el1);
		frame->spsr = sysreg_read(spsr_el1);
		frame->esr = sysreg_read(esr_el1);
		frame->far = sysreg_read(far_el1);
		frame->ttbr0 = sysreg_read(ttbr0_el1);
		frame->tcr = sysreg_read(tcr_el1);
	}
}

static void resume_at(const struct fault_frame *frame, uint64_t elr, uint64_t spsr)
{
	if (frame->el == 2) {
		sysreg_write(elr_el2, elr);
		sysreg_write(spsr_el2, spsr);
	} else {
		sysreg_write(elr_el1, elr);
		sysreg_write(spsr_el1, spsr);
	}
}

/*
 * The exception return then runs longjmp(*fault_recovery, 1) on the stack, and with the PSTATE, of
 * the code that faulted.
 */
static void resume_at_recovery(struct fault_frame *frame)
{
	frame->x[0] = (uint64_t)*fault_recovery;
	frame->x[1] = 1;
	resume_at(frame, (uint64_t)longjmp,
		  (frame->el == 2 ? SPSR_M_EL2T : SPSR_M_EL1T) | SPSR_D | SPSR_I | SPSR_F);
}

/* A fault in code that expects it: it goes on where it hears of it. */
static bool fixed_up(struct fault_frame *frame)
{
	if (!IS_ENABLED(CONFIG_FAULT_RESUME) || frame->vector % 4 ||
	    frame->elr - (uint64_t)guarded_start >= (uint64_t)(guarded_end - guarded_start))
		return false;
	resume_at(frame, (uint64_t)guarded_failed, frame->spsr);
	return true;
}

/* Something touched what is still in flash: now it is there. */
static bool fetched(const struct fault_frame *frame)
{
	unsigned ec = (unsigned)ID_GET(ESR_EC, frame->esr);

	return IS_ENABLED(CONFIG_COLD) && frame->vector % 4 == 0 && frame->vector < 8 &&
	       (ec == ESR_EC_IABORT || ec == ESR_EC_DABORT) &&
	       (frame->esr & ESR_FSC_TYPE) == ESR_FSC_TRANSLATION && cold_fetch(frame->far);
}

/* gdb sees it first; what it has not settled goes on to the report. */
static bool debugged(struct fault_frame *frame, uint64_t vector)
{
	if (!IS_ENABLED(CONFIG_GDB) || !loft_is_whole() || vector & VECTOR_UNMAPPED ||
	    !debug_exception(frame))
		return false;
	resume_at(frame, frame->elr, frame->spsr);
	return true;
}

static const char *who(vaddr_t elr)
{
	if (is_in_loft(elr))
		return "Loft";
	return fault_recovery ? "a program outside Loft (`go`)" : "the kernel";
}

/* Return: SP_ELx when it goes on. */
uint64_t exception_entry(struct fault_frame *frame, uint64_t vector)
{
	jmp_buf *recovery;

	read_syndrome(frame, vector);
	if (!loft_at_home())
		early_fault(frame);
	if (fetched(frame) || fixed_up(frame) || debugged(frame, vector))
		return (uint64_t)(frame + 1);
	if (!loft_can_report())
		early_fault(frame);
	recovery = fault_recovery;
	/* Each step of this is taken once: what the report faults at, its last words may, too. */
	if (reporting >= 2)
		cpu_halt();
	if (reporting++) {
		printf("\nfault inside the fault report: ESR 0x%llx, ELR 0x%llx, FAR 0x%llx\n",
		       (unsigned long long)frame->esr, (unsigned long long)frame->elr,
		       (unsigned long long)frame->far);
		if (!recovery)
			fault_stop();
	} else {
		fault_print(who(frame->elr), frame, &loft_names);
	}
	if (!recovery)
		fault_stop();
	reporting = 0;
	resume_at_recovery(frame);
	return (uint64_t)__fault_stack_top; /* whatever was nested is over */
}
