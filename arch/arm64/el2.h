/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What EL2 must hold before EL1 is entered (HCR_EL2.E2H = 0): rules as data, a pure function
 * that turns them and a CPU's ID registers into a list of writes, and a few lines that apply the
 * list.
 *
 * Every register is written whole: one value made of all rules for it that apply, nothing taken
 * over from reset or from an earlier stage.  A register that does not exist here is not in the
 * list.
 *
 * Spec: Arm ARM DDI 0487 K.a; the Linux arm64 boot requirements
 *       (Documentation/arch/arm64/booting.rst)
 */
#pragma once

#include "arch/arm64/id_regs.h"
#include "lib/types.h"

#define EL2_ISB	       BIT(0) /* what is written next depends on this write: isb after it */
#define EL2_IF_SRE     BIT(1) /* only if ICC_SRE_EL2.SRE reads back 1: EL3 may have withheld it */
#define EL2_BY_HANDOFF BIT(2) /* not by el2_apply(): the hand-off's last instructions own it */

/* clang-format off */
/*
 * X(register, flags, op0, op1, CRn, CRm, op2), in the order of application:
 *  - HCR_EL2 first: E2H decides how CPTR_EL2, CNTHCTL_EL2 and the _EL1 names below are understood.
 *  - CPTR_EL2 before the SVE and SME registers, whose access at EL2 it traps.
 *  - ICC_SRE_EL2 before ICH_HCR_EL2, which is UNDEFINED until SRE is in force.
 */
#define EL2_REGS(X) \
	X(HCR_EL2, EL2_ISB, 3, 4, 1, 1, 0) \
	X(HCRX_EL2, 0, 3, 4, 1, 2, 2) \
	X(CPTR_EL2, EL2_ISB, 3, 4, 1, 1, 2) \
	X(ZCR_EL2, 0, 3, 4, 1, 2, 0) \
	X(SMCR_EL2, 0, 3, 4, 1, 2, 6) \
	X(SMPRIMAP_EL2, 0, 3, 4, 1, 2, 5) \
	X(SMPRI_EL1, 0, 3, 0, 1, 2, 4) \
	X(HSTR_EL2, 0, 3, 4, 1, 1, 3) \
	X(VPIDR_EL2, 0, 3, 4, 0, 0, 0) \
	X(VMPIDR_EL2, 0, 3, 4, 0, 0, 5) \
	X(VTTBR_EL2, 0, 3, 4, 2, 1, 0) \
	X(CNTHCTL_EL2, 0, 3, 4, 14, 1, 0) \
	X(CNTVOFF_EL2, 0, 3, 4, 14, 0, 3) \
	X(CNTHP_CTL_EL2, 0, 3, 4, 14, 2, 1) \
	X(CNTHV_CTL_EL2, 0, 3, 4, 14, 3, 1) \
	X(CNTP_CTL_EL0, 0, 3, 3, 14, 2, 1) \
	X(MDCR_EL2, 0, 3, 4, 1, 1, 1) \
	X(PMSCR_EL2, 0, 3, 4, 9, 9, 0) \
	X(TRFCR_EL2, 0, 3, 4, 1, 2, 1) \
	X(BRBCR_EL2, 0, 2, 4, 9, 0, 0) \
	X(ICC_SRE_EL2, EL2_ISB, 3, 4, 12, 9, 5) \
	X(ICH_HCR_EL2, EL2_IF_SRE, 3, 4, 12, 11, 0) \
	X(ICH_VCTLR_EL2, 0, 3, 4, 12, 11, 4) \
	X(ICH_HFGRTR_EL2, 0, 3, 4, 12, 9, 4) \
	X(ICH_HFGWTR_EL2, 0, 3, 4, 12, 9, 6) \
	X(ICH_HFGITR_EL2, 0, 3, 4, 12, 9, 7) \
	X(HFGRTR_EL2, 0, 3, 4, 1, 1, 4) \
	X(HFGWTR_EL2, 0, 3, 4, 1, 1, 5) \
	X(HFGITR_EL2, 0, 3, 4, 1, 1, 6) \
	X(HDFGRTR_EL2, 0, 3, 4, 3, 1, 4) \
	X(HDFGWTR_EL2, 0, 3, 4, 3, 1, 5) \
	X(HAFGRTR_EL2, 0, 3, 4, 3, 1, 6) \
	X(HFGRTR2_EL2, 0, 3, 4, 3, 1, 2) \
	X(HFGWTR2_EL2, 0, 3, 4, 3, 1, 3) \
	X(HFGITR2_EL2, 0, 3, 4, 3, 1, 7) \
	X(HDFGRTR2_EL2, 0, 3, 4, 3, 1, 0) \
	X(HDFGWTR2_EL2, 0, 3, 4, 3, 1, 1) \
	X(MPAM2_EL2, 0, 3, 4, 10, 5, 0) \
	X(MPAMHCR_EL2, 0, 3, 4, 10, 4, 0) \
	X(LORC_EL1, 0, 3, 0, 10, 4, 3) \
	X(AMCNTENSET0_EL0, 0, 3, 3, 13, 2, 5) \
	X(AMCNTENSET1_EL0, 0, 3, 3, 13, 3, 1) \
	X(GCSCR_EL2, 0, 3, 4, 2, 5, 0) \
	X(SCTLR_EL2, EL2_BY_HANDOFF, 3, 4, 1, 0, 0) \
	X(SCTLR_EL1, EL2_BY_HANDOFF, 3, 0, 1, 0, 0)

