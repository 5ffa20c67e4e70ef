/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of the rules on any CPU: no register is written whose feature is absent, nothing
 * is written twice, what one write depends on comes before it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arch/arm64/el2/el2.h"
#include "arch/arm64/el3/rules.h"
#include "arch/arm64/cpu/sysreg_el2.h"
#include "arch/arm64/cpu/sysreg_id.h"

static const struct el2_write *find(const struct el2_write *w, unsigned n, enum el2_reg reg)
{
	for (unsigned i = 0; i < n; i++)
		if (w[i].reg == reg)
			return &w[i];
	return NULL;
}

static uint64_t random_state = 0x4c6f6674;

static uint64_t random64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

static void random_ids(struct id_regs *ids)
{
	for (unsigned i = 0; i < IDR_COUNT; i++) {
		/* dense, sparse, or absent: each combination of features should come up */
		ids->at[i] = random64();
		for (uint64_t r = random64() % 4; r; r--)
			ids->at[i] &= random64();
	}
}

#define HAS(member, lsb, min) (((ids->member >> (lsb)) & 0xf) >= (min))

static bool has_pmu(const struct id_regs *ids)
{
	return HAS(dfr0, 8, 1) && !HAS(dfr0, 8, 15);
}

/* The registers again, with the features that they exist with: Arm ARM D24, "This register is
 * present only when". */
static bool exists(const struct id_regs *ids, enum el2_reg reg)
{
	bool mpam = HAS(pfr0, 40, 1) || HAS(pfr1, 16, 1);

	switch (reg) {
	case EL2_REG_HCRX_EL2:
		return HAS(mmfr1, 40, 1);
	case EL2_REG_ZCR_EL2:
		return HAS(pfr0, 32, 1);
	case EL2_REG_SMCR_EL2:
	case EL2_REG_SMPRIMAP_EL2:
	case EL2_REG_SMPRI_EL1:
	case EL2_REG_TPIDR2_EL0:
		return HAS(pfr1, 24, 1);
	case EL2_REG_CNTHV_CTL_EL2:
		return HAS(mmfr1, 8, 1);
	case EL2_REG_PMSCR_EL2:
		return HAS(dfr0, 32, 1);
	case EL2_REG_TRFCR_EL2:
		return HAS(dfr0, 40, 1);
	case EL2_REG_BRBCR_EL2:
		return HAS(dfr0, 52, 1);
	case EL2_REG_ICC_SRE_EL2:
	case EL2_REG_ICH_HCR_EL2:
		return HAS(pfr0, 24, 1);
	case EL2_REG_ICH_VCTLR_EL2:
	case EL2_REG_ICH_HFGRTR_EL2:
	case EL2_REG_ICH_HFGWTR_EL2:
	case EL2_REG_ICH_HFGITR_EL2:
		return HAS(pfr2, 12, 1);
	case EL2_REG_HFGRTR_EL2:
	case EL2_REG_HFGWTR_EL2:
	case EL2_REG_HFGITR_EL2:
	case EL2_REG_HDFGRTR_EL2:
	case EL2_REG_HDFGWTR_EL2:
		return HAS(mmfr0, 56, 1);
	case EL2_REG_HAFGRTR_EL2:
		return HAS(mmfr0, 56, 1) && HAS(pfr0, 44, 1);
	case EL2_REG_HFGRTR2_EL2:
	case EL2_REG_HFGWTR2_EL2:
	case EL2_REG_HFGITR2_EL2:
	case EL2_REG_HDFGRTR2_EL2:
	case EL2_REG_HDFGWTR2_EL2:
		return HAS(mmfr0, 56, 2);
	case EL2_REG_MPAM2_EL2:
		return mpam;
	case EL2_REG_MPAMHCR_EL2:
		return mpam && ids->mpamidr & (1 << 17);
	case EL2_REG_LORC_EL1:
		return HAS(mmfr1, 16, 1);
	case EL2_REG_AMCNTENSET0_EL0: /* and written where no EL3 keeps it read-only */
		return HAS(pfr0, 44, 1) && !HAS(pfr0, 12, 1);
	case EL2_REG_AMCNTENSET1_EL0:
		return HAS(pfr0, 44, 1) && !HAS(pfr0, 12, 1) && (ids->amcgcr & 0xff00) != 0;
	case EL2_REG_AMUSERENR_EL0:
		return HAS(pfr0, 44, 1);
	case EL2_REG_GCSCR_EL2:
	case EL2_REG_GCSCR_EL1:
	case EL2_REG_GCSCRE0_EL1:
		return HAS(pfr1, 44, 1);
	case EL2_REG_PMUSERENR_EL0:
		return has_pmu(ids);
	case EL2_REG_TCR2_EL1:
	case EL2_REG_TCR2_EL2:
		return HAS(mmfr3, 0, 1);
	case EL2_REG_SCTLR2_EL1:
	case EL2_REG_SCTLR2_EL2:
		return HAS(mmfr3, 4, 1);
	default:
		return true;
	}
}

