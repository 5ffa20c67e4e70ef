/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Motorola S-records, S0 to S9, one a line.
 *
 * Nothing in them asks for a record once more: what is damaged ends the load, with its line.
 */
#pragma once

#include "lib/serload/serload.h"

/**
 * struct srec - one reception; read @entry, @records and @bytes when it is done
 * @line:    of the record that arrives, from 1
 * @offset:  added to every address, modulo 2^64
 * @entry:   where S7, S8 or S9 starts, with @offset
 * @records: with data; @bytes: in them
 * @crlf:    a line ended in CR LF
 */
struct srec {
	struct serload base;
	unsigned int line, waited, skipped;
	uint64_t offset, entry, records, bytes;
	bool began, crlf, was_cr, last, ctrl_c;
	unsigned int digits;
	uint8_t record[1 + 1 + 255]; /* its type's digit; count; address, data, sum */
};

/** srec_start() - begin; all of @s is set */
void srec_start(struct srec *s, const struct serload_host *host, uint64_t offset);

/**
 * srec_step() - feed it
 * @c: a byte, or SERLOAD_QUIET
 *
 * Return: 0: go on; SERLOAD_DONE; or with the sentence in base.why: -EINTR Ctrl-C;
 * -ETIMEDOUT the line is quiet; -EPROTO no record; -EBADMSG a wrong sum, or records are missing;
 * or what the host answered.
 */
int __must_check srec_step(struct srec *s, int c);
