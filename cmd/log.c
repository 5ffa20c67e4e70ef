/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/console/log.h"
#include "lib/base/log.h"

static int do_level(int argc, char *const argv[])
{
	struct why why;

	if (argc == 1)
		log_print_levels();
	for (int i = 1; i < argc; i++) {
		int err = log_set_levels(argv[i], &why);

		if (err) {
			printf("log: %s\n", why.text);
			return err;
		}
	}
	return 0;
}

static const char format_letters[] = "clFLfm";
static char format[sizeof(format_letters)] = "fm";

/* Of `log rec`: Loft's own lines are "level: module: message". */
static int do_format(int argc, char *const argv[])
{
	const char *word = argc > 1 ? argv[1] : format;

	if (argc == 1)
		printf("Log format: %s\n", format);
	if (!strcmp(word, "default"))
		word = "fm";
	else if (!strcmp(word, "all"))
		word = format_letters;
	if (word[strspn(word, format_letters)] || strlen(word) >= sizeof(format))
		return CMD_USAGE;
	memmove(format, word, strlen(word) + 1);
	return 0;
}

static const char *shown(char letter, const char *text)
{
	return strchr(format, letter) ? text : "";
}

static int do_rec(int argc, char *const argv[])
{
	static const char names[][8] = { "EMERG",  "ALERT", "CRIT",  "ERR",	"WARNING",
					 "NOTICE", "INFO",  "DEBUG", "CONTENT", "IO" };
	enum log_level level, printed;
	unsigned int i = 0;

	if (argc != 7)
		return CMD_USAGE;
	while (i < ARRAY_SIZE(names) && strcasecmp(names[i], argv[2]) &&
	       (argv[2][1] || argv[2][0] != (char)('0' + i)))
		i++;
	if (i == ARRAY_SIZE(names)) {
		printf("log: '%s' is no level\n", argv[2]);
		return CMD_USAGE;
	}
	level = (enum log_level)("0000122333"[i] - '0');
	printed = log_level_of(argv[1]);
	if (printed == (enum log_level)CONFIG_LOG_LEVEL && printed < LOG_INFO)
		printed = LOG_INFO; /* nobody chose: as U-Boot does then */
	if (level > printed)
		return 0;
	printf("%s%s%s%s%s%s%s%s%s%s%s%s\n", shown('l', names[i]), shown('l', "."),
	       shown('c', argv[1]), shown('c', ","), shown('F', argv[3]), shown('F', ":"),
	       shown('L', argv[4]), shown('L', "-"), shown('f', argv[5]), shown('f', "()"),
	       strcmp(format, "m") ? shown('m', " ") : "", shown('m', argv[6]));
	return 0;
}

static const struct cmd subs[] = {
	{ .name = "level", .max_args = 10, .run = do_level },
	{ .name = "format", .max_args = 2, .run = do_format },
	{ .name = "rec", .max_args = 7, .run = do_rec },
};

static int do_log(int argc, char *const argv[])
{
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

static int print_all(const struct logring *ring)
{
	const char *text;
	uint64_t at = 0;
	size_t count;

	while ((count = logring_read(ring, &at, &text))) {
		if (console_ctrlc())
			return -EINTR;
		console_write(text, count);
	}
	console_fresh_line();
	return 0;
}

static int do_dmesg(int argc, char *const argv[])
{
	const struct logring *ring = log_text();
	int err;

	if (argc > 1 && strcmp(argv[1], "-c"))
		return CMD_USAGE;
	if (!ring) {
		printf("dmesg: there was no memory for the log\n");
		return CMD_FAILED;
	}
	err = print_all(ring);
	if (argc > 1)
		log_clear();
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_log) = {
	.name = "log",
	.max_args = 12,
	.run = do_log,
	.brief = "log system",
	.usage = "level [<level> | <module>=<level> ...]\n"
		 "    - show or set which messages are printed: err, warn, info or debug,\n"
		 "      or U-Boot's 0 to 9; the variable loglevel does the same\n"
		 "log format [<letters> | default | all]\n"
		 "    - show or set what log rec prints: c category, l level, F file, L line,\n"
		 "      f function, m message\n"
		 "log rec <category> <level> <file> <line> <function> <message>\n"
		 "    - print a line, if the level of its category is printed; up to U-Boot's\n"
		 "      info where nobody chose a level",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_dmesg) = {
	.name = "dmesg",
	.max_args = 2,
	.run = do_dmesg,
	.brief = "print the messages of the boot, and what was logged since",
	.usage = "[-c]\n"
		 "    - -c: forget it then; a kernel finds it in /reserved-memory/loft-log@...",
};
