/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/env/envpair.h"

#include <errno.h>
#include <string.h>

#include "lib/base/le.h"
#include "lib/env/envimage.h"

static unsigned int copies(const struct envpair *pair)
{
	return pair->redundant ? 2 : 1;
}

/* A copy that is whole: 0. Zeros, or erased, it was never written: -ENODATA; no file: -ENOENT. */
static int get(const struct envpair *pair, unsigned int slot, uint8_t *raw, size_t *used,
	       struct why *why)
{
	int err = pair->read(pair, slot, raw, why);

	if (err)
		return err;
	if (get_le32(raw) == UINT32_MAX || (!get_le32(raw) && !get_le32(raw + 4)))
		return -ENODATA;
	err = envimage_take(raw, pair->size, pair->redundant, used);
	return err ? refuse(why, err, "bad CRC") : 0;
}

/**
 * struct newest - the copy that counts
 * @slot: -1: none is whole
 * @err:  why none is
 * @missing: one of two has not even a file
 */
struct newest {
	int slot, err;
	bool missing;
	uint8_t generation;
};

static void look(const struct envpair *pair, uint8_t *raw, size_t *used, struct newest *newest,
		 struct why *why)
{
	*newest = (struct newest){ .slot = -1, .err = -ENOENT };
	for (unsigned int i = 0; i < copies(pair); i++) {
		const int err = get(pair, i, raw, used, why);
		const uint8_t generation = raw[4];

		newest->missing |= err == -ENOENT;
		if (err && err != -ENOENT && err != -ENODATA)
			newest->err = err;
		if (err)
			continue;
		if (newest->slot < 0 || envimage_newer(newest->generation, generation)) {
			newest->slot = (int)i;
			newest->generation = generation;
		}
	}
}

int envpair_load(const struct envpair *pair, void *raw, size_t *used, unsigned int *slot,
		 struct why *why)
{
	struct newest newest;

	look(pair, raw, used, &newest, why);
	if (newest.slot < 0)
		return newest.err == -ENOENT ? refuse(why, -ENOENT, "nothing stored") : newest.err;
	*slot = (unsigned int)newest.slot;
	/* A copy that is not whole may have been read over the one that is. */
	return get(pair, *slot, raw, used, why);
}

int envpair_save(const struct envpair *pair, void *room, const struct envstore *store,
		 unsigned int *slot, struct why *why)
{
	struct envimage image = {
		.size = pair->size,
		.header = envimage_header(pair->redundant),
		.pad = ENVIMAGE_PAD,
		.generation = 1,
		.data = store->mem,
		.used = store->used,
	};
	struct newest newest;
	size_t used;
	int err;

	look(pair, room, &used, &newest, why);
	*slot = 0;
	if (newest.slot >= 0 && pair->redundant) {
		*slot = (unsigned int)newest.slot ^ 1;
		image.generation = (uint8_t)(newest.generation + 1);
	}
	err = envimage_init(&image, why);
	if (err)
		return err;
	envimage_bytes(&image, 0, room, pair->size);
	err = pair->write(pair, *slot, room, why);
	if (err || !pair->redundant || !newest.missing)
		return err;
	/* Who knows of two files wants both: fw_printenv reads none where one is not there. */
	if (pair->read(pair, *slot ^ 1, room, NULL) == -ENOENT) {
		image.generation--;
		envimage_bytes(&image, 0, room, pair->size);
		(void)!pair->write(pair, *slot ^ 1, room, NULL);
	}
	return 0;
}

int envpair_erase(const struct envpair *pair, void *room, struct why *why)
{
	int err = 0;

	for (unsigned int i = 0; i < copies(pair) && !err; i++) {
		err = pair->read(pair, i, room, why);
		if (err == -ENOENT) {
			err = 0;
			continue;
		}
		memset(room, 0, pair->size);
		err = pair->write(pair, i, room, why);
	}
	return err;
}
