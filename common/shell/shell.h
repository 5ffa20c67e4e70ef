/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/shell: words: lines, commands, completion, autoboot.
 * In:    characters of the console, texts of variables and scripts
 * Out:   commands called, $? kept
 * Uses:  env, console, fdt, mem
 */
#pragma once

#include "lib/env/envstore.h"
#include "lib/sh/sh.h"
#include "lib/base/types.h"

/**
 * shell_run() - run the commands of a text
 * @text: of one line or many, as lib/sh/sh.h takes it; copied
 *
 * Syntax errors, and texts nested deeper than SH_NEST_MAX, are printed. A fault in a command is
 * reported, makes $? 1, and the text goes on.
 *
 * Return: $? of the last command, 0 where none ran; -EINTR after a Ctrl-C; -ELOOP too deep.
 * A command that runs a text and has nothing to add returns cmd_status() of it.
 */
int shell_run(const char *text);

/**
 * shell_run_script() - shell_run() of a long text, such as a file has
 * @text: any bytes but NUL
 * @size: of them
 *
 * The text is copied and its tree built in memory that is taken for it and given back.
 *
 * Return: as shell_run(); 1 where there is no memory, which is printed.
 */
int shell_run_script(const char *text, size_t size);

/* Boots' texts within each other: a disk's script that boots from disks, whose script does. */
#define SHELL_BOOTS_MAX 2

/**
 * shell_run_boot() - shell_run() of a text that a boot brings along
 *
 * Between it and the text that asked for the boot stands all that finds and reads one: more of the
 * stack than other texts take. Return: as shell_run(); 1 where it is inside SHELL_BOOTS_MAX others,
 * which is printed.
 */
int shell_run_boot(const char *text);

/**
 * shell_run_alone() - shell_run() of a text that nobody waits for: a Ctrl-C is answered
 *
 * Return: did the shell's own code fault, which has ended the text?
 */
bool shell_run_alone(const char *text);

/** shell_state() - the shell that runs the command that runs now */
struct sh *shell_state(void);

/**
 * shell_room() - memory for a command while it runs
 * @size: bytes that it needs at least
 * @room: how many there are; may be NULL
 *
 * The rest of what the shell has for texts and words: shell_run() uses it, too.
 *
 * Return: its begin, aligned for pointers; NULL where there is less.
 */
void *shell_room(size_t size, size_t *room);

/** shell_typed() - true where the text that runs now was typed, and no variable or script */
bool shell_typed(void);

/**
 * struct shell_idle - for CONFIG_BOOT_RETRY: what the prompt does while nobody types
 * @seconds: without a key after which it gives up; 0: it does not
 * @over:    and then
 */
struct shell_idle {
	unsigned int (*seconds)(void);
	void (*over)(void);
};

/** shell_loop() - the prompt: read a line, run it, for ever */
void __attribute__((noreturn)) shell_loop(const struct shell_idle *idle);
