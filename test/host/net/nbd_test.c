/* SPDX-License-Identifier: BSD-2-Clause */
/* NBD against a small server over a bad line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/nbd.h"
#include "test/host/net/line.h"
#include "test/host/net/tcpserver.h"

#define DISK (1 << 20)
#define IN   (40 << 10)
#define PORT 10809

static struct line line;
static struct net client, peer;
static struct nbd n;
static uint8_t disk[DISK], got[DISK];
static char names[1000];

/* The server, and what is to be wrong with it. */
static struct {
	struct tcpserver tcp;
	uint8_t in[IN];
	size_t have;
	bool greeted, ready, structured;
	unsigned int requests, flushes, goodbyes;
	/* how it is */
	bool dying, simple, holes, read_only, no_info, silent;
	uint32_t piece, error, block, most;
	uint64_t size;
	unsigned int cut;  /* the connection is reset when so many requests have come */
	unsigned int swap; /* the bits of this byte of the replies are others */
	const char *only;  /* the one name that it knows */
} s;

static void put32(uint32_t v)
{
	uint8_t b[4];

	put_be32(b, v);
	tcpserver_put(&s.tcp, b, 4);
}

static void put16(uint16_t v)
{
	uint8_t b[2];

	put_be16(b, v);
	tcpserver_put(&s.tcp, b, 2);
}

static void put64(uint64_t v)
{
	put32((uint32_t)(v >> 32));
	put32((uint32_t)v);
}

static void answer(uint32_t option, uint32_t type, const void *bytes, uint32_t size)
{
	put64(0x0003e889045565a9);
	put32(option);
	put32(type);
	put32(size);
	tcpserver_put(&s.tcp, bytes, size);
}

static void begin_connection(void)
{
	s.have = 0;
	s.dying = false;
	s.greeted = s.ready = s.structured = false;
	put64(0x4e42444d41474943);
	put64(0x49484156454f5054);
	put16(3);
}

static void list_names(uint32_t option)
{
	char one[40] = { 0 };

	for (unsigned int i = 0; i < 3; i++) {
		put_be32(one, 5);
		sprintf(one + 4, "disk%u%s", i, i == 1 ? "the second" : i ? "\x1b[2J" : "");
		answer(option, 2, one, 9 + (i == 1 ? 10 : i ? 4 : 0));
	}
	answer(option, 1, "", 0);
}

static void go(uint32_t option, const uint8_t *p, uint32_t size)
{
	const uint32_t name = get_be32(p);
	uint8_t info[14];

	assert_true(size == name + 8);
	if (s.only && (strlen(s.only) != name || memcmp(s.only, p + 4, name))) {
		answer(option, 0x80000006, "who?\n", 5);
		return;
	}
	put_be16(info, 0);
	put_be32(info + 2, (uint32_t)(s.size >> 32));
	put_be32(info + 6, (uint32_t)s.size);
	put_be16(info + 10, s.read_only ? 7 : 5);
	if (!s.no_info)
		answer(option, 3, info, 12);
	put_be16(info, 3);
	put_be32(info + 2, s.block);
	put_be32(info + 6, 4096);
	put_be32(info + 10, s.most);
	if (s.block)
		answer(option, 3, info, 14);
	answer(option, 1, "", 0);
	s.ready = true;
}

static size_t take_option(const uint8_t *p, size_t have)
{
	uint32_t option, size;

	if (have < 16)
		return 0;
	option = get_be32(p + 8);
	size = get_be32(p + 12);
	if (have < 16 + size)
		return 0;
	s.structured |= option == 8 && !s.simple;
	if (option == 8)
		answer(8, s.simple ? 0x80000001 : 1, "", 0);
	else if (option == 3)
		list_names(3);
	else if (option == 7)
		go(7, p + 16, size);
	return 16 + size;
}

static void chunk(const uint8_t *request, bool last, uint16_t type, uint32_t size)
{
	put32(0x668e33ef);
	put16(last);
	put16(type);
	tcpserver_put(&s.tcp, request + 8, 8);
	put32(size);
}

static void send_error(const uint8_t *request)
{
	if (s.structured) {
		chunk(request, true, 0x8001, 6 + 9);
		put32(s.error);
		put16(9);
		tcpserver_put(&s.tcp, "bad\tblock", 9);
		return;
	}
	put32(0x67446698);
	put32(s.error);
	tcpserver_put(&s.tcp, request + 8, 8);
}

