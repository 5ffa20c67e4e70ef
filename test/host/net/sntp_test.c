/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/sntp.h"
#include "test/host/net/line.h"

#define SINCE_1900 UINT64_C(2208988800)
#define YEAR_2026  UINT64_C(1795975320) /* 2026-11-29 18:02:00 */
#define YEAR_2040  UINT64_C(2208988800)

static struct line line;
static struct net client, peer;
static struct sntp q;

/* A server: what time it was when line.now was 0, how long it takes, and what is wrong with it. */
static struct {
	struct net_handler handler;
	uint64_t seconds, took, due, whole, times[2];
	uint8_t first, stratum, question[SNTP_SIZE];
	const char *code;
	bool wrong_origin, old_origin, backwards, no_time, silent;
	uint16_t to_port;
	uint64_t origins[SNTP_TRIES + 1];
	unsigned int asked;
	size_t cut;
} s;

static uint64_t stamp(void)
{
	const uint64_t ms = s.seconds * 1000 + line.now;

	return (ms / 1000 + SINCE_1900) << 32 | (((ms % 1000) << 32) + 999) / 1000;
}

static void put64(uint8_t *at, uint64_t value)
{
	put_be32(at, (uint32_t)(value >> 32));
	put_be32(at + 4, (uint32_t)value);
}

static void asked(struct net_handler *handler, struct net *net, const struct net_packet *m)
{
	(void)handler;
	(void)net;
	assert_int_equal(m->size, SNTP_SIZE);
	assert_int_equal(m->data[0], 0x23);
	memcpy(s.question, m->data, SNTP_SIZE);
	for (unsigned int i = 1; i < 40; i++)
		assert_int_equal(m->data[i], 0);
	s.origins[s.asked++] = (uint64_t)get_be32(m->data + 40) << 32 | get_be32(m->data + 44);
	s.to_port = m->from_port;
	s.times[0] = stamp();
	s.due = line.now + s.took;
}

static void answer(void)
{
	uint8_t *m = net_udp_room(&peer);

	s.due = 0;
	s.times[1] = s.no_time ? 0 : s.backwards ? s.times[0] - 1 : stamp();
	memset(m, 0, SNTP_SIZE);
	m[0] = s.first;
	m[1] = s.stratum;
	memcpy(m + 12, s.code, strlen(s.code));
	put64(m + 24, (s.old_origin ? s.origins[0] : s.origins[s.asked - 1]) ^ s.wrong_origin);
	put64(m + 32, s.times[0]);
	put64(m + 40, s.times[1]);
	net_udp_send(&peer, client.ip, s.to_port, SNTP_PORT, SNTP_SIZE - s.cut);
}

static void begin(void)
{
	memset(&s, 0, sizeof(s));
	s.handler = (struct net_handler){ .protocol = NET_UDP, .port = SNTP_PORT, .input = asked };
	s.seconds = YEAR_2026;
	s.first = 0x24;
	s.stratum = 2;
	s.code = "";
	line_init(&line, &client, &peer, 1);
}

static void ask(void)
{
	uint64_t begun;

	net_listen(&peer, &s.handler);
	/* the server knows the way back: what it takes to find it is no part of the answer's */
	while (!net_ask(&peer, client.ip) && !net_is_unreachable(&peer, client.ip))
		line_tick(&line);
	begun = line.now;
	sntp_start(&q, &client, peer.ip);
	for (unsigned int ms = 0; q.state == SNTP_ASKED && ms < 60000; ms++) {
		line_tick(&line);
		if (s.due && line.now >= s.due && !s.silent)
			answer();
		sntp_poll(&q);
	}
	s.whole = line.now - begun;
	sntp_stop(&q);
	assert_null(client.handlers);
}

static void is_right(uint64_t off)
{
	const uint64_t now = s.seconds * 1000 + line.now, said = q.seconds * 1000 + q.ms;

	assert_int_equal(q.state, SNTP_DONE);
	assert_int_equal(q.came, line.now);
	assert_in_range(said, now - off, now + off);
}

