/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/env_callback.h"
#include "common/fdt.h"
#include "common/shell.h"
#include "generated/env_default.h"
#include "lib/num.h"

#define LOG_NAME "env"
#include "lib/log.h"

static char memory[CONFIG_ENV_SIZE];
static struct envstore store = { .mem = memory, .size = sizeof(memory) };

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

const char *env_get(const char *name)
{
	return envstore_get(&store, name);
}

int env_change(const char *name, const char *value, unsigned int flags, struct why *why)
{
	int err;

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
		snprintf(text, sizeof(text), "0x%" PRIx64,
			 machine.mem.bank[0].start + addresses[i].offset);
		preset(addresses[i].name, text);
	}
	snprintf(text, sizeof(text), "0x%" PRIx64, (uint64_t)(uintptr_t)machine.fdt);
	preset("fdtcontroladdr", text);
}

void env_reset(void)
{
	struct why why;

	envstore_init(&store, memory, sizeof(memory));
	if (envstore_import(&store, env_default, sizeof(env_default) - 1, &why))
		log_err("default environment, %s", why.text);
	if (!env_get("bootdelay")) {
		char text[12];

		snprintf(text, sizeof(text), "%d", CONFIG_BOOTDELAY);
		preset("bootdelay", text);
	}
	set_addresses();
	if (IS_ENABLED(CONFIG_ENV_CALLBACK))
		env_callback_start();
}
