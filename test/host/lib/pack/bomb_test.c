// SPDX-License-Identifier: BSD-2-Clause
/*
 * Files of 1 MiB that unpack to as much as their format can say, or claim 1 TiB: each ends at the
 * room there is, with one sentence that names it, and not a byte behind it. A byte of lz4 is 255,
 * of gzip 1,032, of xz some 6,000, of zstd 32,768: that is 32 GiB, and 32 MiB of zstd are 1 TiB.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hash/xxhash.h"
#include "lib/pack/gunzip.h"
#include "lib/pack/lz4.h"
#include "lib/pack/xz.h"
#include "lib/pack/zstd.h"
#include "test/host/include/host_tool.h"

#define SIZE   (1u << 20)
#define LARGE  ((32u << 20) + 6)
#define PLAIN  (8u << 20)
#define GUARD  64
#define TIB    (UINT64_C(1) << 40)

static uint8_t bomb[LARGE], plain[PLAIN];
static size_t bomb_size = SIZE;
static struct zstd_work work;
static struct xz_work xz_work;
static struct why why;

typedef int unpack_fn(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
		      struct why *why);

static int zstd(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
		struct why *w)
{
	return unzstd(&work, dst, limit, src, size, out, w);
}

static int xz(void *dst, uint64_t limit, const void *src, uint64_t size, uint64_t *out,
	      struct why *w)
{
	return unxz(&xz_work, dst, limit, src, size, out, w);
}

static void refused_at(unpack_fn *unpack, uint64_t limit, const char *want)
{
	uint8_t *to = malloc(limit + GUARD);
	uint64_t out = 77;

	assert_non_null(to);
	memset(to + limit, 0xa5, GUARD);
	why.text[0] = '\0';
	assert_int_equal(unpack(to, limit, bomb, bomb_size, &out, &why), -EFBIG);
	assert_string_equal(why.text, want);
	assert_int_equal(out, 77);
	for (unsigned int i = 0; i < GUARD; i++)
		assert_int_equal(to[limit + i], 0xa5);
	free(to);
}

/* Room that grows: in the first block, at the end of one, in the midst of a later one. */
static void ends_at_the_room(unpack_fn *unpack, const char *name)
{
	static const uint64_t limits[] = {
		0,       1,         15,        4096,     (128 << 10) - 1, 128 << 10,
		4 << 20, PLAIN - 1, PLAIN + 1, 33333333, 100 << 20,
	};

	for (unsigned int i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		char want[120];

		snprintf(want, sizeof(want),
			 "%s: unpacks to more than the 0x%" PRIx64 " bytes there is room for", name,
			 limits[i]);
		refused_at(unpack, limits[i], want);
	}
}

/* @size bytes at @bomb + @at, over and over up to the end. */
static void repeat(size_t at, size_t size)
{
	assert_true(size && at + size <= bomb_size);
	for (size_t to = at + size; to < bomb_size; to++)
		bomb[to] = bomb[to - size];
}

/* Members of 8 MiB; the most that deflate can: 258 bytes for 2 bits. */
static void test_gzip(void **state)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(9);
	size_t size = libdeflate_gzip_compress(c, plain, PLAIN, bomb, SIZE);

	(void)state;
	libdeflate_free_compressor(c);
	assert_true(size && size < PLAIN / 900);
	repeat(0, size);
	ends_at_the_room(gunzip, "gzip");
}

/* Blocks of 4 MiB. */
static void test_lz4(void **state)
{
	size_t size = host_tool("lz4 -q -c -9 -B7 --no-frame-crc", plain, 4 << 20, bomb, SIZE);

	(void)state;
	assert_true(size > 11 && size < (4 << 20) / 250);
	repeat(7, size - 7 - 4); /* the frame's header; what ends it is overwritten */
	ends_at_the_room(unlz4, "lz4");
}

static void test_lz4_legacy(void **state)
{
	size_t size = host_tool("lz4 -q -c -l -9", plain, PLAIN, bomb, SIZE);

	(void)state;
	assert_true(size > 4 && size < PLAIN / 250);
	repeat(4, size - 4);
	ends_at_the_room(unlz4, "lz4");
}

/* Blocks of four bytes, 128 KiB each. */
static void zstd_blocks(void)
{
	static const uint8_t head[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0x98 };
	const uint32_t block = (128 << 10) << 3 | 1 << 1;

	memcpy(bomb, head, sizeof(head));
	for (unsigned int i = 0; i < 3; i++)
		bomb[sizeof(head) + i] = (uint8_t)(block >> 8 * i);
	bomb[sizeof(head) + 3] = 'B';
	repeat(sizeof(head), 4);
	ends_at_the_room(zstd, "zstd");
}

/* 32 GiB; and 1 TiB. */
static void test_zstd(void **state)
{
	(void)state;
	zstd_blocks();
	bomb_size = LARGE;
	assert_true((LARGE - 6) / 4 * (UINT64_C(128) << 10) == TIB);
	zstd_blocks();
	bomb_size = SIZE;
}

/* Streams of 8 MiB, one match after the other. */
static void test_xz(void **state)
{
	size_t size = host_tool("xz -q -c -C crc32", plain, PLAIN, bomb, SIZE);

	(void)state;
	assert_true(size < PLAIN / 5000);
	repeat(0, size);
	ends_at_the_room(xz, "xz");
}

static void put64(uint8_t *to, uint64_t value)
{
	for (unsigned int i = 0; i < 8; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

/* A header that says 1 TiB is refused before a byte is unpacked, whatever follows it. */
static void test_claims(void **state)
{
	static const uint8_t zstd_head[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x98 };
	static const uint8_t lz4_head[] = { 0x04, 0x22, 0x4d, 0x18, 0x68, 0x70 };
	static const uint64_t sizes[] = { TIB, UINT64_MAX, (UINT64_C(1) << 63) + 5 };
	uint64_t hint;

	(void)state;
	memset(bomb, 0, SIZE);
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char want[120];

		memcpy(bomb, zstd_head, sizeof(zstd_head));
		put64(bomb + sizeof(zstd_head), sizes[i]);
		snprintf(want, sizeof(want),
			 "zstd: unpacks to 0x%" PRIx64 " bytes, there is room for 0x1000",
			 sizes[i]);
		refused_at(zstd, 0x1000, want);
		memcpy(bomb, lz4_head, sizeof(lz4_head));
		put64(bomb + sizeof(lz4_head), sizes[i]);
		bomb[14] = (uint8_t)(xxh32(bomb + 4, 10) >> 8);
		snprintf(want, sizeof(want),
			 "lz4: unpacks to 0x%" PRIx64 " bytes, there is room for 0x1000", sizes[i]);
		refused_at(unlz4, 0x1000, want);
	}
	/* gzip has 32 bits for it: more than 1,032 times itself no file becomes. */
	test_gzip(NULL);
	memset(bomb + SIZE - 4, 0xff, 4);
	assert_int_equal(gunzip_hint(bomb, SIZE, UINT64_MAX, &hint, &why), -EINVAL);
	assert_string_equal(why.text,
			    "gzip: bad trailer: 0x100000 bytes cannot unpack to 0xffffffff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),       cmocka_unit_test(test_lz4),
		cmocka_unit_test(test_lz4_legacy), cmocka_unit_test(test_zstd),
		cmocka_unit_test(test_xz),         cmocka_unit_test(test_claims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
