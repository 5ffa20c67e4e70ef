/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>

#include <cmocka.h>

#include "net/bytes.h"
#include "net/dhcp.h"
#include "net/dns.h"
#include "test/host/net/line.h"

static struct line line;
static struct net client, peer;
static struct dhcp d;

/* A server, and a proxy on the same machine. */
static struct {
	struct net_handler server, proxy;
	bool offers, acks, naks, proxies, proxy_has_file, boot_file, wrong_xid, wrong_mac, other;
	const char *search, *menu; /* options 119 and 43 */
	uint8_t search_size, menu_size;
	bool menu_late, menu_own;
	const uint8_t *only; /* options instead of those below, after 53 and 54 */
	size_t only_size;
	uint32_t siaddr;
	const char *in_file, *in_sname;
	bool exact; /* the packet ends where its options do */
	unsigned int discovers, requests, proxy_requests;
	uint8_t last[600];
	uint32_t last_size;
} s;

static uint8_t *option(uint8_t *p, uint8_t code, const char *bytes, uint8_t size)
{
	*p++ = code;
	*p++ = size;
	memcpy(p, bytes, size);
	return p + size;
}

/* Option 43 with item 0x8001. */
static bool has_item(const struct net_packet *m)
{
	static const char item[] = "\53\7\107\4\200\1\0\0\377";
	bool found = false;

	for (uint32_t at = 240; at + sizeof(item) - 1 <= m->size; at++)
		found |= !memcmp(m->data + at, item, sizeof(item) - 1);
	return found;
}

static void reply(const struct net_packet *m, uint8_t type, bool proxy)
{
	uint8_t *r = net_udp_room(&peer), *p = r + 240;

	memset(r, 0, 1400);
	r[0] = 2;
	r[1] = 1;
	r[2] = 6;
	memcpy(r + 4, m->data + 4, 4);
	memcpy(r + 28, m->data + 28, 6);
	if (s.wrong_xid)
		r[4] ^= 1;
	if (s.wrong_mac)
		r[33] ^= 1;
	put_be32(r + 236, 0x63825363);
	p = option(p, 53, (char *)&type, 1);
	p = option(p, 54, s.other && type == 5 ? "\12\0\0\11" : "\12\0\0\2", 4);
	if (s.only) {
		put_be32(r + 16, 0x0a00000f);
		put_be32(r + 20, s.siaddr);
		memcpy(p, s.only, s.only_size);
		p += s.only_size;
		if (s.in_file)
			strcpy((char *)r + 108, s.in_file);
		if (s.in_sname)
			strcpy((char *)r + 44, s.in_sname);
	} else if (proxy) {
		p = option(p, 60, "PXEClient", 9);
		if (s.menu && (!s.menu_late || m->to_port == 4011))
			p = option(p, 43, s.menu, s.menu_size);
		if (s.proxy_has_file || (m->to_port == 4011 && (!s.menu || has_item(m))))
			strcpy((char *)r + 108, "proxy/file");
	} else {
		put_be32(r + 16, 0x0a00000f);
		p = option(p, 1, "\377\377\377\0", 4);
		p = option(p, 3, "\12\0\0\2", 4);
		p = option(p, 6, "\12\0\0\3\12\0\0\4", 8);
		p = option(p, 51, "\0\0\16\20", 4);
		p = option(p, 12, "ho\nst", 5);
		p = option(p, 17, "/root", 5);
		if (s.search)
			p = option(p, 119, s.search, s.search_size);
		if (s.menu_own) {
			p = option(p, 60, "PXEClient", 9);
			p = option(p, 43, s.menu, s.menu_size);
		}
		p = option(p, 52, "\2", 1); /* options go on in sname */
		option(r + 44, 209, "cfg/x", 5);
		if (s.boot_file) {
			put_be32(r + 20, 0x0a000007);
			strcpy((char *)r + 108, "the/file");
		}
	}
	if (!s.exact)
		*p++ = 255;
	if (m->to_port == 4011)
		net_udp_send(&peer, client.ip, 68, 4011, 600);
	else
		net_udp_send(&peer, NET_BROADCAST, 68, 67, s.exact ? (size_t)(p - r) : 600);
}

