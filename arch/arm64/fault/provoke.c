/* SPDX-License-Identifier: BSD-2-Clause */
/* One of each exception that EL1 and EL2 take from themselves. */
#include "arch/provoke.h"

#include "arch/sections.h"

static uint64_t words[4] __attribute__((aligned(32)));

static void undefined(void)
{
	__asm__ volatile("udf #0");
}

static void breakpoint(void)
{
	__asm__ volatile("brk #0");
}

static void supervisor_call(void)
{
	__asm__ volatile("svc #0");
}

/* An exclusive access is never split, and this one crosses 16 bytes (FEAT_LSE2). Arm ARM B2.8 */
static void unaligned(void)
{
	uint64_t value;

	__asm__ volatile("ldxr %0, [%1]" : "=r"(value) : "r"((char *)words + 12) : "memory");
}

static void null(void)
{
	uint64_t value;

	__asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(UINT64_C(0)) : "memory");
}

static void write_text(void)
{
	__asm__ volatile("str xzr, [%0]" : : "r"(__image_start) : "memory");
}

static void execute_data(void)
{
	__asm__ volatile("br %0" : : "r"(words));
}

static void branch_unaligned(void)
{
	__asm__ volatile("br %0" : : "r"(__image_start + 2));
}

/* The exception saves its frame on the other stack pointer. */
static void stack_unaligned(void)
{
	__asm__ volatile("sub sp, sp, #8\n\tldr xzr, [sp]\n\tadd sp, sp, #8" : : : "memory");
}

static void illegal_return(void)
{
	/* M = 0b0010: no mode. The next instruction runs with PSTATE.IL set. */
	__asm__ volatile("mrs	x0, CurrentEL\n\t"
			 "adr	x1, 2f\n\t"
			 "mov	x2, #0x3c2\n\t"
			 "cmp	x0, #8\n\t"
			 "b.eq	1f\n\t"
			 "msr	elr_el1, x1\n\t"
			 "msr	spsr_el1, x2\n\t"
			 "eret\n"
			 "1:	msr	elr_el2, x1\n\t"
			 "msr	spsr_el2, x2\n\t"
			 "eret\n"
			 "2:	nop"
			 :
			 :
			 : "x0", "x1", "x2", "cc", "memory");
}

const struct provocation provocations[] = {
	{ "branch", "a branch to an unaligned address", branch_unaligned },
	{ "breakpoint", "BRK", breakpoint },
	{ "execute", "a branch to data", execute_data },
	{ "illegal", "a return to a mode that there is not", illegal_return },
	{ "null", "a load from address 0", null },
	{ "stack", "a load by an unaligned stack pointer", stack_unaligned },
	{ "svc", "SVC", supervisor_call },
	{ "unaligned", "an exclusive load from an unaligned address", unaligned },
	{ "undefined", "UDF", undefined },
	{ "write", "a store to Loft's code", write_text },
};
const unsigned int provocation_count = ARRAY_SIZE(provocations);
