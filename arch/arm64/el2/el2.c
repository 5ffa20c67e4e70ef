/* SPDX-License-Identifier: BSD-2-Clause */
/* Pure: the rules of rules.c become register values. */
#include "arch/arm64/el2/el2.h"

#include "arch/arm64/cpu/sysreg_id.h"
#include "lib/base/texts.h"

#define REG_NAME(name, flags, op0, op1, crn, crm, op2)	#name "\0"
#define REG_FLAGS(name, flags, op0, op1, crn, crm, op2) flags,
#define ID_NAME(name, member, op0, op1, crn, crm, op2)	#name "\0"
#define FIELD_NAME(reg, field)				#field "\0"
#define FIELD_INFO(reg, field)				{ IDR_##reg, reg##_##field },
#define SPEC_NAME(name, text)				text "\0"

static const uint8_t reg_flags[EL2_REG_COUNT] = { EL2_REGS(REG_FLAGS) EL1_REGS(REG_FLAGS)
							  EL3_REGS(REG_FLAGS) };
static const char reg_names[] = EL2_REGS(REG_NAME) EL1_REGS(REG_NAME) EL3_REGS(REG_NAME);

static const struct {
	uint8_t reg, hi, lo;
} fields[EL2_FIELD_COUNT] = { { 0, 0, 0 }, EL2_FIELDS(FIELD_INFO) };
static const char field_names[] = "\0" EL2_FIELDS(FIELD_NAME);

static const char id_names[] = ID_SPACE_REGS(ID_NAME) ID_FEATURE_REGS(ID_NAME);
static const char spec_names[] = EL2_SPECS(SPEC_NAME);

const char *el2_reg_name(enum el2_reg reg)
{
	return text_nth(reg_names, reg);
}

const char *el2_spec_name(enum el2_spec spec)
{
	return text_nth(spec_names, spec);
}

const char *el2_field_name(enum el2_field field, enum id_reg *reg)
{
	*reg = (enum id_reg)fields[field].reg;
	return text_nth(field_names, field);
}

const char *id_reg_name(enum id_reg reg)
{
	return text_nth(id_names, reg);
}

void id_regs_hide_gic(struct id_regs *ids)
{
	ids->pfr0 &= ~ID_PUT(ID_AA64PFR0_EL1_GIC, 0xf);
}

static inline uint64_t field_value(unsigned field, const struct id_regs *ids)
{
	unsigned above = 63 - fields[field].hi;

	return ids->at[fields[field].reg] << above >> (above + fields[field].lo);
}

uint64_t el2_gate_value(const struct el2_gate *gate, const struct id_regs *ids)
{
	return field_value(gate->field, ids);
}

static inline bool holds(const struct el2_gate *gate, const struct id_regs *ids)
{
	uint64_t value = field_value(gate->field, ids);

	switch (gate->kind) {
	case EL2_GATE_MIN:
		return value >= gate->value;
	case EL2_GATE_MIN_I:
		return value != 0xf && value >= gate->value;
	case EL2_GATE_IS:
		return value == gate->value;
	default:
		return true;
	}
}

bool el2_gate_holds(const struct el2_gate *gate, const struct id_regs *ids)
{
	return holds(gate, ids);
}

/* Every CPU asks this of every rule. */
static inline bool applies(const struct el2_rule *rule, const struct id_regs *ids)
{
	for (const struct el2_gate *gate = rule->gate;
	     gate < rule->gate + EL2_GATES && gate->kind != EL2_GATE_NONE; gate++)
		if (!holds(gate, ids))
			return false;
	return true;
}

bool el2_rule_applies(const struct el2_rule *rule, const struct id_regs *ids)
{
	return applies(rule, ids);
}

uint64_t el2_rule_value(const struct el2_rule *rule, const struct id_regs *ids)
{
	uint64_t copied = rule->copy == EL2_FIELD_NONE ? 0 : field_value(rule->copy, ids);

	return rule->bits | copied << rule->to;
}

struct sum {
	uint64_t value[EL2_REG_COUNT];
	bool wanted[EL2_REG_COUNT];
};

static void add(struct sum *sum, unsigned reg, uint64_t bits, bool clears)
{
	sum->value[reg] = clears ? sum->value[reg] & ~bits : sum->value[reg] | bits;
	sum->wanted[reg] = true;
}

static void add_rules(struct sum *sum, const struct el2_rule *rules, unsigned count,
		      const struct id_regs *ids)
{
	for (const struct el2_rule *rule = rules; rule < rules + count; rule++) {
		if (!applies(rule, ids))
			continue;
		add(sum, rule->reg, el2_rule_value(rule, ids), rule->clears);
		add(sum, rule->reg2, el2_rule_value(rule, ids), rule->clears);
	}
}

unsigned el2_plan_by(const struct el2_rule *rules, unsigned count, const struct el2_rule *more,
		     unsigned more_count, const struct id_regs *ids, struct el2_write *out)
{
	struct sum sum;
	unsigned n = 0;

	/* At EL3 this runs with the MMU off: no memset(), which may use DC ZVA. */
	for (unsigned i = 0; i < EL2_REG_COUNT; i++) {
		sum.value[i] = 0;
		sum.wanted[i] = false;
	}
	add_rules(&sum, rules, count, ids);
	add_rules(&sum, more, more_count, ids);
	for (unsigned i = 0; i < EL2_REG_COUNT; i++)
		if (sum.wanted[i])
			out[n++] =
				(struct el2_write){ (enum el2_reg)i, reg_flags[i], sum.value[i] };
	return n;
}

unsigned el2_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX])
{
	return el2_plan_by(el2_rules, el2_rules_count, vhe_rules, 0, ids, out);
}

unsigned el2_plan_vhe(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX])
{
	return el2_plan_by(el2_rules, el2_rules_count, vhe_rules, vhe_rules_count, ids, out);
}

unsigned el1_plan(const struct id_regs *ids, struct el2_write out[EL2_WRITES_MAX])
{
	return el2_plan_by(el1_rules, el1_rules_count, vhe_rules, 0, ids, out);
}

bool el2_may_write(const struct el2_write *write, uint64_t pfr0, bool own_el3)
{
	return !(write->flags & EL2_EL3_MAY_TRAP) || own_el3 ||
	       ID_GET(ID_AA64PFR0_EL1_EL3, pfr0) == 0;
}

uint64_t el2_planned(const struct el2_write *writes, unsigned count, enum el2_reg reg,
		     uint64_t otherwise)
{
	for (unsigned i = 0; i < count; i++)
		if (writes[i].reg == reg)
			return writes[i].value;
	return otherwise;
}

bool el2_has_vhe(const struct id_regs *ids)
{
	return ID_GET(ID_AA64MMFR1_EL1_VH, ids->mmfr1) != 0;
}

bool el2_has_nvhe(const struct id_regs *ids)
{
	return ID_GET_SIGNED(ID_AA64MMFR4_EL1_E2H0, ids->mmfr4) >= 0;
}
