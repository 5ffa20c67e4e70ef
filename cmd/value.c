/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/value.h"

#include <string.h>

#include "arch/io.h"
#include "common/shell/cmd.h"

static uint64_t load(paddr_t addr, unsigned int width)
{
	uint64_t value = 0;
	unsigned int i;

	if (IS_ALIGNED(addr, (paddr_t)width)) {
		switch (width) {
		case 2:
			return mmio_read16(addr);
		case 4:
			return mmio_read32(addr);
		case 8:
			return mmio_read64(addr);
		}
	}
	for (i = 0; i < width; i++)
		value |= (uint64_t)mmio_read8(addr + i) << 8 * i;
	return value;
}

int value_parse(const char *cmd, const char *word, unsigned int width, uint64_t *out)
{
	const bool memory = word[0] == '*';
	int err = 0;

	*out = 0;
	if (*word) /* a variable that is empty counts as 0, as in U-Boot */
		err = cmd_number(word + memory, cmd, out);

	if (!err && memory)
		*out = load(*out, width);
	return err;
}

const char *value_text(const char *cmd, const char *word)
{
	uint64_t addr;

	if (word[0] != '*')
		return word;
	if (cmd_number(word + 1, cmd, &addr))
		return NULL;
	return (const char *)(uintptr_t)addr;
}

bool value_is_text(const char *word)
{
	const size_t len = strlen(word);

	return len > 2 && !strcmp(word + len - 2, ".s");
}
