/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/locked.h"

#include <stdio.h>

#include "common/console/console.h"
#include "common/shell/readline.h"
#include "lib/edit/stopkey.h"

#define WRONG_MS 1000

static void wait_ms(uint64_t ms)
{
	const uint64_t start = readline_nap();

	while (readline_nap() - start < ms)
		;
}

void locked_wait(void)
{
	static struct stopkey key;
	struct why why;
	int c;

	if (!CONFIG_LOCKED_PASSWORD[0] ||
	    stopkey_start(&key, NULL, NULL, CONFIG_LOCKED_PASSWORD, &why)) {
		printf("This Loft is locked: there is no prompt\n");
		for (;;)
			readline_nap();
	}
	printf("This Loft is locked. Password: ");
	for (;;) {
		if (!console_tstc()) {
			readline_nap();
			continue;
		}
		c = readline_key();
		if (c >= 0 && stopkey_feed(&key, (char)c) == STOPKEY_STOP)
			break;
		if (c == '\r') {
			wait_ms(WRONG_MS);
			printf("\nPassword: ");
		}
	}
	printf("\n");
}
