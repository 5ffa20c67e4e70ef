/* SPDX-License-Identifier: BSD-2-Clause */
/* bootdev, bootmeth: the disks that may have something to boot, and what that can be. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/bootflow.h"
#include "common/boot/bootstd.h"
#include "common/boot/diskboot.h"
#include "common/env/env.h"
#include "common/shell/cmd.h"
#include "lib/base/num.h"

#define FULL IS_ENABLED(CONFIG_BOOTSTD_FULL)

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

/* ---- all of standard boot ---- */

static int choose(const char *name)
{
	if (bootstd_select(name)) {
		printf("Cannot find '%.20s'\n", name);
		return CMD_FAILED;
	}
	return 0;
}

static int info(void)
{
	const struct blk *blk = bootstd_selected();
	unsigned int flows, valid, seq = 0;

	if (!blk) {
		printf("Please use 'bootdev select' first\n");
		return CMD_FAILED;
	}
	for (const struct blk *b = blk_next(NULL); b && b != blk; b = blk_next(b))
		seq++;
	flows = bootflow_count(blk, &valid);
	printf("Name:      %s%u.bootdev\nSequence:  %u\nStatus:    Probed\nUclass:    %s\n"
	       "Bootflows: %u (%u valid)\n",
	       blk->type, blk->number, seq, blk->type, flows, valid);
	return 0;
}

static int list_hunters(void)
{
	static const char line[] = "----  ----  ---------------  ---------------\n";
	unsigned int n = 0;

	printf("Prio  Used  Uclass           Hunter\n%s", line);
	TABLE_FOREACH(disk_table, struct disk_type, type) {
		printf("%4u  %4s  %-15s  %s_bootdev\n", n++, blk_find(type->name, 0) ? "*" : "",
		       type->name, type->name);
	}
	printf("(total hunters: %u)\n", n);
	return 0;
}

/* @name: a kind of disks; NULL: all */
static int hunt(const char *name)
{
	bool any = false;

	if (FULL && name && !strcmp(name, "-l"))
		return list_hunters();
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
	const char *value = argc > 2 ? argv[2] : NULL;

	if (argc >= 2 && !strcmp(argv[1], "list"))
		return list();
	if (argc >= 2 && !strcmp(argv[1], "hunt"))
		return hunt(value);
	if (FULL && argc >= 2 && !strcmp(argv[1], "select"))
		return choose(value);
	if (FULL && argc >= 2 && !strcmp(argv[1], "info"))
		return info();
	return CMD_USAGE;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootdev) = {
	.name = "bootdev",
	.max_args = 3,
	.run = do_bootdev,
	.brief = "Boot devices",
	.usage = FULL ? "list - the disks found so far\n"
			"bootdev hunt [kind] - look for more; -l: which kinds there are\n"
			"bootdev select [disk] - only this one's bootflows; or all again\n"
			"bootdev info - of the one that was chosen"
		      : "list - the disks found so far\n"
			"bootdev hunt [kind] - look for more",
};

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
static const char method_rpi[] = "config.txt of a Raspberry Pi";
static const char method_format[] = "%5zx  %3zx  %-18s  %s\n";

/* Those of the order; with @all the others, too, which have no place in it. */
static size_t list_order(bool all)
{
	const char *name, *at;
	size_t n = 0;

	for (; (name = bootstd_method((unsigned int)n)); n++) {
		size_t seq = 0;

		while (strcmp(bootmeth_name((unsigned int)seq), name))
			seq++;
		printf(method_format, n, seq, name,
		       seq < ARRAY_SIZE(methods) ? methods[seq].about : method_rpi);
	}
	for (size_t seq = 0; all && (at = bootmeth_name((unsigned int)seq)); seq++) {
		if (bootstd_looks_for(at))
			continue;
		printf("    -  %3zx  %-18s  %s\n", seq, at,
		       seq < ARRAY_SIZE(methods) ? methods[seq].about : method_rpi);
		n++;
	}
	return n;
}

static int list_methods(bool all)
{
	static const char line[] = "-----  ---  ------------------  ------------------\n";
	size_t count = ARRAY_SIZE(methods);

	printf("Order  Seq  Name                Description\n%s", line);
	if (FULL) {
		count = list_order(all);
	} else {
		for (size_t i = 0; i < count; i++)
			printf(method_format, i, i, methods[i].name, methods[i].about);
		if (IS_ENABLED(CONFIG_BOOT_RPI))
			printf(method_format, count, count, "rpi", method_rpi);
		count += IS_ENABLED(CONFIG_BOOT_RPI);
	}
	printf("%s(%zu bootmeth%s)\n", line, count, FULL && count == 1 ? "" : "s");
	return 0;
}

/* Words, or one word of several; none: as it is without. */
static int order(int argc, char *const argv[])
{
	char text[120] = "", *rest = text, *name;
	size_t used = 0;

	for (int i = 0; i < argc; i++) {
		if (strlen(argv[i]) + 1 >= sizeof(text) - used)
			return CMD_USAGE;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
					 argv[i]);
	}
	if (env_set("bootmeths", used ? text : NULL))
		return CMD_FAILED;
	while ((name = strtok_r(rest, " ", &rest))) {
		if (bootstd_looks_for(name))
			continue;
		printf("Unknown bootmeth '%s'\nFailed (err=-2)\n", name);
		(void)!env_set("bootmeths", NULL);
		return CMD_FAILED;
	}
	return 0;
}

static int do_bootmeth(int argc, char *const argv[])
{
	const bool list = argc >= 2 && !strcmp(argv[1], "list");

	if (list && argc == 2)
		return list_methods(false);
	if (FULL && list && argc == 3 && !strcmp(argv[2], "-a"))
		return list_methods(true);
	if (FULL && argc >= 2 && !strcmp(argv[1], "order"))
		return order(argc - 2, argv + 2);
	return CMD_USAGE;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootmeth) = {
	.name = "bootmeth",
	.max_args = FULL ? 9 : 2,
	.run = do_bootmeth,
	.brief = "Boot methods",
	.usage =
		FULL ? "list [-a] - what is looked for, in order; -a: and what is not\n"
		       "bootmeth order [name...] - look for these only, in this order: ${bootmeths}"
		     : "list - what is looked for, in order",
};
