/* SPDX-License-Identifier: BSD-2-Clause */
/* bootflow, sysboot: what disks have to boot. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/bootflow.h"
#include "cmd/files.h"
#include "common/boot/bootstd.h"
#include "common/boot/diskboot.h"
#include "common/env/env.h"
#include "common/shell/cmd.h"
#include "common/shell/readline.h"
#include "common/shell/shell.h"
#include "lib/base/num.h"

#define FULL IS_ENABLED(CONFIG_BOOTSTD_FULL)

static struct bootflow flows[BOOTFLOWS_MAX];
static unsigned char states[BOOTFLOWS_MAX]; /* enum bootflow_state; FULL only */
static unsigned int count;
static int selected = -1;
static bool showing, missed, errors; /* FULL only */

static const struct {
	const char *state, *reason;
} words[] = {
	[BOOTFLOW_READY] = { "ready", "" },
	[BOOTFLOW_FS] = { "fs", "File not found, err=-2" },
	[BOOTFLOW_PART] = { "part", "No filesystem found, err=-93" },
};

static void name_of(const struct bootflow *flow, char name[32])
{
	snprintf(name, 32, flow->part ? "%s%u.bootdev.part_%x" : "%s%u.bootdev.whole", flow->type,
		 flow->number, flow->part);
}

static void print_flow(unsigned int i)
{
	const struct bootflow *flow = &flows[i];
	const char *state = FULL ? words[states[i]].state : "ready";
	char name[32];

	name_of(flow, name);
	printf("%3x  %-11s  %-6s  %-8s  %4x  %-24s  %s\n", i, flow->method, state, flow->type,
	       flow->part, name, flow->file);
	if (FULL && errors && states[i])
		printf("     ** %s\n", words[states[i]].reason);
}

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

static const char list_line[] = "---  -----------  ------  --------  ----  "
				"------------------------  ----------------\n";

static void print_head(void)
{
	printf("Seq  Method       State   Uclass    Part  Name                      Filename\n%s",
	       list_line);
}

static bool is_of(const struct bootflow *flow, const struct blk *blk)
{
	return !blk || (!strcmp(flow->type, blk->type) && flow->number == blk->number);
}

unsigned int bootflow_count(const struct blk *blk, unsigned int *valid)
{
	unsigned int n = 0;

	*valid = 0;
	for (unsigned int i = 0; i < count; i++) {
		n += is_of(&flows[i], blk);
		*valid += is_of(&flows[i], blk) && states[i] == BOOTFLOW_READY;
	}
	return n;
}

static void print_end(const struct blk *blk)
{
	unsigned int n = count, valid = count;

	if (FULL)
		n = bootflow_count(blk, &valid);
	printf("%s(%u bootflow%s, %u valid)\n", list_line, n, n == 1 ? "" : "s", valid);
}

static void print_list(const struct blk *blk)
{
	print_head();
	for (unsigned int i = 0; i < count; i++)
		if (!FULL || is_of(&flows[i], blk))
			print_flow(i);
	print_end(blk);
}

static int boot(const struct bootflow *flow)
{
	struct why why = { "" };
	int err = diskboot_run(flow, &why);

	if (err)
		printf("bootflow: %s\n", why.text);
	return err;
}

/* With @state, and shown at once where that was asked for. */
static int keep_state(const struct bootflow *flow, enum bootflow_state state)
{
	const struct bootflow *before = count ? &flows[count - 1] : NULL;
	int err = keep(NULL, flow);

	if (err)
		return err;
	states[count - 1] = (unsigned char)state;
	if (showing && (!before || before->number != flow->number || before->type != flow->type))
		printf("Scanning bootdev '%s%u.bootdev':\n", flow->type, flow->number);
	if (showing)
		print_flow(count - 1);
	return 0;
}

static int keep_full(void *ctx, const struct bootflow *flow)
{
	(void)ctx;
	return keep_state(flow, BOOTFLOW_READY);
}

static void keep_missed(void *ctx, const struct bootflow *flow, enum bootflow_state state)
{
	(void)ctx;
	if (count < BOOTFLOWS_MAX)
		(void)!keep_state(flow, state);
}

static int scan_one(const char *name, size_t len)
{
	if (FULL)
		return diskboot_find_all(name, len, keep_full, missed ? keep_missed : NULL, NULL);
	return diskboot_find(name, len, keep, NULL);
}

/* The disks among ${boot_targets}. */
static void scan_targets(void)
{
	const char *name = env_get("boot_targets");

	for (name = name ? name : ""; *(name += strspn(name, " "));) {
		const size_t len = strcspn(name, " ");

		(void)scan_one(name, len);
		name += len;
	}
}

/* @blk: the only disk, or NULL */
static int scan(const char *name, const struct blk *blk)
{
	char of[16];
	int err = 0;

	if (FULL && blk)
		snprintf(of, sizeof(of), "%s%u", blk->type, blk->number);
	if (FULL && showing) {
		printf(blk ? "Scanning for bootflows in bootdev '%s.bootdev'\n"
			   : "Scanning for bootflows in all bootdevs\n",
		       of);
		print_head();
	}
	if (FULL && blk)
		name = of;
	if (!name)
		scan_targets();
	else
		err = scan_one(name, strlen(name));
	if (err == -EINVAL)
		printf("%s: there is no kind of disks named %.20s here\n", "bootflow", name);
	if (FULL && showing) {
		printf("No more bootdevs\n");
		print_end(NULL);
	}
	return err == -EINVAL ? err : 0;
}

