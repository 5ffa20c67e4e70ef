/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP and HTTP against a small server over a bad line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/bytes.h"
#include "net/http.h"
#include "net/sum.h"
#include "test/host/net/line.h"
#include "test/host/net/tcpserver.h"

#define ROOM     (1 << 20)
#define HEAD_MAX 400

static struct line line;
static struct net client, peer;
static struct http h;
static uint8_t file[ROOM], got[ROOM];
static uint64_t highest;
static bool refuse_begin;

/* A server of one file: it sends a window, and again from the first byte that was not answered. */
static struct {
	struct net_handler handler;
	net_addr_t client;
	uint16_t port;
	bool open, established, asked, no_early;
	uint32_t iss, irs, next; /* of the client's bytes */
	char request[1500];
	uint32_t request_size;
	uint8_t *stream; /* what is sent */
	uint64_t size, una, nxt;
	bool has[ROOM / 1000 + 2]; /* thousands that SACK has spoken of */
	uint64_t due;
	unsigned int same;
	/* the file */
	uint64_t file_size;
	const char *tag, *head;              /* head: whole, instead of what would be right */
	bool chunked, ranges, to_end, blind; /* blind: it answers with a part whatever the tag is */
	unsigned int busy, busy_status;      /* so many connections get that */
	uint64_t old_size;                   /* what a part says the whole has, where it is not 0 */
	uint64_t cut;                        /* the connection is reset after so many bytes of it */
	unsigned int connections, segments;
	uint64_t sent_body;
	uint64_t dead_until; /* the machine is off */
	bool mute, waits;    /* the program says nothing; each port has a connection of before */
} s;

static void send_segment(uint8_t flags, uint64_t at, uint32_t count)
{
	uint8_t *p = net_ip_room(&peer);
	uint32_t header = 20;
	const bool syn = flags & 2;

	memset(p, 0, 40);
	put_be16(p, 80);
	put_be16(p + 2, s.port);
	put_be32(p + 4, syn ? s.iss : s.iss + 1 + (uint32_t)at);
	put_be32(p + 8, s.next);
	p[13] = flags;
	put_be16(p + 14, 65535);
	if (syn) {
		memcpy(p + 20, "\2\4\5\264\1\3\3\0\1\1\4\2", 12);
		header = 32;
	}
	p[12] = (uint8_t)(header / 4 << 4);
	if (count)
		memcpy(p + header, s.stream + at, count);
	put_be16(p + 16, (uint16_t)~net_sum(p, header + count,
					    net_pseudo_sum(net_source(&peer, s.client), s.client,
							   NET_TCP, header + count)));
	s.segments += count != 0;
	net_ip_send(&peer, s.client, NET_TCP, header + count);
}

#define PIECE 1000u

static void send_piece(uint64_t at)
{
	const uint32_t count = (uint32_t)MIN(s.size - at, (uint64_t)PIECE);
	const bool last = at + count == s.size;

	send_segment(last ? 0x19 : 0x10, at, count);
}

/* Twenty pieces at a time; those that SACK has named are not sent again. */
static void send_window(void)
{
	while (s.nxt < s.size && s.nxt < s.una + 20 * PIECE) {
		if (!s.has[s.nxt / PIECE])
			send_piece(s.nxt);
		s.nxt += MIN(s.size - s.nxt, (uint64_t)PIECE);
		if (s.cut && s.nxt >= s.cut) {
			s.open = false;
			s.cut = 0;
			send_segment(4, s.una, 0); /* only the next number counts */
			return;
		}
	}
}

