/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic modulo a prime of 256 or 384 bits, in Montgomery's form: a number x is kept as
 * x * 2^bits mod the prime. Only public numbers come in, so nothing here takes a constant time.
 */
#pragma once

#include "lib/base/types.h"

#define MODULAR_LIMBS_MAX 6

/**
 * struct modular - a prime
 * @limbs:     4 or 6; the highest has its highest bit
 * @n0:        minus the prime's inverse mod 2^64
 * @modulus:   limbs from the lowest up, like all numbers here
 * @r_squared: 2^(128 * limbs) mod the prime
 */
struct modular {
	unsigned int limbs;
	uint64_t n0;
	uint64_t modulus[MODULAR_LIMBS_MAX], r_squared[MODULAR_LIMBS_MAX];
};

/**
 * modular_multiply() - to = a * b / 2^bits
 * @a: any number of so many limbs
 * @b: below the prime
 *
 * @to may be @a, or @b. The result is below the prime; so it is for the others.
 */
void modular_multiply(const struct modular *m, uint64_t *to, const uint64_t *a, const uint64_t *b);

/** modular_add() - to = a + b, both below the prime */
void modular_add(const struct modular *m, uint64_t *to, const uint64_t *a, const uint64_t *b);

/** modular_subtract() - to = a - b, both below the prime */
void modular_subtract(const struct modular *m, uint64_t *to, const uint64_t *a, const uint64_t *b);

/** modular_enter() - to = a * 2^bits: into Montgomery's form */
void modular_enter(const struct modular *m, uint64_t *to, const uint64_t *a);

/** modular_leave() - to = a / 2^bits: out of it */
void modular_leave(const struct modular *m, uint64_t *to, const uint64_t *a);

/** modular_invert() - to = 1 / a, both in Montgomery's form; of 0 it is 0. @to is not @a */
void modular_invert(const struct modular *m, uint64_t *to, const uint64_t *a);
