/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "common/image/fit.h"
#include "test/host/common/fdt/dts.h"

#define ROOM (DTB_MAX / 2)

static struct fit fit;
static struct why why;

static int check(const char *images)
{
	char source[2048];

	snprintf(source, sizeof(source), "/ { images { %s }; };", images);
	assert_true(dtb_from_source(source) > 0);
	return fit_check(&fit, dtb_buffer, ROOM, &why);
}

static int data_of(const char *path, const uint8_t **data, uint32_t *size)
{
	const int node = fdt_path_offset(fit.tree, path);

	assert_true(node > 0);
	return fit_data(&fit, node, data, size, &why);
}

static void test_data(void **state)
{
	const uint8_t *data;
	uint32_t size;

	(void)state;
	assert_int_equal(check("a { data = [01 02 03]; };"
			       "b { data-size = <4>; data-position = <0>; };"
			       "c { data-size = <4>; data-offset = <8>; };"
			       "d { };"),
			 0);
	assert_int_equal(data_of("/images/a", &data, &size), 0);
	assert_int_equal(size, 3);
	assert_memory_equal(data, "\1\2\3", 3);
	assert_int_equal(data_of("/images/b", &data, &size), 0);
	assert_ptr_equal(data, dtb_buffer);
	assert_int_equal(data_of("/images/c", &data, &size), 0);
	assert_ptr_equal(data,
			 (const char *)dtb_buffer + ALIGN_UP(fdt_totalsize(dtb_buffer), 4) + 8);
	assert_int_equal(data_of("/images/d", &data, &size), -ENOENT);
}

/* FIELD.md X6: sizes that lead out of what is there. */
static void test_outside(void **state)
{
	static const char *const images[] = {
		"a { data-size = <0x7fffffff>; data-position = <0>; };",
		"a { data-size = <0xffffffff>; data-offset = <0>; };",
		"a { data-size = <1>; data-position = <0xffffffff>; };",
		"a { data-size = <1>; data-offset = <0xffffffff>; };",
		"a { data-size = <0>; data-offset = <0x7fffffff>; };",
	};
	const uint8_t *data;
	uint32_t size;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		assert_int_equal(check(images[i]), 0);
		assert_int_equal(data_of("/images/a", &data, &size), -EINVAL);
		assert_non_null(strstr(why.text, "that are there"));
	}
}

/* FIELD.md X1: a length that wraps, and other damage. */
static void test_damage(void **state)
{
	uint32_t *p;

	(void)state;
	assert_int_equal(check("a { data = [01]; };"), 0);
	p = (uint32_t *)((char *)dtb_buffer + fdt_off_dt_struct(dtb_buffer));
	while (*p != __builtin_bswap32(FDT_PROP))
		p++;
	p[1] = __builtin_bswap32(0xfffffff4);
	assert_int_equal(fit_check(&fit, dtb_buffer, ROOM, &why), -EINVAL);
	assert_non_null(strstr(why.text, "damaged"));
	p[1] = __builtin_bswap32(1);
	assert_int_equal(fit_check(&fit, dtb_buffer, ROOM, &why), 0);
	assert_int_equal(fit_check(&fit, dtb_buffer, fdt_totalsize(dtb_buffer) - 8, &why), -EINVAL);
	fdt_set_totalsize(dtb_buffer, 0x7ffffffe);
	if (fit_check(&fit, dtb_buffer, ROOM, &why))
		fail_msg("%s", why.text);
	assert_true(dtb_from_source("/ { };") > 0);
	assert_int_equal(fit_check(&fit, dtb_buffer, ROOM, &why), -EINVAL);
	assert_non_null(strstr(why.text, "no /images"));
}

static unsigned int asked;

static bool stop_at_third(void)
{
	return ++asked == 3;
}

/* FIELD.md X5: work over bytes that input names can be ended. */
static void test_stop(void **state)
{
	int node;

	(void)state;
	assert_int_equal(check("a { data-size = <0x40000>; data-position = <0>;"
			       " hash { algo = \"crc32\"; value = <0>; }; };"),
			 0);
	node = fdt_path_offset(fit.tree, "/images/a");
	fit.size = 0x40000;
	assert_true(sizeof(dtb_buffer) >= fit.size);
	asked = 0;
	fit.stopped = stop_at_third;
	assert_int_equal(fit_check_hash(&fit, node, fit_next_hash(fit.tree, node, 0), &why),
			 -EINTR);
	assert_int_equal(asked, 3);
	asked = 10;
	assert_int_equal(fit_check_hash(&fit, node, fit_next_hash(fit.tree, node, 0), &why),
			 -EILSEQ);
	assert_int_equal(asked, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