static void answer(void)
{
	uint64_t from = 0, at;
	const char *range = strstr(s.request, "Range: bytes=");
	const char *same = strstr(s.request, "If-Range: ");
	int n;

	if (s.ranges && range && same && s.tag &&
	    (s.blind || !strncmp(same + 10, s.tag, strlen(s.tag))))
		from = strtoull(range + 13, NULL, 10);
	if (s.busy && (from || s.busy_status < 416)) {
		s.busy--;
		s.size = (uint64_t)sprintf((char *)s.stream,
					   "HTTP/1.1 %u Not now\r\nContent-Length: 0\r\n\r\n",
					   s.busy_status);
		return;
	}
	s.stream = realloc(s.stream, s.file_size * 2 + 16384);
	if (s.head)
		n = sprintf((char *)s.stream, "%s", s.head);
	else
		n = sprintf((char *)s.stream, "HTTP/1.1 %s\r\n%s%s%s", from ? "206 Part" : "200 OK",
			    s.tag ? "ETag: " : "", s.tag ? s.tag : "", s.tag ? "\r\n" : "");
	at = (uint64_t)n;
	if (!s.head && from)
		at += (uint64_t)sprintf((char *)s.stream + at, "Content-Range: bytes %u-%u/%u\r\n",
					(unsigned int)from, (unsigned int)s.file_size - 1,
					(unsigned int)(s.old_size ? s.old_size : s.file_size));
	if (!s.head && s.chunked)
		at += (uint64_t)sprintf((char *)s.stream + at,
					"Transfer-Encoding: chunked\r\n\r\n");
	else if (!s.head && s.to_end)
		at += (uint64_t)sprintf((char *)s.stream + at, "\r\n");
	else if (!s.head)
		at += (uint64_t)sprintf((char *)s.stream + at, "content-length:%u\r\n\r\n",
					(unsigned int)(s.file_size - from));
	for (uint64_t i = from, count; i < s.file_size && !s.head; i += count) {
		count = s.chunked ? MIN(s.file_size - i, 1 + i % 3000) : s.file_size - i;
		if (s.chunked)
			at += (uint64_t)sprintf((char *)s.stream + at, "%x;x=y\r\n",
						(unsigned int)count);
		memcpy(s.stream + at, file + i, count);
		at += count;
		if (s.chunked)
			at += (uint64_t)sprintf((char *)s.stream + at, "\r\n");
		s.sent_body += count;
	}
	if (!s.head && s.chunked)
		at += (uint64_t)sprintf((char *)s.stream + at, "0\r\nX: y\r\n\r\n");
	s.size = at;
}

static void sacked(const uint8_t *p, uint32_t size)
{
	while (size >= 2 && *p) {
		if (*p == 1) {
			p++;
			size--;
			continue;
		}
		for (unsigned int i = 2; *p == 5 && i < p[1]; i += 8) {
			const uint64_t a = get_be32(p + i) - s.iss - 1,
				       b = get_be32(p + i + 4) - s.iss - 1;

			for (uint64_t k = (a + PIECE - 1) / PIECE; (k + 1) * PIECE <= b; k++)
				s.has[k] = true;
		}
		size -= MIN(size, (uint32_t)p[1]);
		p += p[1];
	}
}

static void serve(struct net_handler *handler, struct net *net, const struct net_packet *m)
{
	const uint8_t *p = m->data;
	const uint32_t header = (uint32_t)(p[12] >> 4) * 4, count = m->size - header;
	uint64_t acked;

	(void)handler;
	if (net->now < s.dead_until)
		return;
	if (s.waits && p[13] & 4 && get_be32(p + 4) == 7777)
		s.waits = false;
	if (s.waits && p[13] & 2) { /* as TIME_WAIT does: RFC 9293, 3.10.7.4 */
		s.port = m->from_port;
		s.next = 7777;
		send_segment(0x10, s.nxt, 0);
		return;
	}
	if (p[13] & 2) {
		if (s.open && m->from_port == s.port) {
			send_segment(0x12, 0, 0);
			return;
		}
		s.client = m->from;
		s.port = m->from_port;
		s.open = true;
		s.asked = false;
		s.iss = net_random(net);
		s.next = get_be32(p + 4) + 1;
		s.request_size = 0;
		s.una = s.nxt = s.size = 0;
		s.same = 0;
		memset(s.has, 0, sizeof(s.has));
		s.connections++;
		send_segment(0x12, 0, 0);
		return;
	}
	if (m->from_port != s.port)
		return;
	if (!s.open && !(p[13] & 4)) {
		send_segment(4, get_be32(p + 8) - s.iss - 1, 0);
		return;
	}
	if (p[13] & 4) {
		s.open = false;
		return;
	}
	if (count && get_be32(p + 4) == s.next && s.request_size + count < sizeof(s.request)) {
		memcpy(s.request + s.request_size, p + header, count);
		s.request_size += count;
		s.request[s.request_size] = '\0';
		s.next += count;
	}
	if (count)
		send_segment(0x10, s.nxt, 0);
	if (!s.asked && strstr(s.request, "\r\n\r\n") && s.request_size) {
		s.asked = true;
		answer();
		s.due = net->now + 300;
	}
	if (!s.asked || s.mute)
		return;
	sacked(p + 20, header - 20);
	acked = get_be32(p + 8) - s.iss - 1;
	if (acked > s.size + 1)
		return;
	if (acked > s.una) {
		s.una = acked;
		s.nxt = MAX(s.nxt, s.una - s.una % PIECE);
		s.due = net->now + 300;
		s.same = 0;
	} else if (acked == s.una && !count && ++s.same == 3 && s.una < s.size) {
		send_piece(s.una - s.una % PIECE);
	}
	send_window();
}