static void send_bytes(const uint8_t *request, uint64_t offset, uint32_t size)
{
	uint32_t part;

	if (!s.structured) {
		put32(0x67446698);
		put32(0);
		tcpserver_put(&s.tcp, request + 8, 8);
		tcpserver_put(&s.tcp, disk + offset, size);
		return;
	}
	for (uint32_t at = 0; at < size; at += part) {
		bool zero = s.holes;

		part = s.piece ? MIN(s.piece, size - at) : size;
		for (uint32_t i = 0; i < part && zero; i++)
			zero = !disk[offset + at + i];
		if (zero) {
			chunk(request, at + part == size, 2, 12);
			put64(offset + at);
			put32(part);
			continue;
		}
		chunk(request, at + part == size, 1, part + 8);
		put64(offset + at);
		tcpserver_put(&s.tcp, disk + offset + at, part);
	}
}

static size_t take_request(const uint8_t *p, size_t have)
{
	const uint16_t type = have < 28 ? 0 : get_be16(p + 6);
	const uint64_t before = s.tcp.size;
	uint64_t offset;
	uint32_t size;

	if (have < 28)
		return 0;
	assert_int_equal(get_be32(p), 0x25609513);
	offset = (uint64_t)get_be32(p + 16) << 32 | get_be32(p + 20);
	size = get_be32(p + 24);
	if (type == 1 && have < 28 + size)
		return 0;
	assert_true(offset <= DISK && size <= DISK - offset);
	s.requests++;
	s.flushes += type == 3;
	s.goodbyes += type == 2;
	s.dying = s.cut && s.requests % s.cut == 0;
	if (s.dying)
		return have;
	if (type == 1)
		memcpy(disk + offset, p + 28, size);
	if (s.error) {
		send_error(p);
	} else if (type == 0) {
		send_bytes(p, offset, size);
	} else if (type != 2 && s.structured && s.holes) {
		chunk(p, true, 0, 0);
	} else if (type != 2) {
		put32(0x67446698);
		put32(0);
		tcpserver_put(&s.tcp, p + 8, 8);
	}
	if (s.swap && before + s.swap < s.tcp.size)
		s.tcp.out[before + s.swap] ^= 0x81;
	return type == 1 ? 28 + size : 28;
}

static void take(const uint8_t *bytes, size_t count)
{
	size_t used;

	assert_true(count <= sizeof(s.in) - s.have);
	memcpy(s.in + s.have, bytes, count);
	s.have += count;
	do {
		used = 0;
		if (s.silent || s.dying)
			break;
		if (!s.greeted && s.have >= 4) {
			assert_int_equal(get_be32(s.in), 3);
			s.greeted = true;
			used = 4;
		} else if (s.greeted && s.ready) {
			used = take_request(s.in, s.have);
		} else if (s.greeted) {
			used = take_option(s.in, s.have);
		}
		s.have -= used;
		memmove(s.in, s.in + used, s.have);
	} while (used && s.tcp.open);
}

static void begin(uint64_t seed)
{
	uint8_t *out = s.tcp.out;
	const uint64_t room = s.tcp.room;

	memset(&s, 0, sizeof(s));
	s.tcp.out = out;
	s.tcp.room = room;
	s.size = DISK;
	s.tcp.begin = begin_connection;
	s.tcp.take = take;
	line_init(&line, &client, &peer, seed);
	tcpserver_listen(&s.tcp, &peer, PORT);
	for (unsigned int i = 0; i < DISK; i++)
		disk[i] = (uint8_t)(i / 4096 % 5 == 3 ? 0 : i * 7 + (i >> 8) + seed);
	memset(got, 0xee, sizeof(got));
}

static void run(unsigned int ms)
{
	for (; ms && (n.state == NBD_OPENING || n.state == NBD_BUSY); ms--) {
		line_tick(&line);
		tcpserver_poll(&s.tcp);
		if (s.dying && s.tcp.una == s.tcp.size)
			tcpserver_reset(&s.tcp);
		nbd_poll(&n);
	}
	assert_int_not_equal(ms, 0);
}

static void connect(void)
{
	struct why why;

	assert_int_equal(nbd_open(&n, &client, peer.ip, PORT, "disk", NULL, &why), 0);
	run(120000);
}