static int do_scan(int argc, char *const argv[])
{
	const char *options = argc > 1 && argv[1][0] == '-' ? argv[1] + 1 : "";
	const char *name = *options ? argv[2] : argc > 1 ? argv[1] : NULL;
	const struct blk *blk = NULL;
	unsigned int valid = 0;

	if (strspn(options, "lbaeGHp") != strlen(options))
		return CMD_USAGE;
	count = 0;
	selected = -1;
	if (FULL) {
		showing = strchr(options, 'l');
		missed = strchr(options, 'a');
		errors = strchr(options, 'e');
		blk = name ? bootstd_find(name) : bootstd_selected();
	}
	if (scan(name, blk))
		return -EINVAL;
	if (!FULL && strchr(options, 'l'))
		print_list(NULL);
	for (unsigned int i = 0; i < count; i++) {
		if (FULL && states[i])
			continue;
		valid++;
		if (strchr(options, 'b') && boot(&flows[i]) == -EINTR)
			return -EINTR;
	}
	return valid && !strchr(options, 'b') ? 0 : CMD_FAILED;
}

static int do_list(int argc, char *const argv[])
{
	const struct blk *blk = FULL ? bootstd_selected() : NULL;

	errors = FULL && argc > 1 && !strcmp(argv[1], "-e");
	if (FULL && blk)
		printf("Showing bootflows for bootdev '%s%u.bootdev'\n", blk->type, blk->number);
	else if (FULL)
		printf("Showing all bootflows\n");
	print_list(blk);
	return 0;
}

/* -1: none is called so */
static int find_named(const char *name)
{
	for (unsigned int i = 0; FULL && i < count; i++) {
		char known[32];

		name_of(&flows[i], known);
		if (!strcmp(known, name))
			return (int)i;
	}
	return -1;
}

static int do_select(int argc, char *const argv[])
{
	uint64_t n;

	if (argc < 2) {
		selected = -1;
		return 0;
	}
	if (num_parse(argv[1], 16, &n))
		n = (uint64_t)find_named(argv[1]);
	if (n >= count) {
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
	const char *state = FULL && flow ? words[states[selected]].state : "ready";
	char name[32], command[64];

	if (!flow)
		return CMD_FAILED;
	name_of(flow, name);
	printf("Name:      %s\nDevice:    %s %u\nMethod:    %s\nState:     %s\n"
	       "Partition: %x\nFilename:  %s\n",
	       name, flow->type, flow->number, flow->method, state, flow->part, flow->file);
	if (!FULL || argc < 2 || strcmp(argv[1], "-d"))
		return 0;
	snprintf(command, sizeof(command), "%s %s %x:%x %s",
		 strcmp(flow->method, "bls") ? "cat" : "ls", flow->type, flow->number, flow->part,
		 flow->file);
	return shell_run(command);
}

static int do_boot(int argc, char *const argv[])
{
	const struct bootflow *flow = chosen();

	(void)argc;
	(void)argv;
	if (FULL && flow && states[selected]) {
		printf("bootflow: %s\n", words[states[selected]].reason);
		return CMD_FAILED;
	}
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
		if (!FULL || !states[i])
			printf("%x:\t%s %s %u:%x %s\n", i, flows[i].method, flows[i].type,
			       flows[i].number, flows[i].part, flows[i].file);
	for (;;) {
		if (console_readline(&how, &line) != LINEEDIT_LINE)
			return -EINTR;
		if (!num_parse(line, 16, &n) && n < count && (!FULL || !states[n]))
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
		{ .name = "list", .max_args = FULL ? 2 : 1, .run = do_list },
		{ .name = "select", .max_args = 2, .run = do_select },
		{ .name = "info", .max_args = FULL ? 2 : 1, .run = do_info },
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
	.usage =
		FULL ? "scan [-lbae] [disk] - look on the disks of ${boot_targets}, or on one (virtio0);\n"
		       "	  -l: list what is there, -b: boot the first that boots,\n"
		       "	  -a: and what a partition lacks, -e: why that does not boot\n"
		       "bootflow list [-e] - what was found\n"
		       "bootflow select [num|name] - choose one, or none\n"
		       "bootflow info [-d] - show the chosen one; -d: and its file\n"
		       "bootflow boot - boot it\n"
		       "bootflow menu - choose one by its number"
		     : "scan [-lb] [disk] - look on the disks of ${boot_targets}, or on one (virtio0);\n"
		       "	  -l: list what is there, -b: boot the first that boots\n"
		       "bootflow list - what was found\n"
		       "bootflow select [num] - choose one, or none\n"
		       "bootflow info - show the chosen one\n"
		       "bootflow boot - boot it\n"
		       "bootflow menu - choose one by its number",
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
