// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib/crypto/ecdsa.h where the arithmetic has its edges. Any two factors u1, u2 and any key Q have
 * a signature: R = u1 G + u2 Q, r = R.x, s = r / u2, digest = u1 s. OpenSSL's points say what is
 * right, no private key is needed, and the factors and keys are those where additions meet the same
 * point, its opposite, or nothing. NIST's vectors (CAVP, FIPS 186-3 SigVer) are in ecdsa_nist.txt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <stdio.h>
#include <string.h>

#include "lib/crypto/ecdsa.h"

/** struct side - a curve as OpenSSL has it, a key on it, and how often what was said */
struct side {
	const char *name;
	unsigned int bytes;
	EC_GROUP *group;
	BN_CTX *ctx;
	BIGNUM *p, *n, *r, *s, *e, *x, *y;
	EC_POINT *q, *sum;
	unsigned int right, wrong;
};

static void start(struct side *c, const char *name, int nid, unsigned int bytes)
{
	*c = (struct side){ .name = name, .bytes = bytes };
	c->group = EC_GROUP_new_by_curve_name(nid);
	c->ctx = BN_CTX_new();
	c->p = BN_new(), c->n = BN_new(), c->r = BN_new(), c->s = BN_new(), c->e = BN_new();
	c->x = BN_new(), c->y = BN_new();
	c->q = EC_POINT_new(c->group), c->sum = EC_POINT_new(c->group);
	EC_GROUP_get_curve(c->group, c->p, NULL, NULL, c->ctx);
	EC_GROUP_get_order(c->group, c->n, c->ctx);
}

static void end(struct side *c)
{
	BIGNUM *const numbers[] = { c->p, c->n, c->r, c->s, c->e, c->x, c->y };

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++)
		BN_free(numbers[i]);
	EC_POINT_free(c->q);
	EC_POINT_free(c->sum);
	EC_GROUP_free(c->group);
	BN_CTX_free(c->ctx);
}

/* By the numbers that c has now. */
static void expect(struct side *c, bool right)
{
	uint8_t x[48], y[48], raw[96], digest[48];
	struct ecdsa_key key = { c->name, x, y, c->bytes };
	int size = (int)c->bytes;

	assert_int_equal(BN_bn2binpad(c->x, x, size), size);
	assert_int_equal(BN_bn2binpad(c->y, y, size), size);
	assert_int_equal(BN_bn2binpad(c->r, raw, size), size);
	assert_int_equal(BN_bn2binpad(c->s, raw + size, size), size);
	assert_int_equal(BN_bn2binpad(c->e, digest, size), size);
	assert_int_equal(ecdsa_verify(&key, raw, 2 * c->bytes, digest, c->bytes),
			 right ? 0 : -EBADMSG);
	*(right ? &c->right : &c->wrong) += 1;
}

/* r, s and digest so that the factors come out; false: the sum is the point at infinity */
static bool sign(struct side *c, const BIGNUM *u1, const BIGNUM *u2)
{
	bool there;

	assert_int_equal(EC_POINT_mul(c->group, c->sum, u1, c->q, u2, c->ctx), 1);
	there = !EC_POINT_is_at_infinity(c->group, c->sum);
	if (there) {
		EC_POINT_get_affine_coordinates(c->group, c->sum, c->r, NULL, c->ctx);
		BN_mod(c->r, c->r, c->n, c->ctx);
	} else {
		BN_set_word(c->r, 1);
	}
	BN_mod_inverse(c->s, u2, c->n, c->ctx);
	BN_mod_mul(c->s, c->s, c->r, c->n, c->ctx);
	BN_mod_mul(c->e, c->s, u1, c->n, c->ctx);
	return there;
}

static void set_key(struct side *c, const BIGNUM *times)
{
	assert_int_equal(EC_POINT_mul(c->group, c->q, times, NULL, NULL, c->ctx), 1);
	EC_POINT_get_affine_coordinates(c->group, c->q, c->x, c->y, c->ctx);
}

/* @edge: a small number, one as far below n, a power of two or one less, stripes. */
static void edge_number(const struct side *c, BIGNUM *to, unsigned int edge)
{
	static const unsigned int small[] = { 1, 2, 3, 4, 5, 7, 8, 9 };

	if (edge < 8) {
		BN_set_word(to, small[edge]);
	} else if (edge < 16) {
		BN_copy(to, c->n);
		BN_sub_word(to, small[edge - 8]);
	} else if (edge < 20) {
		BN_zero(to);
		BN_set_bit(to, (int[]){ 63, 64, 192, (int)c->bytes * 8 - 1 }[edge - 16]);
	} else if (edge < 24) {
		BN_zero(to);
		BN_set_bit(to, (int[]){ 64, 128, 193, (int)c->bytes * 8 - 1 }[edge - 20]);
		BN_sub_word(to, 1);
	} else {
		BN_zero(to);
		for (int bit = (int)edge - 24; bit < (int)c->bytes * 8 - 1;
		     bit += 3 + (int)edge % 2)
			BN_set_bit(to, bit);
	}
}