static void serve(struct net_handler *h, struct net *net, const struct net_packet *m)
{
	const uint8_t type = m->data[242];

	(void)h;
	(void)net;
	assert_int_equal(get_be32(m->data + 236), 0x63825363);
	memcpy(s.last, m->data, m->size);
	s.last_size = m->size;
	if (m->to_port == 4011) {
		s.proxy_requests++;
		reply(m, 5, true);
	} else if (type == 1) {
		s.discovers++;
		if (s.offers)
			reply(m, 2, false);
		if (s.proxies)
			reply(m, 2, true);
	} else if (type == 3) {
		s.requests++;
		if (s.acks)
			reply(m, 5, false);
		if (s.naks)
			reply(m, 6, false);
	}
}

static void begin(uint64_t seed)
{
	line_init(&line, &client, &peer, seed);
	memset(&s, 0, sizeof(s));
	s.offers = s.acks = true;
	s.server = (struct net_handler){ NULL, NET_UDP, 67, serve, NULL };
	s.proxy = (struct net_handler){ NULL, NET_UDP, 4011, serve, NULL };
	net_listen(&peer, &s.server);
	net_listen(&peer, &s.proxy);
}

static void run(bool want_file)
{
	const struct dhcp_request ask = { .vendor_class = "PXEClient:Arch:00022:UNDI:003000",
					  .host = "board",
					  .arch = 22,
					  .uuid = { 1 },
					  .want_file = want_file };

	dhcp_start(&d, &client, &ask);
	for (unsigned int ms = 0; ms < 60000 && d.state < DHCP_BOUND; ms++) {
		line_tick(&line);
		dhcp_poll(&d);
	}
	dhcp_stop(&d);
}

static void test_lease(void **state)
{
	(void)state;
	begin(1);
	s.boot_file = true;
	run(true);
	assert_int_equal(d.state, DHCP_BOUND);
	assert_int_equal(d.tries, 1);
	assert_int_equal(client.ip, 0x0a00000f);
	assert_int_equal(client.mask, 0xffffff00);
	assert_int_equal(client.gateway, 0x0a000002);
	assert_int_equal(d.lease.dns[0], 0x0a000003);
	assert_int_equal(d.lease.dns[1], 0x0a000004);
	assert_int_equal(d.lease.next, 0x0a000007);
	assert_int_equal(d.lease.seconds, 3600);
	assert_string_equal(d.lease.host, "ho?st");
	assert_string_equal(d.lease.root_path, "/root");
	assert_string_equal(d.lease.boot_file, "the/file");
	assert_string_equal(d.lease.config_file, "cfg/x");
	assert_true(s.last_size >= 300);
}

static void test_proxy(void **state)
{
	(void)state;
	begin(1);
	s.proxies = s.proxy_has_file = true;
	run(true);
	assert_int_equal(d.state, DHCP_BOUND);
	assert_string_equal(d.lease.boot_file, "proxy/file");
	assert_int_equal(d.lease.next, 0x0a000002);
	assert_int_equal(s.proxy_requests, 0);
	/* it is asked at 4011 where its offer has no file */
	begin(1);
	s.proxies = true;
	run(true);
	assert_int_equal(d.state, DHCP_BOUND);
	assert_string_equal(d.lease.boot_file, "proxy/file");
	assert_int_equal(s.proxy_requests, 1);
	/* who needs no file does not wait for it */
	begin(1);
	s.proxies = true;
	run(false);
	assert_int_equal(d.state, DHCP_BOUND);
	assert_string_equal(d.lease.boot_file, "");
	/* no proxy comes: a moment later it goes on */
	begin(1);
	run(true);
	assert_int_equal(d.state, DHCP_BOUND);
	assert_in_range(line.now, 1000 + DHCP_PROXY_MS, 1020 + DHCP_PROXY_MS);
}

