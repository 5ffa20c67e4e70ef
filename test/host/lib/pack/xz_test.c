// SPDX-License-Identifier: BSD-2-Clause
/* lib/pack/xz.h against the xz program; every way in which a file can be bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "lib/base/crc32.h"
#include "lib/base/le.h"
#include "lib/pack/xz.h"
#include "test/host/include/host_tool.h"

#define PLAIN_SIZE (3 << 20)

static uint8_t plain[PLAIN_SIZE], packed[PLAIN_SIZE + 100000];
static uint64_t out;
static struct why why;
static struct xz_work work;

/* From an exactly sized copy, into exactly so much room; compared with @plain. */
static int unpack(const uint8_t *from, uint64_t size, uint64_t limit)
{
	uint8_t *copy = malloc(size + 1), *to = malloc(limit + 1);
	int err;

	out = 77;
	memset(&work, 0xee, sizeof(work));
	memcpy(copy + 1, from, size);
	err = unxz(&work, to, limit, copy + 1, size, &out, &why);
	if (!err) {
		assert_true(out <= limit);
		assert_memory_equal(to, plain, out);
	}
	free(copy);
	free(to);
	return err;
}

static void test_program(void **state)
{
	static const char *const commands[] = {
		"xz -q -c -T1",
		"xz -q -c -0 -C crc32",
		"xz -q -c -9 -C sha256",
		"xz -q -c -1 -C none",
		"xz -q -c -e -C crc32 --block-size=50000",
		"xz -q -c -T2 --block-size=100000",
		"xz -q -c -C crc32 --arm64 --lzma2=preset=6",
		"xz -q -c --arm64=start=4096 --arm64 --lzma2=preset=2",
		"xz -q -c --lzma2=lc=0,lp=4,pb=4",
		"xz -q -c --lzma2=lc=4,lp=0,pb=0,nice=273",
		"xz -q -c --lzma2=lc=1,lp=3,pb=1,dict=4096",
		"xz -q -c --lzma2=mf=hc3,mode=fast,dict=64MiB",
	};
	static const size_t sizes[] = { 0,    1,     5,	     100,    255,    256,    1000,
					4096, 65536, 131072, 131073, 300000, PLAIN_SIZE };

	(void)state;
	for (unsigned int c = 0; c < sizeof(commands) / sizeof(commands[0]); c++) {
		for (unsigned int s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			size_t size;

			if (sizes[s] > 200000 && c % 4) /* some by each: they take a second */
				continue;
			host_tool_data(plain, sizes[s], c * 37 + s);
			if (s % 3 == 1) /* every fourth word a BL or an ADRP */
				for (size_t i = 0; i + 4 <= sizes[s]; i += 4)
					plain[i + 3] = "\x94\x90\xb0\x97"[i / 4 % 4];
			size = host_tool(commands[c], plain, sizes[s], packed, sizeof(packed));
			assert_int_equal(unpack(packed, size, sizes[s]), 0);
			assert_int_equal(out, sizes[s]);
			assert_int_equal(unpack(packed, size, sizes[s] + 200000), 0);
			assert_int_equal(out, sizes[s]);
			if (sizes[s])
				assert_int_equal(unpack(packed, size, sizes[s] - 1), -EFBIG);
			assert_int_equal(unpack(packed, size - 1, sizes[s]), -ENODATA);
		}
	}
}

/* Noise is stored, zeros are one match after the other. */
static void test_plain_chunks(void **state)
{
	size_t size;

	(void)state;
	memset(plain, 0, PLAIN_SIZE);
	size = host_tool("xz -q -c", plain, PLAIN_SIZE, packed, sizeof(packed));
	assert_int_equal(unpack(packed, size, PLAIN_SIZE), 0);
	assert_int_equal(out, PLAIN_SIZE);
	for (unsigned int i = 0, x = 9; i < 400000; i++) {
		x = x * 1664525u + 1013904223u;
		plain[i] = (uint8_t)(x >> 24);
	}
	size = host_tool("xz -q -c", plain, PLAIN_SIZE, packed, sizeof(packed));
	assert_int_equal(unpack(packed, size, PLAIN_SIZE), 0);
	assert_int_equal(out, PLAIN_SIZE);
}

