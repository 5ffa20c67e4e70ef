/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/net: between the protocol machines of net/ and the world.
 * In:    variables (ipaddr, serverip, ethaddr, ...), the tree's devices, the clock, Ctrl-C
 * Out:   bytes at their place in memory, asked of the memory map; variables; U-Boot's lines
 * Uses:  handoff, source, env, console, fdt
 */
#pragma once

#include <errno.h>

#include "drivers/net/net.h"
#include "lib/base/types.h"
#include "lib/base/why.h"
#include "lib/hash/hash.h"
#include "net/dhcp.h"
#include "net/http.h"
#include "net/nbd.h"
#include "net/net.h"

/**
 * netif_begin() - the interface runs until netif_end()
 * @net: receives it; its addresses are those of the variables
 * @why: the refusal in words
 *
 * The device is ${ethact}, else the first. Its MAC address is ${ethaddr}, else its own, else a
 * random local one; ${ethaddr} is set where it was not. Who keeps a connection from one command to
 * the next (CONFIG_NET_HELD) calls netif_end() when it is closed: until then the device runs on, as
 * it is, and each netif_begin() joins it with the addresses that the variables have by then.
 *
 * Errors: -ENODEV no network device; -ENOMEM no memory for it; -E... it does not start
 */
int __must_check netif_begin(struct net **net, struct why *why);

/** netif_end() - the device is stopped, where nobody else needs it */
void netif_end(void);

/**
 * netif_retry() - wait before the network is asked again, where netretry=yes says so
 * @ms: 0 at first; twice as long each time, from a second to half a minute
 *
 * Errors: -ENOENT nobody wants that; -EINTR Ctrl-C
 */
int __must_check netif_retry(unsigned int *ms);

/* The neighbour on the way to a server does not answer. */
#define NETIF_NOBODY "ARP Retry count exceeded; nobody is there"

/** netif_name() - of the device that runs */
const char *netif_name(void);

/** netif_ms() - milliseconds; the time of struct net */
uint64_t netif_ms(void);

/**
 * netif_run() - move frames and time until somebody has had enough
 * @over: called after each round, net->now is the time; true ends it
 *
 * Errors: -EINTR Ctrl-C; -EIO the device stands still
 */
int __must_check netif_run(bool (*over)(void *ctx), void *ctx);

/** netif_ended() - the sentence of an error of netif_run(); Return: @err */
int netif_ended(int err, struct why *why);

/** netif_is_busy() - is netif_run() under way? Packets may be half written */
bool netif_is_busy(void);

/** netif_runs() - does the device run? After a hand-off not, until the next netif_begin() */
bool netif_runs(void);

/** netif_poll() - move what has come, outside of netif_run() or in its look for Ctrl-C */
void netif_poll(void);

/**
 * netif_console() - the console is at ${ncip}, too, by UDP, or no longer
 *
 * The interface runs until it is switched off.
 *
 * Errors: -EINVAL a variable is missing; -E... as netif_begin()
 */
int __must_check netif_console(bool on, struct why *why);

/**
 * netif_device() - the devices there are, whether they run or not
 * @nth: from 0
 *
 * Return: NULL behind the last
 */
struct netdev *netif_device(unsigned int nth);

/** netif_mac() - the MAC address that the device would have or has; false: it would be random */
bool netif_mac(unsigned int nth, uint8_t *mac);

/**
 * netif_var_ip() - an address in a variable
 *
 * Return: 0 where it is not set, or none
 */
uint32_t netif_var_ip(const char *name);

/** netif_set_ip() - set a variable to an address; 0 leaves it as it is */
void netif_set_ip(const char *name, uint32_t ip);

/** netif_var_ip6() - as netif_var_ip(), of IPv6 */
net_addr_t netif_var_ip6(const char *name);

/**
 * netif_number() - a number in a variable, in decimal
 * @value: as it is where the variable is not set
 *
 * Errors: -EINVAL it is none of @least to @most, with the sentence
 */
int __must_check netif_number(const char *name, uint32_t least, uint32_t most, uint32_t *value,
			      struct why *why);

/** netif_var_any() - of netif_var_addr() */
net_addr_t netif_var_any(const char *name);

