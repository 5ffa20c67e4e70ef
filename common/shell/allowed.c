/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/shell/allowed.h"

#include <string.h>

/*
 * What neither writes to memory or devices that a person names, nor shows memory, nor lets a person
 * edit what is run. What boots is on it: it starts what is signed.
 */
static const char *const allowed[] = {
	"?",      "[",        "autoboot",  "bdinfo", "boot",     "bootcount", "bootd", "bootflow",
	"bootm",  "bootp",    "bootstage", "break",  "continue", "dhcp",      "dns",   "echo",
	"exit",   "false",    "help",      "load",   "ls",       "lsblk",     "net",   "part",
	"ping",   "poweroff", "printenv",  "pxe",    "reset",    "return",    "run",   "saveenv",
	"setenv", "showvar",  "size",      "sleep",  "source",   "sysboot",   "test",  "tftpboot",
	"time",   "true",     "version",   "wget",
};

bool locked_allows(const char *command)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(allowed); i++) {
		if (!strcmp(allowed[i], command))
			return true;
	}
	return false;
}