/* Neither ARP's way nor the server's own time is the question's. */
static void test_time(void **state)
{
	(void)state;
	begin();
	ask();
	is_right(1);
	assert_int_equal(q.stratum, 2);
	begin();
	line.delay_ms = 40;
	s.took = 300;
	ask();
	is_right(1);
	assert_in_range(q.delay_ms, 79, 81);
	assert_int_equal(s.asked, 1);
	assert_int_equal(s.whole, 4 * 40 + 300);
}

/* Seconds begin again in 2036. */
static void test_eras(void **state)
{
	(void)state;
	begin();
	s.seconds = YEAR_2040;
	ask();
	is_right(1);
}

static void test_refused(void **state)
{
	(void)state;
	begin();
	s.stratum = 0;
	s.code = "RATE";
	ask();
	assert_string_equal(q.why.text, "the time server refuses: 'RATE'");
	begin();
	s.stratum = 0;
	s.code = "\x1b\n";
	ask();
	assert_string_equal(q.why.text, "the time server refuses: '\?\?'");
	begin();
	s.first |= 0xc0;
	ask();
	assert_string_equal(q.why.text, "the time server does not know the time itself");
	begin();
	s.stratum = 0; /* and no code: chrony without a source */
	ask();
	assert_string_equal(q.why.text, "the time server does not know the time itself");
	begin();
	s.stratum = 16;
	ask();
	assert_string_equal(q.why.text, "the time server does not know the time itself");
	begin();
	s.first = 0x1c;
	ask();
	assert_string_equal(q.why.text, "the time server answers in another version of NTP than 4");
	begin();
	s.backwards = true;
	ask();
	assert_string_equal(q.why.text, "the time server's times make no sense");
	begin();
	s.no_time = true;
	ask();
	assert_string_equal(q.why.text, "the time server's times make no sense");
}

/* Who does not know the question's bits is not heard; each question has others. */
static void test_spoofed(void **state)
{
	(void)state;
	begin();
	s.wrong_origin = true;
	ask();
	assert_string_equal(q.why.text, "the time server does not answer");
	assert_int_equal(s.asked, SNTP_TRIES);
	for (unsigned int i = 1; i < SNTP_TRIES; i++)
		assert_int_not_equal(s.origins[i], s.origins[i - 1]);
	begin();
	s.took = 1500; /* behind the second question */
	s.old_origin = true;
	ask();
	assert_int_equal(q.state, SNTP_FAILED);
	begin();
	s.cut = 1;
	ask();
	assert_string_equal(q.why.text, "the time server does not answer");
	begin();
	s.first = 0x25; /* broadcast */
	ask();
	assert_string_equal(q.why.text, "the time server does not answer");
}

static void test_nobody(void **state)
{
	(void)state;
	begin();
	s.silent = true;
	ask();
	assert_string_equal(q.why.text, "the time server does not answer");
	begin();
	line.loss = 100;
	ask();
	assert_string_equal(q.why.text, "the time server is not there");
	begin();
	sntp_start(&q, &client, peer.ip);
	for (unsigned int ms = 0; ms < 5; ms++) {
		line_tick(&line);
		sntp_poll(&q);
	}
	line_unreachable(&line, 3, 3);
	line_tick(&line);
	assert_string_equal(q.why.text, "10.0.0.2 says: port unreachable");
	sntp_stop(&q);
}

static void test_bad_lines(void **state)
{
	unsigned int done = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 500; seed++) {
		begin();
		line_init(&line, &client, &peer, seed);
		line.loss = line.twice = line.late = line.damage = 10;
		ask();
		if (q.state == SNTP_DONE)
			is_right(20);
		done += q.state == SNTP_DONE;
	}
	assert_in_range(done, 450, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time),	cmocka_unit_test(test_eras),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_spoofed),
		cmocka_unit_test(test_nobody),	cmocka_unit_test(test_bad_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
