/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>

#include <cmocka.h>

#include "net/addr.h"
#include "net/bytes.h"
#include "net/sum.h"
#include "test/host/net/line.h"

static struct line line;
static struct net a, b;

static struct heard {
	struct net_handler handler;
	unsigned int count;
	struct net_packet last;
	uint8_t bytes[70000];
} heard, other;

static void hear(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	struct heard *h = (struct heard *)handler;

	(void)net;
	h->count++;
	h->last = *packet;
	memcpy(h->bytes, packet->data, packet->size);
}

static void begin(void)
{
	line_init(&line, &a, &b, 1);
	heard = (struct heard){ .handler = { NULL, NET_UDP, 7, hear, NULL } };
	net_listen(&b, &heard.handler);
}

static void ticks(unsigned int count)
{
	while (count--)
		line_tick(&line);
}

static uint16_t slow_sum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* RFC 1071's example, and every size and alignment against a slow one. */
static void test_sum(void **state)
{
	static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	static uint8_t bytes[65536 + 16];

	(void)state;
	assert_int_equal(net_sum(example, sizeof(example), 0), 0xddf2);
	assert_int_equal(net_sum(example + 4, 4, net_sum(example, 4, 0)), 0xddf2);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	for (size_t at = 0; at < 17; at++) {
		for (size_t size = 0; size < 200; size++)
			assert_int_equal(net_sum(bytes + at, size, 0), slow_sum(bytes + at, size));
	}
	memset(bytes, 0xff, sizeof(bytes));
	/* what stands before, not folded */
	assert_int_equal(net_sum(example + 4, 4, get_be16(example) + get_be16(example + 2)),
			 0xddf2);
	assert_int_equal(net_sum(bytes, 0, 0xffffffff), 0xffff);
	assert_int_equal(net_sum(bytes, 0, 0x12345678), 0x1234 + 0x5678);
	assert_int_equal(net_sum(bytes, 65536, 0xffff), 0xffff);
	assert_int_equal(net_sum(bytes, 0, 0), 0);
}

static void test_addresses(void **state)
{
	static const char *const bad[] = { "",          "1",          "1.2.3",     "1.2.3.",
					   "1.2.3.256", "1.2.3.4 ",   "1.2.3.4.5", "a.b.c.d",
					   "1..2.3",    "0001.2.3.4", "-1.2.3.4" };
	static const char *const bad_mac[] = { "",
					       "52:54:00:12:34",
					       "52:54:00:12:34:5",
					       "52:54:00:12:34:56:78",
					       "53:54:00:12:34:56",
					       "00:00:00:00:00:00",
					       "52540012345678901",
					       "g2:54" };
	char text[NET_MAC_TEXT];
	uint8_t mac[6];
	uint32_t ip = 7;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(net_parse_ip(bad[i], &ip), -EINVAL);
	assert_int_equal(ip, 7);
	assert_int_equal(net_parse_ip("10.0.2.255", &ip), 0);
	assert_int_equal(ip, 0x0a0002ff);
	assert_string_equal(net_ip_text(ip, text), "10.0.2.255");
	for (unsigned int i = 0; i < ARRAY_SIZE(bad_mac); i++)
		assert_int_equal(net_parse_mac(bad_mac[i], mac), -EINVAL);
	assert_int_equal(net_parse_mac("52-54-00-Ab-34-56", mac), 0);
	assert_string_equal(net_mac_text(mac, text), "52:54:00:ab:34:56");
}

static void say(struct net *from, uint32_t to, uint16_t port, const char *text)
{
	memcpy(net_udp_room(from), text, strlen(text));
	net_udp_send(from, to, port, 9, strlen(text));
}

