/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Points of the curves y^2 = x^3 - 3x + b modulo a prime, P-256 and P-384.
 * Spec: FIPS 186-5 / SP 800-186, 3.2.1.3 and 3.2.1.4
 */
#pragma once

#include "lib/crypto/modular.h"

/**
 * struct curve - a curve whose points are as many as a prime
 * @p:    what its coordinates are modulo of
 * @n:    how many points it has
 * @b:    in Montgomery's form, as are
 * @x:    those of the point that all others are multiples of, and
 * @y
 */
struct curve {
	const char *name;
	struct modular p, n;
	uint64_t b[MODULAR_LIMBS_MAX], x[MODULAR_LIMBS_MAX], y[MODULAR_LIMBS_MAX];
};

/** struct point - (x / z^2, y / z^3), in Montgomery's form; z is 0: the point at infinity */
struct point {
	uint64_t x[MODULAR_LIMBS_MAX], y[MODULAR_LIMBS_MAX], z[MODULAR_LIMBS_MAX];
};

/** curve_find() - by mkimage's name: "prime256v1", "secp384r1"; NULL: no such here */
const struct curve *curve_find(const char *name);

/**
 * curve_point() - a point by its coordinates, which are any numbers
 *
 * Return: false: they are not below the prime, or the point is none of the curve.
 */
bool __must_check curve_point(const struct curve *c, struct point *to, const uint64_t *x,
			      const uint64_t *y);

/**
 * curve_multiply() - to = by * the curve's own point + by_q * q
 * @by: below the curve's n, not in Montgomery's form; so is @by_q
 */
void curve_multiply(const struct curve *c, struct point *to, const uint64_t *by,
		    const uint64_t *by_q, const struct point *q);
