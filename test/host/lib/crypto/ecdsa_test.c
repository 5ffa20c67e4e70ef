// SPDX-License-Identifier: BSD-2-Clause
/* lib/crypto/ecdsa.h against OpenSSL, 200 signatures a curve, and mutants; RFC 6979's example. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <string.h>

#include "lib/crypto/ecdsa.h"

static void sign(EVP_PKEY *pkey, const uint8_t *digest, size_t digest_size, uint8_t *raw, int bytes)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	uint8_t der[200];
	const uint8_t *p = der;
	size_t size = sizeof(der);
	ECDSA_SIG *sig;

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, der, &size, digest, digest_size), 1);
	sig = d2i_ECDSA_SIG(NULL, &p, (long)size);
	BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, bytes);
	BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + bytes, bytes);
	ECDSA_SIG_free(sig);
	EVP_PKEY_CTX_free(ctx);
}

static void curve(const char *name, unsigned int bytes, unsigned int digest_size)
{
	EVP_PKEY *pkey = EVP_EC_gen(name);
	uint8_t x[48], y[48], raw[96], digest[64], order[48];
	struct ecdsa_key key = { name, x, y, bytes };
	BIGNUM *n = NULL;

	EVP_PKEY_get_bn_param(pkey, "qx", &n);
	BN_bn2binpad(n, x, (int)bytes);
	EVP_PKEY_get_bn_param(pkey, "qy", &n);
	BN_bn2binpad(n, y, (int)bytes);
	EVP_PKEY_get_bn_param(pkey, "order", &n);
	BN_bn2binpad(n, order, (int)bytes);
	BN_free(n);
	for (unsigned int i = 0; i < 200; i++) {
		unsigned int bit = i * 7919 % (16 * bytes), d = i % digest_size;

		for (unsigned int b = 0; b < digest_size; b++)
			digest[b] = (uint8_t)(i * 31 + b * b);
		sign(pkey, digest, digest_size, raw, (int)bytes);
		assert_int_equal(ecdsa_verify(&key, raw, 2 * bytes, digest, digest_size), 0);
		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(ecdsa_verify(&key, raw, 2 * bytes, digest, digest_size), -EBADMSG);
		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (d < bytes) {
			digest[d] ^= 1;
			assert_int_equal(ecdsa_verify(&key, raw, 2 * bytes, digest, digest_size),
					 -EBADMSG);
			digest[d] ^= 1;
		}
	}
	y[bytes - 1] ^= 1; /* off the curve */
	assert_int_equal(ecdsa_verify(&key, raw, 2 * bytes, digest, digest_size), -EBADMSG);
	y[bytes - 1] ^= 1;
	assert_int_equal(ecdsa_verify(&key, raw, 2 * bytes - 1, digest, digest_size), -EBADMSG);
	assert_int_equal(ecdsa_verify(&key, raw, 0, digest, digest_size), -EBADMSG);
	for (unsigned int part = 0; part < 2; part++) {
		uint8_t altered[96];

		for (unsigned int kind = 0; kind < 3; kind++) {
			memcpy(altered, raw, sizeof(raw));
			if (kind == 0)
				memset(altered + part * bytes, 0, bytes);
			else if (kind == 1)
				memcpy(altered + part * bytes, order, bytes);
			else
				memset(altered + part * bytes, 0xff, bytes);
			assert_int_equal(ecdsa_verify(&key, altered, 2 * bytes, digest,
						      digest_size),
					 -EBADMSG);
		}
	}
	key.bytes ^= 32 ^ 48;
	assert_int_equal(ecdsa_verify(&key, raw, 2 * bytes, digest, digest_size), -EINVAL);
	key.curve = "secp256k1";
	assert_int_equal(ecdsa_verify(&key, raw, 2 * bytes, digest, digest_size), -ENOTSUP);
	EVP_PKEY_free(pkey);
}

static void test_p256(void **state)
{
	(void)state;
	curve("prime256v1", 32, 32);
	curve("prime256v1", 32, 64);
}

static void test_p384(void **state)
{
	(void)state;
	curve("secp384r1", 48, 48);
}

/* RFC 6979, A.2.5: P-256, SHA-256, "sample" */
static void test_published(void **state)
{
	BIGNUM *n = NULL;
	uint8_t x[32], y[32], sig[64], digest[32];
	struct ecdsa_key key = { "prime256v1", x, y, 32 };

	(void)state;
	BN_hex2bn(&n, "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6");
	BN_bn2binpad(n, x, 32);
	BN_hex2bn(&n, "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
	BN_bn2binpad(n, y, 32);
	BN_hex2bn(&n, "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716");
	BN_bn2binpad(n, sig, 32);
	BN_hex2bn(&n, "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
	BN_bn2binpad(n, sig + 32, 32);
	BN_free(n);
	EVP_Digest("sample", 6, digest, NULL, EVP_sha256(), NULL);
	assert_int_equal(ecdsa_verify(&key, sig, 64, digest, 32), 0);
	digest[0] ^= 1;
	assert_int_equal(ecdsa_verify(&key, sig, 64, digest, 32), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_p256),
		cmocka_unit_test(test_p384),
		cmocka_unit_test(test_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
