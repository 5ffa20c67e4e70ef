/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/types.h"
#include "lib/why.h"

#define CMDLINE_WORDS_MAX 64 /* words of one command, after expansion */

/**
 * struct cmdline_arena - memory for lines and words while they run
 * @mem:  any alignment
 * @size: bytes
 * @used: bytes taken by the commands that run now; 0 at first
 *
 * Used as a stack: a command that runs further lines takes more, and gives it back.
 */
struct cmdline_arena {
	char *mem;
	size_t size;
	size_t used;
};

/**
 * struct cmdline_ops - what a line needs of its surroundings
 * @lookup: the value of $name ("?" for $?), NULL where unset
 * @run:    runs one command, argv[argc] == NULL, argc >= 1; returns what && and || go by, or a
 *          negative value where all lines shall end
 * @ctx:    the first argument of both
 */
struct cmdline_ops {
	const char *(*lookup)(void *ctx, const char *name);
	int (*run)(void *ctx, int argc, char *const argv[]);
	void *ctx;
};

/**
 * cmdline_run() - run the commands of a line
 * @line:   copied first: what it runs may change it; newlines separate as ';' does
 * @ops:    surroundings
 * @arena:  memory, as it was on return
 * @status: what the last command that ran returned; untouched where none ran
 * @why:    the sentence for an error
 *
 * Commands are separated by ';' or newline and joined by '&&' and '||' (left to right, equal
 * rank). Words: 'literal', "with $x and \" \\ \$", \x anywhere else for a literal x; $x and
 * ${x} expand, outside double quotes into as many words as there are blanks in the value. '#' at
 * a word's start begins a comment. The whole line is checked before its first command runs.
 *
 * Return: 0; -EINVAL syntax; -E2BIG too many words; -ENOMEM the arena is full; with no sentence
 * (@why is ""): the negative value of @ops->run.
 */
int __must_check cmdline_run(const char *line, const struct cmdline_ops *ops,
			     struct cmdline_arena *arena, int *status, struct why *why);
