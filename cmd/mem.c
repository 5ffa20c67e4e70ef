/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/io.h"
#include "arch/mem.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/mem/memguard.h"
#include "common/source/claim.h"
#include "lib/base/hexdump.h"

#define MD_COUNT    64
#define MD_POLL_LINES 8 /* 50 ms at 115200 baud */
#define PIECE_BYTES 256	    /* of a device's memory, copied at a time */
#define VISIT_BYTES (4 * MIB) /* of DRAM, between looks for a Ctrl-C */

paddr_t mem_base;

int mem_span_check(const char *cmd, const struct mem_span *span)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(span->count, (uint64_t)span->width, &bytes) ||
	    (bytes && span->start + (bytes - 1) < span->start)) {
		printf("%s: 0x%" PRIx64 " objects of %u bytes at 0x%" PRIx64
		       " pass the end of the addresses\n",
		       cmd, span->count, span->width, span->start);
		return -ERANGE;
	}
	/* Scripts read the fields of a partition table as they lie there. */
	if (!IS_ALIGNED(span->start, (uint64_t)span->width) && !mem_is_dram(span)) {
		printf("%s: 0x%" PRIx64 " is not a multiple of %u, and not in DRAM\n", cmd,
		       span->start, span->width);
		return -EINVAL;
	}
	return 0;
}

uint64_t mem_load(paddr_t addr, unsigned int width)
{
	switch (width) {
	case 1:
		return mmio_read8(addr);
	case 2:
		return mmio_read16(addr);
	case 4:
		return mmio_read32(addr);
	default:
		return mmio_read64(addr);
	}
}

void mem_store(paddr_t addr, unsigned int width, uint64_t value)
{
	switch (width) {
	case 1:
		return mmio_write8(addr, (uint8_t)value);
	case 2:
		return mmio_write16(addr, (uint16_t)value);
	case 4:
		return mmio_write32(addr, (uint32_t)value);
	default:
		return mmio_write64(addr, value);
	}
}

int mem_address(const char *arg, const char *what, uint64_t *out)
{
	int err = cmd_number(arg, what, out);

	if (!err)
		*out += mem_base;
	return err;
}

int mem_may_write(const char *cmd, paddr_t start, uint64_t size)
{
	struct why why;
	int err = memguard_check_write(&machine.mem, start, size, &why);

	if (err)
		printf("%s: %s\n", cmd, why.text);
	else
		load_written(start, size);
	return err;
}

bool mem_is_dram(const struct mem_span *span)
{
	return memmap_is_dram(&machine.mem, span->start, mem_span_bytes(span));
}

uint64_t mem_repeat(uint64_t value, unsigned int width)
{
	for (; width < 8; width *= 2)
		value |= value << width * 8;
	return value;
}

static uint64_t read_piece(paddr_t at, uint64_t size, uint32_t piece[PIECE_BYTES / 4])
{
	unsigned int width = at % 4 || size < 4 ? 1 : 4;
	uint64_t bytes = width == 1 ? 1 : MIN(size & ~UINT64_C(3), (uint64_t)PIECE_BYTES);

	for (uint64_t i = 0; i < bytes; i += width)
		piece[i / 4] = (uint32_t)mem_load(at + i, width);
	return bytes;
}

int mem_visit(paddr_t start, uint64_t size,
	      void (*visit)(void *ctx, const void *bytes, uint64_t count), void *ctx)
{
	bool dram = memmap_is_dram(&machine.mem, start, size);
	uint32_t piece[PIECE_BYTES / 4];
	uint64_t done, bytes;

	for (done = 0; done < size; done += bytes) {
		if (console_ctrlc())
			return -EINTR;
		bytes = dram ? MIN(size - done, VISIT_BYTES)
			     : read_piece(start + done, size - done, piece);
		visit(ctx, dram ? mem_pointer(start + done) : piece, bytes);
	}
	return 0;
}

