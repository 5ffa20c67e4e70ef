/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/el2.h"

#include <stdio.h>
#include <string.h>

#include "arch/arm64/el2/el2.h"
#include "arch/arm64/mmu/mmu.h"

/* "PFR0" of "ID_AA64PFR0_EL1", "TRBIDR" of "TRBIDR_EL1". */
static void short_name(enum id_reg reg, char *out, size_t size)
{
	const char *name = id_reg_name(reg);
	const char *end = strrchr(name, '_');

	if (strncmp(name, "ID_AA64", 7) == 0)
		name += 7;
	snprintf(out, size, "%.*s", (int)(end - name), name);
}

static const char *comparison(const struct el2_gate *gate)
{
	switch (gate->kind) {
	case EL2_GATE_MIN_I:
		return "not 15, >=";
	case EL2_GATE_IS:
		return "=";
	default:
		return ">=";
	}
}

static void describe_gates(const struct el2_rule *rule, const struct id_regs *ids, char *out,
			   size_t size)
{
	size_t used = 0;

	if (rule->gate[0].kind == EL2_GATE_NONE)
		snprintf(out, size, "always");
	for (unsigned i = 0; i < EL2_GATES && used < size; i++) {
		const struct el2_gate *gate = &rule->gate[i];
		const char *field;
		enum id_reg id;
		char reg[20];
		int n;

		if (gate->kind == EL2_GATE_NONE)
			break;
		field = el2_field_name((enum el2_field)gate->field, &id);
		short_name(id, reg, sizeof(reg));
		n = snprintf(out + used, size - used, "%s%s.%s %u (%s %u)", i ? ", " : "", reg,
			     field, (unsigned)el2_gate_value(gate, ids), comparison(gate),
			     gate->value);
		used += n > 0 ? (size_t)n : 0;
	}
}

static void read_ids(struct id_regs *ids, bool gicv3)
{
	id_regs_read(ids);
	if (!gicv3)
		id_regs_hide_gic(ids);
}

static void show_rule(const struct el2_rule *rule, unsigned reg, const struct id_regs *ids,
		      void (*show)(const struct el2_row *))
{
	struct el2_row row = {
		.what = el2_rule_what(rule),
		.reg = el2_reg_name((enum el2_reg)reg),
		.spec = el2_spec_name((enum el2_spec)rule->spec),
		.bits = el2_rule_value(rule, ids),
		.clears = rule->clears,
		.applies = el2_rule_applies(rule, ids),
	};

	describe_gates(rule, ids, row.gate, sizeof(row.gate));
	show(&row);
}

void el2_each_rule(enum el2_list list, bool gicv3, void (*show)(const struct el2_row *))
{
	const struct el2_rule *rules = list == EL2_LIST_EL1   ? el1_rules
				       : list == EL2_LIST_EL2 ? el2_rules
							      : vhe_rules;
	unsigned count = list == EL2_LIST_EL1   ? el1_rules_count
			 : list == EL2_LIST_EL2 ? el2_rules_count
						: vhe_rules_count;
	struct id_regs ids;

	read_ids(&ids, gicv3);
	for (unsigned i = 0; i < count; i++) {
		show_rule(&rules[i], rules[i].reg, &ids, show);
		if (rules[i].reg2 != rules[i].reg)
			show_rule(&rules[i], rules[i].reg2, &ids, show);
	}
}

static const char *note(const struct el2_write *write, const struct id_regs *ids)
{
	if (write->reg == EL2_REG_SCTLR_EL1)
		return "for an unmapped kernel; the hand-off writes it";
	if (write->flags & EL2_BY_HANDOFF)
		return "the hand-off writes it";
	if (write->flags & EL2_IF_SRE)
		return "if ICC_SRE_EL2.SRE reads back 1";
	if (!el2_may_write(write, ids->pfr0, el2_own_el3()))
		return "left alone: the firmware at EL3 may trap it";
	return "";
}

void el2_each_result(enum el2_list list, bool gicv3, void (*show)(const struct el2_result *))
{
	struct el2_write writes[EL2_WRITES_MAX];
	struct id_regs ids;
	unsigned count;

	read_ids(&ids, gicv3);
	count = list == EL2_LIST_EL1   ? el1_plan(&ids, writes)
		: list == EL2_LIST_EL2 ? el2_plan(&ids, writes)
				       : el2_plan_vhe(&ids, writes);
	for (unsigned i = 0; i < count; i++) {
		struct el2_result result = {
			.reg = el2_reg_name(writes[i].reg),
			.value = writes[i].value,
			.note = note(&writes[i], &ids),
		};

		show(&result);
	}
}

bool el2_vhe_usable(void)
{
	struct id_regs ids;

	id_regs_read(&ids);
	return el2_has_vhe(&ids);
}

bool el2_is_usable(void)
{
	struct id_regs ids;

	id_regs_read(&ids);
	return el2_has_nvhe(&ids) && mmu_regime() != PT_EL2_E2H;
}
