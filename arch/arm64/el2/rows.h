/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How rules are written down (rules.inc, el3/rules.c): row macros, and gates that several rows
 * have.
 */
#pragma once

#include "arch/arm64/el2/el2.h"

/* clang-format off */

#define GATE(kind_, reg_, field_, value_)	{ EL2_FIELD_##reg_##_##field_, kind_, value_ }
#define MIN_(reg_, field_, value_)	GATE(EL2_GATE_MIN, reg_, field_, value_)
#define MIN_I(reg_, field_, value_)	GATE(EL2_GATE_MIN_I, reg_, field_, value_)
#define IS(reg_, field_, value_)	GATE(EL2_GATE_IS, reg_, field_, value_)

/* Words are for readers of the rows; el2_rule_what() has those of rules.inc. */
#define ROW(reg_, reg2_, spec_) \
	.spec = EL2_SPEC_##spec_, .reg = EL2_REG_##reg_, .reg2 = EL2_REG_##reg2_
#define BASE(what_, reg_, spec_, bits_)	{ ROW(reg_, reg_, spec_), .bits = bits_ },
#define RULE(what_, reg_, spec_, bits_, ...) \
	{ ROW(reg_, reg_, spec_), .bits = bits_, .gate = { __VA_ARGS__ } },
#define PAIR(what_, reg_, reg2_, spec_, bits_, ...) \
	{ ROW(reg_, reg2_, spec_), .bits = bits_, .gate = { __VA_ARGS__ } },
#define CLEAR(what_, reg_, spec_, bits_, ...) \
	{ ROW(reg_, reg_, spec_), .bits = bits_, .clears = 1, .gate = { __VA_ARGS__ } },
#define COPY(what_, reg_, spec_, field_, to_, ...) \
	{ ROW(reg_, reg_, spec_), .copy = EL2_FIELD_##field_, .to = to_, .gate = { __VA_ARGS__ } },

/* The same bits in a read-trap and a write-trap register. */
#define FGT(what_, spec_, bits_, ...)	PAIR(what_, HFGRTR_EL2, HFGWTR_EL2, spec_, bits_, HAS_FGT1, __VA_ARGS__)
#define FGT2(what_, spec_, bits_, ...)	PAIR(what_, HFGRTR2_EL2, HFGWTR2_EL2, spec_, bits_, HAS_FGT2, __VA_ARGS__)
#define DFGT(what_, spec_, bits_, ...)	PAIR(what_, HDFGRTR_EL2, HDFGWTR_EL2, spec_, bits_, HAS_FGT1, __VA_ARGS__)
#define DFGT2(what_, spec_, bits_, ...)	PAIR(what_, HDFGRTR2_EL2, HDFGWTR2_EL2, spec_, bits_, HAS_FGT2, __VA_ARGS__)

/* Gates used more than once. */
#define HAS_FGT1	MIN_(ID_AA64MMFR0_EL1, FGT, 1)
#define HAS_FGT2	MIN_(ID_AA64MMFR0_EL1, FGT, 2)
#define HAS_HCX	MIN_(ID_AA64MMFR1_EL1, HCX, 1)
#define HAS_SVE	MIN_(ID_AA64PFR0_EL1, SVE, 1)
#define HAS_SME	MIN_(ID_AA64PFR1_EL1, SME, 1)
#define HAS_SMPS	MIN_(SMIDR_EL1, SMPS, 1)
#define HAS_GIC	MIN_(ID_AA64PFR0_EL1, GIC, 1)
#define HAS_GCIE	MIN_(ID_AA64PFR2_EL1, GCIE, 1)
#define HAS_PMU(v)	MIN_I(ID_AA64DFR0_EL1, PMUVer, v)
#define HAS_SPE(v)	MIN_(ID_AA64DFR0_EL1, PMSVer, v)
#define HAS_TRBE	MIN_(ID_AA64DFR0_EL1, TraceBuffer, 1)
#define HAS_BRBE	MIN_(ID_AA64DFR0_EL1, BRBE, 1)
#define HAS_AMU	MIN_(ID_AA64PFR0_EL1, AMU, 1)
#define HAS_GCS	MIN_(ID_AA64PFR1_EL1, GCS, 1)
#define HAS_THE	MIN_(ID_AA64PFR1_EL1, THE, 1)
#define HAS_LS64(v)	MIN_(ID_AA64ISAR1_EL1, LS64, v)
#define HAS_MPAM	MIN_(ID_AA64PFR0_EL1, MPAM, 1)
#define HAS_MPAM_01	MIN_(ID_AA64PFR1_EL1, MPAM_frac, 1)
#define HAS_TCRX	MIN_(ID_AA64MMFR3_EL1, TCRX, 1)
#define HAS_SCTLRX	MIN_(ID_AA64MMFR3_EL1, SCTLRX, 1)
#define HAS_DEBUG89	MIN_(ID_AA64DFR0_EL1, DebugVer, 11)
#define HAS_STEP2	MIN_(ID_AA64DFR2_EL1, STEP, 1)
#define HAS_SPMU	MIN_(ID_AA64DFR1_EL1, SPMU, 1)
#define HAS_VHE	MIN_(ID_AA64MMFR1_EL1, VH, 1)
#define NO_EL3	IS(ID_AA64PFR0_EL1, EL3, 0)

/* clang-format on */
