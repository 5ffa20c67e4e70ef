/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/boot/bootstd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/env/env.h"
#include "lib/base/num.h"

const char *bootmeth_name(unsigned int seq)
{
	static const char *const names[] = { "loft", "extlinux", "bls", "script",
					     "uenv", "kernel",   "rpi" };

	return seq < ARRAY_SIZE(names) - !IS_ENABLED(CONFIG_BOOT_RPI) ? names[seq] : NULL;
}

static const char *find(const char *name, size_t len)
{
	const char *known;

	for (unsigned int i = 0; (known = bootmeth_name(i)); i++)
		if (strlen(known) == len && !memcmp(known, name, len))
			return known;
	return NULL;
}

/* A name that nobody knows takes no place. */
const char *bootstd_method(unsigned int place)
{
	const char *order = env_get("bootmeths"), *known;

	if (!order || !order[strspn(order, " ")])
		return bootmeth_name(place);
	while (*(order += strspn(order, " "))) {
		const size_t len = strcspn(order, " ");

		known = find(order, len);
		if (known && !place--)
			return known;
		order += len;
	}
	return NULL;
}

bool bootstd_looks_for(const char *method)
{
	const char *name;

	for (unsigned int i = 0; (name = bootstd_method(i)); i++)
		if (!strcmp(name, method))
			return true;
	return false;
}

const struct blk *bootstd_find(const char *name)
{
	unsigned int n = 0;

	for (const struct blk *blk = blk_next(NULL); blk; blk = blk_next(blk), n++) {
		char known[24];
		size_t len;
		uint64_t seq;

		snprintf(known, sizeof(known), "%s%u.bootdev", blk->type, blk->number);
		len = strlen(known) - strlen(".bootdev");
		if (!strcmp(name, known) || (strlen(name) == len && !strncmp(name, known, len)) ||
		    (!num_parse(name, 16, &seq) && seq == n))
			return blk;
	}
	return NULL;
}

static struct {
	const char *type;
	unsigned int number;
} selected;

int bootstd_select(const char *name)
{
	const struct blk *blk = name ? bootstd_find(name) : NULL;

	if (name && !blk)
		return -ENODEV;
	selected.type = blk ? blk->type : NULL;
	selected.number = blk ? blk->number : 0;
	return 0;
}

const struct blk *bootstd_selected(void)
{
	return selected.type ? blk_find(selected.type, selected.number) : NULL;
}
