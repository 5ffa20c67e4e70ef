/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that come over the console's line: between the protocol's receiver, the UART and memory. */
#pragma once

#include "lib/serload/kermit.h"
#include "lib/serload/srec.h"
#include "lib/serload/xymodem.h"

#define SERLOAD_FILES_MAX 16
#define SERLOAD_NAME_SIZE 64

/** struct serload_file - a file that has come, or a piece of S-records */
struct serload_file {
	char name[SERLOAD_NAME_SIZE]; /* "": the sender gave none */
	paddr_t start;
	uint64_t size;
};

/**
 * struct serload_job - one load
 * @rx:    the receiver
 * @host:  what it works on
 * @owner: of the memory where the sender gives no name
 * @next:  where the next file goes; S-records: the end of what is at hand
 * @low, @last: the bytes that were written lie between, inclusive; nothing where @low > @last
 * @echo:  send back what comes
 */
struct serload_job {
	union {
		struct serload base;
		struct xymodem xymodem;
		struct kermit kermit;
		struct srec srec;
	} rx;
	struct serload_host host;
	const char *owner;
	paddr_t next, low, last;
	bool echo, open;
	unsigned int file_count;
	struct serload_file file[SERLOAD_FILES_MAX];
};

/**
 * serload_prepare() - the one job, empty
 * @owner: "loady", say
 * @at:    where the first file goes, each more at the next 4 KiB
 *
 * Its memory is taken once and kept.
 *
 * Errors: as memmap_alloc(); -ENXIO @at is no DRAM; -EPERM @at is somebody's
 */
int __must_check serload_prepare(const char *owner, paddr_t at, struct serload_job **out,
				 struct why *why);

/**
 * serload_prepare_records() - the one job, for S-records: they say where they go
 *
 * Errors: as memmap_alloc()
 */
int __must_check serload_prepare_records(const char *owner, struct serload_job **out,
					 struct why *why);

/**
 * serload_run() - feed the receiver until it is done
 * @job:  its receiver started
 * @step: the receiver's own
 *
 * Bytes go as they are: nothing else may print. What was loaded belongs to MEM_LOADED ranges;
 * what an aborted load has written over belongs to nobody any more. After an error the line is
 * read until it is quiet, so that what the sender still sends is not taken for commands.
 *
 * Return: 0, or what @step answered, with the sentence in job->rx.base.why
 */
int __must_check serload_run(struct serload_job *job, int (*step)(struct serload_job *job, int c));