static void server_poll(void)
{
	if (!s.open || !s.asked || s.mute || peer.now < s.due || s.una > s.size)
		return;
	s.due = peer.now + 300;
	s.nxt = s.una >= s.size ? s.size - MIN(s.size, (uint64_t)1) : s.una;
	s.nxt -= s.nxt % PIECE;
	memset(s.has, 0, sizeof(s.has)); /* SACK is advice: RFC 2018, 8 */
	send_window();
}

static int begin_file(void *ctx, uint64_t size, struct why *why)
{
	(void)ctx;
	(void)size;
	return refuse_begin ? refuse(why, -EPERM, "not there") : 0;
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	(void)ctx;
	if (at > ROOM || count > ROOM - at)
		return refuse(why, -ENOSPC, "full");
	if (bytes)
		memcpy(got + at, bytes, count);
	highest = MAX(highest, at + count);
	return 0;
}

static bool early(void *ctx, uint64_t at, const void *bytes, size_t count)
{
	(void)ctx;
	if (s.no_early || at > ROOM || count > ROOM - at)
		return false;
	memcpy(got + at, bytes, count);
	return true;
}

static const struct http_host host = { NULL, begin_file, take, early, NULL };

static void begin(uint64_t seed, uint64_t size)
{
	uint8_t *stream = s.stream;

	line_init(&line, &client, &peer, seed);
	memset(&s, 0, sizeof(s));
	s.stream = stream;
	s.handler = (struct net_handler){ NULL, NET_TCP, 80, serve, NULL };
	s.file_size = size;
	s.tag = "\"one\"";
	s.ranges = true;
	net_listen(&peer, &s.handler);
	memset(got, 0, size);
	refuse_begin = false;
}

static void run(unsigned int most_ms)
{
	struct http_url url;
	struct why why;

	assert_int_equal(http_parse_url(&url, "http://10.0.0.2/a?b", &why), 0);
	http_start(&h, &client, &host, &url, line_addr(&line, 1));
	for (unsigned int ms = 0; ms < most_ms && h.state < HTTP_DONE; ms++) {
		line_tick(&line);
		server_poll();
		http_poll(&h);
	}
	http_stop(&h);
}

static unsigned int seed;

static void check(uint64_t size)
{
	if (h.state != HTTP_DONE)
		print_message("seed %u: state %u %s, %u of %u\n", seed, h.state, h.why.text,
			      (unsigned int)h.done, (unsigned int)size);
	assert_int_equal(h.state, HTTP_DONE);
	assert_int_equal(h.done, size);
	assert_memory_equal(got, file, size);
}

static int fill(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(file); i++) {
		x = x * 1664525 + 1013904223;
		file[i] = (uint8_t)(x >> 24);
	}
	return 0;
}

static void test_kinds(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 999, 1000, 1001, 100000 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (unsigned int kind = 0; kind < 3; kind++) {
			begin(i + 1, sizes[i]);
			s.chunked = kind == 1;
			s.to_end = kind == 2;
			run(60000);
			check(sizes[i]);
			assert_int_equal(s.connections, 1);
		}
	}
	assert_non_null(strstr(s.request, "GET /a?b HTTP/1.1\r\nHost: 10.0.0.2\r\n"));
}

