/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/console/bootstage.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/mem/home.h"
#include "lib/base/num.h"

#define MARKS_MAX 16
#define US_WIDTH  10
#define TIMES_MAX 2
#define US_PER_S  UINT64_C(1000000)

struct record {
	const char *name;
	uint64_t ticks;
};

static const char *const early_names[EARLY_TICKS] = {
	[EARLY_TICKS_MMU_ON] = "MMU on",
	[EARLY_TICKS_TREE] = "device tree read",
	[EARLY_TICKS_MAP] = "map built",
};

static struct record marks[MARKS_MAX]; /* ticks: when */
static unsigned int mark_count;
static struct record times[TIMES_MAX]; /* ticks: how long in all */

void bootstage_add(const char *name)
{
	if (mark_count < MARKS_MAX)
		marks[mark_count++] = (struct record){ name, cpu_ticks() };
}

uint64_t bootstage_ticks(void)
{
	return cpu_ticks();
}

void bootstage_count(const char *name, uint64_t since)
{
	for (unsigned int i = 0; i < TIMES_MAX; i++) {
		if (times[i].name && times[i].name != name)
			continue;
		times[i].name = name;
		times[i].ticks += cpu_ticks() - since;
		return;
	}
}

static uint64_t us(uint64_t ticks)
{
	uint64_t hz = cpu_ticks_hz();

	return hz ? ticks / hz * US_PER_S + ticks % hz * US_PER_S / hz : 0;
}

/* The stages in order, those before loft_main() first. */
static bool stage(unsigned int i, struct record *out)
{
	if (i < EARLY_TICKS)
		*out = (struct record){ early_names[i], loft.ticks[i] };
	else if (i - EARLY_TICKS < mark_count)
		*out = marks[i - EARLY_TICKS];
	else
		return false;
	return true;
}

/* 1,234,567 in eleven columns */
static void print_grouped(uint64_t value)
{
	char text[28];
	unsigned int at = sizeof(text) - 1, digits = 0;

	text[at] = '\0';
	do {
		if (digits && digits % 3 == 0)
			text[--at] = ',';
		text[--at] = (char)('0' + value % 10);
		digits++;
		value /= 10;
	} while (value);
	printf("%11s", text + at);
}

void bootstage_report(void)
{
	struct record r;
	uint64_t last = 0;

	printf("Timer summary in microseconds (%u records):\n%11s%11s  Stage\n",
	       EARLY_TICKS + mark_count + 1, "Mark", "Elapsed");
	printf("%11u%11u  reset\n", 0, 0);
	for (unsigned int i = 0; stage(i, &r); i++) {
		print_grouped(us(r.ticks));
		print_grouped(us(r.ticks) - last);
		printf("  %s\n", r.name);
		last = us(r.ticks);
	}
	printf("\nAccumulated time:\n");
	for (unsigned int i = 0; i < TIMES_MAX && times[i].name; i++) {
		printf("%11s", "");
		print_grouped(us(times[i].ticks));
		printf("  %s\n", times[i].name);
	}
}

/* By hand: every boot makes this text, and printf() would take five times as long. */
static char *put(char *out, const char *text)
{
	while (*text)
		*out++ = *text++;
	return out;
}

static char *put_record(char *out, const struct record *r, bool first)
{
	out = put(out, first ? "{\"name\":\"" : ",{\"name\":\"");
	out = put(out, r->name);
	out = put(out, "\",\"us\":");
	num_put(out, us(r->ticks), US_WIDTH, ' ');
	return put(out + US_WIDTH, "}");
}

/* `{"stages":[],"times":[]}`, and for each `,{"name":"","us":}`, a name and a number. */
static_assert(32 + (EARLY_TICKS + MARKS_MAX + TIMES_MAX) * (18 + BOOTSTAGE_NAME_MAX + US_WIDTH) <
		      BOOTSTAGE_JSON,
	      "the text has room");

void bootstage_json(char out[BOOTSTAGE_JSON])
{
	struct record r;

	memset(out, ' ', BOOTSTAGE_JSON);
	out[BOOTSTAGE_JSON - 1] = '\0';
	out = put(out, "{\"stages\":[");
	for (unsigned int i = 0; stage(i, &r); i++)
		out = put_record(out, &r, !i);
	out = put(out, "],\"times\":[");
	for (unsigned int i = 0; i < TIMES_MAX && times[i].name; i++)
		out = put_record(out, &times[i], !i);
	put(out, "]}");
}
