/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/shell/shell.h"
#include "lib/base/types.h"

#define AUTOBOOT_DELAY_MAX 3600 /* seconds */

/**
 * autoboot() - run ${preboot}, count the boot, count ${bootdelay} down and run ${bootcmd}
 *
 * A bootdelay of 0 boots without waiting, where no key is waiting already; -1 does not boot;
 * -2 does not even look for a key. Returns where a key stopped it or bootcmd came back.
 */
void autoboot(void);

/**
 * autoboot_idle - the prompt has waited ${bootretry} seconds: count down and run ${bootcmd} once
 * more
 */
extern const struct shell_idle autoboot_idle;

/**
 * autoboot_locked() - does bootcmd run while only a string would have stopped it?
 *
 * Then nobody who has not typed it is to get to the prompt, by Ctrl-C or out of a menu.
 */
bool autoboot_locked(void);

/**
 * autoboot_seconds() - a delay
 * @what: its name, for the sentence, which is printed
 * @text: decimal, -2 to AUTOBOOT_DELAY_MAX
 *
 * Errors: -EINVAL; @seconds is untouched
 */
int __must_check autoboot_seconds(const char *what, const char *text, int *seconds);