/** netif_var_addr() - as netif_var_ip(), of either family */
static inline net_addr_t netif_var_addr(const char *name)
{
	return IS_ENABLED(CONFIG_IPV6) ? netif_var_any(name) : netif_var_ip(name);
}

/** netif_server() - ${serverip}, else ${serverip6}; with use_ip6=yes that alone. 0: none */
net_addr_t netif_server(void);

/**
 * netif_ip6_way() - wait until packets can go to an address of IPv6
 * @to: 0: until a router has told what there is
 *
 * With CONFIG_IPV6 only, as all that have ip6 in their names. The first that needs IPv6 waits a
 * second here, in which nobody says that our address is taken; ${ip6addr} and ${gatewayip6} count.
 *
 * Errors: -EINTR, -EIO; as ip6_way(), with the sentence
 */
int __must_check netif_ip6_way(struct net *net, net_addr_t to, struct why *why);

/** netif_has_ip6() - IPv6 was used before, or a variable asks for it */
bool netif_has_ip6(const struct net *net);

/** netif_ip6_start() - addresses are made while netif_run() goes on: who serves waits for none */
void netif_ip6_start(struct net *net);

/** netif_wants_ip6() - may there be an address of IPv6? Then one that has none of IPv4 can serve */
static inline bool netif_wants_ip6(const struct net *net)
{
	return IS_ENABLED(CONFIG_IPV6) && netif_has_ip6(net);
}

/** netif_way() - have we an address to talk to @to from? Errors: as netif_ip6_way(); -EINVAL */
static inline int __must_check netif_way(struct net *net, net_addr_t to, struct why *why)
{
	if (net_is_v6(to))
		return netif_ip6_way(net, to, why);
	return net->ip ? 0 : refuse(why, -EINVAL, "*** ERROR: `ipaddr' not set");
}

/**
 * netif_dhcp6() - what a DHCPv6 server has, into the variables; prints the lines
 *
 * An address, where the router says so or there is none; else only the rest. ${bootfile} is what is
 * to be booted: with ${serverip6} a file by TFTP, or else an address of HTTP.
 *
 * Errors: -EINTR, -EIO as netif_run(); -ETIMEDOUT nobody answers; as netif_ip6_way()
 */
int __must_check netif_dhcp6(struct net *net, struct why *why);

/** netif_uuid() - ${pxeuuid}; all zero where it is none */
void netif_uuid(uint8_t uuid[DHCP_UUID_SIZE]);

/** netif_ip6_name_servers() - who knows names: two, 0 for none */
void netif_ip6_name_servers(struct net *net, net_addr_t servers[2]);

/** netif_ip6_keep(), netif_ip6_again() - what is known, when the interface ends and begins */
void netif_ip6_keep(const struct net *net);
void netif_ip6_again(struct net *net);

/** netif_ip6_print() - our addresses, a line each, @before at its beginning */
void netif_ip6_print(const char *before);

/** enum netif_want - what somebody wants of a DHCP server */
enum netif_want { NETIF_ADDRESS, NETIF_FILE, NETIF_URL };

/**
 * netif_dhcp() - an address from a server, into the interface and the variables; prints the lines
 * @want: NETIF_FILE, NETIF_URL: also what to boot, into ${bootfile} and ${serverip}; NETIF_URL: the
 *        server is told that it may be an address of HTTP
 *
 * Errors: -EINTR, -EIO as netif_run(); -ETIMEDOUT nobody answers
 */
int __must_check netif_dhcp(struct net *net, enum netif_want want, struct why *why);

#define NETIF_DIGESTS 4 /* a menu, a kernel, a ramdisk, a tree */

/**
 * struct netif_digest - what the bytes of a load must have, before they count
 * @of: one of these, @count of them; none: any
 */
struct netif_digest {
	unsigned int count;
	struct {
		const struct hash *hash;
		uint8_t bytes[HASH_SIZE_MAX];
	} of[NETIF_DIGESTS];
};

/**
 * netif_digest_parse() - "sha256=digits", and more of them behind spaces
 * @d:     filled
 * @whose: begins the sentence: "-s", or a variable's name
 *
 * Errors: -EINVAL it is none; -E2BIG too many; -ENOTSUP another algorithm than this Loft has
 */
