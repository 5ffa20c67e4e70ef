/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>

#include <cmocka.h>

#include "net/tftp.h"
#include "test/host/net/line.h"
#include "test/host/net/tftpserver.h"

#define ROOM (1 << 20)

static struct line line;
static struct net client, peer;
static struct server server;
static struct tftp t;
static uint8_t file[40 << 20], got[ROOM], *to;
static uint64_t room, expected_size;
static bool refuse_size;

static int take_size(void *ctx, uint64_t size, struct why *why)
{
	(void)ctx;
	expected_size = size;
	return refuse_size ? refuse(why, -ENOSPC, "no room") : 0;
}

static int take(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	(void)ctx;
	if (at > room || count > room - at)
		return refuse(why, -ENOSPC, "full");
	memcpy(to + at, bytes, count);
	return 0;
}

static void give(void *ctx, uint64_t at, void *bytes, size_t count)
{
	(void)ctx;
	memcpy(bytes, file + at, count);
}

static const struct tftp_host host = { NULL, take_size, take, give };

static void begin(uint64_t seed, uint64_t size)
{
	line_init(&line, &client, &peer, seed);
	server_start(&server, &peer, file, size);
	refuse_size = false;
	expected_size = 0;
	to = got;
	room = ROOM;
}

static void run(struct tftp_request ask)
{
	ask.server = line_addr(&line, 1);
	ask.port = TFTP_PORT;
	ask.file = ask.file ? ask.file : "kernel";
	assert_int_equal(tftp_start(&t, &client, &host, &ask), 0);
	for (uint64_t ms = 0; ms < 600000 && t.state < TFTP_DONE; ms++) {
		line_tick(&line);
		server_poll(&server);
		tftp_poll(&t);
	}
	tftp_stop(&t);
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

static unsigned int seed;

static void check(uint64_t size)
{
	if (t.state != TFTP_DONE)
		print_message("%s: block %u of %u, loss %u, seed 0x%x\n", t.why.text,
			      (unsigned int)t.next, (unsigned int)server.blocks, line.loss,
			      (unsigned int)seed);
	assert_int_equal(t.state, TFTP_DONE);
	assert_int_equal(t.done, size);
	assert_memory_equal(to, file, size);
}

/* Sizes around the blocks, with and without what servers know. */
static void test_sizes(void **state)
{
	static const uint32_t sizes[] = {
		0, 1, 511, 512, 513, 1467, 1468, 1469, 100000, 1468 * 16
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (unsigned int know = 0; know < 3; know++) {
			begin(i + 1, sizes[i]);
			server.options = know > 0;
			server.windows = know > 1;
			run((struct tftp_request){ .block = 1468, .window = 16 });
			check(sizes[i]);
			assert_int_equal(t.repeat, 0);
			assert_int_equal(t.window, know > 1 ? 16 : 1);
			assert_int_equal(expected_size, know ? sizes[i] : 0);
		}
	}
}

/* More blocks than 16 bits count. */
static void test_roll_over(void **state)
{
	const uint64_t size = 512 * 70000 + 17;

	(void)state;
	begin(1, size);
	to = malloc(size);
	room = size;
	run((struct tftp_request){ .block = 512, .window = 64 });
	check(size);
	server.options = false;
	run((struct tftp_request){ .block = 512, .window = 1 });
	check(size);
	free(to);
}

/* Blocks larger than a frame would come in pieces; here that the size is asked for and taken. */
static void test_refusals(void **state)
{
	struct tftp_request ask = {
		.server = 1, .port = 69, .file = "", .block = 512, .window = 1
	};

	(void)state;
	begin(1, 5000);
	assert_int_equal(tftp_start(&t, &client, &host, &ask), -EINVAL);
	ask.file = "x";
	ask.block = 7;
	assert_int_equal(tftp_start(&t, &client, &host, &ask), -EINVAL);
	ask.block = 65465;
	assert_int_equal(tftp_start(&t, &client, &host, &ask), -EINVAL);
	ask.block = 512;
	ask.window = 257;
	assert_int_equal(tftp_start(&t, &client, &host, &ask), -EINVAL);

	refuse_size = true;
	run((struct tftp_request){ .block = 1468, .window = 4 });
	assert_int_equal(t.state, TFTP_FAILED);
	assert_string_equal(t.why.text, "no room");
	assert_int_equal(t.done, 0);
	assert_false(server.open); /* it was told */

	begin(2, 5000);
	room = 3000;
	run((struct tftp_request){ .block = 512, .window = 1 });
	assert_int_equal(t.state, TFTP_FAILED);
	assert_string_equal(t.why.text, "full");

	begin(3, 5000);
	net_unlisten(&peer, &server.listener);
	run((struct tftp_request){ .block = 512, .window = 1 });
	assert_int_equal(t.state, TFTP_FAILED);
	assert_string_equal(t.why.text, "the server does not answer");
}

/* "Nobody listens there": the transfer ends with the sentence, and only if it is about it. */
static void test_unreachable(void **state)
{
	const struct tftp_request ask = { 0x0a000002, 69, "x", 512, 1, 0, false, 0 };

	(void)state;
	begin(3, 5000);
	net_unlisten(&peer, &server.listener);
	assert_int_equal(tftp_start(&t, &client, &host, &ask), 0);
	for (int i = 0; i < 5; i++)
		line_tick(&line);
	line.last[34 + 3] ^= 1; /* another port than was asked */
	line_unreachable(&line, 3, 3);
	for (int i = 0; i < 5; i++)
		line_tick(&line);
	assert_int_equal(t.state, TFTP_ASKED);
	line.last[34 + 3] ^= 1;
	line_unreachable(&line, 3, 3);
	for (int i = 0; i < 5; i++)
		line_tick(&line);
	assert_int_equal(t.state, TFTP_FAILED);
	assert_string_equal(t.why.text, "10.0.0.2 says: port unreachable");
	tftp_stop(&t);
}

static void packet(uint16_t from_port, const void *bytes, size_t size)
{
	memcpy(net_udp_room(&peer), bytes, size);
	net_udp_send(&peer, client.ip, t.handler.port, from_port, size);
	line_tick(&line);
}

/* Who is not the server, or not the port that answered first, has no say. */
static void test_spoofed(void **state)
{
	const struct tftp_request ask = { 0x0a000002, 69, "x", 512, 1, 0, false, 0 };

	(void)state;
	begin(1, 5000);
	net_unlisten(&peer, &server.listener);
	assert_int_equal(tftp_start(&t, &client, &host, &ask), 0);
	for (int i = 0; i < 5; i++)
		line_tick(&line);
	packet(1000, "\0\3\0\2aaaa", 8); /* not the first block */
	assert_int_equal(t.state, TFTP_ASKED);
	packet(1000, "\0\4\0\0", 4);
	assert_int_equal(t.state, TFTP_ASKED);
	peer.ip++;
	packet(1000, "\0\3\0\1aaaa", 8); /* another machine */
	peer.ip--;
	assert_int_equal(t.state, TFTP_ASKED);
	uint8_t block[516] = { 0, 3, 0, 1 };
	packet(1000, block, sizeof(block));
	assert_int_equal(t.state, TFTP_RUNNING);
	packet(1001, "\0\5\0\1gone\0", 9);
	assert_int_equal(t.state, TFTP_RUNNING);
	packet(1001, "\0\3\0\2aaaa", 8);
	assert_int_equal(t.done, 512);
	packet(1000, "\0\5\0\1go\nne\0", 10);
	assert_int_equal(t.state, TFTP_FAILED);
	assert_string_equal(t.why.text, "TFTP error: 'go?ne' (1)");
	assert_int_equal(t.error, 2);
	tftp_stop(&t);
}

static void test_options(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *why;
	} bad[] = {
		{ "\0\6blksize\0001469\0", 15, "blocks of 1469 bytes, 1468 were asked for" },
		{ "\0\6blksize\0007\0", 12, "blocks of 7 bytes, 1468 were asked for" },
		{ "\0\6windowsize\00017\0", 16, "windows of 17 blocks, 16 were asked for" },
		{ "\0\6windowsize\0000\0", 15, "windows of 0 blocks, 16 were asked for" },
		{ "\0\6tsize\0x\0", 10, "option tsize has no number" },
		{ "\0\6tsize\0001", 9, "the server's options are cut off" },
		{ "\0\6tsize", 7, "the server's options are cut off" },
	};
	const struct tftp_request ask = { 0x0a000002, 69, "x", 1468, 16, 0, false, 0 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(1, 5000);
		net_unlisten(&peer, &server.listener);
		assert_int_equal(tftp_start(&t, &client, &host, &ask), 0);
		for (int j = 0; j < 5; j++)
			line_tick(&line);
		packet(1000, bad[i].text, bad[i].size);
		assert_int_equal(t.state, TFTP_FAILED);
		assert_string_equal(t.why.text, bad[i].why);
		tftp_stop(&t);
	}
}

