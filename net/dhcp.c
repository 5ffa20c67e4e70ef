/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/dhcp.h"

#include <string.h>

#include "lib/base/span.h"
#include "net/addr.h"
#include "net/bytes.h"
#include "net/text.h"

#define SERVER_PORT 67
#define CLIENT_PORT 68
#define PROXY_PORT  4011

#define BOOTREQUEST 1
#define BOOTREPLY   2

#define HEADER_SIZE 236
#define SNAME	    44
#define SNAME_SIZE  64
#define FILE_AT	    108
#define FILE_SIZE   128
#define MAGIC	    0x63825363
#define SENT_MIN    300 /* RFC 1542: shorter ones get lost */

enum { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK };

enum {
	OPT_PAD = 0,
	OPT_MASK = 1,
	OPT_ROUTER = 3,
	OPT_DNS = 6,
	OPT_HOST = 12,
	OPT_DOMAIN = 15,
	OPT_ROOT = 17,
	OPT_NTP = 42,
	OPT_VENDOR = 43,
	OPT_REQUESTED = 50,
	OPT_LEASE = 51,
	OPT_OVERLOAD = 52,
	OPT_TYPE = 53,
	OPT_SERVER = 54,
	OPT_PARAMETERS = 55,
	OPT_MAX_SIZE = 57,
	OPT_CLASS = 60,
	OPT_CLIENT = 61,
	OPT_TFTP_NAME = 66,
	OPT_FILE = 67,
	OPT_USER_CLASS = 77,
	OPT_ARCH = 93,
	OPT_NDI = 94,
	OPT_UUID = 97,
	OPT_SEARCH = 119,
	OPT_TFTP_SERVER = 150,
	OPT_CONFIG = 209,
	OPT_PREFIX = 210,
	OPT_END = 255,
};

/* Within option 43, where the class is PXEClient. */
enum { PXE_MENU = 9, PXE_ITEM = 71, PXE_END = 255 };

#define NAME_JUMPS    32
#define PROXY_MS_STEP 1000
#define PROXY_TRIES   3

/* ---- out */

static uint8_t *put_option(uint8_t *p, uint8_t code, const void *bytes, size_t size)
{
	*p++ = code;
	*p++ = (uint8_t)size;
	memcpy(p, bytes, size);
	return p + size;
}

static uint8_t *put_number(uint8_t *p, uint8_t code, uint32_t value, size_t size)
{
	uint8_t bytes[4];

	put_be32(bytes, value);
	return put_option(p, code, bytes + 4 - size, size);
}

static uint8_t *put_string(uint8_t *p, uint8_t code, const char *text)
{
	const size_t size = strlen(text);

	return size && size < 128 ? put_option(p, code, text, size) : p;
}

/* What does not depend on the kind of message. */
static uint8_t *put_common(const struct dhcp *d, uint8_t *p)
{
	static const uint8_t wanted[] = { OPT_MASK,        OPT_ROUTER,    OPT_DNS,   OPT_HOST,
					  OPT_DOMAIN,      OPT_ROOT,      OPT_NTP,   OPT_VENDOR,
					  OPT_CLASS,       OPT_TFTP_NAME, OPT_FILE,  OPT_SEARCH,
					  OPT_TFTP_SERVER, OPT_CONFIG,    OPT_PREFIX };
	static const uint8_t ndi[] = { 1, 3, 0 };
	uint8_t id[1 + DHCP_UUID_SIZE] = { 0 };
	bool any = false;

	p = put_number(p, OPT_MAX_SIZE, NET_MTU, 2);
	p = put_option(p, OPT_PARAMETERS, wanted, sizeof(wanted));
	id[0] = 1; /* Ethernet */
	copy_mac(id + 1, d->net->mac);
	p = put_option(p, OPT_CLIENT, id, 1 + NET_MAC_SIZE);
	p = put_string(p, OPT_HOST, d->ask.host);
	p = put_string(p, OPT_CLASS, d->ask.vendor_class);
	p = put_string(p, OPT_USER_CLASS, "\4Loft"); /* with its length: RFC 3004 */
	p = put_number(p, OPT_ARCH, d->ask.arch, 2);
	p = put_option(p, OPT_NDI, ndi, sizeof(ndi));
	id[0] = 0;
	memcpy(id + 1, d->ask.uuid, DHCP_UUID_SIZE);
	for (unsigned int i = 0; i < DHCP_UUID_SIZE; i++)
		any |= d->ask.uuid[i] != 0;
	return any ? put_option(p, OPT_UUID, id, sizeof(id)) : p;
}

