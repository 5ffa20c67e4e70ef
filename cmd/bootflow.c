/* SPDX-License-Identifier: BSD-2-Clause */
/* bootflow, sysboot: what disks have to boot. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/files.h"
#include "common/boot/diskboot.h"
#include "common/env/env.h"
#include "common/shell/cmd.h"
#include "common/shell/readline.h"
#include "lib/base/num.h"

static struct bootflow flows[BOOTFLOWS_MAX];
static unsigned int count;
static int selected = -1;

static int keep(void *ctx, const struct bootflow *flow)
{
	(void)ctx;
	if (count == BOOTFLOWS_MAX) {
		printf("bootflow: more than %d: the rest is left out\n", BOOTFLOWS_MAX);
		return -ENOSPC;
	}
	flows[count++] = *flow;
	return 0;
}

static void print_list(void)
{
	static const char line[] = "---  -----------  ------  --------  ----  "
				   "------------------------  ----------------\n";

	printf("Seq  Method       State   Uclass    Part  Name                      Filename\n%s",
	       line);
	for (unsigned int i = 0; i < count; i++) {
		char name[32];

		snprintf(name, sizeof(name), flows[i].part ? "%s%u.part_%x" : "%s%u.whole",
			 flows[i].type, flows[i].number, flows[i].part);
		printf("%3x  %-11s  ready   %-8s  %4x  %-24s  %s\n", i, flows[i].method,
		       flows[i].type, flows[i].part, name, flows[i].file);
	}
	printf("%s(%u bootflow%s, %u valid)\n", line, count, count == 1 ? "" : "s", count);
}

static int boot(const struct bootflow *flow)
{
	struct why why = { "" };
	int err = diskboot_run(flow, &why);

	if (err)
		printf("bootflow: %s\n", why.text);
	return err;
}

/* The disks among ${boot_targets}. */
static void scan_targets(void)
{
	const char *name = env_get("boot_targets");

	for (name = name ? name : ""; *(name += strspn(name, " "));) {
		const size_t len = strcspn(name, " ");

		(void)diskboot_find(name, len, keep, NULL);
		name += len;
	}
}

static int do_scan(int argc, char *const argv[])
{
	const char *options = argc > 1 && argv[1][0] == '-' ? argv[1] + 1 : "";
	const char *name = *options ? argv[2] : argc > 1 ? argv[1] : NULL;

	if (strspn(options, "lbaeGHp") != strlen(options))
		return CMD_USAGE;
	count = 0;
	selected = -1;
	if (!name) {
		scan_targets();
	} else if (diskboot_find(name, strlen(name), keep, NULL) == -EINVAL) {
		printf("%s: there is no kind of disks named %.20s here\n", "bootflow", name);
		return -EINVAL;
	}
	if (strchr(options, 'l'))
		print_list();
	for (unsigned int i = 0; strchr(options, 'b') && i < count; i++)
		if (boot(&flows[i]) == -EINTR)
			return -EINTR;
	return count && !strchr(options, 'b') ? 0 : CMD_FAILED;
}

static int do_list(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	print_list();
	return 0;
}

static int do_select(int argc, char *const argv[])
{
	uint64_t n;

	if (argc < 2) {
		selected = -1;
		return 0;
	}
	if (num_parse(argv[1], 16, &n) || n >= count) {
		printf("Cannot find bootflow '%s' (err=-2)\n", argv[1]);
		return CMD_FAILED;
	}
	selected = (int)n;
	return 0;
}

static const struct bootflow *chosen(void)
{
	if (selected < 0)
		printf("No bootflow selected\n");
	return selected < 0 ? NULL : &flows[selected];
}

static int do_info(int argc, char *const argv[])
{
	const struct bootflow *flow = chosen();

	(void)argc;
	(void)argv;
	if (!flow)
		return CMD_FAILED;
	printf("Name:      %s%u.part_%x\nDevice:    %s %u\nMethod:    %s\nState:     ready\n"
	       "Partition: %x\nFilename:  %s\n",
	       flow->type, flow->number, flow->part, flow->type, flow->number, flow->method,
	       flow->part, flow->file);
	return 0;
}

static int do_boot(int argc, char *const argv[])
{
	const struct bootflow *flow = chosen();

	(void)argc;
	(void)argv;
	return flow ? boot(flow) : CMD_FAILED;
}

/* Choose one of what was found, by its number; Ctrl-C leaves things as they are. */
static int do_menu(int argc, char *const argv[])
{
	const struct readline how = { .prompt = "Enter choice: " };
	const char *line;
	uint64_t n;

	(void)argc;
	(void)argv;
	if (!count)
		scan_targets();
	if (!count) {
		printf("No bootflows found\n");
		return CMD_FAILED;
	}
	for (unsigned int i = 0; i < count; i++)
		printf("%x:\t%s %s %u:%x %s\n", i, flows[i].method, flows[i].type, flows[i].number,
		       flows[i].part, flows[i].file);
	for (;;) {
		if (console_readline(&how, &line) != LINEEDIT_LINE)
			return -EINTR;
		if (!num_parse(line, 16, &n) && n < count)
			break;
		printf("%s not found\n", line);
	}
	selected = (int)n;
	printf("Selected: %s\n", flows[n].file);
	return 0;
}

static int do_bootflow(int argc, char *const argv[])
{
	static const struct cmd subs[] = {
		{ .name = "scan", .max_args = 3, .run = do_scan },
		{ .name = "list", .max_args = 1, .run = do_list },
		{ .name = "select", .max_args = 2, .run = do_select },
		{ .name = "info", .max_args = 1, .run = do_info },
		{ .name = "boot", .max_args = 1, .run = do_boot },
		{ .name = "menu", .max_args = 1, .run = do_menu },
	};

	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootflow) = {
	.name = "bootflow",
	.max_args = 4,
	.run = do_bootflow,
	.brief = "Boot flows",
	.usage = "scan [-lb] [disk] - look on the disks of ${boot_targets}, or on one (virtio0);\n"
		 "	  -l: list what is there, -b: boot the first that boots\n"
		 "bootflow list - what was found\n"
		 "bootflow select [num] - choose one, or none\n"
		 "bootflow info - show the chosen one\n"
		 "bootflow boot - boot it\n"
		 "bootflow menu - choose one by its number; scan where nothing was found",
};

/* sysboot [-p] interface dev[:part] fstype [addr [file]] */
static int do_sysboot(int argc, char *const argv[])
{
	const char *path = env_get("bootfile");
	struct why why = { "" };
	uint64_t at = 0;
	int err;

	if (argc > 1 && !strcmp(argv[1], "-p")) {
		argc--;
		argv++;
	}
	if (argc < 4)
		return CMD_USAGE;
	if (argc > 4 && cmd_number(argv[4], "sysboot: address", &at))
		return -EINVAL;
	if (argc > 5)
		path = argv[5];
	err = diskboot_menu(argv[1], argv[2], path ? path : "/boot/extlinux/extlinux.conf", at,
			    &why);
	if (err)
		printf("sysboot: %s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_sysboot) = {
	.name = "sysboot",
	.max_args = 7,
	.run = do_sysboot,
	.brief = "command to get and boot from syslinux files",
	.usage = "[-p] <interface> <dev[:part]> <ext2|fat|any> [addr] [filename]\n"
		 "	- boot from a menu, the file ${bootfile}, else\n"
		 "	  /boot/extlinux/extlinux.conf; -p and the file system change nothing",
	.complete = FILES_COMPLETE,
};
