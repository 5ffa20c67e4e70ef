/* SPDX-License-Identifier: BSD-2-Clause */
/* The page's server against our own client, over a bad line, and against who means no good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/http.h"
#include "net/httpd.h"
#include "test/host/net/line.h"

#define FILE_SIZE 200000

static struct line line;
static struct net client, peer;
static struct httpd d;
static char page[5000];
static uint8_t file[FILE_SIZE], got[FILE_SIZE];
static uint64_t due, whole, cut;

static void status(void *ctx, char *text)
{
	(void)ctx;
	strcpy(text, "fine");
}

static int begin(void *ctx, const char *name, uint64_t size, struct why *why)
{
	(void)ctx;
	if (strcmp(name, "kernel"))
		return refuse(why, -ENOENT, "no %s", name);
	if (size > FILE_SIZE)
		return refuse(why, -ENOSPC, "too long");
	due = 0;
	return 0;
}

static int data(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	(void)ctx;
	(void)why;
	assert_int_equal(at, due);
	assert_true(count <= FILE_SIZE - at);
	if (bytes)
		memcpy(got + at, bytes, count);
	due += count;
	return 0;
}

static bool early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	assert_true(at > due && at <= FILE_SIZE && count <= FILE_SIZE - at);
	memcpy(got + at, bytes, count);
	return true;
}

static void broken(void *ctx)
{
	(void)ctx;
	cut++;
}

static void start(uint64_t seed)
{
	const struct httpd_host host = { NULL,	page, "board", sizeof(page), status,
					 begin, data, early,   broken };

	line_init(&line, &client, &peer, seed);
	memset(page, 'p', sizeof(page));
	for (unsigned int i = 0; i < FILE_SIZE; i++)
		file[i] = (uint8_t)(i * 2654435761u >> 13);
	memset(got, 0, sizeof(got));
	whole = cut = 0;
	httpd_start(&d, &peer, &host, 80);
}

static void tick(void)
{
	line_tick(&line);
	httpd_poll(&d);
	if (line.now % 4 || !httpd_has_whole(&d)) /* who serves has something else to do, too */
		return;
	whole++;
	httpd_finish(&d, true, "it is here");
}

/* Until all connections have come to their end. */
static void wait_free(void)
{
	for (unsigned int i = 0; i < HTTPD_CONNECTIONS; i++) {
		for (unsigned int ms = 0; ms < 120000 && d.connection[i].state != HTTPD_FREE; ms++)
			tick();
		assert_int_equal(d.connection[i].state, HTTPD_FREE);
	}
}

/* ---- a page, read by http.h */

static uint64_t read_size;

static int page_begin(void *ctx, uint64_t size, struct why *why)
{
	(void)ctx;
	(void)size;
	(void)why;
	return 0;
}

static int page_data(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	(void)ctx;
	(void)why;
	for (size_t i = 0; bytes && i < count; i++)
		assert_int_equal(((const char *)bytes)[i], 'p');
	read_size = at + count;
	return 0;
}

static bool page_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	(void)at;
	(void)bytes;
	(void)count;
	return false;
}

static void get_page(void)
{
	static struct http h;
	const struct http_host host = { NULL, page_begin, page_data, page_early, NULL };
	struct http_url url;
	struct why why;

	read_size = 0;
	assert_int_equal(http_parse_url(&url, "http://10.0.0.2/", &why), 0);
	http_start(&h, &client, &host, &url, peer.ip);
	for (unsigned int ms = 0; ms < 300000 && h.state < HTTP_DONE; ms++) {
		tick();
		http_poll(&h);
	}
	assert_int_equal(h.state, HTTP_DONE);
	assert_int_equal(read_size, sizeof(page));
	http_stop(&h);
}

static void bad(unsigned int seed)
{
	line.loss = seed % 6;
	line.twice = seed % 3;
	line.late = seed % 20;
	line.damage = seed % 2;
	line.delay_ms = seed % 7;
}

static void test_page(void **state)
{
	(void)state;
	for (unsigned int seed = 0; seed < 60; seed++) {
		start(seed);
		bad(seed);
		get_page();
		wait_free();
	}
}

/* ---- files, by tcp.h and its words */

static char answer[2000];
static size_t answer_size;

static uint8_t out[FILE_SIZE + 1000];

static void answer_give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	(void)ctx;
	memcpy(bytes, out + at, count);
}

static int answer_data(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	assert_true(bytes && at == answer_size && count < sizeof(answer) - at);
	memcpy(answer + at, bytes, count);
	answer_size += count;
	answer[answer_size] = '\0';
	return 0;
}

static bool answer_early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	(void)at;
	(void)bytes;
	(void)count;
	return false;
}

/* Return: what was answered. */
static const char *ask(const char *head, uint32_t body)
{
	static const struct tcp_host host = { NULL, answer_data, answer_early, answer_give };
	static struct tcp t;
	const uint32_t size = (uint32_t)strlen(head);

	memcpy(out, head, size);
	memcpy(out + size, file, body);
	answer_size = 0;
	answer[0] = '\0';
	tcp_open(&t, &client, &host, peer.ip, 80, size + body);
	for (unsigned int ms = 0; ms < 600000 && t.state <= TCP_OPEN; ms++) {
		tick();
		tcp_poll(&t);
	}
	tcp_stop(&t);
	return answer;
}

#define HEAD "PUT /kernel HTTP/1.1\r\nHost: 10.0.0.2\r\n"