/* A menu in option 43: its first item that is no local disk is asked for. */
static void test_menu(void **state)
{
	static const char menu[] = "\6\1\3\0\10\7\200\1\1\12\0\0\2"
				   "\11\21\0\0\4Disk\200\1\7Install\12\4\0xyz\377";

	(void)state;
	for (unsigned int kind = 0; kind < 3; kind++) {
		begin(1);
		s.proxies = kind < 2;
		s.menu_late = kind == 1;
		s.menu_own = kind == 2;
		s.menu = menu;
		s.menu_size = sizeof(menu) - 1;
		run(true);
		assert_int_equal(d.state, DHCP_BOUND);
		assert_string_equal(d.lease.boot_file, "proxy/file");
		assert_int_equal(s.proxy_requests, kind == 1 ? 2 : 1);
	}
	/* cut anywhere: no file, no fault */
	for (uint8_t size = 0; size < sizeof(menu) - 1; size++) {
		char *cut = malloc(size + 1u);

		memcpy(cut, menu, size);
		begin(1);
		s.proxies = true;
		s.menu = cut;
		s.menu_size = size;
		run(true);
		assert_int_equal(d.state, DHCP_BOUND);
		free(cut);
	}
}

/* Of each option, by itself: what is kept; what is too short, or goes on behind the end, is not. */
static void test_options(void **state)
{
#define LEASE(f) offsetof(struct dhcp_lease, f)
	static const struct {
		uint8_t code, size;
		const char *bytes;
		size_t at;
		const char *text; /* NULL: a number */
		uint32_t number;
	} rows[] = {
		{ 1, 4, "\377\377\0\0", LEASE(mask), NULL, 0xffff0000 },
		{ 3, 8, "\12\0\0\1\12\0\0\2", LEASE(gateway), NULL, 0x0a000001 },
		{ 6, 8, "\12\0\0\3\12\0\0\4", LEASE(dns[0]), NULL, 0x0a000003 },
		{ 6, 8, "\12\0\0\3\12\0\0\4", LEASE(dns[1]), NULL, 0x0a000004 },
		{ 6, 4, "\12\0\0\3", LEASE(dns[1]), NULL, 0 },
		{ 12, 5, "board", LEASE(host), "board", 0 },
		{ 15, 7, "a.b\33c\377d", LEASE(domain), "a.b?c?d", 0 },
		{ 17, 5, "/root", LEASE(root_path), "/root", 0 },
		{ 42, 4, "\12\0\0\5", LEASE(ntp), NULL, 0x0a000005 },
		{ 51, 4, "\0\1\121\200", LEASE(seconds), NULL, 86400 },
		{ 66, 8, "10.0.0.6", LEASE(tftp_name), "10.0.0.6", 0 },
		{ 66, 8, "10.0.0.6", LEASE(next), NULL, 0x0a000006 },
		{ 66, 4, "host", LEASE(tftp_name), "host", 0 },
		{ 66, 4, "host", LEASE(next), NULL, 0 },
		{ 67, 6, "kernel", LEASE(boot_file), "kernel", 0 },
		{ 119, 9, "\1a\0\2bc\1d\0", LEASE(search), "a bc.d", 0 },
		{ 150, 8, "\12\0\0\7\12\0\0\10", LEASE(next), NULL, 0x0a000007 },
		{ 209, 5, "cfg/x", LEASE(config_file), "cfg/x", 0 },
		{ 210, 4, "/pre", LEASE(path_prefix), "/pre", 0 },
		{ 99, 4, "xxxx", LEASE(host), "", 0 }, /* nobody's: no harm */
	};
	static const struct dhcp_lease none;
	uint8_t bytes[64];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		const size_t size = rows[i].size, at = rows[i].at;

		for (size_t cut = 0; cut <= size + 1; cut++) {
			/* 0: whole, behind padding; then of so many bytes; then too long */
			const bool whole = !cut, beyond = cut == size + 1;
			uint8_t *p = bytes;

			*p++ = 0;
			*p++ = rows[i].code;
			*p++ = (uint8_t)(whole ? size : beyond ? 255 : cut - 1);
			memcpy(p, rows[i].bytes, size);
			p += whole || beyond ? size : cut - 1;
			begin(i + 1);
			s.only = bytes;
			s.only_size = (size_t)(p - bytes);
			s.exact = beyond;
			run(false);
			assert_int_equal(d.state, DHCP_BOUND);
			if (whole && rows[i].text)
				assert_string_equal((char *)&d.lease + at, rows[i].text);
			else if (whole)
				assert_int_equal(*(uint32_t *)(void *)((char *)&d.lease + at),
						 rows[i].number);
			else if (!rows[i].text && rows[i].code != 66 && (beyond || cut - 1 < 4) &&
				 at != LEASE(next))
				assert_memory_equal((char *)&d.lease + at, &none, 4);
			for (const char *c = d.lease.host; *c; c++)
				assert_in_range(*c, ' ', '~');
		}
	}
	/* siaddr before 150 before 66 before whoever gave the address */
	begin(1);
	s.only = (const uint8_t *)"\226\4\12\0\0\7\102\10"
				  "10.0.0.6";
	s.only_size = 16;
	run(false);
	assert_int_equal(d.lease.next, 0x0a000007);
	s.siaddr = 0x0a000009;
	run(false);
	assert_int_equal(d.lease.next, 0x0a000009);
	s.siaddr = 0;
	s.only_size = 0;
	run(false);
	assert_int_equal(d.lease.next, d.lease.server);
}