static void transfer(enum nbd_command command, struct nbd_request *list, unsigned int count)
{
	nbd_transfer(&n, command, list, count);
	run(600000);
}

/* The whole disk in @count requests. */
static unsigned int whole(struct nbd_request *list, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		list[i] = (struct nbd_request){ .offset = i * (DISK / count),
						.size = DISK / count,
						.bytes = got + i * (DISK / count) };
	return count;
}

static void test_read(void **state)
{
	struct nbd_request list[NBD_BATCH];

	(void)state;
	for (unsigned int kind = 0; kind < 4; kind++) {
		begin(kind + 1);
		s.simple = kind == 1;
		s.holes = kind >= 2;
		s.piece = kind == 3 ? 1000 : kind == 2 ? 4096 : 0;
		connect();
		assert_int_equal(n.state, NBD_READY);
		assert_int_equal(n.size, DISK);
		assert_true(n.can_flush && !n.read_only);
		for (unsigned int i = 0; i < 3; i++) {
			memset(got, 0xee, sizeof(got));
			transfer(NBD_READ, list, whole(list, i ? 16 : 1));
			assert_int_equal(n.state, NBD_READY);
			assert_memory_equal(got, disk, DISK);
		}
		assert_int_equal(s.requests, 33);
		nbd_stop(&n);
		line_tick(&line);
		line_tick(&line);
		assert_int_equal(s.goodbyes, 1);
	}
}

static void test_write(void **state)
{
	struct nbd_request list[NBD_BATCH];

	(void)state;
	for (unsigned int kind = 0; kind < 2; kind++) {
		begin(kind + 1);
		s.simple = kind;
		s.holes = true; /* answers without bytes are structured, too */
		connect();
		for (unsigned int i = 0; i < DISK; i++)
			got[i] = (uint8_t)(i * 13 + (i >> 9));
		transfer(NBD_WRITE, list, whole(list, 32));
		assert_int_equal(n.state, NBD_READY);
		assert_memory_equal(got, disk, DISK);
		list[0] = (struct nbd_request){ 0 };
		transfer(NBD_FLUSH, list, 1);
		assert_int_equal(n.state, NBD_READY);
		assert_int_equal(s.flushes, 1);
		/* a rest of an hour, and it goes on */
		line.now += 3600000;
		line_tick(&line);
		transfer(NBD_READ, list, whole(list, 4));
		assert_int_equal(n.state, NBD_READY);
		nbd_stop(&n);
	}
}

static void test_bad_lines(void **state)
{
	struct nbd_request list[NBD_BATCH];
	uint64_t sent = 0, least = 0;

	(void)state;
	for (unsigned int seed = 1; seed <= 100; seed++) {
		const unsigned int loss = seed % 21;

		begin(seed);
		connect();
		assert_int_equal(n.state, NBD_READY);
		line.loss = loss;
		line.twice = seed % 4;
		line.damage = seed % 3;
		line.late = seed % 30;
		line.delay_ms = seed % 7;
		transfer(NBD_READ, list, whole(list, 16));
		if (n.state != NBD_READY)
			printf("seed %u: %s\n", seed, n.why.text);
		assert_int_equal(n.state, NBD_READY);
		assert_memory_equal(got, disk, DISK);
		for (unsigned int i = 0; i < DISK; i++)
			got[i] = (uint8_t)(i * seed);
		line.sent = 0;
		for (unsigned int i = 0; i < 8; i++)
			list[i] = (struct nbd_request){ .offset = i * 30000,
							.size = 30000,
							.bytes = got + i * 30000 };
		transfer(NBD_WRITE, list, 8);
		assert_true(n.state == NBD_READY || !printf("seed %u: %s\n", seed, n.why.text));
		assert_memory_equal(got, disk, 240000);
		if (loss == 2) {
			sent += line.sent;
			least += 2 * (240000 / 1460 + 1);
		}
		nbd_stop(&n);
	}
	printf("2%% loss: %u frames for %u\n", (unsigned int)sent, (unsigned int)least);
	assert_true(sent <= 3 * least);
}

