/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiver of XMODEM (checksum, CRC, 1K) and YMODEM (batch).
 *
 * Spec: C. Forsberg, "XMODEM/YMODEM Protocol Reference", 14 October 1988
 */
#pragma once

#include "lib/serload/serload.h"

#define XYMODEM_BLOCK 1024

enum xymodem_state {
	XYMODEM_HEADER, /* a block's first byte is due */
	XYMODEM_LONE,   /* it was one that counts only when nothing follows */
	XYMODEM_BODY,   /* the rest of a block */
	XYMODEM_PURGE,  /* something was wrong: until the line is quiet */
};

/**
 * struct xymodem - one reception; of no interest to others, less @base
 * @batch:    YMODEM
 * @asking:   no block of the file has come: the sender is asked to begin
 * @checksum: that is how it was asked, instead of by CRC
 * @ended:    an EOT came once; the second one is believed
 * @first:    no file has come
 */
struct xymodem {
	struct serload base;
	enum xymodem_state state;
	bool batch, asking, checksum, ended, first, open;
	uint8_t due, lone;
	unsigned int count, want, errors, asked, cans, purged;
	uint64_t size, received;
	uint8_t block[3 + XYMODEM_BLOCK + 2];
};

/**
 * xymodem_start() - begin, by asking the sender
 * @x:     all of it is set
 * @batch: YMODEM; else XMODEM, where the padding of the last block belongs to the file
 */
void xymodem_start(struct xymodem *x, const struct serload_host *host, bool batch);

/**
 * xymodem_step() - feed it
 * @c: a byte, or SERLOAD_QUIET
 *
 * Return: 0: go on; SERLOAD_DONE; or with the sentence in base.why, and the sender told:
 * -EINTR Ctrl-C; -ECANCELED the sender gave up; -ETIMEDOUT it is silent; -EIO too many errors;
 * -EPROTO it does not do what the protocol says; or what the host answered.
 */
int __must_check xymodem_step(struct xymodem *x, int c);
