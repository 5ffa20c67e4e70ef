/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/entry_code.h"

#include <string.h>

#include "lib/base/le.h"

#define WINDOW_SIZE 1024 /* of the file, in memory at once: a read may be a DMA */
#define RUNS_MAX    128
#define PENDING_MAX 64
#define XZR         31

/* Bits 20:5 of MSR and MRS. Arm ARM, C5.1.2 "op0, op1, CRn, CRm, op2" */
#define SYSREG(op0, op1, crn, crm, op2) \
	((uint32_t)(op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define SYSREG_OP1(reg) ((reg) >> 11 & 7)
#define SYSREG_OP1_EL2  4
#define CURRENT_EL      SYSREG(3, 0, 4, 2, 2)
#define SCTLR_EL1       SYSREG(3, 0, 1, 0, 0)
#define SCTLR_EL2       SYSREG(3, 4, 1, 0, 0)
#define TTBR0_EL1       SYSREG(3, 0, 2, 0, 0)
#define TTBR1_EL1       SYSREG(3, 0, 2, 0, 1)
#define TTBR0_EL2       SYSREG(3, 4, 2, 0, 0)
/* ELR_ELx: the same but for op1 */
#define ELR_ANY_EL SYSREG(3, 0, 4, 0, 1)
#define ELR_MASK   (~SYSREG(0, 7, 0, 0, 0))

struct run {
	vaddr_t start, end;
};

/* A walk: code that was seen, code that is to be seen, and what registers hold in this run. */
struct walk {
	struct source *source;
	const struct elf_image *image;
	struct entry_code *code;
	struct why *why;
	int err;
	bool done;

	uint8_t window[WINDOW_SIZE];
	uint64_t window_at, window_size; /* in the file */

	struct run run[RUNS_MAX];
	unsigned run_count;
	vaddr_t pending[PENDING_MAX];
	unsigned pending_count;

	vaddr_t pc; /* of the instruction that is looked at */
	uint64_t value[31];
	uint32_t known; /* BIT(n): x<n> is value[n] ... */
	uint32_t fixed; /* ... and does not depend on where the code runs */
};

/* @size bytes of the file at a virtual address, or false: the path ends there. */
static bool read_code(struct walk *w, vaddr_t va, unsigned size, const uint8_t **bytes)
{
	const struct elf_segment *s = NULL;
	uint64_t off;

	for (unsigned i = 0; i < w->image->segment_count && !s; i++) {
		const struct elf_segment *t = &w->image->segment[i];

		if (va >= t->vaddr && va - t->vaddr < t->filesz &&
		    size <= t->filesz - (va - t->vaddr))
			s = t;
	}
	if (!s)
		return false;
	off = s->offset + (va - s->vaddr);
	if (off < w->window_at || off - w->window_at > w->window_size ||
	    size > w->window_size - (off - w->window_at)) {
		w->window_at = off;
		w->window_size = MIN(w->source->size - off, (uint64_t)WINDOW_SIZE);
		w->err = source_read(w->source, off, w->window, w->window_size, w->why);
		if (w->err) {
			w->window_size = 0;
			return false;
		}
	}
	*bytes = w->window + (off - w->window_at);
	return true;
}

/* What does not fit is forgotten: the walk is a look, and its end is as good anywhere. */
static void pend(struct walk *w, vaddr_t va)
{
	if (w->pending_count < PENDING_MAX)
		w->pending[w->pending_count++] = va;
}

/* A kernel linked high may give its physical addresses as constants. */
static vaddr_t as_linked(const struct walk *w, uint64_t address)
{
	for (unsigned i = 0; i < w->image->segment_count; i++) {
		const struct elf_segment *s = &w->image->segment[i];

		if (address >= s->vaddr && address - s->vaddr < s->memsz)
			return address;
	}
	for (unsigned i = 0; i < w->image->segment_count; i++) {
		const struct elf_segment *s = &w->image->segment[i];

		if (address >= s->paddr && address - s->paddr < s->memsz)
			return address - s->paddr + s->vaddr;
	}
	return address;
}

static void set_value(struct walk *w, unsigned reg, uint64_t value, bool fixed)
{
	if (reg == XZR)
		return;
	w->value[reg] = value;
	w->known |= (uint32_t)BIT(reg);
	w->fixed = fixed ? w->fixed | (uint32_t)BIT(reg) : w->fixed & ~(uint32_t)BIT(reg);
}

static void forget(struct walk *w, unsigned reg)
{
	w->known &= ~(uint32_t)BIT(reg);
}

/* Where a register leads, if that is known and can be gone to with the MMU off. */
static void pend_register(struct walk *w, unsigned reg)
{
	if (reg == XZR || !(w->known >> reg & 1))
		return;
	if (w->fixed >> reg & 1 && w->value[reg] & BIT(55))
		return;
	pend(w, as_linked(w, w->value[reg]));
}

static uint64_t sign_extend(uint64_t value, unsigned bits)
{
	uint64_t sign = BIT(bits - 1);

	return ((value & (2 * sign - 1)) ^ sign) - sign;
}

/* Branches. Return: the run ends here. */
static bool branch(struct walk *w, uint32_t insn, bool *is_branch)
{
	unsigned reg = insn >> 5 & 0x1f, kind;

	*is_branch = true;
	if ((insn & 0x7c000000) == 0x14000000) { /* B, BL */
		if (insn >> 31)
			pend(w, w->pc + 4);
		pend(w, w->pc + sign_extend((uint64_t)insn << 2, 28));
		return true;
	}
	if ((insn & 0xff000000) == 0x54000000 || /* B.cond, BC.cond */
	    (insn & 0x7e000000) == 0x34000000) { /* CBZ, CBNZ */
		pend(w, w->pc + sign_extend(insn >> 3 & 0x1ffffc, 21));
		return false;
	}
	if ((insn & 0x7e000000) == 0x36000000) { /* TBZ, TBNZ */
		pend(w, w->pc + sign_extend(insn >> 3 & 0xfffc, 16));
		return false;
	}
	*is_branch = (insn & 0xfe000000) == 0xd6000000;
	if (!*is_branch)
		return false;
	kind = insn >> 21 & 7;
	if (kind == 1) /* BLR, BLRAA */
		pend(w, w->pc + 4);
	if (kind <= 1) /* BR, BRAA too; RET and ERET lead to what is pending */
		pend_register(w, reg);
	return true;
}

static void write_sysreg(struct walk *w, uint32_t reg, unsigned from)
{
	static const struct {
		uint32_t reg;
		const char *name;
	} ttbr[] = {
		{ TTBR0_EL1, "TTBR0_EL1" },
		{ TTBR1_EL1, "TTBR1_EL1" },
		{ TTBR0_EL2, "TTBR0_EL2" },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(ttbr) && !w->code->ttbr; i++) {
		if (ttbr[i].reg != reg)
			continue;
		w->code->ttbr = ttbr[i].name;
		w->code->at = w->pc;
	}
	if ((reg & ELR_MASK) == ELR_ANY_EL)
		pend_register(w, from);
	if (w->code->ttbr && (reg == SCTLR_EL1 || reg == SCTLR_EL2))
		w->done = true;
}

static bool system_register(struct walk *w, uint32_t insn)
{
	uint32_t reg = insn >> 5 & 0xffff;
	bool reads = insn >> 21 & 1;

	if ((insn & 0xffd00000) != 0xd5100000)
		return false;
	w->code->knows_el2 |= (reads && reg == CURRENT_EL) ||
			      (reg >> 14 == 3 && SYSREG_OP1(reg) == SYSREG_OP1_EL2);
	if (reads)
		forget(w, insn & 0x1f);
	else
		write_sysreg(w, reg, insn & 0x1f);
	return true;
}

/* What makes an address; of all else only that it may change its register. */
static void compute(struct walk *w, uint32_t insn)
{
	unsigned rd = insn & 0x1f, rn = insn >> 5 & 0x1f;
	uint64_t imm = sign_extend((insn >> 3 & 0x1ffffc) | (insn >> 29 & 3), 21);
	const uint8_t *bytes;

	if ((insn & 0x9f000000) == 0x10000000) { /* ADR */
		set_value(w, rd, w->pc + imm, false);
	} else if ((insn & 0x9f000000) == 0x90000000) { /* ADRP */
		set_value(w, rd, ALIGN_DOWN(w->pc, 4 * KIB) + (imm << 12), false);
	} else if ((insn & 0xff800000) == 0x91000000 && rn != XZR && w->known >> rn & 1) {
		imm = insn >> 10 & 0xfff; /* ADD (immediate) */
		set_value(w, rd, w->value[rn] + (insn >> 22 & 1 ? imm << 12 : imm),
			  w->fixed >> rn & 1);
	} else if ((insn & 0xff000000) == 0x58000000 && /* LDR (literal) */
		   read_code(w, w->pc + sign_extend(insn >> 3 & 0x1ffffc, 21), 8, &bytes)) {
		set_value(w, rd, get_le64(bytes), true);
	} else if ((insn & 0xffc00000) == 0xf9400000 && rn != XZR && w->known >> rn & 1 &&
		   read_code(w, as_linked(w, w->value[rn]) + (insn >> 7 & 0x7ff8), 8, &bytes)) {
		set_value(w, rd, get_le64(bytes), true); /* LDR (immediate): a table of functions */
	} else {
		forget(w, rd);
		if ((insn & 0x3a000000) == 0x28000000) /* a pair */
			forget(w, insn >> 10 & 0x1f);
	}
}

/* Return: the run goes on with the next instruction */
static bool step(struct walk *w, uint32_t insn)
{
	bool is_branch, ends = branch(w, insn, &is_branch);

	if (is_branch)
		return !ends;
	if (insn >> 16 == 0) /* UDF */
		return false;
	if (!system_register(w, insn))
		compute(w, insn);
	return !w->done;
}

/* Straight code from w->pc on, until it ends or comes to what was seen. */
static void walk_run(struct walk *w)
{
	vaddr_t stop = UINT64_MAX;
	struct run *run;

	for (unsigned i = 0; i < w->run_count; i++) {
		if (w->pc >= w->run[i].start && w->pc < w->run[i].end)
			return;
		if (w->run[i].start > w->pc)
			stop = MIN(stop, w->run[i].start);
	}
	if (w->pc % 4 || w->run_count == RUNS_MAX)
		return;
	run = &w->run[w->run_count++];
	*run = (struct run){ w->pc, w->pc };
	w->known = 0;
	while (w->code->walked < ENTRY_CODE_MAX && w->pc < stop) {
		const uint8_t *bytes;
		bool goes_on;

		if (!read_code(w, w->pc, 4, &bytes))
			return;
		w->code->walked++;
		goes_on = step(w, get_le32(bytes));
		w->pc += 4;
		run->end = w->pc;
		if (!goes_on)
			return;
	}
}

int entry_code_walk(struct source *source, const struct elf_image *image, vaddr_t entry,
		    struct entry_code *code, struct why *why)
{
	struct walk w = { .source = source, .image = image, .code = code, .why = why };

	memset(code, 0, sizeof(*code));
	pend(&w, as_linked(&w, entry));
	/* only an instruction that was not seen before adds to what is pending, so this ends */
	while (w.pending_count && !w.done && code->walked < ENTRY_CODE_MAX) {
		w.pc = w.pending[--w.pending_count];
		walk_run(&w);
		if (w.err)
			return w.err;
	}
	return 0;
}
