// SPDX-License-Identifier: BSD-2-Clause
/* Self-hosted debug, of the EL that Loft runs at.  Arm ARM DDI 0487 K.a, chapter D2 */
#include "arch/debug.h"

#include <errno.h>
#include <string.h>

#include "arch/arm64/fault/esr.h"
#include "arch/arm64/cpu/sysreg.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "arch/cpu.h"

#define POINTS 4 /* of each kind; a CPU has 2 to 16 */

#define BRK(imm) (0xd4200000u | (uint32_t)(imm) << 5)

/* ESR_EC of debug exceptions, from a lower EL and, one more, from the same */
#define EC_BREAKPOINT 0x30
#define EC_STEP	      0x32
#define EC_WATCHPOINT 0x34

/* DBGBCR, DBGWCR.  Arm ARM D24.3 */
#define DBGCR_E		 BIT(0)
#define DBGCR_PAC_EL1	 FIELD(2, 1, 1)
#define DBGCR_EL2	 (BIT(13) | FIELD(15, 14, 3)) /* HMC, SSC: EL2 alone, with PAC 0 */
#define DBGBCR_BAS_ALL	 FIELD(8, 5, 0xf)
#define DBGWCR_LSC(kind) FIELD(4, 3, kind)
#define DBGWCR_BAS(bits) FIELD(12, 5, bits)

const uint32_t debug_brk = BRK(0);

static struct {
	uint64_t value, control;
} breakpoint[POINTS], watchpoint[POINTS];

static bool unmasked; /* PSTATE.D was cleared for a debug exception to come through */

enum debug_event debug_event(const struct fault_frame *f)
{
	unsigned ec = (unsigned)ID_GET(ESR_EC, f->esr);

	if (f->vector % 4)
		return f->vector % 4 == 3 ? DEBUG_ABORT : DEBUG_INTERRUPT;
	switch (ec) {
	case ESR_EC_BRK64:
		return DEBUG_BREAK;
	case EC_BREAKPOINT:
	case EC_BREAKPOINT + 1:
		return DEBUG_HW_BREAK;
	case EC_STEP:
	case EC_STEP + 1:
		return DEBUG_STEP;
	case EC_WATCHPOINT:
	case EC_WATCHPOINT + 1:
		return DEBUG_WATCH;
	case ESR_EC_UNKNOWN:
	case ESR_EC_ILLEGAL:
		return DEBUG_UNDEFINED;
	case ESR_EC_PC_ALIGN:
	case ESR_EC_SP_ALIGN:
		return DEBUG_ALIGNMENT;
	case ESR_EC_IABORT:
	case ESR_EC_IABORT_LOWER:
	case ESR_EC_DABORT:
	case ESR_EC_DABORT_LOWER:
		return DEBUG_ABORT;
	default:
		return DEBUG_OTHER;
	}
}

void debug_enter(void)
{
	__asm__ volatile("brk %0" : : "i"(DEBUG_BRK_ENTER) : "memory");
}

bool debug_is_enter(const struct fault_frame *f)
{
	return debug_event(f) == DEBUG_BREAK && ID_GET(ESR_ISS_IMM16, f->esr) == DEBUG_BRK_ENTER;
}

static void write_point(unsigned n)
{
	switch (n) {
	case 0:
		sysreg_write(dbgbvr0_el1, breakpoint[0].value);
		sysreg_write(dbgbcr0_el1, breakpoint[0].control);
		sysreg_write(dbgwvr0_el1, watchpoint[0].value);
		sysreg_write(dbgwcr0_el1, watchpoint[0].control);
		break;
	case 1:
		sysreg_write(dbgbvr1_el1, breakpoint[1].value);
		sysreg_write(dbgbcr1_el1, breakpoint[1].control);
		sysreg_write(dbgwvr1_el1, watchpoint[1].value);
		sysreg_write(dbgwcr1_el1, watchpoint[1].control);
		break;
	case 2:
		sysreg_write(dbgbvr2_el1, breakpoint[2].value);
		sysreg_write(dbgbcr2_el1, breakpoint[2].control);
		sysreg_write(dbgwvr2_el1, watchpoint[2].value);
		sysreg_write(dbgwcr2_el1, watchpoint[2].control);
		break;
	default:
		sysreg_write(dbgbvr3_el1, breakpoint[3].value);
		sysreg_write(dbgbcr3_el1, breakpoint[3].control);
		sysreg_write(dbgwvr3_el1, watchpoint[3].value);
		sysreg_write(dbgwcr3_el1, watchpoint[3].control);
	}
	isb(); /* in force before the program goes on */
}

