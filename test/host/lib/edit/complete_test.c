/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/complete: which word is at the cursor, and what the Tab key makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/edit/complete.h"

static const char *const commands[] = {
	"md", "mdc", "printenv", "pri/nt", "setenv", "boot", "bootd"
};
static const char *const variables[] = { "bootargs", "bootcmd", "loadaddr" };
static const char usage[] = "list\n\t- one\nqfw cpus\n\t- two\nqfw load [addr]\n\t- three";

static struct lineedit le;
static char sent[4096];
static size_t sent_len;
static bool input_waits;

static void emit(void *ctx, const char *bytes, size_t len)
{
	(void)ctx;
	assert_true(len < sizeof(sent) - sent_len);
	memcpy(sent + sent_len, bytes, len);
	sent_len += len;
	sent[sent_len] = '\0';
}

static void offer_all(struct complete *c, const char *const *names, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		complete_offer(c, names[i], strlen(names[i]));
}

static void candidates(struct complete *c)
{
	if (c->kind == COMPLETE_COMMAND)
		offer_all(c, commands, ARRAY_SIZE(commands));
	else if (c->kind == COMPLETE_VARIABLE || !strcmp(c->argv[0], "printenv"))
		offer_all(c, variables, ARRAY_SIZE(variables));
	else if (!strcmp(c->argv[0], "qfw"))
		complete_usage(c, "qfw", usage);
}

static bool pending(void)
{
	return input_waits;
}

static bool tab(struct lineedit *editor)
{
	static const struct complete_ops ops = { .candidates = candidates, .pending = pending };

	return complete_line(editor, &ops);
}

static int setup(void **state)
{
	(void)state;
	memset(&le, 0, sizeof(le));
	le.emit = emit;
	le.prompt = "=> ";
	le.tab = tab;
	input_waits = false;
	return 0;
}

/* Type keys; the line becomes @line, and what the last of them sent is @shown (NULL: anything). */
static void check(const char *keys, const char *line, const char *shown)
{
	lineedit_start(&le);
	for (; *keys; keys++) {
		sent_len = 0;
		assert_int_equal(lineedit_feed(&le, (unsigned char)*keys), LINEEDIT_MORE);
	}
	assert_string_equal(le.line, line);
	if (shown)
		assert_string_equal(sent, shown);
}

static void parse(const char *line, enum complete_kind kind, unsigned int argc, const char *word)
{
	struct complete c;

	complete_parse(&c, line, strlen(line));
	assert_int_equal(c.kind, kind);
	assert_string_equal(c.word, word);
	assert_int_equal(c.argc, argc);
}

static void test_words(void **state)
{
	(void)state;
	parse("", COMPLETE_COMMAND, 1, "");
	parse("  ", COMPLETE_COMMAND, 1, "");
	parse("pr", COMPLETE_COMMAND, 1, "pr");
	parse("md ", COMPLETE_ARGUMENT, 2, "");
	parse("md a b", COMPLETE_ARGUMENT, 3, "b");
	parse("md a; pr", COMPLETE_COMMAND, 1, "pr");
	parse("md a && pr", COMPLETE_COMMAND, 1, "pr");
	parse("md a||pr", COMPLETE_COMMAND, 1, "pr");
	parse("if test a; then pr", COMPLETE_COMMAND, 1, "pr");
	parse("while ! pr", COMPLETE_COMMAND, 1, "pr");
	parse("echo \"a; b", COMPLETE_ARGUMENT, 2, "a; b");
	parse("echo 'a $b", COMPLETE_ARGUMENT, 2, "a $b");
	parse("echo a\\ b", COMPLETE_ARGUMENT, 2, "a b");
	parse("echo a \\", COMPLETE_NOTHING, 2, "");
	parse("echo \"\" x", COMPLETE_ARGUMENT, 3, "x");
	parse("a b c d e f g h i j k", COMPLETE_ARGUMENT, 11, "k");
}

static void test_variables(void **state)
{
	(void)state;
	parse("echo $lo", COMPLETE_VARIABLE, 2, "lo");
	parse("echo $", COMPLETE_VARIABLE, 2, "");
	parse("echo ${", COMPLETE_VARIABLE, 2, "");
	parse("echo ${lo", COMPLETE_VARIABLE, 2, "lo");
	parse("echo \"x ${a} $lo", COMPLETE_VARIABLE, 2, "lo");
	parse("$lo", COMPLETE_VARIABLE, 1, "lo");
	parse("echo $lo/x", COMPLETE_ARGUMENT, 2, "$lo/x");
	parse("echo ${lo}x", COMPLETE_ARGUMENT, 2, "${lo}x");
	parse("echo \\$lo", COMPLETE_ARGUMENT, 2, "$lo");
	parse("echo '$lo", COMPLETE_ARGUMENT, 2, "$lo");
}

static void test_comments(void **state)
{
	struct complete c;

	(void)state;
	parse("echo a#b", COMPLETE_ARGUMENT, 2, "a#b");
	parse("# x\npr", COMPLETE_COMMAND, 1, "pr");
	complete_parse(&c, "echo #b", 7);
	assert_int_equal(c.kind, COMPLETE_NOTHING);
}

static void test_long_words_are_left_alone(void **state)
{
	char line[3 * COMPLETE_TEXT];
	struct complete c;
	size_t len;

	(void)state;
	for (len = COMPLETE_TEXT - 8; len < sizeof(line); len++) {
		memset(line, 'x', len);
		complete_parse(&c, line, len);
		assert_true(c.kind == COMPLETE_NOTHING || len < COMPLETE_TEXT);
		line[len - 2] = ' ';
		complete_parse(&c, line, len);
		memset(line, '\'', len);
		complete_parse(&c, line, len);
	}
}

