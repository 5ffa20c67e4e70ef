/* SPDX-License-Identifier: BSD-2-Clause */
/* The stored environment in CFI flash: common/env/copies.h where the device tree has a bank. */
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
#include "common/env/flash.h"
#include "common/env/keeper.h"

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

static bool present(const struct env_keeper *keeper)
{
	struct env_layout layout;
	struct flash flash;

	(void)keeper;
	return find(&flash, &layout);
}

static int reading_failed(int err, struct why *why)
{
	return refuse(why, err, err == -ENOENT ? "nothing stored" : "bad CRC");
}

static int load(const struct env_keeper *keeper, size_t *used, unsigned int *slot, struct why *why)
{
	struct env_layout layout;
	struct flash flash;
	int err = find_or_refuse(&flash, &layout, why);

	(void)keeper;
	if (err)
		return err;
	err = env_copies_read(&layout, env_raw(), used, slot);
	return err ? reading_failed(err, why) : 0;
}

static int check(const struct env_keeper *keeper, struct why *why)
{
	struct env_layout layout;
	struct env_target target;
	struct flash flash;
	int err = find_or_refuse(&flash, &layout, why);

	(void)keeper;
	if (err)
		return err;
	env_copies_target(&layout, &target);
	return target.any ? 0 : reading_failed(-EBADMSG, why);
}

static int write_copy(const struct env_layout *layout, const struct envstore *store,
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

static int save(const struct env_keeper *keeper, const struct envstore *store, unsigned int *slot,
		struct why *why)
{
	struct env_layout layout;
	struct env_target target;
	struct flash flash;
	int err = find_or_refuse(&flash, &layout, why);

	(void)keeper;
	if (!err)
		err = flash_probe(&flash, why);
	if (err)
		return err;
	env_copies_target(&layout, &target);
	*slot = target.slot;
	return write_copy(&layout, store, &target, why);
}

static int erase(const struct env_keeper *keeper, struct why *why)
{
	struct env_layout layout;
	struct flash flash;
	int err = find_or_refuse(&flash, &layout, why);

	(void)keeper;
	if (!err)
		err = flash_probe(&flash, why);
	for (unsigned int slot = 0; slot < (REDUNDANT ? 2 : 1) && !err; slot++)
		err = env_copies_erase(&layout, slot, why);
	return err;
}

TABLE_ENTRY(env_keeper_table, struct env_keeper, keeper_flash) = {
	.name = "Flash",
	.present = present,
	.load = load,
	.check = check,
	.save = save,
	.erase = erase,
};
