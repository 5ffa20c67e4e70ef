/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every device tree of Debian's arm64 kernel (scripts/dtbs.sh): is there a driver for the UART that
 * its stdout-path names, and does fdt_uart() read the node as libfdt does? No trees: skipped.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include <arch/io.h>

#include "common/fdt/uart.h"
#include "drivers/serial/pl011.h"
#include "drivers/serial/uart.h"

#define TREES	   "build/dtbs/arm64"
#define WITH_MIN   500 /* trees with a console that is a node, in Debian's 6.1: 509 */
#define FOUND_MIN  500 /* of those, with a driver: all */
#define SHIFTS_MIN 130 /* whose node has a reg-shift: so the test sees some */

static bool (*volatile keep)(paddr_t) = pl011_drain;

static struct {
	unsigned trees, with, found, shifts;
} seen;

/* No register is touched by looking for a driver. */
uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	(void)address;
	(void)bytes;
	fail();
	return 0;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	(void)address;
	(void)value;
	(void)bytes;
	fail();
}

/* The node that stdout-path leads to, by libfdt alone. */
static int console_of(const void *fdt)
{
	const int chosen = fdt_path_offset(fdt, "/chosen");
	const char *path = chosen < 0 ? NULL : fdt_getprop(fdt, chosen, "stdout-path", NULL);

	if (!path)
		return -1;
	return fdt_path_offset_namelen(fdt, path, (int)strcspn(path, ":"));
}

static uint32_t number(const void *fdt, int node, const char *name)
{
	int len;
	const fdt32_t *value = fdt_getprop(fdt, node, name, &len);

	return value && len == 4 ? fdt32_to_cpu(*value) : 0;
}

static void look(const char *path, const void *fdt)
{
	const int node = console_of(fdt);
	struct device dev = { .base = 0x1000, .node = node };
	struct serial_node uart;

	seen.trees++;
	if (node < 0)
		return;
	seen.with++;
	dev.compatible = fdt_getprop(fdt, node, "compatible", &dev.compatible_len);
	fdt_uart(fdt, &dev, &uart);
	assert_int_equal(uart.base, 0x1000);
	assert_int_equal(uart.shift, number(fdt, node, "reg-shift"));
	assert_int_equal(uart.has_shift, fdt_getprop(fdt, node, "reg-shift", NULL) != NULL);
	assert_int_equal(uart.width, number(fdt, node, "reg-io-width"));
	assert_int_equal(uart.offset, number(fdt, node, "reg-offset"));
	assert_int_equal(uart.big_endian, fdt_getprop(fdt, node, "big-endian", NULL) != NULL);
	seen.shifts += uart.has_shift;
	if (serial_known(&uart))
		seen.found++;
	else
		print_message("no driver: %s: %s\n", path, uart.compatible);
}

static int each(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	FILE *f;
	void *fdt;

	(void)ftw;
	if (type != FTW_F || !strstr(path, ".dtb"))
		return 0;
	f = fopen(path, "rb");
	assert_non_null(f);
	fdt = malloc((size_t)st->st_size);
	assert_int_equal(fread(fdt, 1, (size_t)st->st_size, f), st->st_size);
	fclose(f);
	assert_int_equal(fdt_check_header(fdt), 0);
	look(path, fdt);
	free(fdt);
	return 0;
}

static void test_the_consoles_of_all_trees(void **state)
{
	(void)state;
	assert_null(uart_find("arm,pl011")); /* and so both drivers are linked */
	assert_non_null(keep);
	if (nftw(TREES, each, 16, FTW_PHYS) || !seen.trees)
		skip();
	print_message("%u trees, %u with a console, %u with a driver for it\n", seen.trees,
		      seen.with, seen.found);
	assert_in_range(seen.with, WITH_MIN, seen.trees);
	assert_in_range(seen.shifts, SHIFTS_MIN, seen.with);
	assert_in_range(seen.found, FOUND_MIN, seen.with);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_the_consoles_of_all_trees) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