static void test_one_candidate_goes_in(void **state)
{
	(void)state;
	check("prin\t", "printenv ", "tenv ");
	check("se\t", "setenv ", "tenv ");
	check("printenv lo\t", "printenv loadaddr ", "adaddr ");
	check("echo $lo\t", "echo $loadaddr ", "adaddr ");
	check("echo ${lo\tx", "echo ${loadaddr}x", NULL);
	check("echo \"${lo\t", "echo \"${loadaddr}", NULL);
	check("echo \"$lo\t", "echo \"$loadaddr", NULL);
	check("printenv \"lo\t", "printenv \"loadaddr\" ", NULL);
	check("pri/\t", "pri/nt ", NULL);
	check("qfw c\t", "qfw cpus ", "pus ");
}

static void test_in_the_middle_of_a_line(void **state)
{
	(void)state;
	check("se x\002\002\t", "setenv  x", NULL);
	assert_int_equal(le.pos, 7);
}

static void test_several_have_something_in_common(void **state)
{
	(void)state;
	check("printenv b\t", "printenv boot", "oot");
	check("b\t", "boot", "oot");
}

static void test_several_are_listed(void **state)
{
	(void)state;
	check("printenv boot\t", "printenv boot", "\nbootargs  bootcmd   \n=> printenv boot");
	check("md\t", "md", "\nmd   mdc  \n=> md");
	check("md x\001\006\006\t", "md x", " x\nmd   mdc  \n=> md x\b\b");
	check("qfw \t", "qfw ", "\nlist  cpus  load  \n=> qfw ");
	check("\t", "", NULL);
	assert_non_null(strstr(sent, "setenv"));
}

static void test_none_rings(void **state)
{
	(void)state;
	check("nosuch\t", "nosuch", "\a");
	check("md 4\t", "md 4", "\a");
	check("echo #x\t", "echo #x", "\a");
}

static void test_a_pasted_tab_is_a_blank(void **state)
{
	(void)state;
	input_waits = true;
	check("\tmd", " md", NULL);
	check("md\t4", "md 4", NULL);
	check("md 4\t5", "md 4 5", NULL);
	check("pr\t", "pri", NULL); /* a beginning is completed all the same */
	check("prin\t", "printenv ", NULL);
}

static void test_usage_with_one_word_names_an_argument(void **state)
{
	struct complete c;

	(void)state;
	complete_parse(&c, "go ", 3);
	complete_usage(&c, "go", "addr [arg ...]\n\t- start");
	assert_int_equal(c.count, 0);
	complete_usage(&c, "go", "[addr]\n\t- start\ngo -x\n\t- other");
	assert_int_equal(c.count, 0);
	complete_usage(&c, "go", "a b\ngo a c\n\t- start\ngo a - other");
	assert_int_equal(c.count, 0);
	complete_usage(&c, "el2", "[rules|writes|vhe]\n\t- show");
	assert_int_equal(c.count, 3);
	complete_parse(&c, "gpio t", 6);
	complete_usage(&c, "gpio", "<input|set|clear|toggle> <pin>\n\t- do\ngpio status [-a]");
	assert_int_equal(c.count, 1);
	complete_usage(&c, "gpio", "");
	assert_int_equal(c.count, 1);
	complete_parse(&c, "gpio st", 7);
	complete_usage(&c, "gpio", "<input|set|clear|toggle> <pin>\n\t- do\n& status [-a]");
	assert_int_equal(c.count, 1);
	complete_parse(&c, "gpio t x", 8);
	complete_usage(&c, "gpio", "<input|set|clear|toggle> <pin>\n\t- do\ngpio status [-a]");
	assert_int_equal(c.count, 0);
}

static void test_wide_lists_break(void **state)
{
	struct complete c;
	char name[COMPLETE_NAME_MAX + 2];
	unsigned int i;

	(void)state;
	memset(name, 'a', sizeof(name));
	complete_parse(&c, "a", 1);
	complete_offer(&c, name, sizeof(name));
	assert_int_equal(c.count, 0);
	complete_offer(&c, name, COMPLETE_NAME_MAX);
	assert_int_equal(c.count, 1);
	complete_offer(&c, name, COMPLETE_NAME_MAX);
	assert_int_equal(c.count, 1);
	complete_parse(&c, "a", 1);
	for (i = 20; i < 26; i++)
		complete_offer(&c, name, i);
	assert_int_equal(c.count, 6);
	c.le = &le;
	sent_len = 0;
	for (i = 20; i < 26; i++)
		complete_offer(&c, name, i);
	assert_non_null(strchr(sent, '\n'));
	assert_true(strchr(sent, '\n') - sent <= 78 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_words, setup),
		cmocka_unit_test_setup(test_variables, setup),
		cmocka_unit_test_setup(test_comments, setup),
		cmocka_unit_test_setup(test_long_words_are_left_alone, setup),
		cmocka_unit_test_setup(test_one_candidate_goes_in, setup),
		cmocka_unit_test_setup(test_in_the_middle_of_a_line, setup),
		cmocka_unit_test_setup(test_several_have_something_in_common, setup),
		cmocka_unit_test_setup(test_several_are_listed, setup),
		cmocka_unit_test_setup(test_none_rings, setup),
		cmocka_unit_test_setup(test_a_pasted_tab_is_a_blank, setup),
		cmocka_unit_test_setup(test_usage_with_one_word_names_an_argument, setup),
		cmocka_unit_test_setup(test_wide_lists_break, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
