/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/bootmenu.h"
#include "common/shell/cmd.h"

static int do_menu(int argc, char *const argv[])
{
	return bootmenu_run(MENU_SCREEN, argc > 1 ? argv[1] : NULL);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_menu) = {
	.name = "menu",
	.max_args = 2,
	.run = do_menu,
	.brief = "choose on the whole screen what boots, or edit it first",
	.usage = "[delay]\n	- as bootmenu; the key e edits an entry's command for this time",
};
