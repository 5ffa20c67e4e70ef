/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/caldate.h"

#include <errno.h>
#include <string.h>

#define DAY_S	    86400
#define ERA_DAYS    146097 /* of 400 years: the calendar repeats */
#define EPOCH_MARCH 719468 /* days from 0000-03-01 to 1970-01-01 */

/*
 * Years that begin in March have their leap day at the end, so that the months' lengths repeat
 * every five: 153 days.
 */
struct caldate caldate_from(uint64_t seconds)
{
	const uint64_t days = seconds / DAY_S + EPOCH_MARCH;
	const unsigned int rest = (unsigned int)(seconds % DAY_S);
	const unsigned int of_era = (unsigned int)(days % ERA_DAYS);
	const unsigned int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	const unsigned int of_year = of_era - (365 * year + year / 4 - year / 100);
	const unsigned int march = (5 * of_year + 2) / 153; /* months since March */

	return (struct caldate){
		.year = (unsigned int)(days / ERA_DAYS) * 400 + year + (march >= 10),
		.month = march < 10 ? march + 3 : march - 9,
		.day = of_year - (153 * march + 2) / 5 + 1,
		.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60,
		.weekday = (unsigned int)((seconds / DAY_S + 4) % 7), /* 1970 began on a Thursday */
	};
}

static uint64_t days_since_epoch(const struct caldate *d)
{
	const uint64_t year = d->year - (d->month <= 2);
	const unsigned int march = d->month > 2 ? d->month - 3 : d->month + 9;
	const uint64_t of_era = year % 400;

	return year / 400 * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 +
	       (153 * march + 2) / 5 + d->day - 1 - EPOCH_MARCH;
}

const char *caldate_weekday(unsigned int weekday)
{
	static const char names[7][10] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
					   "Thursday", "Friday", "Saturday" };

	return names[weekday % 7];
}

static unsigned int two_digits(const char *text)
{
	return (unsigned int)((text[0] - '0') * 10 + (text[1] - '0'));
}

/* 8, 10 or 12 digits, and perhaps a point and two more. */
static bool is_well_formed(const char *text, size_t *digits)
{
	*digits = strspn(text, "0123456789");
	if (*digits != 8 && *digits != 10 && *digits != 12)
		return false;
	text += *digits;
	return !*text || (*text == '.' && strspn(text + 1, "0123456789") == 2 && !text[3]);
}

static unsigned int year_of(const char *text, size_t digits, const struct caldate *now)
{
	unsigned int last;

	if (digits == 8)
		return now->year;
	last = two_digits(text + digits - 2);
	if (digits == 12)
		return two_digits(text + 8) * 100 + last;
	return last < 70 ? 2000 + last : 1900 + last;
}

int caldate_parse(const char *text, const struct caldate *now, uint32_t *seconds, struct why *why)
{
	struct caldate d, same;
	uint64_t total;
	size_t digits;

	if (!is_well_formed(text, &digits))
		return refuse(why, -EINVAL, "'%s' is no date: it is MMDDhhmm[[CC]YY][.ss]", text);
	d = (struct caldate){
		.year = year_of(text, digits, now),
		.month = two_digits(text),
		.day = two_digits(text + 2),
		.hour = two_digits(text + 4),
		.minute = two_digits(text + 6),
		.second = text[digits] ? two_digits(text + digits + 1) : 0,
	};
	if (d.year < 1970 || d.year > 2106)
		return refuse(why, -ERANGE, "the year %u is not one of 1970 to 2106", d.year);
	if (d.month < 1 || d.month > 12)
		return refuse(why, -EINVAL, "there is no month %02u", d.month);
	if (d.hour > 23 || d.minute > 59 || d.second > 59)
		return refuse(why, -EINVAL, "there is no time %02u:%02u:%02u", d.hour, d.minute,
			      d.second);
	total = days_since_epoch(&d) * DAY_S + d.hour * 3600 + d.minute * 60 + d.second;
	same = caldate_from(total);
	if (same.day != d.day || same.month != d.month)
		return refuse(why, -EINVAL, "month %u of %u has no day %u", d.month, d.year, d.day);
	if (total > UINT32_MAX)
		return refuse(why, -ERANGE, "the clock ends at 2106-02-07 06:28:15");
	*seconds = (uint32_t)total;
	return 0;
}