static unsigned position(const struct el2_write *w, unsigned n, enum el2_reg reg)
{
	const struct el2_write *found = find(w, n, reg);

	return found ? (unsigned)(found - w) : n;
}

static void check_order(const struct el2_write *w, unsigned n)
{
	static const struct {
		enum el2_reg first, then;
	} order[] = {
		{ EL2_REG_CPTR_EL2, EL2_REG_ZCR_EL2 },
		{ EL2_REG_CPTR_EL2, EL2_REG_SMCR_EL2 },
		{ EL2_REG_CPTR_EL2, EL2_REG_SMPRIMAP_EL2 },
		{ EL2_REG_CPTR_EL2, EL2_REG_SMPRI_EL1 },
		{ EL2_REG_ICC_SRE_EL2, EL2_REG_ICH_HCR_EL2 },
	};

	assert_int_equal(w[0].reg, EL2_REG_HCR_EL2);
	assert_true(w[0].flags & EL2_ISB);
	assert_true(find(w, n, EL2_REG_CPTR_EL2)->flags & EL2_ISB);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		assert_true(position(w, n, order[i].then) == n ||
			    position(w, n, order[i].first) < position(w, n, order[i].then));
	if (find(w, n, EL2_REG_ICH_HCR_EL2)) {
		assert_true(find(w, n, EL2_REG_ICH_HCR_EL2)->flags & EL2_IF_SRE);
		assert_true(find(w, n, EL2_REG_ICC_SRE_EL2)->flags & EL2_ISB);
	}
	assert_int_equal(w[n - 2].flags, EL2_BY_HANDOFF);
	assert_int_equal(w[n - 1].flags, EL2_BY_HANDOFF);
}

/* Bits that are RES0, or trap, or change EL1's meaning, without the feature: value may hold them
 * only with it. */
static void check_bits(const struct id_regs *ids, const struct el2_write *w)
{
	uint64_t v = w->value;

	switch (w->reg) {
	case EL2_REG_HCR_EL2:
		assert_int_equal(v & ~(UINT64_C(0x0120830080000002)), 0);
		assert_true((v & HCR_EL2_ATA) == 0 || HAS(pfr1, 8, 2));
		break;
	case EL2_REG_CPTR_EL2:
		assert_int_equal(v & ~UINT64_C(0x1100), 0x22ff);
		assert_int_equal(v >> 8 & 1, !HAS(pfr0, 32, 1));
		assert_int_equal(v >> 12 & 1, !HAS(pfr1, 24, 1));
		break;
	case EL2_REG_HCRX_EL2:
		assert_int_equal(v & HCRX_EL2_MCE2, 0);
		assert_int_equal(v >> 11 & 1, HAS(isar2, 16, 1));
		assert_int_equal(v >> 14 & 1, HAS(mmfr3, 0, 1));
		assert_int_equal(v >> 22 & 1, HAS(pfr1, 44, 1));
		break;
	case EL2_REG_MDCR_EL2:
		assert_int_equal(v & 0x1f, has_pmu(ids) ? ids->pmcr_el0 >> 11 & 0x1f : 0);
		assert_int_equal(v & ~UINT64_C(0x000408000300b01f), 0);
		break;
	case EL2_REG_HFGRTR_EL2:
	case EL2_REG_HFGWTR_EL2:
		assert_int_equal(v & ~UINT64_C(0xfff4000000000000), 0);
		assert_int_equal(v >> 54 & 3, HAS(pfr1, 24, 1) ? 3 : 0);
		assert_int_equal(v >> 57 & 3, HAS(mmfr3, 8, 1) ? 3 : 0);
		assert_int_equal(v >> 52 & 3, HAS(pfr1, 44, 1) ? 3 : 0);
		break;
	case EL2_REG_HDFGRTR2_EL2:
		assert_int_equal(v >> 2 & 3, HAS(dfr1, 36, 1) ? 3 : 0);
		assert_int_equal(v >> 4 & 1, HAS(dfr0, 8, 9) && has_pmu(ids));
		break;
	case EL2_REG_VPIDR_EL2:
		assert_int_equal(v, ids->midr);
		break;
	case EL2_REG_VMPIDR_EL2:
		assert_int_equal(v, ids->mpidr);
		break;
	default:
		break;
	}
}

