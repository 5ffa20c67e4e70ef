// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/why.h"

#include <stdarg.h>
#include <stdio.h>

int refuse(struct why *why, int err, const char *fmt, ...)
{
	if (why) {
		va_list args;

		va_start(args, fmt);
		vsnprintf(why->text, sizeof(why->text), fmt, args);
		va_end(args);
	}
	return err;
}
