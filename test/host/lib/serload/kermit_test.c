/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/kermit: a model of a sender, with a line between that loses and changes bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/base/crc16.h"
#include "lib/serload/kermit.h"
#include "test/host/lib/serload/model.h"

#define SOP      1
#define TRIES    20
#define LONG_MAX 3900

/* The sender: @len bytes are a packet's data; @long_ones: packets of many bytes; @high: '&' */
static struct {
	struct model model;
	struct kermit k;
	struct noise there, back;
	uint8_t data[MODEL_MAX], field[8000], answer[100];
	size_t size, at, room;
	unsigned int check, agreed, seq, answered;
	bool long_ones, high;
	int rc;
} s;

static void feed(uint8_t c)
{
	uint8_t out[2];
	unsigned int i, count = noise_pass(&s.there, c, out);

	for (i = 0; i < count && !s.rc; i++)
		s.rc = kermit_step(&s.k, out[i]);
}

static unsigned int sum_of(const uint8_t *bytes, size_t count)
{
	unsigned int sum = 0;

	while (count--)
		sum += *bytes++;
	return sum;
}

static uint8_t check1(const uint8_t *bytes, size_t count)
{
	unsigned int sum = sum_of(bytes, count);

	return (uint8_t)(((sum + ((sum & 192) / 64)) & 63) + 32);
}

static size_t put_check(unsigned int kind, const uint8_t *bytes, size_t count, uint8_t *out)
{
	unsigned int value = kind == 3 ? crc16_kermit(0, bytes, count) : sum_of(bytes, count);

	if (kind == 1) {
		*out = check1(bytes, count);
		return 1;
	}
	if (kind == 3)
		*out++ = (uint8_t)((value >> 12 & 15) + 32);
	out[0] = (uint8_t)((value >> 6 & 63) + 32);
	out[1] = (uint8_t)((value & 63) + 32);
	return kind;
}

static void send_packet(char type, const uint8_t *data, size_t len)
{
	uint8_t packet[8100];
	const unsigned int kind = s.agreed;
	const bool big = len + 2 + kind > 94;
	size_t n = 0, i;

	packet[n++] = big ? ' ' : (uint8_t)(len + 2 + kind + 32);
	packet[n++] = (uint8_t)(s.seq + 32);
	packet[n++] = (uint8_t)type;
	if (big) {
		packet[n++] = (uint8_t)((len + kind) / 95 + 32);
		packet[n++] = (uint8_t)((len + kind) % 95 + 32);
		packet[n] = check1(packet, n);
		n++;
	}
	memcpy(packet + n, data, len);
	n += len;
	n += put_check(kind, packet, n, packet + n);
	feed(SOP);
	for (i = 0; i < n; i++)
		feed(packet[i]);
	feed('\r');
}

/*
 * What the receiver says, through the line. Return: it acknowledged this packet.
 * An answer that is damaged is none.
 */
static bool is_acknowledged(void)
{
	uint8_t in[4000], out[2], check[3];
	size_t n = 0, i, len;
	unsigned int j, count;
	bool ack = false;
	int c;

	while ((c = model_answer(&s.model)) >= 0) {
		count = noise_pass(&s.back, (uint8_t)c, out);
		for (j = 0; j < count && n < sizeof(in); j++)
			in[n++] = out[j];
	}
	for (i = 0; i + 4 < n; i++) {
		len = (size_t)in[i + 1] - 32;
		if (in[i] != SOP || len < 2 + s.agreed || len > 94 || len > n - i - 2)
			continue;
		put_check(s.agreed, in + i + 1, len + 1 - s.agreed, check);
		if (memcmp(check, in + i + 2 + len - s.agreed, s.agreed))
			continue;
		if (in[i + 3] == 'E')
			s.rc = s.rc ? s.rc : -ECANCELED;
		if (in[i + 3] != 'Y' || in[i + 2] != s.seq + 32)
			continue;
		s.answered = (unsigned int)(len - 2 - s.agreed);
		memcpy(s.answer, in + i + 4, s.answered);
		ack = true;
	}
	return ack;
}

/* Send until it is answered. Return: it was. */
static bool deliver(char type, const uint8_t *data, size_t len)
{
	unsigned int tries;

	for (tries = 0; tries < TRIES && !s.rc; tries++) {
		send_packet(type, data, len);
		if (is_acknowledged())
			break;
		if (!s.rc) /* its wait for us ends as well */
			s.rc = kermit_step(&s.k, SERLOAD_QUIET);
		(void)!is_acknowledged();
	}
	s.seq = (s.seq + 1) & 63;
	return tries < TRIES && s.rc >= 0;
}

static size_t encode(size_t room)
{
	size_t n = 0;

	while (s.at < s.size && n + 6 <= room) {
		uint8_t c = s.data[s.at];
		unsigned int same = 1;

		while (same < 94 && s.at + same < s.size && s.data[s.at + same] == c)
			same++;
		if (same < 4)
			same = 1;
		s.at += same;
		if (same > 1) {
			s.field[n++] = '~';
			s.field[n++] = (uint8_t)(same + 32);
		}
		if (s.high && c & 0x80) {
			s.field[n++] = '&';
			c &= 0x7f;
		}
		if ((c & 0x7f) < 32 || (c & 0x7f) == 127) {
			s.field[n++] = '#';
			c ^= 64;
		} else if ((c & 0x7f) == '#' || (c & 0x7f) == '~' || (s.high && c == '&')) {
			s.field[n++] = '#';
		}
		s.field[n++] = c;
	}
	return n;
}