/* A file that is shorter than the server said. */
static void test_short(void **state)
{
	(void)state;
	begin(1, 5000);
	const struct tftp_request ask = { peer.ip, 69, "x", 512, 1, 0, false, 0 };

	net_unlisten(&peer, &server.listener);
	assert_int_equal(tftp_start(&t, &client, &host, &ask), 0);
	for (int j = 0; j < 5; j++)
		line_tick(&line);
	packet(1000, "\0\6tsize\00010\0", 11);
	packet(1000, "\0\3\0\1aaaa", 8);
	assert_int_equal(t.state, TFTP_FAILED);
	assert_string_equal(t.why.text, "the server said 10 bytes, and 4 came");
	tftp_stop(&t);
}

static void test_put(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 1468, 1469, 100000 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (seed = 1; seed < 30; seed++) {
			begin(seed, 0);
			server.received = got;
			server.received_room = ROOM;
			server.options = seed % 3;
			line.loss = seed % 5;
			line.twice = seed % 4;
			line.late = seed % 7;
			run((struct tftp_request){
				.block = 1468, .window = 8, .put = true, .size = sizes[i] });
			assert_int_equal(t.state, TFTP_DONE);
			assert_int_equal(server.received_size, sizes[i]);
			assert_memory_equal(got, file, sizes[i]);
		}
	}
}

