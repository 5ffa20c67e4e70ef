// SPDX-License-Identifier: BSD-2-Clause
/* common/image/note.h: the ELF note, the -o option, the agreement of the values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/image/note.h"
#include "test/host/common/image/elf_build.h"

static struct boot_params params;
static struct why why;

/* ---- the table ---- */

static void test_table_is_in_key_order(void **state)
{
	(void)state;
	for (unsigned i = 0; i < BOOT_PARAM_LAST; i++)
		assert_true(boot_keys[i].key == i + 1);
	for (unsigned i = 0; i < ARRAY_SIZE(boot_flags); i++)
		assert_true(boot_flags[i].flag == BIT(i));
	assert_true(LOFT_FLAG_ALL == BIT(ARRAY_SIZE(boot_flags)) - 1);
}

struct value_case {
	uint64_t key, value;
	int err;
	const char *sentence;
};

static const struct value_case values[] = {
	{ LOFT_NOTE_VIRT_START, HIGH, 0, "" },
	{ LOFT_NOTE_VIRT_START, 0, 0, "" },
	{ LOFT_NOTE_VIRT_START, HIGH + 8, -EINVAL,
	  "VIRT_START 0xffffff8000000008 is not a multiple of 4096" },
	{ LOFT_NOTE_VA_BITS, 39, 0, "" },
	{ LOFT_NOTE_VA_BITS, 52, 0, "" },
	{ LOFT_NOTE_VA_BITS, 0, -EINVAL, "VA_BITS 0 is none of 36, 39, 42, 47, 48, 52" },
	{ LOFT_NOTE_VA_BITS, 295, -EINVAL, "VA_BITS 295 is none of 36, 39, 42, 47, 48, 52" },
	{ LOFT_NOTE_GRANULE, 16384, 0, "" },
	{ LOFT_NOTE_GRANULE, 8192, -EINVAL, "GRANULE 8192 is none of 4096, 16384, 65536" },
	{ LOFT_NOTE_ENTRY_EL, 1, 0, "" },
	{ LOFT_NOTE_ENTRY_EL, 2, 0, "" },
	{ LOFT_NOTE_ENTRY_EL, 3, -EINVAL, "ENTRY_EL 3 is neither 1 nor 2" },
	{ LOFT_NOTE_FLAGS, 0xff, 0, "" },
	{ LOFT_NOTE_FLAGS, 0x8000000000000081, -EINVAL,
	  "FLAGS 0x8000000000000081 has unknown bits 0x8000000000000000" },
	{ LOFT_NOTE_STACK_SIZE, 4096, 0, "" },
	{ LOFT_NOTE_STACK_SIZE, 16 * MIB, 0, "" },
	{ LOFT_NOTE_STACK_SIZE, 0, -EINVAL, "STACK_SIZE 0 is not within 4096..16777216" },
	{ LOFT_NOTE_STACK_SIZE, UINT64_MAX, -EINVAL,
	  "STACK_SIZE 18446744073709551615 is not within 4096..16777216" },
	{ LOFT_NOTE_STACK_SIZE, 4097, -EINVAL, "STACK_SIZE 4097 is not a multiple of 4096" },
	{ LOFT_NOTE_CONSOLE_VA, UINT64_MAX - 4095, 0, "" },
	{ LOFT_NOTE_CONSOLE_VA, 1, -EINVAL, "CONSOLE_VA 0x1 is not a multiple of 4096" },
	{ 0, 1, -EINVAL, "no boot parameter has key 0" },
	{ 8, 3, -EINVAL, "no boot parameter has key 8" },
	{ 0x7fffffffffffffff, 0, -EINVAL, "no boot parameter has key 9223372036854775807" },
};

static void test_values(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
		const struct value_case *c = &values[i];
		int err;

		memset(&params, 0, sizeof(params));
		why.text[0] = '\0';
		err = boot_params_set(&params, c->key, c->value, &why);
		assert_string_equal(why.text, c->sentence);
		assert_int_equal(err, c->err);
		assert_int_equal(params.given, err ? 0 : 1u << c->key);
		if (!err)
			assert_true(boot_params_get(&params, c->key, ~c->value) == c->value);
	}
	assert_true(boot_params_get(&params, LOFT_NOTE_GRANULE, 77) == 77);
}

