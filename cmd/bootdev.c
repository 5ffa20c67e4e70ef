/* SPDX-License-Identifier: BSD-2-Clause */
/* bootdev, bootmeth: the disks that may have something to boot, and what that can be. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/boot/diskboot.h"
#include "common/shell/cmd.h"

static int list(void)
{
	static const char line[] = "---  ------  ------  --------  ------------------\n";
	unsigned int n = 0;

	printf("Seq  Probed  Status  Uclass    Name\n%s", line);
	for (const struct blk *blk = blk_next(NULL); blk; blk = blk_next(blk))
		printf("%3x   [ + ]      OK  %-8s  %s%u.bootdev\n", n++, blk->type, blk->type,
		       blk->number);
	printf("%s(%u bootdev%s)\n", line, n, n == 1 ? "" : "s");
	return 0;
}

/* @name: a kind of disks; NULL: all */
static int hunt(const char *name)
{
	bool any = false;

	TABLE_FOREACH(disk_table, struct disk_type, type) {
		if (name && strcmp(name, type->name))
			continue;
		printf("Hunting with: %s\n", type->name);
		disk_scan_once(type);
		any = true;
	}
	if (!any)
		printf("%s: there is no kind of disks named %.20s here\n", "bootdev", name);
	return any ? 0 : -ENOENT;
}

static int do_bootdev(int argc, char *const argv[])
{
	if (argc >= 2 && !strcmp(argv[1], "list"))
		return list();
	if (argc >= 2 && !strcmp(argv[1], "hunt"))
		return hunt(argc > 2 ? argv[2] : NULL);
	return CMD_USAGE;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootdev) = {
	.name = "bootdev",
	.max_args = 3,
	.run = do_bootdev,
	.brief = "Boot devices",
	.usage = "list - the disks found so far\n"
		 "bootdev hunt [kind] - look for more",
};

static int do_bootmeth(int argc, char *const argv[])
{
	static const char line[] = "-----  ---  ------------------  ------------------\n";
	static const char format[] = "%5zx  %3zx  %-18s  %s\n";
	static const struct {
		const char *name, *about;
	} methods[] = {
		{ "loft", "loft.cfg beside a kernel" },
		{ "extlinux", "Extlinux boot from a block device" },
		{ "bls", "Boot Loader Specification, type 1" },
		{ "script", "Script boot from a block device" },
		{ "uenv", "Variables of uEnv.txt, then ${uenvcmd}" },
		{ "kernel", "An ELF kernel" },
	};

	const size_t count = ARRAY_SIZE(methods);

	if (argc != 2 || strcmp(argv[1], "list"))
		return CMD_USAGE;
	printf("Order  Seq  Name                Description\n%s", line);
	for (size_t i = 0; i < count; i++)
		printf(format, i, i, methods[i].name, methods[i].about);
	if (IS_ENABLED(CONFIG_BOOT_RPI))
		printf(format, count, count, "rpi", "config.txt of a Raspberry Pi");
	printf("%s(%zu bootmeths)\n", line, count + IS_ENABLED(CONFIG_BOOT_RPI));
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootmeth) = {
	.name = "bootmeth",
	.max_args = 2,
	.run = do_bootmeth,
	.brief = "Boot methods",
	.usage = "list - what is looked for, in order",
};
