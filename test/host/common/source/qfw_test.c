/* SPDX-License-Identifier: BSD-2-Clause */
/* common/qfw: what QEMU's command line gives, from a device that may say anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "common/fdt/fdt.h"
#include "common/source/qfw.h"

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;
struct machine machine;

static struct {
	uint32_t kernel_size, initrd_size, cmdline_size; /* as the device claims */
	const char *cmdline;
	bool fails;
	uint16_t key;
} dev;

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	(void)address;
	(void)bytes;
	return __builtin_bswap64(UINT64_C(0x51454d5520434647));
}

/* The item that is a number, or NULL for data. */
static const uint32_t *number_of(uint16_t key)
{
	return key == FW_CFG_KERNEL_SIZE    ? &dev.kernel_size
	       : key == FW_CFG_INITRD_SIZE  ? &dev.initrd_size
	       : key == FW_CFG_CMDLINE_SIZE ? &dev.cmdline_size
					    : NULL;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	struct {
		uint32_t control, length;
		uint64_t address;
	} *access = (void *)(uintptr_t)__builtin_bswap64(value);
	const uint32_t control = __builtin_bswap32(access->control);
	const uint32_t length = __builtin_bswap32(access->length);
	void *dst = (void *)(uintptr_t)__builtin_bswap64(access->address);

	(void)address;
	(void)bytes;
	if (control & 8)
		dev.key = (uint16_t)(control >> 16);
	if (control & 2) {
		if (number_of(dev.key))
			memcpy(dst, number_of(dev.key), length);
		else if (dev.key == FW_CFG_CMDLINE_DATA)
			memcpy(dst, dev.cmdline, length);
		else
			memset(dst, dev.key, length);
	}
	access->control = dev.fails ? __builtin_bswap32(1) : 0;
}

static int reset(void **state)
{
	static struct device device[1];
	static char tree[512];
	int node;

	(void)state;
	memset(&dev, 0, sizeof(dev));
	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	node = fdt_add_subnode(tree, 0, "fw-cfg@9020000");
	assert_true(node > 0);
	assert_int_equal(fdt_setprop(tree, node, "dma-coherent", NULL, 0), 0);
	machine.fdt = tree;
	machine.dev_count = 1;
	machine.dev = device;
	device[0] = (struct device){ .compatible = "qemu,fw-cfg-mmio",
				     .compatible_len = 17,
				     .base = 0x9020000,
				     .size = 24,
				     .node = node };
	return 0;
}

static void test_nothing_given(void **state)
{
	struct source source = { .size = 1 };
	struct why why;
	char text[8] = "kept";

	(void)state;
	assert_int_equal(qfw_kernel_source(&source, &why), -ENOENT);
	assert_non_null(strstr(why.text, "-kernel"));
	assert_int_equal(source.size, 1);
	assert_int_equal(qfw_initrd_size(), 0);
	assert_int_equal(qfw_initrd_read(text, NULL), -ENOENT);
	assert_int_equal(qfw_cmdline(text, sizeof(text), NULL), -ENOENT);
	assert_string_equal(text, "kept");
}

static void test_kernel_is_a_source(void **state)
{
	struct source source;
	unsigned char bytes[4];

	(void)state;
	dev.kernel_size = 0xffffffff;
	assert_int_equal(qfw_kernel_source(&source, NULL), 0);
	assert_int_equal(source.size, 0xffffffff);
	assert_null(source.mem);
	assert_int_equal(source_read(&source, 7, bytes, 4, NULL), 0);
	assert_int_equal(bytes[3], FW_CFG_KERNEL_DATA);
	assert_int_equal(source_read(&source, 0xfffffffe, bytes, 4, NULL), -ENODATA);
	dev.fails = true;
	assert_int_equal(source_read(&source, 0, bytes, 4, NULL), -EIO);
	assert_int_equal(qfw_kernel_source(&source, NULL), -EIO);
}

static void test_command_line(void **state)
{
	char text[8] = "kept";
	struct why why;

	(void)state;
	dev.cmdline = "abcdefgh"; /* no NUL in what is sent */
	dev.cmdline_size = 8;
	assert_int_equal(qfw_cmdline(text, sizeof(text), &why), 0);
	assert_string_equal(text, "abcdefg");
	dev.cmdline_size = 9;
	assert_int_equal(qfw_cmdline(text, sizeof(text), &why), -E2BIG);
	assert_string_equal(why.text, "fw_cfg: QEMU's -append has 9 bytes, the limit is 8");
	dev.cmdline_size = 0xffffffff;
	assert_int_equal(qfw_cmdline(text, sizeof(text), &why), -E2BIG);
	dev.cmdline_size = 1;
	assert_int_equal(qfw_cmdline(text, sizeof(text), &why), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nothing_given, reset),
		cmocka_unit_test_setup(test_kernel_is_a_source, reset),
		cmocka_unit_test_setup(test_command_line, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
