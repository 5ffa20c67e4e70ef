/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "arch/psci.h"
#include "common/console/console.h"
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
	else if (err == -EINVAL && cpu_entered_el3())
		printf("parked since reset: Loft's monitor has no number for it");
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
	struct cpus cpus;
	struct cpu_node cpu;

	if (argc != 2 || strcmp(argv[1], "list"))
		return CMD_USAGE;
	cpus_begin(&cpus, machine.fdt);
	for (unsigned i = 0; cpus_next(&cpus, &cpu); i++) {
		if (console_ctrlc())
			return CMD_FAILED;
		printf("CPU %u: MPIDR 0x%llx, ", i, (unsigned long long)cpu.mpidr);
		if (cpu.mpidr == cpu_mpidr())
			printf("on: this one, %s at EL%u", cpu_name(cpu_midr()), cpu_el());
		else if (IS_ENABLED(CONFIG_SPIN_TABLE) && cpu.release && machine.psci == PSCI_NONE)
			print_spinning(i, cpu.release);
		else
			print_off(cpu.mpidr);
		printf("\n");
	}
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
