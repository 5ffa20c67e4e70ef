// SPDX-License-Identifier: BSD-2-Clause
/* lib/pack/gunzip.h against libdeflate's own compressor; every way in which a file can be bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/crc32.h"
#include "lib/pack/gunzip.h"
#include "lib/pack/libdeflate_arm.h"

#define PLAIN_SIZE 100000

static uint8_t plain[PLAIN_SIZE], unpacked[PLAIN_SIZE + 100], packed[PLAIN_SIZE + 1000];
static uint64_t packed_size, out;
static struct why why;

static uint64_t pack(uint8_t *to, const uint8_t *from, uint64_t size, int level)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
	uint64_t made = libdeflate_gzip_compress(c, from, size, to, PLAIN_SIZE + 1000);

	libdeflate_free_compressor(c);
	assert_true(made > 18);
	return made;
}

static int setup(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PLAIN_SIZE; i++)
		plain[i] = (uint8_t)(i % 251 + (i * i >> 9));
	packed_size = pack(packed, plain, PLAIN_SIZE, 6);
	memset(unpacked, 0xaa, sizeof(unpacked));
	out = 77;
	why.text[0] = '\0';
	return 0;
}

/* From an exactly sized copy, into exactly so much room. */
static int unpack(uint64_t limit)
{
	uint8_t *from = malloc(packed_size + 1), *to = malloc(limit + 1);
	int err;

	memcpy(from, packed, packed_size);
	err = gunzip(to, limit, from, packed_size, &out, &why);
	if (!err)
		memcpy(unpacked, to, out);
	free(from);
	free(to);
	return err;
}

static void test_round_trip(void **state)
{
	(void)state;
	for (int level = 0; level <= 12; level += 4) {
		packed_size = pack(packed, plain, PLAIN_SIZE, level);
		assert_int_equal(unpack(PLAIN_SIZE), 0);
		assert_true(out == PLAIN_SIZE);
		assert_memory_equal(unpacked, plain, PLAIN_SIZE);
	}
	packed_size = pack(packed, plain, 0, 6);
	assert_int_equal(unpack(0), 0);
	assert_true(out == 0);
}

static void test_what_follows_is_ignored(void **state)
{
	(void)state;
	memset(packed + packed_size, 0, 100);
	packed_size += 100;
	assert_int_equal(unpack(PLAIN_SIZE), 0);
	assert_true(out == PLAIN_SIZE);
}

static void test_members(void **state)
{
	(void)state;
	packed_size = pack(packed, plain, 1000, 6);
	packed_size += pack(packed + packed_size, plain + 1000, 500, 6);
	assert_int_equal(unpack(1500), 0);
	assert_true(out == 1500);
	assert_memory_equal(unpacked, plain, 1500);
	assert_int_equal(unpack(1499), -EFBIG);
}

static void test_header_fields(void **state)
{
	static const uint8_t fields[] = { 3, 0, 'a', 'b', 'c', 'n', 'a', 'm', 'e', 0, 'c', 0 };
	uint32_t crc;

	(void)state;
	memmove(packed + 10 + sizeof(fields) + 2, packed + 10, packed_size - 10);
	memcpy(packed + 10, fields, sizeof(fields));
	packed[3] = 0x1f; /* FTEXT, FHCRC, FEXTRA, FNAME, FCOMMENT */
	crc = crc32(0, packed, 10 + sizeof(fields));
	packed[10 + sizeof(fields)] = (uint8_t)crc;
	packed[11 + sizeof(fields)] = (uint8_t)(crc >> 8);
	packed_size += sizeof(fields) + 2;
	assert_int_equal(unpack(PLAIN_SIZE), 0);
	assert_memory_equal(unpacked, plain, PLAIN_SIZE);
	packed[10 + sizeof(fields)] ^= 1;
	assert_int_equal(unpack(PLAIN_SIZE), -EINVAL);
	assert_memory_equal(why.text, "gzip: bad header: its CRC is 0x", 31);
	/* cut anywhere in the header */
	for (packed_size = 18; packed_size < 32; packed_size++)
		assert_int_equal(unpack(PLAIN_SIZE), packed_size < 24 ? -ENODATA : -EINVAL);
}

static void test_bad_header(void **state)
{
	(void)state;
	packed[1] = 0;
	assert_int_equal(unpack(PLAIN_SIZE), -EINVAL);
	assert_string_equal(why.text, "gzip: bad header: begins 1f 00, not 1f 8b");
	setup(NULL);
	packed[2] = 7;
	assert_int_equal(unpack(PLAIN_SIZE), -EINVAL);
	assert_string_equal(why.text, "gzip: bad header: method 7, only deflate (8) exists");
	setup(NULL);
	packed[3] = 0x20;
	assert_int_equal(unpack(PLAIN_SIZE), -EINVAL);
	assert_string_equal(why.text, "gzip: bad header: reserved flags 0x20");
	setup(NULL);
	packed[3] = 4; /* an extra field longer than the file */
	packed[10] = packed[11] = 0xff;
	packed_size = 1000;
	assert_int_equal(unpack(PLAIN_SIZE), -ENODATA);
	assert_string_equal(why.text, "gzip: truncated: 0x3e8 bytes end in the header");
	memset(packed + 10, 'n', 1000);
	packed[3] = 8; /* a name without an end */
	assert_int_equal(unpack(PLAIN_SIZE), -ENODATA);
	packed[3] = 0x1a; /* and a comment behind, and a CRC */
	assert_int_equal(unpack(PLAIN_SIZE), -ENODATA);
	assert_true(out == 77);
}