static int run(size_t size)
{
	uint8_t init[] = "~* @-#Y1~* J Q";
	static const uint8_t attributes[] = "1%20000";
	size_t len;

	s.size = size;
	s.at = 0;
	s.rc = 0;
	s.seq = 0;
	s.agreed = 1;
	model_init(&s.model);
	kermit_start(&s.k, &s.model.host);
	init[6] = s.high ? '&' : 'Y';
	init[7] = (uint8_t)('0' + s.check);
	if (!deliver('S', init, sizeof(init) - 1))
		return s.rc;
	if (s.answered < 8 || s.answer[7] != '0' + s.check)
		return -EINVAL;
	s.agreed = s.check;
	if (!deliver('F', (const uint8_t *)"NAME.BIN", 8) ||
	    !deliver('A', attributes, sizeof(attributes) - 1))
		return s.rc;
	while (s.at < s.size) {
		len = encode(s.long_ones ? LONG_MAX : 80);
		if (!deliver('D', s.field, len))
			return s.rc;
	}
	if (!deliver('Z', s.field, 0))
		return s.rc;
	deliver('B', s.field, 0);
	if (!s.rc)
		s.rc = kermit_step(&s.k, SERLOAD_QUIET);
	return s.rc;
}

static void start(uint32_t seed, uint32_t one_in, unsigned int check)
{
	size_t i;

	memset(&s, 0, sizeof(s));
	for (i = 0; i < sizeof(s.data); i++)
		s.data[i] = i % 5000 < 300 ? 0 : (uint8_t)(i * 7 + i / 251);
	s.there = (struct noise){ seed, one_in };
	s.back = (struct noise){ seed * 77 + 5, one_in };
	s.check = check;
	s.long_ones = seed % 2;
	s.high = seed % 3 == 0;
}

static void assert_whole(size_t size)
{
	assert_false(s.model.damaged);
	assert_int_equal(s.model.ended, 1);
	assert_int_equal(s.model.size, size);
	assert_memory_equal(s.model.data, s.data, size);
}

static void clean_line(void **state)
{
	unsigned int check, seed;

	(void)state;
	for (check = 1; check <= 3; check++) {
		for (seed = 0; seed < 6; seed++) {
			start(seed, 0, check);
			assert_int_equal(run(seed ? 20000 * seed : 0), SERLOAD_DONE);
			assert_whole(seed ? 20000 * seed : 0);
			assert_string_equal(s.model.name, "NAME.BIN");
			assert_int_equal(s.model.told, 20000);
			assert_int_equal(s.k.base.repeats, 0);
		}
	}
}

/* By the CRC the file is whole whatever happens, or the load says why not. */
static void noisy_line(void **state)
{
	static const uint32_t rates[] = { 20000, 3000, 1000, 100 };
	unsigned int i, seed, whole;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		whole = 0;
		for (seed = 1; seed <= 40; seed++) {
			start(seed * 7919, rates[i], 3);
			s.long_ones = !i && seed % 4 == 0; /* they get through no worse line */
			if (run(20000) == SERLOAD_DONE) {
				whole++;
				assert_whole(20000);
			}
			assert_false(s.model.damaged);
			assert_true(s.rc != 0 || s.k.phase != KERMIT_OVER);
			if (s.rc < 0 && s.rc != -ECANCELED)
				assert_true(s.k.base.why.text[0]);
		}
		if (rates[i] >= 3000)
			assert_in_range(whole, 36, 40);
	}
}

static void refused_by_host(void **state)
{
	(void)state;
	start(1, 0, 2);
	s.size = 1;
	run(100);
	start(1, 0, 1);
	model_init(&s.model);
	kermit_start(&s.k, &s.model.host);
	s.agreed = 1;
	s.model.limit = 0;
	assert_true(deliver('S', (const uint8_t *)"", 0));
	assert_true(deliver('F', (const uint8_t *)"A", 1));
	assert_false(deliver('D', (const uint8_t *)"abc", 3));
	assert_string_equal(s.k.base.why.text, "belongs to the model");
	assert_int_equal(s.rc, -EPERM);
	assert_int_equal(s.model.size, 0);
}

static void sender_gives_up(void **state)
{
	(void)state;
	start(1, 0, 1);
	model_init(&s.model);
	kermit_start(&s.k, &s.model.host);
	s.agreed = 1;
	assert_true(deliver('S', (const uint8_t *)"", 0));
	send_packet('E', (const uint8_t *)"no\x1b", 3);
	assert_int_equal(s.rc, -ECANCELED);
	assert_string_equal(s.k.base.why.text, "the sender gave up: no?");
}

static void silence_and_ctrl_c(void **state)
{
	unsigned int waits = 0;
	int rc;

	(void)state;
	start(1, 0, 1);
	model_init(&s.model);
	kermit_start(&s.k, &s.model.host);
	while (!(rc = kermit_step(&s.k, SERLOAD_QUIET)))
		assert_true(++waits < 60);
	assert_int_equal(rc, -ETIMEDOUT);
	kermit_start(&s.k, &s.model.host);
	assert_int_equal(kermit_step(&s.k, 3), 0);
	assert_int_equal(kermit_step(&s.k, 'x'), 0);
	assert_int_equal(kermit_step(&s.k, SERLOAD_QUIET), 0);
	assert_int_equal(kermit_step(&s.k, 3), 0);
	assert_int_equal(kermit_step(&s.k, 3), 0);
	assert_int_equal(kermit_step(&s.k, SERLOAD_QUIET), -EINTR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_line),         cmocka_unit_test(noisy_line),
		cmocka_unit_test(refused_by_host),    cmocka_unit_test(sender_gives_up),
		cmocka_unit_test(silence_and_ctrl_c),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
