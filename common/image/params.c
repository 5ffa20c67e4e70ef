/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/note.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"

#define PAGE_MIN (4 * KIB) /* the smallest granule: finer checks wait for boot_params_check() */

static int check_page(const struct boot_key *key, uint64_t value, struct why *why)
{
	if (IS_ALIGNED(value, PAGE_MIN))
		return 0;
	return refuse(why, -EINVAL, "%s 0x%" PRIx64 " is not a multiple of 4096", key->name, value);
}

static int check_va_bits(const struct boot_key *key, uint64_t value, struct why *why)
{
	static const uint8_t sizes[] = { 36, 39, 42, 47, 48, 52 };

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++)
		if (sizes[i] == value)
			return 0;
	return refuse(why, -EINVAL, "%s %" PRIu64 " is none of 36, 39, 42, 47, 48, 52", key->name,
		      value);
}

static int check_granule(const struct boot_key *key, uint64_t value, struct why *why)
{
	if (value == 4096 || value == 16384 || value == 65536)
		return 0;
	return refuse(why, -EINVAL, "%s %" PRIu64 " is none of 4096, 16384, 65536", key->name,
		      value);
}

static int check_entry_el(const struct boot_key *key, uint64_t value, struct why *why)
{
	if (value == 1 || value == 2)
		return 0;
	return refuse(why, -EINVAL, "%s %" PRIu64 " is neither 1 nor 2", key->name, value);
}

static int check_flags(const struct boot_key *key, uint64_t value, struct why *why)
{
	if (value & ~LOFT_FLAG_ALL)
		return refuse(why, -EINVAL, "%s 0x%" PRIx64 " has unknown bits 0x%" PRIx64,
			      key->name, value, value & ~LOFT_FLAG_ALL);
	return 0;
}

static int check_stack_size(const struct boot_key *key, uint64_t value, struct why *why)
{
	if (value == 0 || value > BOOT_STACK_SIZE_MAX)
		return refuse(why, -EINVAL, "%s %" PRIu64 " is not within 4096..%" PRIu64,
			      key->name, value, BOOT_STACK_SIZE_MAX);
	if (IS_ALIGNED(value, PAGE_MIN))
		return 0;
	return refuse(why, -EINVAL, "%s %" PRIu64 " is not a multiple of 4096", key->name, value);
}

const struct boot_key boot_keys[BOOT_PARAM_LAST] = {
	{ LOFT_NOTE_VIRT_START, "VIRT_START", check_page, false },
	{ LOFT_NOTE_VA_BITS, "VA_BITS", check_va_bits, true },
	{ LOFT_NOTE_GRANULE, "GRANULE", check_granule, true },
	{ LOFT_NOTE_ENTRY_EL, "ENTRY_EL", check_entry_el, true },
	{ LOFT_NOTE_FLAGS, "FLAGS", check_flags, false },
	{ LOFT_NOTE_STACK_SIZE, "STACK_SIZE", check_stack_size, true },
	{ LOFT_NOTE_CONSOLE_VA, "CONSOLE_VA", check_page, false },
};

const struct boot_flag boot_flags[8] = {
	{ LOFT_FLAG_UNMAPPED, "UNMAPPED" },
	{ LOFT_FLAG_KEEP_IDMAP, "KEEP_IDMAP" },
	{ LOFT_FLAG_ALLOW_WX, "ALLOW_WX" },
	{ LOFT_FLAG_NO_MMIO, "NO_MMIO" },
	{ LOFT_FLAG_PARK_SECONDARIES, "PARK_SECONDARIES" },
	{ LOFT_FLAG_FDT_AT_DRAM_BASE, "FDT_AT_DRAM_BASE" },
	{ LOFT_FLAG_IDENTITY, "IDENTITY" },
	{ LOFT_FLAG_RANDOM_SLIDE, "RANDOM_SLIDE" },
};

int boot_params_set(struct boot_params *params, uint64_t key, uint64_t value, struct why *why)
{
	const struct boot_key *row;
	int err;

	if (key == 0 || key > BOOT_PARAM_LAST)
		return refuse(why, -EINVAL, "no boot parameter has key %" PRIu64, key);
	row = &boot_keys[key - 1];
	err = row->check(row, value, why);
	if (err)
		return err;
	params->value[key] = value;
	params->given |= 1u << key;
	return 0;
}

void boot_params_add_flag(struct boot_params *params, uint64_t flags)
{
	params->value[LOFT_NOTE_FLAGS] = boot_params_get(params, LOFT_NOTE_FLAGS, 0) | flags;
	params->given |= 1u << LOFT_NOTE_FLAGS;
}

