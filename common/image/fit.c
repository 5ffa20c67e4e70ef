/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/fit.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "common/fdt/fdt.h"

#define PIECE 0x10000u /* bytes hashed at a time */

bool fit_is(const void *fit)
{
	return fdt_magic(fit) == FDT_MAGIC;
}

int fit_check(struct fit *fit, const void *tree, uint64_t size, struct why *why)
{
	struct why damage;

	if (fdt_check_whole(tree, size, true, &damage))
		return refuse(why, -EINVAL, "the FIT image is damaged: %s", damage.text);
	if (fdt_path_offset(tree, "/images") < 0)
		return refuse(why, -EINVAL, "the tree has no /images: it is no FIT image");
	*fit = (struct fit){ tree, size, NULL };
	return 0;
}

const char *fit_name(const void *fit, int node)
{
	const char *name = fdt_get_name(fit, node, NULL);

	return name ? name : "";
}

const char *fit_text(const void *fit, int node, const char *property)
{
	int size;
	const char *text = fdt_getprop(fit, node, property, &size);

	return text && size > 0 && !text[size - 1] ? text : NULL;
}

int fit_child(const void *fit, const char *parent, const char *name)
{
	int node = fdt_path_offset(fit, parent);

	return node < 0 || !name ? -1 : fdt_subnode_offset(fit, node, name);
}

/* The image that a configuration has as its script; -1. */
static int config_script(const void *fit, const char *config)
{
	int node = fit_child(fit, "/configurations", config);

	return node < 0 ? -1 : fit_child(fit, "/images", fit_text(fit, node, "script"));
}

const char *fit_default(const void *fit, const char *parent)
{
	int node = fdt_path_offset(fit, parent);

	return node < 0 ? NULL : fit_text(fit, node, "default");
}

int fit_find_script(const void *fit, const char *image, const char *config, int *node,
		    struct why *why)
{
	if (config) {
		*node = config_script(fit, config);
	} else if (image) {
		*node = fit_child(fit, "/images", image);
		if (*node < 0)
			*node = config_script(fit, image);
	} else {
		*node = config_script(fit, fit_default(fit, "/configurations"));
		if (*node < 0)
			*node = fit_child(fit, "/images", fit_default(fit, "/images"));
	}
	if (*node >= 0)
		return 0;
	if (config)
		return refuse(why, -ENOENT, "no script in a configuration '%s' of the FIT", config);
	if (image)
		return refuse(why, -ENOENT, "Can't find '%s' FIT subimage", image);
	return refuse(why, -ENOENT, "the FIT has no default script");
}

static int number(const void *fit, int node, const char *property, uint32_t *value)
{
	int size;
	const uint8_t *p = fdt_getprop(fit, node, property, &size);

	if (!p || size != 4)
		return -ENOENT;
	*value = fdt32_ld((const fdt32_t *)(const void *)p);
	return 0;
}

/* Behind the tree, or from its first byte on. */
static int data_outside(const struct fit *fit, int node, uint32_t size, uint64_t *at,
			struct why *why)
{
	uint32_t number_at;

	if (!number(fit->tree, node, "data-position", &number_at))
		*at = number_at;
	else if (!number(fit->tree, node, "data-offset", &number_at))
		*at = number_at + ALIGN_UP((uint64_t)fdt_totalsize(fit->tree), 4);
	else
		return refuse(why, -ENOENT, "'%s' has no data", fit_name(fit->tree, node));
	if (*at > fit->size || size > fit->size - *at)
		return refuse(why, -EINVAL,
			      "'%s' has 0x%x bytes at offset 0x%llx, of 0x%llx that are there",
			      fit_name(fit->tree, node), size, (unsigned long long)*at,
			      (unsigned long long)fit->size);
	return 0;
}

int fit_data(const struct fit *fit, int node, const uint8_t **data, uint32_t *size, struct why *why)
{
	uint64_t at = 0;
	int bytes, err;

	*data = fdt_getprop(fit->tree, node, "data", &bytes);
	if (*data) {
		*size = (uint32_t)bytes;
		return 0;
	}
	if (number(fit->tree, node, "data-size", size))
		return refuse(why, -ENOENT, "'%s' has no data", fit_name(fit->tree, node));
	err = data_outside(fit, node, *size, &at, why);
	if (!err)
		*data = (const uint8_t *)fit->tree + at;
	return err;
}

int fit_place(const void *fit, int node, const char *property, uint64_t *value)
{
	int size;
	const uint8_t *p = fdt_getprop(fit, node, property, &size);

	if (!p || (size != 4 && size != 8))
		return -ENOENT;
	*value = size == 4 ? fdt32_ld((const fdt32_t *)(const void *)p)
			   : fdt64_ld((const fdt64_t *)(const void *)p);
	return 0;
}

int fit_extent(const struct fit *fit, uint64_t *extent, struct why *why)
{
	const int parent = fdt_path_offset(fit->tree, "/images");
	const uint8_t *data;
	uint32_t size;
	int node, err;

	*extent = fdt_totalsize(fit->tree);
	fdt_for_each_subnode(node, fit->tree, parent) {
		if (fdt_getprop(fit->tree, node, "data", NULL) ||
		    !fdt_getprop(fit->tree, node, "data-size", NULL))
			continue;
		err = fit_data(fit, node, &data, &size, why);
		if (err)
			return err;
		*extent = MAX(*extent, (uint64_t)(data - (const uint8_t *)fit->tree) + size);
	}
	return 0;
}

int fit_next_hash(const void *fit, int node, int hash)
{
	hash = hash ? fdt_next_subnode(fit, hash) : fdt_first_subnode(fit, node);
	while (hash >= 0 && strncmp(fit_name(fit, hash), "hash", 4))
		hash = fdt_next_subnode(fit, hash);
	return hash < 0 ? 0 : hash;
}

/* In pieces, so that somebody who waits can end it. */
int fit_digest(const struct fit *fit, int node, const struct hash *algorithm, uint8_t *digest,
	       struct why *why)
{
	union hash_state state;
	const uint8_t *data;
	uint32_t size, bytes;
	int err = fit_data(fit, node, &data, &size, why);

	if (err)
		return err;
	algorithm->init(&state);
	do {
		bytes = MIN(size, PIECE);
		algorithm->update(&state, data, bytes);
		data += bytes;
		size -= bytes;
		if (fit->stopped && fit->stopped())
			return refuse(why, -EINTR, "interrupted");
	} while (size);
	algorithm->final(&state, digest);
	return 0;
}

int fit_check_hash(const struct fit *fit, int node, int hash, struct why *why)
{
	const void *tree = fit->tree;
	const char *name = fit_text(tree, hash, "algo");
	const struct hash *algorithm = name ? hash_find(name) : NULL;
	uint8_t digest[HASH_SIZE_MAX];
	int bytes;
	const void *value = fdt_getprop(tree, hash, "value", &bytes);
	int err;

	if (!name || !value)
		return refuse(why, -EINVAL, "'%s' of '%s' has no algo or no value",
			      fit_name(tree, hash), fit_name(tree, node));
	if (!algorithm)
		return refuse(why, -ENOTSUP, "'%s' of '%s': no algorithm '%s' here",
			      fit_name(tree, hash), fit_name(tree, node), name);
	err = fit_digest(fit, node, algorithm, digest, why);
	if (err)
		return err;
	if (bytes < 0 || (unsigned int)bytes != algorithm->size ||
	    memcmp(digest, value, algorithm->size))
		return refuse(why, -EILSEQ, "Bad hash value for '%s' of '%s' image node", name,
			      fit_name(tree, node));
	return 0;
}
