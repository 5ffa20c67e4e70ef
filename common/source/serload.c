/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/serload.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/console/console.h"
#include "common/console/init.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/source/claim.h"
#include "drivers/serial/serial.h"
#include "lib/base/span.h"

#define PAGE       (4 * KIB)
#define TICKS_HZ   1000000000 /* where CNTFRQ_EL0 has none: no counter is faster */
#define SETTLE_MS  500
#define SETTLE_MAX (64 * MIB)
#define GAP_MAX    (4 * KIB) /* between S-records of one piece */

/* Return: the next byte, or SERLOAD_QUIET */
static int next_byte(unsigned int ms)
{
	const uint64_t hz = cpu_ticks_hz() ? cpu_ticks_hz() : TICKS_HZ;
	const uint64_t start = cpu_ticks();
	const uint64_t wait = ms * hz / 1000;

	while (!console_tstc()) {
		if (cpu_ticks() - start > wait)
			return SERLOAD_QUIET;
	}
	return console_getc();
}

/* What a user pressed more than once, or a sender goes on with. */
static void settle(void)
{
	uint64_t left = SETTLE_MAX;
	bool ctrlc = false;
	int c;

	while (left-- && (c = next_byte(ctrlc ? SERLOAD_LONE_MS : SETTLE_MS)) != SERLOAD_QUIET)
		ctrlc = c == SERLOAD_CTRL_C;
}

/* ---- memory */

/* Unlike what a command writes, this goes to DRAM only, and to none that is reserved. */
static int check(paddr_t start, uint64_t size, struct why *why)
{
	const struct memmap *map = &machine.mem;
	const paddr_t last = span_end(start, size - 1);
	unsigned int i;

	if (!memmap_is_dram(map, start, size))
		return refuse(why, -ENXIO, "0x%" PRIx64 " bytes at 0x%" PRIx64 " are not all DRAM",
			      size, start);
	for (i = 0; i < map->owned_count; i++) {
		const struct mem_range *r = &map->owned[i];

		if (r->flags & MEM_LOADED || last < r->start || start > mem_range_last(r))
			continue;
		return refuse(why, -EPERM,
			      "loading to 0x%" PRIx64 "..0x%" PRIx64 " refused: 0x%" PRIx64
			      "..0x%" PRIx64 " belongs to %s; ${loadaddr} is 0x%" PRIx64,
			      start, last, r->start, mem_range_last(r), r->owner,
			      env_get_hex("loadaddr", 0));
	}
	return 0;
}

static int put(struct serload_job *job, paddr_t at, const void *bytes, size_t count,
	       struct why *why)
{
	int err = check(at, count, why);

	if (err)
		return err;
	memcpy((void *)(uintptr_t)at, bytes, count);
	job->low = MIN(job->low, at);
	job->last = MAX(job->last, at + (count - 1));
	return 0;
}

static int claim(const struct serload_job *job, const struct serload_file *file, struct why *why)
{
	return load_claim(file->start, file->size, file->name[0] ? file->name : job->owner, why);
}

/* Loads that were written over, in part or whole, are none any more. */
static void forget(const struct serload_file *file)
{
	struct why why;

	if (file->size &&
	    !memmap_claim(&machine.mem, file->start, file->size, MEM_LOADED, "", &why))
		(void)memmap_release(&machine.mem, file->start);
}

/* ---- what a receiver works on */

static void host_send(void *ctx, const void *bytes, size_t count)
{
	struct serial *serial = console_serial();

	(void)ctx;
	if (serial->ops)
		serial->ops->write(serial, bytes, count);
}

/* Names are shown: what a terminal would act on is replaced. */
static void set_name(struct serload_file *file, const char *name)
{
	size_t i;

	for (i = 0; name && name[i] && i < sizeof(file->name) - 1; i++)
		file->name[i] = name[i] >= ' ' && name[i] < 127 ? name[i] : '?';
	file->name[i] = '\0';
}

