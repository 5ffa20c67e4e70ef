/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/crypto/ecdsa.h"

#include <bearssl/bearssl_ec.h>
#include <errno.h>
#include <string.h>

static int curve_of(const char *name, unsigned int *bytes)
{
	if (!strcmp(name, "prime256v1")) {
		*bytes = 32;
		return BR_EC_secp256r1;
	}
	if (!strcmp(name, "secp384r1")) {
		*bytes = 48;
		return BR_EC_secp384r1;
	}
	return -ENOTSUP;
}

int ecdsa_verify(const struct ecdsa_key *key, const uint8_t *signature, uint64_t size,
		 const uint8_t *digest, unsigned int digest_size)
{
	uint8_t point[1 + 2 * ECDSA_BYTES_MAX] = { 4 }; /* SEC 1, 2.3.3: not compressed */
	br_ec_public_key public = { .q = point };
	unsigned int bytes;

	public.curve = curve_of(key->curve, &bytes);
	if (public.curve < 0)
		return -ENOTSUP;
	if (key->bytes != bytes)
		return -EINVAL;
	if (size != 2 * (uint64_t)bytes)
		return -EBADMSG;
	memcpy(point + 1, key->x, bytes);
	memcpy(point + 1 + bytes, key->y, bytes);
	public.qlen = 1 + 2 * (size_t)bytes;
	/* The one that knows its curve takes a third of the other's instructions. */
	return br_ecdsa_i31_vrfy_raw(public.curve == BR_EC_secp256r1 ? &br_ec_p256_m31
								     : &br_ec_prime_i31,
				     digest, digest_size, &public, signature, size) == 1
		       ? 0
		       : -EBADMSG;
}
