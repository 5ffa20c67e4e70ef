/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses as people write them. */
#pragma once

#include "lib/base/types.h"
#include "net/net.h"

#define NET_IP_TEXT  16
#define NET_MAC_TEXT 18

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
