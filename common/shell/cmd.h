/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <errno.h>

#include "lib/base/table.h"
#include "lib/base/types.h"

/** What a command's run() returns to have its usage printed; $? is 1 then. */
#define CMD_USAGE 1

/** Most words on one command line, the command's name among them. */
#define CMD_WORDS_MAX 64

struct complete;

/**
 * struct cmd - one command of the console
 * @name:     the first word; see @sized
 * @max_args: most words, the name among them; more are a usage error
 * @repeat:   an empty line runs the command again, with cmd_is_repeat() true
 * @sized:    the name may carry .b .w .l or .q (argv[0] then holds the whole word)
 * @text:     with @sized: the name may carry .s, too
 * @yields:   a beginning of the name means another command where it can: scripts of U-Boot know the
 *            other one only, "tftp" is tftpboot
 * @run:      returns 0, -E... (the command has said why; $? = 1), CMD_USAGE, or cmd_status()
 * @brief:    what it does, in a line of `help`
 * @usage:    the lines after "Usage:", less the command's name at the very start;
 *            further forms on lines of their own, with the name, or with '&' for it
 * @complete: NULL, or CMD_COMPLETE() of what offers candidates for a word
 *            (common/shell/complete.h); without it Tab knows the sub-commands that @usage names
 *
 * Registered by  TABLE_ENTRY(cmd_table, struct cmd, cmd_md) = { .name = "md", ... };
 */
struct cmd {
	const char *name;
	unsigned char max_args;
	bool repeat;
	bool sized;
	bool text;
	bool yields;
	int (*run)(int argc, char *const argv[]);
	const char *brief;
	const char *usage;
	void (*complete)(struct complete *c);
};

/** CMD_COMPLETE() - the hook for struct cmd.complete; where there is no completion it is dropped */
#define CMD_COMPLETE(hook) (IS_ENABLED(CONFIG_COMPLETION) ? (hook) : NULL)

/** What run() returns where the answer is no: cmp found a difference, say. It has been printed. */
#define CMD_FAILED (-EIO)

/** cmd_status() - what run() returns for the $? or the error that shell_run() has returned */
static inline int cmd_status(int status)
{
	return status == 1 ? CMD_FAILED : status;
}

/**
 * cmd_find() - the command that a first word names
 * @word: the word, with ".b", ".w", ".l" or ".q" if the command is sized
 *
 * Return: the command, or NULL where there is none.
 */
const struct cmd *cmd_find(const char *word);

/**
 * cmd_next() - walk all commands, of a locked Loft those that it runs, in the order of their names
 * @after: the command before, NULL to begin
 *
 * The table itself is in no order; this costs one pass over it for each step and no memory.
 *
 * Return: the next command, NULL after the last.
 */
const struct cmd *cmd_next(const struct cmd *after);

/** cmd_print_usage() - print a command's brief and usage lines, as U-Boot does */
void cmd_print_usage(const struct cmd *cmd);

/**
 * cmd_execute() - find and run one command
 * @argc:   number of words, at least 1
 * @argv:   the words; argv[argc] is NULL
 * @repeat: the command runs because of an empty line
 *
 * Unknown commands and usage errors are printed.
 *
 * Return: $?: 0 where the command succeeded, 1 where it failed, or what run() returned above that;
 * or -EINTR where Ctrl-C ended it and -ELOOP where lines were nested too deep, which end all.
 */
int cmd_execute(int argc, char *const argv[], bool repeat);

/** cmd_is_repeat() - true while a command runs because of an empty line */
bool cmd_is_repeat(void);

/**
 * cmd_run_sub() - a command's sub-commands: run the one that argv[1] names
 * @subs:  their table, ordered as it shall be; brief and usage may be NULL
 * @count: entries in @subs
 * @argc:  of the command itself
 * @argv:  of the command itself; the sub-command sees its own name as argv[0]
 *
 * Return: what the sub-command returns; CMD_USAGE for an unknown one or one word too many.
 */
int cmd_run_sub(const struct cmd *subs, unsigned int count, int argc, char *const argv[]);

/**
 * cmd_number() - a hexadecimal argument
 * @arg:  the word as typed, "0x" optional
 * @what: its name in the usage line, for the sentence
 * @out:  the value
 *
 * Return: 0; -EINVAL where it is no number, -ERANGE where it needs more than 64 bits: the
 * sentence is printed and @out unchanged.
 */
int __must_check cmd_number(const char *arg, const char *what, uint64_t *out);

/**
 * cmd_width() - the access width that a sized command's first word asks for
 * @word:   such as "md.b"
 * @normal: bytes where no suffix is given
 *
 * Return: 1, 2, 4 or 8.
 */
unsigned int cmd_width(const char *word, unsigned int normal);
