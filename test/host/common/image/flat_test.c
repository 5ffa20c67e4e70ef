// SPDX-License-Identifier: BSD-2-Clause
/* common/image/flat.h: what may be code, by words that an assembler made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "common/image/flat.h"
#include "lib/base/types.h"

static bool begins(uint32_t word)
{
	uint8_t head[FLAT_HEAD_SIZE] = { (uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
					 (uint8_t)(word >> 24) };

	return flat_is_code(head);
}

static void code(void **state)
{
	static const uint32_t words[] = {
		0x14000010, /* b */
		0x94000010, /* bl */
		0x58000061, /* ldr x1, literal */
		0x10000141, /* adr x1 */
		0x90000001, /* adrp x1 */
		0xd53800a0, /* mrs x0, mpidr_el1 */
		0xd50344df, /* msr daifclr */
		0xd5033fdf, /* isb */
		0xd503201f, /* nop */
		0xd2a12009, /* mov x9, #0x9000000 */
		0x52800960, /* mov w0, #'K' */
		0xa9bf7bfd, /* stp x29, x30, [sp, #-16]! */
		0xd10043ff, /* sub sp, sp, #16 */
		0xaa0003f3, /* mov x19, x0 */
		0x910003fd, /* mov x29, sp */
		0xb4000040, /* cbz x0 */
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		assert_true(begins(words[i]));
}

static void other(void **state)
{
	static const char *const texts[] = {
		"#!/bin/sh\nexit 0\n", "                ",      "TTTTTTTTTTTTTTTT",
		"#include <stdio.",    "\n\n\n\n4444444444444", "\t\t\t\t\t\t\t\tR\r\n\tRRRR",
	};
	static const uint32_t words[] = {
		0,	    /* udf */
		0xffffffff, /* erased flash */
		0xe1a00000, /* nop of A32 */
		0x0000006f, /* jal of RISC-V */
		0x90909090 & 0x00ffffff,
		0xe8fa31c0, /* x86 */
		0x587a37fd, /* xz, and an ldr from almost 1 MiB ahead */
		0x184d2204, /* lz4 */
		0x184c2102, /* lz4 -l */
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(texts); i++)
		assert_false(flat_is_code((const uint8_t *)texts[i]));
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		assert_false(begins(words[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code),
		cmocka_unit_test(other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
