/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "arch/psci.h"
#include "common/cmd.h"
#include "common/cpus.h"
#include "common/fdt.h"
#include "lib/err.h"

/* What AFFINITY_INFO answers for one CPU. DEN 0022, 5.8 */
static void print_state(uint64_t mpidr)
{
	static const char states[][12] = { "on", "off", "on pending" };
	uint32_t state;
	int err = psci_call(machine.psci, LOFT_PSCI_AFFINITY_INFO, mpidr, 0, 0, &state);

	if (machine.psci == PSCI_NONE)
		printf("unknown: no PSCI to ask\n");
	else if (err)
		printf("unknown: PSCI AFFINITY_INFO: %s\n", err_name(err));
	else
		printf("%s\n",
		       state < ARRAY_SIZE(states) ? states[state] : "unknown: no such state");
}

static int do_cpu(int argc, char *const argv[])
{
	uint64_t mpidr[CPUS_MAX];
	unsigned count = cpus_list(machine.fdt, mpidr);

	if (argc != 2 || strcmp(argv[1], "list"))
		return CMD_USAGE;
	for (unsigned i = 0; i < count; i++) {
		printf("CPU %u: MPIDR 0x%llx, ", i, (unsigned long long)mpidr[i]);
		if (mpidr[i] == cpu_mpidr())
			printf("on: this one, %s at EL%u\n", cpu_name(cpu_midr()), cpu_el());
		else
			print_state(mpidr[i]);
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
		 "    - each CPU of the device tree, and whether PSCI has it on or off",
};
