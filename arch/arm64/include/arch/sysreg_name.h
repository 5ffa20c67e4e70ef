/* SPDX-License-Identifier: BSD-2-Clause */
/* System registers by name, for people. */
#pragma once

#include "lib/base/types.h"

/**
 * struct sysreg_name - one register
 * @el:     the exception level that it needs at least
 * @fields: "M 0 IPS 34:32": names, each with its bits; "" where it is one value
 */
struct sysreg_name {
	const char *name;
	const char *fields;
	unsigned int el;
};

/**
 * sysreg_name() - the register number @index, in the order of their names
 *
 * Return: false: there are no more
 */
bool sysreg_name(unsigned int index, struct sysreg_name *out);

/**
 * sysreg_name_read() - read it on this CPU
 *
 * Errors: -EPERM it needs a higher EL than Loft's; -ENOENT this CPU does not have it
 */
int __must_check sysreg_name_read(unsigned int index, uint64_t *value);
