/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/dns.h"

#include <errno.h>
#include <string.h>

#include "lib/base/span.h"
#include "net/addr.h"
#include "net/bytes.h"

#define PORT         53
#define HEADER       12
#define LABEL_MAX    63
#define TYPE_A       1
#define TYPE_CNAME   5
#define TYPE_AAAA    28
#define CLASS_IN     1
#define RECURSE      0x0100
#define IS_ANSWER    0x8000
#define OPCODE       0x7800
#define RCODE        0x000f
#define NAME_ERROR   3
#define POINTERS_MAX 16
#define ALIASES_MAX  16
#define WIRE_MAX     256

/* A name as labels with their lengths before them, in lower case. */
struct wire {
	uint8_t bytes[WIRE_MAX];
	size_t size; /* with the empty label at its end */
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

static int put_name(struct wire *w, const char *name)
{
	w->size = 0;
	while (*name) {
		size_t length = strcspn(name, ".");

		if (!length || length > LABEL_MAX || !span_fits(WIRE_MAX - 1, w->size, length + 2))
			return -EINVAL;
		w->bytes[w->size++] = (uint8_t)length;
		while (length--)
			w->bytes[w->size++] = lower((uint8_t)*name++);
		if (*name == '.')
			name++; /* one at the end is allowed */
	}
	w->bytes[w->size++] = 0;
	return w->size > 1 ? 0 : -EINVAL;
}

/*
 * The name at @at of a message. Pointers lead backwards only, so that they end.
 *
 * Return: where what follows it begins; 0: no name is there
 */
static size_t get_name(const struct net_packet *m, size_t at, struct wire *w)
{
	size_t behind = 0, limit = m->size;
	unsigned int pointers = 0;

	w->size = 0;
	for (;;) {
		uint8_t length;

		if (at >= limit)
			return 0;
		length = m->data[at];
		if (length >= 0xc0) {
			const size_t from = at;

			if (m->size - at < 2 || pointers++ == POINTERS_MAX)
				return 0;
			behind = behind ? behind : at + 2;
			at = get_be16(m->data + at) & 0x3fff;
			if (at >= from || at < HEADER)
				return 0;
			limit = m->size;
			continue;
		}
		if (length > LABEL_MAX || length >= limit - at ||
		    !span_fits(WIRE_MAX - 1, w->size, length + 1u))
			return 0;
		w->bytes[w->size++] = length;
		for (unsigned int i = 1; i <= length; i++)
			w->bytes[w->size++] = lower(m->data[at + i]);
		at += (size_t)length + 1;
		if (!length)
			return behind ? behind : at;
	}
}

static bool is_same(const struct wire *a, const struct wire *b)
{
	return a->size == b->size && !memcmp(a->bytes, b->bytes, a->size);
}

static bool is_six(const struct dns *d)
{
	return IS_ENABLED(CONFIG_IPV6) && d->six;
}

static void send(struct dns *d)
{
	uint8_t *p = net_udp_room(d->net);
	const net_addr_t server = d->server[d->tries % 2] ? d->server[d->tries % 2] : d->server[0];
	struct wire name;

	if (put_name(&name, d->name))
		return;
	memset(p, 0, HEADER);
	put_be16(p, d->id);
	put_be16(p + 2, RECURSE);
	put_be16(p + 4, 1);
	memcpy(p + HEADER, name.bytes, name.size);
	put_be16(p + HEADER + name.size, is_six(d) ? TYPE_AAAA : TYPE_A);
	put_be16(p + HEADER + name.size + 2, CLASS_IN);
	d->due = d->net->now + (UINT64_C(1000) << d->tries);
	d->tries++;
	net_udp_send(d->net, server, PORT, d->handler.port, HEADER + name.size + 4);
}

/*
 * One pass over the answers for one name: its address, or another name that stands for it.
 *
 * Return: 1 the address, in d->ip; 0 @name is now the other; -ENOENT neither
 */
static int look(struct dns *d, const struct net_packet *m, size_t at, unsigned int count,
		struct wire *name)
{
	struct wire owner;

