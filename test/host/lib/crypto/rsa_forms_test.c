// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib/crypto/rsa.h and messages of every form that readers were fooled by, signed with the right
 * private key by OpenSSL, so that only the form is wrong; and forgeries for the exponent 3 that
 * need no private key. The classes are those of Wycheproof's RSA tests; the numbers are made here.
 */
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

static const char *const hashes[] = { "sha256", "sha384", "sha512" };

/** struct signer - a private key, its public half, and how often what was said of it */
struct signer {
	EVP_PKEY *pkey;
	struct rsa_key key;
	uint8_t modulus[RSA_BYTES_MAX];
	const struct hash *hash;
	uint8_t digest[HASH_SIZE_MAX];
	unsigned int right, wrong;
};

static void make_key(struct signer *s, unsigned int bits, unsigned int exponent)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
	BIGNUM *e = BN_new(), *n = NULL;

	*s = (struct signer){ 0 };
	BN_set_word(e, exponent);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits);
	EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e);
	assert_int_equal(EVP_PKEY_keygen(ctx, &s->pkey), 1);
	assert_int_equal(EVP_PKEY_get_bn_param(s->pkey, "n", &n), 1);
	BN_bn2binpad(n, s->modulus, (int)bits / 8);
	s->key = (struct rsa_key){ s->modulus, NULL, bits / 8, exponent };
	BN_free(e);
	BN_free(n);
	EVP_PKEY_CTX_free(ctx);
}

static void free_key(struct signer *s)
{
	EVP_PKEY_free(s->pkey);
}

/* The private key over a message as it is; nobody signs one that is not below the modulus. */
static bool raw(struct signer *s, const uint8_t *message, uint8_t *signature)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(s->pkey, NULL);
	size_t size = s->key.bytes;
	bool done;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
	done = EVP_PKEY_sign(ctx, signature, &size, message, s->key.bytes) == 1;
	EVP_PKEY_CTX_free(ctx);
	return done;
}

static void is(struct signer *s, const uint8_t *message, enum rsa_padding padding, bool right)
{
	uint8_t signature[RSA_BYTES_MAX];

	if (!raw(s, message, signature))
		return;
	assert_int_equal(rsa_verify(&s->key, signature, s->key.bytes, s->digest, s->hash, padding),
			 right ? 0 : -EBADMSG);
	*(right ? &s->right : &s->wrong) += 1;
}

/* ---- PKCS#1 v1.5 -------------------------------------------------------------------------- */

/* 00 01 ff .. 00 and @end behind it. */
static void lay(const struct signer *s, uint8_t *message, const uint8_t *end, unsigned int size)
{
	const unsigned int bytes = s->key.bytes;

	memset(message, 0xff, bytes);
	message[0] = 0;
	message[1] = 1;
	message[bytes - size - 1] = 0;
	memcpy(message + bytes - size, end, size);
}

/* An AlgorithmIdentifier's and a digest's bytes by hand: @info, @size of it, the digest. */
static void info(struct signer *s, const uint8_t *prefix, unsigned int size, unsigned int digest,
		 bool right)
{
	uint8_t message[RSA_BYTES_MAX], end[128];

	memcpy(end, prefix, size);
	memset(end + size, 0x5a, sizeof(end) - size);
	memcpy(end + size, s->digest, MIN(digest, s->hash->size));
	lay(s, message, end, size + digest);
	is(s, message, RSA_PKCS1, right);
}

static void infos(struct signer *s)
{
	const uint8_t n = (uint8_t)s->hash->size, oid = n == 32 ? 1 : n == 48 ? 2 : 3;
#define OID(number) 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, number
#define INFO(digest, right, ...)                                     \
	do {                                                         \
		const uint8_t prefix[] = { __VA_ARGS__ };            \
		info(s, prefix, sizeof(prefix), digest, right);      \
	} while (0)
	INFO(n, true, 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);
	INFO(n, false, 0x30, 15 + n, 0x30, 11, 6, 9, OID(oid), 4, n);		   /* no NULL */
	INFO(n, false, 0x30, 18 + n, 0x30, 14, 6, 9, OID(oid), 5, 1, 0, 4, n);	   /* a long one */
	INFO(n, false, 0x30, 18 + n, 0x30, 14, 6, 9, OID(oid), 5, 0x81, 0, 4, n);  /* BER */
	INFO(n, false, 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid), 4, 0, 4, n);	   /* half a NULL */
	INFO(n, false, 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid % 3 + 1), 5, 0, 4,
	     n); /* another hash */
	INFO(n, false, 0x30, 17 + n, 0x30, 13, 6, 9, OID(4), 5, 0, 4, n);
	INFO(n, false, 0x30, 18 + n, 0x30, 14, 6, 10, 0x80, OID(oid), 5, 0, 4,
	     n); /* leading zeros */
	INFO(n, false, 0x30, 0x81, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);  /* long form */
	INFO(n, false, 0x30, 18 + n, 0x30, 0x81, 13, 6, 9, OID(oid), 5, 0, 4, n);
	INFO(n, false, 0x30, 18 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, 0x81, n);
	INFO(n, false, 0x30, 0x82, 0, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);
	INFO(n + 2u, false, 0x30, 0x80, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);	   /* no length */
	INFO(n, false, 0x31, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);	   /* wrong tags */
	INFO(n, false, 0x30, 17 + n, 0x31, 13, 6, 9, OID(oid), 5, 0, 4, n);
	INFO(n, false, 0x30, 17 + n, 0x30, 13, 5, 9, OID(oid), 5, 0, 4, n);
	INFO(n, false, 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 3, n);
	INFO(n, false, 0x30, 16 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);	   /* wrong ones */
	INFO(n, false, 0x30, 18 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);
	INFO(n, false, 0x30, 17 + n, 0x30, 12, 6, 9, OID(oid), 5, 0, 4, n);
	INFO(n, false, 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n - 1);
	INFO(n - 1u, false, 0x30, 16 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n - 1); /* cut */
	INFO(20, false, 0x30, 37, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, 20);
	INFO(0, false, 0x30, 17, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, 0);
	INFO(n + 1u, false, 0x30, 18 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n + 1); /* longer */
	INFO(n + 1u, false, 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4,
	     n); /* rubbish behind */
	INFO(n + 4u, false, 0x30, 21 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n);
	INFO(n, false, 4, n); /* no information at all */
	INFO(n, false, 0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4,
	     20); /* SHA-1's */
