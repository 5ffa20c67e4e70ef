/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "arch/psci.h"
#include "common/handoff/census.h"
#include "common/shell/cmd.h"
#include "common/fdt/cpus.h"
#include "common/fdt/fdt.h"
#include "common/handoff/spin.h"
#include "common/handoff/spin_census.h"
#include "lib/base/err.h"

#define STATE_OFF 1 /* DEN 0022, 5.8: AFFINITY_INFO */

/* What AFFINITY_INFO answers for one CPU; true where that is "off". */
static bool print_state(uint64_t mpidr)
{
	static const char states[][12] = { "on", "off", "on pending" };
	uint32_t state;
	int err = psci_call(machine.psci, LOFT_PSCI_AFFINITY_INFO, mpidr, 0, 0, &state);

	if (machine.psci == PSCI_NONE)
		printf("unknown: no PSCI to ask");
	else if (err)
		printf("unknown: PSCI AFFINITY_INFO: %s", err_name(err));
	else
		printf("%s", state < ARRAY_SIZE(states) ? states[state] : "unknown: no such state");
	return machine.psci != PSCI_NONE && !err && state == STATE_OFF;
}

/* What it is once it is on; a kernel wants all CPUs to come at one level. */
static void print_census(int rc, const struct census *census, const struct why *why)
{
	unsigned int el;

	if (rc) {
		printf(": %s", why->text);
		return;
	}
	el = (unsigned int)(census->el >> 2);
	printf(": %s, comes at EL%u", cpu_name(census->midr), el);
	if (el != cpu_el())
		printf(", the boot CPU is at EL%u: a kernel will not get it", cpu_el());
}

static void print_off(uint64_t mpidr)
{
	struct census census;
	struct why why = { "" };
	int rc;

	if (!print_state(mpidr) || !IS_ENABLED(CONFIG_CPU_CENSUS))
		return;
	rc = census_take(mpidr, &census, &why);
	print_census(rc, &census, &why);
}

/* Nothing but Loft could have sent it away, and that only for a kernel. */
static void print_spinning(unsigned int number, paddr_t release)
{
	struct census census;
	struct why why = { "" };
	int rc;

	printf("waits in the spin table: 0x%llx", (unsigned long long)release);
	if (!IS_ENABLED(CONFIG_SPIN_CENSUS))
		return;
	rc = spin_census_take(number, release, &census, &why);
	print_census(rc, &census, &why);
}

static int do_cpu(int argc, char *const argv[])
{
	uint64_t mpidr[CPUS_MAX];
	paddr_t release[CPUS_MAX] = { 0 };
	unsigned count = cpus_list(machine.fdt, mpidr);

	if (argc != 2 || strcmp(argv[1], "list"))
		return CMD_USAGE;
	if (IS_ENABLED(CONFIG_SPIN_TABLE))
		(void)spin_table_list(machine.fdt, release);
	for (unsigned i = 0; i < count; i++) {
		printf("CPU %u: MPIDR 0x%llx, ", i, (unsigned long long)mpidr[i]);
		if (mpidr[i] == cpu_mpidr())
			printf("on: this one, %s at EL%u", cpu_name(cpu_midr()), cpu_el());
		else if (release[i] && machine.psci == PSCI_NONE)
			print_spinning(i, release[i]);
		else
			print_off(mpidr[i]);
		printf("\n");
	}
	if (count == CPUS_MAX)
		printf("(more than %d are not listed)\n", CPUS_MAX);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_cpu) = {
	.name = "cpu",
	.max_args = 2,
	.repeat = true,
	.run = do_cpu,
	.brief = "show the CPUs",
	.usage = "list\n"
		 "    - each CPU of the device tree: what it is, its exception level,\n"
		 "      and whether PSCI has it on or off, or where it waits in a spin table",
};
