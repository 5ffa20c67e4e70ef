/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the version is kept: CONFIG_ROLLBACK. */
#include <errno.h>
#include <stdio.h>

#include "common/env/counter.h"
#include "common/env/flash.h"
#include "common/image/rollback.h"

/* false: this machine has no flash */
static bool find(struct flash *flash, struct env_layout *layout)
{
	*layout = (struct env_layout){ .flash = flash,
				       .offset = CONFIG_ROLLBACK_FLASH_OFFSET,
				       .size = ENV_COUNTER_SIZE,
				       .stride = CONFIG_ENV_SECT_SIZE,
				       .redundant = true };
	return env_flash_find(flash, layout);
}

int rollback_kept(uint32_t *kept, struct why *why)
{
	struct env_layout layout;
	struct flash flash;

	return find(&flash, &layout) ? env_counter_read(&layout, kept, why) : -ENODEV;
}

int rollback_raise(uint32_t version, struct why *why)
{
	struct env_layout layout;
	struct flash flash;
	uint32_t kept;
	int err;

	if (!version || !find(&flash, &layout))
		return 0;
	err = env_counter_read(&layout, &kept, why);
	if (err || kept >= version)
		return err;
	err = flash_probe(&flash, why);
	if (!err)
		err = env_counter_raise(&layout, version, why);
	if (!err)
		printf("   Version %u is kept: none below starts any more\n", version);
	return err;
}