int __must_check netif_digest_parse(struct netif_digest *d, const char *text, const char *whose,
				    struct why *why);

/** netif_digest_variable() - ${netdigest}; errors as netif_digest_parse(), none without it */
int __must_check netif_digest_variable(struct netif_digest *d, struct why *why);

/**
 * netif_digest_check() - has a load what it must have? Says so
 * @d: may be NULL: it has
 *
 * Errors: -EBADMSG it has not
 */
int __must_check netif_digest_check(const struct netif_digest *d, paddr_t at, uint64_t size,
				    struct why *why);

/** netif_hashes() - a '#' for each ten blocks of a transfer; @shown: how many have theirs */
void netif_hashes(uint64_t *shown, uint64_t blocks);

/**
 * netif_tftp() - load ${bootfile} or a file from a TFTP server; prints the lines
 * @server: its address
 * @file:   the name
 * @at:     where it goes
 * @wanted: the digest that it must have, or it counts as not loaded; may be NULL
 * @size:   receives its bytes, may be NULL
 *
 * Every byte is asked of the memory map before it is written. After an error nothing counts as
 * loaded there. Sets fileaddr and filesize.
 *
 * Errors: -EINTR Ctrl-C; -EPERM, -ENXIO the memory map refuses; -EIO the transfer failed; -ENOENT
 *         the server has it not, or says another error: its sentence is printed, @why is empty;
 *         -EBADMSG another digest
 */
int __must_check netif_tftp(struct net *net, net_addr_t server, const char *file, paddr_t at,
			    const struct netif_digest *wanted, uint64_t *size, struct why *why);

/**
 * netif_tftpsrv() - wait for a host that puts a file, and take it; prints the lines
 *
 * As netif_tftp() of the memory map, @wanted, fileaddr and filesize.
 *
 * Errors: -EINTR Ctrl-C; -EIO the transfer failed; -EPERM, -ENXIO, -EBADMSG as netif_tftp()
 */
int __must_check netif_tftpsrv(struct net *net, paddr_t at, const struct netif_digest *wanted,
			       struct why *why);

/** struct netif_look - a file at one look; @crc: of its bytes, or of what HTTP says of them */
struct netif_look {
	uint64_t size;
	uint32_t crc;
};

/**
 * netif_tftp_look() - is it another file? All of it is fetched, nothing is kept or printed
 *
 * Errors: as netif_tftp(), always with the sentence
 */
int __must_check netif_tftp_look(struct net *net, net_addr_t server, const char *file,
				 struct netif_look *look, struct why *why);

/**
 * netif_tftpput() - send memory to a TFTP server; prints the lines
 *
 * Errors: as netif_tftp(); -ENXIO no DRAM there
 */
int __must_check netif_tftpput(struct net *net, net_addr_t server, const char *file, paddr_t at,
			       uint64_t size, struct why *why);

/**
 * netif_http() - load a file from an HTTP server; prints the lines
 * @url:   where it is; redirects change it
 * @at:    where it goes
 *
 * As netif_tftp() of the memory map, @wanted, fileaddr and filesize.
 *
 * Errors: as netif_tftp(); -ELOOP too many redirects; of https, which the sentence tells, others
 */
int __must_check netif_http(struct net *net, struct http_url *url, paddr_t at,
			    const struct netif_digest *wanted, struct why *why);

/**
 * netif_tls_choose() - for https from now on
 * @ca:  "address:size" of the certificates of CAs; NULL: ${tlsca}, else those that are built in
 * @any: whoever answers is taken for the server
 */
void netif_tls_choose(const char *ca, bool any);

/**
 * netif_http_look() - is it another file? By its ETag, Last-Modified and size; where the server
 * says neither, by all its bytes, of which nothing is kept or printed
 *
 * Errors: as netif_http(), with the sentence
 */
int __must_check netif_http_look(struct net *net, const struct http_url *url,
				 struct netif_look *look, struct why *why);

/**
 * netif_url() - "http[s]://host[:port]/path", or "[server:]path", which is ${serverip}'s
 *
 * Errors: -EINVAL it is none, or there is no server; -ENOTSUP another protocol
 */
int __must_check netif_url(const char *text, struct http_url *url, struct why *why);