void boot_params_merge(struct boot_params *params, const struct boot_params *over)
{
	for (unsigned key = 1; key <= BOOT_PARAM_LAST; key++)
		if (boot_params_has(over, key))
			params->value[key] = over->value[key];
	params->given |= over->given;
	if (!IS_ENABLED(CONFIG_RANDOM_SLIDE))
		return;
	params->on = (params->on & ~over->off) | over->on;
	params->off = (params->off & ~over->on) | over->off;
}

void boot_params_apply(struct boot_params *params)
{
	if (!IS_ENABLED(CONFIG_RANDOM_SLIDE))
		return;
	if (params->on | params->off)
		boot_params_add_flag(params, params->on);
	params->value[LOFT_NOTE_FLAGS] &= ~params->off;
}

/* Cuts the text up to @end (or its end) into @word. */
static int take_word(const char **text, const char *ends, char *word, size_t size, struct why *why)
{
	size_t len = strcspn(*text, ends);

	if (len >= size)
		return refuse(why, -EINVAL, "-o: \"%.40s...\" is too long", *text);
	memcpy(word, *text, len);
	word[len] = '\0';
	*text += len;
	return 0;
}

static int parse_flag(const char *word, uint64_t *flag, struct why *why)
{
	for (unsigned i = 0; i < ARRAY_SIZE(boot_flags); i++) {
		if (strcmp(word, boot_flags[i].name) == 0) {
			*flag = boot_flags[i].flag;
			return 0;
		}
	}
	if (num_parse(word, 16, flag) == 0)
		return 0;
	return refuse(why, -EINVAL,
		      "-o: FLAGS has no \"%s\"; it has UNMAPPED KEEP_IDMAP ALLOW_WX "
		      "NO_MMIO PARK_SECONDARIES FDT_AT_DRAM_BASE IDENTITY RANDOM_SLIDE, "
		      "joined by |",
		      word);
}

static int parse_flags(const char **text, uint64_t *value, struct why *why)
{
	*value = 0;
	for (;;) {
		char word[24];
		uint64_t flag;
		int err = take_word(text, "|,", word, sizeof(word), why);

		if (!err)
			err = parse_flag(word, &flag, why);
		if (err)
			return err;
		*value |= flag;
		if (**text != '|')
			return 0;
		(*text)++;
	}
}

static int parse_number(const struct boot_key *key, const char **text, uint64_t *value,
			struct why *why)
{
	char word[24];
	int err = take_word(text, ",", word, sizeof(word), why);

	if (err)
		return err;
	if (num_parse(word, key->decimal ? 10 : 16, value))
		return refuse(why, -EINVAL, "-o: %s=%s is no %s number of 64 bits", key->name, word,
			      key->decimal ? "decimal (or 0x hex)" : "hex");
	return 0;
}

/* RANDOM_SLIDE=0: one flag, the others as they are. */
static int parse_one_flag(const struct boot_flag *flag, const char **text,
			  struct boot_params *given, struct why *why)
{
	char digit = **text;

	if ((digit != '0' && digit != '1') || (text[0][1] && text[0][1] != ','))
		return refuse(why, -EINVAL, "-o: %s is 0 or 1", flag->name);
	if ((given->on | given->off) & flag->flag)
		return refuse(why, -EINVAL, "-o: %s is given twice", flag->name);
	*(digit == '1' ? &given->on : &given->off) |= flag->flag;
	(*text)++;
	return 0;
}

/* One NAME=value at *text, a flag's into @given; on success *text is behind it. */
static int parse_option(const char **text, const struct boot_key **key, uint64_t *value,
			struct boot_params *given, struct why *why)
{
	char name[24];
	int err = take_word(text, "=,", name, sizeof(name), why);

	if (err)
		return err;
	if (**text != '=')
		return refuse(why, -EINVAL, "-o: \"%s\" is not of the form NAME=value", name);
	(*text)++;
	for (unsigned i = 0; i < ARRAY_SIZE(boot_keys); i++) {
		*key = &boot_keys[i];
		if (strcmp(name, (*key)->name) != 0)
			continue;
		return (*key)->key == LOFT_NOTE_FLAGS ? parse_flags(text, value, why)
						      : parse_number(*key, text, value, why);
	}
	*key = NULL;
	for (unsigned i = 0; IS_ENABLED(CONFIG_RANDOM_SLIDE) && i < ARRAY_SIZE(boot_flags); i++)
		if (strcmp(name, boot_flags[i].name) == 0)
			return parse_one_flag(&boot_flags[i], text, given, why);
	return refuse(why, -EINVAL,
		      "-o: unknown name \"%s\"; known are VIRT_START VA_BITS GRANULE "
		      "ENTRY_EL FLAGS STACK_SIZE CONSOLE_VA, and the flags",
		      name);
}

