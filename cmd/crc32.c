/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/base/crc32.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/mem.h"
#include "common/shell/cmd.h"

static void add(void *ctx, const void *bytes, uint64_t count)
{
	uint32_t *crc = ctx;

	*crc = crc32(*crc, bytes, count);
}

/* Big-endian, and by bytes: the destination need not be aligned. */
static void store_big_endian(paddr_t dest, uint32_t crc)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		mem_store(dest + i, 1, crc >> (24 - 8 * i) & 0xff);
}

static int do_crc32(int argc, char *const argv[])
{
	bool verify = argc > 1 && !strcmp(argv[1], "-v");
	char *const *arg = argv + 1 + verify;
	int args = argc - 1 - verify;
	struct mem_span span = { .width = 1 };
	uint64_t third = 0;
	uint32_t crc = 0;
	int err;

	if (args < 2 + verify || args > 3)
		return CMD_USAGE;
	if (mem_address(arg[0], "crc32: address", &span.start) ||
	    cmd_number(arg[1], "crc32: count", &span.count) ||
	    (args > 2 && cmd_number(arg[2], verify ? "crc32: crc" : "crc32: address", &third)) ||
	    mem_span_check(argv[0], &span))
		return -EINVAL;
	if (!verify)
		third += mem_base;
	if (args > 2 && !verify && mem_may_write(argv[0], third, 4))
		return -EPERM;
	err = mem_visit(span.start, span.count, add, &crc);
	if (err)
		return err;
	printf("crc32 for %08" PRIx64 " ... %08" PRIx64 " ==> %08" PRIx32, span.start,
	       span.start + span.count - 1, crc);
	if (verify && crc != third) {
		printf(" != %08" PRIx64 " ** ERROR **\n", third);
		return CMD_FAILED;
	}
	printf("\n");
	if (args > 2 && !verify)
		store_big_endian(third, crc);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_crc32) = {
	.name = "crc32",
	.max_args = 5,
	.repeat = true,
	.run = do_crc32,
	.brief = "checksum calculation",
	.usage = "address count [addr]\n"
		 "	- compute CRC32 checksum [save at addr, big-endian]\n"
		 "crc32 -v address count crc\n	- verify crc of memory area",
};
