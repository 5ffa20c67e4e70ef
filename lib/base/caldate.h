/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct caldate - a moment of the proleptic Gregorian calendar, UTC
 * @month:   1 to 12
 * @day:     1 to 31
 * @weekday: 0 is Sunday
 */
struct caldate {
	unsigned int year, month, day, hour, minute, second, weekday;
};

/** caldate_from() - seconds since 1970-01-01 00:00:00 as a date */
struct caldate caldate_from(uint64_t seconds);

/** caldate_weekday() - "Sunday", ... */
const char *caldate_weekday(unsigned int weekday);

/**
 * caldate_parse() - a date as date(1) takes it: MMDDhhmm[[CC]YY][.ss]
 * @text:    of 8, 10 or 12 digits; a year of two digits is 1970 to 2069
 * @now:     its year is taken where the text has none
 * @seconds: since 1970-01-01 00:00:00
 * @why:     the sentence for an error
 *
 * Errors: -EINVAL the text is none, or there is no such day; -ERANGE before 1970, or at or after
 *         2106-02-07 06:28:16, which 32 bits do not hold
 */
int __must_check caldate_parse(const char *text, const struct caldate *now, uint32_t *seconds,
			       struct why *why);
