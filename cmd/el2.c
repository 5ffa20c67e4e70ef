/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "arch/el2.h"
#include "common/shell/cmd.h"
#include "common/fdt/fdt.h"

static void print_rule(const struct el2_row *row)
{
	printf("%-3s  %-15s  %s0x%016llx  %s: %s  [%s]\n", row->applies ? "yes" : "no", row->reg,
	       row->clears ? "-" : "+", (unsigned long long)row->bits, row->what, row->gate,
	       row->spec);
}

static void print_result(const struct el2_result *result)
{
	printf("  %-15s = 0x%016llx%s%s\n", result->reg, (unsigned long long)result->value,
	       result->note[0] ? "  " : "", result->note);
}

static bool has_gicv3(void)
{
	return machine_find(&machine, "arm,gic-v3", 0) != NULL;
}

static void print_rules(void)
{
	printf("here register         bits                 rule: ID fields (wanted)  [source]\n");
	el2_each_rule(EL2_LIST_EL2, has_gicv3(), print_rule);
	el2_each_rule(EL2_LIST_EL1, has_gicv3(), print_rule);
}

static void print_results(bool at_el2)
{
	printf(at_el2 ? "EL2 writes before it enters EL1:\n"
		      : "EL2 would be written, as far as EL1 can tell:\n");
	el2_each_result(EL2_LIST_EL2, has_gicv3(), print_result);
	printf("EL1's own registers, written from EL1 or EL2:\n");
	el2_each_result(EL2_LIST_EL1, has_gicv3(), print_result);
}

/* What is another way for a kernel with ENTRY_EL 2, and what it finds. */
static void print_vhe(void)
{
	if (!el2_vhe_usable())
		printf("This CPU has no VHE: ENTRY_EL 2 is refused.\n");
	el2_each_rule(EL2_LIST_VHE, has_gicv3(), print_rule);
	printf("EL2's registers under a kernel at EL2:\n");
	el2_each_result(EL2_LIST_VHE, has_gicv3(), print_result);
}

static int do_el2(int argc, char *const argv[])
{
	bool rules = argc == 1 || strcmp(argv[1], "rules") == 0;
	bool results = argc == 1 || strcmp(argv[1], "writes") == 0;
	bool vhe = argc == 2 && strcmp(argv[1], "vhe") == 0;
	bool at_el2 = cpu_el() == 2;

	if (!rules && !results && !vhe)
		return CMD_USAGE;
	printf("CPU: %s, MIDR_EL1 0x%08llx, Loft runs at EL%u\n", cpu_name(cpu_midr()),
	       (unsigned long long)cpu_midr(), cpu_el());
	if (!at_el2)
		printf("Entered at EL1, EL2 was not reachable; what would apply there:\n");
	if (!el2_is_usable())
		printf("HCR_EL2.E2H is fixed at 1 on this CPU: only `el2 vhe` fits it.\n");
	if (rules)
		print_rules();
	if (results)
		print_results(at_el2);
	if (vhe)
		print_vhe();
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_el2) = {
	.name = "el2",
	.max_args = 2,
	.repeat = true,
	.run = do_el2,
	.brief = "show the set-up of EL2 for a kernel at EL1, or at EL2 with VHE",
	.usage = "[rules|writes|vhe]\n"
		 "    - the rules with the ID fields that decide them, the registers that result;\n"
		 "      vhe: what differs for a kernel with ENTRY_EL 2, and its registers",
};