/* One line of md: up to 16 bytes, each object read once. */
static void dump_line(const struct mem_span *span, unsigned int count, bool dram)
{
	uint64_t bytes[HEXDUMP_BYTES / 8] = { 0 };
	char line[HEXDUMP_LINE_SIZE];
	paddr_t to = (paddr_t)bytes;
	unsigned int i;

	if (dram) {
		memcpy(bytes, mem_pointer(span->start), (size_t)count * span->width);
	} else {
		for (i = 0; i < count; i++, to += span->width)
			mem_store(to, span->width,
				  mem_load(span->start + i * span->width, span->width));
	}
	console_write(line, hexdump_line(line, span->start, bytes, span->width, count));
}

static int do_md(int argc, char *const argv[])
{
	static struct mem_span next; /* what an empty line shows */
	static uint64_t count = MD_COUNT;
	bool dram;

	if (!cmd_is_repeat()) {
		struct mem_span span = { .width = cmd_width(argv[0], 4) };
		uint64_t number = MD_COUNT;

		if (argc < 2)
			return CMD_USAGE;
		if (mem_address(argv[1], "md: address", &span.start) ||
		    (argc > 2 && cmd_number(argv[2], "md: count", &number)))
			return -EINVAL;
		next = span;
		count = number;
	}
	next.count = count;
	if (mem_span_check(argv[0], &next))
		return -EINVAL;
	dram = mem_is_dram(&next);
	while (next.count) {
		uint64_t shown = MIN(next.count, (uint64_t)(HEXDUMP_BYTES / next.width));

		if (next.start / HEXDUMP_BYTES % MD_POLL_LINES == 0 && console_ctrlc())
			return -EINTR;
		dump_line(&next, (unsigned int)shown, dram);
		next.start += shown * next.width;
		next.count -= shown;
	}
	return 0;
}

static int fill(const struct mem_span *span, uint64_t value)
{
	uint64_t done, chunk, i;
	bool dram = mem_is_dram(span);

	for (done = 0; done < span->count; done += chunk) {
		paddr_t at = span->start + done * span->width;

		chunk = MIN(span->count - done, MEM_POLL_BYTES);
		if (console_ctrlc())
			return -EINTR;
		if (dram) {
			mem_fill(mem_pointer(at), mem_repeat(value, span->width),
				 chunk * span->width);
			continue;
		}
		for (i = 0; i < chunk; i++)
			mem_store(at + i * span->width, span->width, value);
	}
	return 0;
}

static int do_mw(int argc, char *const argv[])
{
	struct mem_span span = { .count = 1, .width = cmd_width(argv[0], 4) };
	uint64_t value, mask;

	if (argc < 3)
		return CMD_USAGE;
	if (mem_address(argv[1], "mw: address", &span.start) ||
	    cmd_number(argv[2], "mw: value", &value) ||
	    (argc > 3 && cmd_number(argv[3], "mw: count", &span.count)))
		return -EINVAL;
	mask = MASK(span.width * 8 - 1, 0);
	/* A negative result of setexpr has more bits, and is meant; a number too many is not. */
	if (value & ~mask && ~value & ~(mask >> 1)) {
		printf("%s: 0x%" PRIx64 " does not fit in %u bits\n", argv[0], value,
		       span.width * 8);
		return -ERANGE;
	}
	value &= mask;
	if (mem_span_check(argv[0], &span) ||
	    mem_may_write(argv[0], span.start, mem_span_bytes(&span)))
		return -EPERM;
	return fill(&span, value);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_md) = {
	.name = "md",
	.max_args = 3,
	.repeat = true,
	.sized = true,
	.run = do_md,
	.brief = "memory display",
	.usage = "[.b, .w, .l, .q] address [# of objects]",
};

TABLE_ENTRY(cmd_table, struct cmd, cmd_mw) = {
	.name = "mw",
	.max_args = 4,
	.repeat = true,
	.sized = true,
	.run = do_mw,
	.brief = "memory write (fill)",
	.usage = "[.b, .w, .l, .q] address value [count]",
};
