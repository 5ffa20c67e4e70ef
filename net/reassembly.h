/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "net/net.h"

/** struct net_piece - a fragment of a datagram; @size bytes at @offset, a multiple of 8 */
struct net_piece {
	net_addr_t from;
	net_piece_id_t id;
	uint8_t protocol;
	bool more;
	uint32_t offset, size;
	const uint8_t *bytes;
};

/**
 * net_reassemble() - put a fragment where it belongs
 *
 * NET_REASSEMBLY datagrams at a time; another one takes the place of the oldest. Pieces that
 * contradict each other end theirs.
 *
 * Return: the datagram that is whole now, good until the next call; NULL: not yet
 * Spec:   RFC 815, RFC 1858, RFC 5722 for the overlaps
 */
struct net_assembly *net_reassemble(struct net *net, const struct net_piece *piece);
