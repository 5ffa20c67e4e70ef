/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/xymodem: a model of a sender, with a line between that loses and changes bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/base/crc16.h"
#include "lib/serload/xymodem.h"
#include "test/host/lib/serload/model.h"

enum { SOH = 1, STX = 2, EOT = 4, ACK = 6, NAK = 21, CAN = 24 };

/*
 * The sender: a file of @size pseudo-random bytes, by blocks of @block, that obeys what it reads.
 * @at: the block it sends: -1 is block 0, then data, then EOT; -2: the end of the batch
 */
struct sender {
	struct model model;
	struct xymodem x;
	struct noise there, back;
	uint8_t data[MODEL_MAX];
	size_t size, block;
	bool batch, knows_crc, crc, begun, gave_up, finished;
	const char *says; /* of the size, instead of decimal digits */
	long at;
	unsigned int files, cans;
	int rc;
};

static struct sender s;

static void feed(int c)
{
	uint8_t out[2];
	unsigned int i, count = noise_pass(&s.there, (uint8_t)c, out);

	for (i = 0; i < count && !s.rc; i++)
		s.rc = xymodem_step(&s.x, out[i]);
}

static void quiet(void)
{
	if (!s.rc)
		s.rc = xymodem_step(&s.x, SERLOAD_QUIET);
}

static void send_block(uint8_t number, const uint8_t *data, size_t size)
{
	uint8_t sum = 0;
	uint16_t crc = crc16_xmodem(0, data, size);
	size_t i;

	feed(size == 128 ? SOH : STX);
	feed(number);
	feed(number ^ 0xff);
	for (i = 0; i < size; i++) {
		feed(data[i]);
		sum += data[i];
	}
	if (s.crc) {
		feed(crc >> 8);
		feed(crc & 0xff);
	} else {
		feed(sum);
	}
}

static long data_blocks(void)
{
	return (long)((s.size + s.block - 1) / s.block);
}

static void send_at(void)
{
	uint8_t block[1024];
	size_t from;

	if (s.at < 0) {
		memset(block, 0, sizeof(block));
		if (s.at == -1)
			snprintf((char *)block, sizeof(block), "file%cx %zu 0 0", 0, s.size);
		if (s.at == -1) /* the name's NUL, then the size */
			snprintf((char *)block + 5, sizeof(block) - 5, "%zu 1234 0", s.size);
		if (s.at == -1 && s.says)
			snprintf((char *)block + 5, sizeof(block) - 5, "%s", s.says);
		send_block(0, block, 128);
		return;
	}
	if (s.at == data_blocks()) {
		feed(EOT);
		return;
	}
	from = (size_t)s.at * s.block;
	memset(block, 0x1a, sizeof(block));
	memcpy(block, s.data + from, MIN(s.block, s.size - from));
	send_block((uint8_t)(s.at + 1), block, s.block);
}

static void acked(void)
{
	if (s.at == -2) {
		s.finished = true;
	} else if (s.at == data_blocks() && s.batch && --s.files) {
		s.at = -1;
		s.begun = false;
	} else if (s.at == data_blocks()) {
		s.finished = !s.batch;
		s.at = -2;
		s.begun = false;
	} else {
		s.begun = s.at != -1; /* behind block 0 it waits for another request */
		s.at++;
	}
}

/* Return: the sender does something at this byte */
static bool hear(int c)
{
	if (!s.begun && (c == 'C' || c == NAK)) {
		if (c == 'C' && !s.knows_crc)
			return false;
		s.crc = c == 'C';
		s.begun = true;
		send_at();
		return true;
	}
	if (s.begun && (c == NAK || c == 'C')) {
		send_at();
		return true;
	}
	if (s.begun && c == ACK) {
		acked();
		if (s.begun && !s.finished)
			send_at();
		return true;
	}
	s.cans = c == CAN ? s.cans + 1 : 0;
	s.gave_up = s.cans >= 2;
	return false;
}