/* The same for el1_plan(). */
#define EL1_REGS(X) \
	X(CPACR_EL1, 0, 3, 0, 1, 0, 2) \
	X(MDSCR_EL1, 0, 2, 0, 0, 2, 2) \
	X(CNTKCTL_EL1, 0, 3, 0, 14, 1, 0) \
	X(CNTV_CTL_EL0, 0, 3, 3, 14, 3, 1) \
	X(CONTEXTIDR_EL1, 0, 3, 0, 13, 0, 1) \
	X(PMUSERENR_EL0, 0, 3, 3, 9, 14, 0) \
	X(AMUSERENR_EL0, 0, 3, 3, 13, 2, 3) \
	X(TCR2_EL1, 0, 3, 0, 2, 0, 3) \
	X(SCTLR2_EL1, 0, 3, 0, 1, 0, 3) \
	X(GCSCR_EL1, 0, 3, 0, 2, 5, 0) \
	X(GCSCRE0_EL1, 0, 3, 0, 2, 5, 2) \
	X(TPIDR2_EL0, 0, 3, 3, 13, 0, 5) \
	X(TPIDRRO_EL0, 0, 3, 3, 13, 0, 3) \
	X(TPIDR_EL0, 0, 3, 3, 13, 0, 2) \
	X(TPIDR_EL1, 0, 3, 0, 13, 0, 4)
/* clang-format on */

#define EL2_REGS_ENUM_(name, flags, op0, op1, crn, crm, op2) EL2_REG_##name,
enum el2_reg { EL2_REGS(EL2_REGS_ENUM_) EL1_REGS(EL2_REGS_ENUM_) EL2_REG_COUNT };

#define EL2_WRITES_MAX EL2_REG_COUNT

/** struct el2_write - one register and the whole value it gets */
struct el2_write {
	enum el2_reg reg;
	uint8_t flags;
	uint64_t value;
};

enum el2_gate_kind {
	EL2_GATE_NONE,
	EL2_GATE_MIN,	/* field >= value, unsigned */
	EL2_GATE_MIN_S, /* field >= value, the field a signed number: 0xf means absent */
	EL2_GATE_MIN_I, /* field >= value and not 0xf, which means "not as the architecture says" */
	EL2_GATE_IS,	/* field == value */
};

/**
 * struct el2_gate - a condition on bits hi:lo of one ID register
 *
 * Arrays, not pointers, here and in the rules: the table needs no relocation.
 */
struct el2_gate {
	char field[12];
	uint8_t reg, hi, lo, kind, value;
};

#define EL2_GATES 3

/**
 * struct el2_rule - where every gate holds, @reg loses @clear, gains @set, and gains the copied
 * field
 * @what: in words
 * @copy: bits from_hi:from_lo of ID register @from go to bits from @to on; from_hi 0: nothing is
 *        copied
 * @spec: where it is written down: an Arm ARM section, or the paragraph of booting.rst
 *        ("boot: ...")
 */
struct el2_rule {
	char what[36];
	char spec[16];
	uint8_t reg;
	struct {
		uint8_t from, from_hi, from_lo, to;
	} copy;
	struct el2_gate gate[EL2_GATES];
	uint64_t clear, set;
};

extern const struct el2_rule el2_rules[], el1_rules[];
extern const unsigned el2_rules_count, el1_rules_count;

/** el2_gate_value() - what the gate's field holds here */
uint64_t el2_gate_value(const struct el2_gate *gate, const struct id_regs *ids);

/** el2_gate_holds() - true where the gate is open here; a gate of kind NONE always is */
bool el2_gate_holds(const struct el2_gate *gate, const struct id_regs *ids);

/** el2_rule_applies() - true where all gates hold */
bool el2_rule_applies(const struct el2_rule *rule, const struct id_regs *ids);

/** el2_rule_value() - the bits that an applying rule adds: @set and the copied field */
uint64_t el2_rule_value(const struct el2_rule *rule, const struct id_regs *ids);

/**
 * el2_plan() - everything that EL2 needs before an eret to EL1
 * @ids: of the CPU that will apply it
 * @out: writes in order of application, each register once
 *
 * SCTLR_EL2 and SCTLR_EL1 are in the list, with their values for an MMU that is off, but flagged
 * EL2_BY_HANDOFF: the first turns off the map that Loft runs in, the second is another where the
 * kernel is entered mapped.  VBAR_EL2, SPSR_EL2, ELR_EL2 and the translation registers of EL1 are
 * the hand-off's and not in the list.
 *
 * Return: number of writes.
 */
unsigned el2_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX]);

/**
 * el1_plan() - registers of EL1 that a kernel shall find sane, whether Loft hands over from EL2
 * or from EL1
 *
 * TPIDR_EL0, which the C library may use for errno, becomes 0: nothing of the C library after it.
 */
unsigned el1_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX]);

/**
 * el2_has_nvhe() - false where HCR_EL2.E2H is fixed at 1
 *
 * Such a CPU enters EL1 by other layouts of the same registers, not by these rules.
 */
bool el2_has_nvhe(const struct id_regs *ids);

/** el2_reg_name() - "HCR_EL2", ... */
const char *el2_reg_name(enum el2_reg reg);

/**
 * el2_apply() - write a plan's registers on this CPU
 * @writes: from el2_plan() (at EL2 only) or el1_plan() (at EL1 or EL2)
 * @count:  number of writes
 *
 * Leaves out what is flagged EL2_BY_HANDOFF, and what is flagged EL2_IF_SRE unless
 * ICC_SRE_EL2.SRE reads back 1.  The registers act on EL1; the eret that enters it synchronises
 * them.
 */
void el2_apply(const struct el2_write *writes, unsigned count);