/* Broken connections: it goes on, and nothing is fetched twice but what was on its way. */
static void test_resume(void **state)
{
	(void)state;
	begin(1, 500000);
	struct http_url url;
	struct why why;

	assert_int_equal(http_parse_url(&url, "http://10.0.0.2/", &why), 0);
	http_start(&h, &client, &host, &url, peer.ip);
	for (unsigned int ms = 0; ms < 600000 && h.state < HTTP_DONE; ms++) {
		if (s.open && !s.cut && s.connections <= 20)
			s.cut = 20000;
		line_tick(&line);
		server_poll();
		http_poll(&h);
	}
	http_stop(&h);
	check(500000);
	assert_int_equal(s.connections, 21);
	assert_in_range(h.resumed, 19, 20);
	/* another file by now: anew */
	begin(1, 50000);
	s.cut = 20000;
	http_start(&h, &client, &host, &url, peer.ip);
	for (unsigned int ms = 0; ms < 600000 && h.state < HTTP_DONE; ms++) {
		if (s.connections == 1 && !s.open)
			s.tag = "\"two\"";
		line_tick(&line);
		server_poll();
		http_poll(&h);
	}
	http_stop(&h);
	check(50000);
	assert_int_equal(h.anew, 1);
	assert_int_equal(h.resumed, 0);
}

/* The first part is cut; then something is @other for the second. */
static void run_cut(unsigned int most_ms, void (*other)(void))
{
	struct http_url url;
	struct why why;

	begin(1, 50000);
	s.cut = 20000;
	assert_int_equal(http_parse_url(&url, "http://10.0.0.2/", &why), 0);
	http_start(&h, &client, &host, &url, peer.ip);
	for (unsigned int ms = 0; ms < most_ms && h.state < HTTP_DONE; ms++) {
		if (s.connections == 1 && !s.open)
			other();
		line_tick(&line);
		server_poll();
		http_poll(&h);
	}
	http_stop(&h);
}

static void another_tag(void)
{
	s.blind = true;
	s.tag = "\"two\"";
}

static void another_size(void)
{
	s.blind = true;
	s.old_size = s.connections == 1 ? 60000 : 0;
}

static void busy_thrice(void)
{
	s.busy = 3;
	s.busy_status = 503;
}

static void busy_for_ever(void)
{
	s.busy = 1000000;
	s.busy_status = 500;
}

static void too_short_now(void)
{
	s.busy = 1;
	s.busy_status = 416;
}

static void gone(void)
{
	s.busy = 1;
	s.busy_status = 404;
}

/* A part of another file is not put behind the first; a server that is busy is asked again. */
static void test_resume_other(void **state)
{
	(void)state;
	run_cut(600000, another_tag);
	check(50000);
	assert_int_equal(h.anew, 1);
	assert_int_equal(h.resumed, 0);
	run_cut(600000, another_size);
	assert_int_equal(h.resumed, 0);
	assert_int_equal(h.state, HTTP_DONE + (h.state != HTTP_DONE) * 99);
	assert_int_equal(h.anew, 1);
	run_cut(600000, too_short_now);
	check(50000);
	assert_int_equal(h.anew, 1);
	run_cut(600000, busy_thrice);
	check(50000);
	assert_int_equal(h.anew, 0);
	assert_int_equal(h.resumed, 1);
	assert_int_equal(s.connections, 5);
	assert_in_range(s.sent_body, 50000, 100000);
	run_cut(600000, busy_for_ever);
	assert_int_equal(h.state, HTTP_FAILED);
	assert_non_null(strstr(h.why.text, "HTTP error: 500 Not now, at byte "));
	assert_int_equal(s.connections, 1 + HTTP_TRIES);
	run_cut(600000, gone);
	assert_int_equal(h.state, HTTP_FAILED);
	assert_string_equal(h.why.text, "HTTP error: 404 Not now");
}