/* Return: what the receiver ended with */
static int run(size_t size, size_t block, bool batch)
{
	unsigned int turns = 0;
	size_t i;
	int c;

	model_init(&s.model);
	s.size = size;
	s.block = block;
	s.batch = batch;
	s.at = batch ? -1 : 0;
	s.rc = 0;
	s.begun = s.finished = s.gave_up = false;
	for (i = 0; i < size; i++)
		s.data[i] = (uint8_t)(i * 7 + i / 251);
	xymodem_start(&s.x, &s.model.host, batch);
	while (!s.rc) {
		uint8_t out[2];
		unsigned int count;

		assert_true(++turns < 100000);
		c = model_answer(&s.model);
		if (c < 0) {
			quiet();
			continue;
		}
		count = noise_pass(&s.back, (uint8_t)c, out);
		for (i = 0; i < count; i++)
			hear(out[i]);
	}
	assert_false(s.model.damaged);
	assert_true(s.rc == SERLOAD_DONE || s.x.base.why.text[0]);
	return s.rc;
}

static void start(uint32_t seed, uint32_t one_in)
{
	s.there = (struct noise){ seed, one_in };
	s.back = (struct noise){ seed * 77 + 5, one_in * 10 };
	s.knows_crc = true;
	s.files = 1;
}

static void assert_whole(size_t size)
{
	assert_int_equal(s.model.ended, s.model.begun);
	assert_int_equal(s.model.size, size);
	assert_memory_equal(s.model.data, s.data, MIN(size, s.size));
}

static void clean_line(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 129, 1024, 40000, 256 * 128, 256 * 1024 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		start(1, 0);
		assert_int_equal(run(sizes[i], i % 2 ? 128 : 1024, true), SERLOAD_DONE);
		assert_whole(sizes[i]);
		assert_string_equal(s.model.name, "file");
		assert_int_equal(s.model.told, sizes[i]);
		assert_int_equal(s.x.base.repeats, 0);
		if (!sizes[i])
			continue;
		start(1, 0);
		assert_int_equal(run(sizes[i], 128, false), SERLOAD_DONE);
		assert_whole((sizes[i] + 127) / 128 * 128);
	}
}

static void batch_of_three(void **state)
{
	(void)state;
	start(1, 0);
	s.files = 3;
	assert_int_equal(run(3000, 1024, true), SERLOAD_DONE);
	assert_int_equal(s.model.ended, 3);
}

static void checksum_sender(void **state)
{
	(void)state;
	start(1, 0);
	s.knows_crc = false;
	assert_int_equal(run(3000, 128, false), SERLOAD_DONE);
	assert_whole(3072);
	assert_false(s.crc);
}

/* The file is whole, or the sentence says why; and mostly it is whole. */
static void noisy_line(void **state)
{
	static const uint32_t rates[] = { 20000, 3000, 1000, 300, 50 };
	unsigned int i, seed, whole;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		whole = 0;
		for (seed = 1; seed <= 40; seed++) {
			bool batch = seed % 2;

			start(seed * 7919, rates[i]);
			if (run(20000, seed % 3 ? 128 : 1024, batch) != SERLOAD_DONE)
				continue;
			whole++;
			if (s.model.told != SERLOAD_SIZE_UNKNOWN) /* else with its padding */
				assert_whole(20000);
			else
				assert_memory_equal(s.model.data, s.data, 20000);
		}
		if (rates[i] >= 3000)
			assert_in_range(whole, 36, 40);
	}
}

