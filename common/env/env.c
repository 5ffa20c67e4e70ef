/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/env.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/callback.h"
#include "common/env/flags.h"
#include "common/env/flash.h"
#include "common/fdt/fdt.h"
#include "common/console/version.h"
#include "common/env/vars.h"

#define LOG_NAME "env"
#include "lib/base/log.h"
#include "lib/base/num.h"

static enum env_origin origin;

/* Where things are loaded, from the start of the first DRAM bank: apart, and all within 128 MiB. */
static const struct {
	const char *name;
	uint32_t offset;
} addresses[] = {
	{ "fdt_addr_r", 62 * MIB },     { "kernel_addr_r", 4 * MIB }, { "loadaddr", 2 * MIB },
	{ "ramdisk_addr_r", 64 * MIB }, { "scriptaddr", 2 * MIB },
};

enum env_origin env_origin(void)
{
	return origin;
}

int env_change(const char *name, const char *value, unsigned int flags, struct why *why)
{
	int err;

	if (IS_ENABLED(CONFIG_ENV_FLAGS)) {
		err = env_flags_check(name, value, flags & ENV_FORCE, why);
		if (err)
			return err;
	}
	if (IS_ENABLED(CONFIG_ENV_CALLBACK)) {
		err = envstore_check(env_store(), name, value, why);
		if (!err && env_callback_run(name, value) && !(flags & ENV_FORCE))
			err = refuse(why, -EPERM, "%s", "");
		if (err)
			return err;
	}
	err = envstore_set(env_store(), name, value, why);
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT) && !err && value && *value)
		shell_var_forget(name); /* what was set last is what $name means */
	return err;
}

int env_set(const char *name, const char *value)
{
	struct why why;
	int err = env_change(name, value, 0, &why);

	if (err && why.text[0])
		log_err("%s", why.text);
	return err;
}

int env_set_hex(const char *name, uint64_t value)
{
	char text[17];

	num_put_hex(text, value);
	return env_set(name, text);
}

/* As the environment begins: nobody is asked. */
static void preset(const char *name, const char *value)
{
	struct why why;

	if (envstore_set(env_store(), name, value, &why))
		log_err("%s", why.text);
}

static void set_addresses(void)
{
	char text[2 + 17] = "0x";
	unsigned int i;

	if (!machine.mem.bank_count)
		return;
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		if (env_get(addresses[i].name))
			continue;
		num_put_hex(text + 2, machine.mem.bank[0].start + addresses[i].offset);
		preset(addresses[i].name, text);
	}
	num_put_hex(text + 2, (uintptr_t)machine.fdt);
	preset("fdtcontroladdr", text);
}

/* What the flash or configs/env.txt need not hold. */
static void complete(void)
{
	set_addresses();
	if (IS_ENABLED(CONFIG_ENV_FLAGS))
		preset("ver", version_text); /* no saved one */
	if (IS_ENABLED(CONFIG_ENV_CALLBACK))
		env_callback_start();
}

void env_clear(void)
{
	env_store()->used = 0;
	if (IS_ENABLED(CONFIG_ENV_FLAGS))
		preset("ver", version_text);
}

static void set_defaults(void)
{
	struct why why;
	char text[12];

	origin = ENV_DEFAULT;
	env_store()->used = 0;
	if (env_import_default(&why))
		log_err("default environment, %s", why.text);
	if (!env_get("bootdelay")) {
		snprintf(text, sizeof(text), "%d", CONFIG_BOOTDELAY);
		preset("bootdelay", text);
	}
}

void env_reset(void)
{
	set_defaults();
	complete();
}

/* What follows is called where there is CONFIG_ENV_FLASH, and else is not linked. */
int env_load(struct why *why)
{
	unsigned int slot;
	int err = env_flash_load(env_store(), &slot, why);

	if (err)
		set_defaults();
	else
		origin = slot ? ENV_SECOND_COPY : ENV_FIRST_COPY;
	complete();
	return err;
}

void env_init(void)
{
	struct why why;
	int err;

	if (!IS_ENABLED(CONFIG_ENV_FLASH)) {
		env_reset();
		return;
	}
	err = env_load(&why);
	/* A flash that was never written is no news. */
	if (err && err != -ENODEV && err != -ENOENT)
		printf("Loading Environment from Flash... *** Warning - %s, "
		       "using default environment\n\n",
		       why.text);
}
