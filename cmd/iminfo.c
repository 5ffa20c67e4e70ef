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
#include "lib/base/caldate.h"
#include "lib/base/printable.h"
#include "lib/pack/uimage.h"

static void print_size(const char *label, uint32_t size)
{
	static const char units[] = " KMG";
	uint64_t scale = 1;
	unsigned int unit = 0;
	uint64_t tenths;

	printf("%s%" PRIu32 " Bytes = ", label, size);
	while (size / scale >= KIB) {
		scale *= KIB;
		unit++;
	}
	tenths = (10 * (uint64_t)size + scale / 2) / scale;
	printf("%" PRIu64, tenths / 10);
	if (tenths % 10)
		printf(".%" PRIu64, tenths % 10);
	if (unit)
		printf(" %ciB\n", units[unit]);
	else
		printf(" Bytes\n");
}

static void print_time(const char *label, uint32_t time)
{
	const struct caldate date = caldate_from(time);

	printf("%s%4u-%02u-%02u  %2u:%02u:%02u UTC\n", label, date.year, date.month, date.day,
	       date.hour, date.minute, date.second);
}

/* The parts of a multi-file image and of a script. */
static void print_parts(const struct uimage *image)
{
	const uint8_t *data;
	struct why why;
	uint32_t size;
	unsigned int i;

	if (image->type != UIMAGE_TYPE_MULTI && image->type != UIMAGE_TYPE_SCRIPT)
		return;
	printf("   Contents:\n");
	for (i = 0; !uimage_part(image, i, &data, &size, &why); i++) {
		printf("      Image %u: ", i);
		print_size("", size);
	}
}

static int show_uimage(const void *at, uint64_t room)
{
	struct uimage image;
	struct printable name;
	int err = uimage_parse(at, room, &image);

	printf("   Legacy image found\n");
	if (err && err != -E2BIG) {
		printf("   Bad Header Checksum\n");
		return CMD_FAILED;
	}
	printf("   Image Name:   %s\n", printable(&name, image.name));
	print_time("   Created:      ", image.time);
	printf("   Image Type:   %s %s %s (%s)\n", uimage_arch_name(image.arch),
	       uimage_os_name(image.os), uimage_type_name(image.type),
	       uimage_compression_name(image.compression));
	print_size("   Data Size:    ", image.size);
	printf("   Load Address: %08" PRIx32 "\n   Entry Point:  %08" PRIx32 "\n", image.load,
	       image.entry);
	if (err) {
		printf("   It is cut off: 0x%" PRIx64 " bytes are there\n",
		       room - UIMAGE_HEADER_SIZE);
		return CMD_FAILED;
	}
	print_parts(&image);
	printf("   Verifying Checksum ... ");
	err = uimage_check_data(&image, console_ctrlc);
	if (err) {
		printf(err == -EINTR ? "interrupted\n" : "   Bad Data CRC\n");
		return CMD_FAILED;
	}
	printf("OK\n");
	return 0;
}

static void print_text(const struct fit *fit, int node, const char *label, const char *property)
{
	const char *text = fit_text(fit->tree, node, property);
	struct printable shown;

	printf("     %-13s %s\n", label, text ? printable(&shown, text) : "unavailable");
}

static void print_image(const struct fit *fit, int node)
{
	const uint8_t *data;
	struct why why;
	uint32_t size;
	int hash = 0;
	int bytes, i;

	print_text(fit, node, "Description:", "description");
	print_text(fit, node, "Type:", "type");
	print_text(fit, node, "Compression:", "compression");
	if (fit_text(fit->tree, node, "arch"))
		print_text(fit, node, "Architecture:", "arch");
	if (fit_text(fit->tree, node, "os"))
		print_text(fit, node, "OS:", "os");
	if (!fit_data(fit, node, &data, &size, &why)) {
		printf("     Data Start:   0x%08" PRIx64 "\n", (uint64_t)(uintptr_t)data);
		print_size("     Data Size:    ", size);
	}
	while ((hash = fit_next_hash(fit->tree, node, hash))) {
		const uint8_t *value = fdt_getprop(fit->tree, hash, "value", &bytes);

		print_text(fit, hash, "Hash algo:", "algo");
		printf("     Hash value:   ");
		for (i = 0; value && i < bytes && i < 64; i++)
			printf("%02x", value[i]);
		printf("\n");
	}
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
		print_text(fit, node, "Description:", "description");
		print_text(fit, node, "Kernel:", "kernel");
		if (fit_text(fit->tree, node, "ramdisk"))
			print_text(fit, node, "Init Ramdisk:", "ramdisk");
		if (fit_text(fit->tree, node, "fdt"))
			print_text(fit, node, "FDT:", "fdt");
		if (fit_text(fit->tree, node, "script"))
			print_text(fit, node, "Script:", "script");
	}
}

/* "+" after the algorithm where the digest is right, the sentence where it is not. */
static int check_image(const struct fit *fit, int node)
{
	struct printable shown;
	struct why why;
	const char *name;
	int hash = 0, err;

	while ((hash = fit_next_hash(fit->tree, node, hash))) {
		name = fit_text(fit->tree, hash, "algo");
		printf("%s", name ? printable(&shown, name) : "");
		err = fit_check_hash(fit, node, hash, &why);
		if (err) {
			printf(" error!\n%s\n", printable(&shown, why.text));
			return err == -EINTR ? err : CMD_FAILED;
		}
		printf("+ ");
	}
	printf("\n");
	return 0;
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
		print_image(fit, node);
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