/* ---- -o ---- */

struct option_case {
	const char *text;
	int err;
	const char *sentence;
};

#define NAMES "VIRT_START VA_BITS GRANULE ENTRY_EL FLAGS STACK_SIZE CONSOLE_VA, and the flags"
#define FLAG_NAMES                                                                \
	"UNMAPPED KEEP_IDMAP ALLOW_WX NO_MMIO PARK_SECONDARIES FDT_AT_DRAM_BASE " \
	"IDENTITY RANDOM_SLIDE, joined by |"

static const struct option_case bad_options[] = {
	{ "", -EINVAL, "-o: \"\" is not of the form NAME=value" },
	{ "GRANULE", -EINVAL, "-o: \"GRANULE\" is not of the form NAME=value" },
	{ "GRANULE,VA_BITS=39", -EINVAL, "-o: \"GRANULE\" is not of the form NAME=value" },
	{ "GRANULE=", -EINVAL, "-o: GRANULE= is no decimal (or 0x hex) number of 64 bits" },
	{ "GRANULE=4k", -EINVAL, "-o: GRANULE=4k is no decimal (or 0x hex) number of 64 bits" },
	{ "VIRT_START=-1", -EINVAL, "-o: VIRT_START=-1 is no hex number of 64 bits" },
	{ "VIRT_START=10000000000000000", -EINVAL,
	  "-o: VIRT_START=10000000000000000 is no hex number of 64 bits" },
	{ "VIRT_START=ffffff8000000000000000000000000000000000", -EINVAL,
	  "-o: \"ffffff8000000000000000000000000000000000...\" is too long" },
	{ "GRANULLE=4096", -EINVAL, "-o: unknown name \"GRANULLE\"; known are " NAMES },
	{ "=4096", -EINVAL, "-o: unknown name \"\"; known are " NAMES },
	{ "GRANULE=4096,", -EINVAL, "-o: \"\" is not of the form NAME=value" },
	{ "GRANULE=4096,,VA_BITS=39", -EINVAL, "-o: \"\" is not of the form NAME=value" },
	{ "GRANULE=4096,GRANULE=4096", -EINVAL, "-o: GRANULE is given twice" },
	{ "GRANULE=4095", -EINVAL, "GRANULE 4095 is none of 4096, 16384, 65536" },
	{ "ENTRY_EL=3", -EINVAL, "ENTRY_EL 3 is neither 1 nor 2" },
	{ "FLAGS=WX", -EINVAL, "-o: FLAGS has no \"WX\"; it has " FLAG_NAMES },
	{ "FLAGS=", -EINVAL, "-o: FLAGS has no \"\"; it has " FLAG_NAMES },
	{ "FLAGS=ALLOW_WX|", -EINVAL, "-o: FLAGS has no \"\"; it has " FLAG_NAMES },
	{ "RANDOM_SLIDE=2", -EINVAL, "-o: RANDOM_SLIDE is 0 or 1" },
	{ "RANDOM_SLIDE=", -EINVAL, "-o: RANDOM_SLIDE is 0 or 1" },
	{ "RANDOM_SLIDE=01", -EINVAL, "-o: RANDOM_SLIDE is 0 or 1" },
	{ "RANDOM_SLIDE=1,RANDOM_SLIDE=0", -EINVAL, "-o: RANDOM_SLIDE is given twice" },
	{ "FLAGS=100", -EINVAL, "FLAGS 0x100 has unknown bits 0x100" },
	{ "FLAGS=1,FLAGS=2", -EINVAL, "-o: FLAGS is given twice" },
};

static void test_bad_options(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad_options); i++) {
		const struct option_case *c = &bad_options[i];
		struct boot_params before;
		int err;

		memset(&params, 0x11, sizeof(params));
		before = params;
		err = boot_params_option(&params, c->text, &why);
		assert_string_equal(why.text, c->sentence);
		assert_int_equal(err, c->err);
		assert_memory_equal(&params, &before, sizeof(params));
	}
}