#undef INFO
}

static void fillings(struct signer *s)
{
	const unsigned int bytes = s->key.bytes, size = 19 + s->hash->size;
	const uint8_t n = (uint8_t)s->hash->size, oid = n == 32 ? 1 : n == 48 ? 2 : 3;
	uint8_t right[RSA_BYTES_MAX], message[RSA_BYTES_MAX];
	uint8_t end[128] = { 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n };

	memcpy(end + 19, s->digest, n);
	lay(s, right, end, size);
	is(s, right, RSA_PKCS1, true);
#define ALTERED(...)                           \
	do {                                   \
		memcpy(message, right, bytes); \
		__VA_ARGS__;                   \
		is(s, message, RSA_PKCS1, false); \
	} while (0)
	ALTERED(message[0] = 1);
	ALTERED(message[1] = 0);
	ALTERED(message[1] = 2);
	ALTERED(message[1] = 0xff);
	ALTERED(memset(message + 1, 0, bytes - size - 2); message[bytes - size - 2] = 1);
	ALTERED(memset(message + 2, 0, bytes - size - 3));
	ALTERED(message[2] = 0);
	ALTERED(message[2] = 0xfe);
	ALTERED(message[bytes - size - 2] = 0);
	ALTERED(message[bytes - size - 2] = 0x7f);
	ALTERED(message[bytes - size - 1] = 0xff);
	ALTERED(message[bytes - size - 1] = 1);
	ALTERED(memset(message + bytes - n, 0, n));
	ALTERED(memset(message, 0, bytes));
	ALTERED(memset(message, 0, bytes); message[bytes - 1] = 1);
	ALTERED(memset(message + 1, 0xff, bytes - 1));
	/* The end right behind eight, or as few as none, and rubbish, or zeros, up to the end. */
	for (unsigned int fill = 0; fill <= 16; fill += 2) {
		ALTERED(memset(message + 2, 0x5a, bytes - 2); memset(message + 2, 0xff, fill);
			message[2 + fill] = 0; memcpy(message + 3 + fill, end, size));
		ALTERED(memset(message + 2, 0, bytes - 2); memset(message + 2, 0xff, fill);
			memcpy(message + 3 + fill, end, size));
	}
#undef ALTERED
}

/* ---- PSS ---------------------------------------------------------------------------------- */

static void sign_pss(struct signer *s, const char *mask, int salt, uint8_t *message)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(s->pkey, NULL);
	uint8_t signature[RSA_BYTES_MAX];
	size_t size = s->key.bytes;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_get_digestbyname(s->hash->name)),
			 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_get_digestbyname(mask)), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, signature, &size, s->digest, s->hash->size), 1);
	assert_int_equal(rsa_public(&s->key, signature, message), 0);
	EVP_PKEY_CTX_free(ctx);
}

