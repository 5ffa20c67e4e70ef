/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room arch/arm64/el2: what EL2 owes EL1, by rules over ID registers.
 * In:    ID registers
 * Out:   registers and values, and their writing
 * Uses:  mmu, cpu
 */
/*
 * What EL2 must hold before EL1 is entered (HCR_EL2.E2H = 0), and what else before a kernel is
 * entered at EL2 itself (E2H = TGE = 1): rules as data, a pure function that turns them and a
 * CPU's ID registers into a list of writes, and a few lines that apply the list.
 *
 * Every register is written whole: one value made of all rules for it that apply, nothing taken
 * over from reset or from an earlier stage.  A register that does not exist here is not in the
 * list.
 *
 * Spec: Arm ARM DDI 0487 K.a; the Linux arm64 boot requirements
 *       (Documentation/arch/arm64/booting.rst)
 */
#pragma once

#include "arch/arm64/el2/id_regs.h"
#include "lib/base/types.h"

#define EL2_ISB	       BIT(0) /* what is written next depends on this write: isb after it */
#define EL2_IF_SRE     BIT(1) /* only if ICC_SRE_EL2.SRE reads back 1: EL3 may have withheld it */
#define EL2_BY_HANDOFF BIT(2) /* not by el2_apply(): the hand-off's last instructions own it */
#define EL2_E2H	       BIT(3) /* its layout is E2H's, or it is E2H: see el2_apply() */
/*
 * The Linux boot requirements do not oblige an EL3 to give it away: MPAM3_EL3.TRAPLOWER,
 * SCR_EL3.SCTLR2En and SCR_EL3.TLOR make of an access an exception that firmware does not expect,
 * and the machine dies without a word. Written only where there is no EL3, or where it is Loft's:
 * el2_may_write().
 */
#define EL2_EL3_MAY_TRAP BIT(4)

/* clang-format off */
/*
 * X(register, flags, op0, op1, CRn, CRm, op2), in the order of application:
 *  - HCR_EL2 first: E2H decides how CPTR_EL2, CNTHCTL_EL2 and the _EL1 names below are understood.
 *  - CPTR_EL2 before the SVE and SME registers, whose access at EL2 it traps.
 *  - ICC_SRE_EL2 before ICH_HCR_EL2, which is UNDEFINED until SRE is in force.
 */
#define EL2_REGS(X) \
	X(HCR_EL2, EL2_ISB | EL2_E2H, 3, 4, 1, 1, 0) \
	X(HCRX_EL2, 0, 3, 4, 1, 2, 2) \
	X(CPTR_EL2, EL2_ISB | EL2_E2H, 3, 4, 1, 1, 2) \
	X(ZCR_EL2, 0, 3, 4, 1, 2, 0) \
	X(SMCR_EL2, 0, 3, 4, 1, 2, 6) \
	X(SMPRIMAP_EL2, 0, 3, 4, 1, 2, 5) \
	X(SMPRI_EL1, 0, 3, 0, 1, 2, 4) \
	X(HSTR_EL2, 0, 3, 4, 1, 1, 3) \
	X(VPIDR_EL2, 0, 3, 4, 0, 0, 0) \
	X(VMPIDR_EL2, 0, 3, 4, 0, 0, 5) \
	X(VTTBR_EL2, 0, 3, 4, 2, 1, 0) \
	X(CNTHCTL_EL2, EL2_E2H, 3, 4, 14, 1, 0) \
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
	X(MPAM2_EL2, EL2_EL3_MAY_TRAP, 3, 4, 10, 5, 0) \
	X(MPAMHCR_EL2, EL2_EL3_MAY_TRAP, 3, 4, 10, 4, 0) \
	X(LORC_EL1, EL2_EL3_MAY_TRAP, 3, 0, 10, 4, 3) \
	X(AMCNTENSET0_EL0, 0, 3, 3, 13, 2, 5) \
	X(AMCNTENSET1_EL0, 0, 3, 3, 13, 3, 1) \
	X(GCSCR_EL2, 0, 3, 4, 2, 5, 0) \
	X(CONTEXTIDR_EL2, 0, 3, 4, 13, 0, 1) \
	X(TPIDR_EL2, 0, 3, 4, 13, 0, 2) \
	X(TCR2_EL2, 0, 3, 4, 2, 0, 3) \
	X(SCTLR2_EL2, EL2_EL3_MAY_TRAP, 3, 4, 1, 0, 3) \
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
	X(SCTLR2_EL1, EL2_EL3_MAY_TRAP, 3, 0, 1, 0, 3) \
	X(GCSCR_EL1, 0, 3, 0, 2, 5, 0) \
	X(GCSCRE0_EL1, 0, 3, 0, 2, 5, 2) \
	X(TPIDR2_EL0, 0, 3, 3, 13, 0, 5) \
	X(TPIDRRO_EL0, 0, 3, 3, 13, 0, 3) \
	X(TPIDR_EL0, 0, 3, 3, 13, 0, 2) \
	X(TPIDR_EL1, 0, 3, 0, 13, 0, 4)

