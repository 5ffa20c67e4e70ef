/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * struct progress - a transfer that a person may wait for
 * @begun: counter when it began
 * @shown: and when it was printed last; 0: it was not yet
 */
struct progress {
	uint64_t begun, shown;
};

/** progress_begin() - it begins now */
struct progress progress_begin(void);

/**
 * progress_step() - so much of it is done
 *
 * From the first second on prints, twice a second at most and over what was printed last,
 * "12.0 MiB of 64.0 MiB, 3.4 MiB/s".
 */
void progress_step(struct progress *p, uint64_t done, uint64_t total);

/** progress_end() - print " in 11 ms (2.9 KiB/s)" and end the line; what was shown is gone */
void progress_end(const struct progress *p, const char *what, uint64_t bytes);

/** progress_rate() - print "2.9 KiB/s", of so many bytes since it began */
void progress_rate(const struct progress *p, uint64_t bytes);
