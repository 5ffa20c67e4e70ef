// SPDX-License-Identifier: BSD-2-Clause
/* The fault report, the same for Loft's own faults and a kernel's early ones. */
#include <errno.h>
#include <stdio.h>

#include "arch/arm64/fault/esr.h"
#include "arch/arm64/mmu/mmu.h"
#include "arch/arm64/pgtable/foreign.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/cpu.h"
#include "arch/exception.h"

#define BACKTRACE_MAX 16

static const char *const vector_group[] = { "current EL, SP_EL0", "current EL, SP_ELx",
					    "lower EL, AArch64", "lower EL, AArch32" };
static const char *const vector_kind[] = { "synchronous", "IRQ", "FIQ", "SError" };

/*
 * Only Normal memory that Loft's own map has: a hostile table must not make the report touch a
 * device, or fault.
 */
static int read_physical(void *ctx, paddr_t pa, uint64_t *value)
{
	uint64_t par;

	(void)ctx;
	if (pa % 8 || !cpu_at(pa, false, &par) || FIELD_GET(63, 56, par) != MAIR_NORMAL_WB)
		return -1;
	*value = *(const volatile uint64_t *)pa;
	return 0;
}

static struct pt_foreign regime_of(const struct fault_frame *f)
{
	return (struct pt_foreign){ .tcr = f->tcr,
				    .ttbr0 = f->ttbr0,
				    .ttbr1 = f->ttbr1,
				    .two_halves = f->two_halves,
				    .read = read_physical };
}

void fault_add_lower(struct fault_frame *f)
{
	/* With E2H the names would be EL2's own registers. */
	if (f->el != 2 || f->vector / 4 != 2 || mmu_regime() != PT_EL2 ||
	    !(sysreg_read(sctlr_el1) & SCTLR_EL1_M))
		return;
	f->tcr = sysreg_read(tcr_el1);
	f->ttbr0 = sysreg_read(ttbr0_el1);
	f->ttbr1 = sysreg_read(ttbr1_el1);
}

/* A word of the code that faulted, by its own tables. */
static bool read_virtual(const struct fault_frame *f, vaddr_t va, uint64_t *value)
{
	struct pt_foreign regime = regime_of(f);
	struct pt_trace trace;

	if (va % 8)
		return false;
	if (!f->tcr)
		return !read_physical(NULL, va, value);
	return !pt_walk_foreign(&regime, va, &trace) && !read_physical(NULL, trace.pa, value);
}

bool fault_is_call(const struct fault_frame *f, uint32_t function)
{
	return f->el == 2 && f->vector == 8 && ID_GET(ESR_EC, f->esr) == ESR_EC_SMC64 &&
	       (uint32_t)f->x[0] == function;
}

bool fault_translate(const struct fault_frame *f, vaddr_t va, paddr_t *pa)
{
	struct pt_foreign regime = regime_of(f);
	struct pt_trace trace;

	if (pt_walk_foreign(&regime, va, &trace))
		return false;
	*pa = trace.pa;
	return true;
}

/* @back: bytes before @address that its symbol is looked up at */
static void print_place(const struct fault_names *names, vaddr_t address, unsigned back)
{
	const char *name;
	uint64_t offset;

	if (names && address >= back && names->lookup(names->ctx, address - back, &name, &offset))
		printf("0x%016llx %s+0x%llx\n", (unsigned long long)address, name,
		       (unsigned long long)(offset + back));
	else
		printf("0x%016llx\n", (unsigned long long)address);
}

static void print_registers(const struct fault_frame *f)
{
	for (unsigned i = 0; i < ARRAY_SIZE(f->x); i++)
		printf("  x%-2u %016llx%s", i, (unsigned long long)f->x[i], i % 4 == 3 ? "\n" : "");
	printf("  sp  %016llx\n", (unsigned long long)f->sp);
}

/* Frame records are {older record, return address}, at growing addresses.  AAPCS64, 6.4.6 */
static void print_backtrace(const struct fault_frame *f, const struct fault_names *names)
{
	vaddr_t record = f->x[29];

	printf("  backtrace:\n    ");
	print_place(names, f->elr, 0);
	for (unsigned i = 0; i < BACKTRACE_MAX; i++) {
		uint64_t older, address;

		if (!record || !read_virtual(f, record, &older) ||
		    !read_virtual(f, record + 8, &address) || !address)
			return;
		printf("    ");
		print_place(names, address,
			    4); /* the call, which may be the last instruction of its function */
		if (older <= record)
			return;
		record = older;
	}
}

static void print_walk(const struct fault_frame *f)
{
	struct pt_foreign regime = regime_of(f);
	struct pt_trace trace;
	int rc;

	if (!f->tcr)
		return;
	rc = pt_walk_foreign(&regime, f->far, &trace);
	printf("  walk of FAR 0x%016llx: %s\n", (unsigned long long)f->far, pt_walk_result(rc));
	for (unsigned i = 0; i < trace.step_count; i++) {
		const struct pt_step *s = &trace.step[i];

		printf("    level %d  table 0x%llx[%u]  0x%016llx  %s\n", s->level,
		       (unsigned long long)s->table, s->index, (unsigned long long)s->descriptor,
		       pt_meaning_name(s->meaning));
	}
	if (!rc) {
		printf("    -> 0x%llx, %c%c%c%s\n", (unsigned long long)trace.pa,
		       trace.rights & PT_RIGHT_READ ? 'r' : '-',
		       trace.rights & PT_RIGHT_WRITE ? 'w' : '-',
		       trace.rights & PT_RIGHT_EXEC ? 'x' : '-',
		       trace.rights & PT_RIGHT_ACCESSED ? "" : ", access flag clear");
	}
}

/* An instruction that is none has a word; what state it needs, one sees by that. */
static void print_instruction(const struct fault_frame *f)
{
	uint64_t words;

	if (ID_GET(ESR_EC, f->esr) != 0 || !read_virtual(f, ALIGN_DOWN(f->elr, 8), &words))
		return;
	printf("  instruction 0x%08x\n", (uint32_t)(f->elr & 4 ? words >> 32 : words));
}

void fault_print(const char *who, const struct fault_frame *f, const struct fault_names *names)
{
	unsigned kind = f->vector % 4;
	char text[120];

	if (kind == 0 || kind == 3)
		esr_describe(f->esr, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%s", vector_kind[kind]);
	printf("\nfault: %s, in %s\n", text, who);
	printf("  ESR 0x%08llx  FAR 0x%016llx  SPSR 0x%llx  at EL%llu (%s, %s)",
	       (unsigned long long)f->esr, (unsigned long long)f->far, (unsigned long long)f->spsr,
	       (unsigned long long)f->el, vector_kind[kind], vector_group[f->vector / 4 % 4]);
	if (cpu_mpidr()) /* not where everything is that one CPU does */
		printf(" on CPU 0x%llx", (unsigned long long)cpu_mpidr());
	printf("\n  ELR ");
	print_place(names, f->elr, 0);
	printf("  LR  "); /* after a call into nowhere it alone tells who called */
	print_place(names, f->x[30], 4);
	if (IS_ENABLED(CONFIG_LOCKED))
		return; /* what follows is memory, or may have been */
	if (kind == 0)
		print_instruction(f);
	print_registers(f);
	print_backtrace(f, names);
	if (kind == 0 && esr_has_far(f->esr))
		print_walk(f);
}
