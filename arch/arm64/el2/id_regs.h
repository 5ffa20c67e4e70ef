/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a CPU says about itself, as one value that functions take and tests make up.
 *
 * ID_SPACE_REGS can be read on any Armv8-A CPU: encodings that it does not know are reserved ID
 * space, which reads as zero.  ID_FEATURE_REGS exist only with a feature and are 0 here without
 * it; they are read at EL2 alone, since a hypervisor above EL1 may answer them with an
 * exception.  Arm ARM DDI 0487 K.a, D24.1.3
 */
#pragma once

#include "lib/base/types.h"

/* clang-format off */
/* X(register, member of struct id_regs, op0, op1, CRn, CRm, op2) */
#define ID_SPACE_REGS(X) \
	X(MIDR_EL1, midr, 3, 0, 0, 0, 0) \
	X(MPIDR_EL1, mpidr, 3, 0, 0, 0, 5) \
	X(ID_AA64PFR0_EL1, pfr0, 3, 0, 0, 4, 0) \
	X(ID_AA64PFR1_EL1, pfr1, 3, 0, 0, 4, 1) \
	X(ID_AA64PFR2_EL1, pfr2, 3, 0, 0, 4, 2) \
	X(ID_AA64ZFR0_EL1, zfr0, 3, 0, 0, 4, 4) \
	X(ID_AA64SMFR0_EL1, smfr0, 3, 0, 0, 4, 5) \
	X(ID_AA64DFR0_EL1, dfr0, 3, 0, 0, 5, 0) \
	X(ID_AA64DFR1_EL1, dfr1, 3, 0, 0, 5, 1) \
	X(ID_AA64DFR2_EL1, dfr2, 3, 0, 0, 5, 2) \
	X(ID_AA64ISAR0_EL1, isar0, 3, 0, 0, 6, 0) \
	X(ID_AA64ISAR1_EL1, isar1, 3, 0, 0, 6, 1) \
	X(ID_AA64ISAR2_EL1, isar2, 3, 0, 0, 6, 2) \
	X(ID_AA64ISAR3_EL1, isar3, 3, 0, 0, 6, 3) \
	X(ID_AA64MMFR0_EL1, mmfr0, 3, 0, 0, 7, 0) \
	X(ID_AA64MMFR1_EL1, mmfr1, 3, 0, 0, 7, 1) \
	X(ID_AA64MMFR2_EL1, mmfr2, 3, 0, 0, 7, 2) \
	X(ID_AA64MMFR3_EL1, mmfr3, 3, 0, 0, 7, 3) \
	X(ID_AA64MMFR4_EL1, mmfr4, 3, 0, 0, 7, 4) \
	X(CTR_EL0, ctr, 3, 3, 0, 0, 1) \
	X(CNTFRQ_EL0, cntfrq, 3, 3, 14, 0, 0)

#define ID_FEATURE_REGS(X) \
	X(PMCR_EL0, pmcr_el0, 3, 3, 9, 12, 0) \
	X(PMBIDR_EL1, pmbidr, 3, 0, 9, 10, 7) \
	X(PMSIDR_EL1, pmsidr, 3, 0, 9, 9, 7) \
	X(TRBIDR_EL1, trbidr, 3, 0, 9, 11, 7) \
	X(MPAMIDR_EL1, mpamidr, 3, 0, 10, 4, 4) \
	X(SMIDR_EL1, smidr, 3, 1, 0, 0, 6) \
	X(AMCGCR_EL0, amcgcr, 3, 3, 13, 2, 2)
/* clang-format on */

#define ID_REGS_ENUM_(name, member, op0, op1, crn, crm, op2)   IDR_##name,
#define ID_REGS_MEMBER_(name, member, op0, op1, crn, crm, op2) uint64_t member;

enum id_reg { ID_SPACE_REGS(ID_REGS_ENUM_) ID_FEATURE_REGS(ID_REGS_ENUM_) IDR_COUNT };

/** struct id_regs - by name (pfr0 is ID_AA64PFR0_EL1), and by enum id_reg for tables */
struct id_regs {
	union {
		struct {
			ID_SPACE_REGS(ID_REGS_MEMBER_)
			ID_FEATURE_REGS(ID_REGS_MEMBER_)
		};
		uint64_t at[IDR_COUNT];
	};
};

/**
 * id_regs_read() - this CPU's registers; at EL1 those of ID_FEATURE_REGS are left 0
 *
 * Effects: none but the reads; none of them is UNDEFINED or trapped on a machine that meets
 *          Linux's boot requirements
 */
void id_regs_read(struct id_regs *ids);

/**
 * id_regs_hide_gic() - forget the GIC's system registers
 *
 * For machines whose device tree has no GICv3: the boot requirements then want the CPU interface in
 * its v2 mode, and some emulators announce registers that are not there (QEMU's a64fx on a GICv2).
 */
void id_regs_hide_gic(struct id_regs *ids);

/** id_reg_name() - "ID_AA64PFR0_EL1", ... */
const char *id_reg_name(enum id_reg reg);
