/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that is put, by a small client over a bad line, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/bytes.h"
#include "net/tftpsrv.h"
#include "test/host/net/line.h"

#define ROOM 200000

static struct line line;
static struct net server, host;
static struct tftpsrv s;
static uint8_t file[ROOM], got[ROOM];
static uint64_t room;

/* The client: a window from the first block that was not acknowledged, again after a while. */
static struct {
	struct net_handler handler;
	const char *request; /* options behind the mode, each with its NUL */
	uint32_t request_size;
	uint64_t size, next; /* blocks from 1 */
	uint32_t block, window;
	uint16_t port;
	uint64_t due;
	unsigned int error, sent;
	char answer[100];
	bool over;
} c;

static int take_size(void *ctx, uint64_t size, struct why *why)
{
	(void)ctx;
	return size > room ? refuse(why, -EPERM, "that is too large") : 0;
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	(void)ctx;
	if (at + count > room)
		return refuse(why, -EPERM, "there is no room");
	memcpy(got + at, bytes, count);
	return 0;
}

static void ask(uint16_t what)
{
	uint8_t *p = net_udp_room(&host);

	put_be16(p, what);
	memcpy(p + 2, c.request, c.request_size);
	net_udp_send(&host, server.ip, TFTP_PORT, c.handler.port, 2 + c.request_size);
}

static void send_window(void)
{
	for (uint64_t b = c.next; b < c.next + c.window && (b - 1) * c.block <= c.size; b++) {
		uint8_t *p = net_udp_room(&host);
		const uint64_t at = (b - 1) * c.block;
		const uint32_t count = (uint32_t)MIN((uint64_t)c.block, c.size - at);

		put_be16(p, 3);
		put_be16(p + 2, (uint16_t)b);
		memcpy(p + 4, file + at, count);
		c.sent++;
		net_udp_send(&host, server.ip, c.port, c.handler.port, 4 + count);
	}
	c.due = host.now + 300;
}

static void client_input(struct net_handler *h, struct net *net, const struct net_packet *m)
{
	const uint16_t what = get_be16(m->data);

	(void)h;
	(void)net;
	if (what == 5) {
		c.error = get_be16(m->data + 2) + 1u;
		snprintf(c.answer, sizeof(c.answer), "%s", (const char *)m->data + 4);
		c.over = true;
		return;
	}
	if (what == 6 && c.next == 0) {
		memcpy(c.answer, m->data + 2, MIN(m->size - 2, (uint32_t)sizeof(c.answer)));
	} else if (what == 4) {
		const uint64_t behind = (uint16_t)(get_be16(m->data + 2) - (uint16_t)(c.next - 1));

		if (c.next && (behind > c.window || !behind))
			return;
		c.next += c.next ? behind : 0;
	} else {
		return;
	}
	c.port = m->from_port;
	c.next = c.next ? c.next : 1;
	c.over = (c.next - 1) * c.block > c.size;
	if (!c.over)
		send_window();
}

static void put(uint64_t seed, const char *request, uint32_t size)
{
	const struct tftp_host to = { NULL, take_size, take, NULL };

	line_init(&line, &server, &host, seed);
	memset(&c, 0, sizeof(c));
	memset(got, 0xee, sizeof(got));
	c.request = request;
	c.request_size = size;
	c.block = 512;
	c.window = 1;
	c.handler =
		(struct net_handler){ .protocol = NET_UDP, .port = 50000, .input = client_input };
	net_listen(&host, &c.handler);
	tftpsrv_start(&s, &server, &to);
}

static void run(unsigned int ms)
{
	for (; ms && s.state < TFTPSRV_DONE && !c.over; ms--) {
		if (host.now >= c.due) {
			if (net_is_unreachable(&host, server.ip))
				net_forget(&host, server.ip);
			if (c.next)
				send_window();
			else
				ask(2);
			c.due = host.now + 300;
		}
		line_tick(&line);
		tftpsrv_poll(&s);
	}
	for (unsigned int i = 0; i < 40; i++) {
		line_tick(&line);
		tftpsrv_poll(&s);
	}
}

