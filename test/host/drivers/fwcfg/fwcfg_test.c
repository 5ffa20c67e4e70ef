/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/fwcfg against a model of the device that refuses, hangs, lies about its directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arch/cache.h>
#include <arch/io.h>

#include "drivers/fwcfg/fwcfg.h"

#define BASE		0x9020000
#define FILES		37

static struct {
	bool absent, hangs, fails;
	uint16_t key;
	uint64_t offset;
	unsigned transfers;
	uint32_t claimed_files;
	unsigned char item[70000];	/* the data of key 0x11 */
	unsigned char directory[4 + 64 * FILES];
} dev;

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	assert_int_equal(address, BASE + 16);
	assert_int_equal(bytes, 8);
	return dev.absent ? 0 : __builtin_bswap64(UINT64_C(0x51454d5520434647));
}

static void transfer(uint32_t control, unsigned char *dst, uint32_t length)
{
	const unsigned char *data = NULL;
	size_t size = 0;

	if (control & 8) {
		dev.key = (uint16_t)(control >> 16);
		dev.offset = 0;
	}
	if (dev.key == 0x11) {
		data = dev.item;
		size = sizeof(dev.item);
	} else if (dev.key == FW_CFG_FILE_DIR) {
		data = dev.directory;
		size = sizeof(dev.directory);
	} else if (dev.key == FW_CFG_KERNEL_SIZE) {
		data = (const unsigned char *)"\x70\x11\x01";
		size = 4;
	}
	for (uint32_t i = 0; i < length && (control & 2); i++)
		dst[i] = dev.offset + i < size ? data[dev.offset + i] : 0;
	dev.offset += length;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	struct {
		uint32_t control, length;
		uint64_t address;
	} *access = (void *)(uintptr_t)__builtin_bswap64(value);

	assert_int_equal(address, BASE + 16);
	assert_int_equal(bytes, 8);
	dev.transfers++;
	if (dev.hangs)
		return;
	if (dev.fails) {
		access->control = __builtin_bswap32(1);
		return;
	}
	transfer(__builtin_bswap32(access->control),
		 (void *)(uintptr_t)__builtin_bswap64(access->address),
		 __builtin_bswap32(access->length));
	access->control = 0;
}

static void put_file(unsigned i, uint32_t size, uint16_t key, const char *name)
{
	unsigned char *entry = dev.directory + 4 + 64 * i;

	size = __builtin_bswap32(size);
	key = __builtin_bswap16(key);
	memcpy(entry, &size, 4);
	memcpy(entry + 4, &key, 2);
	memset(entry + 8, 'x', 56);
	memcpy(entry + 8, name, strlen(name) + 1);
}

uint64_t fake_cache_clean_bytes, fake_cache_inval_bytes;

static struct fwcfg fw;

static int reset(void **state)
{
	(void)state;
	memset(&dev, 0, sizeof(dev));
	for (size_t i = 0; i < sizeof(dev.item); i++)
		dev.item[i] = (unsigned char)(i * 7 + i / 256);
	dev.directory[3] = FILES;
	for (unsigned i = 0; i < FILES; i++) {
		char name[16];

		snprintf(name, sizeof(name), "etc/file-%u", i);
		put_file(i, 100 + i, (uint16_t)(FW_CFG_FILE_FIRST + i), name);
	}
	return fwcfg_init(&fw, BASE, true);
}

static void test_absent(void **state)
{
	struct fwcfg none = { .base = 1 };

	(void)state;
	dev.absent = true;
	assert_int_equal(fwcfg_init(&none, BASE, true), -ENODEV);
	assert_int_equal(none.base, 1);
}

static void test_read_at_offsets(void **state)
{
	static const struct {
		uint64_t off, len;
		unsigned transfers;
	} cases[] = {
		{ 0, 70000, 1 }, { 0, 0, 0 }, { 1, 1, 2 }, { 4096, 65000, 2 }, { 69999, 1, 2 },
	};
	unsigned char *bytes = malloc(70000);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		dev.transfers = 0;
		assert_int_equal(fwcfg_read(&fw, 0x11, cases[i].off, bytes, cases[i].len), 0);
		assert_memory_equal(bytes, dev.item + cases[i].off, cases[i].len);
		assert_int_equal(dev.transfers, cases[i].transfers);
	}
	free(bytes);
}

