/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/handoff/rng.h"

#define CHUNK_BYTES (64 * KIB)

/* xorshift64*: for test data, not for keys. Marsaglia, "Xorshift RNGs", with a multiplication. */
static uint64_t next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static int fill(const struct mem_span *span, uint64_t state)
{
	bool dram = mem_is_dram(span);
	uint64_t word = 0;

	for (uint64_t i = 0; i < span->count; i++) {
		if (i % CHUNK_BYTES == 0 && console_ctrlc())
			return -EINTR;
		if (i % 8 == 0)
			word = next(&state);
		if (i % 8 == 0 && dram && span->count - i >= 8) {
			memcpy(mem_pointer(span->start + i), &word, 8);
			i += 7;
			continue;
		}
		mem_store(span->start + i, 1, word & 0xff);
		word >>= 8;
	}
	return 0;
}

static int do_random(int argc, char *const argv[])
{
	struct mem_span span = { .width = 1 };
	uint64_t seed = 0;
	int err;

	if (argc < 3)
		return CMD_USAGE;
	if (mem_address(argv[1], "random: address", &span.start) ||
	    cmd_number(argv[2], "random: length", &span.count) ||
	    (argc > 3 && cmd_number(argv[3], "random: seed", &seed)))
		return -EINVAL;
	if (mem_span_check(argv[0], &span) || mem_may_write(argv[0], span.start, span.count))
		return -EPERM;
	if (argc > 3 && !seed) {
		seed = 0xdeadbeef;
		printf("The seed cannot be 0. Using 0xDEADBEEF.\n");
	}
	if (argc <= 3 && rng_fill(&seed, sizeof(seed)))
		seed = cpu_ticks();
	err = fill(&span, seed ? seed : 1);
	if (!err)
		printf("%" PRIu64 " bytes filled with random data\n", span.count);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_random) = {
	.name = "random",
	.max_args = 4,
	.run = do_random,
	.brief = "fill memory with random pattern",
	.usage = "<addr> <len> [<seed>]\n"
		 "	- Fill 'len' bytes of memory starting at 'addr' with random data",
};