#define REQUEST(text) text, sizeof(text)

static void test_sizes(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 511, 512, 513, 1024, 100000 };

	(void)state;
	room = ROOM;
	for (unsigned int i = 0; i < ROOM; i++)
		file[i] = (uint8_t)(i * 7 + (i >> 8));
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		put(1, REQUEST("dir/f\x1b"
			       "1\0OCTET"));
		c.size = sizes[i];
		run(60000);
		assert_int_equal(s.state, TFTPSRV_DONE);
		assert_int_equal(s.done, sizes[i]);
		assert_memory_equal(got, file, sizes[i]);
		assert_string_equal(s.file, "dir/f?1");
		tftpsrv_stop(&s);
		assert_null(server.handlers);
	}
}

static void test_options(void **state)
{
	(void)state;
	put(1, REQUEST("f\0octet\0tsize\0"
		       "150000\0blksize\0"
		       "9000\0timeout\0"
		       "1\0windowsize\0"
		       "64"));
	c.size = 150000;
	c.block = 1468;
	c.window = 16;
	run(60000);
	assert_int_equal(s.state, TFTPSRV_DONE);
	assert_memory_equal(c.answer,
			    "tsize\0"
			    "150000\0blksize\0"
			    "1468\0windowsize\0"
			    "16",
			    40);
	assert_memory_equal(got, file, 150000);
	assert_int_equal(c.sent, 150000 / 1468 + 1);
	tftpsrv_stop(&s);
}

static void test_bad_lines(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= 500; seed++) {
		put(seed, REQUEST("f\0octet\0blksize\0"
				  "1000\0windowsize\0"
				  "8"));
		c.size = 100000 - seed;
		c.block = 1000;
		c.window = 8;
		line.loss = seed % 20;
		line.twice = seed % 4;
		line.damage = seed % 3;
		line.late = seed % 30;
		run(600000);
		assert_int_equal(s.state, TFTPSRV_DONE);
		assert_int_equal(s.done, c.size);
		assert_memory_equal(got, file, c.size);
		tftpsrv_stop(&s);
	}
}

static void refused(const char *answer, enum tftpsrv_state state)
{
	run(60000);
	assert_string_equal(c.answer, answer);
	assert_int_equal(s.state, state);
	tftpsrv_stop(&s);
}

static void test_refusals(void **state)
{
	(void)state;
	put(1, REQUEST("f\0netascii"));
	refused("the mode has to be octet", TFTPSRV_LISTENING);
	put(1, "f\0oct", 5);
	refused("a name and a mode are missing", TFTPSRV_LISTENING);
	put(1, REQUEST("\0octet"));
	refused("a name and a mode are missing", TFTPSRV_LISTENING);
	put(1, REQUEST("f\0octet"));
	c.due = UINT64_MAX;
	ask(1);
	run(1000);
	assert_string_equal(c.answer, "files are only taken here");
	tftpsrv_stop(&s);
	room = 1000;
	put(1, REQUEST("f\0octet\0tsize\0"
		       "1001"));
	refused("that is too large", TFTPSRV_FAILED);
	put(1, REQUEST("f\0octet"));
	c.size = 1025;
	refused("there is no room", TFTPSRV_FAILED);
	assert_int_equal(got[1000], 0xee);
	room = ROOM;
	put(1, REQUEST("f\0octet\0tsize\0"
		       "1000"));
	c.size = 999;
	refused("the file has 1000 bytes; 999 came", TFTPSRV_FAILED);
	/* a client that begins, and is silent then */
	put(1, REQUEST("f\0octet"));
	ask(2);
	for (unsigned int ms = 0; ms < 60000 && s.state < TFTPSRV_DONE; ms++) {
		net_unlisten(&host, &c.handler);
		line_tick(&line);
		tftpsrv_poll(&s);
	}
	assert_string_equal(s.why.text, "the client is silent");
	tftpsrv_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
