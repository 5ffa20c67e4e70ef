/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/log.h"
#include "lib/base/logring.h"
#include "lib/base/why.h"

/** log_start() - take memory for what is printed from now on, and for the log lines that are not */
void log_start(void);

/**
 * log_capturing() - is what goes to the console kept?
 *
 * It is until the first prompt, and again while a kernel is made ready; commands would push all
 * that out of the ring. What is logged is always kept.
 *
 * Return: what it was before
 */
bool log_capturing(bool on);

/** log_keep() - the ring's text is in memory proper, for a kernel that reads it uncached */
void log_keep(void);

/** log_text() - the ring; NULL: there was no memory for it */
const struct logring *log_text(void);

/** log_clear() - forget what the ring has */
void log_clear(void);

/**
 * log_set_levels() - "info", or "info rng=debug env=err": for all modules, and for some
 *
 * Errors: -EINVAL a word is none of these; -E2BIG a name is longer, or there are more, than fit:
 *         nothing has changed then
 */
int __must_check log_set_levels(const char *text, struct why *why);

/** log_level_of() - up to which level are lines of this module printed? */
enum log_level log_level_of(const char *module);

/** log_print_levels() - as log_set_levels() would take them */
void log_print_levels(void);

/** log_default_level() - the word for what the image was built with */
const char *log_default_level(void);
