/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/env.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/callback.h"
#include "common/env/flags.h"
#include "common/env/keeper.h"
#include "common/env/locked.h"
#include "common/fdt/fdt.h"
#include "common/console/version.h"
#include "common/env/vars.h"

#define LOG_NAME "env"
#include "lib/base/log.h"
#include "lib/base/num.h"

static enum env_origin origin;

/*
 * Where things are loaded, from the start of the first DRAM bank. A bank of 256 MiB has room for a
 * kernel of 128 MiB below the ramdisk; in a smaller one all is within 128 MiB.
 */
#define LARGE_BANK (256 * (uint64_t)MIB)

static const struct {
	const char *name;
	uint32_t offset, in_large;
} addresses[] = {
	{ "fdt_addr_r", 3 * MIB, 3 * MIB },
	{ "kernel_addr_r", 4 * MIB, 4 * MIB },
	{ "loadaddr", 2 * MIB, 2 * MIB },
	{ "pxefile_addr_r", 2 * MIB + 512 * KIB, 2 * MIB + 512 * KIB },
	{ "ramdisk_addr_r", 64 * MIB, 136 * MIB },
	{ "scriptaddr", 2 * MIB, 2 * MIB },
};

enum env_origin env_origin(void)
{
	return origin;
}

int env_change(const char *name, const char *value, unsigned int flags, struct why *why)
{
	int err;

	if (value && !*value && !(flags & ENV_EMPTY))
		value = NULL;
	if (IS_ENABLED(CONFIG_LOCKED) && !env_locked_may_change(name))
		return refuse(why, -EPERM, "## Error: Can't change \"%.40s\": this Loft is locked",
			      name);
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
	err = envstore_put(env_store(), name, value, why);
	if (IS_ENABLED(CONFIG_SHELL_SCRIPT) && !err && value)
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

static void put_address(unsigned int i, char text[ENV_COMPUTED_MAX])
{
	const struct mem_range *bank = &machine.mem.bank[0];

	memcpy(text, "0x", 2);
	num_put_hex(text + 2, bank->start + (bank->size < LARGE_BANK ? addresses[i].offset
								     : addresses[i].in_large));
}

static void set_addresses(void)
{
	char text[ENV_COMPUTED_MAX] = "0x";
	unsigned int i;

	if (!machine.mem.bank_count)
		return;
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		if (env_get(addresses[i].name))
			continue;
		put_address(i, text);
		preset(addresses[i].name, text);
	}
	num_put_hex(text + 2, (uintptr_t)machine.fdt);
	preset("fdtcontroladdr", text);
}

bool env_computed(const char *name, char text[ENV_COMPUTED_MAX])
{
	if (!strcmp(name, "bootdelay")) {
		snprintf(text, ENV_COMPUTED_MAX, "%d", CONFIG_BOOTDELAY);
		return true;
	}
	for (unsigned int i = 0; machine.mem.bank_count && i < ARRAY_SIZE(addresses); i++) {
		if (!strcmp(addresses[i].name, name)) {
			put_address(i, text);
			return true;
		}
	}
	return false;
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
	char text[ENV_COMPUTED_MAX];

	origin = ENV_DEFAULT;
	env_store()->used = 0;
	if (env_import_default(&why))
		log_err("default environment, %s", why.text);
	if (!env_get("bootdelay") && env_computed("bootdelay", text))
		preset("bootdelay", text);
}

void env_reset(void)
{
	set_defaults();
	complete();
}

/* What follows is called where there is CONFIG_ENV_STORED, and else is not linked. */
void env_saved(unsigned int slot)
{
	origin = slot ? ENV_SECOND_COPY : ENV_FIRST_COPY;
}

int env_load(struct why *why)
{
	unsigned int slot;
	int err = env_keeper_load(env_store(), &slot, why);

	if (err)
		set_defaults();
	else
		env_saved(slot);
	if (IS_ENABLED(CONFIG_LOCKED))
		env_locked_filter(env_store());
	complete();
	return err;
}

void env_init(void)
{
	struct why why;
	int err;

	if (!IS_ENABLED(CONFIG_ENV_STORED)) {
		env_reset();
		return;
	}
	err = env_load(&why);
	/* What was never written is no news. */
	if (err && err != -ENODEV && err != -ENOENT)
		printf("Loading Environment from %s... *** Warning - %s, "
		       "using default environment\n\n",
		       env_keeper_name(), why.text);
}