/* The same for el3_plan(): CPTR_EL3 before the SVE and SME registers, whose access it traps. */
#define EL3_REGS(X) \
	X(SCR_EL3, EL2_ISB, 3, 6, 1, 1, 0) \
	X(CPTR_EL3, EL2_ISB, 3, 6, 1, 1, 2) \
	X(ZCR_EL3, 0, 3, 6, 1, 2, 0) \
	X(SMCR_EL3, 0, 3, 6, 1, 2, 6) \
	X(MDCR_EL3, 0, 3, 6, 1, 3, 1) \
	X(MPAM3_EL3, 0, 3, 6, 10, 5, 0) \
	X(SCTLR2_EL3, 0, 3, 6, 1, 0, 3) \
	X(GCSCR_EL3, 0, 3, 6, 2, 5, 0) \
	X(ICC_SRE_EL3, EL2_ISB, 3, 6, 12, 12, 5) \
	X(ICC_CTLR_EL3, 0, 3, 6, 12, 12, 4) \
	X(ICC_IGRPEN1_EL3, 0, 3, 6, 12, 12, 7)
/* clang-format on */

#define EL2_REGS_ENUM_(name, flags, op0, op1, crn, crm, op2) EL2_REG_##name,
enum el2_reg {
	EL2_REGS(EL2_REGS_ENUM_) EL1_REGS(EL2_REGS_ENUM_) EL3_REGS(EL2_REGS_ENUM_) EL2_REG_COUNT
};

#define EL2_WRITES_MAX EL2_REG_COUNT

/** struct el2_write - one register and the whole value it gets */
struct el2_write {
	enum el2_reg reg;
	uint8_t flags;
	uint64_t value;
};

/* clang-format off */
/* X(ID register, field): the fields that rules ask for, or copy; their bits are in sysreg_id.h. */
#define EL2_FIELDS(X) \
	X(MIDR_EL1, ALL) X(MPIDR_EL1, ALL) X(PMCR_EL0, N) \
	X(ID_AA64PFR0_EL1, CSV2) X(ID_AA64PFR0_EL1, AMU) X(ID_AA64PFR0_EL1, MPAM) \
	X(ID_AA64PFR0_EL1, SVE) X(ID_AA64PFR0_EL1, RAS) X(ID_AA64PFR0_EL1, GIC) \
	X(ID_AA64PFR0_EL1, EL3) X(ID_AA64PFR0_EL1, EL2) \
	X(ID_AA64PFR1_EL1, PFAR) X(ID_AA64PFR1_EL1, THE) X(ID_AA64PFR1_EL1, GCS) \
	X(ID_AA64PFR1_EL1, CSV2_frac) X(ID_AA64PFR1_EL1, SME) X(ID_AA64PFR1_EL1, MPAM_frac) \
	X(ID_AA64PFR1_EL1, RAS_frac) X(ID_AA64PFR1_EL1, MTE) \
	X(ID_AA64PFR2_EL1, FPMR) X(ID_AA64PFR2_EL1, GCIE) X(ID_AA64SMFR0_EL1, FA64) \
	X(ID_AA64DFR0_EL1, BRBE) X(ID_AA64DFR0_EL1, TraceBuffer) X(ID_AA64DFR0_EL1, TraceFilt) \
	X(ID_AA64DFR0_EL1, PMSVer) X(ID_AA64DFR0_EL1, SEBEP) X(ID_AA64DFR0_EL1, PMSS) \
	X(ID_AA64DFR0_EL1, PMUVer) X(ID_AA64DFR0_EL1, DebugVer) \
	X(ID_AA64DFR1_EL1, EBEP) X(ID_AA64DFR1_EL1, ITE) X(ID_AA64DFR1_EL1, PMICNTR) \
	X(ID_AA64DFR1_EL1, SPMU) X(ID_AA64DFR2_EL1, SPE_nVM) X(ID_AA64DFR2_EL1, STEP) \
	X(ID_AA64ISAR1_EL1, LS64) X(ID_AA64ISAR1_EL1, GPI) X(ID_AA64ISAR1_EL1, GPA) \
	X(ID_AA64ISAR1_EL1, API) X(ID_AA64ISAR1_EL1, APA) \
	X(ID_AA64ISAR2_EL1, MOPS) X(ID_AA64ISAR2_EL1, APA3) X(ID_AA64ISAR2_EL1, GPA3) \
	X(ID_AA64ISAR3_EL1, PACM) X(ID_AA64MMFR0_EL1, FGT) X(ID_AA64MMFR0_EL1, ECV) \
	X(ID_AA64MMFR1_EL1, HCX) X(ID_AA64MMFR1_EL1, LO) X(ID_AA64MMFR1_EL1, VH) \
	X(ID_AA64MMFR3_EL1, D128) X(ID_AA64MMFR3_EL1, AIE) X(ID_AA64MMFR3_EL1, S2POE) \
	X(ID_AA64MMFR3_EL1, S1POE) X(ID_AA64MMFR3_EL1, S1PIE) X(ID_AA64MMFR3_EL1, SCTLRX) \
	X(ID_AA64MMFR3_EL1, TCRX) X(ID_AA64MMFR4_EL1, PoPS) \
	X(PMBIDR_EL1, P) X(PMSIDR_EL1, FDS) X(TRBIDR_EL1, MPAM) X(TRBIDR_EL1, P) \
	X(MPAMIDR_EL1, HAS_HCR) X(SMIDR_EL1, SMPS) X(AMCGCR_EL0, CG1NC)

