/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys as `mkimage -K` leaves them in a control tree, and what they verify. */
#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "common/fdt/fdt.h"
#include "common/image/fit_sign.h"
#include "lib/crypto/ecdsa.h"
#include "lib/crypto/rsa.h"

#define EXPONENT_DEFAULT 65537

/** struct scheme - behind the comma of an algorithm's name; @curve: NULL it is RSA */
struct scheme {
	const char *name;
	const char *curve;
	unsigned int bytes;
};

static const struct scheme schemes[] = {
	{ "rsa2048", NULL, 256 },         { "rsa3072", NULL, 384 },        { "rsa4096", NULL, 512 },
	{ "ecdsa256", "prime256v1", 32 }, { "ecdsa384", "secp384r1", 48 },
};

static const char *const digests[] = { "sha256", "sha384", "sha512" };

static const struct scheme *scheme_of(const char *algo)
{
	const char *comma = strchr(algo, ',');

	for (unsigned int i = 0; comma && i < ARRAY_SIZE(schemes); i++) {
		if (!strcmp(comma + 1, schemes[i].name))
			return &schemes[i];
	}
	return NULL;
}

const struct hash *fit_keys_algo(const char *algo)
{
	const size_t size = strcspn(algo, ",");

	for (unsigned int i = 0; i < ARRAY_SIZE(digests); i++) {
		if (strlen(digests[i]) == size && !strncmp(algo, digests[i], size))
			return hash_find(digests[i]);
	}
	return NULL;
}

static bool requires(const void *tree, int key, const char *kind)
{
	const char *required = fit_text(tree, key, "required");

	return required && !strcmp(required, kind);
}

bool fit_keys_require(const struct fit_keys *keys, const char *kind)
{
	int key;

	fdt_for_each_subnode(key, keys->tree, fdt_path_offset(keys->tree, "/signature")) {
		if (requires(keys->tree, key, kind))
			return true;
	}
	return false;
}

int fit_keys_check(const void *tree, uint64_t size, struct why *why)
{
	struct why damage;
	unsigned int required = 0;
	int key;

	if (fdt_check_whole(tree, size, false, &damage))
		return refuse(why, -EINVAL, "the control FDT is damaged: %s", damage.text);
	fdt_for_each_subnode(key, tree, fdt_path_offset(tree, "/signature")) {
		if (!fdt_getprop(tree, key, "required", NULL))
			continue;
		if (!requires(tree, key, "conf") && !requires(tree, key, "image"))
			return refuse(why, -EINVAL,
				      "the control FDT's key '%.40s' is required for neither conf "
				      "nor image",
				      fit_name(tree, key));
		required++;
	}
	return required ? 0 : refuse(why, -EINVAL, "the control FDT requires no key");
}

/* A number of a key that must have @bytes; NULL: it has not. */
static const uint8_t *number(const void *tree, int key, const char *property, unsigned int bytes)
{
	int size;
	const uint8_t *value = fdt_getprop(tree, key, property, &size);

	return value && size >= 0 && (unsigned int)size == bytes ? value : NULL;
}

static int verify_rsa(const void *tree, int node, const struct fit_signature *signature,
		      const struct scheme *scheme, const uint8_t *digest)
{
	struct rsa_key key = { .bytes = scheme->bytes, .exponent = EXPONENT_DEFAULT };
	const uint8_t *exponent = number(tree, node, "rsa,exponent", sizeof(uint64_t));

	key.modulus = number(tree, node, "rsa,modulus", key.bytes);
	key.r_squared = number(tree, node, "rsa,r-squared", key.bytes);
	if (exponent)
		key.exponent = fdt64_ld((const fdt64_t *)(const void *)exponent);
	if (!key.modulus)
		return -EINVAL;
	return rsa_verify(&key, signature->value, signature->size, digest,
			  fit_keys_algo(signature->algo), signature->pss ? RSA_PSS : RSA_PKCS1);
}

static int verify_ecdsa(const void *tree, int node, const struct fit_signature *signature,
			const struct scheme *scheme, const uint8_t *digest)
{
	struct ecdsa_key key = { .curve = fit_text(tree, node, "ecdsa,curve"),
				 .x = number(tree, node, "ecdsa,x-point", scheme->bytes),
				 .y = number(tree, node, "ecdsa,y-point", scheme->bytes),
				 .bytes = scheme->bytes };

	if (!key.curve || strcmp(key.curve, scheme->curve) || !key.x || !key.y)
		return -EINVAL;
	return ecdsa_verify(&key, signature->value, signature->size, digest,
			    fit_keys_algo(signature->algo)->size);
}

int fit_keys_verify(const struct fit_keys *keys, int key, const struct fit_signature *signature,
		    const uint8_t *digest, struct why *why)
{
	const char *algo = fit_text(keys->tree, key, "algo");
	const char *name = fit_name(keys->tree, key);
	const struct scheme *scheme = scheme_of(signature->algo);
	int err;

	/*
	 * The signer does not choose: what a key signs stands beside it. (mkimage 2023.01 leaves
	 * it out for ECDSA; the numbers of a key are of one scheme only.)
	 */
	if (algo && strcmp(algo, signature->algo))
		return refuse(why, -ENOTSUP, "it is made by %.40s, the key '%.40s' is for %.40s",
			      signature->algo, name, algo);
	if (!scheme || !fit_keys_algo(signature->algo))
		return refuse(why, -ENOTSUP, "no %.40s here", signature->algo);
	err = scheme->curve ? verify_ecdsa(keys->tree, key, signature, scheme, digest)
			    : verify_rsa(keys->tree, key, signature, scheme, digest);
	if (err == -EBADMSG)
		return refuse(why, err, "what it signs was altered, or it is not the key '%.40s's",
			      name);
	return err ? refuse(why, err, "the control FDT's key '%.40s' is no %.40s key", name,
			    scheme->name)
		   : 0;
}
