// SPDX-License-Identifier: BSD-2-Clause
#include "common/map/checks.h"

#include <stdarg.h>
#include <stdio.h>

void check(struct checks *c, bool holds, const char *fmt, ...)
{
	va_list args;

	c->failed += !holds;
	if (holds && !c->print)
		return;
	printf(holds ? "ok   " : "FAIL ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
}