/* The first packet waits for the address; nobody there, and the last question has been asked. */
static void test_arp(void **state)
{
	(void)state;
	begin();
	say(&a, b.ip, 7, "first");
	ticks(2);
	assert_int_equal(heard.count, 1);
	assert_memory_equal(heard.bytes, "first", 5);
	assert_int_equal(heard.last.from, a.ip);
	assert_int_equal(heard.last.from_port, 9);
	say(&a, 0x0a000063, 7, "nobody");
	assert_false(net_is_unreachable(&a, 0x0a000063));
	ticks(20000);
	assert_true(net_is_unreachable(&a, 0x0a000063));
	assert_int_equal(net_due(&a), UINT64_MAX);
	net_forget(&a, 0x0a000063);
	assert_false(net_is_unreachable(&a, 0x0a000063));

	/* the gateway is asked for who is elsewhere */
	begin();
	a.gateway = b.ip;
	say(&a, 0x08080808, 7, "far");
	ticks(2);
	assert_int_equal(line.sent, 3);
	assert_int_equal(heard.count, 0); /* it is not for b */
}

static void arp_reply(uint32_t ip, uint8_t last_of_mac)
{
	uint8_t frame[42] = { 0 };

	memcpy(frame, a.mac, 6);
	memcpy(frame + 14, "\0\1\10\0\6\4\0\2", 8);
	frame[12] = 8;
	frame[13] = 6;
	frame[22] = 2;
	frame[27] = last_of_mac;
	put_be32(frame + 28, ip);
	put_be32(frame + 38, a.ip);
	net_input(&a, frame, sizeof(frame), false, a.now);
}

/* Nobody who was not asked for is learnt, and who is known does not move. */
static void test_arp_spoofed(void **state)
{
	(void)state;
	begin();
	arp_reply(b.ip, 9);
	say(&a, b.ip, 7, "x");
	ticks(2);
	assert_int_equal(heard.count, 1);
	arp_reply(b.ip, 9);
	say(&a, b.ip, 7, "y");
	ticks(2);
	assert_int_equal(heard.count, 2);
}

static void test_ping(void **state)
{
	(void)state;
	begin();
	other = (struct heard){ .handler = { NULL, NET_ICMP, 0x1234, hear, NULL } };
	net_listen(&a, &other.handler);
	net_ping(&a, b.ip, 0x1234, 5);
	ticks(3);
	assert_int_equal(other.count, 1);
	assert_int_equal(other.last.from_port, 5);
	net_ping(&a, b.ip, 0x1235, 5); /* not its id */
	ticks(3);
	assert_int_equal(other.count, 1);
}

static char said[100];
static struct net_unreachable told;
static unsigned int tellings;

static void tell(struct net_handler *handler, const struct net_unreachable *what)
{
	(void)handler;
	strcpy(said, what->text);
	told = *what;
	tellings++;
}

/* Only what quotes a packet of ours is believed, whatever bit of it is another. */
static void test_unreachable(void **state)
{
	static const struct {
		uint8_t type, code;
		const char *text;
	} kinds[] = {
		{ 3, 0, "10.0.0.2 says: network unreachable" },
		{ 3, 1, "10.0.0.2 says: host unreachable" },
		{ 3, 2, "10.0.0.2 says: protocol unreachable" },
		{ 3, 3, "10.0.0.2 says: port unreachable" },
		{ 3, 4, NULL },
		{ 3, 13, "10.0.0.2 says: the way there is closed" },
		{ 11, 0, "10.0.0.2 says: the way is too long" },
		{ 12, 0, NULL },
	};
	uint8_t right[sizeof(line.last)];

	(void)state;
	begin();
	other = (struct heard){ .handler = { NULL, NET_UDP, 0xc123, hear, tell } };
	net_listen(&a, &other.handler);
	net_udp_send(&a, b.ip, 69, 0xc123, 8);
	ticks(5);
	memcpy(right, line.last, sizeof(right));
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		tellings = 0;
		line_unreachable(&line, kinds[i].type, kinds[i].code);
		ticks(5);
		assert_int_equal(tellings, kinds[i].text != NULL);
		if (!kinds[i].text)
			continue;
		assert_string_equal(said, kinds[i].text);
		assert_int_equal(told.to, b.ip);
		assert_int_equal(told.to_port, 69);
	}
	tellings = 0;
	for (unsigned int bit = 0; bit < 8 * 36; bit++) {
		const unsigned int at = 14 + bit / 8;
		const bool counts = at == 14 || at == 23 || (at >= 26 && at < 30) || at == 34 ||
				    at == 35 || at == 20 || at == 21;

		memcpy(line.last, right, sizeof(right));
		line.last[at < 42 ? at : 41] ^= (uint8_t)(1 << bit % 8);
		tellings = 0;
		line_unreachable(&line, 3, 3);
		ticks(2);
		if (tellings && counts)
			assert_true(at == 20 && bit % 8 > 4); /* flags before the offset */
	}
	memcpy(line.last, right, sizeof(right));
	line.last[14] = 0x4f; /* a head of 60 bytes, and 28 there */
	tellings = 0;
	line_unreachable(&line, 3, 3);
	ticks(2);
	assert_int_equal(tellings, 0);
}

