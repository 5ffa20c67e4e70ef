/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** struct why - the one sentence that tells a user why something was refused */
struct why {
	char text[240];
};

/**
 * refuse() - state why an input is refused
 * @why: receives the sentence, cut to its size; NULL: nobody wants it
 * @err: the error, negative
 * @fmt: a sentence that names the thing, the value and the limit; no full stop, no newline
 *
 * Return: err, so that `return refuse(why, -EINVAL, ...)` reads as one step
 */
int refuse(struct why *why, int err, const char *fmt, ...) __printf(3, 4);
