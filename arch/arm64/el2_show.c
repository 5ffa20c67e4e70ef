/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/el2.h"

#include <stdio.h>
#include <string.h>

#include "arch/arm64/el2.h"

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
	case EL2_GATE_MIN_S:
		return "signed >=";
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
		char reg[20];
		int n;

		if (gate->kind == EL2_GATE_NONE)
			break;
		short_name((enum id_reg)gate->reg, reg, sizeof(reg));
		n = snprintf(out + used, size - used, "%s%s.%s %u (%s %u)", i ? ", " : "", reg,
			     gate->field, (unsigned)el2_gate_value(gate, ids), comparison(gate),
			     gate->value);
		used += n > 0 ? (size_t)n : 0;
	}
}

void el2_each_rule(unsigned el, void (*show)(const struct el2_row *))
{
	const struct el2_rule *rules = el == 2 ? el2_rules : el1_rules;
	unsigned count = el == 2 ? el2_rules_count : el1_rules_count;
	struct id_regs ids;

	id_regs_read(&ids);
	for (unsigned i = 0; i < count; i++) {
		struct el2_row row = {
			.what = rules[i].what,
			.reg = el2_reg_name((enum el2_reg)rules[i].reg),
			.spec = rules[i].spec,
			.bits = rules[i].clear ? rules[i].clear : el2_rule_value(&rules[i], &ids),
			.clears = rules[i].clear != 0,
			.applies = el2_rule_applies(&rules[i], &ids),
		};

		describe_gates(&rules[i], &ids, row.gate, sizeof(row.gate));
		show(&row);
	}
}

static const char *note(const struct el2_write *write)
{
	if (write->flags & EL2_BY_HANDOFF)
		return "by the hand-off, last; mapped kernels get another";
	if (write->flags & EL2_IF_SRE)
		return "if ICC_SRE_EL2.SRE reads back 1";
	return "";
}

void el2_each_result(unsigned el, void (*show)(const struct el2_result *))
{
	struct el2_write writes[EL2_WRITES_MAX];
	struct id_regs ids;
	unsigned count;

	id_regs_read(&ids);
	count = el == 2 ? el2_plan(&ids, writes) : el1_plan(&ids, writes);
	for (unsigned i = 0; i < count; i++) {
		struct el2_result result = {
			.reg = el2_reg_name(writes[i].reg),
			.value = writes[i].value,
			.note = note(&writes[i]),
		};

		show(&result);
	}
}

bool el2_is_usable(void)
{
	struct id_regs ids;

	id_regs_read(&ids);
	return el2_has_nvhe(&ids);
}
