/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "arch/psci.h"
#include "common/board.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/console/power.h"
#include "common/fdt/fdt.h"
#include "lib/base/err.h"

/* PSCI knows best; where there is none, the board may. */
static bool board_has(int (*hook)(void))
{
	return IS_ENABLED(CONFIG_BOARD_HOOKS) && machine.psci == PSCI_NONE && hook;
}

/* Without PSCI, or where it came back. */
static int tree_has(const char *command, bool off, int err)
{
	struct why why;

	if (!IS_ENABLED(CONFIG_POWER_TREE))
		return err;
	err = power_by_tree(off, &why);
	if (machine.psci == PSCI_NONE || err != -ENODEV)
		printf("%s: %s\n", command, why.text);
	return err;
}

static int leave(const char *command, bool off)
{
	int (*const own)(void) = off ? board.poweroff : board.reset;
	int err;

	console_drain();
	if (board_has(own)) {
		err = own();
		printf("%s: the machine did not: %s\n", command, err_name(err));
		return err;
	}
	err = off ? psci_system_off(machine.psci) : psci_system_reset(machine.psci);
	if (machine.psci != PSCI_NONE || !IS_ENABLED(CONFIG_POWER_TREE))
		printf("%s: the firmware's PSCI did not: %s\n", command, err_name(err));
	return tree_has(command, off, err);
}

static int do_reset(int argc, char *const argv[])
{
	/* A warm reset is asked for by -w: what PSCI surely has is the cold one, which does too. */
	if (argc > 1 && strcmp(argv[1], "-w"))
		return CMD_USAGE;
	printf("resetting ...\n");
	return leave(argv[0], false);
}

static int do_poweroff(int argc, char *const argv[])
{
	(void)argc;
	printf("poweroff ...\n");
	return leave(argv[0], true);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_reset) = {
	.name = "reset",
	.max_args = 2,
	.run = do_reset,
	.brief = "reset the machine",
	.usage = "[-w]\n	- -w: a warm reset will do",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_poweroff) = {
	.name = "poweroff",
	.max_args = 1,
	.run = do_poweroff,
	.brief = "power the machine off",
};
