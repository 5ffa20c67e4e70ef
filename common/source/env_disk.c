/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/env_disk.h"

#include <assert.h>
#include <errno.h>

#include "common/env/env.h"
#include "common/source/disk.h"
#include "lib/env/envimage.h"

static_assert(CONFIG_ENV_SIZE <= ENVIMAGE_SIZE_MAX, "a copy can be computed with");

static int open_pair(const struct env_keeper *keeper, struct envpair *pair, struct why *why)
{
	const struct env_disk *disk = keeper->priv;
	const int err = disk->open(disk, why);

	*pair = (struct envpair){
		.size = CONFIG_ENV_SIZE,
		.redundant = IS_ENABLED(CONFIG_ENV_REDUNDANT),
		.read = disk->read,
		.write = disk->write,
		.priv = (void *)(uintptr_t)disk,
	};
	return err == -ENOENT ? -ENODEV : err; /* that is a word for what is not stored */
}

/* Taken once: the variables themselves lie where a copy is read at start-up. */
static void *room(struct why *why)
{
	static void *memory;

	if (!memory)
		memory = disk_memory(CONFIG_ENV_SIZE, 64);
	if (!memory)
		(void)!refuse(why, -ENOMEM, "no memory for a copy of 0x%x bytes", CONFIG_ENV_SIZE);
	return memory;
}

bool env_disk_present(const struct env_keeper *keeper)
{
	struct envpair pair;
	struct why why;

	return !open_pair(keeper, &pair, &why);
}

int env_disk_load(const struct env_keeper *keeper, size_t *used, unsigned int *slot,
		  struct why *why)
{
	struct envpair pair;
	int err = open_pair(keeper, &pair, why);

	return err ? err : envpair_load(&pair, env_raw(), used, slot, why);
}

int env_disk_check(const struct env_keeper *keeper, struct why *why)
{
	void *work = room(why);
	struct envpair pair;
	unsigned int slot;
	size_t used;
	int err = work ? open_pair(keeper, &pair, why) : -ENOMEM;

	return err ? err : envpair_load(&pair, work, &used, &slot, why);
}

int env_disk_save(const struct env_keeper *keeper, const struct envstore *store, unsigned int *slot,
		  struct why *why)
{
	void *work = room(why);
	struct envpair pair;
	int err = work ? open_pair(keeper, &pair, why) : -ENOMEM;

	return err ? err : envpair_save(&pair, work, store, slot, why);
}

int env_disk_erase(const struct env_keeper *keeper, struct why *why)
{
	void *work = room(why);
	struct envpair pair;
	int err = work ? open_pair(keeper, &pair, why) : -ENOMEM;

	return err ? err : envpair_erase(&pair, work, why);
}