/* Overload: options go on in file, in sname, in both; then a file's name is not in the header. */
static void test_overload(void **state)
{
	(void)state;
	for (uint8_t kind = 1; kind <= 3; kind++) {
		const uint8_t bytes[] = { 52, 1, kind };

		begin(kind);
		s.only = bytes;
		s.only_size = sizeof(bytes);
		s.in_file = "\103\3one\377";
		s.in_sname = "\14\3two\377";
		run(false);
		assert_int_equal(d.state, DHCP_BOUND);
		assert_string_equal(d.lease.boot_file, kind & 1 ? "one" : "C?one?");
		assert_string_equal(d.lease.host, kind & 2 ? "two" : "");
	}
}

/* What is sent: each option in its words, in DISCOVER and in REQUEST, and no other. */
static const uint8_t *sent(uint8_t code, uint8_t *size)
{
	const uint8_t *p = s.last + 240, *end = s.last + s.last_size;

	while (p < end && *p != 255) {
		if (!*p) {
			p++;
			continue;
		}
		assert_true(end - p > 2 && end - p - 2 >= p[1]);
		*size = p[1];
		if (*p == code)
			return p + 2;
		p += 2 + p[1];
	}
	assert_true(p < end);
	return NULL;
}

static void test_sent(void **state)
{
	static const struct {
		uint8_t code, size;
		const char *bytes; /* NULL: whatever they are */
		bool request_alone;
	} rows[] = {
		{ 12, 5, "board", false },
		{ 50, 4, "\12\0\0\17", true },
		{ 53, 1, NULL, false },
		{ 54, 4, "\12\0\0\2", true },
		{ 57, 2, "\5\334", false },
		{ 60, 32, "PXEClient:Arch:00022:UNDI:003000", false },
		{ 61, 7, "\1\2\0\0\0\0\1", false },
		{ 77, 5, "\4Loft", false },
		{ 93, 2, "\0\26", false },
		{ 94, 3, "\1\3\0", false },
		{ 97, 17, "\0\1", false },
	};
	static const uint8_t asked[] = {
		1, 3, 6, 12, 15, 17, 42, 43, 60, 66, 67, 119, 150, 209, 210
	};
	uint8_t size = 0;

	(void)state;
	for (unsigned int request = 0; request < 2; request++) {
		const uint8_t *p;

		begin(1);
		s.boot_file = true;
		s.offers = request;
		run(true);
		assert_int_equal(d.state, request ? DHCP_BOUND : DHCP_FAILED);
		assert_int_equal(get_be32(s.last + 4), d.xid);
		for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
			p = sent(rows[i].code, &size);
			if (rows[i].request_alone && !request) {
				assert_null(p);
				continue;
			}
			assert_non_null(p);
			assert_int_equal(size, rows[i].size);
			if (rows[i].bytes)
				assert_memory_equal(p, rows[i].bytes,
						    rows[i].code == 97 ? 2 : size);
		}
		assert_int_equal(*sent(53, &size), request ? 3 : 1);
		p = sent(55, &size);
		assert_int_equal(size, sizeof(asked));
		assert_memory_equal(p, asked, size);
	}
}

