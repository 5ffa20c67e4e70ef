/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/types.h"

#define SHELL_DEPTH_MAX 16 /* lines that run lines that run lines */

/**
 * shell_run() - run the commands of a line
 * @line: as lib/cmdline.h takes it; copied
 *
 * Syntax errors, and lines nested deeper than SHELL_DEPTH_MAX, are printed. A fault in a
 * command is reported, makes $? 1, and the line goes on.
 *
 * Return: $? of the last command, 0 where none ran; -EINTR after a Ctrl-C; -ELOOP too deep.
 */
int shell_run(const char *line);

/** shell_loop() - the prompt: read a line, run it, for ever */
void __attribute__((noreturn)) shell_loop(void);

/**
 * shell_autoboot() - count ${bootdelay} down and run ${bootcmd}
 *
 * A bootdelay of 0 boots without waiting, where no key is waiting already; -1 does not boot;
 * -2 does not even look for a key. Returns where a key stopped it or bootcmd came back.
 */
void shell_autoboot(void);