static void send(struct dhcp *d, uint8_t type, uint32_t to)
{
	uint8_t *room = net_udp_room(d->net), *p = room + HEADER_SIZE;
	const uint16_t port = to == NET_BROADCAST ? SERVER_PORT : PROXY_PORT;

	memset(room, 0, SENT_MIN);
	room[0] = BOOTREQUEST;
	room[1] = 1; /* Ethernet */
	room[2] = NET_MAC_SIZE;
	put_be32(room + 4, d->xid);
	put_be16(room + 8, (uint16_t)MIN((d->net->now - d->begun) / 1000, UINT64_C(0xffff)));
	put_be32(room + 12, d->net->ip);
	copy_mac(room + 28, d->net->mac);
	put_be32(p, MAGIC);
	p = put_number(p + 4, OPT_TYPE, type, 1);
	if (type == REQUEST && to == NET_BROADCAST) {
		p = put_number(p, OPT_REQUESTED, d->lease.ip, 4);
		p = put_number(p, OPT_SERVER, d->lease.server, 4);
	}
	p = put_common(d, p);
	if (to != NET_BROADCAST && d->item) {
		const uint8_t item[] = { PXE_ITEM, 4,	     (uint8_t)(d->item >> 8),
					 (uint8_t)d->item, 0, 0,
					 PXE_END };

		p = put_option(p, OPT_VENDOR, item, sizeof(item));
	}
	*p++ = OPT_END;
	net_udp_send(d->net, to, port, CLIENT_PORT, MAX((size_t)(p - room), (size_t)SENT_MIN));
}

/* 1, 2, 4, 8, 8 seconds, less up to a quarter: machines that start together do not stay so. */
static uint64_t wait_ms(struct dhcp *d, unsigned int tries)
{
	const uint64_t ms = UINT64_C(1000) << MIN(tries - 1, 3u);

	return ms - net_random(d->net) % (ms / 4);
}

static void discover(struct dhcp *d)
{
	if (d->tries == DHCP_TRIES) {
		d->state = DHCP_FAILED;
		return;
	}
	d->tries++;
	d->state = DHCP_DISCOVER;
	d->asked = 0;
	d->net->ip = d->net->mask = d->net->gateway = 0;
	d->due = d->net->now + wait_ms(d, d->tries);
	send(d, DISCOVER, NET_BROADCAST);
}

static void request(struct dhcp *d)
{
	if (d->asked == 2) { /* the server that offered is gone */
		discover(d);
		return;
	}
	d->asked++;
	d->state = DHCP_REQUEST;
	d->due = d->net->now + wait_ms(d, d->asked);
	send(d, REQUEST, NET_BROADCAST);
}

static void ask_proxy(struct dhcp *d)
{
	if (d->asked == PROXY_TRIES) { /* it was worth a try */
		d->state = DHCP_BOUND;
		return;
	}
	d->asked++;
	d->state = DHCP_PROXY;
	d->due = d->net->now + PROXY_MS_STEP;
	send(d, REQUEST, d->proxy);
}

/* ---- in */

struct message {
	struct dhcp_lease lease;
	uint8_t type, overload;
	uint16_t item;
	bool pxe; /* its class is PXEClient */
};

/* Option 43 of a PXE server: a menu. Nobody is asked: the first item that is to be loaded. */
static void get_vendor(struct message *m, const uint8_t *at, size_t size)
{
	while (size >= 2 && at[0] != PXE_END) {
		const size_t length = at[0] == OPT_PAD ? 0 : at[1] + 1u;

		if (length >= size)
			return;
		if (at[0] == PXE_MENU) {
			/* a number, the length of a text, the text */
			for (size_t i = 2; !m->item && span_fits(length + 1, i, 3);
			     i += 3u + at[i + 2]) {
				m->item = get_be16(at + i);
				if (at[i + 2] > length - 2 - i)
					break;
			}
		}
		at += length + 1;
		size -= length + 1;
	}
}

