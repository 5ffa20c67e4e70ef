// SPDX-License-Identifier: BSD-2-Clause
/* Symbols are a courtesy: honest tables give names, hostile ones give none, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "common/image/elf.h"
#include "test/host/common/image/elf_build.h"

#define SHOFF  UINT64_C(0x6000)
#define SYMTAB UINT64_C(0x5000)
#define STRTAB UINT64_C(0x5800)

static struct elf_build file;

static void section(unsigned n, uint32_t type, uint64_t offset, uint64_t size, uint32_t link,
		    uint64_t entsize)
{
	uint64_t at = SHOFF + n * ELF_SHDR;

	put(&file, at + 4, type, 4);
	put(&file, at + 24, offset, 8);
	put(&file, at + 32, size, 8);
	put(&file, at + 40, link, 4);
	put(&file, at + 56, entsize, 8);
}

static void build(void)
{
	elf_honest(&file);
	memset(file.bytes + SHOFF, 0, 0x1000);
	put(&file, 40, SHOFF, 8);
	put(&file, 60, 40, 2);
	section(1, 1, 0x1000, 0x2000, 0, 0);
	section(35, 2, SYMTAB, 5 * 24, 36, 24);
	section(36, 3, STRTAB, 64, 0, 0);
}

static bool find(struct elf_symbols *symbols)
{
	struct elf_image image;
	struct source source;
	bool found;
	uint8_t *copy = malloc(file.size);

	memcpy(copy, file.bytes, file.size);
	source_mem(&source, "kernel", copy, file.size);
	assert_int_equal(elf_read(&source, &image, NULL), 0);
	found = elf_symbols_find(&source, &image, symbols);
	free(copy);
	return found;
}

static void test_find(void **state)
{
	struct elf_symbols s;

	(void)state;
	build();
	assert_true(find(&s));
	assert_true(s.symtab.offset == SYMTAB && s.symtab.size == 120);
	assert_true(s.strtab.offset == STRTAB && s.strtab.size == 64);
}

static void test_find_nothing(void **state)
{
	struct elf_symbols s;

	(void)state;
	build();
	put(&file, 40, 0, 8);
	assert_false(find(&s));
	build();
	put(&file, 40, UINT64_MAX - 100, 8);
	assert_false(find(&s));
	build();
	put(&file, 40, file.size - 40 * ELF_SHDR + 1, 8);
	assert_false(find(&s));
	build();
	put(&file, 60, 35, 2); /* the symbols' section is beyond the number */
	assert_false(find(&s));
	put(&file, 60, 36, 2); /* its strings' section is */
	assert_false(find(&s));
	put(&file, 60, 0, 2);
	assert_false(find(&s));
	put(&file, 60, 0xffff, 2);
	assert_false(find(&s));
	build();
	put(&file, 58, 40, 2);
	assert_false(find(&s));
	build();
	section(35, 2, SYMTAB, 120, 36, 16);
	assert_false(find(&s));
	section(35, 2, SYMTAB, UINT64_MAX, 36, 24);
	assert_false(find(&s));
	section(35, 2, UINT64_MAX, 24, 36, 24);
	assert_false(find(&s));
	section(35, 2, SYMTAB, 120, 0, 24);
	assert_false(find(&s));
	section(35, 2, SYMTAB, 120, 0xffffffff, 24);
	assert_false(find(&s));
	section(35, 2, SYMTAB, 120, 1, 24); /* strings that are no string table */
	assert_false(find(&s));
	section(35, 2, SYMTAB, 120, 36, 24);
	section(36, 3, file.size - 10, 64, 0, 0);
	assert_false(find(&s));
}

static const char names[] = "\0start\0main\0table\0$x\0LIMIT\0label"; /* label: terminated by C */
enum { START = 1, MAIN = 7, TABLE = 12, DOLLAR_X = 18, LIMIT = 21, LABEL = 27 };

struct sym {
	uint32_t name;
	uint8_t type;
	uint16_t section;
	uint64_t value, size;
};

