/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "common/boot/targets.h"
#include "common/shell/cmd.h"
#include "common/shell/shell.h"

static int do_autoboot(int argc, char *const argv[])
{
	struct why why = { "" };
	int err = bootsrc_auto(&why);

	(void)argc;
	if (err)
		printf("%s: %s\n", argv[0], why.text);
	return err;
}

static int do_bootd(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	return shell_run("run bootcmd") ? CMD_FAILED : 0;
}

#define NOTHING
#define QFW "qfw: QEMU's -kernel, with -initrd and -append\n	  "

TABLE_ENTRY(cmd_table, struct cmd, cmd_autoboot) = {
	.name = "autoboot",
	.max_args = 1,
	.run = do_autoboot,
	.brief = "boot from the first of ${boot_targets} that has a kernel",
	.usage = "\n	- " SELECT_IF(
		CONFIG_FW_CFG, QFW,
		NOTHING) "ram: an ELF or arm64 Image at ${loadaddr}, or a gzip of one\n"
			 "	  virtio, virtio0: extlinux.conf, boot.scr or kernel.elf of the disks of a kind, of\n"
			 "	  one; partitions with a boot flag first\n"
			 "	  dhcp: the file that a DHCP server names; netretry=yes: for ever",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_boot) = {
	.name = "boot",
	.max_args = 1,
	.run = do_bootd,
	.brief = "boot default, i.e., run 'bootcmd'",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootd) = {
	.name = "bootd",
	.max_args = 1,
	.run = do_bootd,
	.brief = "boot default, i.e., run 'bootcmd'",
};
