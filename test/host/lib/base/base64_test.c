// SPDX-License-Identifier: BSD-2-Clause
/* The test vectors of RFC 4648, 10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "lib/base/base64.h"

static void test_vectors(void **state)
{
	static const char *const texts[] = { "",         "Zg==",     "Zm8=",    "Zm9v",
					     "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(texts); n++) {
		char out[BASE64_SIZE(6)];

		base64_encode(out, (const uint8_t *)"foobar", n);
		assert_string_equal(out, texts[n]);
		assert_int_equal(strlen(out) + 1, BASE64_SIZE(n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
