/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>

#include "lib/crypto/rsa.h"

#define PREFIX_MAX 19
#define PSS_END    0xbc

/** struct prefix - what stands before a digest: RFC 8017, 9.2 note 1 */
struct prefix {
	char name[8];
	uint8_t size;
	uint8_t bytes[PREFIX_MAX];
};

#define SHA2_PREFIX(total, number, size)                                                       \
	{                                                                                      \
		0x30, total, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, \
			0x02, number, 0x05, 0x00, 0x04, size                                   \
	}

static const struct prefix prefixes[] = {
	{ "sha1",
	  15,
	  { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04,
	    0x14 } },
	{ "sha256", 19, SHA2_PREFIX(0x31, 1, 0x20) },
	{ "sha384", 19, SHA2_PREFIX(0x41, 2, 0x30) },
	{ "sha512", 19, SHA2_PREFIX(0x51, 3, 0x40) },
};

static const struct prefix *prefix_of(const struct hash *hash)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (!strcmp(prefixes[i].name, hash->name))
			return &prefixes[i];
	}
	return NULL;
}

/* There is one right form: it is made, and compared. Nothing of the message is parsed. */
static int check_pkcs1(const uint8_t *message, unsigned int bytes, const uint8_t *digest,
		       const struct hash *hash, const struct prefix *prefix)
{
	unsigned int fill = bytes - 3 - prefix->size - hash->size, at = 2;

	if (message[0] != 0 || message[1] != 1)
		return -EBADMSG;
	for (; at < 2 + fill; at++) {
		if (message[at] != 0xff)
			return -EBADMSG;
	}
	if (message[at++] != 0 || memcmp(message + at, prefix->bytes, prefix->size))
		return -EBADMSG;
	at += prefix->size;
	return memcmp(message + at, digest, hash->size) ? -EBADMSG : 0;
}

/* bytes ^= MGF1(seed). RFC 8017, B.2.1 */
static void unmask(uint8_t *bytes, unsigned int size, const uint8_t *seed, const struct hash *hash)
{
	uint8_t block[HASH_SIZE_MAX], counter[4] = { 0 };
	union hash_state state;

	for (unsigned int at = 0; at < size; at++) {
		if (at % hash->size == 0) {
			hash->init(&state);
			hash->update(&state, seed, hash->size);
			hash->update(&state, counter, sizeof(counter));
			hash->final(&state, block);
			counter[3]++; /* 512 bytes at most, 20 at a time */
		}
		bytes[at] ^= block[at % hash->size];
	}
}

/* RFC 8017, 9.1.2: the modulus has 8 * bytes bits, so one bit of the message must be 0. */
static int check_pss(uint8_t *message, unsigned int bytes, const uint8_t *digest,
		     const struct hash *hash)
{
	unsigned int masked = bytes - hash->size - 1, at = 0;
	static const uint8_t zeros[8];
	uint8_t is[HASH_SIZE_MAX];
	union hash_state state;

	if (message[bytes - 1] != PSS_END || (message[0] & 0x80))
		return -EBADMSG;
	unmask(message, masked, message + masked, hash);
	message[0] &= 0x7f;
	while (at < masked && !message[at])
		at++;
	if (at == masked || message[at++] != 1)
		return -EBADMSG;
	hash->init(&state);
	hash->update(&state, zeros, sizeof(zeros));
	hash->update(&state, digest, hash->size);
	hash->update(&state, message + at, masked - at);
	hash->final(&state, is);
	return memcmp(is, message + masked, hash->size) ? -EBADMSG : 0;
}

int rsa_pad_check(uint8_t *message, unsigned int bytes, const uint8_t *digest,
		  const struct hash *hash, enum rsa_padding padding)
{
	const struct prefix *prefix = prefix_of(hash);

	if (!prefix)
		return -ENOTSUP;
	if (padding == RSA_PSS)
		return check_pss(message, bytes, digest, hash);
	return check_pkcs1(message, bytes, digest, hash, prefix);
}

int rsa_verify(const struct rsa_key *key, const uint8_t *signature, uint64_t size,
	       const uint8_t *digest, const struct hash *hash, enum rsa_padding padding)
{
	uint8_t message[RSA_BYTES_MAX];
	int err;

	if (size != key->bytes)
		return -EBADMSG;
	err = rsa_public(key, signature, message);
	return err ? err : rsa_pad_check(message, key->bytes, digest, hash, padding);
}