/* The connection is reset again and again; what was answered is not asked for again. */
static void test_broken(void **state)
{
	struct nbd_request list[NBD_BATCH];
	unsigned int times = 0;

	(void)state;
	begin(1);
	connect();
	s.cut = 7;
	whole(list, 32);
	nbd_transfer(&n, NBD_READ, list, 32);
	for (;;) {
		run(600000);
		if (n.state == NBD_READY)
			break;
		assert_int_equal(n.state, NBD_FAILED);
		assert_int_equal(n.err, -EIO);
		assert_string_equal(n.why.text, "the server has reset the connection");
		assert_true(++times < 10);
		nbd_stop(&n);
		connect();
		nbd_transfer(&n, NBD_READ, list, 32);
	}
	assert_memory_equal(got, disk, DISK);
	assert_in_range(times, 4, 6);
	nbd_stop(&n);
}

static void add_name(void *ctx, const char *name, const char *description)
{
	(void)ctx;
	snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s(%s) ", name,
		 description);
}

static void test_list(void **state)
{
	const struct nbd_host host = { NULL, add_name };
	struct why why;

	(void)state;
	begin(1);
	names[0] = '\0';
	assert_int_equal(nbd_open(&n, &client, peer.ip, PORT, "", &host, &why), 0);
	run(60000);
	assert_int_equal(n.state, NBD_LISTED);
	assert_string_equal(names, "disk0() disk1(the second) disk2(?[2J) ");
	nbd_stop(&n);
}

static void fails(int err, const char *text)
{
	assert_int_equal(n.state, NBD_FAILED);
	assert_int_equal(n.err, err);
	assert_string_equal(n.why.text, text);
	nbd_stop(&n);
}

static void test_refusals(void **state)
{
	struct nbd_request list[2];
	struct why why;
	char name[NBD_NAME_MAX + 2];

	(void)state;
	begin(1);
	s.only = "other";
	connect();
	fails(-ENOENT, "the NBD server refuses: it has no such export: who??");
	s.only = "disk";
	s.no_info = true;
	connect();
	fails(-EPROTO, "the NBD server does not tell the export's size");
	s.no_info = false;
	s.block = 3;
	s.most = 100000;
	connect();
	fails(-EPROTO, "the NBD server's block sizes make no sense");
	s.block = 512;
	s.most = 511;
	connect();
	fails(-EPROTO, "the NBD server's block sizes make no sense");
	s.most = 65536;
	s.read_only = true;
	connect();
	assert_int_equal(n.state, NBD_READY);
	assert_true(n.read_only && n.block == 512 && n.request_max == 65536);
	/* errors of a request leave the connection as it is */
	for (unsigned int kind = 0; kind < 2; kind++) {
		s.error = 28;
		transfer(NBD_READ, list, whole(list, 2));
		assert_int_equal(n.state, NBD_READY);
		assert_true(list[0].error == 28 && list[1].error == 28 && list[1].done);
		assert_string_equal(n.said, kind ? "" : "bad?block");
		s.error = 0;
		transfer(NBD_READ, list, whole(list, 2));
		assert_true(!list[0].error && !list[1].error);
		assert_memory_equal(got, disk, DISK);
		nbd_stop(&n);
		s.simple = true;
		connect();
	}
	nbd_stop(&n);
	s.silent = true;
	connect();
	fails(-ETIMEDOUT, "the NBD server does not answer");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(nbd_open(&n, &client, peer.ip, PORT, name, NULL, &why), -E2BIG);
	net_unlisten(&peer, &s.tcp.handler);
}

/* Any byte of a reply's heads is another: nothing is written beside the request's memory. */
static void test_wrong_replies(void **state)
{
	struct nbd_request one;

	(void)state;
	for (unsigned int kind = 0; kind < 3; kind++) {
		for (unsigned int at = 1; at < 40; at++) {
			begin(1);
			s.simple = kind == 1;
			s.holes = kind == 2;
			s.swap = at;
			connect();
			memset(got, 0xee, sizeof(got));
			one = (struct nbd_request){ .offset = 4096 * 3,
						    .size = 4096,
						    .bytes = got + 8192 };
			nbd_transfer(&n, NBD_READ, &one, 1);
			run(120000);
			for (unsigned int i = 0; i < DISK; i++)
				assert_true((i >= 8192 && i < 12288) || got[i] == 0xee);
			if (n.state != NBD_READY)
				assert_int_not_equal(n.why.text[0], 0);
			nbd_stop(&n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),          cmocka_unit_test(test_write),
		cmocka_unit_test(test_bad_lines),     cmocka_unit_test(test_broken),
		cmocka_unit_test(test_list),          cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_wrong_replies),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(s.tcp.out);
	return failed;
}
