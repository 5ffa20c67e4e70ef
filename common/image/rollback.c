/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/rollback.h"

#include <errno.h>
#include <libfdt.h>

#define PROPERTY "rollback-version"

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
	uint32_t kept;
	int err = version_of(fit, config, version, why);

	if (err)
		return err;
	err = IS_ENABLED(CONFIG_ROLLBACK) ? rollback_kept(&kept, why) : -ENODEV;
	if (err == -ENODEV)
		return !*version ? 0
				 : refuse(why, -ENODEV,
					  "'%.60s' has a " PROPERTY
					  ", and this Loft has no flash to keep it in",
					  fit_name(fit->tree, config));
	if (err || *version >= kept)
		return err;
	return refuse(why, -EPERM, "'%.60s' is of version %u, and one of %u has started here",
		      fit_name(fit->tree, config), *version, kept);
}
