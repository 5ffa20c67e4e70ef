/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/sysreg_name.h"

#include <errno.h>
#include <string.h>

#include "arch/arm64/cpu/sysreg_list.h"
#include "arch/cpu.h"
#include "arch/debug.h"
#include "lib/base/texts.h"

/* No pointers: each would be a relocation of every boot. */
#define TEXT(name, el, op0, op1, crn, crm, op2, fields) #name "\0" fields "\0"
#define LEVEL(name, el, op0, op1, crn, crm, op2, fields) el,

static const char texts[] = SYSREG_LIST(TEXT);
static const uint8_t levels[] = { SYSREG_LIST(LEVEL) };

bool sysreg_name(unsigned int index, struct sysreg_name *out)
{
	const char *name;

	if (index >= sizeof(levels))
		return false;
	name = text_nth(texts, 2 * index);
	*out = (struct sysreg_name){ name, name + strlen(name) + 1, levels[index] };
	return true;
}

int sysreg_name_read(unsigned int index, uint64_t *value)
{
	if (levels[index] > cpu_el())
		return -EPERM;
	return guarded_sysreg(index, value) ? -ENOENT : 0;
}
