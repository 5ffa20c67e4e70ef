/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv6 between two interfaces, and what a hostile wire can say to one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/base/why.h"
#include "net/addr.h"
#include "net/bytes.h"
#include "net/nd.h"
#include "net/sum.h"
#include "test/host/net/line.h"
#include "test/host/net/wire6.h"

static struct line line;
static struct net a, b;

static struct heard {
	struct net_handler handler;
	unsigned int count, undelivered;
	struct net_packet last;
	char said[100];
	uint8_t bytes[70000];
} heard, echo;

static void hear(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	struct heard *h = (struct heard *)handler;

	(void)net;
	h->count++;
	h->last = *packet;
	memcpy(h->bytes, packet->data, packet->size);
}

static void hear_undelivered(struct net_handler *handler, const struct net_unreachable *what)
{
	struct heard *h = (struct heard *)handler;

	h->undelivered++;
	h->last.to = what->to;
	h->last.to_port = what->to_port;
	snprintf(h->said, sizeof(h->said), "%s", what->text);
}

static void ticks(unsigned int count)
{
	while (count--)
		line_tick(&line);
}

static net_addr_t addr(const char *text)
{
	net_addr_t value = 0;

	assert_int_equal(ip6_parse(text, &value), 0);
	return value;
}

static void assert_addr(net_addr_t is, const char *text)
{
	char shown[IP6_TEXT];

	assert_string_equal(ip6_text(is, shown), text);
}

/* Both have an address of the wire's and one of fd00::/64. */
static void begin(void)
{
	line_init(&line, &a, &b, 1);
	ip6_start(&a);
	ip6_start(&b);
	ip6_set(&a, addr("fd00::1"), 64);
	ip6_set(&b, addr("fd00::2"), 64);
	ticks(1100);
	heard = (struct heard){ .handler = { NULL, NET_UDP, 7, hear, NULL } };
	echo = (struct heard){ .handler = { NULL, NET_ICMP, 77, hear, hear_undelivered } };
	net_listen(&b, &heard.handler);
	net_listen(&a, &echo.handler);
}

/* One interface alone; what it sends is in wire6. */
static void alone(void)
{
	wire6_init(&a, 1000);
	ip6_start(&a);
	ip6_set(&a, addr("fd00::1"), 64);
	wire6_pass(&a, 1100);
	heard = (struct heard){ .handler = { NULL, NET_UDP, 7, hear, NULL } };
	echo = (struct heard){ .handler = { NULL, NET_UDP, 9, hear, hear_undelivered } };
	net_listen(&a, &heard.handler);
	net_listen(&a, &echo.handler);
	wire6.sent = 0;
}

