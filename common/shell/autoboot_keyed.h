/* SPDX-License-Identifier: BSD-2-Clause */
/* Autoboot that only a string stops (CONFIG_AUTOBOOT_KEYED). */
#pragma once

#include "lib/edit/stopkey.h"
#include "lib/base/types.h"

/** autoboot_is_keyed() - is any of bootdelaykey, bootstopkey, bootstopkeysha256 set? */
bool autoboot_is_keyed(void);

/**
 * autoboot_keyed_start() - nothing was typed yet
 *
 * What is wrong with one of the variables is printed, and nothing that is typed matches it. None
 * may be set before the last autoboot_keyed_feed().
 */
void autoboot_keyed_start(void);

/** autoboot_keyed_feed() - a byte was typed */
enum stopkey_match autoboot_keyed_feed(char c);
