/* SPDX-License-Identifier: BSD-2-Clause */
/* watchdog.h - the class of watchdogs: timers that reset the machine unless they are kicked. */
#pragma once

#include "lib/base/types.h"

struct watchdog;

/**
 * struct watchdog_kind - what one kind of watchdog does
 * @compatible: its names in device trees, one NUL-terminated string after the other
 * @hz:     what it counts, where that does not depend on the machine; 0: the caller knows
 * @counter: it counts the system counter
 * @frames: register windows that it has
 * @max_ms: the longest time that it can be given; watchdog.hz is not 0
 * @start:  reset the machine in @ms, at least 1 and at most max_ms, unless kicked; a watchdog that
 *          runs goes on with the new time
 * @stop:   NULL: only a reset stops it
 * @kick:   the time begins anew
 * @running: is it counting?
 * @expire: reset the machine as soon as it can; needs no hz
 */
struct watchdog_kind {
	const char *compatible;
	uint32_t hz;
	bool counter;
	uint8_t frames;
	uint64_t (*max_ms)(const struct watchdog *);
	void (*start)(struct watchdog *, uint64_t ms);
	void (*stop)(struct watchdog *);
	void (*kick)(const struct watchdog *);
	bool (*running)(const struct watchdog *);
	void (*expire)(struct watchdog *);
};

/**
 * struct watchdog - one of them
 * @kind: of watchdog_find()
 * @base: its register windows, mapped; as many as kind->frames
 * @hz:   what it counts; 0: not known
 * @big_endian: its registers are (i.MX's, on Layerscape)
 * @load: the driver's: what a kick writes
 */
struct watchdog {
	const struct watchdog_kind *kind;
	paddr_t base[2];
	uint64_t hz;
	bool big_endian;
	uint32_t load;
};

/**
 * watchdog_find() - the kind that has one of these names
 * @compatible: the node's property, untrusted
 * @length:     of that, bytes
 *
 * Return: the kind or NULL
 */
const struct watchdog_kind *watchdog_find(const char *compatible, size_t length);

/**
 * watchdog_start() - as kind->start, when the time has been looked at
 *
 * Errors: -ENODATA hz is not known; -ERANGE 0 or longer than max_ms
 */
int __must_check watchdog_start(struct watchdog *w, uint64_t ms);

extern const struct watchdog_kind watchdog_kinds[];
extern const unsigned int watchdog_kind_count;