/* Streams behind each other, zeros between, and what is none behind. */
static void test_several(void **state)
{
	size_t a, b;

	(void)state;
	host_tool_data(plain, 3000, 7);
	a = host_tool("xz -q -c", plain, 1000, packed, sizeof(packed));
	memset(packed + a, 0, 8);
	b = host_tool("xz -q -c -C sha256", plain + 1000, 2000, packed + a + 8, 10000);
	memcpy(packed + a + 8 + b, "rubbish", 7);
	assert_int_equal(unpack(packed, a + 8 + b + 7, 3000), 0);
	assert_int_equal(out, 3000);
	memset(packed + a + 8 + b, 0, 60000);
	assert_int_equal(unpack(packed, a + 8 + b + 60000, 3000), 0);
	assert_int_equal(out, 3000);
	memmove(packed + a + 6, packed + a + 8, b); /* not four and four: no padding */
	assert_int_equal(unpack(packed, a + 6 + b, 3000), 0);
	assert_int_equal(out, 1000);
}

/* Of one block with three bytes that are stored. */
#define HEAD   \
	"\xfd" \
	"7zXZ\0"
#define BLOCK	12 /* where it begins */
#define CHUNK	24
#define CHECK	32
#define INDEX	36
#define FOOT	44

static uint8_t file[56];

static void sum(unsigned int at, unsigned int size, unsigned int to)
{
	put_le32(file + to, crc32(0, file + at, size));
}

static void sums(void)
{
	sum(6, 2, 8);
	sum(BLOCK, 8, BLOCK + 8);
	sum(INDEX, 4, INDEX + 4);
	sum(FOOT + 4, 6, FOOT);
}

static void begin(void)
{
	memset(file, 0, sizeof(file));
	memcpy(file, HEAD, 6);
	file[7] = 1;
	memcpy(file + BLOCK, "\2\0\x21\1\0\0\0\0", 8);
	memcpy(file + CHUNK, "\1\0\2abc\0\0", 8);
	memcpy(plain, "abc", 3);
	put_le32(file + CHECK, crc32(0, plain, 3));
	memcpy(file + INDEX, "\0\1\x17\3", 4);
	put_le32(file + FOOT + 4, 1);
	file[FOOT + 9] = 1;
	memcpy(file + FOOT + 10, "YZ", 2);
	sums();
}

static void refused(int err, const char *sentence)
{
	assert_int_equal(unpack(file, sizeof(file), 16), err);
	assert_string_equal(why.text, sentence);
	begin();
}

#define SET(at, value) (file[at] = (value), sums())

