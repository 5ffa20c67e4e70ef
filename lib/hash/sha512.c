/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hash/sha512.h"

#include <string.h>

#include "lib/base/wide.h"
#include "lib/hash/hash.h"

#define LENGTH_BYTES 16 /* of the message's length, in bits, at the end of the last block */

/* FIPS 180-4, 4.2.3 "SHA-384, SHA-512 Constants" */
const uint64_t sha512_k[80] = {
	0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
	0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
	0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
	0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
	0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
	0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
	0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
	0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
	0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
	0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
	0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
	0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
	0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
	0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
	0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
	0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
	0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
	0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
	0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
	0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

static inline uint64_t ror(uint64_t x, unsigned int n)
{
	return x >> n | x << (64 - n);
}

/* One round: what was h becomes a, d becomes e; the caller turns the names. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                              \
	do {                                                                          \
		uint64_t t_ = (h) + sha512_k[round + (i)] + w[i] +                           \
			      (ror(e, 14) ^ ror(e, 18) ^ ror(e, 41)) +                \
			      ((((f) ^ (g)) & (e)) ^ (g));                            \
		uint64_t x_ = (a) ^ (b);                                              \
		(d) += t_;                                                            \
		(h) = t_ + (ror(a, 28) ^ ror(a, 34) ^ ror(a, 39)) + ((x_ & y) ^ (b)); \
		y = x_;                                                               \
	} while (0)

static void schedule(uint64_t w[16])
{
	for (unsigned int i = 0; i < 16; i++) {
		uint64_t x = w[(i + 1) & 15], z = w[(i + 14) & 15];

		w[i] += (ror(x, 1) ^ ror(x, 8) ^ x >> 7) + w[(i + 9) & 15] +
			(ror(z, 19) ^ ror(z, 61) ^ z >> 6);
	}
}

static void one_block(uint64_t state[8], const uint8_t *bytes)
{
	uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint64_t e = state[4], f = state[5], g = state[6], h = state[7];
	uint64_t w[16], y = b ^ c;

	for (unsigned int i = 0; i < 16; i++)
		w[i] = __builtin_bswap64(wide_load64(bytes + 8 * (size_t)i));
	for (unsigned int round = 0; round < 80; round += 16) {
		if (round)
			schedule(w);
		for (unsigned int i = 0; i < 16; i += 8) {
			ROUND(a, b, c, d, e, f, g, h, i);
			ROUND(h, a, b, c, d, e, f, g, i + 1);
			ROUND(g, h, a, b, c, d, e, f, i + 2);
			ROUND(f, g, h, a, b, c, d, e, i + 3);
			ROUND(e, f, g, h, a, b, c, d, i + 4);
			ROUND(d, e, f, g, h, a, b, c, i + 5);
			ROUND(c, d, e, f, g, h, a, b, i + 6);
			ROUND(b, c, d, e, f, g, h, a, i + 7);
		}
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

void sha512_blocks_soft(uint64_t state[8], const void *bytes, uint64_t blocks)
{
	const uint8_t *from = bytes;

	for (; blocks; blocks--, from += SHA512_BLOCK)
		one_block(state, from);
}

void sha512_init(struct sha512 *sha)
{
	static const uint64_t first[8] = {
		0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
		0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
	};

	memcpy(sha->state, first, sizeof(first));
	sha->size = 0;
}

void sha384_init(struct sha512 *sha)
{
	static const uint64_t first[8] = {
		0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
		0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
	};

	memcpy(sha->state, first, sizeof(first));
	sha->size = 0;
}

void sha512_update(struct sha512 *sha, const void *bytes, uint64_t count)
{
	unsigned int held = sha->size % SHA512_BLOCK;
	const uint8_t *from = bytes;
	uint64_t whole;

	sha->size += count;
	if (held) {
		uint64_t part = MIN(count, (uint64_t)(SHA512_BLOCK - held));

		memcpy(sha->rest + held, from, part);
		from += part;
		count -= part;
		if (held + part < SHA512_BLOCK)
			return;
		sha512_blocks(sha->state, sha->rest, 1);
	}
	whole = count / SHA512_BLOCK;
	sha512_blocks(sha->state, from, whole);
	if (count % SHA512_BLOCK)
		memcpy(sha->rest, from + whole * SHA512_BLOCK, count % SHA512_BLOCK);
}

static void put_be64(uint8_t *p, uint64_t value)
{
	for (unsigned int i = 0; i < 8; i++)
		p[i] = (uint8_t)(value >> (56 - 8 * i));
}

void sha512_final(struct sha512 *sha, uint8_t *digest, unsigned int size)
{
	unsigned int held = sha->size % SHA512_BLOCK;

	sha->rest[held++] = 0x80;
	memset(sha->rest + held, 0, SHA512_BLOCK - held);
	if (held > SHA512_BLOCK - LENGTH_BYTES) {
		sha512_blocks(sha->state, sha->rest, 1);
		memset(sha->rest, 0, SHA512_BLOCK);
	}
	put_be64(sha->rest + SHA512_BLOCK - 16, sha->size >> 61);
	put_be64(sha->rest + SHA512_BLOCK - 8, sha->size << 3);
	sha512_blocks(sha->state, sha->rest, 1);
	for (unsigned int i = 0; i < size / 8; i++)
		put_be64(digest + 8 * (size_t)i, sha->state[i]);
}

static void begin512(union hash_state *state)
{
	sha512_init(&state->sha512);
}

static void begin384(union hash_state *state)
{
	sha384_init(&state->sha512);
}

static void add(union hash_state *state, const void *bytes, uint64_t count)
{
	sha512_update(&state->sha512, bytes, count);
}

static void end512(union hash_state *state, uint8_t *digest)
{
	sha512_final(&state->sha512, digest, SHA512_SIZE);
}

static void end384(union hash_state *state, uint8_t *digest)
{
	sha512_final(&state->sha512, digest, SHA384_SIZE);
}

TABLE_ENTRY(hash_table, struct hash, hash_sha384) = {
	.name = "sha384",
	.size = SHA384_SIZE,
	.init = begin384,
	.update = add,
	.final = end384,
};

TABLE_ENTRY(hash_table, struct hash, hash_sha512) = {
	.name = "sha512",
	.size = SHA512_SIZE,
	.init = begin512,
	.update = add,
	.final = end512,
};