static void test_file(void **state)
{
	(void)state;
	for (unsigned int seed = 0; seed < 30; seed++) {
		start(seed);
		bad(seed);
		assert_non_null(strstr(ask(HEAD "Content-Length: 200000\r\n\r\n", FILE_SIZE),
				       "\r\n\r\nit is here\n"));
		assert_int_equal(whole, 1);
		assert_memory_equal(got, file, FILE_SIZE);
		wait_free();
		assert_int_equal(cut, 0);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *head, *status;
	} all[] = {
		{ "GET /status HTTP/1.1\r\nHost: board\r\n\r\n", "200 OK" },
		{ "GET /status HTTP/1.1\r\nhost:board:81\r\n\r\n", "200 OK" },
		{ "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n", "403 " },
		{ "GET / HTTP/1.1\r\n\r\n", "403 " },
		{ "GET /x HTTP/1.1\r\nHost: board\r\n\r\n", "404 " },
		{ "POST / HTTP/1.1\r\nHost: board\r\n\r\n", "405 " },
		{ "nonsense\r\n\r\n", "400 " },
		{ "PUT /x HTTP/1.1\r\nHost: board\r\nContent-Length: 1\r\n\r\n", "404 " },
		{ HEAD "Content-Length: 200001\r\n\r\n", "403 " },
		{ HEAD "\r\n", "411 " },
		{ HEAD "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "411 " },
		{ HEAD "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "400 " },
		{ HEAD "Content-Length: 0x1\r\n\r\n", "400 " },
		{ "GET / HTTP/1.1\r\nHost: board\r\n", "408 " }, /* it does not end */
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++) {
		start(i);
		if (strncmp(ask(all[i].head, 0), "HTTP/1.1 ", 9) ||
		    strncmp(answer + 9, all[i].status, strlen(all[i].status)))
			fail_msg("%s: %s", all[i].head, answer);
		wait_free();
		assert_int_equal(whole, 0);
	}
	start(1);
	assert_int_equal(strncmp(ask(HEAD "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", 3),
				 "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", 42),
			 0);
}

/* ---- who means no good */

static void segment(uint32_t from, uint16_t port, uint8_t flags, uint32_t seq, uint32_t ack)
{
	uint8_t f[54] = { 0 }, *ip = f + 14, *tcp = ip + 20;

	memcpy(f, peer.mac, 6);
	put_be16(f + 12, 0x0800);
	ip[0] = 0x45;
	put_be16(ip + 2, 40);
	ip[9] = NET_TCP;
	put_be32(ip + 12, from);
	put_be32(ip + 16, peer.ip);
	put_be16(ip + 10, (uint16_t)~net_sum(ip, 20, 0));
	put_be16(tcp, port);
	put_be16(tcp + 2, 80);
	put_be32(tcp + 4, seq);
	put_be32(tcp + 8, ack);
	tcp[12] = 0x50;
	tcp[13] = flags;
	put_be16(tcp + 14, 1000);
	net_input(&peer, f, sizeof(f), true, line.now);
}

/* Thousands of beginnings: who comes then has a place. */
static void test_flood(void **state)
{
	(void)state;
	start(1);
	for (uint32_t i = 0; i < 5000; i++)
		segment(0x0a000010 + i % 200, (uint16_t)(1 + i), 2, i, 0);
	get_page();
	/* and thousands of ends without a beginning are each answered by one RST */
	line.sent = 0;
	for (uint32_t i = 0; i < 100; i++)
		segment(client.ip, (uint16_t)(1 + i), 16, i, i);
	assert_in_range(line.sent, 100, 100);
	line.sent = 0;
	for (uint32_t i = 0; i < 100; i++)
		segment(client.ip, (uint16_t)(1 + i), 4, i, i);
	assert_int_equal(line.sent, 0);
}

/* A file is on its way; somebody guesses numbers (RFC 5961): it goes on. */
static void test_blind(void **state)
{
	static const struct tcp_host host = { NULL, answer_data, answer_early, answer_give };
	static struct tcp t;
	int size;

	(void)state;
	start(1);
	line.delay_ms = 3;
	size = sprintf((char *)out, HEAD "Content-Length: %u\r\n\r\n", FILE_SIZE);
	memcpy(out + size, file, FILE_SIZE);
	answer_size = 0;
	tcp_open(&t, &client, &host, peer.ip, 80, (uint64_t)size + FILE_SIZE);
	for (unsigned int ms = 0; ms < 60000 && t.state <= TCP_OPEN; ms++) {
		const struct tcp *c = &d.connection[0].tcp;

		if (c->state == TCP_OPEN && !whole) {
			const uint32_t next = c->irs + 1 + (uint32_t)c->got;

			segment(client.ip, t.handler.port, 4, next + 1 + ms, 0);
			segment(client.ip, t.handler.port, 2, next, 0);
			segment(client.ip, t.handler.port, 4, next - 100000, 0);
			segment(client.ip, t.handler.port, 17, next, c->nxt + 5000);
		}
		tick();
		tcp_poll(&t);
	}
	assert_int_equal(whole, 1);
	assert_memory_equal(got, file, FILE_SIZE);
	tcp_stop(&t);
	wait_free();
}

/* Who says no more in the middle of a file is given up, and the next may come. */
static void test_still(void **state)
{
	(void)state;
	start(1);
	(void)ask(HEAD "Content-Length: 200000\r\n\r\n", 1000);
	wait_free();
	assert_int_equal(cut, 1);
	assert_non_null(
		strstr(ask(HEAD "Content-Length: 200000\r\n\r\n", FILE_SIZE), "it is here"));
	httpd_stop(&d);
	assert_null(peer.handlers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),  cmocka_unit_test(test_file),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_flood),
		cmocka_unit_test(test_blind), cmocka_unit_test(test_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