static const struct sym symbols[] = {
	{ 0, 0, 0, 0, 0 },
	{ START, 0x10, 1, HIGH + 0x1000, 0 },
	{ MAIN, 0x12, 1, HIGH + 0x1100, 0x80 },
	{ TABLE, 0x01, 2, HIGH + 0x3000, 0x10 },
	{ DOLLAR_X, 0x00, 1, HIGH + 0x1110, 0 },
	{ LIMIT, 0x10, 0xfff1, HIGH + 0x1111, 0 },
	{ LABEL, 0x00, 1, HIGH + 0x1100, 0 },
	{ MAIN, 0x12, 0, HIGH + 0x1120, 0 },    /* undefined */
	{ MAIN, 0x13, 1, HIGH + 0x1121, 0 },    /* a section */
	{ 4000, 0x12, 1, HIGH + 0x1122, 0x80 }, /* no such name */
	{ 0, 0x12, 1, HIGH + 0x1123, 0x80 },    /* an empty one */
};

#define SYMBOLS ARRAY_SIZE(symbols)

static uint8_t *pack(const struct sym *from, unsigned count)
{
	uint8_t *to = malloc(count * 24 + 1) + 1; /* unaligned */
	struct elf_build b;

	for (unsigned i = 0; i < count; i++) {
		put(&b, 0, from[i].name, 4);
		put(&b, 4, from[i].type, 2);
		put(&b, 6, from[i].section, 2);
		put(&b, 8, from[i].value, 8);
		put(&b, 16, from[i].size, 8);
		memcpy(to + i * 24, b.bytes, 24);
	}
	return to;
}

static void expect(uint64_t addr, const char *want, uint64_t want_offset)
{
	uint8_t *packed = pack(symbols, SYMBOLS);
	uint64_t offset = 0;
	const char *name = NULL;
	bool found =
		elf_symbol_lookup(packed, SYMBOLS * 24, names, sizeof(names), addr, &name, &offset);

	free(packed - 1);
	assert_int_equal(found, want != NULL);
	if (want) {
		assert_string_equal(name, want);
		assert_true(offset == want_offset);
	}
}

static void test_lookup(void **state)
{
	(void)state;
	expect(HIGH + 0x1000, "start", 0);
	expect(HIGH + 0x10fc, "start", 0xfc);
	expect(HIGH + 0x1100, "main", 0); /* a function before a label at the same place */
	expect(HIGH + 0x1140, "main", 0x40);
	expect(HIGH + 0x117f, "main", 0x7f);
	expect(HIGH + 0x1180, "label", 0x80); /* past main's size: the label has none */
	expect(HIGH + 0x300f, "table", 0xf);
	expect(HIGH + 0xfff, NULL, 0);
	expect(0, NULL, 0);
	expect(UINT64_MAX, "label", UINT64_MAX - HIGH - 0x1100);
}

static void test_lookup_hostile(void **state)
{
	static const struct sym last = { 3, 0x12, 1, UINT64_MAX - 8, UINT64_MAX };
	uint8_t *packed = pack(&last, 1);
	char *strings = malloc(6);
	const char *name;
	uint64_t offset;

	(void)state;
	memcpy(strings, "ab\0xyz", 6); /* "xyz" has no end */
	assert_false(elf_symbol_lookup(packed, 24, strings, 6, UINT64_MAX, &name, &offset));
	assert_false(elf_symbol_lookup(packed, 24, strings, 3, UINT64_MAX, &name, &offset));
	assert_false(elf_symbol_lookup(packed, 23, strings, 6, UINT64_MAX, &name, &offset));
	assert_false(elf_symbol_lookup(packed, 0, strings, 0, UINT64_MAX, &name, &offset));
	strings[5] = '\0';
	assert_true(elf_symbol_lookup(packed, 24, strings, 6, UINT64_MAX, &name, &offset));
	assert_string_equal(name, "xy");
	assert_true(offset == 8);
	free(strings);
	free(packed - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_nothing),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_lookup_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
