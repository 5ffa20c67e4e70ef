/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/sysreg_name.h"

#include <errno.h>

#include "arch/arm64/sysreg_list.h"
#include "arch/cpu.h"
#include "arch/debug.h"

#define ROW(name, el, op0, op1, crn, crm, op2, fields) { #name, fields, el },
static const struct sysreg_name registers[] = { SYSREG_LIST(ROW) };

const struct sysreg_name *sysreg_name(unsigned int index)
{
	return index < ARRAY_SIZE(registers) ? &registers[index] : NULL;
}

int sysreg_name_read(unsigned int index, uint64_t *value)
{
	if (registers[index].el > cpu_el())
		return -EPERM;
	return guarded_sysreg(index, value) ? -ENOENT : 0;
}