	while (count--) {
		uint16_t type, size;

		at = get_name(m, at, &owner);
		if (!at || m->size - at < 10)
			return -ENOENT;
		type = get_be16(m->data + at);
		size = get_be16(m->data + at + 8);
		if (size > m->size - at - 10)
			return -ENOENT;
		if (get_be16(m->data + at + 2) == CLASS_IN && is_same(&owner, name)) {
			if (is_six(d) && type == TYPE_AAAA && size == 16) {
				d->ip = ip6_get(m->data + at + 10);
				return net_is_v6(d->ip) && !ip6_is_group(d->ip) ? 1 : -ENOENT;
			}
			if (!is_six(d) && type == TYPE_A && size == 4) {
				d->ip = get_be32(m->data + at + 10);
				return 1;
			}
			if (type == TYPE_CNAME)
				return get_name(m, at + 10, name) ? 0 : -ENOENT;
		}
		at += 10u + size;
	}
	return -ENOENT;
}

static void fail(struct dns *d, const char *what)
{
	d->state = DNS_FAILED;
	refuse(&d->why, -ENOENT, "%s: %s", d->name, what);
}

static void answered(struct dns *d, const struct net_packet *m, size_t at, struct wire *name)
{
	const unsigned int count = get_be16(m->data + 6);
	int found = 0;

	for (unsigned int aliases = 0; !found && aliases <= ALIASES_MAX; aliases++)
		found = look(d, m, at, count, name);
	if (found == 1)
		d->state = DNS_DONE;
	else
		fail(d, is_six(d) ? "the name server knows no IPv6 address of it"
				  : "the name server knows no IPv4 address of it");
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *m)
{
	struct dns *d = (struct dns *)handler; /* the first member */
	struct wire asked, name;
	uint16_t flags;
	size_t at;

	(void)net;
	if (d->state != DNS_ASKED || m->from_port != PORT || m->size < HEADER ||
	    (m->from != d->server[0] && m->from != d->server[1]) || get_be16(m->data) != d->id)
		return;
	flags = get_be16(m->data + 2);
	if ((flags & (IS_ANSWER | OPCODE)) != IS_ANSWER || get_be16(m->data + 4) != 1 ||
	    put_name(&asked, d->name))
		return;
	at = get_name(m, HEADER, &name);
	if (!at || !is_same(&name, &asked) || m->size - at < 4 ||
	    get_be16(m->data + at) != (is_six(d) ? TYPE_AAAA : TYPE_A) ||
	    get_be16(m->data + at + 2) != CLASS_IN)
		return;
	if ((flags & RCODE) == NAME_ERROR)
		fail(d, "no such name");
	else if (!(flags & RCODE))
		answered(d, m, at + 4, &name);
	else if (d->tries == DNS_TRIES)
		fail(d, "the name server refuses");
	else
		d->due = d->net->now; /* the other one may know */
}

static void unreachable(struct net_handler *handler, const struct net_unreachable *what)
{
	struct dns *d = (struct dns *)handler; /* the first member */

	if (d->state != DNS_ASKED || what->to_port != PORT ||
	    (what->to != d->server[0] && what->to != d->server[1]))
		return;
	if (!d->server[1] || d->tries == DNS_TRIES)
		fail(d, what->text);
	else
		d->due = 0; /* the other one may be there */
}

/* What ends in digits alone is meant for an address: no name does (RFC 1123, 2.1). */
static bool is_numbers(const char *name)
{
	const char *dot = strrchr(name, '.'), *last = dot && dot[1] ? dot + 1 : name;

	return !last[strspn(last, "0123456789.-")];
}

int dns_start(struct dns *d, struct net *net, const char *name, const net_addr_t server[2])
{
	const bool six = is_six(d);
	struct wire wire;

	memset(d, 0, sizeof(*d));
	d->net = net;
	if (IS_ENABLED(CONFIG_IPV6))
		d->six = six;
	if (strlen(name) > DNS_NAME_MAX || put_name(&wire, name))
		return refuse(&d->why, -EINVAL, "'%.60s' is no host's name", name);
	strcpy(d->name, name);
	if (!net_parse_addr(name, &d->ip)) {
		d->state = DNS_DONE;
		return 0;
	}
	if (is_numbers(name))
		return refuse(&d->why, -EINVAL, "'%.60s' is no address", name);
	d->server[0] = server[0] ? server[0] : server[1];
	d->server[1] = server[1];
	if (!d->server[0])
		return refuse(&d->why, -ENODEV, "%.60s: dnsip is not set: no name server is known",
			      name);
	d->id = (uint16_t)net_random(net);
	d->handler = (struct net_handler){ .protocol = NET_UDP,
					   .port = net_random_port(net),
					   .input = input,
					   .unreachable = unreachable };
	net_listen(net, &d->handler);
	d->state = DNS_ASKED;
	send(d);
	return 0;
}

void dns_poll(struct dns *d)
{
	if (d->state != DNS_ASKED || d->net->now < d->due)
		return;
	if (d->tries == DNS_TRIES)
		fail(d, "the name server does not answer");
	else
		send(d);
}

void dns_stop(struct dns *d)
{
	if (d->net)
		net_unlisten(d->net, &d->handler);
}
