/* SPDX-License-Identifier: BSD-2-Clause */
/* bootelf, booti: arguments into a struct boot_request. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/boot.h"
#include "cmd/files.h"
#include "common/boot/boot.h"
#include "common/boot/targets.h"
#include "common/boot/options.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/image.h"
#include "common/source/claim.h"
#include "common/source/file.h"
#include "lib/base/num.h"

static int complain(const char *cmd, int err, const struct why *why)
{
	printf("%s: %s\n", cmd, why->text);
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

/* Of a disk or of the host: its segments are read to where they belong, with no copy. */
static int find_file(const char *const words[3], struct boot_request *req, struct why *why)
{
	static struct file file;

	if (!IS_ENABLED(CONFIG_CMD_LOAD))
		return refuse(why, -ENOTSUP, "this Loft was built without files");
	req->source = &file.source;
	return file_open(words[0], words[1], words[2], &file, why);
}

static int do_bootelf(int argc, char *const argv[])
{
	struct boot_request req = { .want = "ELF file" };
	struct source source = { 0 };
	struct why why = { "" };
	const char *where[3] = { NULL };
	int words = 0;
	int err = 0;
	int i;

	for (i = 1; i < argc && !err; i++) {
		if (argv[i][0] == '-' && argv[i][1])
			err = boot_option_word(argc, argv, &i, &req, &why);
		else if (words == ARRAY_SIZE(where))
			return CMD_USAGE;
		else
			where[words++] = argv[i];
	}
	if (words == 2)
		return CMD_USAGE;
	if (!err && words == ARRAY_SIZE(where))
		err = find_file(where, &req, &why);
	else if (!err)
		err = find_elf(where[0], &req, &source, &why);
	if (!err)
		err = boot_options_stored(&req, &why);
	if (!err)
		err = boot_run(&req, &why);
	return err && why.text[0] ? complain(argv[0], err, &why) : err;
}

#define NOTHING
#define QFW_WORD  " | qfw"
#define QFW_WORDS "QEMU's -kernel, or "

TABLE_ENTRY(cmd_table, struct cmd, cmd_bootelf) = {
	.name = "bootelf",
	.max_args = CMD_WORDS_MAX,
	.run = do_bootelf,
	.brief = "boot from an ELF image in memory",
	.usage =
		"[-p] [-d fdt] [-e 1|2] [-u|-V] [-w] [-n] [-l] [-g] [-o NAME=value,... | overlay]\n"
		"        [-r x0=value,...] [address" SELECT_IF(
			CONFIG_FW_CFG, QFW_WORD,
			NOTHING) " | interface dev:part file]\n"
				 "	- load the ELF at address (default ${loadaddr}), or " SELECT_IF(
					 CONFIG_FW_CFG, QFW_WORDS,
					 NOTHING) "a file\n"
						  "	  of a disk, straight to where its segments belong, and enter it\n"
						  "	  -d  device tree for the kernel       -e  exception level to enter at\n"
						  "	  -u  MMU off, physical entry          -V  mapped, whatever its code looks like\n"
						  "	  -w  allow segments both writable and executable\n"
						  "	  -n  print the hand-over and stop     -l  load the segments and stop\n"
						  "	  -g  stop at the entry, and wait for a gdb\n"
						  "	  -o  what a Loft note would say: VIRT_START VA_BITS GRANULE ENTRY_EL FLAGS\n"
						  "	      STACK_SIZE CONSOLE_VA            -r  values for x0 to x7, or\n"
						  "	      @kernel @initrd @fdt @end; or where an overlay of the tree lies\n"
						  "	  -m  name=addr[:size][,cmdline]: a file for the kernel, once for each\n"
						  "	- ${bootelf_options}, and loft.bootelf=\"...\" before QEMU's -append, come under these",
	.complete = FILES_COMPLETE,
};

/* Bytes of what lies there, by the last load, by any load, or by itself; 0: nobody knows. */
static uint64_t known_size(paddr_t addr)
{
	const struct mem_range *is = memmap_owner(&machine.mem, addr, 1);

	if (addr == env_get_hex("fileaddr", ~addr))
		return env_get_hex("filesize", 0);
	if (is && is->flags & MEM_LOADED && is->start == addr)
		return is->size;
	return boot_initrd_size(addr);
}