#define EDGES 27

static void factors(struct side *c)
{
	BIGNUM *u1 = BN_new(), *u2 = BN_new(), *times = BN_new();

	for (unsigned int k = 0; k < 14; k++) {
		edge_number(c, times, k < 12 ? (k & 1 ? 8 : 0) + k / 2 : k + 8);
		set_key(c, times);
		for (unsigned int pair = 0; pair < EDGES * EDGES;
		     pair += 1 + (pair * 31 + k) % 23) {
			edge_number(c, u1, pair / EDGES);
			edge_number(c, u2, pair % EDGES);
			if (pair % 29 == k)
				BN_zero(u1); /* a digest of zeros */
			expect(c, sign(c, u1, u2));
			BN_add_word(c->e, 1);
			expect(c, false);
		}
	}
	BN_free(u1);
	BN_free(u2);
	BN_free(times);
}

/* Keys for which the sum is a point that was chosen: its x is at least n, or a chosen number. */
static void chosen_points(struct side *c)
{
	BIGNUM *u1 = BN_new(), *u2 = BN_new(), *minus = BN_new(), *x = BN_new(), *room = BN_new();
	EC_POINT *point = EC_POINT_new(c->group);
	unsigned int found = 0;

	BN_sub(room, c->p, c->n);
	for (unsigned int i = 0; found < 20; i++) {
		if (i & 1) {
			BN_copy(x, c->n);
			BN_add_word(x, i);
		} else {
			BN_copy(x, c->p);
			BN_sub_word(x, i + 1);
		}
		if (!EC_POINT_set_compressed_coordinates(c->group, point, x, (int)i / 2 & 1,
							 c->ctx))
			continue;
		found++;
		edge_number(c, u1, i % EDGES);
		edge_number(c, u2, i * 5 % EDGES);
		/* q = (point - u1 G) / u2 */
		BN_sub(minus, c->n, u1);
		EC_POINT_mul(c->group, c->q, minus, NULL, NULL, c->ctx);
		EC_POINT_add(c->group, c->q, c->q, point, c->ctx);
		BN_mod_inverse(minus, u2, c->n, c->ctx);
		EC_POINT_mul(c->group, c->q, NULL, c->q, minus, c->ctx);
		EC_POINT_get_affine_coordinates(c->group, c->q, c->x, c->y, c->ctx);
		assert_true(sign(c, u1, u2));
		assert_true(BN_cmp(c->r, room) < 0);
		expect(c, true);
		BN_copy(c->r, x); /* as it is, not below n */
		expect(c, false);
	}
	EC_POINT_free(point);
	BN_free(u1);
	BN_free(u2);
	BN_free(minus);
	BN_free(x);
	BN_free(room);
}

static void ranges(struct side *c)
{
	BIGNUM *u = BN_new(), *r = BN_new(), *s = BN_new(), *top = BN_new();

	edge_number(c, u, 25);
	set_key(c, u);
	assert_true(sign(c, u, u));
	expect(c, true);
	BN_copy(r, c->r);
	BN_copy(s, c->s);
	BN_sub(c->s, c->n, s); /* the other signature that everybody can make of one */
	expect(c, true);
	BN_set_word(top, 1);
	BN_lshift(top, top, (int)c->bytes * 8);
	BN_sub_word(top, 1);
	for (unsigned int what = 0; what < 24; what++) {
		BIGNUM *number = what & 1 ? c->s : c->r;

		BN_copy(c->r, r);
		BN_copy(c->s, s);
		switch (what / 2) {
		case 0:
			BN_zero(number);
			break;
		case 1:
			BN_copy(number, c->n);
			break;
		case 2:
			BN_copy(number, c->p);
			break;
		case 3:
			BN_copy(number, top);
			break;
		case 4:
			BN_copy(number, c->n);
			BN_add_word(number, 1);
			break;
		case 5:
			BN_copy(number, c->n);
			BN_sub_word(number, 1);
			break;
		case 6:
			BN_set_word(number, 1);
			break;
		case 7:
			BN_add_word(number, 1);
			break;
		case 8:
			BN_sub_word(number, 1);
			break;
		case 9:
			BN_copy(c->r, s);
			BN_copy(c->s, r);
			break;
		case 10:
			BN_zero(c->r);
			BN_zero(c->s);
			break;
		case 11:
			BN_lshift1(number, number);
			BN_mod(number, number, c->n, c->ctx);
			break;
		}
		expect(c, false);
	}
	BN_copy(c->r, r);
	BN_copy(c->s, s);
	/* The digest counts as a number modulo n: one more n is the same where it has the room. */
	edge_number(c, u, 0);
	BN_mod_mul(c->s, c->r, u, c->n, c->ctx);
	for (unsigned int what = 0; what < 6; what++) {
		BN_sub(c->e, top, c->n);
		BN_sub_word(c->e, what);
		BN_mod_inverse(u, c->s, c->n, c->ctx);
		BN_mod_mul(s, u, c->r, c->n, c->ctx);
		BN_mod_mul(u, u, c->e, c->n, c->ctx);
		assert_true(sign(c, u, s));
		expect(c, true);
		BN_add(c->e, c->e, c->n);
		if (BN_num_bits(c->e) <= (int)c->bytes * 8)
			expect(c, true);
	}
	BN_free(u);
	BN_free(r);
	BN_free(s);
	BN_free(top);
}

