/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/crypto/modular.h"

#include <string.h>

#include "lib/crypto/limbs.h"

/* One limb of @b after the other, and each time the lowest limb is made 0 and dropped. */
static inline __attribute__((always_inline)) void product(const struct modular *m, uint64_t *to,
							  const uint64_t *a, const uint64_t *b,
							  const unsigned int limbs)
{
	uint64_t t[MODULAR_LIMBS_MAX + 1] = { 0 };
	uint64_t over = 0;

	for (unsigned int i = 0; i < limbs; i++) {
		uint64_t carry = 0, by, lowest;
		wide sum;

#define STEP(j) carry = limbs_add_product(&t[j], a[j], b[i], carry)
		STEP(0), STEP(1), STEP(2), STEP(3);
		if (limbs == 6)
			STEP(4), STEP(5);
#undef STEP
		sum = (wide)t[limbs] + carry;
		t[limbs] = (uint64_t)sum;
		over = (uint64_t)(sum >> 64);

		by = t[0] * m->n0;
		lowest = t[0];
		carry = limbs_add_product(&lowest, m->modulus[0], by, 0);
#define STEP(j) (carry = limbs_add_product(&t[j], m->modulus[j], by, carry), t[(j) - 1] = t[j])
		STEP(1), STEP(2), STEP(3);
		if (limbs == 6)
			STEP(4), STEP(5);
#undef STEP
		sum = (wide)t[limbs] + carry;
		t[limbs - 1] = (uint64_t)sum;
		t[limbs] = over + (uint64_t)(sum >> 64);
	}
	if (t[limbs] || !limbs_below(t, m->modulus, limbs))
		limbs_subtract(to, t, m->modulus, limbs);
	else
		memcpy(to, t, 8 * (size_t)limbs);
}

void modular_multiply(const struct modular *m, uint64_t *to, const uint64_t *a, const uint64_t *b)
{
	if (m->limbs == 4)
		product(m, to, a, b, 4);
	else
		product(m, to, a, b, 6);
}

void modular_add(const struct modular *m, uint64_t *to, const uint64_t *a, const uint64_t *b)
{
	uint64_t over = limbs_add(to, a, b, m->limbs);

	if (over || !limbs_below(to, m->modulus, m->limbs))
		limbs_subtract(to, to, m->modulus, m->limbs);
}

void modular_subtract(const struct modular *m, uint64_t *to, const uint64_t *a, const uint64_t *b)
{
	if (limbs_subtract(to, a, b, m->limbs))
		limbs_add(to, to, m->modulus, m->limbs);
}

void modular_enter(const struct modular *m, uint64_t *to, const uint64_t *a)
{
	modular_multiply(m, to, a, m->r_squared);
}

void modular_leave(const struct modular *m, uint64_t *to, const uint64_t *a)
{
	static const uint64_t one[MODULAR_LIMBS_MAX] = { 1 };

	modular_multiply(m, to, a, one);
}

/* To the power of the prime minus 2 (Fermat), from the highest bit down, which is 1. */
void modular_invert(const struct modular *m, uint64_t *to, const uint64_t *a)
{
	static const uint64_t two[MODULAR_LIMBS_MAX] = { 2 };
	uint64_t power[MODULAR_LIMBS_MAX];

	limbs_subtract(power, m->modulus, two, m->limbs);
	memcpy(to, a, 8 * (size_t)m->limbs);
	for (unsigned int bit = 64 * m->limbs - 1; bit--;) {
		modular_multiply(m, to, to, to);
		if (power[bit / 64] >> bit % 64 & 1)
			modular_multiply(m, to, to, a);
	}
}