static void pss(struct signer *s)
{
	const unsigned int bytes = s->key.bytes, n = s->hash->size, masked = bytes - n - 1;
	static const int salts[] = { 0, 1, 20, 32, 48, 64 };
	uint8_t right[RSA_BYTES_MAX], message[RSA_BYTES_MAX];

	for (unsigned int i = 0; i < ARRAY_SIZE(salts); i++) {
		const unsigned int salt = (unsigned int)salts[i], one = masked - salt - 1;

		sign_pss(s, s->hash->name, salts[i], right);
		is(s, right, RSA_PSS, true);
		is(s, right, RSA_PKCS1, false);
#define ALTERED(at, by)                        \
	do {                                   \
		memcpy(message, right, bytes); \
		message[at] ^= (by);           \
		is(s, message, RSA_PSS, false); \
	} while (0)
		ALTERED(bytes - 1, 0xbc ^ 0xcc); /* the ends of X9.31 and of nobody */
		ALTERED(bytes - 1, 0xbc);
		ALTERED(bytes - 1, 1);
		ALTERED(0, 0x80); /* a bit more than the modulus's less one */
		ALTERED(0, 1);
		ALTERED(1, 0x40);
		ALTERED(one / 2, 0x10); /* where there must be zeros */
		ALTERED(one - 1, 1);
		ALTERED(one, 1); /* where there must be a 1 */
		ALTERED(one, 2);
		ALTERED(one, 0x80);
		ALTERED(masked, 1); /* the hash */
		ALTERED(bytes - 2, 0x80);
		if (salt)
			ALTERED(masked - 1, 1);
#undef ALTERED
		for (unsigned int other = 0; other < 3; other++) {
			if (!strcmp(hashes[other], s->hash->name))
				continue;
			sign_pss(s, hashes[other], salts[i], message);
			is(s, message, RSA_PSS, false);
		}
	}
	sign_pss(s, s->hash->name, RSA_PSS_SALTLEN_MAX, right); /* no zero before the 1 */
	is(s, right, RSA_PSS, true);
}

/* ---- forgeries without the key ------------------------------------------------------------ */

/* The largest whole number whose cube is at most @of. */
static void cube_root(BIGNUM *root, const BIGNUM *of, BN_CTX *ctx)
{
	BIGNUM *cube = BN_new();

	BN_zero(root);
	for (int bit = BN_num_bits(of) / 3 + 1; bit >= 0; bit--) {
		BN_set_bit(root, bit);
		BN_sqr(cube, root, ctx);
		BN_mul(cube, cube, root, ctx);
		if (BN_cmp(cube, of) > 0)
			BN_clear_bit(root, bit);
	}
	BN_free(cube);
}

/* A cube that begins as the right message with few 0xff does: for who does not look at the end. */
static void forge(struct signer *s)
{
	const unsigned int bytes = s->key.bytes;
	const uint8_t n = (uint8_t)s->hash->size, oid = n == 32 ? 1 : n == 48 ? 2 : 3;
	const uint8_t prefix[] = { 0x30, 17 + n, 0x30, 13, 6, 9, OID(oid), 5, 0, 4, n };
	uint8_t message[RSA_BYTES_MAX], signature[RSA_BYTES_MAX], is_now[RSA_BYTES_MAX];
	BIGNUM *root = BN_new(), *of = BN_new();
	BN_CTX *ctx = BN_CTX_new();

	for (unsigned int fill = 0; fill <= 8; fill++) {
		const unsigned int end = 3 + fill + sizeof(prefix) + n;

		memset(message, 0xff, bytes);
		message[0] = 0;
		message[1] = 1;
		message[2 + fill] = 0;
		memcpy(message + 3 + fill, prefix, sizeof(prefix));
		memcpy(message + 3 + fill + sizeof(prefix), s->digest, n);
		BN_bin2bn(message, (int)bytes, of);
		cube_root(root, of, ctx);
		BN_bn2binpad(root, signature, (int)bytes);
		assert_int_equal(rsa_public(&s->key, signature, is_now), 0);
		/* Where there is room behind it the forgery is one. */
		if (3 * end + 6 < bytes)
			assert_memory_equal(is_now, message, end);
		assert_int_equal(rsa_verify(&s->key, signature, bytes, s->digest, s->hash,
					    RSA_PKCS1),
				 -EBADMSG);
		assert_int_equal(rsa_verify(&s->key, signature, bytes, s->digest, s->hash, RSA_PSS),
				 -EBADMSG);
		s->wrong++;
	}
	BN_free(root);
	BN_free(of);
	BN_CTX_free(ctx);
}

static void size(unsigned int bits)
{
	struct signer s;
	unsigned int right[2] = { 0 }, wrong[2] = { 0 };

	for (unsigned int exponent = 3; exponent <= 65537; exponent += 65534) {
		make_key(&s, bits, exponent);
		for (unsigned int h = 0; h < ARRAY_SIZE(hashes); h++) {
			s.hash = hash_find(hashes[h]);
			for (unsigned int i = 0; i < s.hash->size; i++)
				s.digest[i] = (uint8_t)(i * 37 + exponent + h);
			infos(&s);
			fillings(&s);
			if (exponent == 3)
				forge(&s);
			right[0] += s.right, wrong[0] += s.wrong;
			s.right = s.wrong = 0;
			pss(&s);
			right[1] += s.right, wrong[1] += s.wrong;
			s.right = s.wrong = 0;
		}
		free_key(&s);
	}
	print_message("%u bits: PKCS#1 v1.5 %u right, %u wrong; PSS %u right, %u wrong\n", bits,
		      right[0], wrong[0], right[1], wrong[1]);
	assert_true(right[0] == 12 && wrong[0] >= 200 && right[1] == 42 && wrong[1] >= 200);
}

static void test_2048(void **state)
{
	(void)state;
	size(2048);
}

static void test_3072(void **state)
{
	(void)state;
	size(3072);
}

static void test_4096(void **state)
{
	(void)state;
	size(4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_2048),
		cmocka_unit_test(test_3072),
		cmocka_unit_test(test_4096),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
