/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/shell/complete.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/source/claim.h"
#include "common/source/qfw.h"
#include "lib/base/err.h"

#define CMDLINE_SIZE 4096

/* @ctx: the names that are asked for, ended by NULL; none: all of them. */
static int print_file(void *ctx, const struct fwcfg_file *file)
{
	char *const *name = ctx;

	while (*name && strcmp(*name, file->name))
		name++;
	if (!*name && name != ctx)
		return 0;
	/* No file is in memory: the address column is there for those who parse the table. */
	printf("%8x %8" PRIx32 " %3x %s\n", 0, file->size, file->key, file->name);
	return 0;
}

static int do_list(int argc, char *const argv[])
{
	const struct fwcfg *fw;
	int err = qfw_device(&fw);

	(void)argc;
	if (err) {
		printf("No fw_cfg device with DMA on this machine\n");
		return err;
	}
	printf("    Addr     Size Sel Name\n-------- -------- --- ------------\n");
	err = fwcfg_each_file(fw, print_file, (void *)(argv + 1));
	if (err)
		printf("Reading the directory failed: %s\n", err_name(err));
	return err;
}

static int do_cpus(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	printf("%u cpu(s) online\n", machine.cpu_count);
	return 0;
}

static int print_why(int err, const struct why *why)
{
	printf("qfw: %s\n", why->text);
	return err;
}

/* -append becomes ${bootargs}; none, or an empty one, changes nothing. */
static void take_cmdline(void)
{
	static char text[CMDLINE_SIZE] __noinit;
	struct why why;
	const int err = qfw_cmdline(text, sizeof(text), &why);

	if (err && err != -ENOENT)
		printf("warning: %s\n", why.text);
	else if (!err && text[0] && env_set("bootargs", text))
		printf("warning: unable to change bootargs\n");
}

/* Both places are asked for before anything is read: nothing is written where one is refused. */
static int claim(paddr_t kernel, uint64_t kernel_size, paddr_t initrd, uint64_t initrd_size,
		 struct why *why)
{
	int err;

	if (initrd_size && kernel - initrd < initrd_size)
		return refuse(why, -EEXIST, "kernel at 0x%" PRIx64 " lies in the initrd", kernel);
	if (initrd_size && initrd - kernel < kernel_size)
		return refuse(why, -EEXIST, "initrd at 0x%" PRIx64 " lies in the kernel", initrd);
	err = load_claim(kernel, kernel_size, "kernel file", why);
	if (err || !initrd_size)
		return err;
	err = load_claim(initrd, initrd_size, "initrd file", why);
	if (err)
		memmap_release(&machine.mem, kernel);
	return err;
}

static void set_file(paddr_t address, uint64_t size)
{
	(void)!env_set_hex("fileaddr", address);
	(void)!env_set_hex("filesize", size);
}

static int load(paddr_t kernel, paddr_t initrd)
{
	const uint64_t initrd_size = qfw_initrd_size();
	struct source source;
	struct why why;
	int err = qfw_kernel_source(&source, &why);

	if (err) {
		printf("warning: no kernel available\n");
		return err == -ENOENT ? err : print_why(err, &why);
	}
	err = claim(kernel, source.size, initrd, initrd_size, &why);
	if (!err)
		err = source_read(&source, 0, (void *)(uintptr_t)kernel, source.size, &why);
	if (!err && initrd_size)
		err = qfw_initrd_read((void *)(uintptr_t)initrd, &why);
	if (err)
		return print_why(err, &why);
	set_file(kernel, source.size);
	if (initrd_size)
		set_file(initrd, initrd_size);
	else
		printf("warning: no initrd available\n");
	take_cmdline();
	printf("loading kernel to address %" PRIx64 " size %" PRIx64, kernel, source.size);
	if (initrd_size)
		printf(" initrd %" PRIx64 " size %" PRIx64, initrd, initrd_size);
	printf("\n");
	return 0;
}

static int do_load(int argc, char *const argv[])
{
	uint64_t kernel = env_get_hex("loadaddr", 0);
	uint64_t initrd = env_get_hex("ramdiskaddr", env_get_hex("ramdisk_addr_r", 0));

	if ((argc > 1 && cmd_number(argv[1], "qfw: kernel_addr", &kernel)) ||
	    (argc > 2 && cmd_number(argv[2], "qfw: initrd_addr", &initrd)))
		return -EINVAL;
	return load(kernel, initrd);
}

static const struct cmd qfw_subs[] = {
	{ .name = "list", .max_args = CMD_WORDS_MAX, .run = do_list },
	{ .name = "cpus", .max_args = 1, .run = do_cpus },
	{ .name = "load", .max_args = 3, .run = do_load },
};

static int do_qfw(int argc, char *const argv[])
{
	return cmd_run_sub(qfw_subs, ARRAY_SIZE(qfw_subs), argc, argv);
}

#define QFW_USAGE                                                                         \
	"list [name ...]\n	- print firmware(s) currently loaded, or those of the names\n" \
	"qfw cpus\n	- print CPUs of the machine\n"                                        \
	"qfw load [kernel_addr [initrd_addr]]\n"                                          \
	"	- load kernel and initrd (if any), from QEMU's -kernel and -initrd"

static void complete_qfw(struct complete *c)
{
	if (c->argc > 2 && !strcmp(c->argv[1], "list"))
		complete_files(c);
	else
		complete_usage(c, "qfw", QFW_USAGE);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_qfw) = {
	.name = "qfw",
	.max_args = CMD_WORDS_MAX,
	.run = do_qfw,
	.brief = "QEMU firmware interface",
	.complete = CMD_COMPLETE(complete_qfw),
	.usage = QFW_USAGE,
};
