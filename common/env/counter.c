/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/counter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/num.h"

#define NAME "rollback="

/* Neither has been whole: the first of all was being stored when the power failed. */
static bool is_first(const struct env_layout *layout)
{
	uint32_t crc[2];

	for (unsigned int slot = 0; slot < 2; slot++)
		flash_read(layout->flash, layout->offset + slot * (uint64_t)layout->stride,
			   &crc[slot], sizeof(crc[slot]));
	return crc[0] == UINT32_MAX || crc[1] == UINT32_MAX;
}

int env_counter_read(const struct env_layout *layout, uint32_t *value, struct why *why)
{
	uint32_t raw[ENV_COUNTER_SIZE / 4];
	const char *text = (const char *)raw + envimage_header(layout->redundant);
	unsigned int slot;
	uint64_t number;
	size_t used;
	int err = env_copies_read(layout, raw, &used, &slot);

	*value = 0;
	if (err == -ENOENT || (err && is_first(layout)))
		return 0;
	if (err || strncmp(text, NAME, strlen(NAME)) ||
	    num_parse(text + strlen(NAME), 10, &number) || number > UINT32_MAX)
		return refuse(why, -EBADMSG,
			      "what is stored at 0x%llx of the flash is no whole version number",
			      (unsigned long long)layout->offset);
	*value = (uint32_t)number;
	return 0;
}

/* Over the copy that is not the newest. */
static int store(const struct env_layout *layout, const char *text, struct why *why)
{
	struct env_target target;
	struct envimage image = { .size = layout->size,
				  .header = envimage_header(layout->redundant),
				  .pad = ENVIMAGE_PAD,
				  .data = text,
				  .used = strlen(text) + 1 };
	int err;

	env_copies_target(layout, &target);
	image.generation = target.generation;
	err = envimage_init(&image, why);
	if (!err)
		err = env_copies_erase(layout, target.slot, why);
	return err ? err : env_copies_write(layout, target.slot, &image, why);
}

int env_counter_raise(const struct env_layout *layout, uint32_t value, struct why *why)
{
	char text[sizeof(NAME) + 10];
	uint32_t stored;
	int err = env_counter_read(layout, &stored, why);

	if (err || value <= stored)
		return err;
	snprintf(text, sizeof(text), NAME "%u", value);
	err = store(layout, text, why);
	return err ? err : store(layout, text, why);
}