/** struct netif_wish - what whoever has the page wants; of an environment @size bytes at @at */
struct netif_wish {
	enum { NETIF_WISH_ENV, NETIF_WISH_SAVE, NETIF_WISH_BOOT } what;
	paddr_t at;
	uint64_t size;
};

/**
 * netif_httpd_begin() - a page where a browser uploads a kernel, to ${loadaddr}, or variables
 *
 * Errors: -EINVAL, -ENOMEM with the sentence; else netif_httpd_end() is needed
 */
int __must_check netif_httpd_begin(struct net *net, uint16_t port, struct why *why);

/**
 * netif_httpd_next() - serve, until there is something that only the caller can do
 *
 * Return: 0, @wish, which netif_httpd_answer() is to follow; -EINTR Ctrl-C; -EIO
 */
int __must_check netif_httpd_next(struct netif_wish *wish);

/** netif_httpd_answer() - it is done; or @why it is not */
void netif_httpd_answer(bool done, const char *why);

/** netif_httpd_end() - no page any more */
void netif_httpd_end(void);

/**
 * netif_dns() - the address of a name, by ${dnsip} and ${dnsip2}
 *
 * With CONFIG_IPV6 one of either family, that of IPv4 first where we have one and not use_ip6=yes.
 *
 * Errors: -EINTR, -EIO; -EINVAL, -ENODEV, -ENOENT with the sentence
 */
int __must_check netif_dns(struct net *net, const char *name, net_addr_t *ip, struct why *why);

/** netif_dns6() - one of IPv6 alone; errors as netif_dns() */
int __must_check netif_dns6(struct net *net, const char *name, net_addr_t *ip, struct why *why);

/**
 * struct netif_time - what a time server says
 * @ms: since 1970-01-01 00:00:00 UTC, when netif_ms() was @at
 * @delay_ms: there and back; the time is wrong by half of it at most
 */
struct netif_time {
	uint64_t ms, at;
	unsigned int delay_ms, stratum;
};

/**
 * netif_syslog() - send to ${syslogip} what the log has since the last time, or a text
 * @text:  NULL: the log
 * @count: receives the lines that were sent
 *
 * Nobody answers for a datagram: no error means that they left, and nobody said that they did not
 * arrive.
 *
 * Errors: -EINTR, -EIO, -EINVAL, -EHOSTUNREACH, with the sentence
 */
int __must_check netif_syslog(struct net *net, const char *text, unsigned int *count,
			      struct why *why);

/**
 * netif_sntp() - what time is it?
 *
 * Errors: -EINTR, -EIO, -EINVAL, with the sentence
 */
int __must_check netif_sntp(struct net *net, net_addr_t server, struct netif_time *time,
			    struct why *why);

struct blk;

/** struct netif_nbd - where a disk is: ${nbdurl}'s or a command's words, taken apart */
struct netif_nbd {
	char host[HTTP_HOST_MAX], name[NBD_NAME_MAX + 1];
	uint16_t port;
};

/**
 * netif_nbd_parse() - "[nbd://]host[:port][/export]"
 *
 * Errors: -EINVAL it is none; -E2BIG a part is too long
 */
int __must_check netif_nbd_parse(struct netif_nbd *nbd, const char *text, struct why *why);

/**
 * netif_nbd_connect() - a disk of a server, until netif_nbd_disconnect() or a hand-off
 *
 * A connection that breaks is opened again at the next request, and those that were not answered
 * are asked for again.
 *
 * Errors: -EINTR, -EIO, -EINVAL, -ENOENT no such export, -ENOSPC too many disks, with the sentence
 */
int __must_check netif_nbd_connect(const struct netif_nbd *where, struct blk **disk,
				   struct why *why);

/** netif_nbd_list() - print the names of the exports that a server lists; errors as above */
int __must_check netif_nbd_list(const struct netif_nbd *where, struct why *why);

/** netif_nbd_disconnect() - forget such a disk; the server is told */
void netif_nbd_disconnect(struct blk *disk);

/**
 * netif_ping() - is somebody there?
 *
 * Errors: -EINTR; -EHOSTUNREACH nobody answers its address; -ETIMEDOUT no echo in ten seconds
 */
int __must_check netif_ping(struct net *net, net_addr_t to);
