/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ECDSA signatures, checked. Only public numbers come in, so nothing here takes a constant time.
 * Spec: FIPS 186-5, 6.4.2 "ECDSA Signature Verification Algorithm"
 */
#pragma once

#include "lib/base/types.h"

#define ECDSA_BYTES_MAX 48 /* of a coordinate */

/**
 * struct ecdsa_key - a public key
 * @curve: as mkimage names it: "prime256v1", "secp384r1"
 * @x:     coordinates of the point, big-endian, @bytes each
 * @bytes: 32 or 48, as the curve has it
 */
struct ecdsa_key {
	const char *curve;
	const uint8_t *x, *y;
	unsigned int bytes;
};

/**
 * ecdsa_verify() - is a signature one of a digest?
 * @signature: r and s behind each other, @size bytes: twice the key's
 * @digest:    @digest_size bytes; where it is longer than the curve, its front counts
 *
 * Return: 0; -EBADMSG it is not, or the point is none of the curve; -ENOTSUP the curve; -EINVAL the
 *         key's size.
 */
int __must_check ecdsa_verify(const struct ecdsa_key *key, const uint8_t *signature, uint64_t size,
			      const uint8_t *digest, unsigned int digest_size);