/* Before anything has come, an error is one; and so is a port that nobody listens to. */
static void test_never_there(void **state)
{
	(void)state;
	begin(1, 10);
	s.busy = 1;
	s.busy_status = 408;
	run(10000);
	assert_string_equal(h.why.text, "HTTP error: 408 Not now");
	assert_int_equal(s.connections, 1);
	begin(1, 10);
	net_unlisten(&peer, &s.handler);
	run(100000);
	assert_int_equal(h.state, HTTP_FAILED);
	assert_string_equal(h.why.text, "the server does not answer, at byte 0");
	begin(1, 10);
	net_unlisten(&peer, &s.handler);
	{
		struct http_url url;
		struct why why;

		assert_int_equal(http_parse_url(&url, "http://10.0.0.2/", &why), 0);
		http_start(&h, &client, &host, &url, peer.ip);
	}
	for (unsigned int ms = 0; ms < 10; ms++)
		line_tick(&line);
	line.last[14 + 20 + 7] ^= 1; /* of a segment that was not sent */
	line_unreachable(&line, 3, 1);
	for (unsigned int ms = 0; ms < 10; ms++)
		line_tick(&line);
	http_poll(&h);
	assert_int_equal(h.state, HTTP_HEAD);
	line.last[14 + 20 + 7] ^= 1;
	line_unreachable(&line, 3, 1);
	for (unsigned int ms = 0; ms < 10; ms++)
		line_tick(&line);
	http_poll(&h);
	assert_int_equal(h.state, HTTP_FAILED);
	assert_string_equal(h.why.text, "10.0.0.2 says: host unreachable, at byte 0");
	http_stop(&h);
}

