/* SPDX-License-Identifier: BSD-2-Clause */
/* Pure: the rules of el2_rules.c become register values. */
#include "arch/arm64/el2.h"

#include "arch/arm64/sysreg_id.h"

#define REG_INFO(name, flags, op0, op1, crn, crm, op2) { #name, flags },
#define ID_NAME(name, member, op0, op1, crn, crm, op2) #name,

static const struct {
	char name[16];
	uint8_t flags;
} regs[EL2_REG_COUNT] = { EL2_REGS(REG_INFO) EL1_REGS(REG_INFO) };

static const char id_names[IDR_COUNT][20] = { ID_SPACE_REGS(ID_NAME) ID_FEATURE_REGS(ID_NAME) };

const char *el2_reg_name(enum el2_reg reg)
{
	return regs[reg].name;
}

const char *id_reg_name(enum id_reg reg)
{
	return id_names[reg];
}

uint64_t el2_gate_value(const struct el2_gate *gate, const struct id_regs *ids)
{
	return FIELD_GET(gate->hi, gate->lo, ids->at[gate->reg]);
}

bool el2_gate_holds(const struct el2_gate *gate, const struct id_regs *ids)
{
	uint64_t value = el2_gate_value(gate, ids);

	switch (gate->kind) {
	case EL2_GATE_MIN:
		return value >= gate->value;
	case EL2_GATE_MIN_S:
		return value < 8 && value >= gate->value;
	case EL2_GATE_MIN_I:
		return value != 0xf && value >= gate->value;
	case EL2_GATE_IS:
		return value == gate->value;
	default:
		return true;
	}
}

bool el2_rule_applies(const struct el2_rule *rule, const struct id_regs *ids)
{
	for (unsigned i = 0; i < EL2_GATES && rule->gate[i].kind != EL2_GATE_NONE; i++)
		if (!el2_gate_holds(&rule->gate[i], ids))
			return false;
	return true;
}

uint64_t el2_rule_value(const struct el2_rule *rule, const struct id_regs *ids)
{
	uint64_t value = rule->set;

	if (rule->copy.from_hi != 0)
		value |= FIELD_GET(rule->copy.from_hi, rule->copy.from_lo, ids->at[rule->copy.from])
			 << rule->copy.to;
	return value;
}

static unsigned plan(const struct el2_rule *rules, unsigned count, const struct id_regs *ids,
		     struct el2_write *out)
{
	uint64_t value[EL2_REG_COUNT] = { 0 };
	bool wanted[EL2_REG_COUNT] = { false };
	unsigned n = 0;

	for (const struct el2_rule *rule = rules; rule < rules + count; rule++) {
		if (!el2_rule_applies(rule, ids))
			continue;
		value[rule->reg] = (value[rule->reg] & ~rule->clear) | el2_rule_value(rule, ids);
		wanted[rule->reg] = true;
	}
	for (unsigned i = 0; i < EL2_REG_COUNT; i++)
		if (wanted[i])
			out[n++] = (struct el2_write){ (enum el2_reg)i, regs[i].flags, value[i] };
	return n;
}

unsigned el2_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX])
{
	return plan(el2_rules, el2_rules_count, ids, out);
}

unsigned el1_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX])
{
	return plan(el1_rules, el1_rules_count, ids, out);
}

bool el2_has_nvhe(const struct id_regs *ids)
{
	return ID_GET_SIGNED(ID_AA64MMFR4_EL1_E2H0, ids->mmfr4) >= 0;
}
