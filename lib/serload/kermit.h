/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiver of the Kermit protocol: block checks 1, 2, 3, long packets, eighth-bit and repeat
 * prefixes, file attributes; no sliding windows, no locking shifts.
 *
 * Spec: F. da Cruz, "Kermit Protocol Manual", 6th edition, June 1986
 */
#pragma once

#include "lib/serload/serload.h"

#define KERMIT_PACKET 4000 /* LEN to check; more than that is not asked for */
#define KERMIT_NAME   64

enum kermit_state {
	KERMIT_MARK, /* a packet's first byte is due */
	KERMIT_LONE, /* a Ctrl-C came instead */
	KERMIT_BODY, /* the rest of it */
};

/** enum kermit_phase - which packets make sense */
enum kermit_phase {
	KERMIT_INIT, /* S */
	KERMIT_FILE, /* F, or B at the end */
	KERMIT_ATTR, /* A, D, Z */
	KERMIT_DATA, /* D, Z */
	KERMIT_OVER,
};

/**
 * struct kermit - one reception; of no interest to others, less @base
 * @seq:   of the packet that is due, 0 to 63
 * @check: the kind of block check
 * @quote, @quote8, @repeat: the prefixes; 0: not in use
 * @answer: what the packet before was answered, for when that is lost
 */
struct kermit {
	struct serload base;
	enum kermit_state state;
	enum kermit_phase phase;
	uint8_t seq, check, next_check, quote, quote8, repeat;
	uint8_t pad, padchar, eol;
	bool spoke;
	unsigned int count, want, errors, waited;
	uint64_t size, received;
	unsigned int answer_len, out_count;
	char name[KERMIT_NAME];
	uint8_t answer[40];
	uint8_t out[256];
	uint8_t packet[KERMIT_PACKET];
};

/** kermit_start() - begin; all of @k is set, and the sender has to speak first */
void kermit_start(struct kermit *k, const struct serload_host *host);

/**
 * kermit_step() - feed it
 * @c: a byte, or SERLOAD_QUIET
 *
 * Return: as xymodem_step()
 */
int __must_check kermit_step(struct kermit *k, int c);