static void test_heads(void **state)
{
	static const struct {
		const char *head, *why;
	} bad[] = {
		{ "HTTP/1.1 404 Not Found\r\n\r\n", "HTTP error: 404 Not Found" },
		{ "SSH-2.0-x\r\n\r\n", "that is no HTTP server" },
		{ "HTTP/1.1 abc\r\n\r\n", "that is no HTTP server" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		  "Content-Length makes no sense" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		  "Content-Length makes no sense" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
		  "the body is in an encoding that was not asked for" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		  "a chunk has no size" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
		  "a chunk is longer than it says" },
		{ "HTTP/1.1 206 Part\r\nContent-Range: bytes 5-9/10\r\n\r\n",
		  "the server sends another part than was asked for" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\nx", NULL },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(1, 0);
		s.head = bad[i].head;
		run(200000);
		assert_int_equal(h.state, HTTP_FAILED);
		if (bad[i].why)
			assert_string_equal(h.why.text, bad[i].why);
	}
	begin(1, 0);
	s.head = "HTTP/1.1 302 Found\r\nLocation: http://other/x\r\n\r\n";
	run(1000);
	assert_int_equal(h.state, HTTP_REDIRECT);
	assert_string_equal(h.location, "http://other/x");
	for (unsigned int size = HTTP_PATH_MAX - 2; size < 3 * HTTP_PATH_MAX; size += 1001) {
		static char head[4 * HTTP_PATH_MAX];
		int n = sprintf(head, "HTTP/1.1 302 Found\r\nLocation: /");

		memset(head + n, 'x', size);
		strcpy(head + n + size, "\r\n\r\n");
		begin(1, 0);
		s.head = head;
		run(10000);
		if (size < HTTP_PATH_MAX) {
			assert_int_equal(h.state, HTTP_REDIRECT);
			assert_int_equal(strlen(h.location), size + 1);
		} else {
			assert_string_equal(h.why.text, "a redirect leads to an address that is "
							"too long, or none");
		}
	}
	begin(1, 0);
	s.head = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
	run(1000);
	assert_int_equal(h.state, HTTP_DONE);
	begin(1, 10);
	refuse_begin = true;
	run(1000);
	assert_string_equal(h.why.text, "not there");
	assert_int_equal(h.state, HTTP_FAILED);
}

static void test_urls(void **state)
{
	static const char *const bad[] = {
		"",           "x",           "ftp://x/",        "https://",     "http://",
		"http:///x",  "http://x:0/", "http://x:65536/", "http://x:/",   "http://a b/",
		"http://u@/", "http://x/\n", "http://u%4@h/",   "http://u%@h/", "http://%zz@h/"
	};
	struct http_url url;
	struct why why;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(http_parse_url(&url, bad[i], &why) < 0);
	assert_int_equal(http_parse_url(&url, "http://h:8080?q#f", &why), 0);
	assert_string_equal(url.host, "h");
	assert_string_equal(url.path, "/?q");
	assert_int_equal(url.port, 8080);
	assert_false(url.secure);
	assert_int_equal(http_parse_url(&url, "https://h/q", &why), 0);
	assert_int_equal(url.port, 443);
	assert_true(url.secure);
	assert_int_equal(http_follow(&url, "//other/x", &why), 0);
	assert_int_equal(url.port, 443);
	assert_true(url.secure);
	assert_int_equal(http_follow(&url, "http://other/x", &why), -EPERM);
	assert_string_equal(why.text, "a redirect leads from https to http://other/x");
}

/* A user and a password are for one server; %40 is a character of them. */
static void test_user(void **state)
{
	static const struct {
		const char *location;
		bool kept;
	} next[] = {
		{ "/c", true },
		{ "?d", true },
		{ "http://h:81/c", true },
		{ "http://h/c", false },
		{ "http://other:81/", false },
		{ "//other:81/", false },
		{ "https://h:81/", false },
		{ "http://hh:81/", false },
	};
	static char long_one[HTTP_USER_MAX + 20];
	struct http_url url;
	struct why why;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(next); i++) {
		assert_int_equal(http_parse_url(&url, "http://Aladdin:open%20sesame@h:81/a", &why),
				 0);
		assert_string_equal(url.host, "h");
		assert_int_equal(url.port, 81);
		assert_string_equal(url.user, "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
		assert_int_equal(http_follow(&url, next[i].location, &why), 0);
		assert_int_equal(url.user[0] != '\0', next[i].kept);
	}
	snprintf(long_one, sizeof(long_one), "http://%0*d@h/", HTTP_USER_MAX, 0);
	assert_int_equal(http_parse_url(&url, long_one, &why), 0);
	snprintf(long_one, sizeof(long_one), "http://%0*d@h/", HTTP_USER_MAX + 1, 0);
	assert_int_equal(http_parse_url(&url, long_one, &why), -EINVAL);
	begin(7, 1000);
	assert_null(strstr(s.request, "Authorization"));
}

static void test_follow(void **state)
{
	static const struct {
		const char *location, *host, *path;
		unsigned int port;
	} good[] = {
		{ "http://other/x", "other", "/x", 80 },
		{ "//other:8/x#y", "other", "/x", 8 },
		{ "/c", "h", "/c", 81 },
		{ "c?d#e", "h", "/a/c?d", 81 },
		{ "?d", "h", "/a/b?d", 81 },
		{ "./c", "h", "/a/./c", 81 },
		{ "/c?u=http://x", "h", "/c?u=http://x", 81 },
		{ "https://x/", "x", "/", 443 },
	};
	static const char *const bad[] = { "", "https://", "ftp://x/", "//", "/a b", "x:y" };
	static char long_one[HTTP_PATH_MAX + 1];
	struct http_url url;
	struct why why;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(http_parse_url(&url, "http://h:81/a/b?c/d", &why), 0);
		assert_int_equal(http_follow(&url, good[i].location, &why), 0);
		assert_string_equal(url.host, good[i].host);
		assert_string_equal(url.path, good[i].path);
		assert_int_equal(url.port, good[i].port);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(http_parse_url(&url, "http://h:81/a/b?c/d", &why), 0);
		assert_true(http_follow(&url, bad[i], &why) < 0);
		assert_string_equal(url.host, "h");
		assert_string_equal(url.path, "/a/b?c/d");
	}
	memset(long_one, 'x', HTTP_PATH_MAX - 3);
	assert_int_equal(http_follow(&url, long_one, &why), -EINVAL);
	long_one[HTTP_PATH_MAX - 4] = '\0';
	assert_int_equal(http_follow(&url, long_one, &why), 0);
	assert_int_equal(strlen(url.path), HTTP_PATH_MAX - 1);
}

/* A reset is believed with the very next number only. */
static void test_blind_reset(void **state)
{
	struct http_url url;
	struct why why;

	(void)state;
	begin(1, 900000);
	line.delay_ms = 20;
	assert_int_equal(http_parse_url(&url, "http://10.0.0.2/", &why), 0);
	http_start(&h, &client, &host, &url, peer.ip);
	for (unsigned int ms = 0; ms < 600000 && h.state < HTTP_DONE; ms++) {
		if (s.open && s.asked && ms % 7 == 0) {
			send_segment(4, s.una + 30000 + ms % 1000, 0); /* in the window */
			send_segment(2, 0, 0);                         /* a SYN */
		}
		line_tick(&line);
		server_poll();
		http_poll(&h);
	}
	http_stop(&h);
	check(900000);
	assert_int_equal(s.connections, 1);
}

