// SPDX-License-Identifier: BSD-2-Clause
/* ${stdout}: serial, vidconsole, or both. Read at every start, so not in cold.list. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/console/video.h"
#include "common/env/env.h"
#include "common/source/keyboard.h"

static int set_stdout(const char *value)
{
	struct why why;
	int rc;

	if (!video_open && (!value || !strcmp(value, "serial")))
		return 0;
	rc = video_outputs(value, &why);
	if (rc)
		printf("stdout: %s\n", why.text);
	else if (IS_ENABLED(CONFIG_KEYBOARD))
		keyboard_follow(video_screen());
	return rc;
}

TABLE_ENTRY(env_callback_table, struct env_callback, env_stdout) = {
	.name = "stdout",
	.set = set_stdout,
};
