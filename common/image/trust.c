/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/trust.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/image/rollback.h"
#include "lib/base/printable.h"

/* CONFIG_CONTROL_FDT, in the image's read-only data. */
extern const uint8_t control_fdt[], control_fdt_end[];

static void told(const char *algo, const char *key)
{
	struct printable shown;

	printf("%s:%s+ ", algo, printable(&shown, key));
}

static int get_keys(struct fit_keys *keys, struct why *why)
{
	*keys = (struct fit_keys){ control_fdt, told };
	return fit_keys_check(control_fdt, (uint64_t)(control_fdt_end - control_fdt), why);
}

int trust_refuse(const char *what, struct why *why)
{
	return refuse(why, -EPERM,
		      "%s is not signed: this Loft starts nothing but configurations of FITs that "
		      "its keys have signed",
		      what);
}

static int by_keys(const struct fit *fit, int node, const struct fit_keys *keys, const char *kind,
		   struct why *why)
{
	return strcmp(kind, "conf") ? fit_sign_image(fit, node, keys, why)
				    : fit_sign_config(fit, node, keys, why);
}

static int check(const struct fit *fit, int node, const char *kind, struct why *why)
{
	struct fit_keys keys;
	int err = get_keys(&keys, why);

	if (err || !fit_keys_require(&keys, kind))
		return err;
	printf("   Verifying Hash Integrity ... ");
	err = by_keys(fit, node, &keys, kind, why);
	printf(err ? "error!\n" : "OK\n");
	return err;
}

int trust_look(const struct fit *fit, int node, const char *kind, struct why *why)
{
	struct fit_keys keys;
	int err = get_keys(&keys, why);

	return err ? err : by_keys(fit, node, &keys, kind, why);
}

int trust_config(const struct fit *fit, int config, uint32_t *version, struct why *why)
{
	int err = check(fit, config, "conf", why);

	*version = 0;
	/* What is not signed says no version. */
	return err || !trust_needs_config() ? err : rollback_check(fit, config, version, why);
}

int trust_image(const struct fit *fit, int image, struct why *why)
{
	return check(fit, image, "image", why);
}

bool trust_needs_config(void)
{
	struct fit_keys keys;
	struct why why;

	return get_keys(&keys, &why) || fit_keys_require(&keys, "conf");
}