static void check_plan(const struct id_regs *ids, const struct el2_write *w, unsigned n)
{
	bool seen[EL2_REG_COUNT] = { false };

	assert_in_range(n, 1, EL2_WRITES_MAX);
	for (unsigned i = 0; i < n; i++) {
		assert_in_range(w[i].reg, 0, EL2_REG_COUNT - 1);
		assert_false(seen[w[i].reg]);
		seen[w[i].reg] = true;
		if (!exists(ids, w[i].reg))
			fail_msg("%s does not exist here", el2_reg_name(w[i].reg));
		check_bits(ids, &w[i]);
	}
}

static void no_register_without_its_feature(void **state)
{
	struct el2_write w[EL2_WRITES_MAX];
	struct id_regs ids;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		unsigned n;

		random_ids(&ids);
		n = el2_plan(&ids, w);
		check_plan(&ids, w, n);
		check_order(w, n);
		n = el1_plan(&ids, w);
		check_plan(&ids, w, n);
	}
}

/* What E2H gives another layout, or another owner; the rest of a plan is that of check_bits(). */
static void check_vhe(const struct id_regs *ids, const struct el2_write *w, unsigned n)
{
	const struct el2_write *mdcr = find(w, n, EL2_REG_MDCR_EL2);
	const struct el2_write *pmscr = find(w, n, EL2_REG_PMSCR_EL2);

	for (unsigned i = 0; i < n; i++)
		if (!exists(ids, w[i].reg))
			fail_msg("%s does not exist here", el2_reg_name(w[i].reg));
	check_order(w, n);
	assert_int_equal(find(w, n, EL2_REG_HCR_EL2)->value & 0x488000001, 0x488000000);
	assert_int_equal(find(w, n, EL2_REG_CPTR_EL2)->value,
			 0x300000 | (HAS(pfr0, 32, 1) ? 0x30000 : 0) |
				 (HAS(pfr1, 24, 1) ? 0x3000000 : 0));
	assert_int_equal(find(w, n, EL2_REG_CNTHCTL_EL2)->value, 0xc00);
	assert_int_equal(mdcr->value & 0x03003000, 0);
	assert_int_equal(mdcr->value >> 14 & 1, HAS(dfr0, 32, 1));
	assert_true(!pmscr || pmscr->value == 0);
	/* el2_apply() leaves to the hand-off what changes with E2H */
	for (unsigned i = 0; i < n; i++)
		assert_int_equal((w[i].flags & EL2_E2H) != 0,
				 w[i].reg == EL2_REG_HCR_EL2 || w[i].reg == EL2_REG_CPTR_EL2 ||
					 w[i].reg == EL2_REG_CNTHCTL_EL2);
}

static void kernel_at_el2(void **state)
{
	struct el2_write w[EL2_WRITES_MAX];
	struct id_regs ids;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		random_ids(&ids);
		ids.mmfr1 |= 0x100; /* VH */
		check_vhe(&ids, w, el2_plan_vhe(&ids, w));
	}
}

static void check_rule(const struct el2_rule *rule)
{
	bool ended = false;

	assert_in_range(rule->reg, 0, EL2_REG_COUNT - 1);
	assert_in_range(rule->reg2, 0, EL2_REG_COUNT - 1);
	assert_in_range(rule->spec, 0, EL2_SPEC_COUNT - 1);
	assert_in_range(rule->copy, 0, EL2_FIELD_COUNT - 1);
	for (unsigned i = 0; i < EL2_GATES; i++) {
		const struct el2_gate *gate = &rule->gate[i];

		ended |= gate->kind == EL2_GATE_NONE;
		if (ended) {
			assert_int_equal(gate->kind, EL2_GATE_NONE);
			continue;
		}
		assert_in_range(gate->field, EL2_FIELD_NONE + 1, EL2_FIELD_COUNT - 1);
		assert_in_range(gate->kind, EL2_GATE_MIN, EL2_GATE_IS);
		/* a minimum of 0 would be no gate */
		assert_true(gate->kind == EL2_GATE_IS || gate->value >= 1);
	}
}

static void check_words(const struct el2_rule *rule)
{
	assert_in_range(strlen(el2_rule_what(rule)), 1, 35);
}

