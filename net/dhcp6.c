/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/dhcp6.h"

#include <string.h>

#include "lib/base/span.h"
#include "net/bytes.h"

#define CLIENT_PORT 546
#define SERVER_PORT 547
#define SERVERS	    ip6_of(UINT64_C(0xff02) << 48, UINT64_C(0x10002))
#define HEADER	    4

enum { SOLICIT = 1, ADVERTISE = 2, REQUEST = 3, REPLY = 7, INFORM = 11 };

enum {
	OPT_CLIENT = 1,
	OPT_SERVER = 2,
	OPT_IA = 3,
	OPT_ADDRESS = 5,
	OPT_WANTED = 6,
	OPT_PREFERENCE = 7,
	OPT_ELAPSED = 8,
	OPT_STATUS = 13,
	OPT_VENDOR_CLASS = 16,
	OPT_DNS = 23,
	OPT_SEARCH = 24,
	OPT_URL = 59,
	OPT_PARAMS = 60,
	OPT_ARCH = 61,
	OPT_NII = 62,
};

#define IA_SIZE	     12
#define ADDRESS_SIZE 24
#define INTEL	     343 /* whose PXE's names are: RFC 5970, 3.4 */
#define DUID_MAC     3
#define DUID_UUID    4

/* ---- out */

static uint8_t *put_option(uint8_t *p, uint16_t code, const void *bytes, size_t size)
{
	put_be16(p, code);
	put_be16(p + 2, (uint16_t)size);
	memcpy(p + 4, bytes, size);
	return p + 4 + size;
}

static size_t put_id(const struct dhcp6 *d, uint8_t id[2 + DHCP6_UUID_SIZE])
{
	static const uint8_t none[DHCP6_UUID_SIZE];

	if (memcmp(d->ask.uuid, none, sizeof(none))) {
		put_be16(id, DUID_UUID);
		memcpy(id + 2, d->ask.uuid, DHCP6_UUID_SIZE);
		return 2 + DHCP6_UUID_SIZE;
	}
	put_be16(id, DUID_MAC);
	put_be16(id + 2, 1); /* Ethernet */
	memcpy(id + 4, d->net->mac, NET_MAC_SIZE);
	return 4 + NET_MAC_SIZE;
}

/* The address that was offered goes back in the request. */
static uint8_t *put_ia(const struct dhcp6 *d, uint8_t *p)
{
	uint8_t ia[IA_SIZE + 4 + ADDRESS_SIZE] = { 0 };
	size_t size = IA_SIZE;

	memcpy(ia, d->net->mac + 2, 4);
	if (d->state == DHCP6_REQUEST) {
		put_be16(ia + IA_SIZE, OPT_ADDRESS);
		put_be16(ia + IA_SIZE + 2, ADDRESS_SIZE);
		ip6_put(ia + IA_SIZE + 4, d->lease.addr);
		size = sizeof(ia);
	}
	return put_option(p, OPT_IA, ia, size);
}

static void send(struct dhcp6 *d, uint8_t type)
{
	static const uint8_t wanted[] = { 0, OPT_DNS, 0, OPT_SEARCH, 0, OPT_URL, 0, OPT_PARAMS };
	static const uint8_t nii[] = { 1, 3, 0 };
	static const char class[] = "PXEClient:Arch:00022:UNDI:003000";
	uint8_t *room = net_udp_room(d->net), *p = room + HEADER;
	uint8_t id[2 + DHCP6_UUID_SIZE], small[2], vendor[6 + sizeof(class) - 1];

	put_be32(room, (uint32_t)type << 24 | d->xid);
	p = put_option(p, OPT_CLIENT, id, put_id(d, id));
	if (type == REQUEST)
		p = put_option(p, OPT_SERVER, d->lease.server, d->lease.server_size);
	put_be16(small, (uint16_t)MIN((d->net->now - d->begun) / 10, UINT64_C(0xffff)));
	p = put_option(p, OPT_ELAPSED, small, 2);
	if (type != INFORM)
		p = put_ia(d, p);
	p = put_option(p, OPT_WANTED, wanted, sizeof(wanted));
	put_be16(small, d->ask.arch);
	p = put_option(p, OPT_ARCH, small, 2);
	p = put_option(p, OPT_NII, nii, sizeof(nii));
	put_be32(vendor, INTEL);
	put_be16(vendor + 4, sizeof(class) - 1);
	memcpy(vendor + 6, class, sizeof(class) - 1);
	p = put_option(p, OPT_VENDOR_CLASS, vendor, sizeof(vendor));
	net_udp_send(d->net, SERVERS, SERVER_PORT, CLIENT_PORT, (size_t)(p - room));
}