/* Points that are none: what invalid curves are used for. */
static void keys(struct side *c)
{
	BIGNUM *u = BN_new(), *x = BN_new(), *y = BN_new();

	edge_number(c, u, 24);
	set_key(c, u);
	assert_true(sign(c, u, u));
	BN_copy(x, c->x);
	BN_copy(y, c->y);
	for (unsigned int what = 0; what < 10; what++) {
		BN_copy(c->x, x);
		BN_copy(c->y, y);
		switch (what) {
		case 0:
			BN_zero(c->x);
			BN_zero(c->y);
			break;
		case 1:
			BN_zero(c->x);
			break;
		case 2:
			BN_zero(c->y);
			break;
		case 3:
			BN_copy(c->x, y);
			BN_copy(c->y, x);
			break;
		case 4:
			BN_sub(c->y, c->p, y);
			break; /* on the curve, the opposite */
		case 5:
			BN_copy(c->x, c->p);
			break;
		case 6:
			BN_copy(c->y, c->p);
			break;
		case 7:
			BN_add_word(c->x, 1);
			break;
		case 8:
			BN_sub_word(c->y, 1);
			break;
		case 9:
			EC_POINT_get_affine_coordinates(c->group, EC_GROUP_get0_generator(c->group),
							c->x, c->y, c->ctx);
			break;
		}
		expect(c, false);
	}
	/* A small x, and the same with the prime added. */
	for (unsigned int small = 0, found = 0; found < 4; small++) {
		BN_set_word(c->x, small);
		if (!EC_POINT_set_compressed_coordinates(c->group, c->q, c->x, 0, c->ctx))
			continue;
		found++;
		EC_POINT_get_affine_coordinates(c->group, c->q, c->x, c->y, c->ctx);
		assert_true(sign(c, u, u));
		expect(c, true);
		BN_add(c->x, c->x, c->p);
		if (BN_num_bits(c->x) <= (int)c->bytes * 8)
			expect(c, false);
	}
	BN_free(u);
	BN_free(x);
	BN_free(y);
}

static void curve(const char *name, int nid, unsigned int bytes)
{
	struct side c;

	start(&c, name, nid, bytes);
	factors(&c);
	chosen_points(&c);
	ranges(&c);
	keys(&c);
	print_message("%s: %u right, %u wrong\n", name, c.right, c.wrong);
	assert_true(c.right >= 200 && c.wrong >= 200);
	end(&c);
}

static void test_p256(void **state)
{
	(void)state;
	curve("prime256v1", NID_X9_62_prime256v1, 32);
}

static void test_p384(void **state)
{
	(void)state;
	curve("secp384r1", NID_secp384r1, 48);
}

static unsigned int from_hex(uint8_t *to, const char *text)
{
	unsigned int size = 0;

	for (unsigned int byte; sscanf(text, "%2x", &byte) == 1; text += 2)
		to[size++] = (uint8_t)byte;
	return size;
}

static void test_nist(void **state)
{
	FILE *f = fopen("test/host/lib/crypto/ecdsa_nist.txt", "r");
	char curve_name[8], word[5][200], result;
	unsigned int count = 0, right = 0;

	(void)state;
	assert_non_null(f);
	while (fscanf(f, "%7s %199s %199s %199s %199s %199s %c", curve_name, word[0], word[1],
		      word[2], word[3], word[4], &result) == 7) {
		uint8_t digest[64], x[48], y[48], raw[96];
		bool p256 = !strcmp(curve_name, "P-256");
		struct ecdsa_key key = { p256 ? "prime256v1" : "secp384r1", x, y, p256 ? 32 : 48 };
		unsigned int size = from_hex(digest, word[0]);

		assert_int_equal(from_hex(x, word[1]), key.bytes);
		assert_int_equal(from_hex(y, word[2]), key.bytes);
		assert_int_equal(from_hex(raw, word[3]), key.bytes);
		assert_int_equal(from_hex(raw + key.bytes, word[4]), key.bytes);
		assert_int_equal(ecdsa_verify(&key, raw, 2 * key.bytes, digest, size),
				 result == 'P' ? 0 : -EBADMSG);
		count++;
		right += result == 'P';
	}
	fclose(f);
	assert_int_equal(count, 150);
	assert_int_equal(right, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_p256),
		cmocka_unit_test(test_p384),
		cmocka_unit_test(test_nist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
