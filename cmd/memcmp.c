/* SPDX-License-Identifier: BSD-2-Clause */
/* cp, cmp: two ranges of the same shape. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "arch/mem.h"
#include "cmd/mem.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"

static int parse(int argc, char *const argv[], struct mem_span *a, struct mem_span *b)
{
	if (argc != 4)
		return CMD_USAGE;
	a->width = b->width = cmd_width(argv[0], 4);
	if (mem_address(argv[1], "address", &a->start) ||
	    mem_address(argv[2], "address", &b->start) || cmd_number(argv[3], "count", &a->count))
		return -EINVAL;
	b->count = a->count;
	if (mem_span_check(argv[0], a) || mem_span_check(argv[0], b))
		return -EINVAL;
	return 0;
}

static void copy_chunk(paddr_t dst, paddr_t src, uint64_t count, unsigned int width, bool down)
{
	uint64_t i;

	for (i = 0; i < count; i++) {
		uint64_t at = (down ? count - 1 - i : i) * width;

		mem_store(dst + at, width, mem_load(src + at, width));
	}
}

static int do_cp(int argc, char *const argv[])
{
	struct mem_span src, dst;
	uint64_t done, chunk;
	bool down, fast;
	int err = parse(argc, argv, &src, &dst);

	if (err)
		return err;
	if (!src.count) {
		printf("Zero length ???\n");
		return -EINVAL;
	}
	if (mem_may_write(argv[0], dst.start, mem_span_bytes(&dst)))
		return -EPERM;
	/* The end first where the front of the destination is still to be read. */
	down = dst.start - src.start < mem_span_bytes(&src);
	fast = mem_is_dram(&src) && mem_is_dram(&dst);
	for (done = 0; done < src.count; done += chunk) {
		uint64_t at;

		chunk = MIN(src.count - done, MEM_POLL_BYTES);
		at = (down ? src.count - done - chunk : done) * src.width;
		if (console_ctrlc())
			return -EINTR;
		if (fast)
			mem_copy(mem_pointer(dst.start + at), mem_pointer(src.start + at),
				 chunk * src.width);
		else
			copy_chunk(dst.start + at, src.start + at, chunk, src.width, down);
	}
	return 0;
}

static const char *object_name(unsigned int width)
{
	switch (width) {
	case 1:
		return "byte";
	case 2:
		return "halfword";
	case 4:
		return "word";
	default:
		return "double word";
	}
}

/* Objects from @first on that are equal, up to @last; *x and *y are the two that differ. */
static uint64_t equal_until(const struct mem_span *a, const struct mem_span *b, uint64_t first,
			    uint64_t last, uint64_t *x, uint64_t *y)
{
	uint64_t i;

	for (i = first; i < last; i++) {
		*x = mem_load(a->start + i * a->width, a->width);
		*y = mem_load(b->start + i * b->width, b->width);
		if (*x != *y)
			break;
	}
	return i;
}

static int do_cmp(int argc, char *const argv[])
{
	struct mem_span a, b;
	uint64_t same = 0;
	bool fast;
	const char *name;
	int err = parse(argc, argv, &a, &b);
	int digits;

	if (err)
		return err;
	/* U-Boot's width is that of the object in bytes, "0x" and all. */
	digits = a.width > 2 ? (int)a.width - 2 : 1;
	name = object_name(a.width);
	fast = mem_is_dram(&a) && mem_is_dram(&b);
	while (same < a.count) {
		uint64_t end = same + MIN(a.count - same, MEM_POLL_BYTES);
		uint64_t at = same * a.width;
		uint64_t x = 0, y = 0;

		if (console_ctrlc())
			return -EINTR;
		if (fast)
			same += mem_same(mem_pointer(a.start + at), mem_pointer(b.start + at),
					 (end - same) * a.width) /
				a.width;
		same = equal_until(&a, &b, same, end, &x, &y);
		if (same == end)
			continue;
		at = same * a.width;
		printf("%s at 0x%08" PRIx64 " (0x%0*" PRIx64 ") != %s at 0x%08" PRIx64
		       " (0x%0*" PRIx64 ")\n",
		       name, a.start + at, digits, x, name, b.start + at, digits, y);
		break;
	}
	printf("Total of %" PRIu64 " %s(s) were the same\n", same, name);
	return same == a.count ? 0 : CMD_FAILED;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_cp) = {
	.name = "cp",
	.max_args = 4,
	.repeat = true,
	.sized = true,
	.run = do_cp,
	.brief = "memory copy",
	.usage = "[.b, .w, .l, .q] source target count",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_cmp) = {
	.name = "cmp",
	.max_args = 4,
	.repeat = true,
	.sized = true,
	.run = do_cmp,
	.brief = "memory compare",
	.usage = "[.b, .w, .l, .q] addr1 addr2 count",
};
