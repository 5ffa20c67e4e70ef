/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/image/fit.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

bool fit_is(const void *fit)
{
	return fdt_magic(fit) == FDT_MAGIC;
}

int fit_check(const void *fit, struct why *why)
{
	int err = fdt_check_header(fit);

	if (!err)
		err = fdt_check_full(fit, fdt_totalsize(fit));
	if (err)
		return refuse(why, -EINVAL, "the FIT image is damaged: %s", fdt_strerror(err));
	if (fdt_path_offset(fit, "/images") < 0)
		return refuse(why, -EINVAL, "the tree has no /images: it is no FIT image");
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

static int child(const void *fit, const char *parent, const char *name)
{
	int node = fdt_path_offset(fit, parent);

	return node < 0 || !name ? -1 : fdt_subnode_offset(fit, node, name);
}

/* The image that a configuration has as its script; -1. */
static int config_script(const void *fit, const char *config)
{
	int node = child(fit, "/configurations", config);

	return node < 0 ? -1 : child(fit, "/images", fit_text(fit, node, "script"));
}

static const char *default_of(const void *fit, const char *parent)
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
		*node = child(fit, "/images", image);
		if (*node < 0)
			*node = config_script(fit, image);
	} else {
		*node = config_script(fit, default_of(fit, "/configurations"));
		if (*node < 0)
			*node = child(fit, "/images", default_of(fit, "/images"));
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

int fit_data(const void *fit, int node, const uint8_t **data, uint32_t *size, struct why *why)
{
	int bytes;
	uint32_t at;

	*data = fdt_getprop(fit, node, "data", &bytes);
	if (*data) {
		*size = (uint32_t)bytes;
		return 0;
	}
	if (number(fit, node, "data-size", size))
		return refuse(why, -ENOENT, "'%s' has no data", fit_name(fit, node));
	if (number(fit, node, "data-position", &at)) {
		if (number(fit, node, "data-offset", &at))
			return refuse(why, -ENOENT, "'%s' has no data", fit_name(fit, node));
		if (at > INT32_MAX - ALIGN_UP(fdt_totalsize(fit), 4))
			return refuse(why, -EINVAL, "'%s' has its data at 0x%x",
				      fit_name(fit, node), at);
		at += ALIGN_UP(fdt_totalsize(fit), 4);
	}
	if (at > INT32_MAX || *size > INT32_MAX - at)
		return refuse(why, -EINVAL, "'%s' has 0x%x bytes at 0x%x", fit_name(fit, node),
			      *size, at);
	*data = (const uint8_t *)fit + at;
	return 0;
}

int fit_next_hash(const void *fit, int node, int hash)
{
	hash = hash ? fdt_next_subnode(fit, hash) : fdt_first_subnode(fit, node);
	while (hash >= 0 && strncmp(fit_name(fit, hash), "hash", 4))
		hash = fdt_next_subnode(fit, hash);
	return hash < 0 ? 0 : hash;
}

int fit_check_hash(const void *fit, int node, int hash, struct why *why)
{
	const char *name = fit_text(fit, hash, "algo");
	const struct hash *algorithm = name ? hash_find(name) : NULL;
	union hash_state state;
	uint8_t digest[HASH_SIZE_MAX];
	const uint8_t *data;
	uint32_t size;
	int bytes;
	const void *value = fdt_getprop(fit, hash, "value", &bytes);
	int err;

	if (!name || !value)
		return refuse(why, -EINVAL, "'%s' of '%s' has no algo or no value",
			      fit_name(fit, hash), fit_name(fit, node));
	if (!algorithm)
		return refuse(why, -ENOTSUP, "'%s' of '%s': no algorithm '%s' here",
			      fit_name(fit, hash), fit_name(fit, node), name);
	err = fit_data(fit, node, &data, &size, why);
	if (err)
		return err;
	algorithm->init(&state);
	algorithm->update(&state, data, size);
	algorithm->final(&state, digest);
	if (bytes < 0 || (unsigned int)bytes != algorithm->size ||
	    memcmp(digest, value, algorithm->size))
		return refuse(why, -EILSEQ, "Bad hash value for '%s' of '%s' image node", name,
			      fit_name(fit, node));
	return 0;
}
