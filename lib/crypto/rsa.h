/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/crypto: PURE: signatures.
 * In:    a public key, a signature, a digest
 * Out:   whether they belong together
 * Uses:  hash, base
 */
/*
 * RSA signatures, checked. Only public numbers come in, so nothing here takes a constant time.
 * Spec: RFC 8017, 8.1.2 "RSASSA-PSS-VERIFY", 8.2.2 "RSASSA-PKCS1-v1_5-VERIFY"
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"
#include "lib/hash/hash.h"

#define RSA_BYTES_MAX 512 /* of a modulus */

/**
 * struct rsa_key - a public key
 * @modulus:   @bytes, big-endian
 * @r_squared: 2^(2 * bits) mod the modulus, as mkimage leaves it in a key's node, @bytes,
 *             big-endian; NULL: it is computed, a fifth more instructions
 * @bytes:     256, 384 or 512
 * @exponent:  3 or 65537
 */
struct rsa_key {
	const uint8_t *modulus, *r_squared;
	unsigned int bytes;
	uint64_t exponent;
};

enum rsa_padding { RSA_PKCS1, RSA_PSS };

/**
 * rsa_public() - a signature to the power of the public exponent
 * @signature: key->bytes, big-endian
 * @message:   the same; written where 0 is returned
 *
 * Return: 0; -ENOTSUP the key's size or exponent; -EINVAL a modulus that is even or too short for
 *         its bytes; -EBADMSG the signature isn't below the modulus.
 */
int __must_check rsa_public(const struct rsa_key *key, const uint8_t *signature, uint8_t *message);

/**
 * rsa_pad_check() - does a message have the form that a digest gives it?
 * @message: from rsa_public(), @bytes of it; is overwritten
 * @digest:  hash->size bytes
 *
 * For PSS the mask is made by the same hash, and the salt may have any length.
 *
 * Return: 0; -EBADMSG; -ENOTSUP a hash that signatures are not made of.
 */
int __must_check rsa_pad_check(uint8_t *message, unsigned int bytes, const uint8_t *digest,
			       const struct hash *hash, enum rsa_padding padding);

/**
 * rsa_verify() - is a signature one of a digest?
 * @signature: @size bytes: any other number than the key's is refused
 *
 * Return: 0; -EBADMSG it is not; else as the others.
 */
int __must_check rsa_verify(const struct rsa_key *key, const uint8_t *signature, uint64_t size,
			    const uint8_t *digest, const struct hash *hash,
			    enum rsa_padding padding);
