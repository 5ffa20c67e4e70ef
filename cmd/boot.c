/* SPDX-License-Identifier: BSD-2-Clause */
/* bootelf, booti: arguments into a struct boot_request. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/boot.h"
#include "common/boot/boot.h"
#include "common/boot/targets.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/image.h"
#include "lib/base/num.h"

static int complain(const char *cmd, int err, const struct why *why)
{
	printf("%s: %s\n", cmd, why->text);
	return err;
}

/* A device tree in memory; as much of the DRAM bank as is left may be read. */
static int parse_fdt(const char *arg, struct boot_request *req, struct why *why)
{
	struct source source;
	paddr_t addr;
	int err = num_parse(arg, 16, &addr);

	if (err)
		return refuse(why, err, "fdt: '%s' is not a hexadecimal address", arg);
	if (addr == (uintptr_t)machine.fdt) /* ${fdtcontroladdr}: Loft's own */
		return 0;
	err = bootsrc_ram(&source, addr, why);
	if (err)
		return err;
	req->fdt = source.mem;
	return fdt_check(source.mem, source.size, NULL, why);
}

/* x0=VALUE,x5=VALUE */
static int parse_regs(const char *arg, struct boot_request *req, struct why *why)
{
	while (*arg) {
		size_t len = strcspn(arg, ",");
		char value[24];
		unsigned int reg;

		if (len < 4 || len - 3 >= sizeof(value) || arg[0] != 'x' || arg[1] < '0' ||
		    arg[1] >= '0' + BOOT_REGS || arg[2] != '=')
			return refuse(why, -EINVAL, "-r: '%.*s' is not x0=value to x%d=value",
				      (int)len, arg, BOOT_REGS - 1);
		memcpy(value, arg + 3, len - 3);
		value[len - 3] = '\0';
		reg = (unsigned int)(arg[1] - '0');
		if (num_parse(value, 16, &req->reg[reg]))
			return refuse(why, -EINVAL, "-r: x%u: '%s' is not a hexadecimal number",
				      reg, value);
		req->reg_given |= 1u << reg;
		arg += len + (arg[len] == ',');
	}
	return 0;
}

static int parse_el(const char *arg, struct boot_request *req, struct why *why)
{
	if ((arg[0] != '1' && arg[0] != '2') || arg[1])
		return refuse(why, -EINVAL, "-e: '%s' is not 1 or 2", arg);
	return boot_params_set(&req->params, LOFT_NOTE_ENTRY_EL, (uint64_t)(arg[0] - '0'), why);
}

static int parse_option(const char *arg, struct boot_request *req, struct why *why)
{
	return boot_params_option(&req->params, arg, why);
}

static int set_flag(char letter, struct boot_request *req, struct why *why)
{
	switch (letter) {
	case 'p': /* program headers: the only way there is */
		return 0;
	case 'g':
		req->gdb = true;
		return IS_ENABLED(CONFIG_GDB)
			       ? 0
			       : refuse(why, -ENOTSUP, "-g: this Loft was built without gdb");
	case 'n':
		req->dry_run = true;
		return 0;
	case 'l':
		req->load_only = true;
		return 0;
	case 'u':
		req->unmapped = true;
		return 0;
	case 'w':
		req->allow_wx = true;
		return 0;
	case 's':
		return refuse(why, -EINVAL,
			      "-s: section headers do not say where things belong; "
			      "only program headers count");
	default:
		return refuse(why, -EINVAL, "unknown option -%c", letter);
	}
}

/* One option word at argv[*i]; *i is left at the last word that it took. */
static int parse_word(int argc, char *const argv[], int *i, struct boot_request *req,
		      struct why *why)
{
	static const struct {
		char letter;
		int (*parse)(const char *arg, struct boot_request *req, struct why *why);
	} valued[] = {
		{ 'd', parse_fdt },
		{ 'e', parse_el },
		{ 'o', parse_option },
		{ 'r', parse_regs },
	};
	const char *letters = argv[*i] + 1;
	int err = 0;

	for (; *letters && !err; letters++) {
		unsigned int v = 0;

		while (v < ARRAY_SIZE(valued) && valued[v].letter != *letters)
			v++;
		if (v == ARRAY_SIZE(valued)) {
			err = set_flag(*letters, req, why);
			continue;
		}
		if (letters[1])
			return valued[v].parse(letters + 1, req, why);
		if (++*i == argc)
			return refuse(why, -EINVAL, "-%c needs a value", *letters);
		return valued[v].parse(argv[*i], req, why);
	}
	return err;
}

/* The kernel's bytes: "qfw", an address, or ${loadaddr}. */
static int find_elf(const char *where, struct boot_request *req, struct source *source,
		    struct why *why)
{
	paddr_t addr;
	int err;

	if (where && !strcmp(where, "qfw"))
		return bootsrc_qfw(req, source, why);
	if (!where)
		where = env_get("loadaddr");
	if (num_parse(where, 16, &addr))
		return refuse(why, -EINVAL, "address: '%s' is not a hexadecimal number",
			      where ? where : "");
	err = bootsrc_ram(source, addr, why);
	if (err)
		return err;
	req->source = source;
	if (image_may_be(source, req->want))
		return 0;
	printf("## No elf image at address 0x%08" PRIx64 "\n", addr);
	return CMD_FAILED;
}

