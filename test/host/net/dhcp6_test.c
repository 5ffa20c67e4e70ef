/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCPv6 with servers that are right, slow, gone, hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/dhcp6.h"
#include "test/host/net/line.h"
#include "test/host/net/wire6.h"

#define SERVER "fe80::5"
#define US     "fe80::ff:fe00:1"

static struct net net;
static struct dhcp6 d;

/* An answer that is being made. */
static struct reply {
	uint8_t bytes[1400];
	size_t size;
} r;

static void put(uint16_t code, const void *bytes, size_t size)
{
	put_be16(r.bytes + r.size, code);
	put_be16(r.bytes + r.size + 2, (uint16_t)size);
	memcpy(r.bytes + r.size + 4, bytes, size);
	r.size += 4 + size;
}

static const uint8_t our_id[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };

/* @kind, with the id of the exchange, ours, and a server's of one letter. */
static void answer(uint8_t kind, char server)
{
	r.size = 12; /* UDP and the head */
	memset(r.bytes, 0, 12);
	put_be32(r.bytes + 8, (uint32_t)kind << 24 | d.xid);
	put(1, our_id, sizeof(our_id));
	put(2, &server, 1);
}

static void put_address(const char *addr, uint32_t valid, uint16_t status)
{
	uint8_t ia[12 + 28 + 6] = { 0 };

	memcpy(ia, net.mac + 2, 4);
	put_be16(ia + 12, 5);
	put_be16(ia + 14, 24);
	ip6_put(ia + 16, wire6_addr(addr));
	put_be32(ia + 32, valid);
	put_be32(ia + 36, valid);
	put_be16(ia + 40, 13);
	put_be16(ia + 42, 2);
	put_be16(ia + 44, status);
	put(3, ia, sizeof(ia));
}

static void deliver(void)
{
	wire6_udp(r.bytes, SERVER, US, 547, 546, NULL, r.size - 8);
	wire6_packet(&net, SERVER, US, NET_UDP, r.bytes, r.size);
}

static void pass(uint64_t ms)
{
	while (ms--) {
		wire6_pass(&net, 1);
		dhcp6_poll(&d);
	}
}

static void begin(bool stateful)
{
	const struct dhcp6_request ask = { .stateful = stateful, .arch = 0x16 };

	wire6_init(&net, 1000);
	ip6_start(&net);
	wire6_pass(&net, 14000); /* and no router */
	wire6.sent = 0;
	dhcp6_start(&d, &net, &ask);
}

/* The last message's kind; 0: it has not @option. */
static uint8_t sent_with(uint16_t option)
{
	const uint8_t *p = wire6.last + 54 + 8, *end = wire6.last + wire6.last_size;
	const uint8_t kind = *p;

	assert_int_equal(get_be16(wire6.last + 54), 546);
	assert_int_equal(get_be16(wire6.last + 56), 547);
	for (p += 4; end - p >= 4 && get_be16(p) != option;)
		p += 4 + get_be16(p + 2);
	return end - p >= 4 ? kind : 0;
}

/* An advertisement, with the option where @preference is not negative. */
static void offer(char server, const char *addr, int preference)
{
	const uint8_t byte = (uint8_t)preference;

	answer(2, server);
	if (preference >= 0)
		put(7, &byte, 1);
	put_address(addr, 3600, 0);
	deliver();
}

