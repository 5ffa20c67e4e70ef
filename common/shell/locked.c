/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/locked.h"

#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/shell/readline.h"
#include "lib/edit/stopkey.h"

#define WRONG_MS 1000

/*
 * What neither writes to memory or devices that a person names, nor shows memory, nor lets a person
 * edit what is run. What boots is on it: it starts what is signed.
 */
static const char *const allowed[] = {
	"[",        "autoboot",  "bdinfo", "boot",     "bootcount", "bootd", "bootflow", "bootm",
	"bootp",    "bootstage", "break",  "continue", "dhcp",      "dns",   "echo",     "exit",
	"false",    "help",      "load",   "ls",       "lsblk",     "net",   "part",     "ping",
	"poweroff", "printenv",  "pxe",    "reset",    "return",    "run",   "saveenv",  "setenv",
	"showvar",  "size",      "sleep",  "source",   "sysboot",   "test",  "tftpboot", "time",
	"true",     "version",   "wget",
};

bool locked_allows(const char *command)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(allowed); i++) {
		if (!strcmp(allowed[i], command))
			return true;
	}
	return false;
}

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