/*
 * Ten thousand transfers over lines that lose, delay, double and damage: each is whole, and at 2%
 * of loss they take at most three times the packets.
 */
static void bad_lines(bool six)
{
	static const uint32_t losses[] = { 0, 1, 2, 5, 10, 20 };
	uint64_t blocks = 0, frames = 0;

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
		server.windows = seed & 1;
		server.options = seed % 11 != 0;
		run((struct tftp_request){
			.block = six ? 1228 : 1468, .window = 1 + seed % 16, .tries = 30 });
		check(size);
		if (line.loss == 2 && server.options) {
			blocks += server.blocks;
			frames += server.data_frames;
		}
	}
	print_message("2%% loss: %u blocks in %u frames\n", (unsigned int)blocks,
		      (unsigned int)frames);
	assert_in_range(frames, blocks, 3 * blocks);
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

/* Milliseconds for the whole file, on a line where an answer takes @delay_ms there and back. */
static uint64_t took(unsigned int delay_ms, uint64_t size, uint32_t window)
{
	begin(1, size);
	room = size;
	to = malloc(size);
	line.delay_ms = delay_ms / 2;
	run((struct tftp_request){ .block = 1468, .window = window });
	check(size);
	assert_int_equal(t.repeat, 0);
	free(to);
	return line.now - 1000;
}

/*
 * What a window is for: 16 MiB over a way of 10 ms, at ten times the rate, or more, of a block and
 * its answer at a time, which is what U-Boot does unless it is told otherwise: no program that
 * waits for each answer gets a block in less than that.
 */
static void test_delay(void **state)
{
	const uint64_t size = 16 << 20, blocks = size / 1468 + 1;
	const uint64_t alone = took(10, size, 1), together = took(10, size, 16);

	(void)state;
	print_message("16 MiB, 10 ms: one at a time %u ms, 16 %u ms\n", (unsigned int)alone,
		      (unsigned int)together);
	assert_in_range(alone, blocks * 10, blocks * 10 + 100);
	assert_in_range(together, 0, blocks * 10 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),      cmocka_unit_test(test_roll_over),
		cmocka_unit_test(test_refusals),   cmocka_unit_test(test_spoofed),
		cmocka_unit_test(test_options),    cmocka_unit_test(test_short),
		cmocka_unit_test(test_put),        cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_bad_lines6), cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_delay),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