static void test_options(void **state)
{
	(void)state;
	memset(&params, 0, sizeof(params));
	assert_int_equal(boot_params_set(&params, LOFT_NOTE_GRANULE, 65536, NULL), 0);
	assert_int_equal(boot_params_option(&params,
					    "VIRT_START=ffffff8000000000,VA_BITS=0x27,GRANULE=4096,"
					    "FLAGS=KEEP_IDMAP|0x8|ALLOW_WX,STACK_SIZE=32768",
					    &why),
			 0);
	assert_true(params.value[LOFT_NOTE_VIRT_START] == HIGH);
	assert_true(params.value[LOFT_NOTE_VA_BITS] == 39);
	assert_true(params.value[LOFT_NOTE_GRANULE] == 4096);
	assert_true(params.value[LOFT_NOTE_FLAGS] == 0xe);
	assert_true(params.value[LOFT_NOTE_STACK_SIZE] == 32768);
	assert_false(boot_params_has(&params, LOFT_NOTE_CONSOLE_VA));
	boot_params_add_flag(&params, LOFT_FLAG_UNMAPPED);
	assert_true(params.value[LOFT_NOTE_FLAGS] == 0xf);
}

/* The last word on one flag counts, whatever FLAGS is. */
static void test_single_flags(void **state)
{
	struct boot_params over = { .given = 0 };

	(void)state;
	memset(&params, 0, sizeof(params));
	assert_int_equal(boot_params_set(&params, LOFT_NOTE_FLAGS, 0x82, NULL), 0);
	assert_int_equal(boot_params_option(&over, "RANDOM_SLIDE=1,VA_BITS=39,NO_MMIO=1", &why), 0);
	assert_int_equal(boot_params_option(&over, "RANDOM_SLIDE=0", &why), 0);
	assert_false(boot_params_has(&over, LOFT_NOTE_FLAGS));
	boot_params_merge(&params, &over);
	boot_params_apply(&params);
	assert_true(params.value[LOFT_NOTE_FLAGS] == 0xa);
	memset(&params, 0, sizeof(params));
	assert_int_equal(boot_params_option(&params, "RANDOM_SLIDE=1", &why), 0);
	boot_params_apply(&params);
	assert_true(boot_params_get(&params, LOFT_NOTE_FLAGS, 0) == LOFT_FLAG_RANDOM_SLIDE);
}

static void test_add_flag_and_merge(void **state)
{
	struct boot_params over = { .given = 0 };

	(void)state;
	memset(&params, 0, sizeof(params));
	boot_params_add_flag(&over, LOFT_FLAG_ALLOW_WX);
	assert_true(over.given == 1u << LOFT_NOTE_FLAGS);
	assert_true(over.value[LOFT_NOTE_FLAGS] == LOFT_FLAG_ALLOW_WX);
	assert_int_equal(boot_params_set(&params, LOFT_NOTE_FLAGS, 2, NULL), 0);
	assert_int_equal(boot_params_set(&params, LOFT_NOTE_VA_BITS, 48, NULL), 0);
	boot_params_merge(&params, &over);
	assert_true(params.value[LOFT_NOTE_FLAGS] == LOFT_FLAG_ALLOW_WX);
	assert_true(params.value[LOFT_NOTE_VA_BITS] == 48);
}

/* ---- agreement ---- */

