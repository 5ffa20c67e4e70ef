/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "arch/smccc.h"
#include "arch/cpu.h"
#include "common/fdt/fdt.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"

/* UNDEFINED there, unless the machine itself says that it is how PSCI is called (QEMU). */
static bool nobody_takes(enum psci_conduit conduit, const char *name)
{
	bool smc = conduit == PSCI_SMC;

	if (machine.psci == conduit || cpu_has_el(smc ? 3 : 2))
		return false;
	printf("%s: this machine has no EL%u that would take it%s\n", name, smc ? 3 : 2,
	       machine.psci == PSCI_HVC   ? "; PSCI is called by hvc here"
	       : machine.psci == PSCI_SMC ? "; PSCI is called by smc here"
					  : "");
	return true;
}

static int do_call(int argc, char *const argv[])
{
	uint64_t x[8] = { 0 };

	if (argc < 2)
		return CMD_USAGE;
	for (int i = 1; i < argc; i++)
		if (cmd_number(argv[i], argv[0], &x[i - 1]))
			return CMD_FAILED;
	if (nobody_takes(*argv[0] == 'h' ? PSCI_HVC : PSCI_SMC, argv[0]))
		return CMD_FAILED;
	console_drain(); /* it may be one that does not come back */
	smccc_call(*argv[0] == 'h' ? PSCI_HVC : PSCI_SMC, x);
	printf("Res:  %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", (int64_t)x[0],
	       (int64_t)x[1], (int64_t)x[2], (int64_t)x[3]);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_smc) = {
	.name = "smc",
	.max_args = 9,
	.run = do_call,
	.brief = "Issue a Secure Monitor Call",
	.usage = "<fid> [arg1 ... arg6] [id]\n"
		 "    - numbers are hexadecimal; prints x0 to x3, decimal\n"
		 "smc 84000000\n"
		 "    - the version of PSCI",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_hvc) = {
	.name = "hvc",
	.yields = true,
	.max_args = 9,
	.run = do_call,
	.brief = "Issue a Hypervisor Call",
	.usage = "<fid> [arg1 ... arg6] [id]\n"
		 "    - numbers are hexadecimal; prints x0 to x3, decimal",
};
