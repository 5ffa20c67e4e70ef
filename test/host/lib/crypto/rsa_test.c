// SPDX-License-Identifier: BSD-2-Clause
/* lib/crypto/rsa.h against OpenSSL: 432 signatures that are right, 14 times as many altered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "lib/crypto/rsa.h"

static const char *const hashes[] = { "sha1", "sha256", "sha384", "sha512" };
static uint8_t modulus[RSA_BYTES_MAX], squared[RSA_BYTES_MAX];

static EVP_PKEY *make_key(struct rsa_key *key, unsigned int bits, unsigned int exponent)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
	BIGNUM *e = BN_new(), *n = NULL, *r = BN_new();
	BN_CTX *bn = BN_CTX_new();
	EVP_PKEY *pkey = NULL;

	BN_set_word(e, exponent);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits);
	EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e);
	assert_int_equal(EVP_PKEY_keygen(ctx, &pkey), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(pkey, "n", &n), 1);
	BN_lshift(r, BN_value_one(), 2 * (int)bits);
	BN_mod(r, r, n, bn);
	BN_bn2binpad(n, modulus, (int)bits / 8);
	BN_bn2binpad(r, squared, (int)bits / 8);
	*key = (struct rsa_key){ modulus, squared, bits / 8, exponent };
	BN_free(e);
	BN_free(n);
	BN_free(r);
	BN_CTX_free(bn);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static void sign(EVP_PKEY *pkey, const char *hash, bool pss, int salt, const uint8_t *digest,
		 unsigned int digest_size, uint8_t *signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	size_t size = RSA_BYTES_MAX;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, pss ? RSA_PKCS1_PSS_PADDING
							       : RSA_PKCS1_PADDING),
			 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_get_digestbyname(hash)), 1);
	if (pss)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, signature, &size, digest, digest_size), 1);
	EVP_PKEY_CTX_free(ctx);
}

static unsigned int good, bad;

static void expect(const struct rsa_key *key, const uint8_t *signature, uint64_t size,
		   const uint8_t *digest, const struct hash *hash, enum rsa_padding padding,
		   bool right)
{
	int err = rsa_verify(key, signature, size, digest, hash, padding);

	assert_int_equal(err, right ? 0 : -EBADMSG);
	if (right)
		good++;
	else
		bad++;
}

static void one_signature(EVP_PKEY *pkey, struct rsa_key *key, const char *name, bool pss, int salt,
			  unsigned int seed)
{
	const struct hash *hash = hash_find(name), *other;
	enum rsa_padding padding = pss ? RSA_PSS : RSA_PKCS1;
	uint8_t signature[RSA_BYTES_MAX], digest[HASH_SIZE_MAX];
	union hash_state state;

	hash->init(&state);
	hash->update(&state, &seed, sizeof(seed));
	hash->final(&state, digest);
	sign(pkey, name, pss, salt, digest, hash->size, signature);
	expect(key, signature, key->bytes, digest, hash, padding, true);
	key->r_squared = NULL;
	expect(key, signature, key->bytes, digest, hash, padding, true);
	key->r_squared = squared;
	for (unsigned int i = 0; i < 8; i++) {
		unsigned int at = (seed * 7919 + i * 104729) % (8 * key->bytes);

		signature[at / 8] ^= (uint8_t)(1 << at % 8);
		expect(key, signature, key->bytes, digest, hash, padding, false);
		signature[at / 8] ^= (uint8_t)(1 << at % 8);
	}
	digest[seed % hash->size] ^= 0x10;
	expect(key, signature, key->bytes, digest, hash, padding, false);
	digest[seed % hash->size] ^= 0x10;
	expect(key, signature, key->bytes, digest, hash, pss ? RSA_PKCS1 : RSA_PSS, false);
	other = hash_find(strcmp(name, "sha256") ? "sha256" : "sha512");
	expect(key, signature, key->bytes, digest, other, padding, false);
	expect(key, signature, key->bytes - 1, digest, hash, padding, false);
	expect(key, signature, 0, digest, hash, padding, false);
	memset(signature, 0xff, 9); /* not below the modulus */
	expect(key, signature, key->bytes, digest, hash, padding, false);
}