static void test_refused(void **state)
{
	static const unsigned int copies[] = { 8, BLOCK + 8, INDEX + 4 };

	(void)state;
	begin();
	assert_int_equal(unpack(file, sizeof(file), 3), 0);
	assert_int_equal(out, 3);
	assert_int_equal(unpack(file, sizeof(file), 2), -EFBIG);
	assert_string_equal(why.text, "xz: unpacks to more than the 0x2 bytes there is room for");
	assert_int_equal(unpack((const uint8_t *)"MZxxxxxx", 8, 3), -EINVAL);
	assert_string_equal(why.text, "xz: bad header: begins 0x78785a4d");
	for (unsigned int n = 0; n < sizeof(file); n++) {
		assert_int_equal(unpack(file, n, 3), -ENODATA);
		assert_non_null(strstr(why.text, "xz: truncated"));
	}
	SET(7, 2);
	refused(-ENOTSUP, "xz: the stream at 0x0 has check 2, which is not CRC-32 (1), CRC-64 (4), "
			  "SHA-256 (10) or none (0)");
	SET(7, 16);
	refused(-EINVAL, "xz: the stream's header at 0x0 is damaged");
	SET(6, 1);
	refused(-EINVAL, "xz: the stream's header at 0x0 is damaged");
	for (unsigned int i = 0; i < 3; i++) {
		file[copies[i]] ^= 1;
		assert_int_equal(unpack(file, sizeof(file), 3), -EILSEQ);
		begin();
	}
	SET(BLOCK + 1, 4);
	refused(-EINVAL, "xz: the header of the block at 0xc is damaged");
	SET(BLOCK + 1, 1); /* two filters, of which the first may not be LZMA2 */
	refused(-ENOTSUP,
		"xz: the block at 0xc wants filter 0x21, which is not LZMA2 (0x21) behind "
		"ARM64 (0x0a) or none");
	SET(BLOCK + 2, 4);
	refused(-ENOTSUP,
		"xz: the block at 0xc wants filter 0x04, which is not LZMA2 (0x21) behind "
		"ARM64 (0x0a) or none");
	SET(BLOCK + 3, 0);
	refused(-EINVAL, "xz: the header of the block at 0xc is damaged");
	SET(BLOCK + 3, 200);
	refused(-EINVAL, "xz: the header of the block at 0xc is damaged");
	SET(BLOCK + 4, 41);
	refused(-EINVAL, "xz: the header of the block at 0xc is damaged");
	SET(BLOCK + 7, 1);
	refused(-EINVAL, "xz: the header of the block at 0xc is damaged");
	/* Sizes in the header, before the filter, which needs no more than three bytes. */
	memcpy(file + BLOCK, "\2\xc0\7\4\x21\1\0\0", 8);
	sums();
	refused(-EILSEQ, "xz: length mismatch: the block at 0xc is 0x7 bytes, unpacked 0x3, not as "
			 "its header says");
	memcpy(file + BLOCK, "\2\xc0\6\3\x21\1\0\0", 8);
	sums();
	refused(-EINVAL, "xz: the block at 0xc is damaged, in its chunk at 0x1e");
	memcpy(file + BLOCK, "\2\xc0\7\2\x21\1\0\0", 8);
	sums();
	refused(-EINVAL, "xz: the block at 0xc is damaged, in its chunk at 0x18");
	memcpy(file + BLOCK, "\2\x80\x80\x80\x40\x21\1\0", 8);
	sums();
	refused(-EFBIG, "xz: unpacks to 0x100000 bytes, there is room for 0x10");
	memcpy(file + BLOCK, "\2\x80\x80\0\x21\1\0\0", 8); /* a number that is longer than it is */
	sums();
	refused(-EINVAL, "xz: the header of the block at 0xc is damaged");
	file[CHUNK] = 2; /* no dictionary yet */
	refused(-EINVAL, "xz: the block at 0xc is damaged, in its chunk at 0x18");
	file[CHUNK] = 3;
	refused(-EINVAL, "xz: the block at 0xc is damaged, in its chunk at 0x18");
	file[CHUNK + 7] = 1;
	refused(-EINVAL, "xz: the padding before what lies at 0x20 is damaged");
	file[CHECK] ^= 1;
	refused(-EILSEQ, "xz: checksum mismatch: the 0x3 bytes of the block at 0xc do not have the "
			 "CRC-32 that the file says");
	SET(INDEX + 1, 2);
	refused(-EILSEQ, "xz: the index at 0x24 has 0x2 blocks, the stream has 0x1");
	SET(INDEX + 2, 0x18);
	refused(-EILSEQ, "xz: the index at 0x24 is not one of the stream's blocks");
	SET(INDEX + 3, 4);
	refused(-EILSEQ, "xz: the index at 0x24 is not one of the stream's blocks");
	SET(FOOT + 4, 2);
	refused(-EINVAL, "xz: the stream's footer at 0x2c is damaged");
	SET(FOOT + 9, 4);
	refused(-EINVAL, "xz: the stream's footer at 0x2c is damaged");
	SET(FOOT + 10, 'X');
	refused(-EINVAL, "xz: the stream's footer at 0x2c is damaged");
	file[FOOT] ^= 1;
	refused(-EINVAL, "xz: the stream's footer at 0x2c is damaged");
}

/* Each of 10,000 mutants of a file is unpacked right or refused, inside its memory. */
static void test_mutants(void **state)
{
	uint8_t *to = malloc(20000);
	size_t size;
	unsigned int x = 1, refusals = 0;

	(void)state;
	host_tool_data(plain, 20000, 3);
	size = host_tool("xz -q -c --arm64 --lzma2=preset=6", plain, 20000, packed, sizeof(packed));
	for (unsigned int i = 0; i < 10000; i++) {
		uint8_t *copy = malloc(size);

		memcpy(copy, packed, size);
		for (unsigned int n = 0; n <= i % 3; n++) {
			x = x * 1664525u + 1013904223u;
			copy[(x >> 8) % size] ^= (uint8_t)(1 + x % 255);
		}
		if (unxz(&work, to, 20000, copy, size, &out, &why))
			refusals++;
		else
			assert_memory_equal(to, plain, out);
		free(copy);
	}
	assert_true(refusals > 9980);
	free(to);
}

static void test_crc64(void **state)
{
	struct crc64_table table;

	(void)state;
	crc64_table_make(&table);
	assert_true(crc64(&table, "", 0) == 0);
	assert_true(crc64(&table, "123456789", 9) == 0x995dc9bbdf1939fau);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program), cmocka_unit_test(test_plain_chunks),
		cmocka_unit_test(test_several), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_mutants), cmocka_unit_test(test_crc64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