/* An IP packet from a to b, by hand. */
static uint8_t frame[14 + 60 + 1500];

static size_t make(size_t header, uint8_t protocol, uint16_t fragment, const void *payload,
		   size_t size)
{
	uint8_t *ip = frame + 14;

	memset(frame, 0, 14 + header);
	memcpy(frame, b.mac, 6);
	memcpy(frame + 6, a.mac, 6);
	frame[12] = 8;
	ip[0] = (uint8_t)(0x40 | header / 4);
	put_be16(ip + 2, (uint16_t)(header + size));
	put_be16(ip + 4, 77);
	put_be16(ip + 6, fragment);
	ip[8] = 1;
	ip[9] = protocol;
	put_be32(ip + 12, a.ip);
	put_be32(ip + 16, b.ip);
	memset(ip + 20, 1, header - 20); /* options: no operation */
	put_be16(ip + 10, (uint16_t)~net_sum(ip, header, 0));
	memcpy(ip + header, payload, size);
	return 14 + header + size;
}

static void fix(void)
{
	put_be16(frame + 24, 0);
	put_be16(frame + 24, (uint16_t)~net_sum(frame + 14, (frame[14] & 15) * 4u, 0));
}

static void input(size_t size)
{
	uint8_t *copy = malloc(size);

	memcpy(copy, frame, size);
	net_input(&b, copy, size, false, b.now);
	free(copy);
}

#define DATAGRAM "\0\11\0\7\0\14\0\0abcd" /* from 9 to 7, 12 bytes, no checksum */

static void test_ip(void **state)
{
	size_t size;

	(void)state;
	begin();
	input(make(20, NET_UDP, 0, DATAGRAM, 12));
	assert_int_equal(heard.count, 1);
	input(make(60, NET_UDP, 0, DATAGRAM, 12)); /* options are passed over */
	assert_int_equal(heard.count, 2);
	assert_int_equal(heard.last.size, 4);
	size = make(20, NET_UDP, 0, DATAGRAM, 12);
	for (size_t cut = 0; cut < size; cut++)
		input(cut);
	assert_int_equal(heard.count, 2);
	for (size_t at = 14; at < 34; at++) { /* each bit of the header counts */
		for (unsigned int bit = 0; bit < 8; bit++) {
			frame[at] ^= (uint8_t)(1 << bit);
			input(size);
			frame[at] ^= (uint8_t)(1 << bit);
		}
	}
	assert_int_equal(heard.count, 2);
	memset(frame + size, 0, 30); /* Ethernet fills up short frames */
	input(size + 30);
	assert_int_equal(heard.count, 3);
	put_be32(frame + 26, 0xffffffff); /* from everybody */
	fix();
	input(size);
	put_be32(frame + 26, b.ip);
	fix();
	input(size);
	put_be32(frame + 26, 0x7f000001);
	fix();
	input(size);
	assert_int_equal(heard.count, 3);
	size = make(20, NET_UDP, 0, DATAGRAM, 12);
	put_be32(frame + 30, b.ip + 1); /* to somebody else */
	fix();
	input(size);
	assert_int_equal(heard.count, 3);
	put_be32(frame + 30, b.ip | 0xff); /* to all here */
	fix();
	input(size);
	assert_int_equal(heard.count, 4);
	frame[5]++; /* another machine's MAC address */
	input(size);
	assert_int_equal(heard.count, 4);
	/* a checksum that is there must be right */
	size = make(20, NET_UDP, 0, "\0\11\0\7\0\14\0\1abcd", 12);
	input(size);
	assert_int_equal(heard.count, 4);
	size = make(20, NET_UDP, 0, "\0\11\0\7\0\15\0\0abcd", 12); /* longer than its packet */
	input(size);
	assert_int_equal(heard.count, 4);
}

