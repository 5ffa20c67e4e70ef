/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/crypto/curve.h"

#include <string.h>

#include "lib/crypto/limbs.h"

#define WINDOW   3 /* bits of a number that are added at once, */
#define MULTIPLE 4 /* as a multiple of a point between -4 and 4 */

static const struct curve curves[] = {
	{ "prime256v1",
	  { 4,
	    0x1,
	    { 0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000, 0xffffffff00000001 },
	    { 0x0000000000000003, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd } },
	  { 4,
	    0xccd1c8aaee00bc4f,
	    { 0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000 },
	    { 0x83244c95be79eea2, 0x4699799c49bd6fa6, 0x2845b2392b6bec59, 0x66e12d94f3d95620 } },
	  { 0xd89cdf6229c4bddf, 0xacf005cd78843090, 0xe5a220abf7212ed6, 0xdc30061d04874834 },
	  { 0x79e730d418a9143c, 0x75ba95fc5fedb601, 0x79fb732b77622510, 0x18905f76a53755c6 },
	  { 0xddf25357ce95560a, 0x8b4ab8e4ba19e45c, 0xd2e88688dd21f325, 0x8571ff1825885d85 } },
	{ "secp384r1",
	  { 6,
	    0x100000001,
	    { 0x00000000ffffffff, 0xffffffff00000000, 0xfffffffffffffffe, 0xffffffffffffffff,
	      0xffffffffffffffff, 0xffffffffffffffff },
	    { 0xfffffffe00000001, 0x0000000200000000, 0xfffffffe00000000, 0x0000000200000000,
	      0x0000000000000001, 0x0000000000000000 } },
	  { 6,
	    0x6ed46089e88fdc45,
	    { 0xecec196accc52973, 0x581a0db248b0a77a, 0xc7634d81f4372ddf, 0xffffffffffffffff,
	      0xffffffffffffffff, 0xffffffffffffffff },
	    { 0x2d319b2419b409a9, 0xff3d81e5df1aa419, 0xbc3e483afcb82947, 0xd40d49174aab1cc5,
	      0x3fb05b7a28266895, 0x0c84ee012b39bf21 } },
	  { 0x081188719d412dcc, 0xf729add87a4c32ec, 0x77f2209b1920022e, 0xe3374bee94938ae2,
	    0xb62b21f41f022094, 0xcd08114b604fbff9 },
	  { 0x3dd0756649c0b528, 0x20e378e2a0d6ce38, 0x879c3afc541b4d6e, 0x6454868459a30eff,
	    0x812ff723614ede2b, 0x4d3aadc2299e1513 },
	  { 0x23043dad4b03a4fe, 0xa1bfa8bf7bb4a9ac, 0x8bade7562e83b050, 0xc6c3521968f4ffd9,
	    0xdd8002263969a840, 0x2b78abc25a15c5e9 } },
};

const struct curve *curve_find(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(curves); i++) {
		if (!strcmp(curves[i].name, name))
			return &curves[i];
	}
	return NULL;
}

static void from_affine(const struct curve *c, struct point *to, const uint64_t *x,
			const uint64_t *y)
{
	static const uint64_t one[MODULAR_LIMBS_MAX] = { 1 };

	memcpy(to->x, x, sizeof(to->x));
	memcpy(to->y, y, sizeof(to->y));
	modular_enter(&c->p, to->z, one);
}

bool curve_point(const struct curve *c, struct point *to, const uint64_t *x, const uint64_t *y)
{
	const struct modular *p = &c->p;
	uint64_t px[MODULAR_LIMBS_MAX], py[MODULAR_LIMBS_MAX], is[MODULAR_LIMBS_MAX];

	if (!limbs_below(x, p->modulus, p->limbs) || !limbs_below(y, p->modulus, p->limbs))
		return false;
	modular_enter(p, px, x);
	modular_enter(p, py, y);
	from_affine(c, to, px, py);
	/* x^3 - 3x + b */
	modular_multiply(p, is, px, px);
	for (unsigned int i = 0; i < 3; i++)
		modular_subtract(p, is, is, to->z);
	modular_multiply(p, is, is, px);
	modular_add(p, is, is, c->b);
	modular_multiply(p, py, py, py);
	return !memcmp(is, py, 8 * (size_t)p->limbs);
}

/* a doubles. That x^3's neighbour is -3x saves squares: 3(x - z^2)(x + z^2) is the tangent. */
static void twice(const struct curve *c, struct point *a)
{
	const struct modular *p = &c->p;
	uint64_t zz[MODULAR_LIMBS_MAX], yy[MODULAR_LIMBS_MAX], tangent[MODULAR_LIMBS_MAX],
		xyy[MODULAR_LIMBS_MAX];

	modular_multiply(p, zz, a->z, a->z);
	modular_multiply(p, a->z, a->y, a->z);
	modular_add(p, a->z, a->z, a->z); /* z' = 2yz */

	modular_subtract(p, tangent, a->x, zz);
	modular_add(p, zz, a->x, zz);
	modular_multiply(p, tangent, tangent, zz);
	modular_add(p, zz, tangent, tangent);
	modular_add(p, tangent, tangent, zz);

	modular_multiply(p, yy, a->y, a->y);
	modular_add(p, yy, yy, yy);
	modular_multiply(p, xyy, a->x, yy);
	modular_add(p, xyy, xyy, xyy);
	modular_multiply(p, a->x, tangent, tangent);
	modular_subtract(p, a->x, a->x, xyy);
	modular_subtract(p, a->x, a->x, xyy); /* x' = tangent^2 - 8xy^2 */

	modular_subtract(p, xyy, xyy, a->x);
	modular_multiply(p, a->y, tangent, xyy);
	modular_multiply(p, yy, yy, yy);
	modular_add(p, yy, yy, yy);
	modular_subtract(p, a->y, a->y, yy); /* y' = tangent(4xy^2 - x') - 8y^4 */
}

