/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/fdt_more.h"
#include "cmd/fdt_print.h"
#include "cmd/fdt_value.h"
#include "cmd/fdt_work.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"

#define VALUE_MAX  1024
#define NODE_BYTES 64 /* tokens and padding of a property or node, beside its name and value */

static int do_addr(int argc, char *const argv[])
{
	bool control = false, quiet = false;
	uint64_t addr, size;
	int err, i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		control |= !strcmp(argv[i], "-c");
		quiet |= !strcmp(argv[i], "-q");
		if (strcmp(argv[i], "-c") && strcmp(argv[i], "-q"))
			return CMD_USAGE;
	}
	if (i == argc) {
		const void *fdt = control ? machine.fdt : fdt_work();

		printf("%s fdt: %08" PRIxPTR "\n", control ? "Control" : "Working", (uintptr_t)fdt);
		return 0;
	}
	if (argc - i > 2 || (control && argc - i > 1))
		return CMD_USAGE;
	err = cmd_number(argv[i], "addr", &addr);
	if (!err && argc - i == 2)
		err = cmd_number(argv[i + 1], "len", &size);
	if (err)
		return err;
	if (control)
		return fdt_work_adopt(addr);
	err = fdt_work_set(addr, quiet);
	if (err)
		return err;
	if (!quiet)
		printf("Working FDT set to %" PRIx64 "\n", addr);
	env_set_hex("fdtaddr", addr);
	if (argc - i < 2)
		return 0;
	if (size >= fdt_totalsize(fdt_work()))
		return fdt_work_grow(size);
	printf("New length %" PRIu64 " < existing length %u, ignoring\n", size,
	       fdt_totalsize(fdt_work()));
	return 0;
}

/* The end of an edit: one line where libfdt refused. */
static int done(const char *function, int err)
{
	fdt_work_done();
	if (err >= 0)
		return 0;
	printf("libfdt %s %s\n", function, fdt_strerror(err));
	return -EINVAL;
}

static int do_set(int argc, char *const argv[])
{
	static uint8_t value[VALUE_MAX];
	struct why why;
	size_t len;
	void *fdt;
	int node, err;

	if (argc < 3)
		return CMD_USAGE;
	err = fdt_value_parse(argc - 3, argv + 3, value, sizeof(value), &len, &why);
	if (err) {
		printf("%s\n", why.text);
		return err;
	}
	if (fdt_node_at(argv[1]) < 0)
		return -ENOENT;
	fdt = fdt_work_edit((uint32_t)(len + strlen(argv[2]) + NODE_BYTES));
	if (!fdt)
		return -ENOSPC;
	node = fdt_path_offset(fdt, argv[1]);
	return done("fdt_setprop():", fdt_setprop(fdt, node, argv[2], value, (int)len));
}

static int do_mknode(int argc, char *const argv[])
{
	void *fdt;

	if (argc != 3)
		return CMD_USAGE;
	if (fdt_node_at(argv[1]) < 0)
		return -ENOENT;
	fdt = fdt_work_edit((uint32_t)(strlen(argv[2]) + NODE_BYTES));
	if (!fdt)
		return -ENOSPC;
	return done("fdt_add_subnode():",
		    fdt_add_subnode(fdt, fdt_path_offset(fdt, argv[1]), argv[2]));
}

static int do_rm(int argc, char *const argv[])
{
	void *fdt;
	int node;

	if (argc < 2)
		return CMD_USAGE;
	if (fdt_node_at(argv[1]) < 0)
		return -ENOENT;
	fdt = fdt_work_edit(0);
	if (!fdt)
		return -ENOSPC;
	node = fdt_path_offset(fdt, argv[1]);
	if (argc > 2)
		return done("fdt_delprop(): ", fdt_delprop(fdt, node, argv[2]));
	if (!node) {
		printf("The root node can't be removed\n");
		return -EPERM;
	}
	return done("fdt_del_node(): ", fdt_del_node(fdt, node));
}

/* Where the ramdisk is. The second number is an end if it can be one, else a size. */
static int chosen_initrd(void *fdt, int node, const char *first, const char *second)
{
	uint64_t start, end;
	int err = cmd_number(first, "start", &start);

	if (!err)
		err = cmd_number(second, "size", &end);
	if (err)
		return err;
	if (end <= start) {
		if (end > UINT64_MAX - start) {
			printf("The ramdisk passes the end of the address space\n");
			return -ERANGE;
		}
		end += start;
	}
	err = fdt_setprop_u64(fdt, node, "linux,initrd-start", start);
	if (!err)
		err = fdt_setprop_u64(fdt, node, "linux,initrd-end", end);
	return done("fdt_setprop():", err);
}