/* X(name, text): where rules are written down; "boot" is booting.rst, by its paragraphs. */
#define EL2_SPECS(X) \
	X(SYS, "Arm ARM D24.2") X(DEBUG, "Arm ARM D24.3") X(PMU, "Arm ARM D24.5") \
	X(AMU, "Arm ARM D24.6") X(SPE, "Arm ARM D24.7") X(TIMER, "Arm ARM D24.10") \
	X(GIC, "IHI 0069 H, 12.4") X(GIC5, "AES 0070") \
	X(BOOT_TIMERS, "boot: timers") X(BOOT_PAUTH, "boot: PAuth") X(BOOT_MTE, "boot: MTE2") \
	X(BOOT_FP, "boot: FP, AMU") X(BOOT_SVE, "boot: SVE") X(BOOT_SME, "boot: SME") \
	X(BOOT_FA64, "boot: SME_FA64") X(BOOT_SME2, "boot: SME2") X(BOOT_MOPS, "boot: MOPS") \
	X(BOOT_TCR2, "boot: TCR2") X(BOOT_PIE, "boot: S1PIE") X(BOOT_GCS, "boot: GCS") \
	X(BOOT_BRBE, "boot: BRBE") X(BOOT_PMU, "boot: PMUv3p9") X(BOOT_FDS, "boot: SPE_FDS") \
	X(BOOT_GIC, "boot: GICv3") X(BOOT_GIC5, "boot: GICv5") X(BOOT_AMU, "boot: AMU") \
	X(BOOT_EL3, "boot: EL3") X(BOOT_FGT, "boot: FGT") X(BOOT_ECV, "boot: ECV") \
	X(BOOT_HCX, "boot: HCX") X(BOOT_SPE, "boot: SPE") X(BOOT_TRBE, "boot: TRBE") \
	X(BOOT_DEBUG, "boot: Debugv8p9")
/* clang-format on */

#define EL2_FIELDS_ENUM_(reg, field) EL2_FIELD_##reg##_##field,
enum el2_field { EL2_FIELD_NONE, EL2_FIELDS(EL2_FIELDS_ENUM_) EL2_FIELD_COUNT };

#define EL2_SPECS_ENUM_(name, text) EL2_SPEC_##name,
enum el2_spec { EL2_SPECS(EL2_SPECS_ENUM_) EL2_SPEC_COUNT };

enum el2_gate_kind {
	EL2_GATE_NONE,
	EL2_GATE_MIN,   /* field >= value, unsigned */
	EL2_GATE_MIN_I, /* field >= value and not 0xf: "implementation defined" */
	EL2_GATE_IS,    /* field == value */
};

/** struct el2_gate - a condition on one field of an ID register */
struct el2_gate {
	uint8_t field;
	uint8_t kind : 3, value : 5;
};

#define EL2_GATES 3

/**
 * struct el2_rule - where every gate holds, @reg gains @bits, or loses them
 * @spec:   enum el2_spec
 * @reg:    enum el2_reg
 * @reg2:   the other of a pair, such as read and write traps, that gains the same; or @reg
 * @clears: @bits go instead of being set
 * @copy:   this field of an ID register is added to @bits, at bit @to; EL2_FIELD_NONE: nothing is
 *
 * Small, since there are many.
 */
