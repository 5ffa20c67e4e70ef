/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our own exception vectors, proofs that need a fault, and faults on purpose before the vectors are
 * ours: those are for Loft's early vectors to report.
 */
#include "kernel.h"

#define ESR_EC(esr)		((esr) >> 26 & 0x3f)
#define EC_INSTRUCTION_ABORT	0x21	/* from the same EL */
#define EC_DATA_ABORT		0x25
#define EC_BRK			0x3c
#define ESR_FSC(esr)		((esr) & 0x3c)	/* without the level */
#define FSC_TRANSLATION		0x04
#define FSC_PERMISSION		0x0c
#define ESR_WNR			(1u << 6)

#define A64_RET			0xd65f03c0

static unsigned traps_taken;
static uint32_t a_return = A64_RET;	/* code in .data, which must not run */
static const uint32_t a_constant = A64_RET;

void handle_trap(struct trap *trap);

void handle_trap(struct trap *trap)
{
	const uint64_t elr = trap->elr;
	const bool touched = elr == (uint64_t)touch_read || elr == (uint64_t)touch_write ||
			     elr == (uint64_t)touch_write_store ||
			     (ESR_EC(trap->esr) == EC_INSTRUCTION_ABORT && elr == trap->x[1]);

	traps_taken++;
	if (ESR_EC(trap->esr) == EC_BRK) {
		trap->elr += 4;
	} else if (touched) {
		trap->x[0] = trap->esr;
		trap->elr = trap->x[30];
	} else {
		print("highhalf: unexpected exception %u: ESR %x ELR %x FAR %x\n", trap->vector,
		      trap->esr, trap->elr, trap->far);
		power_off();
	}
}

static bool is_abort(uint64_t esr, unsigned class, unsigned fault, bool write)
{
	return ESR_EC(esr) == class && ESR_FSC(esr) == fault && !!(esr & ESR_WNR) == write;
}

static void check_write_refused(const void *where, const char *what)
{
	const uint64_t esr = touch_write((uint64_t)where);

	check(is_abort(esr, EC_DATA_ABORT, FSC_PERMISSION, true), what, esr);
}

static void check_execute_refused(const void *where, const char *what)
{
	const uint64_t esr = touch_execute((uint64_t)where);

	check(is_abort(esr, EC_INSTRUCTION_ABORT, FSC_PERMISSION, false), what, esr);
}

void traps_check(void)
{
	uint64_t value;

	SYSREG_WRITE(vbar_el1, kernel_vectors);
	ISB();
	__asm__ volatile("brk #0x10f7" : : : "memory");
	check(traps_taken == 1, "own vectors take a BRK and return", traps_taken);

	value = touch_write((uint64_t)__data_start);
	check(!value, "a store to .data succeeds", value);
	if (!WX) {
		check_write_refused(__text_start, "a store to .text faults");
		check_write_refused(__rodata_start, "a store to .rodata faults");
		check_execute_refused(&a_return, "executing .data faults");
		check_execute_refused(&a_constant, "executing .rodata faults");
	}
	if (!keeps_idmap() && kernel.geometry.virt_start) {
		value = touch_read(0);
		check(is_abort(value, EC_DATA_ABORT, FSC_TRANSLATION, false),
		      "the lower half is empty: a load from 0 faults", value);
	}
}

/* ---- on purpose: fault=KIND in bootargs ---- */

static void jump_to(uint64_t address)
{
	((void (*)(void))address)();
}

static void bad_stack(void)
{
	__asm__ volatile("mov sp, %0\n\tstr xzr, [sp, #-16]!" : : "r"(0x1230ull) : "memory");
}

/* Three frames, so that a backtrace has something to tell. */
__attribute__((noinline)) static void provoke_inner(const char *kind)
{
	if (is_word(kind, "null"))
		touch_read(0);
	else if (is_word(kind, "text"))
		touch_write((uint64_t)__text_start);
	else if (is_word(kind, "rodata"))
		touch_write((uint64_t)__rodata_start);
	else if (is_word(kind, "exec"))
		jump_to((uint64_t)&a_return);
	else if (is_word(kind, "jump"))
		jump_to(0x1000);
	else if (is_word(kind, "hole"))
		touch_read(VIRT_START - 0x1000 + (1ull << (VA_BITS - 1)));
	else if (is_word(kind, "undef"))
		__asm__ volatile("udf #0");
	else if (is_word(kind, "brk"))
		__asm__ volatile("brk #1");
	else if (is_word(kind, "svc"))
		__asm__ volatile("svc #1");
	else if (is_word(kind, "stack"))
		bad_stack();
	else if (is_word(kind, "el2"))
		el2_provoke();
	else
		print("highhalf: unknown fault, try null text rodata exec jump hole undef brk svc "
		      "stack el2\n");
}

__attribute__((noinline)) static void provoke_outer(const char *kind)
{
	provoke_inner(kind);
	__asm__ volatile("" : : : "memory");	/* no tail call: the frame stays */
}

void traps_provoke(const char *kind)
{
	provoke_outer(kind);
	print("highhalf: still here after fault=%s\n", kind);
	power_off();
}
