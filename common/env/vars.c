/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/vars.h"

#include <stdio.h>

#include "common/fdt/fdt.h"
#include "common/mem/memmap.h"

#define VARS_SIZE (32 * KIB)

static struct envstore vars;

const struct envstore *shell_vars(void)
{
	return vars.mem ? &vars : NULL;
}

const char *shell_var(const char *name)
{
	return vars.mem ? envstore_get(&vars, name) : NULL;
}

int shell_var_set(const char *name, const char *value)
{
	struct why why;
	paddr_t at;
	int err = 0;

	if (!vars.mem) {
		err = memmap_alloc(&machine.mem, VARS_SIZE, 4 * KIB, true, UINT64_MAX, 0,
				   "shell variables", &at, &why);
		if (!err)
			envstore_init(&vars, (char *)(uintptr_t)at, VARS_SIZE);
	}
	if (!err)
		err = envstore_set(&vars, name, value, &why);
	if (err)
		printf("%s\n", why.text);
	return err;
}

void shell_var_forget(const char *name)
{
	struct why why;

	if (vars.mem && envstore_get(&vars, name) && envstore_set(&vars, name, NULL, &why))
		printf("%s\n", why.text);
}