/* "addr:size", "addr" where the size is known, or "-". */
static int parse_initrd(const char *arg, struct boot_request *req, struct why *why)
{
	const char *colon = strchr(arg, ':');
	uint64_t known;
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
	if (load_check_whole(req->initrd_start, why))
		return -EBUSY;
	known = known_size(req->initrd_start);
	if (!colon)
		req->initrd_size = known;
	else if (known && req->initrd_size > known)
		printf("ramdisk: 0x%" PRIx64
		       " bytes are asked for; what was loaded there has 0x%" PRIx64 "\n",
		       req->initrd_size, known);
	if (!req->initrd_size)
		return refuse(why, -EINVAL, "ramdisk: no size known; write %s:size", addr);
	if (!memmap_is_dram(&machine.mem, req->initrd_start, req->initrd_size))
		return refuse(why, -ENXIO,
			      "ramdisk: 0x%" PRIx64 " bytes at 0x%" PRIx64 " are not all DRAM",
			      req->initrd_size, req->initrd_start);
	return 0;
}

/* What U-Boot says of it does not help: what is it, and how is it booted? */
static void say_what_it_is(const char *cmd, struct source *source)
{
	struct image_format format;
	struct why why = { "" };

	if (image_identify(source, &format, &why))
		printf("%s: %s\n", cmd, why.text);
	else if (IS_ENABLED(CONFIG_CMD_BOOTZ) && image_may_be(source, "AArch32 zImage"))
		printf("It is a zImage, for AArch32: bootz\n");
	else if (format.kernel)
		printf("%s: this is an %s: %s boots it\n", cmd, format.kernel->name,
		       format.kernel->open                ? "bootm"
		       : image_may_be(source, "ELF file") ? "bootelf"
							  : "booti");
}

int boot_take_modules(int *argc, char *const argv[], char *words[BOOT_WORDS],
		      struct boot_request *req)
{
	struct why why = { "" };
	int count = 0, err = 0;

	for (int i = 0; i < *argc && !err; i++) {
		if (i && !strncmp(argv[i], "-m", 2))
			err = boot_option_word(*argc, argv, &i, req, &why);
		else if (count == BOOT_WORDS)
			return CMD_USAGE;
		else
			words[count++] = argv[i];
	}
	*argc = count;
	return err && why.text[0] ? complain(argv[0], err, &why) : err;
}

static int boot_words(int argc, char *const argv[], struct boot_request *req, const char *bad_magic)
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
		say_what_it_is(argv[0], &source);
		return CMD_FAILED;
	}
	req->source = &source;
	if (argc > 2)
		err = parse_initrd(argv[2], req, &why);
	if (!err && argc > 3)
		err = boot_option_fdt(argv[3], req, &why);
	if (!err)
		err = boot_run(req, &why);
	return err ? complain(argv[0], err, &why) : 0;
}

int boot_linux_command(int argc, char *const argv[], struct boot_request *req,
		       const char *bad_magic)
{
	char *words[BOOT_WORDS] = { NULL };
	int err = boot_take_modules(&argc, argv, words, req);

	return err ? err : boot_words(argc, words, req, bad_magic);
}

static int do_booti(int argc, char *const argv[])
{
	struct boot_request req = { .want = "arm64 Image" };

	return boot_linux_command(argc, argv, &req, "Bad Linux ARM64 Image magic!");
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_booti) = {
	.name = "booti",
	.max_args = CMD_WORDS_MAX,
	.run = do_booti,
	.brief = "boot Linux kernel 'Image' format from memory",
	.usage = "[-m name=addr[:size][,cmdline]] [addr [initrd[:size]] [fdt]]\n"
		 "	- boot the arm64 Image, or a gzip of one, at addr (default ${loadaddr})\n"
		 "	  '-' for initrd: none; no fdt: the machine's own\n"
		 "	  -m  a module for Xen: dom0, ramdisk, or any other name; once for each",
};