/* a += b, or a -= b */
static void add(const struct curve *c, struct point *a, const struct point *b, bool minus)
{
	static const uint64_t zero[MODULAR_LIMBS_MAX];
	const struct modular *p = &c->p;
	uint64_t u[MODULAR_LIMBS_MAX], s[MODULAR_LIMBS_MAX], h[MODULAR_LIMBS_MAX],
		r[MODULAR_LIMBS_MAX], t[MODULAR_LIMBS_MAX];

	if (limbs_zero(b->z, p->limbs))
		return;
	if (limbs_zero(a->z, p->limbs)) {
		*a = *b;
		if (minus)
			modular_subtract(p, a->y, zero, a->y);
		return;
	}
	/* Both over one z: u and s of a, h and r how much b differs. */
	modular_multiply(p, t, b->z, b->z);
	modular_multiply(p, u, a->x, t);
	modular_multiply(p, t, t, b->z);
	modular_multiply(p, s, a->y, t);
	modular_multiply(p, t, a->z, a->z);
	modular_multiply(p, h, b->x, t);
	modular_subtract(p, h, h, u);
	modular_multiply(p, t, t, a->z);
	modular_multiply(p, r, b->y, t);
	if (minus)
		modular_subtract(p, r, zero, r);
	modular_subtract(p, r, r, s);
	if (limbs_zero(h, p->limbs)) {
		if (limbs_zero(r, p->limbs))
			twice(c, a); /* the same point */
		else
			memset(a->z, 0, sizeof(a->z)); /* one the other's opposite */
		return;
	}
	modular_multiply(p, a->z, a->z, b->z);
	modular_multiply(p, a->z, a->z, h); /* z' = h z1 z2 */
	modular_multiply(p, t, h, h);
	modular_multiply(p, u, u, t);
	modular_multiply(p, t, t, h);
	modular_multiply(p, a->x, r, r);
	modular_subtract(p, a->x, a->x, t);
	modular_subtract(p, a->x, a->x, u);
	modular_subtract(p, a->x, a->x, u); /* x' = r^2 - h^3 - 2uh^2 */
	modular_subtract(p, u, u, a->x);
	modular_multiply(p, u, u, r);
	modular_multiply(p, s, s, t);
	modular_subtract(p, a->y, u, s); /* y' = r(uh^2 - x') - sh^3 */
}

/* 1, 2, 3 and 4 times a point */
static void make_multiples(const struct curve *c, struct point *of)
{
	of[1] = of[0];
	twice(c, &of[1]);
	of[2] = of[1];
	add(c, &of[2], &of[0], false);
	of[3] = of[1];
	twice(c, &of[3]);
}

static unsigned int bit_of(const uint64_t *number, unsigned int bit, unsigned int limbs)
{
	return bit / 64 < limbs ? (unsigned int)(number[bit / 64] >> bit % 64) & 1 : 0;
}

/*
 * Of three bits the highest counts -4 instead of 4, and the next window's lowest gets what is
 * missing: the bit below a window counts in it once more.
 */
static int digit_of(const uint64_t *number, unsigned int at, unsigned int limbs)
{
	unsigned int below = at ? bit_of(number, at - 1, limbs) : 0;

	return (int)(bit_of(number, at, limbs) + 2 * bit_of(number, at + 1, limbs) + below) -
	       4 * (int)bit_of(number, at + 2, limbs);
}

void curve_multiply(const struct curve *c, struct point *to, const uint64_t *by,
		    const uint64_t *by_q, const struct point *q)
{
	const uint64_t *const number[] = { by, by_q };
	const unsigned int limbs = c->p.limbs;
	struct point multiples[2][MULTIPLE];

	from_affine(c, &multiples[0][0], c->x, c->y);
	multiples[1][0] = *q;
	make_multiples(c, multiples[0]);
	make_multiples(c, multiples[1]);
	memset(to, 0, sizeof(*to));
	/* One bit at least is above the number: what its highest window misses. */
	for (unsigned int at = (64 * limbs / WINDOW + 1) * WINDOW; at;) {
		at -= WINDOW;
		for (unsigned int i = 0; i < WINDOW; i++)
			twice(c, to);
		for (unsigned int i = 0; i < 2; i++) {
			int digit = digit_of(number[i], at, limbs);

			if (digit)
				add(c, to, &multiples[i][(digit < 0 ? -digit : digit) - 1],
				    digit < 0);
		}
	}
}
