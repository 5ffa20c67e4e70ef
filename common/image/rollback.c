/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/rollback.h"

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>

#include "common/env/counter.h"
#include "common/env/flash.h"

#define PROPERTY "rollback-version"

/* false: this machine has no flash, or this Loft none of it */
static bool find(struct flash *flash, struct env_layout *layout)
{
	if (!IS_ENABLED(CONFIG_ROLLBACK))
		return false;
	*layout = (struct env_layout){ .flash = flash,
				       .offset = CONFIG_ROLLBACK_FLASH_OFFSET,
				       .size = ENV_COUNTER_SIZE,
				       .stride = CONFIG_ENV_SECT_SIZE,
				       .redundant = true };
	return env_flash_find(flash, layout);
}

static int version_of(const struct fit *fit, int config, uint32_t *version, struct why *why)
{
	int size;
	const fdt32_t *value = fdt_getprop(fit->tree, config, PROPERTY, &size);

	*version = 0;
	if (!value)
		return 0;
	if (size != sizeof(*value))
		return refuse(why, -EINVAL, PROPERTY " of '%.60s' has %d bytes, not 4",
			      fit_name(fit->tree, config), size);
	*version = fdt32_ld(value);
	return 0;
}

int rollback_check(const struct fit *fit, int config, uint32_t *version, struct why *why)
{
	struct env_layout layout;
	struct flash flash;
	uint32_t kept;
	int err = version_of(fit, config, version, why);

	if (err)
		return err;
	if (!find(&flash, &layout))
		return !*version ? 0
				 : refuse(why, -ENODEV,
					  "'%.60s' has a " PROPERTY
					  ", and this Loft has no flash to keep it in",
					  fit_name(fit->tree, config));
	err = env_counter_read(&layout, &kept, why);
	if (err || *version >= kept)
		return err;
	return refuse(why, -EPERM, "'%.60s' is of version %u, and one of %u has started here",
		      fit_name(fit->tree, config), *version, kept);
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