/* Option 119: names of labels; the rest of one may stand further up. Half a name is none. */
static void get_search(char *to, size_t room, const uint8_t *at, size_t size)
{
	size_t whole = strlen(to), used = whole, i = 0, back = 0;
	unsigned int jumps = 0;

	while (i < size) {
		const uint8_t length = at[i];

		if (length >= 0xc0) {
			const size_t target = size - i < 2 ? size : get_be16(at + i) & 0x3fffu;

			if (target >= i || jumps++ == NAME_JUMPS)
				break;
			back = back ? back : i + 2;
			i = target;
		} else if (!length) {
			whole = used;
			i = back ? back : i + 1;
			back = 0;
		} else {
			if (length > 63 || length >= size - i ||
			    !span_fits(room, used, length + 2u))
				break;
			if (used) {
				to[used] = used == whole ? ' ' : '.';
				used++;
			}
			for (unsigned int k = 1; k <= length; k++)
				to[used++] =
					at[i + k] > ' ' && at[i + k] < 127 ? (char)at[i + k] : '?';
			i += length + 1u;
		}
	}
	to[whole] = '\0';
}

/* Where in a lease an option goes that is a number, or (@last: of its bytes) a text. */
static const struct {
	uint8_t code, last;
	uint16_t at;
} kept[] = {
#define AT(field)   offsetof(struct dhcp_lease, field)
#define LAST(field) (sizeof(((struct dhcp_lease *)NULL)->field) - 1)
	{ OPT_MASK, 0, AT(mask) },
	{ OPT_ROUTER, 0, AT(gateway) },
	{ OPT_DNS, 0, AT(dns) },
	{ OPT_NTP, 0, AT(ntp) },
	{ OPT_LEASE, 0, AT(seconds) },
	{ OPT_SERVER, 0, AT(server) },
	{ OPT_TFTP_SERVER, 0, AT(next) },
	{ OPT_HOST, LAST(host), AT(host) },
	{ OPT_DOMAIN, LAST(domain), AT(domain) },
	{ OPT_ROOT, LAST(root_path), AT(root_path) },
	{ OPT_TFTP_NAME, LAST(tftp_name), AT(tftp_name) },
	{ OPT_FILE, LAST(boot_file), AT(boot_file) },
	{ OPT_CONFIG, LAST(config_file), AT(config_file) },
	{ OPT_PREFIX, LAST(path_prefix), AT(path_prefix) },
};

static void get_option(struct message *m, uint8_t code, const uint8_t *at, size_t size)
{
	struct dhcp_lease *l = &m->lease;

	for (unsigned int i = 0; i < ARRAY_SIZE(kept); i++) {
		char *to = (char *)l + kept[i].at;

		if (kept[i].code == code && kept[i].last)
			net_text(to, kept[i].last + 1u, at, size);
		else if (kept[i].code == code && size >= 4)
			*(uint32_t *)(void *)to = get_be32(at);
	}
	if (code == OPT_DNS && size >= 8)
		l->dns[1] = get_be32(at + 4);
	if (code == OPT_TYPE && size)
		m->type = at[0];
	if (code == OPT_OVERLOAD && size)
		m->overload = at[0];
	if (code == OPT_VENDOR)
		get_vendor(m, at, size);
	if (code == OPT_SEARCH)
		get_search(l->search, sizeof(l->search), at, size);
	if (code == OPT_CLASS)
		m->pxe = size >= 9 && !memcmp(at, "PXEClient", 9);
}

static void get_options(struct message *m, const uint8_t *at, size_t size)
{
	while (size && at[0] != OPT_END) {
		size_t length;

		if (at[0] == OPT_PAD) {
			at++;
			size--;
			continue;
		}
		if (size < 2 || at[1] > size - 2)
			return;
		length = at[1];
		get_option(m, at[0], at + 2, length);
		at += 2 + length;
		size -= 2 + length;
	}
}

static bool parse(const struct dhcp *d, const struct net_packet *packet, struct message *m)
{
	const uint8_t *p = packet->data;
	uint32_t siaddr;

	memset(m, 0, sizeof(*m));
	if (packet->size < HEADER_SIZE + 4 || p[0] != BOOTREPLY || get_be32(p + 4) != d->xid ||
	    !same_mac(p + 28, d->net->mac) || get_be32(p + HEADER_SIZE) != MAGIC)
		return false;
	get_options(m, p + HEADER_SIZE + 4, packet->size - HEADER_SIZE - 4);
	if (m->overload & 1)
		get_options(m, p + FILE_AT, FILE_SIZE);
	else if (!m->lease.boot_file[0])
		net_text(m->lease.boot_file, sizeof(m->lease.boot_file), p + FILE_AT, FILE_SIZE);
	if (m->overload & 2)
		get_options(m, p + SNAME, SNAME_SIZE);
	m->lease.ip = get_be32(p + 16);
	siaddr = get_be32(p + 20);
	if (siaddr)
		m->lease.next = siaddr;
	else if (!m->lease.next)
		(void)!net_parse_ip(m->lease.tftp_name, &m->lease.next);
	return true;
}

