/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of a FIT is signed, and by whom. The list of signed nodes is made here from what a boot
 * takes out of a configuration; what the image says of that (hashed-nodes) is not read.
 */
#pragma once

#include "common/image/fit.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct fit_keys - who may sign
 * @tree: a control tree, as `mkimage -K` writes it: /signature with a node for each key
 * @told: called for each signature that is right; NULL: nobody is told
 *
 * A key is required for "conf" or for "image"; /signature's required-mode says whether "all" of a
 * kind must have signed, or "any" of them.
 */
struct fit_keys {
	const void *tree;
	void (*told)(const char *algo, const char *key);
};

/** struct fit_signature - what a signature node says: an algorithm, e.g. "sha256,rsa2048" */
struct fit_signature {
	const char *algo;
	bool pss;
	const uint8_t *value;
	unsigned int size;
};

/**
 * fit_keys_check() - may this control tree decide?
 * @size: bytes that may be read there
 *
 * Return: 0; -EINVAL it is damaged, requires no key, or requires one for something unknown.
 */
int __must_check fit_keys_check(const void *tree, uint64_t size, struct why *why);

/** fit_keys_require() - is a key required for that: "conf", "image"? */
bool fit_keys_require(const struct fit_keys *keys, const char *kind);

/** fit_keys_algo() - the digest that an algorithm signs; NULL: no such, or one below SHA-256 */
const struct hash *fit_keys_algo(const char *algo);

/**
 * fit_keys_verify() - is a signature that key's?
 * @key:    its node in the control tree
 * @digest: as fit_keys_algo() of the signature says
 *
 * Return: 0; -EBADMSG; -EINVAL the key's node makes no sense; -ENOTSUP this build lacks the
 *         algorithm, or it is not the key's.
 */
int __must_check fit_keys_verify(const struct fit_keys *keys, int key,
				 const struct fit_signature *signature, const uint8_t *digest,
				 struct why *why);

/**
 * fit_sign_config() - is all signed that a boot of this configuration takes?
 * @config: its node
 *
 * Its own properties, those of each image that it names, their digests, and the root's. What the
 * digests say is for fit_check_hash(); that there is one, of SHA-256 or better, is looked at here.
 * Before that the whole tree's form: names are unique, and say one thing only.
 *
 * Return: 0, too where no key is required for configurations; -EBADMSG not signed, altered, or
 *         another's; -EINVAL a tree that could be read in two ways; -E2BIG.
 */
int __must_check fit_sign_config(const struct fit *fit, int config, const struct fit_keys *keys,
				 struct why *why);

/**
 * fit_sign_image() - are an image's bytes signed?
 * @image: its node
 *
 * Its bytes only: not its type, and not where it goes.
 *
 * Return: as fit_sign_config(); -EINTR stopped.
 */
int __must_check fit_sign_image(const struct fit *fit, int image, const struct fit_keys *keys,
				struct why *why);
