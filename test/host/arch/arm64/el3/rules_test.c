/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is written at EL3, CPU by CPU.  Every expected value here was worked out from the manual's
 * bit numbers and the CPU's ID registers, by hand, and must not be taken from a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/arm64/el2/el2.h"
#include "arch/arm64/el3/rules.h"
#include "test/host/arch/arm64/el2/id_values.h"

struct expect {
	enum el2_reg reg;
	uint64_t value;
};

#define E(reg_, value_)                          \
	{                                        \
		EL2_REG_##reg_, UINT64_C(value_) \
	}

static void check(const char *cpu, const struct id_regs *ids, const struct expect *want,
		  size_t count)
{
	struct el2_write got[EL2_WRITES_MAX];
	unsigned n = el3_plan(ids, got);

	for (unsigned i = 0; i < n && i < count; i++) {
		if (got[i].reg != want[i].reg || got[i].value != want[i].value)
			fail_msg("%s, write %u: %s = 0x%016llx, want %s = 0x%016llx", cpu, i,
				 el2_reg_name(got[i].reg), (unsigned long long)got[i].value,
				 el2_reg_name(want[i].reg), (unsigned long long)want[i].value);
	}
	if (n != count)
		fail_msg("%s: %u writes, want %zu", cpu, n, count);
}

#define CHECK(cpu, ids, want) check(cpu, ids, want, sizeof(want) / sizeof((want)[0]))

/* RES1 5:4, NS, RW, HCE and nothing else */
#define SCR_BASE 0x531

/* Armv8.0 with a GICv3 interface. */
static const struct expect v8_0[] = {
	E(SCR_EL3, SCR_BASE), E(CPTR_EL3, 0),     E(MDCR_EL3, 0),
	E(ICC_SRE_EL3, 0xf),  E(ICC_CTLR_EL3, 0), E(ICC_IGRPEN1_EL3, 0),
};

/* APK 16, API 17, EnSCXT 25 (CSV2 = 2), FIEN 21 (RAS = 2), HXEn 38, EnTP2 41; MTE and FGT are 0 */
static const struct expect max[] = {
	E(SCR_EL3, 0x0000024002230531),
	E(CPTR_EL3, 0x1100),
	E(ZCR_EL3, 0x1ff),
	E(SMCR_EL3, 0x800001ff),
	E(MDCR_EL3, 0),
	E(ICC_SRE_EL3, 0xf),
	E(ICC_CTLR_EL3, 0),
	E(ICC_IGRPEN1_EL3, 0),
};

static void real_cpus(void **state)
{
	(void)state;
	CHECK("Cortex-A35", &id_cortex_a35, v8_0);
	CHECK("Cortex-A53", &id_cortex_a53, v8_0);
	CHECK("Cortex-A57", &id_cortex_a57, v8_0);
	CHECK("Cortex-A72", &id_cortex_a72, v8_0);
	CHECK("max", &id_max, max);
}

static void gicv2_machines(void **state)
{
	static const struct expect want[] = { E(SCR_EL3, SCR_BASE), E(CPTR_EL3, 0),
					      E(MDCR_EL3, 0) };
	struct id_regs ids = id_cortex_a57;

	(void)state;
	id_regs_hide_gic(&ids);
	CHECK("Cortex-A57, GICv2", &ids, want);
}

static uint64_t value_of(const struct id_regs *ids, enum el2_reg reg)
{
	struct el2_write writes[EL2_WRITES_MAX];

	return el2_planned(writes, el3_plan(ids, writes), reg, UINT64_C(0xdeadbeef));
}