int boot_params_option(struct boot_params *params, const char *text, struct why *why)
{
	struct boot_params given = { .given = 0 };

	for (;;) {
		const struct boot_key *key = NULL;
		uint64_t value;
		int err = parse_option(&text, &key, &value, &given, why);

		if (err)
			return err;
		if (key && boot_params_has(&given, key->key))
			return refuse(why, -EINVAL, "-o: %s is given twice", key->name);
		if (key)
			err = boot_params_set(&given, key->key, value, why);
		if (err)
			return err;
		if (*text == '\0')
			break;
		text++;
	}
	boot_params_merge(params, &given);
	return 0;
}

/* Which sizes of address a granule has. Whether the CPU has them is for who knows the CPU. */
static int check_geometry(uint64_t granule, uint64_t va_bits, struct why *why)
{
	static const struct {
		uint32_t granule;
		uint8_t va_bits[4];
		const char *text;
	} rows[] = {
		{ 4096, { 39, 48, 52 }, "39, 48 or 52" },
		{ 16384, { 36, 47, 48, 52 }, "36, 47, 48 or 52" },
		{ 65536, { 42, 48, 52 }, "42, 48 or 52" },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].granule != granule)
			continue;
		if (memchr(rows[i].va_bits, (int)va_bits, sizeof(rows[i].va_bits)))
			return 0;
		return refuse(why, -EINVAL,
			      "VA_BITS %" PRIu64 " does not go with GRANULE %" PRIu64
			      ", which has %s",
			      va_bits, granule, rows[i].text);
	}
	return refuse(why, -EINVAL, "GRANULE %" PRIu64 " is none of 4096, 16384, 65536", granule);
}

static int check_exclusive(const struct boot_params *params, struct why *why)
{
	uint64_t flags = boot_params_get(params, LOFT_NOTE_FLAGS, 0);
	uint64_t start = boot_params_get(params, LOFT_NOTE_VIRT_START, 0);

	if ((flags & LOFT_FLAG_UNMAPPED) && (flags & LOFT_FLAG_IDENTITY))
		return refuse(why, -EINVAL, "FLAGS UNMAPPED and IDENTITY exclude each other");
	if ((flags & LOFT_FLAG_IDENTITY) && start != 0)
		return refuse(why, -EINVAL,
			      "FLAGS IDENTITY means VIRT_START 0, but VIRT_START is "
			      "0x%" PRIx64,
			      start);
	return 0;
}

/* Every value by itself is known to be good here. */
static int check_agreement(const struct boot_params *params, uint64_t granule, struct why *why)
{
	static const uint8_t multiples[] = { LOFT_NOTE_VIRT_START, LOFT_NOTE_STACK_SIZE,
					     LOFT_NOTE_CONSOLE_VA };

	if (boot_params_has(params, LOFT_NOTE_VA_BITS)) {
		int err = check_geometry(granule, params->value[LOFT_NOTE_VA_BITS], why);

		if (err)
			return err;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(multiples); i++) {
		uint64_t value = boot_params_get(params, multiples[i], 0);

		if (value % granule)
			return refuse(why, -EINVAL,
				      "%s 0x%" PRIx64 " is not a multiple of the "
				      "granule, %" PRIu64,
				      boot_keys[multiples[i] - 1].name, value, granule);
	}
	return check_exclusive(params, why);
}

int boot_params_check(const struct boot_params *params, uint64_t granule, struct why *why)
{
	for (unsigned i = 0; i < ARRAY_SIZE(boot_keys); i++) {
		const struct boot_key *row = &boot_keys[i];
		int err = 0;

		if (boot_params_has(params, row->key))
			err = row->check(row, params->value[row->key], why);
		if (err)
			return err;
	}
	return check_agreement(params, boot_params_get(params, LOFT_NOTE_GRANULE, granule), why);
}

static void format_flags(uint64_t value, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < ARRAY_SIZE(boot_flags) && used < size; i++)
		if (value & boot_flags[i].flag)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "|" : "",
						 boot_flags[i].name);
}

void boot_param_format(const struct boot_key *key, uint64_t value, char *text, size_t size)
{
	if (key->decimal)
		snprintf(text, size, "%" PRIu64, value);
	else if (key->key == LOFT_NOTE_FLAGS && (value & LOFT_FLAG_ALL))
		format_flags(value, text, size);
	else
		snprintf(text, size, value ? "0x%" PRIx64 : "%" PRIx64, value);
}