static void test_address(void **state)
{
	static const uint8_t params[] = { 0, 5, 'q', 'u', 'i', 'e', 't', 0, 3, 'a', '=', '1' };
	static const uint8_t search[] = "\3lab\7example\0\7example";
	uint8_t dns[48];

	(void)state;
	begin(true);
	assert_int_equal(wire6.sent, 1);
	assert_true(wire6.last_to == ip6_of(UINT64_C(0xff02) << 48, 0x10002));
	assert_int_equal(sent_with(3), 1);
	assert_int_equal(sent_with(61), 1);
	assert_int_equal(sent_with(2), 0);
	answer(2, 'a');
	put_address("2001:db8::77", 3600, 0);
	deliver();
	assert_int_equal(d.state, DHCP6_SOLICIT); /* others have their time, too */
	pass(1101);
	assert_int_equal(d.state, DHCP6_REQUEST);
	assert_int_equal(sent_with(2), 3);
	/* another server's word, then the one that was asked */
	answer(7, 'b');
	put_address("2001:db8::66", 3600, 0);
	deliver();
	assert_int_equal(d.state, DHCP6_REQUEST);
	answer(7, 'a');
	put_address("2001:db8::77", 3600, 0);
	ip6_put(dns, wire6_addr("2001:db8::53"));
	ip6_put(dns + 16, wire6_addr("ff02::1")); /* nobody */
	ip6_put(dns + 32, wire6_addr("2001:db8::54"));
	put(23, dns, sizeof(dns));
	put(24, search, sizeof(search));
	put(59, "tftp://[fd00::5]/k\nx", 20);
	put(60, params, sizeof(params));
	deliver();
	assert_int_equal(d.state, DHCP6_BOUND);
	assert_true(d.lease.addr == wire6_addr("2001:db8::77"));
	assert_true(d.lease.dns[0] == wire6_addr("2001:db8::53"));
	assert_true(d.lease.dns[1] == 0);
	assert_string_equal(d.lease.search, "lab.example example");
	assert_string_equal(d.lease.url, "tftp://[fd00::5]/k?x");
	assert_string_equal(d.lease.params, "quiet a=1");
	dhcp6_stop(&d);
	assert_null(net.handlers);
}

static void test_information(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(sent_with(1), 11);
	assert_int_equal(sent_with(3), 0);
	answer(2, 'a'); /* an advertisement is no answer to that */
	put_address("2001:db8::77", 3600, 0);
	deliver();
	assert_int_equal(d.state, DHCP6_INFORM);
	answer(7, 'a');
	put(59, "http://x/y", 10);
	deliver();
	assert_int_equal(d.state, DHCP6_BOUND);
	assert_true(d.lease.addr == 0);
	assert_string_equal(d.lease.url, "http://x/y");
	dhcp6_stop(&d);
}

/* Nobody there; and one that has offered and is gone. */
static void test_silence(void **state)
{
	(void)state;
	begin(true);
	pass(30000);
	assert_int_equal(d.state, DHCP6_FAILED);
	assert_int_equal(wire6.sent, DHCP6_TRIES);
	dhcp6_stop(&d);
	begin(true);
	offer('a', "2001:db8::77", -1);
	pass(4500);
	assert_int_equal(d.state, DHCP6_SOLICIT);
	assert_true(d.lease.addr == 0);
	offer('b', "2001:db8::78", 255);
	answer(7, 'b'); /* it has none left */
	put_address("2001:db8::78", 3600, 2);
	deliver();
	assert_int_equal(d.state, DHCP6_SOLICIT);
	offer('b', "2001:db8::78", 255); /* and offers it again: others go before */
	offer('c', "2001:db8::79", -1);
	pass(1101);
	assert_int_equal(d.state, DHCP6_REQUEST);
	assert_int_equal(d.lease.server[0], 'c');
	dhcp6_stop(&d);
}

/* Of several who is preferred, within the time of the first question; after it the first at all. */
static void test_preference(void **state)
{
	(void)state;
	begin(true);
	offer('a', "2001:db8::71", -1);
	offer('b', "2001:db8::72", 7);
	offer('c', "2001:db8::73", 7);
	offer('d', "2001:db8::74", 6);
	answer(2, 'e'); /* it has none, however much it is preferred */
	put(7, "\377", 1);
	deliver();
	assert_int_equal(d.state, DHCP6_SOLICIT);
	pass(1101);
	assert_int_equal(d.state, DHCP6_REQUEST);
	assert_int_equal(d.lease.server[0], 'b');
	assert_int_equal(wire6.sent, 2);
	dhcp6_stop(&d);
	begin(true);
	offer('a', "2001:db8::71", 254);
	offer('b', "2001:db8::72", 255);
	assert_int_equal(d.state, DHCP6_REQUEST);
	assert_int_equal(d.lease.server[0], 'b');
	dhcp6_stop(&d);
	begin(true);
	pass(1101);
	assert_int_equal(wire6.sent, 2);
	offer('a', "2001:db8::71", -1);
	assert_int_equal(d.state, DHCP6_REQUEST);
	dhcp6_stop(&d);
}