static void ask(struct dhcp6 *d)
{
	const uint64_t ms = UINT64_C(1000) << MIN(d->tries, 3u);

	if (d->tries == DHCP6_TRIES) {
		d->state = DHCP6_FAILED;
		return;
	}
	d->tries++;
	d->asked++;
	d->due = d->net->now + ms + net_random(d->net) % (ms / 10);
	send(d, d->state == DHCP6_SOLICIT ? SOLICIT : d->state == DHCP6_REQUEST ? REQUEST : INFORM);
}

/* Another message: another id. Who asks anew has no offer. */
static void enter(struct dhcp6 *d, enum dhcp6_state state)
{
	if (state == DHCP6_SOLICIT)
		d->lease.addr = 0;
	d->state = state;
	d->tries = 0;
	d->xid = net_random(d->net) & 0xffffff;
	ask(d);
}

/* ---- in */

struct message {
	struct dhcp6_lease lease;
	bool ours, refused; /* it has our id; its status is none of success */
	uint8_t preference;
};

/* Options that follow each other: what is left, and the one that was taken off last. */
struct options {
	const uint8_t *p, *at;
	size_t left, size;
	uint16_t code;
};

/* Return: false: there is none, or (then something is left) it is longer than what is there */
static bool next(struct options *o)
{
	if (o->left < 4 || get_be16(o->p + 2) > o->left - 4)
		return false;
	o->code = get_be16(o->p);
	o->size = get_be16(o->p + 2);
	o->at = o->p + 4;
	o->p += 4 + o->size;
	o->left -= 4 + o->size;
	return true;
}

/* Printable, or "" where it does not fit. Return: its characters */
static size_t get_text(char *to, size_t room, const uint8_t *from, size_t size)
{
	if (size >= room)
		size = 0;
	for (size_t i = 0; i < size; i++)
		to[i] = from[i] > ' ' && from[i] < 127 ? (char)from[i] : '?';
	to[size] = '\0';
	return size;
}

/* Texts with their lengths before them; what does not fit ends them. */
static void get_params(char *to, size_t room, const uint8_t *p, size_t size)
{
	size_t used = 0;

	to[0] = '\0';
	while (size >= 2 && get_be16(p) <= size - 2) {
		const size_t length = get_be16(p);

		if (!span_fits(room, used, length + 2))
			return;
		if (used)
			to[used++] = ' ';
		used += get_text(to + used, room - used, p + 2, length);
		p += 2 + length;
		size -= 2 + length;
	}
}

/* Names of labels, none of which point elsewhere. Half a name is none. */
static void get_search(char *to, size_t room, const uint8_t *p, size_t size)
{
	size_t whole = 0, used = 0;

	while (size) {
		const size_t length = *p;

		if (!length) {
			whole = used;
		} else {
			if (length > 63 || length >= size || !span_fits(room, used, length + 2))
				break;
			if (used) {
				to[used] = used == whole ? ' ' : '.';
				used++;
			}
			used += get_text(to + used, room - used, p + 1, length);
		}
		p += 1 + length;
		size -= 1 + length;
	}
	to[whole] = '\0';
}

static bool is_host(net_addr_t addr)
{
	return net_is_v6(addr) && !ip6_is_group(addr);
}

/* Whose addresses are those of ours. Only the first counts. */
static void take_ia(struct message *m, const uint8_t *bytes, size_t size)
{
	struct options o = { .p = bytes, .left = size };

	while (next(&o)) {
		const net_addr_t addr = o.size >= ADDRESS_SIZE ? ip6_get(o.at) : 0;

		if (o.code == OPT_STATUS && o.size >= 2 && get_be16(o.at))
			m->refused = true;
		if (o.code != OPT_ADDRESS || !is_host(addr) || ip6_is_link_local(addr) ||
		    !get_be32(o.at + 20) || m->lease.addr)
			continue;
		m->lease.addr = addr;
		m->lease.valid = get_be32(o.at + 20);
	}
	if (o.left)
		m->refused = true;
}