static const struct option_case agreements[] = {
	{ "VA_BITS=39", 0, "" },
	{ "VA_BITS=48", 0, "" },
	{ "VA_BITS=52", 0, "" },
	{ "VA_BITS=42,GRANULE=65536", 0, "" },
	{ "VA_BITS=36,GRANULE=16384,STACK_SIZE=16384", 0, "" },
	{ "VA_BITS=42", -EINVAL,
	  "VA_BITS 42 does not go with GRANULE 4096, which has 39, 48 or 52" },
	{ "VA_BITS=39,GRANULE=65536", -EINVAL,
	  "VA_BITS 39 does not go with GRANULE 65536, which has 42, 48 or 52" },
	{ "VA_BITS=39,GRANULE=16384", -EINVAL,
	  "VA_BITS 39 does not go with GRANULE 16384, which has 36, 47, 48 or 52" },
	{ "STACK_SIZE=4096,GRANULE=65536", -EINVAL,
	  "STACK_SIZE 0x1000 is not a multiple of the granule, 65536" },
	{ "CONSOLE_VA=ffffff8000001000,GRANULE=16384", -EINVAL,
	  "CONSOLE_VA 0xffffff8000001000 is not a multiple of the granule, 16384" },
	{ "VIRT_START=ffffff8000001000,GRANULE=65536", -EINVAL,
	  "VIRT_START 0xffffff8000001000 is not a multiple of the granule, 65536" },
	{ "FLAGS=IDENTITY", 0, "" },
	{ "FLAGS=IDENTITY,VIRT_START=0", 0, "" },
	{ "FLAGS=IDENTITY,VIRT_START=1000", -EINVAL,
	  "FLAGS IDENTITY means VIRT_START 0, but VIRT_START is 0x1000" },
	{ "FLAGS=IDENTITY|UNMAPPED", -EINVAL, "FLAGS UNMAPPED and IDENTITY exclude each other" },
};

static void test_agreements(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(agreements); i++) {
		const struct option_case *c = &agreements[i];
		int err;

		memset(&params, 0, sizeof(params));
		assert_int_equal(boot_params_option(&params, c->text, NULL), 0);
		why.text[0] = '\0';
		err = boot_params_check(&params, 4096, &why);
		assert_string_equal(why.text, c->sentence);
		assert_int_equal(err, c->err);
	}
}

static void test_granule_by_default(void **state)
{
	(void)state;
	memset(&params, 0, sizeof(params));
	assert_int_equal(boot_params_option(&params, "VA_BITS=42", NULL), 0);
	assert_int_equal(boot_params_check(&params, 65536, NULL), 0);
	assert_int_equal(boot_params_check(&params, 512, NULL), -EINVAL);
}

static void test_format(void **state)
{
	char text[100], small[8];

	(void)state;
	boot_param_format(&boot_keys[LOFT_NOTE_VIRT_START - 1], HIGH, text, sizeof(text));
	assert_string_equal(text, "0xffffff8000000000");
	boot_param_format(&boot_keys[LOFT_NOTE_VIRT_START - 1], 0, text, sizeof(text));
	assert_string_equal(text, "0");
	boot_param_format(&boot_keys[LOFT_NOTE_GRANULE - 1], 4096, text, sizeof(text));
	assert_string_equal(text, "4096");
	boot_param_format(&boot_keys[LOFT_NOTE_FLAGS - 1], 0, text, sizeof(text));
	assert_string_equal(text, "0");
	boot_param_format(&boot_keys[LOFT_NOTE_FLAGS - 1], 6, text, sizeof(text));
	assert_string_equal(text, "KEEP_IDMAP|ALLOW_WX");
	boot_param_format(&boot_keys[LOFT_NOTE_FLAGS - 1], 0x7f, text, sizeof(text));
	assert_string_equal(text, "UNMAPPED|KEEP_IDMAP|ALLOW_WX|NO_MMIO|PARK_SECONDARIES|"
				  "FDT_AT_DRAM_BASE|IDENTITY");
	boot_param_format(&boot_keys[LOFT_NOTE_FLAGS - 1], 0x7f, small, sizeof(small));
	assert_string_equal(small, "UNMAPPE");
}

/* ---- the note ---- */

static uint8_t note[256];
static unsigned note_size;

static void add(uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		note[note_size++] = (uint8_t)(value >> (8 * i));
}

static void add_header(const char *name, uint32_t namesz, uint32_t descsz, uint32_t type)
{
	add(namesz, 4);
	add(descsz, 4);
	add(type, 4);
	for (uint32_t i = 0; i < namesz; i++)
		add((uint8_t)name[i], 1);
	while (note_size % 4)
		add(0, 1);
}

static void add_pair(uint64_t key, uint64_t value)
{
	add(key, 8);
	add(value, 8);
}

