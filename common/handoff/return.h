/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CONFIG_RETURN_TO_LOADER: after a kernel that powered off, or faulted early, Loft starts again.
 *
 * From a copy of its image that was taken before anything ran, in reserved memory; through
 * start.S, as from another loader, so that nothing of the last run is left but what is said here.
 */
#pragma once

#include "lib/base/types.h"

#define RETURN_NAME_MAX 256

/** struct return_watch - what `watch` goes on with; name "": nothing */
struct return_watch {
	char name[RETURN_NAME_MAX];
	uint64_t size;
	uint32_t crc;
};

/** return_prepare() - at home, first of all: take over what the last run kept, and the copy */
void return_prepare(void);

/** return_back() - true where this is such a return */
bool return_back(void);

/** return_report() - what was printed when the last kernel ended; NULL: there was none */
const char *return_report(void);

/** return_watch() - kept across the return, and to be changed before a kernel is entered */
struct return_watch *return_watch(void);

/** return_owns() - must this claim be kept under a kernel? */
bool return_owns(paddr_t start);

/** return_wanted() - is there a copy to return to? */
bool return_wanted(void);

/** return_keep() - what is printed from here on is the report */
void return_keep(void);

/**
 * return_to_loader() - start again
 *
 * Returns where that cannot be, and has printed why: other CPUs still run the kernel, the copy was
 * written over, EL2 does not answer.
 */
void return_to_loader(void);