static unsigned points_of(bool watch)
{
	uint64_t dfr0 = sysreg_read(id_aa64dfr0_el1);
	unsigned has = 1 + (unsigned)(watch ? FIELD_GET(23, 20, dfr0) : FIELD_GET(15, 12, dfr0));

	return MIN(has, (unsigned)POINTS);
}

/* EL2 takes its own debug exceptions; at EL1 they are EL1's. */
static void route(bool here)
{
	uint64_t mdcr;

	if (cpu_el() != 2)
		return;
	mdcr = sysreg_read(mdcr_el2);
	sysreg_write(mdcr_el2, here ? mdcr | MDCR_EL2_TDE : mdcr & ~MDCR_EL2_TDE);
}

static void set_stepping(bool on)
{
	uint64_t mdscr = sysreg_read(mdscr_el1);

	sysreg_write(mdscr_el1, on ? mdscr | MDSCR_EL1_SS : mdscr & ~MDSCR_EL1_SS);
}

/* All that there are: after a cold reset each is UNKNOWN, and may be one that is hit. */
static void clear_points(void)
{
	const uint64_t dfr0 = sysreg_read(id_aa64dfr0_el1);
	const uint64_t breakpoints = 1 + FIELD_GET(15, 12, dfr0);
	const uint64_t watchpoints = 1 + FIELD_GET(23, 20, dfr0);

#define CLEAR(n)                                  \
	if ((n) < breakpoints)                    \
		sysreg_write(dbgbcr##n##_el1, 0); \
	if ((n) < watchpoints)                    \
		sysreg_write(dbgwcr##n##_el1, 0);
	CLEAR(0)
	CLEAR(1)
	CLEAR(2)
	CLEAR(3)
	CLEAR(4)
	CLEAR(5)
	CLEAR(6)
	CLEAR(7)
	CLEAR(8)
	CLEAR(9)
	CLEAR(10)
	CLEAR(11)
	CLEAR(12)
	CLEAR(13)
	CLEAR(14)
	CLEAR(15)
#undef CLEAR
}

void debug_start(void)
{
	sysreg_write(oslar_el1, 0);
	sysreg_write(osdlr_el1, 0);
	route(true);
	clear_points();
	sysreg_write(mdscr_el1, MDSCR_EL1_MDE | MDSCR_EL1_KDE);
	isb(); /* routing in force before a debug exception is provoked */
}

void debug_stop(void)
{
	memset(breakpoint, 0, sizeof(breakpoint));
	memset(watchpoint, 0, sizeof(watchpoint));
	for (unsigned n = 0; n < MIN(points_of(false), points_of(true)); n++)
		write_point(n);
	sysreg_write(mdscr_el1, 0);
	route(false);
	isb(); /* no debug exception from here on */
}

unsigned debug_points(void)
{
	unsigned set = 0;

	for (unsigned n = 0; n < POINTS; n++)
		set += !!breakpoint[n].control + !!watchpoint[n].control;
	return set;
}

void debug_stopped(struct fault_frame *frame)
{
	set_stepping(false);
	frame->spsr &= ~SPSR_SS;
	if (unmasked)
		frame->spsr |= SPSR_D;
	unmasked = false;
}

void debug_resume(struct fault_frame *frame, bool step)
{
	bool wanted = step || debug_points();

	unmasked = wanted && frame->spsr & SPSR_D;
	if (wanted)
		frame->spsr &= ~SPSR_D;
	if (step) {
		frame->spsr |= SPSR_SS;
		set_stepping(true);
	}
}

int debug_point(bool insert, unsigned type, vaddr_t va, uint64_t len)
{
	bool watch = type != 1;
	uint64_t value = watch ? ALIGN_DOWN(va, 8) : va;
	uint64_t control = DBGCR_E | (cpu_el() == 2 ? DBGCR_EL2 : DBGCR_PAC_EL1);

	if (!watch)
		control |= DBGBCR_BAS_ALL;
	else if (type < 2 || type > 4 || !len || len > 8 - va % 8)
		return -ENOTSUP;
	else
		control |= DBGWCR_LSC(type == 2   ? 2
				      : type == 3 ? 1
						  : 3) |
			   DBGWCR_BAS((BIT(len) - 1) << va % 8);
	for (unsigned n = 0; n < points_of(watch); n++) {
		uint64_t *v = watch ? &watchpoint[n].value : &breakpoint[n].value;
		uint64_t *c = watch ? &watchpoint[n].control : &breakpoint[n].control;

		if (insert ? *c : *c != control || *v != value)
			continue;
		*v = insert ? value : 0;
		*c = insert ? control : 0;
		write_point(n);
		return 0;
	}
	return insert ? -ENOSPC : 0;
}

/* The widest access that address and length allow: a device's register is read as one. */
static unsigned width_at(vaddr_t va, size_t len)
{
	for (unsigned width = 8; width > 1; width /= 2) {
		if (va % width == 0 && len >= width)
			return width;
	}
	return 1;
}

int debug_read(vaddr_t va, void *to, size_t len)
{
	for (unsigned width; len; va += width, len -= width, to = (char *)to + width) {
		uint64_t unit;

		width = width_at(va, len);
		if (guarded_copy(&unit, (const void *)va, width))
			return -EFAULT;
		memcpy(to, &unit, width);
	}
	return 0;
}

/*
 * A word of memory that the map has read-only.  No copy of its line may be in the cache while it
 * is written past it, and none that a prefetch brought in meanwhile may stay. debug_write() drops
 * instructions.
 */
static void poke(paddr_t pa, uint32_t word)
{
	uint64_t on, off = cpu_el() == 2 ? sysreg_read(sctlr_el2) : sysreg_read(sctlr_el1);

	on = off;
	off &= ~(SCTLR_EL1_M | SCTLR_EL1_C);
#define POKE(sctlr)                                                                           \
	__asm__ volatile("dc civac, %[pa]\n\tdsb sy\n\t"                                     \
			 "msr " sctlr ", %[off]\n\tisb\n\t"                                  \
			 "str %w[word], [%[pa]]\n\tdsb sy\n\t"                               \
			 "dc ivac, %[pa]\n\tdsb sy\n\t"                                      \
			 "msr " sctlr ", %[on]\n\tisb"                                        \
			 :                                                                   \
			 : [pa] "r"(pa), [word] "r"(word), [on] "r"(on), [off] "r"(off)      \
			 : "memory")
	if (cpu_el() == 2)
		POKE("sctlr_el2");
	else
		POKE("sctlr_el1");
}

static int poke_byte(vaddr_t va, uint8_t byte)
{
	vaddr_t at = ALIGN_DOWN(va, 4);
	unsigned shift = va % 4 * 8;
	uint64_t par;
	uint32_t word;

	if (debug_read(at, &word, sizeof(word)) || !cpu_at(at, false, &par) ||
	    FIELD_GET(63, 56, par) != MAIR_NORMAL_WB)
		return -EFAULT;
	word = (word & ~(0xffu << shift)) | (uint32_t)byte << shift;
	poke((par & PAR_PA) | at % 4096, word);
	return 0;
}

int debug_write(vaddr_t va, const void *from, size_t len)
{
	const vaddr_t start = va;
	const size_t all = len;
	uint64_t par;

	for (unsigned width; len; va += width, len -= width, from = (const char *)from + width) {
		uint64_t unit = 0;

		width = width_at(va, len);
		memcpy(&unit, from, width);
		if (cpu_at(va, false, &par) && !cpu_at(va, true, &par)) {
			width = 1;
			if (poke_byte(va, (uint8_t)unit))
				return -EFAULT;
		} else if (guarded_copy((void *)va, &unit, width)) {
			return -EFAULT;
		}
	}
	if (cpu_at(start, false, &par) && FIELD_GET(63, 56, par) == MAIR_NORMAL_WB)
		cache_sync_code((const void *)start, all);
	return 0;
}
