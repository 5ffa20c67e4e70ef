/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/rpi.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/handoff/state.h"
#include "common/mem/home.h"
#include "common/source/volume.h"
#include "lib/extlinux/rpi.h"

#define NAME_SIZE   256
#define TEXT_MAX    (16 * KIB)
#define MENU_MAX    (BOOTARGS_MAX + 4 * NAME_SIZE)
#define HEADER_SIZE 64
#define USUAL	    "kernel8.img"

static char text[TEXT_MAX] __noinit __attribute__((aligned(64)));

/* Into @text. */
static int read_text(struct fs *fs, const char *path, size_t *size, struct why *why)
{
	struct fs_node node;
	struct source source;
	int err = volume_source(fs, path, &node, &source, why);

	if (!err && source.size > TEXT_MAX)
		err = refuse(why, -E2BIG, "'%s' has 0x%" PRIx64 " bytes, the limit is %u", path,
			     source.size, (unsigned int)TEXT_MAX);
	if (err)
		return err;
	*size = source.size;
	return source_read(&source, 0, text, source.size, why);
}

static bool is_kind(const char *kind)
{
	return !fdt_node_check_compatible(machine.fdt, 0, kind);
}

/* As sections of config.txt call it. */
static const char *model(void)
{
	return is_kind("raspberrypi,3-model-b") || is_kind("raspberrypi,3-model-b-plus") ? "pi3"
	       : is_kind("raspberrypi,4-model-b")					 ? "pi4"
											 : "?";
}

/* As Linux calls what the tree calls serial0. */
static const char *serial0(void)
{
	const char *path = fdt_get_alias(machine.fdt, "serial0");
	const int node = path ? fdt_path_offset(machine.fdt, path) : -1;

	return node >= 0 && !fdt_node_check_compatible(machine.fdt, node, "brcm,bcm2835-aux-uart")
		       ? "ttyS0"
		       : "ttyAMA0";
}

/* The firmware puts cmdline.txt's there, with what it adds itself. */
static bool has_cmdline(void)
{
	const int chosen = fdt_path_offset(machine.fdt, "/chosen");
	int len = 0;

	return chosen >= 0 && fdt_getprop(machine.fdt, chosen, "bootargs", &len) && len > 1;
}

static int path_of(const struct rpi *rpi, struct extlinux_text name, const char *usual, char *path,
		   struct why *why)
{
	int n = snprintf(path, NAME_SIZE, "%.*s%.*s", (int)MIN(rpi->prefix.size, (size_t)NAME_SIZE),
			 rpi->prefix.at ? rpi->prefix.at : "",
			 name.size ? (int)MIN(name.size, (size_t)NAME_SIZE) : NAME_SIZE,
			 name.size ? name.at : usual);

	return n < 0 || n >= NAME_SIZE
		       ? refuse(why, -E2BIG, RPI_CONFIG ": a file's name has at most %u characters",
				NAME_SIZE - 1)
		       : 0;
}

/* There, and not this Loft, which the firmware was to start? */
static bool is_kernel(struct fs *fs, const char *path)
{
	char header[HEADER_SIZE] __attribute__((aligned(64)));
	struct fs_node node;
	struct source source;

	return !volume_source(fs, path, &node, &source, NULL) && source.size >= sizeof(header) &&
	       !source_read(&source, 0, header, sizeof(header), NULL) && !loft_is_header(header);
}

static int find_kernel(struct fs *fs, const struct rpi *rpi, char *path, struct why *why)
{
	static const struct extlinux_text none;
	int err = path_of(rpi, rpi->kernel, USUAL, path, why);

	if (err || is_kernel(fs, path))
		return err;
	err = path_of(rpi, none, USUAL, path, why);
	return err || is_kernel(fs, path)
		       ? err
		       : refuse(why, -ENOENT, RPI_CONFIG ": no kernel in '%s'", path);
}

static int find_initramfs(struct fs *fs, const struct rpi *rpi, const char *kernel, char *path,
			  struct why *why)
{
	const char *slash = strrchr(kernel, '/');
	const size_t dir = slash ? (size_t)(slash + 1 - kernel) : 0;
	struct fs_node node;

	path[0] = '\0';
	if (rpi->initramfs.size)
		return path_of(rpi, rpi->initramfs, "", path, why);
	memcpy(path, kernel, dir);
	if (!rpi->auto_initramfs || !rpi_initramfs(kernel + dir, path + dir, NAME_SIZE - dir) ||
	    fs_lookup(fs, path, &node, NULL))
		path[0] = '\0';
	return 0;
}

static int find_cmdline(struct fs *fs, const struct rpi *rpi, char out[BOOTARGS_MAX],
			struct why *why)
{
	char path[NAME_SIZE];
	size_t size;
	int err = path_of(rpi, rpi->cmdline, "cmdline.txt", path, why);

	out[0] = '\0';
	if (err || has_cmdline())
		return err;
	err = read_text(fs, path, &size, why);
	if (err)
		return err == -ENOENT ? 0 : err;
	return rpi_cmdline(text, size, serial0(), out, BOOTARGS_MAX)
		       ? 0
		       : refuse(why, -EINVAL, "'%s' has control characters, or more than %u others",
				path, BOOTARGS_MAX - 1);
}

int rpi_menu(const char *type, const char *spec, paddr_t at, uint64_t *size, struct why *why)
{
	static char kernel[NAME_SIZE], initramfs[NAME_SIZE], cmdline[BOOTARGS_MAX];
	struct rpi rpi;
	size_t bytes;
	struct fs *fs;
	int n, err = volume_open(type, spec, &fs, why);

	if (!err)
		err = read_text(fs, RPI_CONFIG, &bytes, why);
	if (err)
		return err;
	rpi_parse(&rpi, model(), text, bytes);
	err = find_kernel(fs, &rpi, kernel, why);
	if (!err)
		err = find_initramfs(fs, &rpi, kernel, initramfs, why);
	if (!err)
		err = find_cmdline(fs, &rpi, cmdline, why);
	if (!err)
		err = memmap_claim(&machine.mem, at, MENU_MAX, MEM_LOADED, "menu", why);
	if (err)
		return err;
	n = snprintf((char *)at, MENU_MAX, "default Pi\nlabel Pi\nkernel %s\n%s%s\n%s%s\n", kernel,
		     initramfs[0] ? "initrd " : "", initramfs, cmdline[0] ? "append " : "",
		     cmdline);
	*size = n < 0 ? 0 : MIN((uint64_t)n, (uint64_t)MENU_MAX - 1);
	return 0;
}