static void take(struct message *m, const struct dhcp6 *d, const struct options *o)
{
	const uint8_t *at = o->at;
	const size_t size = o->size;
	struct dhcp6_lease *l = &m->lease;
	uint8_t id[2 + DHCP6_UUID_SIZE];

	switch (o->code) {
	case OPT_CLIENT:
		m->ours = size == put_id(d, id) && !memcmp(at, id, size);
		break;
	case OPT_SERVER:
		l->server_size = size <= DHCP6_ID_MAX ? size : 0;
		memcpy(l->server, at, l->server_size);
		break;
	case OPT_STATUS:
		m->refused |= size >= 2 && get_be16(at);
		break;
	case OPT_PREFERENCE:
		m->preference = size ? at[0] : 0;
		break;
	case OPT_IA:
		if (size >= IA_SIZE && !memcmp(at, d->net->mac + 2, 4))
			take_ia(m, at + IA_SIZE, size - IA_SIZE);
		break;
	case OPT_DNS:
		for (unsigned int i = 0; i < 2 && i < size / 16; i++) {
			if (is_host(ip6_get(at + i * 16)))
				l->dns[i] = ip6_get(at + i * 16);
		}
		break;
	case OPT_SEARCH:
		get_search(l->search, sizeof(l->search), at, size);
		break;
	case OPT_URL:
		get_text(l->url, sizeof(l->url), at, size);
		break;
	case OPT_PARAMS:
		get_params(l->params, sizeof(l->params), at, size);
		break;
	}
}

static bool is_from(const struct message *m, const uint8_t *server, size_t size)
{
	return m->lease.server_size == size && !memcmp(m->lease.server, server, size);
}

/*
 * RFC 8415, 18.2.9: who prefers itself most, of those that answer the first question in time; the
 * first of them where two are alike, and the first at all who answers a later one. Who has refused
 * what it offered comes behind all others.
 */
static void offered(struct dhcp6 *d, const struct message *m)
{
	const int rank = is_from(m, d->refuser, d->refuser_size) ? -1 : m->preference;

	if (!m->lease.addr || m->refused || (d->lease.addr && rank <= d->rank))
		return;
	d->lease = m->lease;
	d->rank = rank;
	if (rank == DHCP6_AT_ONCE || d->tries > 1)
		enter(d, DHCP6_REQUEST);
}

static void replied(struct dhcp6 *d, const struct message *m)
{
	const struct dhcp6_lease *l = &m->lease;

	if (d->state == DHCP6_REQUEST && !is_from(m, d->lease.server, d->lease.server_size))
		return;
	if (d->state == DHCP6_REQUEST && (m->refused || !l->addr)) {
		d->refuser_size = l->server_size;
		memcpy(d->refuser, l->server, l->server_size);
		enter(d, DHCP6_SOLICIT); /* somebody else was faster */
		return;
	}
	if (m->refused)
		return;
	d->lease = *l;
	d->state = DHCP6_BOUND;
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	struct dhcp6 *d = (struct dhcp6 *)handler; /* the first member */
	const uint8_t *p = packet->data;
	struct options o;
	struct message m;
	uint8_t type;

	(void)net;
	/* from whatever port: RFC 8415, 7.2 names only those that are listened at */
	if (!net_is_v6(packet->from) || packet->size < HEADER || (get_be32(p) & 0xffffff) != d->xid)
		return;
	type = p[0];
	memset(&m, 0, sizeof(m));
	o = (struct options){ .p = p + HEADER, .left = packet->size - HEADER };
	while (next(&o))
		take(&m, d, &o);
	if (o.left || !m.ours)
		return;
	if (!m.lease.server_size && d->state != DHCP6_INFORM) /* QEMU's has none then */
		return;
	if (type == ADVERTISE && d->state == DHCP6_SOLICIT) {
		offered(d, &m);
	} else if (type == REPLY && (d->state == DHCP6_REQUEST || d->state == DHCP6_INFORM)) {
		replied(d, &m);
	}
}

void dhcp6_start(struct dhcp6 *d, struct net *net, const struct dhcp6_request *ask)
{
	memset(d, 0, sizeof(*d));
	d->handler =
		(struct net_handler){ .protocol = NET_UDP, .port = CLIENT_PORT, .input = input };
	d->net = net;
	d->ask = *ask;
	d->begun = net->now;
	net_listen(net, &d->handler);
	enter(d, ask->stateful ? DHCP6_SOLICIT : DHCP6_INFORM);
}

void dhcp6_poll(struct dhcp6 *d)
{
	if (d->state == DHCP6_IDLE || d->state >= DHCP6_BOUND || d->net->now < d->due)
		return;
	if (d->state == DHCP6_SOLICIT && d->lease.addr)
		enter(d, DHCP6_REQUEST);
	else if (d->state == DHCP6_REQUEST && d->tries == 2)
		enter(d, DHCP6_SOLICIT); /* the server that offered is gone */
	else
		ask(d);
}

void dhcp6_stop(struct dhcp6 *d)
{
	if (d->net)
		net_unlisten(d->net, &d->handler);
	if (d->state < DHCP6_BOUND)
		d->state = DHCP6_IDLE;
}
