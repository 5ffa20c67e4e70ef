/* SPDX-License-Identifier: BSD-2-Clause */
/* gdb, gdbinfo: Loft under a debugger. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/gdb/gdb.h"
#include "common/handoff/gdb.h"

static int do_gdb(int argc, char *const argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	struct why why;

	if (!strcmp(what, "off")) {
		gdb_end();
		return 0;
	}
	if (!strcmp(what, "listen")) {
		if (!gdb_listen(&why))
			return 0;
		printf("%s: %s\n", argv[0], why.text);
		return -ENODEV;
	}
	if (*what)
		return CMD_USAGE;
	gdb_announce();
	gdb_stop();
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_gdb) = {
	.name = "gdb",
	.max_args = 2,
	.run = do_gdb,
	.brief = "stop for a remote gdb",
	.usage =
		"\n	- stop here until a gdb says `continue` or `detach`: `target remote` to the\n"
		"	  second UART where there is one, else to this line\n"
		"gdb listen\n	- go on; a gdb that attaches to the second UART stops Loft by itself\n"
		"gdb off\n	- forget the gdb that was attached, and its breakpoints",
};

static int do_gdbinfo(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	gdb_print_loft();
	handoff_gdb_print();
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_gdbinfo) = {
	.name = "gdbinfo",
	.max_args = 1,
	.run = do_gdbinfo,
	.brief = "what to type at gdb for symbols",
	.usage =
		"\n	- the add-symbol-file lines for Loft where it runs now, and for the kernel that was\n"
		"	  loaded last",
};
