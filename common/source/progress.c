/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "arch/cpu.h"

#define WIDTH 40 /* of the longest line */

struct progress progress_begin(void)
{
	return (struct progress){ .begun = cpu_ticks() };
}

/* "2.9 KiB", as U-Boot rounds */
static void print_amount(uint64_t bytes)
{
	static const char units[][6] = { "Bytes", "KiB", "MiB", "GiB", "TiB" };
	unsigned int unit = 0;
	uint64_t rest = 0;

	while (bytes >= KIB && unit < ARRAY_SIZE(units) - 1) {
		rest = bytes % KIB;
		bytes /= KIB;
		unit++;
	}
	if (rest * 10 / KIB)
		printf("%" PRIu64 ".%" PRIu64 " %s", bytes, rest * 10 / KIB, units[unit]);
	else
		printf("%" PRIu64 " %s", bytes, units[unit]);
}

/* A rate is shown from the first tick on; the sum does not wrap below 2^44 bytes. */
static void print_rate(uint64_t bytes, uint64_t ticks)
{
	uint64_t ms = MAX(ticks / MAX(cpu_ticks_hz() / 1000, UINT64_C(1)), UINT64_C(1));

	print_amount(bytes * 1000 / ms);
	printf("/s");
}

void progress_step(struct progress *p, uint64_t done, uint64_t total)
{
	uint64_t now = cpu_ticks(), hz = cpu_ticks_hz();

	if (!hz || now - p->begun < hz || (p->shown && now - p->shown < hz / 2))
		return;
	p->shown = now;
	printf("\r");
	print_amount(done);
	printf(" of ");
	print_amount(total);
	printf(", ");
	print_rate(done, now - p->begun);
	printf("   ");
}

void progress_end(const struct progress *p, const char *what, uint64_t bytes)
{
	uint64_t ticks = cpu_ticks() - p->begun, hz = cpu_ticks_hz();

	if (p->shown)
		printf("\r%*s\r", WIDTH, "");
	printf("%" PRIu64 " bytes %s in %" PRIu64 " ms (", bytes, what,
	       hz ? ticks / hz * 1000 + ticks % hz * 1000 / hz : 0);
	print_rate(bytes, ticks);
	printf(")\n");
}

void progress_rate(const struct progress *p, uint64_t bytes)
{
	print_rate(bytes, cpu_ticks() - p->begun);
}