/*
 * The server ends after any number of segments, in any way: it is asked for the rest in time. The
 * numbers are milliseconds; TCP looks after a silent peer each two seconds, 14 of them in all.
 */
enum kill {
	BY_FIN,
	FIN_LOST,
	BY_RESET,
	RESET_AHEAD,
	RESET_FAR,
	RESET_OLD,
	TAKEN,
	OFF,
	MUTE,
	KILLS
};

static void kill_server(enum kill how)
{
	s.open = how == MUTE;
	if (how == BY_FIN || how == TAKEN)
		send_segment(0x11, s.nxt, 0);
	else if (how == BY_RESET)
		send_segment(4, s.nxt, 0);
	else if (how == RESET_AHEAD)
		send_segment(4, s.nxt + 5000, 0);
	else if (how == RESET_FAR)
		send_segment(4, s.nxt + 2 * TCP_WINDOW, 0);
	else if (how == RESET_OLD)
		send_segment(4, s.una - 1, 0);
	s.waits = how == TAKEN;
	s.mute = how == MUTE;
	s.dead_until = how == OFF ? peer.now + 20000 : 0;
}

static void test_killed(void **state)
{
	static const unsigned int most[KILLS] = {
		[BY_FIN] = 600,      [FIN_LOST] = 2700,  [BY_RESET] = 600,
		[RESET_AHEAD] = 600, [RESET_FAR] = 2700, [RESET_OLD] = 2700,
		[TAKEN] = 1200,      [OFF] = 28500,      [MUTE] = HTTP_SILENCE_MS + 600,
	};
	struct http_url url;
	struct why why;

	(void)state;
	assert_int_equal(http_parse_url(&url, "http://10.0.0.2/", &why), 0);
	for (unsigned int how = 0; how < KILLS; how++) {
		for (unsigned int after = 0; after <= 42; after += how < OFF ? 1 : 7) {
			uint64_t killed = 0, on = 0;

			begin(after + 1, 40000);
			line.delay_ms = 3;
			http_start(&h, &client, &host, &url, peer.ip);
			for (unsigned int ms = 0; ms < 200000 && h.state < HTTP_DONE; ms++) {
				line_tick(&line);
				if (!killed && s.asked && s.segments >= after) {
					kill_server(how);
					killed = line.now;
				}
				if (killed && s.connections == 2 && s.asked && !on) {
					s.mute = false;
					on = line.now;
				}
				server_poll();
				http_poll(&h);
			}
			http_stop(&h);
			if (h.state == HTTP_FAILED && how == MUTE && !h.began) {
				assert_string_equal(h.why.text,
						    "the server says nothing, at byte 0");
				assert_in_range(line.now - killed, HTTP_SILENCE_MS - 100,
						most[how]);
				continue;
			}
			seed = how * 100 + after;
			check(40000);
			if (on && on - killed > most[how])
				print_message("%u: %u ms\n", seed, (unsigned int)(on - killed));
			if (on)
				assert_in_range(on - killed, 0, most[how]);
			assert_true(on || !killed || s.segments >= 40);
		}
	}
}

/* Ten thousand transfers over lines that lose, delay, double and damage: each is whole. */
static void bad_lines(bool six)
{
	static const uint32_t losses[] = { 0, 1, 2, 5, 10, 20 };
	uint64_t pieces = 0, segments = 0;

	for (seed = 1; seed <= 10000; seed++) {
		const uint32_t size = (seed * 7919) % 30000;

		begin(seed, size);
		if (six)
			line_six(&line);
		line.loss = losses[seed % ARRAY_SIZE(losses)];
		line.twice = seed / 6 % 5;
		line.damage = seed / 30 % 5;
		line.late = seed / 150 % 20;
		line.delay_ms = seed / 7 % 12;
		s.chunked = seed % 5 == 0;
		s.to_end = seed % 7 == 0;
		s.no_early = seed % 11 == 0;
		run(600000);
		check(size);
		if (line.loss == 2) {
			pieces += (s.size + PIECE - 1) / PIECE;
			segments += s.segments;
		}
	}
	print_message("2%% loss: %u pieces in %u segments\n", (unsigned int)pieces,
		      (unsigned int)segments);
	assert_in_range(segments, pieces, 3 * pieces);
}

static void test_bad_lines(void **state)
{
	(void)state;
	bad_lines(false);
}

