/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/sh: PURE: the shell's language.
 * In:    a text, values by name
 * Out:   commands with their words, in order
 * Uses:  base
 * Circle:compound, control, sh: a list holds compound commands, which hold lists.
 * Circle:value, word: a word holds values, which hold words.
 */
/* The shell's language: parsed whole into a tree, then run. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define SH_NAME_MAX   128 /* a variable's name with its NUL */
#define SH_NEST_MAX   16  /* texts within each other: variables, scripts, functions */
#define SH_LEVELS_MAX 24  /* if, for, while, case and { } within each other in one text */
#define SH_VALUES_MAX 16  /* ${x:-y}, ${x:+y} and ${x:=y} within each other in one word */
#define SH_BLOCKS_MAX 48  /* the same that run at once, all texts together */

/**
 * struct sh_arena - memory for texts, trees and words while they run
 * @mem:  any alignment
 * @size: bytes
 * @used: bytes taken by the commands that run now; 0 at first
 *
 * Used as a stack: a command that runs further texts takes more, and gives it back.
 */
struct sh_arena {
	char *mem;
	size_t size;
	size_t used;
};

/**
 * struct sh_ops - what a text needs of its surroundings
 * @lookup: the value of $name, NULL where unset; a name that ends in "()" is a function's text
 * @assign: name=value outside of the environment, functions too; nonzero where that was refused
 *          (and said); only with CONFIG_SHELL_SCRIPT
 * @run:    runs one command, argv[argc] == NULL, argc >= 1; returns $?, or a negative value where
 *          all texts shall end
 * @stop:   true where the user wants all texts to end; asked once for each turn of a loop
 * @ctx:    the first argument of all
 */
struct sh_ops {
	const char *(*lookup)(void *ctx, const char *name);
	int (*assign)(void *ctx, const char *name, const char *value);
	int (*run)(void *ctx, int argc, char *const argv[]);
	bool (*stop)(void *ctx);
	void *ctx;
};

/** What a command asks of the texts that run it: it sets sh->flow. */
enum sh_flow { SH_GO_ON, SH_BREAK, SH_CONTINUE, SH_RETURN, SH_EXIT };

/**
 * struct sh - a shell
 * @ops:    surroundings
 * @status: $?
 * @nest:   texts that run within each other now
 * @blocks: compound commands that run within each other now
 * @loops:  loops around the command that runs now, in its own text
 * @flow:   what a command asks for; SH_GO_ON again when sh_run() returns, but for SH_EXIT out of
 *          a function
 * @count:  how many loops SH_BREAK and SH_CONTINUE are about, at most @loops
 * @argc:   words of the function call that runs now, 0 outside of functions
 * @argv:   these words
 */
struct sh {
	const struct sh_ops *ops;
	int status;
	unsigned int nest, blocks, loops;
	enum sh_flow flow;
	unsigned int count;
	int argc;
	char *const *argv;
};

/**
 * sh_run() - run the commands of a text
 * @sh:    zeroed but for @ops before its first use
 * @arena: memory, as it was on return
 * @text:  stays as it is while it runs: a caller whose text may change gives a copy
 * @why:   the sentence for an error
 *
 * Commands are separated by ';' or newline and joined by '&&' and '||' (left to right, equal
 * rank). Words: 'literal, but \\ \" \$ are one character', "with $x and \" \\ \$", \x anywhere
 * else for a literal x; $x and ${x} expand, outside double quotes into as many words as there are
 * blanks in the value. '#' at a word's start begins a comment. With CONFIG_SHELL_SCRIPT also ! if
 * for while until case { } functions, name=value, ${x:-y} ${x:+y} ${x:=y}, $1 $# $@
 * (doc/console.md). The whole text is parsed before its first command runs.
 *
 * Return: 0, sh->status is the last command's; -EINVAL syntax, -EAGAIN the text ends too early:
 * nothing ran; -ENOMEM the arena is full, -ELOOP nested too deep;
 * -EINTR ops->stop(); with no sentence (@why is ""): the negative value of ops->run().
 */
int __must_check sh_run(struct sh *sh, struct sh_arena *arena, const char *text, struct why *why);
