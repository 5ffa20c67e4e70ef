// SPDX-License-Identifier: BSD-2-Clause
/* fs/exfat.c over what mkfs.exfat makes, filled by make_exfat.py; fsck.exfat finds it clean. */
#define _GNU_SOURCE /* memmem() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/host/fs/volume.h"

static struct volume v;

static void check(const char *cluster)
{
	struct why why = { "" };
	int err;

	assert_true(volume_shell("rm -f img; truncate -s 64M img\n"
				 "/usr/bin/python3 $OLDPWD/test/host/fs/make_exfat.py tree img %s\n"
				 "fsck.exfat -n img",
				 cluster));
	err = volume_open(&v, "img", 512);
	if (err)
		fail_msg("%d: %s", err, v.why);
	assert_string_equal(v.fs.type->name, "exfat");
	assert_string_equal(v.fs.label, "Name");
	assert_int_equal(volume_compare(&v, "tree"), VOLUME_FILES);
	assert_int_equal(fs_mkdir(&v.fs, "new", &why), -EROFS);
}

static void test_tree(void **state)
{
	struct fs_node node;
	struct why why;

	(void)state;
	check("512");
	volume_close(&v);
	check("32K");
	volume_close(&v);
	check("4K");
	assert_int_equal(fs_lookup(&v.fs, "BOOT/ExtLinux", &node, &why), 0);
	assert_int_equal(fs_lookup(&v.fs, "none", &node, &why), -ENOENT);
	volume_close(&v);
}

/* The set of entries of short.txt, which is the first with such a name. */
static uint8_t *find_set(void)
{
	static const char name[] = "S\0H\0O\0R\0T\0.\0T\0X\0T";
	uint8_t *at = memmem(v.bytes, v.device.size, name, sizeof(name) - 1);

	assert_non_null(at);
	return at - 2 - 64;
}

static void seal(uint8_t *set)
{
	uint16_t sum = 0;

	for (unsigned int i = 0; i < 96; i++) {
		if (i != 2 && i != 3)
			sum = (uint16_t)((uint16_t)(sum << 15 | sum >> 1) + set[i]);
	}
	set[2] = (uint8_t)sum;
	set[3] = (uint8_t)(sum >> 8);
}

static void test_damage(void **state)
{
	static char bytes[20];
	struct fs_node node;
	struct why why;
	uint8_t *set;

	(void)state;
	check("4K");
	set = find_set();
	set[32 + 8] = 4; /* so many bytes were ever written: zeros follow */
	seal(set);
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "SHORT.TXT", &node, &why), 0);
	assert_int_equal(fs_read(&v.fs, &node, 0, bytes, 9, &why), 0);
	assert_int_equal(bytes[4], 0);
	memset(set + 32 + 8, 0x7f, 6); /* more than there are clusters */
	memset(set + 32 + 24, 0x7f, 6);
	seal(set);
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "SHORT.TXT", &node, &why), 0);
	assert_int_equal(fs_read(&v.fs, &node, 1u << 20, bytes, 9, &why), -EBADMSG);
	set[32 + 20] ^= 1;
	assert_int_equal(volume_again(&v), 0);
	assert_int_equal(fs_lookup(&v.fs, "SHORT.TXT", &node, &why), -EBADMSG);
	volume_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_damage),
	};

	volume_tree();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