/* What is not for us, not an answer, or not whole. */
static void test_refused(void **state)
{
	(void)state;
	begin(true);
#define IGNORED()                                        \
	do {                                             \
		deliver();                               \
		assert_int_equal(d.state, DHCP6_SOLICIT); \
		assert_true(d.lease.addr == 0);           \
	} while (0)
	answer(7, 'a'); /* a reply to what was not asked */
	put_address("2001:db8::77", 3600, 0);
	IGNORED();
	answer(2, 'a'); /* another exchange's */
	put_address("2001:db8::77", 3600, 0);
	r.bytes[11] ^= 1;
	IGNORED();
	answer(2, 'a'); /* another client's */
	put_address("2001:db8::77", 3600, 0);
	r.bytes[12 + 4 + 9] ^= 1;
	IGNORED();
	answer(2, 'a');
	IGNORED(); /* no address */
	answer(2, 'a');
	put_address("2001:db8::77", 0, 0);
	IGNORED();
	answer(2, 'a');
	put_address("ff02::77", 3600, 0);
	IGNORED();
	answer(2, 'a');
	put_address("fe80::77", 3600, 0);
	IGNORED();
	answer(2, 'a');
	put_address("2001:db8::77", 3600, 2);
	IGNORED();
	answer(2, 'a'); /* cut */
	put_address("2001:db8::77", 3600, 0);
	r.size--;
	IGNORED();
	r.size = 8 + 3;
	IGNORED();
	dhcp6_stop(&d);
}

/* Answers that were bent; strings stay inside, and end. */
static void test_mutated(void **state)
{
	const unsigned int rounds =
		getenv("LOFT_MUTATIONS") ? (unsigned int)atoi(getenv("LOFT_MUTATIONS")) : 10000;
	static struct line line;

	(void)state;
	line.random = 77;
	for (unsigned int i = 0; i < rounds; i++) {
		uint8_t noise[300];

		if (i % 64 == 0 || d.state >= DHCP6_BOUND)
			begin(line_dice(&line, 2));
		answer(d.state == DHCP6_SOLICIT ? 2 : 7, 'a');
		put_address("2001:db8::77", 3600, 0);
		for (unsigned int n = line_dice(&line, 4); n; n--) {
			static const uint16_t codes[] = { 3, 5, 7, 13, 23, 24, 59, 60 };
			const uint32_t size = line_dice(&line, sizeof(noise));

			for (uint32_t k = 0; k < size; k++)
				noise[k] = (uint8_t)line_dice(&line, line_dice(&line, 2) ? 5 : 256);
			put(codes[line_dice(&line, ARRAY_SIZE(codes))], noise, size);
		}
		for (unsigned int bent = line_dice(&line, 4); bent; bent--)
			r.bytes[35 + line_dice(&line, (uint32_t)r.size - 35)] =
				(uint8_t)line_dice(&line, 256);
		if (!line_dice(&line, 4))
			r.size = 8 + line_dice(&line, (uint32_t)r.size - 8);
		deliver();
		assert_non_null(memchr(d.lease.url, 0, sizeof(d.lease.url)));
		assert_non_null(memchr(d.lease.params, 0, sizeof(d.lease.params)));
		assert_non_null(memchr(d.lease.search, 0, sizeof(d.lease.search)));
		assert_true(d.lease.server_size <= DHCP6_ID_MAX);
		dhcp6_poll(&d);
	}
	dhcp6_stop(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),    cmocka_unit_test(test_information),
		cmocka_unit_test(test_silence),    cmocka_unit_test(test_refused),
		cmocka_unit_test(test_preference), cmocka_unit_test(test_mutated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