/* From an exactly sized, unaligned copy. */
static int parse(void)
{
	uint8_t *copy = malloc(note_size + 1);
	int err;

	memcpy(copy + 1, note, note_size);
	why.text[0] = '\0';
	err = note_parse(copy + 1, note_size, &params, &why);
	free(copy);
	return err;
}

static void start(void)
{
	note_size = 0;
	memset(&params, 0, sizeof(params));
}

static void test_note(void **state)
{
	(void)state;
	start();
	assert_int_equal(parse(), 0);
	add_header("GNU", 4, 20, 3);
	for (unsigned i = 0; i < 20; i++)
		add(0xee, 1);
	add_header("Loft", 5, 32, 2); /* another type */
	add_pair(99, 1);
	add_pair(99, 1);
	add_header("Loft\0x", 6, 16, 1); /* another name */
	add_pair(99, 1);
	add_header("LOFT", 5, 16, 1);
	add_pair(99, 1);
	add_header("Loft", 5, 32, 1);
	add_pair(LOFT_NOTE_VIRT_START, HIGH);
	add_pair(LOFT_NOTE_OPTIONAL | 99, 1);
	add_header("Loft", 5, 16, 1);
	add_pair(LOFT_NOTE_VA_BITS, 39);
	add(0, 8); /* padding of the segment */
	assert_int_equal(parse(), 0);
	assert_string_equal(why.text, "");
	assert_int_equal(params.given, 1u << LOFT_NOTE_VIRT_START | 1u << LOFT_NOTE_VA_BITS);
	assert_true(params.value[LOFT_NOTE_VIRT_START] == HIGH);
}

static void test_note_of_the_public_header(void **state)
{
	LOFT_NOTE({ LOFT_NOTE_GRANULE, 65536 }, { LOFT_NOTE_FLAGS, LOFT_FLAG_NO_MMIO });

	(void)state;
	memset(&params, 0, sizeof(params));
	assert_int_equal(note_parse(&loft_note, sizeof(loft_note), &params, NULL), 0);
	assert_true(params.value[LOFT_NOTE_GRANULE] == 65536);
	assert_true(params.value[LOFT_NOTE_FLAGS] == LOFT_FLAG_NO_MMIO);
}

static void test_note_refused(void **state)
{
	(void)state;
	start();
	add_header("Loft", 5, 16, 1);
	add_pair(8, 0x123);
	assert_int_equal(parse(), -EINVAL);
	assert_string_equal(why.text,
			    "Loft note: unknown key 8 (value 0x123), this Loft knows 1..7");
	start();
	add_header("Loft", 5, 32, 1);
	add_pair(LOFT_NOTE_GRANULE, 4096);
	add_pair(LOFT_NOTE_GRANULE, 4096);
	assert_int_equal(parse(), -EEXIST);
	assert_string_equal(why.text, "Loft note: key 3 (GRANULE) is given twice");
	start();
	add_header("Loft", 5, 24, 1);
	add_pair(LOFT_NOTE_GRANULE, 4096);
	add(1, 8);
	assert_int_equal(parse(), -ENODATA);
	assert_string_equal(why.text, "Loft note: 24 bytes of descriptor are no whole number of "
				      "16-byte pairs");
	start();
	add_header("Loft", 5, 32, 1);
	add_pair(LOFT_NOTE_GRANULE, 4096);
	assert_int_equal(parse(), -ENODATA);
	assert_string_equal(why.text, "PT_NOTE: truncated: a note needs 8 bytes of name and 32 of "
				      "descriptor, 24 are left");
}

static void test_command_line_overrules_the_note(void **state)
{
	struct boot_params over = { .given = 0 };

	(void)state;
	start();
	add_header("Loft", 5, 32, 1);
	add_pair(LOFT_NOTE_ENTRY_EL, 3);
	add_pair(LOFT_NOTE_FLAGS, BIT(40));
	assert_int_equal(parse(), 0);
	assert_int_equal(boot_params_check(&params, 4096, NULL), -EINVAL);
	assert_int_equal(boot_params_option(&over, "ENTRY_EL=2", NULL), 0);
	boot_params_merge(&params, &over);
	assert_int_equal(boot_params_check(&params, 4096, &why), -EINVAL);
	assert_string_equal(why.text, "FLAGS 0x10000000000 has unknown bits 0x10000000000");
	assert_int_equal(boot_params_option(&over, "FLAGS=0", NULL), 0);
	boot_params_merge(&params, &over);
	assert_int_equal(boot_params_check(&params, 4096, NULL), 0);
}

