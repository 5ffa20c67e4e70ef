// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "common/source/load.h"

static void test_reads(void **state)
{
	char bytes[] = "0123456789", out[8] = "";
	struct source source;
	struct why why;

	(void)state;
	source_mem(&source, "ram", bytes, 10);
	assert_int_equal(source_read(&source, 8, out, 2, NULL), 0);
	assert_memory_equal(out, "89", 2);
	assert_int_equal(source_read(&source, 10, out, 0, NULL), 0);
	assert_int_equal(source_read(&source, 9, out, 2, &why), -ENODATA);
	assert_string_equal(why.text, "ram: cannot read 0x2 bytes at offset 0x9, it has 0xa");
	assert_int_equal(source_read(&source, UINT64_MAX, out, 2, &why), -ENODATA);
	assert_string_equal(why.text,
			    "ram: cannot read 0x2 bytes at offset 0xffffffffffffffff, it has 0xa");
	assert_int_equal(source_read(&source, 2, out, UINT64_MAX, &why), -ENODATA);
	assert_int_equal(source_read(&source, 11, out, 0, &why), -ENODATA);
	assert_memory_equal(out, "89", 3);
}

static void test_overlapping_read(void **state)
{
	char bytes[] = "0123456789";
	struct source source;

	(void)state;
	source_mem(&source, "ram", bytes, 10);
	assert_int_equal(source_read(&source, 0, bytes + 1, 9, NULL), 0);
	assert_string_equal(bytes, "0012345678");
	assert_int_equal(source_read(&source, 3, bytes + 3, 7, NULL), 0);
	assert_string_equal(bytes, "0012345678");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_overlapping_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
