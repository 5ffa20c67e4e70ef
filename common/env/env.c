/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/env.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/env/callback.h"
#include "common/env/flags.h"
#include "common/env/flash.h"
#include "common/fdt/fdt.h"
#include "common/console/version.h"
#include "common/shell/shell.h"
#include "generated/env_default.h"
#include "lib/base/num.h"

#define LOG_NAME "env"
#include "lib/base/log.h"

/*
 * A stored copy is read to where the variables are to lie, so that its strings need not be moved:
 * its header stands before them, and the empty string that ends it has a byte.
 */
#define HEADER (IS_ENABLED(CONFIG_ENV_REDUNDANT) ? 5 : IS_ENABLED(CONFIG_ENV_FLASH) ? 4 : 0)

static char memory[CONFIG_ENV_SIZE] __noinit __attribute__((aligned(4)));
static struct envstore store = { .mem = memory + HEADER, .size = sizeof(memory) - HEADER - 1 };
static enum env_origin origin;

/* Where things are loaded, from the start of the first DRAM bank: apart, and all within 128 MiB. */
static const struct {
	const char *name;
	uint32_t offset;
} addresses[] = {
	{ "fdt_addr_r", 62 * MIB },     { "kernel_addr_r", 4 * MIB }, { "loadaddr", 2 * MIB },
	{ "ramdisk_addr_r", 64 * MIB }, { "scriptaddr", 2 * MIB },
};

struct envstore *env_store(void)
{
	return &store;
}

void *env_raw(void)
{
	return memory;
}

enum env_origin env_origin(void)
{
	return origin;
}

const char *env_get(const char *name)
{
	return envstore_get(&store, name);
}

void env_get_many(const char *const names[], unsigned int count, const char *values[])
{
	envstore_get_many(&store, names, count, values);
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
		err = envstore_check(&store, name, value, why);
		if (!err && env_callback_run(name, value) && !(flags & ENV_FORCE))
			err = refuse(why, -EPERM, "%s", "");
		if (err)
			return err;
	}
	err = envstore_set(&store, name, value, why);
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

	snprintf(text, sizeof(text), "%" PRIx64, value);
	return env_set(name, text);
}

uint64_t env_get_hex(const char *name, uint64_t absent)
{
	uint64_t value;

	return num_parse(env_get(name), 16, &value) ? absent : value;
}

/* As the environment begins: nobody is asked. */
static void preset(const char *name, const char *value)
{
	struct why why;

	if (envstore_set(&store, name, value, &why))
		log_err("%s", why.text);
}

static void set_addresses(void)
{
	char text[20];
	unsigned int i;

	if (!machine.mem.bank_count)
		return;
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		if (env_get(addresses[i].name))
			continue;
		snprintf(text, sizeof(text), "0x%" PRIx64,
			 machine.mem.bank[0].start + addresses[i].offset);
		preset(addresses[i].name, text);
	}
	snprintf(text, sizeof(text), "0x%" PRIx64, (uint64_t)(uintptr_t)machine.fdt);
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

const char *env_default_value(const char *name, size_t *len)
{
	const size_t name_len = strlen(name);

	for (const char *line = env_default; *line; line = strchr(line, '\n') + 1) {
		if (strncmp(line, name, name_len) || line[name_len] != '=')
			continue;
		*len = strcspn(line, "\n") - name_len - 1;
		return line + name_len + 1;
	}
	return NULL;
}

bool env_default_name(unsigned int nth, char *name, size_t room)
{
	const char *line = env_default;

	for (; *line && nth; nth--)
		line = strchr(line, '\n') + 1;
	if (!*line)
		return false;
	snprintf(name, room, "%.*s", (int)strcspn(line, "="), line);
	return true;
}

void env_clear(void)
{
	store.used = 0;
	if (IS_ENABLED(CONFIG_ENV_FLAGS))
		preset("ver", version_text);
}

static void set_defaults(void)
{
	struct why why;
	char text[12];

	origin = ENV_DEFAULT;
	store.used = 0;
	if (envstore_import(&store, env_default, sizeof(env_default) - 1, &why))
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
	int err = env_flash_load(&store, &slot, why);

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