static void test_uuid(void **state)
{
	static const uint8_t uuid[] = { 97, 17, 0, 1, 0 };
	bool found = false;

	(void)state;
	begin(1);
	run(false);
	for (uint32_t at = 240; at + sizeof(uuid) <= s.last_size; at++)
		found |= !memcmp(s.last + at, uuid, sizeof(uuid));
	assert_true(found);
}

static void test_search(void **state)
{
	static const struct {
		const char *option;
		uint8_t size;
		const char *text;
	} kinds[] = {
#define KIND(option, text) { option, sizeof(option) - 1, text }
		KIND("\3eng\5apple\3com\0\11marketing\300\4", /* RFC 3397's */
		     "eng.apple.com marketing.apple.com"),
		KIND("\1a\0\1b\1c\0", "a b.c"),
		KIND("\1a\0\1b\1c", "a"),
		KIND("\1a\300\0\1b\0", ""),
		KIND("\1a\0\300\2", "a"),
		KIND("\1a\0\300\0\1b\0", "a a b"),
		KIND("\1a\0\1b\300\0\1c\0", "a b.a c"),
		KIND("\1a\0\300", "a"),
		KIND("\1a\0\300\1", "a"),
		KIND("\2a\n\0", "a?"),
		KIND("\0\0", ""),
		KIND("\100a", ""),
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		begin(1);
		s.search = kinds[i].option;
		s.search_size = kinds[i].size;
		run(false);
		assert_int_equal(d.state, DHCP_BOUND);
		assert_string_equal(d.lease.search, kinds[i].text);
	}
}

static void test_refused(void **state)
{
	(void)state;
	begin(1);
	s.wrong_xid = true;
	run(false);
	assert_int_equal(d.state, DHCP_FAILED);
	assert_int_equal(s.discovers, DHCP_TRIES);
	begin(1);
	s.wrong_mac = true;
	run(false);
	assert_int_equal(d.state, DHCP_FAILED);
	begin(1);
	s.other = true; /* another server says yes */
	run(false);
	assert_int_equal(d.state, DHCP_FAILED);
	assert_int_equal(client.ip, 0);
	begin(1);
	s.acks = false;
	s.naks = true;
	run(false);
	assert_int_equal(d.state, DHCP_FAILED);
	assert_int_equal(s.requests, DHCP_TRIES);
}

static void test_bad_lines(void **state)
{
	unsigned int bound = 0;

	(void)state;
	for (unsigned int seed = 1; seed <= 1000; seed++) {
		begin(seed);
		line.loss = seed % 20;
		line.twice = seed % 7;
		line.damage = seed % 5;
		line.late = seed % 11;
		s.boot_file = seed & 1;
		s.proxies = seed & 2;
		run(seed & 4);
		bound += d.state == DHCP_BOUND;
		if (d.state == DHCP_BOUND)
			assert_int_equal(client.ip, 0x0a00000f);
	}
	assert_in_range(bound, 950, 1000);
}

/* ---- DNS */

static struct dns q;

static struct {
	struct net_handler handler;
	const char *answer; /* from the answer count on: 2 bytes, then 4, then records */
	size_t size;
	uint16_t flags;
	bool wrong_id, wrong_name;
	unsigned int asked;
} ns;

static void name_server(struct net_handler *h, struct net *net, const struct net_packet *m)
{
	uint8_t *r = net_udp_room(net);

	(void)h;
	ns.asked++;
	if (!ns.answer)
		return;
	memcpy(r, m->data, m->size);
	put_be16(r + 2, ns.flags);
	memcpy(r + 6, ns.answer, 2);
	r[0] ^= ns.wrong_id;
	r[13] ^= ns.wrong_name;
	memcpy(r + m->size, ns.answer + 2, ns.size - 2);
	net_udp_send(net, m->from, m->from_port, 53, m->size + ns.size - 2);
}

