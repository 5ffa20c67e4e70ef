/* SPDX-License-Identifier: BSD-2-Clause */
/* FIT images: a flattened tree with /images and /configurations. */
#pragma once

#include "lib/hash/hash.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/** fit_is() - does what lies at @fit, four bytes, begin as one? */
bool fit_is(const void *fit);

/**
 * struct fit - an image that fit_check() has passed
 * @tree:    it
 * @size:    bytes that may be read there: what lies behind the tree counts, too
 * @stopped: asked between pieces of long work, true ends it; NULL: nobody is asked
 */
struct fit {
	const void *tree;
	uint64_t size;
	bool (*stopped)(void);
};

/**
 * fit_check() - may the tree be walked?
 * @fit:  filled
 * @tree: at a multiple of 8, untrusted
 * @size: bytes that may be read there
 *
 * Return: 0; -EINVAL it is no whole tree, or has no /images.
 */
int __must_check fit_check(struct fit *fit, const void *tree, uint64_t size, struct why *why);

/**
 * fit_find_script() - the image that `source` is to run
 * @image:  its name, or a configuration's; NULL: not said
 * @config: the configuration's name; NULL: not said
 * @node:   of the image
 *
 * With neither: the script of the default configuration, else the default image of /images.
 *
 * Return: 0; -ENOENT.
 */
int __must_check fit_find_script(const void *fit, const char *image, const char *config, int *node,
				 struct why *why);

/**
 * fit_child() - a node of /images or of /configurations, by name
 *
 * Return: its offset; negative where there is none.
 */
int fit_child(const void *fit, const char *parent, const char *name);

/** fit_default() - the node that /images or /configurations says is meant; NULL: none */
const char *fit_default(const void *fit, const char *parent);

/**
 * fit_place() - an address: load or entry
 *
 * Return: 0; -ENOENT the node has none, of one cell or of two.
 */
int __must_check fit_place(const void *fit, int node, const char *property, uint64_t *value);

/**
 * fit_extent() - how many bytes the image has, with what lies behind its tree
 *
 * Errors: -EINVAL as fit_data()
 */
int __must_check fit_extent(const struct fit *fit, uint64_t *extent, struct why *why);

/** fit_name() - a node's name */
const char *fit_name(const void *fit, int node);

/** fit_text() - a property that is a string; NULL where there is none */
const char *fit_text(const void *fit, int node, const char *property);

/**
 * fit_data() - an image's bytes, in the tree or behind it
 *
 * Return: 0; -ENOENT the image has none; -EINVAL the place makes no sense, or is not in fit->size.
 */
int __must_check fit_data(const struct fit *fit, int node, const uint8_t **data, uint32_t *size,
			  struct why *why);

/**
 * fit_digest() - of an image's bytes
 * @digest: algorithm->size bytes
 *
 * Return: 0; -EINTR stopped; as fit_data().
 */
int __must_check fit_digest(const struct fit *fit, int node, const struct hash *algorithm,
			    uint8_t *digest, struct why *why);

/** fit_next_hash() - the hash node after @hash, or the image's first where that is 0; 0: none */
int fit_next_hash(const void *fit, int node, int hash);

/**
 * fit_check_hash() - compare one of an image's digests
 * @hash: from fit_next_hash()
 *
 * Return: 0; -EILSEQ it is another; -ENOTSUP the algorithm is not known; -EINVAL the node;
 * -EINTR stopped.
 */
int __must_check fit_check_hash(const struct fit *fit, int node, int hash, struct why *why);