static void test_note_truncated(void **state)
{
	(void)state;
	start();
	add_header("Loft", 0, 0, 1); /* 12 bytes */
	memset(note, 0xff, 4);
	assert_int_equal(parse(), -ENODATA);
	assert_string_equal(why.text, "PT_NOTE: truncated: a note needs 4294967296 bytes of name "
				      "and 0 of descriptor, 0 are left");
	start();
	add_header("x", 1, 0xffffffff, 1);
	assert_int_equal(parse(), -ENODATA);
	assert_string_equal(why.text, "PT_NOTE: truncated: a note needs 4 bytes of name and "
				      "4294967295 of descriptor, 4 are left");
	start();
	add_header("Loft", 5, 0, 1);
	add(5, 4);
	assert_int_equal(parse(), -ENODATA);
	assert_string_equal(why.text, "PT_NOTE: truncated: 4 bytes at its end are no note header "
				      "of 12");
	start();
	add_header("x", 1, 3, 7); /* the last descriptor needs no padding */
	add(0xabcdef, 3);
	assert_int_equal(parse(), 0);
}

static struct elf_build file;
static struct elf_image image;
static unsigned reads;

static int counting_read(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	reads++;
	memcpy(dst, (const uint8_t *)source->priv + off, len);
	return 0;
}

static int read_notes(void)
{
	struct source source = { "kernel", file.size, counting_read, NULL, (uintptr_t)file.bytes,
				 NULL };

	reads = 0;
	assert_int_equal(elf_read(&source, &image, &why), 0);
	return note_read(&source, &image, &params, &why);
}

static void put_note(uint64_t at, uint64_t key, uint64_t value)
{
	start();
	add_header("Loft", 5, 16, 1);
	add_pair(key, value);
	memcpy(file.bytes + at, note, note_size);
	elf_phdr(&file, 4, 4, at, 0, 0, note_size, note_size);
}

static void test_note_read(void **state)
{
	(void)state;
	elf_honest(&file);
	assert_int_equal(read_notes(), 0);
	assert_int_equal(params.given, 0);
	assert_int_equal(reads, 1);
	put_note(0x3100, LOFT_NOTE_GRANULE, 4096);
	put_note(0x3000, LOFT_NOTE_VA_BITS, 48);
	assert_int_equal(read_notes(), 0);
	assert_int_equal(reads, 2);
	assert_int_equal(params.given, 1u << LOFT_NOTE_GRANULE | 1u << LOFT_NOTE_VA_BITS);
	put_note(0x6000, LOFT_NOTE_STACK_SIZE, 8192); /* far away: one read each */
	assert_int_equal(read_notes(), 0);
	assert_int_equal(reads, 4);
	assert_int_equal(params.given, 1u << LOFT_NOTE_GRANULE | 1u << LOFT_NOTE_VA_BITS |
					       1u << LOFT_NOTE_STACK_SIZE);
	put_note(0x6100, LOFT_NOTE_GRANULE, 4096);
	assert_int_equal(read_notes(), -EEXIST);
	put_ph(&file, 6, PH_FILESZ, 4097);
	assert_int_equal(read_notes(), -E2BIG);
	assert_string_equal(why.text, "kernel: a PT_NOTE of 0x1001 bytes, at most 4096");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_in_key_order),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_bad_options),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_single_flags),
		cmocka_unit_test(test_add_flag_and_merge),
		cmocka_unit_test(test_agreements),
		cmocka_unit_test(test_granule_by_default),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_note_of_the_public_header),
		cmocka_unit_test(test_note_refused),
		cmocka_unit_test(test_command_line_overrules_the_note),
		cmocka_unit_test(test_note_truncated),
		cmocka_unit_test(test_note_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
