/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Montgomery's multiplication with limbs of 64 bits: a product of two numbers in full, then one
 * limb after the other is made 0 by adding multiples of the modulus.
 */
#include "lib/crypto/rsa.h"

#include <errno.h>
#include <string.h>

#include "lib/crypto/limbs.h"

#define LIMBS_MAX (RSA_BYTES_MAX / 8)

/** struct modulus - @n0: minus its inverse mod 2^64; limbs from the lowest up */
struct modulus {
	unsigned int limbs;
	uint64_t n0;
	uint64_t n[LIMBS_MAX];
};

static void store(uint8_t *to, const uint64_t *from, unsigned int limbs)
{
	for (; limbs--; to += 8) {
		uint64_t limb = __builtin_bswap64(from[limbs]);

		memcpy(to, &limb, 8);
	}
}

#define EIGHT(step) step(0), step(1), step(2), step(3), step(4), step(5), step(6), step(7)

/* t[0..count) += a * by; returns what is carried out. Eight in a row: 8 instructions each. */
static uint64_t add_product(uint64_t *restrict t, const uint64_t *restrict a, uint64_t by,
			    unsigned int count)
{
	uint64_t carry = 0;

#define STEP(n) carry = limbs_add_product(t + (n), a[n], by, carry)
	for (; count >= 8; count -= 8, t += 8, a += 8)
		EIGHT(STEP);
	for (; count; count--, t++, a++)
		STEP(0);
#undef STEP
	return carry;
}

/* to = t / 2^(64 * limbs) mod m; t has 2 * limbs and is spent. */
static void reduce(const struct modulus *m, uint64_t *to, uint64_t *t)
{
	unsigned int limbs = m->limbs;
	uint64_t carry = 0;

	for (unsigned int i = 0; i < limbs; i++) {
		uint64_t out = add_product(t + i, m->n, t[i] * m->n0, limbs);
		wide sum = (wide)t[i + limbs] + out + carry;

		t[i + limbs] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	if (carry || !limbs_below(t + limbs, m->n, limbs))
		limbs_subtract(to, t + limbs, m->n, limbs);
	else
		memcpy(to, t + limbs, 8 * (size_t)limbs);
}

static void multiply(const struct modulus *m, uint64_t *to, const uint64_t *a, const uint64_t *b)
{
	uint64_t t[2 * LIMBS_MAX];

	memset(t, 0, 8 * (size_t)m->limbs);
	for (unsigned int i = 0; i < m->limbs; i++)
		t[i + m->limbs] = add_product(t + i, a, b[i], m->limbs);
	reduce(m, to, t);
}

/* Each product of two different limbs once, twice that, and the squares of the limbs. */
static void square(const struct modulus *m, uint64_t *a)
{
	unsigned int limbs = m->limbs;
	uint64_t t[2 * LIMBS_MAX], carry = 0, shifted = 0;

	memset(t, 0, 16 * (size_t)limbs);
	for (unsigned int i = 0; i + 1 < limbs; i++)
		t[i + limbs] = add_product(t + 2 * i + 1, a + i + 1, a[i], limbs - i - 1);
	for (unsigned int i = 0; i < limbs; i++) {
		uint64_t low = t[2 * i], high = t[2 * i + 1];
		wide sum = (wide)a[i] * a[i] + (low << 1 | shifted) + carry;

		t[2 * i] = (uint64_t)sum;
		sum = (sum >> 64) + (high << 1 | low >> 63);
		t[2 * i + 1] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
		shifted = high >> 63;
	}
	reduce(m, a, t);
}

/* 2^(2 * bits): as far above 2^bits as the limbs are many by doubling, the rest by squaring. */
static void make_r_squared(const struct modulus *m, uint64_t *r)
{
	unsigned int limbs = m->limbs, doublings = limbs, squarings = 6;
	static const uint64_t zero[LIMBS_MAX];

	/* The modulus has its highest bit: 2^bits mod m is 2^bits - m. */
	limbs_subtract(r, zero, m->n, limbs);
	while (doublings--) {
		bool over = r[limbs - 1] >> 63;

		for (unsigned int i = limbs - 1; i; i--)
			r[i] = r[i] << 1 | r[i - 1] >> 63;
		r[0] <<= 1;
		if (over || !limbs_below(r, m->n, limbs))
			limbs_subtract(r, r, m->n, limbs);
	}
	while (squarings--)
		square(m, r);
}

static int load_modulus(struct modulus *m, const struct rsa_key *key)
{
	uint64_t inverse = 1;

	if (key->bytes != 256 && key->bytes != 384 && key->bytes != RSA_BYTES_MAX)
		return -ENOTSUP;
	if (key->exponent != 3 && key->exponent != 65537)
		return -ENOTSUP;
	m->limbs = key->bytes / 8;
	limbs_load(m->n, key->modulus, m->limbs);
	if (!(m->n[0] & 1) || !(m->n[m->limbs - 1] >> 63))
		return -EINVAL;
	for (unsigned int i = 0; i < 6; i++) /* each doubles the bits that are right, from 1 */
		inverse *= 2 - m->n[0] * inverse;
	m->n0 = -inverse;
	return 0;
}

int rsa_public(const struct rsa_key *key, const uint8_t *signature, uint8_t *message)
{
	uint64_t s[LIMBS_MAX], x[LIMBS_MAX];
	struct modulus m;
	int err = load_modulus(&m, key);

	if (err)
		return err;
	limbs_load(s, signature, m.limbs);
	if (!limbs_below(s, m.n, m.limbs))
		return -EBADMSG;
	if (key->r_squared)
		limbs_load(x, key->r_squared, m.limbs);
	else
		make_r_squared(&m, x);
	if (!limbs_below(x, m.n, m.limbs))
		return -EINVAL;
	multiply(&m, x, x, s);
	for (unsigned int n = key->exponent == 3 ? 1 : 16; n; n--)
		square(&m, x);
	/* By the signature as it came: that takes the factor of 2^bits away again. */
	multiply(&m, x, x, s);
	store(message, x, m.limbs);
	return 0;
}