static void test_truncated(void **state)
{
	uint64_t whole = packed_size;

	(void)state;
	packed_size = 17;
	assert_int_equal(unpack(PLAIN_SIZE), -ENODATA);
	assert_string_equal(why.text, "gzip: truncated: 17 bytes are less than header and trailer "
				      "(18)");
	packed_size = 0;
	assert_int_equal(unpack(PLAIN_SIZE), -ENODATA);
	packed_size = whole - 1;
	assert_int_equal(unpack(PLAIN_SIZE), -ENODATA);
	assert_string_equal(why.text, "gzip: truncated: 7 bytes are left for the trailer of 8");
	packed_size = whole / 2;
	assert_int_equal(unpack(PLAIN_SIZE), -EINVAL);
	assert_memory_equal(why.text, "gzip: the packed data are damaged or cut short (0x", 50);
	for (packed_size = whole - 40; packed_size < whole; packed_size++)
		assert_int_not_equal(unpack(PLAIN_SIZE), 0);
}

static void test_damaged(void **state)
{
	(void)state;
	packed[packed_size - 8] ^= 1;
	assert_int_equal(unpack(PLAIN_SIZE), -EILSEQ);
	assert_memory_equal(why.text, "gzip: CRC mismatch: unpacked data have 0x", 41);
	packed[packed_size - 8] ^= 1;
	packed[packed_size - 4] ^= 1;
	assert_int_equal(unpack(PLAIN_SIZE), -EILSEQ);
	assert_string_equal(why.text,
			    "gzip: length mismatch: 0x186a0 bytes unpacked, the file says "
			    "0x186a1");
	packed[packed_size - 4] ^= 1;
	packed[10] |= 6; /* a block type that does not exist */
	assert_int_equal(unpack(PLAIN_SIZE), -EINVAL);
	assert_true(out == 77);
	for (unsigned i = 0; i < 200; i++) {
		setup(NULL);
		packed[10 + (i * 7919) % (packed_size - 18)] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(unpack(PLAIN_SIZE), 0);
	}
}

static void test_limit(void **state)
{
	(void)state;
	assert_int_equal(unpack(PLAIN_SIZE - 1), -EFBIG);
	assert_string_equal(why.text,
			    "gzip: unpacks to more than the 0x1869f bytes there is room for");
	assert_int_equal(unpack(0), -EFBIG);
	assert_int_equal(unpack(PLAIN_SIZE + 10), 0);
}

static int hint(uint64_t limit, uint64_t *size)
{
	why.text[0] = '\0';
	return gunzip_hint(packed, packed_size, limit, size, &why);
}

static void test_hint(void **state)
{
	uint64_t size = 0;

	(void)state;
	assert_int_equal(hint(PLAIN_SIZE, &size), 0);
	assert_true(size == PLAIN_SIZE);
	assert_int_equal(hint(PLAIN_SIZE - 1, &size), -EFBIG);
	assert_string_equal(why.text, "gzip: unpacks to 0x186a0 bytes, there is room for 0x1869f");
	memset(packed + packed_size - 4, 0xff, 4);
	packed_size = 20;
	memset(packed + 16, 0xff, 4);
	assert_int_equal(hint(UINT64_MAX, &size), -EINVAL);
	assert_string_equal(why.text, "gzip: bad trailer: 0x14 bytes cannot unpack to 0xffffffff");
	packed_size = 17;
	assert_int_equal(hint(UINT64_MAX, &size), -ENODATA);
}

static void test_crc32(void **state)
{
	(void)state;
	assert_true(crc32(0, "123456789", 9) == 0xcbf43926);
	assert_true(crc32(crc32(0, "1234", 4), "56789", 5) == 0xcbf43926);
	assert_true(crc32(0x1234, NULL, 0) == 0x1234);
}

static void test_decompressor_memory(void **state)
{
	void *memory;

	(void)state;
	memory = libdeflate_malloc(11560);
	assert_non_null(memory);
	libdeflate_free(memory);
	assert_ptr_equal(libdeflate_malloc(11560), memory);
	assert_null(libdeflate_malloc(1 << 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_round_trip, setup),
		cmocka_unit_test_setup(test_what_follows_is_ignored, setup),
		cmocka_unit_test_setup(test_members, setup),
		cmocka_unit_test_setup(test_header_fields, setup),
		cmocka_unit_test_setup(test_bad_header, setup),
		cmocka_unit_test_setup(test_truncated, setup),
		cmocka_unit_test_setup(test_damaged, setup),
		cmocka_unit_test_setup(test_limit, setup),
		cmocka_unit_test_setup(test_hint, setup),
		cmocka_unit_test(test_crc32),
		cmocka_unit_test(test_decompressor_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
