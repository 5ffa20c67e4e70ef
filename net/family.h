/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An address of either family in one number, in the CPU's order: what is below 2^32 is IPv4's,
 * 10.0.2.15 is 0x0a00020f, and all else is IPv6's; 0 is none. Without CONFIG_IPV6 it is a number of
 * 32 bits, and what asks for the family is folded away. On the wire no address of IPv6 below 2^32
 * is anybody's ("::1", and those that RFC 4291, 2.5.5.1 took back): net/ip6.c drops them.
 */
#pragma once

#include "lib/base/types.h"

/** net_addr_t - an address of either family */
typedef __typeof__(__builtin_choose_expr(IS_ENABLED(CONFIG_IPV6), (unsigned __int128)0,
					 (uint32_t)0)) net_addr_t;

/** net_piece_id_t - what the pieces of a datagram have in common: 16 bits, of IPv6 32 */
typedef __typeof__(__builtin_choose_expr(IS_ENABLED(CONFIG_IPV6), (uint32_t)0,
					 (uint16_t)0)) net_piece_id_t;

/** net_is_v6() - is it one of IPv6? */
static inline bool net_is_v6(net_addr_t addr)
{
	return IS_ENABLED(CONFIG_IPV6) && (addr >> 16) >> 16;
}
