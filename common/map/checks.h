/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * struct checks - promises, counted as they are checked
 * @print:  show what holds, too
 * @failed: how many do not
 */
struct checks {
	bool print;
	unsigned failed;
};

/**
 * check() - one promise
 * @holds: whether it does: a line `ok` (where @c->print), or a line `FAIL`
 * @fmt:   the promise; no newline
 */
void check(struct checks *c, bool holds, const char *fmt, ...) __printf(3, 4);
