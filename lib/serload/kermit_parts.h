/* SPDX-License-Identifier: BSD-2-Clause */
/* What kermit.c, kermit_packet.c and kermit_data.c have of each other. */
#pragma once

#include "lib/serload/kermit.h"

#define KERMIT_TOCHAR(n) ((uint8_t)((n) + ' '))
#define KERMIT_UNCHAR(c) ((unsigned int)(uint8_t)((c) - ' '))
#define KERMIT_CTL(c)    ((uint8_t)((c) ^ 64))

/** struct kermit_packet - a packet with a right check; @data points into it */
struct kermit_packet {
	uint8_t seq, type;
	uint8_t *data;
	size_t len;
};

/** kermit_want() - bytes from LEN to the check, once @k->packet has enough to tell; 0: it hasn't;
 * -1: no packet begins so */
int kermit_want(const struct kermit *k);

/** kermit_packet_check() - is the whole packet right? Then its parts. */
bool kermit_packet_check(struct kermit *k, struct kermit_packet *p);

/** kermit_reply() - send a packet of our own; what is no error is kept as the answer */
void kermit_reply(struct kermit *k, char type, uint8_t seq, const void *data, size_t len);

/** kermit_params() - read the sender's parameters, and write ours into @ours. Return: their size */
size_t kermit_params(struct kermit *k, const uint8_t *theirs, size_t len, uint8_t ours[16]);

/**
 * kermit_decode() - a data field, its prefixes undone, handed out in pieces
 * Errors: -EPROTO it ends in a prefix; what @put returned
 */
int __must_check kermit_decode(struct kermit *k, const uint8_t *data, size_t len,
			       int (*put)(struct kermit *k, const uint8_t *bytes, size_t count));
