/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/env/flash.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "arch/debug.h"
#include "common/env/env.h"
#include "common/env/copies.h"
#include "common/env/bank.h"
#include "lib/base/printable.h"

#define REDUNDANT IS_ENABLED(CONFIG_ENV_REDUNDANT)
#define SPAN	  ((REDUNDANT ? 2 : 1) * (uint64_t)CONFIG_ENV_SECT_SIZE)

static_assert(CONFIG_ENV_SIZE % 4 == 0, "copies are read in words");
static_assert(CONFIG_ENV_SIZE <= CONFIG_ENV_SECT_SIZE, "a copy has room");
static_assert(CONFIG_ENV_SIZE <= ENVIMAGE_SIZE_MAX, "and can be computed with");

/*
 * A tree tells of flash behind controllers that nobody has set up: nothing may be there. Nothing
 * else would catch the fault at start-up.
 */
static bool answers(paddr_t at)
{
	uint32_t word;
	uint64_t par;

	return cpu_at(at, false, &par) &&
	       (!IS_ENABLED(CONFIG_FAULT_RESUME) ||
		!guarded_copy(&word, (const void *)ALIGN_DOWN(at, 4), 4));
}

bool env_flash_find(struct flash *flash, const struct env_layout *layout)
{
	const uint64_t span = (layout->redundant ? 2 : 1) * (uint64_t)layout->stride;

	return flash_last(flash) && span <= flash->size && layout->offset <= flash->size - span &&
	       answers(flash->base + layout->offset) &&
	       answers(flash->base + layout->offset + span - 1);
}

/* Where it lies; reads need no more. */
static bool find(struct flash *flash, struct env_layout *layout)
{
	*layout = (struct env_layout){
		.flash = flash,
		.offset = CONFIG_ENV_FLASH_OFFSET,
		.size = CONFIG_ENV_SIZE,
		.stride = CONFIG_ENV_SECT_SIZE,
		.redundant = REDUNDANT,
	};
	return env_flash_find(flash, layout);
}

static int find_or_refuse(struct flash *flash, struct env_layout *layout, struct why *why)
{
	if (find(flash, layout))
		return 0;
	return refuse(why, -ENODEV,
		      "this machine has no flash of 0x%" PRIx64 " bytes for the environment",
		      layout->offset + SPAN);
}

bool env_flash_present(void)
{
	struct env_layout layout;
	struct flash flash;

	return find(&flash, &layout);
}

static int reading_failed(int err, struct why *why)
{
	return refuse(why, err, err == -ENOENT ? "nothing stored" : "bad CRC");
}

/* Who stored them may know what they are: they stay. */
static void tell_odd(const struct envstore *store, unsigned int count)
{
	const char *entry = NULL;
	struct printable shown;

	while ((entry = envstore_next(store, entry)) && !envstore_is_odd(entry))
		;
	printf("Loading Environment from Flash... '%s'", printable(&shown, entry ? entry : ""));
	if (count > 1)
		printf(" and %u more are no variables, but kept\n", count - 1);
	else
		printf(" is no variable, but kept\n");
}

int env_flash_load(struct envstore *store, unsigned int *slot, struct why *why)
{
	struct env_layout layout;
	struct flash flash;
	unsigned int odd;
	size_t used;
	int err = find_or_refuse(&flash, &layout, why);

	if (err)
		return err;
	err = env_copies_read(&layout, env_raw(), &used, slot);
	if (err)
		return reading_failed(err, why);
	envstore_adopt(store, used, &odd);
	if (odd)
		tell_odd(store, odd);
	return 0;
}

int env_flash_check(struct why *why)
{
	struct env_layout layout;
	struct env_target target;
	struct flash flash;
	int err = find_or_refuse(&flash, &layout, why);

	if (err)
		return err;
	env_copies_target(&layout, &target);
	return target.any ? 0 : reading_failed(-EBADMSG, why);
}

static int save(const struct env_layout *layout, const struct envstore *store,
		const struct env_target *target, struct why *why)
{
	struct envimage image = {
		.size = layout->size,
		.header = envimage_header(REDUNDANT),
		.pad = ENVIMAGE_PAD,
		.generation = target->generation,
		.data = store->mem,
		.used = store->used,
	};
	int err = envimage_init(&image, why);

	if (err)
		return err;
	printf("Erasing Flash...\n");
	err = env_copies_erase(layout, target->slot, why);
	if (err)
		return err;
	printf(". done\nWriting to Flash... ");
	err = env_copies_write(layout, target->slot, &image, why);
	if (!err)
		printf("done\n");
	return err;
}

int env_flash_save(const struct envstore *store, unsigned int *slot, struct why *why)
{
	struct env_layout layout;
	struct env_target target;
	struct flash flash;
	int err = find_or_refuse(&flash, &layout, why);

	if (!err)
		err = flash_probe(&flash, why);
	if (err)
		return err;
	env_copies_target(&layout, &target);
	*slot = target.slot;
	return save(&layout, store, &target, why);
}

int env_flash_erase(struct why *why)
{
	struct env_layout layout;
	struct flash flash;
	int err = find_or_refuse(&flash, &layout, why);

	if (!err)
		err = flash_probe(&flash, why);
	for (unsigned int slot = 0; slot < (REDUNDANT ? 2 : 1) && !err; slot++)
		err = env_copies_erase(&layout, slot, why);
	return err;
}
