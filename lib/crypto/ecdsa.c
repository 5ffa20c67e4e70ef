/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/crypto/ecdsa.h"

#include <errno.h>
#include <string.h>

#include "lib/crypto/curve.h"
#include "lib/crypto/limbs.h"

/** struct numbers - @r and @s of a signature; @by and @by_q: what the two points are taken times */
struct numbers {
	uint64_t r[MODULAR_LIMBS_MAX], s[MODULAR_LIMBS_MAX];
	uint64_t by[MODULAR_LIMBS_MAX], by_q[MODULAR_LIMBS_MAX];
};

static bool in_range(const uint64_t *number, const struct modular *n)
{
	return !limbs_zero(number, n->limbs) && limbs_below(number, n->modulus, n->limbs);
}

/* Its leftmost bytes, as many as the curve has. */
static void load_digest(uint64_t *to, const uint8_t *digest, unsigned int size, unsigned int limbs)
{
	uint8_t bytes[ECDSA_BYTES_MAX] = { 0 };
	const unsigned int most = 8 * limbs, count = size < most ? size : most;

	memcpy(bytes + most - count, digest, count);
	limbs_load(to, bytes, limbs);
}

/* digest / s and r / s; the digest may be above n, the other factor is below it. */
static void make_factors(const struct modular *n, struct numbers *num)
{
	uint64_t inverse[MODULAR_LIMBS_MAX];

	modular_enter(n, num->s, num->s);
	modular_invert(n, inverse, num->s);
	modular_multiply(n, num->by, num->by, inverse);
	modular_multiply(n, num->by_q, num->r, inverse);
}

/* x / z^2 = r, or r + n: x was taken modulo n when r was made. */
static bool has_x(const struct curve *c, const struct point *point, uint64_t *r)
{
	const struct modular *p = &c->p;
	uint64_t zz[MODULAR_LIMBS_MAX], is[MODULAR_LIMBS_MAX];

	if (limbs_zero(point->z, p->limbs))
		return false;
	modular_multiply(p, zz, point->z, point->z);
	do {
		modular_enter(p, is, r);
		modular_multiply(p, is, is, zz);
		if (!memcmp(is, point->x, 8 * (size_t)p->limbs))
			return true;
	} while (!limbs_add(r, r, c->n.modulus, p->limbs) && limbs_below(r, p->modulus, p->limbs));
	return false;
}

int ecdsa_verify(const struct ecdsa_key *key, const uint8_t *signature, uint64_t size,
		 const uint8_t *digest, unsigned int digest_size)
{
	const struct curve *c = curve_find(key->curve);
	uint64_t x[MODULAR_LIMBS_MAX], y[MODULAR_LIMBS_MAX];
	struct point q, sum;
	struct numbers num;

	if (!c)
		return -ENOTSUP;
	if (key->bytes != 8 * c->p.limbs)
		return -EINVAL;
	if (size != 2 * (uint64_t)key->bytes)
		return -EBADMSG;
	limbs_load(num.r, signature, c->p.limbs);
	limbs_load(num.s, signature + key->bytes, c->p.limbs);
	if (!in_range(num.r, &c->n) || !in_range(num.s, &c->n))
		return -EBADMSG;
	limbs_load(x, key->x, c->p.limbs);
	limbs_load(y, key->y, c->p.limbs);
	if (!curve_point(c, &q, x, y))
		return -EBADMSG;
	load_digest(num.by, digest, digest_size, c->p.limbs);
	make_factors(&c->n, &num);
	curve_multiply(c, &sum, num.by, num.by_q, &q);
	return has_x(c, &sum, num.r) ? 0 : -EBADMSG;
}
