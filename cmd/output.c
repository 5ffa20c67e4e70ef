/* SPDX-License-Identifier: BSD-2-Clause */
/* ${stdout}: serial, vidconsole, or both. Read at every start, so not in cold.list. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/console/video.h"
#include "common/env/env.h"
#include "common/source/keyboard.h"
#include "common/source/serial_pci.h"

#define PCI_LINE "pciserial"

/* "pciserial" stands for the line in place of "serial"; what is left is the screen's to check. */
static int set_line(const char **value, char *rest, size_t room, struct why *why)
{
	const char *at = *value ? strstr(*value, PCI_LINE) : NULL;
	const size_t before = at ? (size_t)(at - *value) : 0;

	if (!at)
		return serial_pci_console(false, why);
	if (before && at[-1] != ',')
		return 0; /* part of a longer word */
	if (snprintf(rest, room, "%.*sserial%s", (int)before, *value, at + strlen(PCI_LINE)) >=
	    (int)room)
		return refuse(why, -EINVAL, "more words than there are outputs");
	*value = rest;
	return serial_pci_console(true, why);
}

static int set_stdout(const char *value)
{
	const bool was_pci = IS_ENABLED(CONFIG_SERIAL_PCI) && serial_pci_on;
	char rest[40];
	struct why why;
	int rc = 0;

	if (!was_pci && !video_open && (!value || !strcmp(value, "serial")))
		return 0;
	if (IS_ENABLED(CONFIG_SERIAL_PCI))
		rc = set_line(&value, rest, sizeof(rest), &why);
	if (!rc)
		rc = video_outputs(value, &why);
	if (rc) {
		if (IS_ENABLED(CONFIG_SERIAL_PCI))
			(void)!serial_pci_console(was_pci, NULL);
		printf("stdout: %s\n", why.text);
	} else if (IS_ENABLED(CONFIG_KEYBOARD)) {
		keyboard_follow(video_screen());
	}
	return rc;
}

TABLE_ENTRY(env_callback_table, struct env_callback, env_stdout) = {
	.name = "stdout",
	.set = set_stdout,
};