static void ask(const char *name, const char *answer, size_t size)
{
	const net_addr_t server[2] = { 0x0a000002, 0 };

	line_init(&line, &client, &peer, 1);
	ns.handler = (struct net_handler){ NULL, NET_UDP, 53, name_server, NULL };
	ns.answer = answer;
	ns.size = size;
	ns.asked = 0;
	net_listen(&peer, &ns.handler);
	if (dns_start(&q, &client, name, server))
		return;
	for (unsigned int ms = 0; ms < 60000 && q.state == DNS_ASKED; ms++) {
		line_tick(&line);
		dns_poll(&q);
	}
	dns_stop(&q);
}

#define ASK(name, answer) ask(name, answer, sizeof(answer) - 1)
#define TTL               "\0\0\0\1"

static void test_dns(void **state)
{
	(void)state;
	memset(&ns, 0, sizeof(ns));
	ns.flags = 0x8180;
	ASK("A.example", "\0\1\300\14\0\1\0\1" TTL "\0\4\1\2\3\4");
	assert_int_equal(q.state, DNS_DONE);
	assert_int_equal(q.ip, 0x01020304);
	assert_int_equal(ns.asked, 1);
	/* an alias before and behind what it stands for; the question is 27 bytes: a.example */
	ASK("a.example", "\0\2\300\14\0\5\0\1" TTL "\0\4\1b\300\16"
			 "\1B\7example\0\0\1\0\1" TTL "\0\4\1\2\3\5");
	assert_int_equal(q.state, DNS_DONE);
	assert_int_equal(q.ip, 0x01020305);
	/* an alias of itself */
	ASK("a.example", "\0\1\300\14\0\5\0\1" TTL "\0\2\300\14");
	assert_int_equal(q.state, DNS_FAILED);
	/* a pointer to itself, an answer that is cut off, one for another name */
	ASK("a.example", "\0\1\300\33\0\1\0\1" TTL "\0\4\1\2\3\4");
	assert_int_equal(q.state, DNS_FAILED);
	ASK("a.example", "\0\1\300\14\0\1\0\1" TTL "\0\4\1\2\3");
	assert_int_equal(q.state, DNS_FAILED);
	ASK("a.example", "\0\1\1x\0\0\1\0\1" TTL "\0\4\1\2\3\4");
	assert_int_equal(q.state, DNS_FAILED);
	ns.flags = 0x8183;
	ASK("a.example", "\0\0");
	assert_string_equal(q.why.text, "a.example: no such name");
	ns.flags = 0x8180;
	ns.wrong_id = true;
	ASK("a.example", "\0\1\300\14\0\1\0\1" TTL "\0\4\1\2\3\4");
	assert_string_equal(q.why.text, "a.example: the name server does not answer");
	assert_int_equal(ns.asked, DNS_TRIES);
	ns.wrong_id = false;
	ns.wrong_name = true;
	ASK("a.example", "\0\1\300\14\0\1\0\1" TTL "\0\4\1\2\3\4");
	assert_int_equal(q.state, DNS_FAILED);
	ns.wrong_name = false;
	/* a server that is none: the other one is asked, and then it is over */
	for (unsigned int second = 0; second < 2; second++) {
		const net_addr_t server[2] = { 0x0a000002, second ? 0x0a000002 : 0 };

		line_init(&line, &client, &peer, 1);
		assert_int_equal(dns_start(&q, &client, "a.example", server), 0);
		for (unsigned int told = 0; q.state == DNS_ASKED && told < 10; told++) {
			for (unsigned int ms = 0; ms < 5; ms++)
				line_tick(&line);
			line_unreachable(&line, 3, 3);
			for (unsigned int ms = 0; ms < 5; ms++)
				line_tick(&line);
			dns_poll(&q);
		}
		dns_stop(&q);
		assert_string_equal(q.why.text, "a.example: 10.0.0.2 says: port unreachable");
		assert_int_equal(q.tries, second ? DNS_TRIES : 1);
	}
	ASK("10.0.0.9", "");
	assert_int_equal(q.ip, 0x0a000009);
	assert_int_equal(ns.asked, 0);
	ASK("a..b", "");
	assert_string_equal(q.why.text, "'a..b' is no host's name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lease),   cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_dns),     cmocka_unit_test(test_menu),
		cmocka_unit_test(test_uuid),    cmocka_unit_test(test_search),
		cmocka_unit_test(test_options), cmocka_unit_test(test_overload),
		cmocka_unit_test(test_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