/* What no host can have: then it is no offer. */
static bool is_address(uint32_t ip)
{
	return ip && ip < 0xe0000000 && ip >> 24 != 127;
}

static void bind(struct dhcp *d, const struct message *m)
{
	struct dhcp_lease *l = &d->lease;
	uint32_t from_proxy = d->proxy_next;

	*l = m->lease;
	if (!l->next && !l->tftp_name[0])
		l->next = l->server;
	d->net->ip = l->ip;
	d->net->mask = l->mask ? l->mask : 0xffffff00;
	d->net->gateway = l->gateway;
	d->state = DHCP_BOUND;
	if (!d->proxy && m->pxe && m->item) { /* it is its own proxy */
		d->proxy = l->server;
		d->item = m->item;
	}
	if (l->boot_file[0] || !d->proxy || !d->ask.want_file)
		return;
	if (d->proxy_file[0]) {
		memcpy(l->boot_file, d->proxy_file, sizeof(l->boot_file));
		l->next = from_proxy ? from_proxy : d->proxy;
		return;
	}
	d->asked = 0;
	ask_proxy(d);
}

static void offered(struct dhcp *d, const struct message *m, uint32_t from)
{
	const bool proxy = !m->lease.ip && m->pxe;

	if (proxy && !d->proxy) {
		d->proxy = m->lease.server ? m->lease.server : from;
		memcpy(d->proxy_file, m->lease.boot_file, sizeof(d->proxy_file));
		d->proxy_next = m->lease.next;
		d->item = m->item;
		if (d->state == DHCP_OFFERED)
			request(d);
		return;
	}
	if (proxy || d->state != DHCP_DISCOVER || !is_address(m->lease.ip) || !m->lease.server)
		return;
	d->lease = m->lease;
	if (!d->ask.want_file || m->lease.boot_file[0] || d->proxy) {
		request(d);
		return;
	}
	d->state = DHCP_OFFERED;
	d->due = d->net->now + DHCP_PROXY_MS;
}

static void proxy_answered(struct dhcp *d, const struct message *m, uint32_t from)
{
	if (m->type != ACK || from != d->proxy)
		return;
	if (m->lease.boot_file[0]) {
		memcpy(d->lease.boot_file, m->lease.boot_file, sizeof(d->lease.boot_file));
		d->lease.next = m->lease.next ? m->lease.next : d->proxy;
	} else if (m->item && !d->item) { /* of a menu that it tells only now */
		d->item = m->item;
		d->asked = 0;
		ask_proxy(d);
		return;
	}
	d->state = DHCP_BOUND;
}

static void input(struct net_handler *handler, struct net *net, const struct net_packet *packet)
{
	struct dhcp *d = (struct dhcp *)handler; /* the first member */
	struct message m;

	(void)net;
	if (net_is_v6(packet->from) ||
	    (packet->from_port != SERVER_PORT && packet->from_port != PROXY_PORT) ||
	    !parse(d, packet, &m))
		return;
	if (d->state == DHCP_PROXY) {
		proxy_answered(d, &m, packet->from);
		return;
	}
	if (packet->from_port != SERVER_PORT)
		return;
	if (m.type == OFFER && (d->state == DHCP_DISCOVER || d->state == DHCP_OFFERED))
		offered(d, &m, packet->from);
	if (d->state != DHCP_REQUEST || m.lease.server != d->lease.server)
		return;
	if (m.type == ACK && is_address(m.lease.ip))
		bind(d, &m);
	else if (m.type == NAK)
		discover(d);
}

void dhcp_start(struct dhcp *d, struct net *net, const struct dhcp_request *ask)
{
	memset(d, 0, sizeof(*d));
	d->handler =
		(struct net_handler){ .protocol = NET_UDP, .port = CLIENT_PORT, .input = input };
	d->net = net;
	d->ask = *ask;
	d->xid = net_random(net);
	d->begun = net->now;
	net_listen(net, &d->handler);
	discover(d);
}

void dhcp_poll(struct dhcp *d)
{
	if (d->state == DHCP_IDLE || d->state >= DHCP_BOUND || d->net->now < d->due)
		return;
	if (d->state == DHCP_DISCOVER)
		discover(d);
	else if (d->state == DHCP_PROXY)
		ask_proxy(d);
	else
		request(d);
}

void dhcp_stop(struct dhcp *d)
{
	if (d->net)
		net_unlisten(d->net, &d->handler);
	if (d->state < DHCP_BOUND)
		d->state = DHCP_IDLE;
}
