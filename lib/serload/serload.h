/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/serload: PURE: files over a line: X/Y/Z-modem, Kermit, S-records.
 * In:    a byte, or that none came
 * Out:   bytes of a file, and what to answer
 * Uses:  base
 */
/*
 * What the receivers of files over a line have in common: xymodem.h, kermit.h, srec.h.
 *
 * A receiver is fed one byte at a time, and told when none came for as long as it wanted to wait.
 * It answers by its host's functions, and touches nothing else: a test is a host as well.
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define SERLOAD_QUIET        (-1) /* fed instead of a byte: none came for wait_ms */
#define SERLOAD_DONE         1    /* answered: all is there, and the sender knows */

#define SERLOAD_SIZE_UNKNOWN UINT64_MAX

/** What ends a transfer at this end, where a block cannot have it in that place. */
#define SERLOAD_CTRL_C 3
/** A byte that means something only when nothing comes behind it: noise can look like it. */
#define SERLOAD_LONE_MS 200

/**
 * struct serload_host - where a receiver's answers and the file go
 * @send:  bytes for the sender
 * @begin: a file begins; @name may be NULL, @size SERLOAD_SIZE_UNKNOWN. Not called for S-records
 * @data:  bytes for offset @at of the file, in ascending order; S-records: for the address @at
 * @end:   the file is complete
 * @ctx:   for these
 *
 * What they return ends the transfer where it is not 0; the sender is told.
 */
struct serload_host {
	void (*send)(void *ctx, const void *bytes, size_t count);
	int (*begin)(void *ctx, const char *name, uint64_t size, struct why *why);
	int (*data)(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why);
	int (*end)(void *ctx, struct why *why);
	void *ctx;
};

/**
 * struct serload - what every receiver begins with
 * @host:    set before it starts
 * @wait_ms: how long to wait for the next byte; after that SERLOAD_QUIET is due
 * @repeats: blocks that had to be sent again
 * @why:     the sentence, when the answer was negative
 */
struct serload {
	const struct serload_host *host;
	unsigned int wait_ms, repeats;
	struct why why;
};