static void piece(unsigned int offset, size_t size, bool more)
{
	static uint8_t whole[65536];

	put_be16(whole, 9);
	put_be16(whole + 2, 7);
	put_be16(whole + 4, 3000);
	for (unsigned int i = 8; i < 3000; i++)
		whole[i] = (uint8_t)(i * 7);
	input(make(20, NET_UDP, (uint16_t)(offset / 8 | (more ? 0x2000 : 0)), whole + offset,
		   size));
}

static void test_reassembly(void **state)
{
	(void)state;
	begin();
	piece(1480, 1480, true);
	piece(2960, 40, false);
	piece(0, 1480, true);
	assert_int_equal(heard.count, 1);
	assert_int_equal(heard.last.size, 2992);
	for (unsigned int i = 8; i < 3000; i++)
		assert_int_equal(heard.bytes[i - 8], (uint8_t)(i * 7));
	/* twice the same, and overlaps that agree */
	piece(0, 1480, true);
	piece(0, 1480, true);
	piece(800, 800, true);
	piece(1480, 1480, true);
	piece(2960, 40, false);
	assert_int_equal(heard.count, 2);
	/* beyond the end, whichever comes first */
	piece(1480, 1480, true);
	piece(2960, 40, true);
	piece(1480, 480, false);
	piece(0, 1480, true);
	assert_int_equal(heard.count, 2);
	b.now += NET_REASSEMBLY_MS;
	net_poll(&b, b.now);
	/* a hole as long as what is beyond the end must not make it whole */
	piece(16, 16, true);
	piece(8, 8, false);
	assert_int_equal(heard.count, 2);
	b.now += NET_REASSEMBLY_MS;
	net_poll(&b, b.now);
	/* overlaps that differ */
	piece(0, 1480, true);
	make(20, NET_UDP, 800 / 8 | 0x2000, "xxxxxxxx", 8);
	input(14 + 28);
	piece(1480, 1480, true);
	piece(2960, 40, false);
	assert_int_equal(heard.count, 2);
	b.now += NET_REASSEMBLY_MS;
	net_poll(&b, b.now);
	/* too late */
	piece(0, 1480, true);
	piece(1480, 1480, true);
	b.now += NET_REASSEMBLY_MS;
	net_poll(&b, b.now);
	piece(2960, 40, false);
	assert_int_equal(heard.count, 2);
	/* the ping of death: beyond 65,535 */
	input(make(20, NET_UDP, 65528 / 8, "xxxxxxxx", 8));
	assert_int_equal(heard.count, 2);
}

/* Who has no address takes what is for one machine, as DHCP wants it. */
static void test_without_address(void **state)
{
	size_t size;

	(void)state;
	begin();
	size = make(20, NET_UDP, 0, DATAGRAM, 12);
	b.ip = b.mask = 0;
	input(size);
	assert_int_equal(heard.count, 1);
	put_be32(frame + 30, 0xe0000001);
	fix();
	input(size);
	assert_int_equal(heard.count, 1);
}

static void test_random(void **state)
{
	(void)state;
	begin();
	assert_int_not_equal(net_random(&a), net_random(&a));
	for (int i = 0; i < 100; i++)
		assert_in_range(net_random_port(&a), 49152, 65535);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum),	    cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_arp),	    cmocka_unit_test(test_arp_spoofed),
		cmocka_unit_test(test_ping),	    cmocka_unit_test(test_ip),
		cmocka_unit_test(test_reassembly),  cmocka_unit_test(test_without_address),
		cmocka_unit_test(test_random),	    cmocka_unit_test(test_unreachable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
