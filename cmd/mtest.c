/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "arch/io.h"
#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"

#define WORD	    8
#define SHOWN_MAX   10 /* errors in words of their own; the rest is counted */
#define DEFAULT_AT  (2 * MIB)
#define DEFAULT_END (256 * MIB)

struct test {
	paddr_t start, end;
	uint64_t pattern;
	uint64_t errors;
};

/* Words count up from the pattern, or down from its complement, so that no two are the same. */
static int run_once(struct test *t, bool down)
{
	const uint64_t step = down ? ~UINT64_C(0) : 1;
	uint64_t first = down ? ~t->pattern : t->pattern, value = first, found;
	uint64_t shown = 0;
	paddr_t at;

	printf("Pattern %016" PRIX64 "  Writing...%12s\b\b\b\b\b\b\b\b\b\b", first, "");
	for (at = t->start; at < t->end; at += WORD, value += step) {
		if (at % MEM_POLL_BYTES == 0 && console_ctrlc())
			return -EINTR;
		mmio_write64(at, value);
	}
	printf("Reading...");
	for (at = t->start, value = first; at < t->end; at += WORD, value += step) {
		if (at % MEM_POLL_BYTES == 0 && console_ctrlc())
			return -EINTR;
		found = mmio_read64(at);
		if (found == value)
			continue;
		t->errors++;
		if (shown++ < SHOWN_MAX)
			printf("\nMem error @ 0x%08" PRIx64 ": found %016" PRIX64
			       ", expected %016" PRIX64,
			       at, found, value);
	}
	return 0;
}

/* What is free of the range that belongs to the user (doc/console.md). */
static void defaults(struct test *t)
{
	const struct mem_range *bank = &machine.mem.bank[0], *owned;
	paddr_t last = mem_range_last(bank);

	t->start = bank->start + DEFAULT_AT;
	t->end = MIN(last, bank->start + DEFAULT_END - 1) + 1;
	owned = memmap_owner(&machine.mem, t->start, t->end - t->start);
	if (owned)
		t->end = MAX(owned->start, t->start);
	t->pattern = 0;
}

static int parse(int argc, char *const argv[], struct test *t, uint64_t *iterations)
{
	struct mem_span span = { .width = WORD };

	defaults(t);
	if ((argc > 1 && cmd_number(argv[1], "mtest: start", &t->start)) ||
	    (argc > 2 && cmd_number(argv[2], "mtest: end", &t->end)) ||
	    (argc > 3 && cmd_number(argv[3], "mtest: pattern", &t->pattern)) ||
	    (argc > 4 && cmd_number(argv[4], "mtest: iterations", iterations)))
		return -EINVAL;
	if (t->end <= t->start || t->end - t->start < WORD) {
		printf("Refusing to do empty test\n");
		return -EINVAL;
	}
	span.start = t->start;
	span.count = (t->end - t->start) / WORD;
	if (mem_span_check(argv[0], &span) ||
	    mem_may_write(argv[0], span.start, mem_span_bytes(&span)))
		return -EPERM;
	t->end = t->start + mem_span_bytes(&span);
	return 0;
}

static int do_mtest(int argc, char *const argv[])
{
	struct test t = { 0 };
	uint64_t limit = 0, i = 0;
	int err = parse(argc, argv, &t, &limit);

	if (err)
		return err;
	printf("Testing %08" PRIx64 " ... %08" PRIx64 ":\n", t.start, t.end);
	do {
		printf("Iteration: %6" PRIu64 "\r", i + 1);
		err = run_once(&t, i % 2);
	} while (!err && ++i != limit);
	console_fresh_line();
	printf("Tested %" PRIu64 " iteration(s) with %" PRIu64 " errors.\n", i, t.errors);
	return err ? err : t.errors ? CMD_FAILED : 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_mtest) = {
	.name = "mtest",
	.max_args = 5,
	.repeat = true,
	.run = do_mtest,
	.brief = "simple RAM read/write test",
	.usage = "[start [end [pattern [iterations]]]]\n"
		 "	- without iterations until Ctrl-C",
};