static void table_is_sound(void **state)
{
	bool has_rule[EL2_REG_COUNT] = { false };

	(void)state;
	for (unsigned i = 0; i < el2_rules_count; i++) {
		check_rule(&el2_rules[i]);
		check_words(&el2_rules[i]);
		assert_true(el2_rules[i].reg < EL2_REG_CPACR_EL1);
		assert_true(el2_rules[i].reg2 < EL2_REG_CPACR_EL1);
		has_rule[el2_rules[i].reg] = has_rule[el2_rules[i].reg2] = true;
	}
	for (unsigned i = 0; i < vhe_rules_count; i++) {
		check_rule(&vhe_rules[i]);
		check_words(&vhe_rules[i]);
		assert_true(vhe_rules[i].reg < EL2_REG_CPACR_EL1);
		has_rule[vhe_rules[i].reg] = true;
	}
	for (unsigned i = 0; i < el1_rules_count; i++) {
		check_rule(&el1_rules[i]);
		check_words(&el1_rules[i]);
		assert_in_range(el1_rules[i].reg, EL2_REG_CPACR_EL1, EL2_REG_SCR_EL3 - 1);
		has_rule[el1_rules[i].reg] = true;
	}
	for (unsigned i = 0; i < el3_rules_count; i++) {
		check_rule(&el3_rules[i]);
		assert_true(el3_rules[i].reg >= EL2_REG_SCR_EL3 ||
			    el3_rules[i].reg == EL2_REG_AMCNTENSET0_EL0 ||
			    el3_rules[i].reg == EL2_REG_AMCNTENSET1_EL0);
		has_rule[el3_rules[i].reg] = true;
	}
	for (unsigned i = 0; i < EL2_REG_COUNT; i++)
		assert_true(has_rule[i]);
	for (unsigned i = 0; i < EL2_SPEC_COUNT; i++)
		assert_in_range(strlen(el2_spec_name((enum el2_spec)i)), 1, 19);
}

static void names(void **state)
{
	enum id_reg reg;

	(void)state;
	assert_string_equal(el2_rule_what(&el2_rules[0]), "EL1 is AArch64; no stage 2 or traps");
	assert_string_equal(el2_rule_what(&el2_rules[el2_rules_count - 1]),
			    "EL1 MMU off, if entered unmapped");
	assert_string_equal(el2_rule_what(&vhe_rules[1]), "the layout is CPACR_EL1's");
	assert_string_equal(el2_rule_what(&el1_rules[el1_rules_count - 1]), "EL1 thread pointer");
	assert_string_equal(el2_field_name(EL2_FIELD_ID_AA64DFR0_EL1_TraceBuffer, &reg),
			    "TraceBuffer");
	assert_int_equal(reg, IDR_ID_AA64DFR0_EL1);
	assert_string_equal(el2_spec_name(EL2_SPEC_BOOT_GCS), "boot: GCS");
	assert_string_equal(el2_reg_name(EL2_REG_HCR_EL2), "HCR_EL2");
	assert_string_equal(el2_reg_name(EL2_REG_AMCNTENSET0_EL0), "AMCNTENSET0_EL0");
	assert_string_equal(id_reg_name(IDR_ID_AA64ISAR0_EL1), "ID_AA64ISAR0_EL1");
}

/* What Linux obliges no EL3 to grant depends on whose EL3 it is; nothing else does. */
static void may_write(void **state)
{
	static const enum el2_reg theirs[] = { EL2_REG_MPAM2_EL2, EL2_REG_MPAMHCR_EL2,
					       EL2_REG_SCTLR2_EL2, EL2_REG_SCTLR2_EL1,
					       EL2_REG_LORC_EL1 };
	const uint64_t el3 = ID_PUT(ID_AA64PFR0_EL1_EL3, 1);
	struct el2_write w[2 * EL2_WRITES_MAX];
	struct id_regs ids;
	unsigned found = 0, n;

	(void)state;
	/* every feature: all fields 1 or more, signed ones not negative */
	for (unsigned i = 0; i < IDR_COUNT; i++)
		ids.at[i] = UINT64_C(0x1111111111111111);
	ids.mpamidr = UINT64_MAX;
	n = el2_plan_vhe(&ids, w);
	n += el1_plan(&ids, w + n);
	for (unsigned i = 0; i < n; i++) {
		bool own = false;

		for (unsigned k = 0; k < ARRAY_SIZE(theirs); k++)
			own = own || w[i].reg == theirs[k];
		assert_true(el2_may_write(&w[i], 0, false));
		assert_true(el2_may_write(&w[i], el3, true));
		assert_int_equal(el2_may_write(&w[i], el3, false), !own);
		found += own;
	}
	assert_int_equal(found, ARRAY_SIZE(theirs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_register_without_its_feature),
		cmocka_unit_test(kernel_at_el2),
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(names),
		cmocka_unit_test(may_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
