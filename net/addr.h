/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses as people write them. */
#pragma once

#include <string.h>

#include "lib/base/types.h"
#include "net/net.h"

#define NET_IP_TEXT  16
#define NET_MAC_TEXT 18
#define IP6_TEXT     46
#define NET_ADDR_TEXT (IS_ENABLED(CONFIG_IPV6) ? IP6_TEXT : NET_IP_TEXT)

/**
 * net_parse_ip() - a dotted address
 * @text: "10.0.2.2", and nothing behind it
 * @ip:   untouched on error
 *
 * Errors: -EINVAL four numbers up to 255 with dots between them are not there
 */
int __must_check net_parse_ip(const char *text, uint32_t *ip);

/** net_ip_text() - the address in dots; returns @text, of NET_IP_TEXT bytes */
char *net_ip_text(uint32_t ip, char *text);

/**
 * ip6_parse() - an address of IPv6: "fe80::1"
 * @addr: untouched on error
 *
 * Errors: -EINVAL it is none, or nobody's on a wire: "::", "::1", one that stands for one of IPv4
 * Spec:   RFC 4291, 2.2
 */
int __must_check ip6_parse(const char *text, net_addr_t *addr);

/** ip6_parse_prefix() - "fd00::2/64"; @length is 64 where none is said; else as ip6_parse() */
int __must_check ip6_parse_prefix(const char *text, net_addr_t *addr, uint8_t *length);

/** ip6_text() - as RFC 5952 wants it; returns @text, of IP6_TEXT bytes */
char *ip6_text(net_addr_t addr, char *text);

/**
 * net_bracketed() - "[fe80::1]", as addresses have it where a colon would mean something else
 * @text: what follows may be anything
 * @size: of it
 * @addr: receives it; may be NULL
 *
 * Return: its characters with both brackets; 0: it does not begin with such a thing
 */
size_t net_bracketed(const char *text, size_t size, net_addr_t *addr);

/** net_parse_addr() - an address of either family; errors as net_parse_ip(), ip6_parse() */
static inline int __must_check net_parse_addr(const char *text, net_addr_t *addr)
{
	uint32_t ip;
	int err;

	if (!IS_ENABLED(CONFIG_IPV6))
		return net_parse_ip(text, (uint32_t *)addr);
	if (strchr(text, ':'))
		return ip6_parse(text, addr);
	err = net_parse_ip(text, &ip);
	if (!err)
		*addr = ip;
	return err;
}

/** net_addr_text() - of either family; returns @text, of NET_ADDR_TEXT bytes */
static inline char *net_addr_text(net_addr_t addr, char *text)
{
	return net_is_v6(addr) ? ip6_text(addr, text) : net_ip_text((uint32_t)addr, text);
}

/**
 * net_parse_mac() - "52:54:00:12:34:56"; '-' for ':' will do
 * @mac: NET_MAC_SIZE bytes; untouched on error
 *
 * Errors: -EINVAL six numbers of two digits are not there, or it is a group's, or all zero
 */
int __must_check net_parse_mac(const char *text, uint8_t *mac);

/** net_mac_text() - lower case with colons; returns @text, of NET_MAC_TEXT bytes */
char *net_mac_text(const uint8_t *mac, char *text);

/** net_mac_is_valid() - one device's: neither a group's nor all zero */
bool net_mac_is_valid(const uint8_t *mac);