static int host_begin(void *ctx, const char *name, uint64_t size, struct why *why)
{
	struct serload_job *job = ctx;
	struct serload_file *file = &job->file[job->file_count];
	int err = 0;

	if (job->file_count == SERLOAD_FILES_MAX)
		return refuse(why, -ENOSPC, "a batch has at most %u files", SERLOAD_FILES_MAX);
	if (size && size != SERLOAD_SIZE_UNKNOWN)
		err = check(job->next, size, why);
	if (err)
		return err;
	*file = (struct serload_file){ .start = job->next };
	set_name(file, name);
	job->open = true;
	return 0;
}

static int host_data(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	struct serload_job *job = ctx;
	struct serload_file *file = &job->file[job->file_count];
	int err = put(job, file->start + at, bytes, count, why);

	if (!err)
		file->size = at + count;
	return err;
}

static int host_end(void *ctx, struct why *why)
{
	struct serload_job *job = ctx;
	struct serload_file *file = &job->file[job->file_count];
	int err = claim(job, file, why);

	if (err)
		return err;
	job->open = false;
	job->file_count++;
	job->next = ALIGN_UP(file->start + file->size, PAGE);
	return 0;
}

/* A record behind the one before, or not far behind it, belongs to the same piece. */
static bool is_next(const struct serload_file *piece, paddr_t at)
{
	const paddr_t end = span_end(piece->start, piece->size);
	struct why why;

	return at == end || (at > end && at - end <= GAP_MAX && !check(end, at - end, &why));
}

static int host_record(void *ctx, uint64_t at, const void *bytes, size_t count, struct why *why)
{
	struct serload_job *job = ctx;
	struct serload_file *piece = &job->file[0];
	int err = put(job, at, bytes, count, why);

	if (err)
		return err;
	if (!job->open || !is_next(piece, at)) {
		err = job->open ? claim(job, piece, why) : 0;
		*piece = (struct serload_file){ .start = at };
		job->open = true;
	}
	piece->size = at - piece->start + count;
	return err;
}

/* ---- the job */

static int take_job(const char *owner, struct serload_job **out, struct why *why)
{
	static paddr_t memory;
	struct serload_job *job;
	int err = 0;

	if (!memory)
		err = memmap_alloc(&machine.mem, sizeof(*job), PAGE, true, UINT64_MAX, 0,
				   "serial loads", &memory, why);
	if (err)
		return err;
	job = (struct serload_job *)(uintptr_t)memory;
	memset(job, 0, sizeof(*job));
	job->owner = owner;
	job->low = UINT64_MAX;
	job->host = (struct serload_host){ .send = host_send,
					   .begin = host_begin,
					   .data = host_data,
					   .end = host_end,
					   .ctx = job };
	*out = job;
	return 0;
}

int serload_prepare(const char *owner, paddr_t at, struct serload_job **out, struct why *why)
{
	int err = take_job(owner, out, why);

	if (!err)
		err = check(at, 1, why);
	if (!err)
		(*out)->next = at;
	return err;
}

int serload_prepare_records(const char *owner, struct serload_job **out, struct why *why)
{
	int err = take_job(owner, out, why);

	if (!err)
		(*out)->host.data = host_record;
	return err;
}

int serload_run(struct serload_job *job, int (*step)(struct serload_job *job, int c))
{
	int rc = 0, c;

	while (!rc) {
		c = next_byte(job->rx.base.wait_ms);
		if (job->echo && c != SERLOAD_QUIET)
			console_putc((char)c);
		rc = step(job, c);
	}
	if (rc > 0 && job->open) /* the last piece of S-records */
		rc = claim(job, &job->file[0], &job->rx.base.why);
	if (rc >= 0)
		return 0;
	if (job->open)
		forget(&job->file[job->host.data == host_record ? 0 : job->file_count]);
	settle();
	return rc;
}
