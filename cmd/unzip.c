/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cmd/mem.h"
#include "cmd/unzip.h"
#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"
#include "lib/pack/gunzip.h"

/* DRAM from @start on, up to the end of its bank; 0 where it is none. */
static uint64_t dram_from(paddr_t start)
{
	for (unsigned int i = 0; i < machine.mem.bank_count; i++) {
		const struct mem_range *bank = &machine.mem.bank[i];

		if (start >= bank->start && start <= mem_range_last(bank))
			return mem_range_last(bank) - start + 1;
	}
	return 0;
}

/* The rest of it is in nobody's way: the file up to the place, and the place up to the file. */
static int rooms(const char *cmd, paddr_t src, paddr_t dst, uint64_t *src_room, uint64_t *dst_room)
{
	*src_room = dram_from(src);
	*dst_room = MIN(dram_from(dst), memguard_room(&machine.mem, dst));
	if (!*src_room || src == dst) {
		printf("%s: 0x%" PRIx64 " is %s\n", cmd, src,
		       src == dst ? "both source and target" : "not in DRAM");
		return -EINVAL;
	}
	if (src < dst)
		*src_room = MIN(*src_room, dst - src);
	else
		*dst_room = MIN(*dst_room, src - dst);
	return 0;
}

int unpack_run(int argc, char *const argv[], unpack_fn *unpack)
{
	uint64_t src, dst, src_room, dst_room, limit = UINT64_MAX, size;
	struct why why;

	if (argc < 3)
		return CMD_USAGE;
	if (mem_address(argv[1], "source", &src) || mem_address(argv[2], "target", &dst) ||
	    (argc > 3 && cmd_number(argv[3], "target's size", &limit)) ||
	    mem_may_write(argv[0], dst, 1) || rooms(argv[0], src, dst, &src_room, &dst_room))
		return -EINVAL;
	if (!dst_room) {
		printf("%s: 0x%" PRIx64 " is not in DRAM\n", argv[0], dst);
		return -EINVAL;
	}
	if (unpack(mem_pointer(dst), MIN(limit, dst_room), mem_pointer(src), src_room, &size,
		   &why)) {
		printf("Error: %s\n", why.text);
		return CMD_FAILED;
	}
	printf("Uncompressed size: %" PRIu64 " = 0x%" PRIX64 "\n", size, size);
	return env_set_hex("filesize", size);
}

static int do_unzip(int argc, char *const argv[])
{
	return unpack_run(argc, argv, gunzip);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_unzip) = {
	.name = "unzip",
	.max_args = 4,
	.run = do_unzip,
	.brief = "unzip a memory region",
	.usage = UNPACK_USAGE,
};