struct el2_rule {
	uint8_t spec, reg, reg2, clears, copy, to;
	struct el2_gate gate[EL2_GATES];
	uint64_t bits;
};

extern const struct el2_rule el2_rules[], vhe_rules[], el1_rules[];
extern const unsigned el2_rules_count, vhe_rules_count, el1_rules_count;

/** el2_rule_what() - a rule of el2_rules, vhe_rules or el1_rules in words */
const char *el2_rule_what(const struct el2_rule *rule);

/** el2_gate_value() - what the gate's field holds here */
uint64_t el2_gate_value(const struct el2_gate *gate, const struct id_regs *ids);

/** el2_gate_holds() - true where the gate is open here; a gate of kind NONE always is */
bool el2_gate_holds(const struct el2_gate *gate, const struct id_regs *ids);

/** el2_rule_applies() - true where all gates hold */
bool el2_rule_applies(const struct el2_rule *rule, const struct id_regs *ids);

/** el2_rule_value() - the bits that an applying rule sets or clears, the copied field included */
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
 * el2_plan_vhe() - everything that a kernel at EL2 with VHE shall find: vhe_rules after el2_rules
 *
 * Guests of that kernel start from what el2_plan() would give EL1. As there, translation registers
 * are the hand-off's; SCTLR_EL2 is the value while it switches.
 */
unsigned el2_plan_vhe(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX]);

/** el2_has_vhe() - true where HCR_EL2.E2H can be 1 */
bool el2_has_vhe(const struct id_regs *ids);

/**
 * el1_plan() - registers of EL1 that a kernel shall find sane, whether Loft hands over from EL2
 * or from EL1
 *
 * TPIDR_EL0, which the C library may use for errno, becomes 0: nothing of the C library after it.
 */
unsigned el1_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX]);

/**
 * el2_plan_by() - what some rules, and after them @more, come to for a CPU
 *
 * The machinery of every plan. Return: number of writes
 */
unsigned el2_plan_by(const struct el2_rule *rules, unsigned count, const struct el2_rule *more,
		     unsigned more_count, const struct id_regs *ids, struct el2_write *out);

/** el2_planned() - the value that a plan of @count writes has for @reg, or @otherwise */
uint64_t el2_planned(const struct el2_write *writes, unsigned count, enum el2_reg reg,
		     uint64_t otherwise);

/**
 * el2_has_nvhe() - false where HCR_EL2.E2H is fixed at 1
 *
 * Such a CPU enters EL1 by other layouts of the same registers, not by these rules; EL2 as
 * el2_plan_vhe() says.
 */
bool el2_has_nvhe(const struct id_regs *ids);

/** el2_reg_name(), el2_spec_name() - "HCR_EL2", "Arm ARM D24.2" */
const char *el2_reg_name(enum el2_reg reg);
const char *el2_spec_name(enum el2_spec spec);

/** el2_field_name() - "TraceBuffer"; *@reg becomes the ID register that holds it */
const char *el2_field_name(enum el2_field field, enum id_reg *reg);

/**
 * el2_may_write() - false where the EL3 above may trap it, and nothing obliges it not to
 * @write:   of a plan
 * @pfr0:    ID_AA64PFR0_EL1 of this CPU
 * @own_el3: EL3 is Loft's own monitor, or this is EL3
 */
bool el2_may_write(const struct el2_write *write, uint64_t pfr0, bool own_el3);

/** el2_own_el3() - is EL3 Loft's own, or where this runs? */
bool el2_own_el3(void);

/**
 * el2_apply() - write a plan's registers on this CPU
 * @writes: from el3_plan() (at EL3 only), el2_plan(), el2_plan_vhe() (at EL2 only) or el1_plan()
 *          (at EL1 or EL2)
 * @count:  number of writes
 *
 * Leaves out what is flagged EL2_BY_HANDOFF, and what is flagged EL2_IF_SRE unless
 * ICC_SRE_EL2.SRE reads back 1, and what el2_may_write() says.
 * Where the plan's HCR_EL2.E2H is not the present one, what is
 * flagged EL2_E2H is left out too: Loft's own map ends with the change, so the hand-off makes it.
 * That leaves CPTR_EL2's traps as they are: apply el2_plan() first then.  The registers act on
 * EL1; the eret that enters it synchronises them.
 */
void el2_apply(const struct el2_write *writes, unsigned count);
