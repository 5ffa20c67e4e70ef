/* SPDX-License-Identifier: BSD-2-Clause */
/* Keyboards, behind CONFIG_KEYBOARD: looked for when the console first wants one. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/* Has `stdin` been named, or a keyboard looked for? Known without keyboard.c, which stays cold. */
extern bool keyboard_looked;

/**
 * keyboard_inputs() - what the console listens to
 * @list: "serial", "keyboard", or both with a comma between; NULL: the line, and while the console
 *        is on a screen a keyboard, if there is one
 *
 * Errors: -EINVAL a word that is neither; -ENODEV no keyboard, or none that works: all stays as it
 *         was
 */
int __must_check keyboard_inputs(const char *list, struct why *why);

/** keyboard_follow() - the console is on a screen, or no longer: for an unset `stdin` */
void keyboard_follow(bool screen);