static int do_chosen(int argc, char *const argv[])
{
	const char *bootargs = env_get("bootargs");
	void *fdt;
	int node, err;

	if (argc != 1 && argc != 3)
		return CMD_USAGE;
	fdt = fdt_work_edit((uint32_t)((bootargs ? strlen(bootargs) : 0) + 5 * NODE_BYTES));
	if (!fdt)
		return -ENOSPC;
	node = fdt_path_offset(fdt, "/chosen");
	if (node == -FDT_ERR_NOTFOUND)
		node = fdt_add_subnode(fdt, 0, "chosen");
	if (node < 0)
		return done("fdt_add_subnode():", node);
	err = bootargs ? fdt_setprop_string(fdt, node, "bootargs", bootargs) : 0;
	if (err || argc == 1)
		return done("fdt_setprop():", err);
	return chosen_initrd(fdt, node, argv[1], argv[2]);
}

static int do_resize(int argc, char *const argv[])
{
	uint64_t extra = 0;
	int err = argc > 1 ? cmd_number(argv[1], "extrasize", &extra) : 0;

	return err ? err : fdt_work_resize(extra);
}

static int do_fdt(int argc, char *const argv[])
{
	static const struct cmd subs[] = {
		{ .name = "addr", .max_args = 5, .run = do_addr },
		{ .name = "header", .max_args = 4, .run = do_fdt_header },
		{ .name = "list", .max_args = 3, .run = do_fdt_list },
		{ .name = "print", .max_args = 3, .run = do_fdt_print },
		{ .name = "get", .max_args = 6, .run = do_fdt_get },
		{ .name = "set", .max_args = CMD_WORDS_MAX, .run = do_set },
		{ .name = "mknode", .max_args = 3, .run = do_mknode },
		{ .name = "rm", .max_args = 3, .run = do_rm },
		{ .name = "chosen", .max_args = 3, .run = do_chosen },
		{ .name = "resize", .max_args = 2, .run = do_resize },
		{ .name = "move", .max_args = 4, .run = do_fdt_move },
		{ .name = "memory", .max_args = 3, .run = do_fdt_memory },
		{ .name = "rsvmem", .max_args = 4, .run = do_fdt_rsvmem },
		{ .name = "bootcpu", .max_args = 2, .run = do_fdt_bootcpu },
		{ .name = "apply",
		  .max_args = 2,
		  .run = IS_ENABLED(CONFIG_FIT) ? do_fdt_apply : NULL },
	};

	/* What was a tree when `fdt addr` named it may have been written over since. */
	if (argc > 1 && strncmp(argv[1], "ad", 2) && strncmp(argv[1], "mo", 2) && fdt_work_check())
		return CMD_FAILED;
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_fdt) = {
	.name = "fdt",
	.max_args = CMD_WORDS_MAX,
	.run = do_fdt,
	.brief = "flattened device tree utility commands",
	.usage =
		"addr [-c] [-q] [<addr> [<size>]] - Work on the tree there; -c: copy, as Loft's\n"
		"fdt header [get <var> <member>]     - Display header info\n"
		"fdt print  [<path> [<prop>]]        - Recursive print starting at <path>\n"
		"fdt list   [<path> [<prop>]]        - Print one level starting at <path>\n"
		"fdt get value <var> <path> <prop> [<index>] - Store a property, a string or cell\n"
		"fdt get name <var> <path> <index>   - Store the name of child <index>\n"
		"fdt get addr <var> <path> <prop>    - Store where <property> lies\n"
		"fdt get size <var> <path> [<prop>]  - Store its length, or how many children\n"
		"fdt set    <path> <prop> [<val>]    - Set <prop>: string, <1 0x2>, [00 1f]\n"
		"fdt mknode <path> <node>            - Make a node below <path>\n"
		"fdt rm     <path> [<prop>]          - Delete the node or <prop>\n"
		"fdt chosen [<start> <size>|<end>]   - Put bootargs and ramdisk into /chosen\n"
		"fdt resize [<extrasize>]            - Cut to what is used + <extrasize>\n"
		"fdt move   <fdt> <newaddr> [<length>] - Copy the tree, and work on the copy\n"
		"fdt memory <addr> <size>            - Say where memory is: the one bank\n"
		"fdt rsvmem print | add <addr> <size> | delete <index> - The list of reservations\n"
		"fdt apply <addr>                    - Change it by the overlay there\n"
		"fdt bootcpu <id>                    - Name the CPU that boots\n"
		"Loft's own tree, which kernels get, is worked on until addr names another.\n"
		"A path without a leading '/' begins with an alias.",
};