static void test_openssl(void **state)
{
	static const unsigned int sizes[] = { 2048, 3072, 4096 }, exponents[] = { 65537, 3 };
	unsigned int seed = 0;

	(void)state;
	for (unsigned int s = 0; s < 3; s++) {
		for (unsigned int e = 0; e < 2; e++) {
			struct rsa_key key;
			EVP_PKEY *pkey = make_key(&key, sizes[s], exponents[e]);

			for (unsigned int n = 0; n < 72; n++) {
				static const int salts[] = { RSA_PSS_SALTLEN_DIGEST, 0,
							     RSA_PSS_SALTLEN_MAX, 20, 1 };
				bool pss = n & 1;

				one_signature(pkey, &key, hashes[n / 2 % 4], pss, salts[n % 5],
					      seed++);
			}
			EVP_PKEY_free(pkey);
		}
	}
	assert_int_equal(good, 2 * 432);
	assert_int_equal(bad, 14 * 432);
}

/* Forms that a lenient reader takes, made by the private key itself: only the form is wrong. */
static void raw(EVP_PKEY *pkey, const uint8_t *message, size_t bytes, uint8_t *signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	size_t size = bytes;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, signature, &size, message, bytes), 1);
	EVP_PKEY_CTX_free(ctx);
}

static void test_forms(void **state)
{
	const struct hash *hash = hash_find("sha256");
	uint8_t message[256], right[256], signature[256], digest[32] = { 1, 2, 3 };
	struct rsa_key key;
	EVP_PKEY *pkey = make_key(&key, 2048, 3);

	(void)state;
	sign(pkey, "sha256", false, 0, digest, 32, signature);
	assert_int_equal(rsa_public(&key, signature, right), 0);
	for (unsigned int at = 0; at < 256; at++) { /* every byte of it counts */
		memcpy(message, right, 256);
		message[at] ^= at ? 0x80 : 0x01;
		if (message[0] > modulus[0] || (message[0] == modulus[0]))
			continue;
		raw(pkey, message, 256, signature);
		assert_int_equal(rsa_verify(&key, signature, 256, digest, hash, RSA_PKCS1),
				 -EBADMSG);
	}
	/* Few 0xff, then the right end, then rubbish: what exponent 3 was forged with. */
	memset(message, 0x5a, 256);
	memcpy(message, "\0\1\xff\xff\xff\xff\xff\xff\xff\xff", 10);
	memcpy(message + 10, right + 256 - 52, 52);
	raw(pkey, message, 256, signature);
	assert_int_equal(rsa_verify(&key, signature, 256, digest, hash, RSA_PKCS1), -EBADMSG);
	/* The parameters left out, as some readers allow. */
	memset(message, 0xff, 256);
	message[0] = 0;
	message[1] = 1;
	memcpy(message + 256 - 50,
	       "\0\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20", 18);
	memcpy(message + 224, digest, 32);
	raw(pkey, message, 256, signature);
	assert_int_equal(rsa_verify(&key, signature, 256, digest, hash, RSA_PKCS1), -EBADMSG);
	EVP_PKEY_free(pkey);
}

static void test_keys(void **state)
{
	uint8_t out[RSA_BYTES_MAX], in[RSA_BYTES_MAX] = { 0 };
	struct rsa_key key;
	EVP_PKEY *pkey = make_key(&key, 2048, 65537);

	(void)state;
	key.exponent = 17;
	assert_int_equal(rsa_public(&key, in, out), -ENOTSUP);
	key.exponent = 65537;
	key.bytes = 128;
	assert_int_equal(rsa_public(&key, in, out), -ENOTSUP);
	key.bytes = 256;
	modulus[255] ^= 1;
	assert_int_equal(rsa_public(&key, in, out), -EINVAL);
	modulus[255] ^= 1;
	modulus[0] &= 0x7f;
	assert_int_equal(rsa_public(&key, in, out), -EINVAL);
	modulus[0] |= 0x80;
	assert_int_equal(rsa_public(&key, modulus, out), -EBADMSG);
	memset(squared, 0xff, 256);
	assert_int_equal(rsa_public(&key, in, out), -EINVAL);
	EVP_PKEY_free(pkey);
}

static void test_sha512(void **state)
{
	static uint8_t data[700];

	(void)state;
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 29 + (i >> 3));
	for (unsigned int h = 2; h < 4; h++) {
		const struct hash *hash = hash_find(hashes[h]);

		for (unsigned int n = 0; n < sizeof(data); n++) {
			uint8_t is[64], want[64];
			union hash_state s;
			unsigned int size;

			EVP_Digest(data, n, want, &size, EVP_get_digestbyname(hashes[h]), NULL);
			assert_int_equal(size, hash->size);
			hash->init(&s);
			hash->update(&s, data, n / 3);
			hash->update(&s, data + n / 3, n - n / 3);
			hash->final(&s, is);
			assert_memory_equal(is, want, size);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha512),
		cmocka_unit_test(test_openssl),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