static int do_bootelf(int argc, char *const argv[])
{
	struct boot_request req = { .want = "ELF file" };
	struct source source = { 0 };
	struct why why = { "" };
	const char *where = NULL;
	int err = 0;
	int i;

	for (i = 1; i < argc && !err; i++) {
		if (argv[i][0] == '-' && argv[i][1])
			err = parse_word(argc, argv, &i, &req, &why);
		else if (where)
			return CMD_USAGE;
		else
			where = argv[i];
	}
	if (!err)
		err = find_elf(where, &req, &source, &why);
	if (!err)
		err = boot_run(&req, &why);
	return err && why.text[0] ? complain(argv[0], err, &why) : err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootelf) = {
	.name = "bootelf",
	.max_args = CMD_WORDS_MAX,
	.run = do_bootelf,
	.brief = "boot from an ELF image in memory",
	.usage =
		"[-p] [-d fdt] [-e 1|2] [-u] [-w] [-n] [-l] [-g] [-o NAME=value,...]\n"
		"        [-r x0=value,...] [address | qfw]\n"
		"	- load the ELF at address (default ${loadaddr}), or QEMU's -kernel, and enter it\n"
		"	  -d  device tree for the kernel       -e  exception level to enter at\n"
		"	  -u  MMU off, physical entry          -w  allow segments both writable and executable\n"
		"	  -n  print the hand-over and stop     -l  load the segments and stop\n"
		"	  -g  stop at the entry, and wait for a gdb\n"
		"	  -o  what a Loft note would say: VIRT_START VA_BITS GRANULE ENTRY_EL FLAGS\n"
		"	      STACK_SIZE CONSOLE_VA            -r  values for x0 to x7",
};

/* "addr:size", "addr" where that is ${fileaddr}, or "-". */
static int parse_initrd(const char *arg, struct boot_request *req, struct why *why)
{
	const char *colon = strchr(arg, ':');
	char addr[24];
	size_t len = colon ? (size_t)(colon - arg) : strlen(arg);

	if (!strcmp(arg, "-"))
		return 0;
	if (len >= sizeof(addr))
		return refuse(why, -EINVAL, "ramdisk: '%s' is not address:size", arg);
	memcpy(addr, arg, len);
	addr[len] = '\0';
	if (num_parse(addr, 16, &req->initrd_start) ||
	    (colon && num_parse(colon + 1, 16, &req->initrd_size)))
		return refuse(why, -EINVAL, "ramdisk: '%s' is not address:size", arg);
	if (!colon && req->initrd_start == env_get_hex("fileaddr", ~req->initrd_start))
		req->initrd_size = env_get_hex("filesize", 0);
	if (!req->initrd_size)
		return refuse(why, -EINVAL, "ramdisk: no size known; write %s:size", addr);
	if (!memmap_is_dram(&machine.mem, req->initrd_start, req->initrd_size))
		return refuse(why, -ENXIO,
			      "ramdisk: 0x%" PRIx64 " bytes at 0x%" PRIx64 " are not all DRAM",
			      req->initrd_size, req->initrd_start);
	return 0;
}

int boot_linux_command(int argc, char *const argv[], struct boot_request *req,
		       const char *bad_magic)
{
	const char *where = argc > 1 ? argv[1] : env_get("loadaddr");
	struct source source = { 0 };
	struct why why = { "" };
	char what[20];
	paddr_t addr;
	int err;

	snprintf(what, sizeof(what), "%s: address", argv[0]);
	if (cmd_number(where ? where : "", what, &addr))
		return -EINVAL;
	err = bootsrc_ram(&source, addr, &why);
	if (err)
		return complain(argv[0], err, &why);
	if (!image_may_be(&source, req->want)) {
		printf("%s\n", bad_magic);
		if (IS_ENABLED(CONFIG_CMD_BOOTZ) && image_may_be(&source, "AArch32 zImage"))
			printf("It is a zImage, for AArch32: bootz\n");
		return CMD_FAILED;
	}
	req->source = &source;
	if (argc > 2)
		err = parse_initrd(argv[2], req, &why);
	if (!err && argc > 3)
		err = parse_fdt(argv[3], req, &why);
	if (!err)
		err = boot_run(req, &why);
	return err ? complain(argv[0], err, &why) : 0;
}

static int do_booti(int argc, char *const argv[])
{
	struct boot_request req = { .want = "arm64 Image" };

	return boot_linux_command(argc, argv, &req, "Bad Linux ARM64 Image magic!");
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_booti) = {
	.name = "booti",
	.max_args = 4,
	.run = do_booti,
	.brief = "boot Linux kernel 'Image' format from memory",
	.usage = "[addr [initrd[:size]] [fdt]]\n"
		 "	- boot the arm64 Image, or a gzip of one, at addr (default ${loadaddr})\n"
		 "	  '-' for initrd: none; no fdt: the machine's own",
};
