/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>

#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/fit.h"
#include "common/image/show.h"
#include "common/image/trust.h"
#include "lib/base/printable.h"
#include "lib/pack/uimage.h"

static int show_uimage(const void *at, uint64_t room)
{
	struct uimage image;
	int err = uimage_parse(at, room, &image);

	printf("   Legacy image found\n");
	if (err && err != -E2BIG) {
		printf("   Bad Header Checksum\n");
		return CMD_FAILED;
	}
	uimage_print(&image);
	if (err) {
		printf("   It is cut off: 0x%" PRIx64 " bytes are there\n",
		       room - UIMAGE_HEADER_SIZE);
		return CMD_FAILED;
	}
	uimage_print_parts(&image);
	printf("   Verifying Checksum ... ");
	err = uimage_check_data(&image, console_ctrlc);
	if (err) {
		printf(err == -EINTR ? "interrupted\n" : "   Bad Data CRC\n");
		return CMD_FAILED;
	}
	printf("OK\n");
	return 0;
}

static void print_configurations(const struct fit *fit)
{
	const int parent = fdt_path_offset(fit->tree, "/configurations");
	const char *name = parent < 0 ? NULL : fit_text(fit->tree, parent, "default");
	unsigned int count = 0;
	struct printable shown;
	int node;

	if (name)
		printf("    Default Configuration: '%s'\n", printable(&shown, name));
	fdt_for_each_subnode(node, fit->tree, parent) {
		printf("    Configuration %u (%s)\n", count++,
		       printable(&shown, fit_name(fit->tree, node)));
		fit_print_text(fit, node, "Description:", "description");
		fit_print_text(fit, node, "Kernel:", "kernel");
		if (fit_text(fit->tree, node, "ramdisk"))
			fit_print_text(fit, node, "Init Ramdisk:", "ramdisk");
		if (fit_text(fit->tree, node, "fdt"))
			fit_print_text(fit, node, "FDT:", "fdt");
		if (fit_text(fit->tree, node, "script"))
			fit_print_text(fit, node, "Script:", "script");
		if (IS_ENABLED(CONFIG_SIGNED))
			fit_print_signatures(fit, node);
	}
}

/* The sentence below the digests where one is not right. */
static int check_image(const struct fit *fit, int node)
{
	struct printable shown;
	struct why why;
	int err = fit_print_hashes(fit, node, &why);

	if (!err && IS_ENABLED(CONFIG_SIGNED))
		err = trust_look(fit, node, "image", &why);
	printf("%s\n", err ? printable(&shown, why.text) : "");
	return err && err != -EINTR ? CMD_FAILED : err;
}

/* Which configurations this Loft's keys have signed; a boot looks again. */
static int check_configurations(const struct fit *fit)
{
	const int parent = fdt_path_offset(fit->tree, "/configurations");
	unsigned int count = 0;
	struct printable shown;
	struct why why;
	int node, one, err = 0;

	fdt_for_each_subnode(node, fit->tree, parent) {
		printf("   Signature(s) for Configuration %u (%s): ", count++,
		       printable(&shown, fit_name(fit->tree, node)));
		one = trust_look(fit, node, "conf", &why);
		printf("%s\n", one ? printable(&shown, why.text) : "");
		err |= one ? CMD_FAILED : 0;
	}
	return err;
}

static int show_fit(const struct fit *fit)
{
	const char *text;
	unsigned int count = 0;
	struct printable shown;
	int parent, node, one;
	int err = 0;

	parent = fdt_path_offset(fit->tree, "/images");
	text = fit_text(fit->tree, 0, "description");
	printf("   FIT description: %s\n", text ? printable(&shown, text) : "unavailable");
	fdt_for_each_subnode(node, fit->tree, parent) {
		printf("    Image %u (%s)\n", count++,
		       printable(&shown, fit_name(fit->tree, node)));
		fit_print_image(fit, node);
	}
	print_configurations(fit);
	printf("## Checking hash(es) for FIT Image at %08" PRIx64 " ...\n",
	       (uint64_t)(uintptr_t)fit->tree);
	count = 0;
	fdt_for_each_subnode(node, fit->tree, parent) {
		printf("   Hash(es) for Image %u (%s): ", count++,
		       printable(&shown, fit_name(fit->tree, node)));
		one = check_image(fit, node);
		if (one == -EINTR)
			return one;
		err |= one;
	}
	if (IS_ENABLED(CONFIG_SIGNED))
		err |= check_configurations(fit);
	return err;
}

/* A tree that Loft's own walk has passed: names and counts come from a stranger, all the same. */
static int check_and_show_fit(const void *at, uint64_t room)
{
	struct fit fit;
	struct why why;

	printf("   FIT image found\n");
	if (fit_check(&fit, at, room, &why)) {
		printf("Bad FIT image format! (%s)\n", why.text);
		return CMD_FAILED;
	}
	fit.stopped = console_ctrlc;
	return show_fit(&fit);
}

static int show(uint64_t addr)
{
	const void *at = (const void *)(uintptr_t)addr;
	struct why why;
	uint64_t room;

	printf("\n## Checking Image at %08" PRIx64 " ...\n", addr);
	if (machine_readable(&machine, addr, &room, &why)) {
		printf("%s\n", why.text);
		return CMD_FAILED;
	}
	if (room >= UIMAGE_HEADER_SIZE && uimage_is(at))
		return show_uimage(at, room);
	if (room >= UIMAGE_HEADER_SIZE && fit_is(at))
		return check_and_show_fit(at, room);
	printf("Unknown image format!\n");
	return CMD_FAILED;
}

static int do_iminfo(int argc, char *const argv[])
{
	uint64_t addr;
	int err = 0;
	int i;

	if (argc == 1)
		return show(env_get_hex("loadaddr", 0));
	for (i = 1; i < argc; i++) {
		if (cmd_number(argv[i], "iminfo: address", &addr))
			return -EINVAL;
		err |= show(addr);
	}
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_iminfo) = {
	.name = "iminfo",
	.max_args = CMD_WORDS_MAX,
	.repeat = true,
	.run = do_iminfo,
	.brief = "print header information for application image",
	.usage = "addr [addr ...]\n"
		 "	- print what an image of mkimage at 'addr' says of itself, and check it",
};
