/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script may read though nobody has set it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/console/speed.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"

/* U-Boot's own names, which scripts compare with. Without a board's: Loft has none for it. */
static const struct {
	const char *name, *value;
} fixed[] = {
	{ "arch", "arm" },
	{ "cpu", "armv8" },
	{ "stdin", "serial" },
	{ "stdout", "serial" },
	{ "stderr", "serial" },
	{ "board", CONFIG_SYS_BOARD },
	{ "board_name", CONFIG_SYS_BOARD },
	{ "vendor", CONFIG_SYS_VENDOR },
};

const char *env_implied(const char *name)
{
	static char text[2 + 17];

	for (unsigned int i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (!strcmp(fixed[i].name, name))
			return *fixed[i].value ? fixed[i].value : NULL;
	}
	if (!strcmp(name, "fdt_addr"))
		snprintf(text, sizeof(text), "0x%" PRIxPTR, (uintptr_t)machine.fdt);
	else if (!strcmp(name, "baudrate"))
		snprintf(text, sizeof(text), "%u",
			 IS_ENABLED(CONFIG_CONSOLE_SPEED) ? console_baud() : CONSOLE_BAUD);
	else
		return NULL;
	return text;
}