/* FIELD C11: a size in hexadecimal counts, and one that is none is not 0. */
static void sizes_as_they_come(void **state)
{
	static const struct {
		const char *says;
		size_t whole;
	} cases[] = {
		{ "0xbb8", 3000 },
		{ "0XBB8 1234", 3000 },
		{ "3000", 3000 },
		{ "3000x", 3000 },
		{ "", 3072 },
		{ "-1", 3072 },
		{ "99999999999999999999999999", 3072 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		start(1, 0);
		s.says = cases[i].says;
		assert_int_equal(run(3000, 1024, true), SERLOAD_DONE);
		assert_whole(cases[i].whole);
	}
	s.says = NULL;
}

static void nobody_sends(void **state)
{
	struct model *m = &s.model;
	unsigned int asked = 0;
	int rc;

	(void)state;
	model_init(m);
	xymodem_start(&s.x, &m->host, true);
	while (!(rc = xymodem_step(&s.x, SERLOAD_QUIET)))
		assert_true(++asked < 60);
	assert_int_equal(rc, -ETIMEDOUT);
	assert_string_equal(s.x.base.why.text, "no sender for 60 seconds");
	assert_int_equal(m->sent[0], 'C');
	assert_int_equal(m->sent[m->sent_count - 9], CAN);
}

static void ctrl_c_and_can(void **state)
{
	(void)state;
	model_init(&s.model);
	xymodem_start(&s.x, &s.model.host, false);
	assert_int_equal(xymodem_step(&s.x, 3), 0);
	assert_int_equal(xymodem_step(&s.x, SERLOAD_QUIET), -EINTR);
	xymodem_start(&s.x, &s.model.host, false);
	assert_int_equal(xymodem_step(&s.x, 3), 0);
	assert_int_equal(xymodem_step(&s.x, 'x'), 0); /* noise */
	assert_int_equal(xymodem_step(&s.x, SERLOAD_QUIET), 0);
	assert_int_equal(xymodem_step(&s.x, CAN), 0);
	assert_int_equal(xymodem_step(&s.x, CAN), -ECANCELED);
	assert_string_equal(s.x.base.why.text, "the sender gave up after 0x0 bytes");
}

/* It gives up within a block: what it sends then is seen when the line is quiet. */
static void can_in_a_block(void **state)
{
	int i;

	(void)state;
	model_init(&s.model);
	xymodem_start(&s.x, &s.model.host, true);
	assert_int_equal(xymodem_step(&s.x, SOH), 0);
	for (i = 0; i < 20; i++)
		assert_int_equal(xymodem_step(&s.x, i < 10 ? CAN : 8), 0);
	assert_int_equal(xymodem_step(&s.x, SERLOAD_QUIET), -ECANCELED);
}

static void refused_by_host(void **state)
{
	(void)state;
	start(1, 0);
	model_init(&s.model);
	s.rc = 0;
	s.crc = true;
	s.model.limit = 100;
	xymodem_start(&s.x, &s.model.host, false);
	s.model.sent_count = 0;
	send_block(1, s.data, 128);
	assert_int_equal(s.rc, -EPERM);
	assert_string_equal(s.x.base.why.text, "belongs to the model");
	assert_int_equal(s.model.sent[0], CAN);
	assert_int_equal(s.model.size, 0);
}

static void wrong_protocol(void **state)
{
	(void)state;
	start(1, 0);
	model_init(&s.model);
	s.rc = 0;
	s.crc = true;
	xymodem_start(&s.x, &s.model.host, true);
	send_block(1, s.data, 128);
	assert_int_equal(s.rc, -EPROTO);
	assert_non_null(strstr(s.x.base.why.text, "loadx"));
	s.rc = 0;
	xymodem_start(&s.x, &s.model.host, false);
	send_block(0, s.data, 128);
	assert_int_equal(s.rc, -EPROTO);
	assert_non_null(strstr(s.x.base.why.text, "loady"));
}

/* The check value of both polynomials, of "123456789". */
static void crcs(void **state)
{
	(void)state;
	assert_int_equal(crc16_xmodem(0, "123456789", 9), 0x31c3);
	assert_int_equal(crc16_kermit(0, "123456789", 9), 0x2189);
	assert_int_equal(crc16_kermit(crc16_kermit(0, "1234", 4), "56789", 5), 0x2189);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_line),
		cmocka_unit_test(batch_of_three),
		cmocka_unit_test(checksum_sender),
		cmocka_unit_test(noisy_line),
		cmocka_unit_test(sizes_as_they_come),
		cmocka_unit_test(nobody_sends),
		cmocka_unit_test(ctrl_c_and_can),
		cmocka_unit_test(can_in_a_block),
		cmocka_unit_test(refused_by_host),
		cmocka_unit_test(wrong_protocol),
		cmocka_unit_test(crcs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