static void test_bad_lines6(void **state)
{
	(void)state;
	bad_lines(true);
}

/* A server that stays: three redirects, then the file, all on one connection unless it is cut. */
static struct {
	struct tcpserver tcp;
	char request[2000];
	size_t size;
	unsigned int asked, cut_at; /* behind which answer it closes */
} keeper;

static void keeper_begin(void)
{
	keeper.size = 0;
}

static void keeper_take(const uint8_t *bytes, size_t count)
{
	static const char *const moved[] = {
		"HTTP/1.1 302 Found\r\nLocation: /1\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 301 Moved\r\nLocation: 2?x\r\nContent-Length: 5\r\n\r\nThere",
		("HTTP/1.1 307 Moved\r\nContent-Length: 4\r\nLocation: http://10.0.0.2/3\r\n"
		 "Connection: keep-alive\r\n\r\n\r\n\r\n"),
	};
	char head[100];

	assert_in_range(count, 0, sizeof(keeper.request) - 1 - keeper.size);
	memcpy(keeper.request + keeper.size, bytes, count);
	keeper.size += count;
	keeper.request[keeper.size] = '\0';
	if (keeper.size < 4 || strcmp(keeper.request + keeper.size - 4, "\r\n\r\n"))
		return;
	keeper.size = 0;
	assert_memory_equal(keeper.request, "GET /", 5);
	assert_null(strstr(keeper.request + 1, "GET "));
	if (keeper.asked < ARRAY_SIZE(moved)) {
		tcpserver_put(&keeper.tcp, moved[keeper.asked], strlen(moved[keeper.asked]));
	} else {
		sprintf(head, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", 50000);
		tcpserver_put(&keeper.tcp, head, strlen(head));
		tcpserver_put(&keeper.tcp, file, 50000);
	}
	keeper.asked++;
}

static void run_keeper(unsigned int loss, unsigned int cut_at)
{
	struct http_url url;
	struct why why;

	line_init(&line, &client, &peer, seed);
	memset(&keeper, 0, sizeof(keeper));
	memset(got, 0, sizeof(got));
	line.loss = loss;
	keeper.cut_at = cut_at;
	keeper.tcp.begin = keeper_begin;
	keeper.tcp.take = keeper_take;
	tcpserver_listen(&keeper.tcp, &peer, 80);
	assert_int_equal(http_parse_url(&url, "http://10.0.0.2/0", &why), 0);
	http_start(&h, &client, &host, &url, peer.ip);
	for (unsigned int ms = 0; ms < 200000 && h.state != HTTP_DONE; ms++) {
		line_tick(&line);
		tcpserver_poll(&keeper.tcp);
		http_poll(&h);
		assert_int_not_equal(h.state, HTTP_FAILED);
		if (h.state != HTTP_REDIRECT)
			continue;
		assert_int_equal(http_follow(&url, h.location, &why), 0);
		if (keeper.asked == keeper.cut_at) /* and the client does not know yet */
			tcpserver_reset(&keeper.tcp);
		http_next(&h, &host, &url, peer.ip);
	}
	http_stop(&h);
	assert_string_equal(url.path, "/3");
	check(50000);
	assert_int_equal(h.resumed + h.anew, 0);
	net_unlisten(&peer, &keeper.tcp.handler);
	free(keeper.tcp.out);
}

static void test_goes_on(void **state)
{
	(void)state;
	for (seed = 1; seed <= 40; seed++) {
		run_keeper(0, 0);
		assert_int_equal(keeper.tcp.connections, 1);
		assert_int_equal(keeper.asked, 4);
		run_keeper(0, 1 + seed % 3);
		assert_int_equal(keeper.tcp.connections, 2);
		run_keeper(10, seed % 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),        cmocka_unit_test(test_resume),
		cmocka_unit_test(test_heads),        cmocka_unit_test(test_urls),
		cmocka_unit_test(test_resume_other), cmocka_unit_test(test_never_there),
		cmocka_unit_test(test_user),         cmocka_unit_test(test_follow),
		cmocka_unit_test(test_blind_reset),  cmocka_unit_test(test_killed),
		cmocka_unit_test(test_bad_lines),    cmocka_unit_test(test_bad_lines6),
		cmocka_unit_test(test_goes_on),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