static void test_limits_and_failures(void **state)
{
	unsigned char byte = 0x5a;
	uint32_t number = 77;

	(void)state;
	assert_int_equal(fwcfg_read(&fw, 0x11, UINT64_C(1) << 32, &byte, 1), -ERANGE);
	assert_int_equal(fwcfg_read(&fw, 0x11, UINT32_MAX, &byte, 1), -ERANGE);
	assert_int_equal(fwcfg_read(&fw, 0x11, 1, &byte, UINT64_MAX), -ERANGE);
	assert_int_equal(dev.transfers, 0);
	dev.fails = true;
	assert_int_equal(fwcfg_read(&fw, 0x11, 5, &byte, 1), -EIO);
	assert_int_equal(dev.transfers, 1);	/* the failed skip is not followed by a read */
	assert_int_equal(fwcfg_number(&fw, FW_CFG_KERNEL_SIZE, &number), -EIO);
	assert_int_equal(number, 77);
	dev.fails = false;
	dev.hangs = true;
	assert_int_equal(fwcfg_read(&fw, 0x11, 0, &byte, 1), -ETIMEDOUT);
	assert_int_equal(byte, 0x5a);
}

static void test_number(void **state)
{
	uint32_t number = 1;

	(void)state;
	assert_int_equal(fwcfg_number(&fw, FW_CFG_KERNEL_SIZE, &number), 0);
	assert_int_equal(number, 70000);
	assert_int_equal(fwcfg_number(&fw, FW_CFG_INITRD_SIZE, &number), 0);
	assert_int_equal(number, 0);
}

static int count_files(void *ctx, const struct fwcfg_file *file)
{
	unsigned *count = ctx;

	assert_int_equal(file->key, FW_CFG_FILE_FIRST + *count);
	assert_int_equal(file->size, 100 + *count);
	assert_in_range(strlen(file->name), 1, 55);
	++*count;
	return 0;
}

static void test_directory(void **state)
{
	struct fwcfg_file file;
	unsigned count = 0;

	(void)state;
	assert_int_equal(fwcfg_each_file(&fw, count_files, &count), 0);
	assert_int_equal(count, FILES);
	assert_int_equal(fwcfg_find_file(&fw, "etc/file-36", &file), 0);
	assert_int_equal(file.size, 136);
	assert_int_equal(fwcfg_find_file(&fw, "etc/file-37", &file), -ENOENT);
	assert_int_equal(file.size, 136);
	memset(dev.directory + 4 + 8, 'y', 56);			/* a name without its NUL */
	count = 0;
	assert_int_equal(fwcfg_each_file(&fw, count_files, &count), 0);
	memset(dev.directory, 0xff, 4);
	assert_int_equal(fwcfg_find_file(&fw, "etc/file-1", &file), -EBADMSG);
}

static void test_incoherent_device_is_maintained(void **state)
{
	unsigned char bytes[300];

	(void)state;
	fw.coherent = false;
	fake_cache_clean_bytes = fake_cache_inval_bytes = 0;
	assert_int_equal(fwcfg_read(&fw, 0x11, 0, bytes, sizeof(bytes)), 0);
	assert_int_equal(fake_cache_clean_bytes, 128 + sizeof(bytes));
	assert_in_range(fake_cache_inval_bytes, 128 + sizeof(bytes), 256 + sizeof(bytes));
	assert_memory_equal(bytes, dev.item, sizeof(bytes));
	fake_cache_clean_bytes = 0;
	assert_int_equal(fwcfg_write(&fw, 0x11, bytes, sizeof(bytes)), 0);
	assert_int_equal(fake_cache_clean_bytes, 128 + sizeof(bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_absent, reset),
		cmocka_unit_test_setup(test_read_at_offsets, reset),
		cmocka_unit_test_setup(test_limits_and_failures, reset),
		cmocka_unit_test_setup(test_number, reset),
		cmocka_unit_test_setup(test_directory, reset),
		cmocka_unit_test_setup(test_incoherent_device_is_maintained, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