/* One field at a time, and which bit of which register it gates. */
static void each_feature(void **state)
{
	static const struct {
		enum id_reg id;
		uint8_t lsb, value;
		enum el2_reg reg;
		uint64_t bits;
	} gates[] = {
		{ IDR_ID_AA64ISAR1_EL1, 4, 1, EL2_REG_SCR_EL3, BIT(16) | BIT(17) },
		{ IDR_ID_AA64ISAR1_EL1, 8, 1, EL2_REG_SCR_EL3, BIT(16) | BIT(17) },
		{ IDR_ID_AA64ISAR2_EL1, 8, 1, EL2_REG_SCR_EL3, BIT(16) | BIT(17) },
		{ IDR_ID_AA64PFR1_EL1, 8, 2, EL2_REG_SCR_EL3, BIT(26) },
		{ IDR_ID_AA64PFR0_EL1, 56, 2, EL2_REG_SCR_EL3, BIT(25) },
		{ IDR_ID_AA64MMFR0_EL1, 56, 1, EL2_REG_SCR_EL3, BIT(27) },
		{ IDR_ID_AA64MMFR0_EL1, 56, 2, EL2_REG_SCR_EL3, BIT(27) | BIT(59) },
		{ IDR_ID_AA64MMFR0_EL1, 60, 2, EL2_REG_SCR_EL3, BIT(28) },
		{ IDR_ID_AA64PFR0_EL1, 44, 2, EL2_REG_SCR_EL3, BIT(35) },
		{ IDR_ID_AA64ISAR1_EL1, 60, 3, EL2_REG_SCR_EL3, BIT(36) | BIT(37) },
		{ IDR_ID_AA64MMFR1_EL1, 40, 1, EL2_REG_SCR_EL3, BIT(38) },
		{ IDR_ID_AA64PFR1_EL1, 44, 1, EL2_REG_SCR_EL3, BIT(39) },
		{ IDR_ID_AA64PFR1_EL1, 24, 1, EL2_REG_SCR_EL3, BIT(41) },
		{ IDR_ID_AA64PFR1_EL1, 48, 1, EL2_REG_SCR_EL3, BIT(42) },
		{ IDR_ID_AA64MMFR3_EL1, 0, 1, EL2_REG_SCR_EL3, BIT(43) },
		{ IDR_ID_AA64MMFR3_EL1, 4, 1, EL2_REG_SCR_EL3, BIT(44) },
		{ IDR_ID_AA64MMFR3_EL1, 8, 1, EL2_REG_SCR_EL3, BIT(45) },
		{ IDR_ID_AA64MMFR3_EL1, 16, 1, EL2_REG_SCR_EL3, BIT(45) },
		{ IDR_ID_AA64MMFR3_EL1, 24, 1, EL2_REG_SCR_EL3, BIT(46) },
		{ IDR_ID_AA64MMFR3_EL1, 32, 1, EL2_REG_SCR_EL3, BIT(47) },
		{ IDR_ID_AA64PFR2_EL1, 32, 1, EL2_REG_SCR_EL3, BIT(50) },
		{ IDR_ID_AA64PFR1_EL1, 60, 1, EL2_REG_SCR_EL3, BIT(53) },
		{ IDR_ID_AA64PFR0_EL1, 32, 1, EL2_REG_CPTR_EL3, BIT(8) },
		{ IDR_ID_AA64PFR1_EL1, 24, 1, EL2_REG_CPTR_EL3, BIT(12) },
		{ IDR_ID_AA64PFR1_EL1, 24, 2, EL2_REG_SMCR_EL3, BIT(30) | 0x1ff },
		{ IDR_ID_AA64DFR0_EL1, 32, 1, EL2_REG_MDCR_EL3, 3 << 12 },
		{ IDR_ID_AA64DFR0_EL1, 32, 3, EL2_REG_MDCR_EL3, 3 << 12 | BIT(36) },
		{ IDR_ID_AA64DFR0_EL1, 44, 1, EL2_REG_MDCR_EL3, 3 << 24 },
		{ IDR_ID_AA64DFR0_EL1, 52, 1, EL2_REG_MDCR_EL3, BIT(32) | BIT(33) },
		{ IDR_ID_AA64DFR0_EL1, 8, 8, EL2_REG_MDCR_EL3, 0 },
		{ IDR_ID_AA64DFR0_EL1, 8, 9, EL2_REG_MDCR_EL3, BIT(7) },
		{ IDR_ID_AA64DFR0_EL1, 8, 15, EL2_REG_MDCR_EL3, 0 },
		{ IDR_ID_AA64DFR0_EL1, 0, 11, EL2_REG_MDCR_EL3, BIT(43) },
		{ IDR_ID_AA64PFR0_EL1, 40, 1, EL2_REG_MPAM3_EL3, BIT(63) },
		{ IDR_ID_AA64PFR1_EL1, 16, 1, EL2_REG_MPAM3_EL3, BIT(63) },
		{ IDR_ID_AA64PFR0_EL1, 44, 1, EL2_REG_AMCNTENSET0_EL0, 0xf },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(gates); i++) {
		struct id_regs ids = { .midr = 0 };
		uint64_t base = gates[i].reg == EL2_REG_SCR_EL3 ? SCR_BASE : 0;

		ids.at[gates[i].id] = (uint64_t)gates[i].value << gates[i].lsb;
		if (value_of(&ids, gates[i].reg) != (base | gates[i].bits))
			fail_msg("gate %zu: %s = 0x%llx", i, el2_reg_name(gates[i].reg),
				 (unsigned long long)value_of(&ids, gates[i].reg));
	}
}

/* What does not exist is not written. */
static void nothing_at_all(void **state)
{
	static const struct expect want[] = { E(SCR_EL3, SCR_BASE), E(CPTR_EL3, 0),
					      E(MDCR_EL3, 0) };
	struct id_regs nothing = { .midr = 0 };

	(void)state;
	CHECK("nothing", &nothing, want);
}

/* Access to SVE and SME registers is trapped until CPTR_EL3 is in force. */
static void order(void **state)
{
	struct el2_write w[EL2_WRITES_MAX];

	(void)state;
	assert_true(el3_plan(&id_max, w) > 3);
	assert_int_equal(w[0].reg, EL2_REG_SCR_EL3);
	assert_int_equal(w[1].reg, EL2_REG_CPTR_EL3);
	assert_true(w[0].flags & w[1].flags & EL2_ISB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_cpus),    cmocka_unit_test(gicv2_machines),
		cmocka_unit_test(each_feature), cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
