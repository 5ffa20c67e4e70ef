/* SPDX-License-Identifier: BSD-2-Clause */
/* bootz: Linux for AArch32. */
#include "cmd/boot.h"
#include "common/shell/cmd.h"

static int do_bootz(int argc, char *const argv[])
{
	struct boot_request req = { .want = "AArch32 zImage" };

	return boot_linux_command(argc, argv, &req, "zimage: Bad magic!");
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootz) = {
	.name = "bootz",
	.max_args = 4,
	.run = do_bootz,
	.brief = "boot Linux zImage image from memory",
	.usage =
		"[addr [initrd[:size]] [fdt]]\n"
		"	- boot the zImage, Linux for AArch32, at addr (default ${loadaddr}); Loft must\n"
		"	  have been entered at EL2 or EL3. '-' for initrd: none; no fdt: the machine's own",
};