static void test_text(void **state)
{
	static const struct {
		const char *in, *out;
	} good[] = {
		{ "fe80::1", "fe80::1" },
		{ "FE80:0:0:0:0:0:0:1", "fe80::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "1::", "1::" },
		{ "::1:0:0", "::1:0:0" },
		{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
		{ "1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "ff02::1:ff00:1", "ff02::1:ff00:1" },
	};
	static const char *const bad[] = { "",
					   "::",
					   "::1",
					   "::1.2.3.4",
					   "::ffff:1.2.3.4",
					   ":",
					   ":::",
					   "1:2",
					   "1::2::3",
					   "1:2:3:4:5:6:7:8:9",
					   "g::",
					   "12345::",
					   "1:",
					   ":1::2",
					   "1:2:3:4:5:6:7:1.2.3.4",
					   "1::2:",
					   "1.2.3.4",
					   "fe80::1%eth0",
					   "fe80::1 ",
					   "1:2:3:4:5:6:7:8::",
					   "1::1.2.3",
					   "1::1.2.3.4:5",
					   "::1:2:3:4:5:6:7:8" };
	net_addr_t value = 7;
	uint8_t length = 0;
	char text[IP6_TEXT];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(ip6_parse(good[i].in, &value), 0);
		assert_string_equal(ip6_text(value, text), good[i].out);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		value = 7;
		assert_int_equal(ip6_parse(bad[i], &value), -EINVAL);
		assert_true(value == 7);
	}
	assert_int_equal(ip6_parse_prefix("fd00::2/48", &value, &length), 0);
	assert_int_equal(length, 48);
	assert_int_equal(ip6_parse_prefix("fd00::2", &value, &length), 0);
	assert_int_equal(length, 64);
	assert_int_equal(ip6_parse_prefix("fd00::2/129", &value, &length), -EINVAL);
	assert_int_equal(ip6_parse_prefix("fd00::2/", &value, &length), -EINVAL);
	assert_int_equal(ip6_parse_prefix("fd00::2/6x", &value, &length), -EINVAL);
	assert_int_equal(net_bracketed("[fe80::1]:80/x", 14, &value), 9);
	assert_int_equal(net_bracketed("[fe80::1", 8, &value), 0);
	assert_int_equal(net_bracketed("[]", 2, &value), 0);
	assert_int_equal(net_bracketed("[1.2.3.4]", 9, &value), 0);
	assert_int_equal(net_parse_addr("10.0.0.1", &value), 0);
	assert_true(value == 0x0a000001);
	assert_string_equal(net_addr_text(value, text), "10.0.0.1");
}

/* Any number and its text are the same address. */
static void test_text_random(void **state)
{
	(void)state;
	line_init(&line, &a, &b, 3);
	for (unsigned int i = 0; i < 20000; i++) {
		net_addr_t value = 0, back = 0;
		char text[IP6_TEXT];

		for (unsigned int j = 0; j < 8; j++)
			value = value << 16 | (line_dice(&line, 2) ? 0 : line_dice(&line, 65536));
		ip6_text(value, text);
		if (!net_is_v6(value) || value >> 32 == UINT16_MAX) {
			assert_int_equal(ip6_parse(text, &back), -EINVAL);
			continue;
		}
		assert_int_equal(ip6_parse(text, &back), 0);
		assert_true(back == value);
	}
}

/* RFC 1071 over the pseudo header of RFC 8200, 8.1, against one made byte by byte. */
static void test_pseudo(void **state)
{
	uint8_t head[40] = { 0 };

	(void)state;
	ip6_put(head, addr("2001:db8::ffff"));
	ip6_put(head + 16, addr("fe80::ffff:ffff:fffe"));
	put_be32(head + 32, 1234);
	head[39] = NET_UDP;
	assert_int_equal(net_sum(NULL, 0,
				 net_pseudo_sum(addr("2001:db8::ffff"),
						addr("fe80::ffff:ffff:fffe"), NET_UDP, 1234)),
			 net_sum(head, sizeof(head), 0));
}

static void say(struct net *from, net_addr_t to, uint16_t port, const char *text)
{
	memcpy(net_udp_room(from), text, strlen(text));
	net_udp_send(from, to, port, 9, strlen(text));
}

/* Neighbours are asked for, datagrams and echoes go there and back; IPv4 goes on beside it. */
static void test_talk(void **state)
{
	(void)state;
	begin();
	assert_addr(ip6_link_local(&a), "fe80::ff:fe00:1");
	say(&a, addr("fd00::2"), 7, "first");
	ticks(4);
	assert_int_equal(heard.count, 1);
	assert_memory_equal(heard.bytes, "first", 5);
	assert_addr(heard.last.from, "fd00::1");
	say(&a, ip6_link_local(&b), 7, "wire");
	ticks(4);
	assert_int_equal(heard.count, 2);
	assert_addr(heard.last.from, "fe80::ff:fe00:1");
	net_ping(&a, addr("fd00::2"), 77, 1);
	ticks(4);
	assert_int_equal(echo.count, 1);
	assert_int_equal(echo.last.from_port, 1);
	assert_addr(echo.last.from, "fd00::2");
	net_ping(&a, ip6_link_local(&b), 77, 2);
	net_ping(&b, ip6_link_local(&a), 77, 2);
	ticks(4);
	assert_int_equal(echo.count, 2);
	say(&a, b.ip, 7, "old");
	ticks(4);
	assert_int_equal(heard.count, 3);
	assert_true(heard.last.from == a.ip);
	/* nobody there: three questions, a second between two */
	say(&a, addr("fd00::9"), 7, "nobody");
	ticks(2990);
	assert_false(net_is_unreachable(&a, addr("fd00::9")));
	ticks(20);
	assert_true(net_is_unreachable(&a, addr("fd00::9")));
}

/* Before it is told to, and without CONFIG_IPV6's start, it is silent and deaf. */
static void test_idle(void **state)
{
	uint8_t frame[80] = { 0 };

	(void)state;
	wire6_init(&a, 1000);
	wire6_pass(&a, 10000);
	assert_int_equal(wire6.sent, 0);
	assert_int_equal(net_due(&a), UINT64_MAX);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	net_input(&a, frame, sizeof(frame), true, 11000);
	say(&a, addr("fd00::2"), 7, "nothing");
	assert_int_equal(wire6.sent, 0);
}

/* What goes out at first: a listener's report, the probe, and the question for routers. */
static void test_start(void **state)
{
	(void)state;
	wire6_init(&a, 1000);
	ip6_start(&a);
	assert_int_equal(wire6.sent, 3);
	assert_int_equal(wire6.type[0], ICMP6_MLD_REPORT);
	assert_int_equal(wire6.type[1], ICMP6_NS);
	assert_true(wire6.from[1] == 0);
	assert_addr(wire6.to[1], "ff02::1:ff00:1");
	assert_int_equal(wire6.type[2], ICMP6_RS);
	assert_addr(wire6.to[2], "ff02::2");
	assert_true(ip6_link_local(&a) == 0);
	assert_int_equal(net_due(&a), 2000);
	wire6_pass(&a, 1000);
	assert_addr(ip6_link_local(&a), "fe80::ff:fe00:1");
	assert_int_equal(ip6_way(&a, addr("fe80::99"), NULL), 0);
	assert_int_equal(ip6_way(&a, addr("fd00::99"), NULL), -EAGAIN);
	wire6_pass(&a, 12000);
	assert_int_equal(wire6.asked_routers, IP6_SOLICIT_TRIES);
	assert_int_equal(ip6_way(&a, addr("fd00::99"), NULL), -EADDRNOTAVAIL);
	assert_int_equal(ip6_way(&a, 0, NULL), -ENETUNREACH);
	assert_int_equal(net_due(&a), UINT64_MAX);
	ip6_start(&a);
	assert_int_equal(wire6.asked_routers, IP6_SOLICIT_TRIES + 1);
}

static const struct wire6_ra ra = { .prefix = "2001:db8:1::",
				    .length = 64,
				    .flags = 0xc0,
				    .valid = 86400,
				    .preferred = 14400,
				    .lifetime = 1800,
				    .server = "2001:db8:1::53",
				    .mtu = 1400 };

/* An address of the prefix, a way, a name server, the wire's size. */
static void test_router(void **state)
{
	struct why why = { "" };

	(void)state;
	alone();
	wire6_ra(&a, &ra, 255, "fe80::1");
	assert_int_equal(ip6_way(&a, addr("2001:db8:2::5"), &why), 0); /* by fd00::1, for now */
	assert_addr(ip6_source(&a, addr("2001:db8:2::5")), "fd00::1");
	wire6_pass(&a, 1001);
	assert_addr(ip6_source(&a, addr("2001:db8:2::5")), "2001:db8:1::ff:fe00:1");
	assert_addr(ip6_source(&a, addr("fd00::5")), "fd00::1");
	assert_addr(ip6_hop(&a, addr("2001:db8:2::5")), "fe80::1");
	assert_addr(ip6_hop(&a, addr("2001:db8:1::5")), "2001:db8:1::5");
	assert_addr(ip6_hop(&a, addr("fd00::5")), "fd00::5");
	assert_addr(ip6_name_server(&a, 0), "2001:db8:1::53");
	assert_true(ip6_name_server(&a, 1) == 0);
	assert_int_equal(a.ip6->mtu, 1400);
	assert_int_equal(ip6_way(&a, 0, &why), 0);
	/* a later command asks again who is there; what is known holds meanwhile */
	wire6.asked_routers = 0;
	ip6_start(&a);
	assert_int_equal(wire6.asked_routers, 0);
	wire6_pass(&a, IP6_HEARD_MS);
	ip6_start(&a);
	assert_int_equal(wire6.asked_routers, 1);
	assert_int_equal(ip6_way(&a, addr("2001:db8:2::5"), &why), 0);
	wire6_ra(&a, &ra, 255, "fe80::1");
	wire6_pass(&a, 10000);
	assert_int_equal(wire6.asked_routers, 1);
	/* a lifetime of 0 takes the router away, and a forged one an address in two hours only */
	struct wire6_ra end = ra;

	end.lifetime = end.valid = end.preferred = 0;
	wire6_ra(&a, &end, 255, "fe80::1");
	assert_int_equal(ip6_way(&a, addr("2001:db8:2::5"), &why), -ENETUNREACH);
	assert_string_equal(why.text, "2001:db8:2::5: no router leads there");
	assert_addr(ip6_source(&a, addr("2001:db8:1::5")),
		    "fd00::1"); /* it is deprecated at once */
	wire6_pass(&a, 2 * 3600 * 1000 - 10);
	assert_int_equal(ip6_own(&a, addr("2001:db8:1::ff:fe00:1"))->state, IP6_OWN);
	wire6_pass(&a, 20);
	assert_null(ip6_own(&a, addr("2001:db8:1::ff:fe00:1")));
}

/* What no router on the wire can have sent is not believed. */
static void test_router_refused(void **state)
{
	struct wire6_ra bad;

	(void)state;
	alone();
	wire6_ra(&a, &ra, 254, "fe80::1");	   /* it was routed */
	wire6_ra(&a, &ra, 255, "2001:db8:1::1"); /* not this wire's */
	bad = ra;
	bad.damage = true; /* its checksum */
	wire6_ra(&a, &bad, 255, "fe80::1");
	bad = ra;
	bad.empty_option = true;
	wire6_ra(&a, &bad, 255, "fe80::1");
	bad = ra;
	bad.cut = 1;
	wire6_ra(&a, &bad, 255, "fe80::1");
	bad = ra;
	bad.code = 1;
	wire6_ra(&a, &bad, 255, "fe80::1");
	assert_false(a.ip6->heard);
	/* believed, but for what makes no sense in it */
	bad = ra;
	bad.prefix = "fe80::";
	wire6_ra(&a, &bad, 255, "fe80::1");
	bad.prefix = "ff05::";
	wire6_ra(&a, &bad, 255, "fe80::1");
	bad = ra;
	bad.preferred = bad.valid + 1;
	bad.flags = 0x40;
	bad.mtu = 1279;
	wire6_ra(&a, &bad, 255, "fe80::1");
	bad = ra;
	bad.length = 63;
	bad.flags = 0x40;
	wire6_ra(&a, &bad, 255, "fe80::1");
	wire6_pass(&a, 2000);
	assert_true(a.ip6->heard);
	assert_addr(ip6_source(&a, addr("2001:db8:1::5")), "fd00::1");
	assert_int_equal(a.ip6->mtu, 1400); /* of the first that was */
	assert_addr(ip6_hop(&a, addr("2001:db8:1::5")), "fe80::1");
}

/* A flood of routers and prefixes fills the places there are, and no more. */
static void test_flood(void **state)
{
	struct wire6_ra many = ra;

	(void)state;
	alone();
	for (unsigned int i = 1; i < 500; i++) {
		char prefix[IP6_TEXT], router[IP6_TEXT], server[IP6_TEXT];

		snprintf(prefix, sizeof(prefix), "2001:db8:%x::", i);
		snprintf(router, sizeof(router), "fe80::%x", i);
		snprintf(server, sizeof(server), "2001:db8::%x", i);
		many.prefix = prefix;
		many.server = server;
		wire6_ra(&a, &many, 255, router);
	}
	wire6_pass(&a, 1100);
	assert_addr(ip6_hop(&a, addr("2001:dead::1")),
		    "fe80::2"); /* the last place is looked at first */
	assert_addr(ip6_source(&a, addr("fd00::5")), "fd00::1");
	for (unsigned int i = 1; i < 500; i++)
		wire6_ns(&a, "fd00::1", "fd00::77", 255);
	assert_true(wire6.last_type == ICMP6_NA);
	for (unsigned int i = 0; i < NET_ARP_ENTRIES; i++) /* who asks is not kept */
		assert_int_equal(a.arp[i].state, NET_ARP_FREE);
}

/* Another machine has the address: by its answer, or because it asks for the same one. */
static void test_duplicate(void **state)
{
	struct why why = { "" };

	(void)state;
	wire6_init(&a, 1000);
	ip6_start(&a);
	ip6_set(&a, addr("fd00::1"), 64);
	wire6_pass(&a, 500);
	wire6_na(&a, "fd00::1", "fd00::1", "ff02::1", 0x20, 255);
	wire6_pass(&a, 600);
	assert_int_equal(ip6_way(&a, addr("fd00::5"), &why),
			 -EAGAIN); /* a router may tell another */
	wire6_pass(&a, 12000);
	assert_int_equal(ip6_way(&a, addr("fd00::5"), &why), -EADDRINUSE);
	assert_string_equal(why.text, "another machine has our address fd00::1");
	ip6_set(&a, addr("fd00::3"), 64);
	wire6_ns_probe(&a, "fd00::3");
	wire6_pass(&a, 1100);
	assert_int_equal(ip6_way(&a, addr("fd00::5"), &why), -EADDRINUSE);
	ip6_set(&a, addr("fd00::4"), 64);
	wire6_na(&a, "fd00::4", "fd00::4", "ff02::1", 0x20, 64); /* it was routed */
	wire6_pass(&a, 1100);
	assert_int_equal(ip6_way(&a, addr("fd00::5"), &why), 0);
	/* from then on it is ours, and whoever asks is told, in vain may he say otherwise */
	wire6.sent = 0;
	wire6_ns_probe(&a, "fd00::4");
	assert_int_equal(wire6.last_type, ICMP6_NA);
	assert_addr(wire6.last_to, "ff02::1");
	wire6_na(&a, "fd00::4", "fd00::4", "ff02::1", 0x20, 255);
	assert_int_equal(ip6_way(&a, addr("fd00::5"), &why), 0);
}

/* A neighbour's place is learnt from an answer to a question, and from nothing else. */
static void test_neighbour_refused(void **state)
{
	(void)state;
	alone();
	wire6_na(&a, "fd00::2", "fd00::2", "fd00::1", 0x60, 255); /* nobody has asked */
	say(&a, addr("fd00::2"), 7, "x");
	assert_int_equal(wire6.last_type, ICMP6_NS);
	wire6.sent = 0;
	wire6_na(&a, "fd00::2", "fd00::2", "fd00::1", 0x60, 64);   /* routed */
	wire6_na(&a, "fd00::3", "fd00::3", "fd00::1", 0x60, 255);  /* another */
	wire6_na(&a, "fd00::2", "fd00::2", "fd00::1", 0x20, 255);  /* no answer */
	wire6_na(&a, "fd00::2", "fd00::2", "ff02::1", 0x60, 255);  /* RFC 4861, 7.1.2 */
	assert_int_equal(wire6.sent, 0);
	wire6_na(&a, "fd00::2", "fd00::2", "fd00::1", 0x60, 255);
	assert_int_equal(wire6.sent, 1);
	assert_int_equal(wire6.last_type, 0); /* the datagram that waited */
	/* what is known is not moved */
	wire6.mac[5] = 99;
	wire6_na(&a, "fd00::2", "fd00::2", "fd00::1", 0x60, 255);
	say(&a, addr("fd00::2"), 7, "x");
	assert_int_equal(wire6.last_mac[5], 9);
	/* until it does not answer */
	net_forget(&a, addr("fd00::2"));
	say(&a, addr("fd00::2"), 7, "x");
	wire6_na(&a, "fd00::2", "fd00::2", "fd00::1", 0x60, 255);
	assert_int_equal(wire6.last_mac[5], 99);
}

/* Headers before what a packet is about. */
static void test_headers(void **state)
{
	static const uint8_t hop[] = { 60, 0, 1, 4, 0, 0, 0, 0 };
	static const uint8_t to[] = { NET_UDP, 1, 1, 2, 0, 0, 0x1e, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t must[] = { NET_UDP, 0, 0xc2, 4, 0, 0, 0, 0 };
	static const uint8_t beyond[] = { NET_UDP, 0, 1, 5, 0, 0, 0, 0 };
	static const uint8_t route[] = { NET_UDP, 0, 2, 1, 0, 0, 0, 0 };
	static const uint8_t routed[] = { NET_UDP, 0, 2, 0, 0, 0, 0, 0 };
	uint8_t packet[400], udp[8 + 4];

	(void)state;
	alone();
	wire6_udp(udp, "fd00::2", "fd00::1", 9, 7, "head", 4);
#define PUT(at, what) memcpy(packet + (at), what, sizeof(what))
	PUT(0, hop);
	PUT(8, to);
	PUT(24, udp);
	wire6_packet(&a, "fd00::2", "fd00::1", 0, packet, 36);
	assert_int_equal(heard.count, 1);
	assert_memory_equal(heard.bytes, "head", 4);
	wire6_packet(&a, "fd00::2", "fd00::1", 0, packet, 35); /* cut: UDP says more */
	PUT(0, must);
	PUT(8, udp);
	wire6_packet(&a, "fd00::2", "fd00::1", 60, packet, 20);
	PUT(0, beyond);
	wire6_packet(&a, "fd00::2", "fd00::1", 60, packet, 20);
	PUT(0, route);
	wire6_packet(&a, "fd00::2", "fd00::1", 43, packet, 20);
	assert_int_equal(heard.count, 1);
	PUT(0, routed);
	wire6_packet(&a, "fd00::2", "fd00::1", 43, packet, 20);
	assert_int_equal(heard.count, 2);
	/* hop-by-hop options but first, and a chain without end */
	memset(packet, 0, sizeof(packet));
	for (unsigned int i = 0; i < 40; i++)
		packet[i * 8] = 60;
	packet[8 * 39] = NET_UDP;
	memcpy(packet + 8 * 40, udp, sizeof(udp));
	wire6_packet(&a, "fd00::2", "fd00::1", 60, packet, 8 * 40 + 12);
	packet[0] = 0;
	packet[8] = NET_UDP;
	memcpy(packet + 16, udp, sizeof(udp));
	wire6_packet(&a, "fd00::2", "fd00::1", 60, packet, 28);
	assert_int_equal(heard.count, 2);
	/* no checksum, a wrong one, and who cannot have sent it */
	put_be16(udp + 6, 0);
	wire6_packet(&a, "fd00::2", "fd00::1", NET_UDP, udp, 12);
	wire6_udp(udp, "fd00::2", "fd00::1", 9, 7, "head", 4);
	udp[11] ^= 1;
	wire6_packet(&a, "fd00::2", "fd00::1", NET_UDP, udp, 12);
	wire6_udp(udp, "ff02::1", "fd00::1", 9, 7, "head", 4);
	wire6_packet(&a, "ff02::1", "fd00::1", NET_UDP, udp, 12);
	wire6_udp(udp, "fd00::1", "fd00::1", 9, 7, "head", 4);
	wire6_packet(&a, "fd00::1", "fd00::1", NET_UDP, udp, 12);
	wire6_udp(udp, NULL, "fd00::1", 9, 7, "head", 4);
	wire6_packet(&a, NULL, "fd00::1", NET_UDP, udp, 12);
	wire6_udp(udp, "fd00::2", "fd00::9", 9, 7, "head", 4);
	wire6_packet(&a, "fd00::2", "fd00::9", NET_UDP, udp, 12);
	wire6_udp(udp, "fd00::2", "ff02::1", 9, 7, "head", 4);
	wire6_packet(&a, "fd00::2", "ff02::1", NET_UDP, udp, 12);
	assert_int_equal(heard.count, 2);
}

/* Datagrams in pieces: in any order, twice, and none that overlap. */
static void test_pieces(void **state)
{
	static uint8_t udp[8 + 3000];
	uint8_t piece[8 + 1400];

	(void)state;
	alone();
	for (unsigned int i = 8; i < sizeof(udp); i++)
		udp[i] = (uint8_t)(i * 7);
	wire6_udp(udp, "fd00::2", "fd00::1", 9, 7, NULL, 3000);
#define PIECE(from, count, more, id)                                                              \
	do {                                                                                      \
		memset(piece, 0, 8);                                                              \
		piece[0] = NET_UDP;                                                               \
		put_be16(piece + 2, (uint16_t)((from) | (more)));                                 \
		put_be32(piece + 4, id);                                                          \
		memcpy(piece + 8, udp + (from), count);                                           \
		wire6_packet(&a, "fd00::2", "fd00::1", 44, piece, 8 + (count));                   \
	} while (0)
	PIECE(2800, 208, 0, 0x12345678);
	PIECE(0, 1400, 1, 0x12345678);
	PIECE(0, 1400, 1, 0x12345678); /* twice is no harm */
	assert_int_equal(heard.count, 0);
	PIECE(1400, 1400, 1, 0x02345678); /* of another */
	assert_int_equal(heard.count, 0);
	PIECE(1400, 1400, 1, 0x12345678);
	assert_int_equal(heard.count, 1);
	assert_int_equal(heard.last.size, 3000);
	assert_memory_equal(heard.bytes, udp + 8, 3000);
	/* RFC 5722: the same bytes, but in other pieces */
	PIECE(0, 1400, 1, 5);
	PIECE(1392, 1400, 1, 5);
	PIECE(2792, 216, 0, 5);
	PIECE(1400, 1400, 1, 5);
	PIECE(2800, 208, 0, 5);
	assert_int_equal(heard.count, 1);
	/* a piece that is all of it, RFC 6946 */
	wire6_udp(udp, "fd00::2", "fd00::1", 9, 7, NULL, 100);
	PIECE(0, 108, 0, 6);
	assert_int_equal(heard.count, 2);
	/* more than 64 KiB, and pieces that are no multiple of 8 */
	PIECE(0, 100, 1, 7);
	memset(piece, 0, 8);
	piece[0] = NET_UDP;
	put_be16(piece + 2, 0xfff8);
	wire6_packet(&a, "fd00::2", "fd00::1", 44, piece, 8 + 1400);
	assert_int_equal(heard.count, 2);
	/* neighbours and routers say nothing in pieces (RFC 6980) */
	memset(piece, 0, sizeof(piece));
	piece[0] = NET_ICMP6;
	wire6_ra_bytes(piece + 8, &ra, "fe80::1");
	wire6_packet_hops(&a, "fe80::1", "ff02::1", 44, piece, 8 + WIRE6_RA, 255);
	assert_false(a.ip6->heard);
}

/* Errors: of what was sent, and of nothing else. */
static void test_errors(void **state)
{
	(void)state;
	alone();
	say(&a, addr("fd00::2"), 69, "x");
	wire6_error(&a, "fd00::3", 1, 4, "fd00::1", "fd00::2", 9, 69);
	assert_int_equal(echo.undelivered, 1);
	assert_string_equal(echo.said, "fd00::3 says: port unreachable");
	assert_addr(echo.last.to, "fd00::2");
	assert_int_equal(echo.last.to_port, 69);
	wire6_error(&a, "fd00::3", 3, 0, "fd00::1", "fd00::2", 9, 69);
	assert_string_equal(echo.said, "fd00::3 says: the way is too long");
	wire6_error(&a, "fd00::3", 1, 77, "fd00::1", "fd00::2", 9, 69);
	assert_string_equal(echo.said, "fd00::3 says: the way there is closed");
	assert_int_equal(echo.undelivered, 3);
	wire6_error(&a, "fd00::3", 1, 4, "fd00::7", "fd00::2", 9, 69); /* not ours */
	wire6_error(&a, "fd00::3", 1, 4, "fd00::1", "fd00::2", 10, 69); /* nobody's port */
	wire6_error(&a, "fd00::3", 2, 0, "fd00::1", "fd00::2", 9, 69);  /* none of ours is too big */
	assert_int_equal(echo.undelivered, 3);
}

/* A router that asks who listens is told. */
static void test_listener(void **state)
{
	(void)state;
	alone();
	wire6_query(&a, "fe80::1", 1);
	assert_int_equal(wire6.sent, 2);
	assert_int_equal(wire6.last_type, ICMP6_MLD_REPORT);
	wire6_query(&a, "fe80::1", 2);
	wire6_query(&a, "fd00::2", 1);
	assert_int_equal(wire6.sent, 2);
}

/* 10,000 frames that began as right ones, and were bent. */
static void test_mutated(void **state)
{
	const unsigned int rounds =
		getenv("LOFT_MUTATIONS") ? (unsigned int)atoi(getenv("LOFT_MUTATIONS")) : 10000;

	(void)state;
	line_init(&line, &a, &b, 11);
	alone();
	for (unsigned int i = 0; i < rounds; i++) {
		uint8_t body[200] = { 0 }, *copy;
		size_t size, bent;
		uint8_t next = NET_ICMP6;

		if (i % 5000 == 0)
			alone();
		switch (line_dice(&line, 6)) {
		case 0:
			wire6_ra_bytes(body, &ra, "fe80::1");
			size = WIRE6_RA;
			break;
		case 1:
			size = wire6_neighbour_bytes(body, ICMP6_NS, "fe80::1", "ff02::1",
						     "fd00::1", 0);
			break;
		case 2:
			size = wire6_neighbour_bytes(body, ICMP6_NA, "fe80::1", "ff02::1",
						     "fd00::2", 0x60);
			break;
		case 3:
			body[0] = 128;
			size = 8 + line_dice(&line, 100);
			break;
		case 4:
			next = 44;
			body[0] = NET_UDP;
			size = 8 + line_dice(&line, 20) * 8;
			break;
		default:
			next = (uint8_t)line_dice(&line, 70);
			size = 8 + line_dice(&line, 150);
			break;
		}
		for (bent = line_dice(&line, 5); bent; bent--)
			body[line_dice(&line, (uint32_t)size)] = (uint8_t)line_dice(&line, 256);
		if (next == NET_ICMP6)
			wire6_sum(body, size, "fe80::1", "ff02::1", NET_ICMP6);
		if (!line_dice(&line, 4))
			size = line_dice(&line, (uint32_t)size + 1);
		copy = malloc(size ? size : 1); /* so that a read beyond it is seen */
		memcpy(copy, body, size);
		wire6_packet_hops(&a, "fe80::1", line_dice(&line, 2) ? "ff02::1" : "fd00::1", next,
				  copy, size, line_dice(&line, 4) ? 255 : 64);
		free(copy);
		wire6_pass(&a, line_dice(&line, 50));
	}
}

/* A router's lifetime ended while nobody listened: it is asked, and only then is there none. */
static void test_router_over(void **state)
{
	struct wire6_ra brief = ra;
	struct why why = { "" };

	(void)state;
	alone();
	brief.lifetime = 30;
	wire6_ra(&a, &brief, 255, "fe80::1");
	wire6_pass(&a, 90000);
	ip6_start(&a);
	assert_int_equal(ip6_way(&a, addr("2001:db8:2::5"), &why), -EAGAIN);
	wire6_ra(&a, &ra, 255, "fe80::1");
	assert_int_equal(ip6_way(&a, addr("2001:db8:2::5"), &why), 0);
	alone();
	wire6_ra(&a, &brief, 255, "fe80::1");
	wire6_pass(&a, 90000);
	ip6_start(&a);
	wire6_pass(&a, IP6_SOLICIT_TRIES * IP6_SOLICIT_MS + 1);
	assert_int_equal(ip6_way(&a, addr("2001:db8:2::5"), &why), -ENETUNREACH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),           cmocka_unit_test(test_text_random),
		cmocka_unit_test(test_pseudo),         cmocka_unit_test(test_talk),
		cmocka_unit_test(test_idle),           cmocka_unit_test(test_start),
		cmocka_unit_test(test_router),         cmocka_unit_test(test_router_over),
		cmocka_unit_test(test_router_refused), cmocka_unit_test(test_flood),
		cmocka_unit_test(test_duplicate),      cmocka_unit_test(test_neighbour_refused),
		cmocka_unit_test(test_headers),        cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_errors),         cmocka_unit_test(test_listener),
		cmocka_unit_test(test_mutated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
