/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "arch/io.h"
#include "common/cmd.h"
#include "common/console.h"
#include "common/memguard.h"

#define MD_LINE_BYTES 16
#define MD_COUNT      64
#define MD_LINE_SIZE  (16 + 2 + 3 * MD_LINE_BYTES + 2 + MD_LINE_BYTES + 2)

int mem_span_check(const char *cmd, const struct mem_span *span)
{
	uint64_t bytes;

	if (!IS_ALIGNED(span->start, (uint64_t)span->width)) {
		printf("%s: 0x%" PRIx64 " is not a multiple of %u\n", cmd, span->start,
		       span->width);
		return -EINVAL;
	}
	if (__builtin_mul_overflow(span->count, (uint64_t)span->width, &bytes) ||
	    (bytes && span->start + (bytes - 1) < span->start)) {
		printf("%s: 0x%" PRIx64 " objects of %u bytes at 0x%" PRIx64
		       " pass the end of the addresses\n",
		       cmd, span->count, span->width, span->start);
		return -ERANGE;
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

static char *put_hex(char *p, uint64_t value, unsigned int digits)
{
	while (digits--)
		*p++ = "0123456789abcdef"[value >> digits * 4 & 0xf];
	return p;
}

/* One line of md: up to 16 bytes, each object read once. */
static void dump_line(const struct mem_span *span)
{
	unsigned int per_line = MD_LINE_BYTES / span->width;
	char ascii[MD_LINE_BYTES + 2];
	char line[MD_LINE_SIZE];
	char *p = put_hex(line, span->start, span->start >> 32 ? 16 : 8);
	char *a = ascii;
	unsigned int i;
	unsigned int byte;

	*p++ = ':';
	for (i = 0; i < per_line; i++) {
		uint64_t value = 0;

		*p++ = ' ';
		if (i >= span->count) {
			for (byte = 0; byte < span->width * 2; byte++)
				*p++ = ' ';
			continue;
		}
		value = mem_load(span->start + i * span->width, span->width);
		p = put_hex(p, value, span->width * 2);
		for (byte = 0; byte < span->width; byte++, value >>= 8)
			*a++ = (value & 0xff) >= ' ' && (value & 0xff) < 0x7f ? (char)value : '.';
	}
	*a++ = '\n';
	*a = '\0';
	*p++ = ' ';
	*p++ = ' ';
	*p = '\0';
	console_puts(line);
	console_puts(ascii);
}

static int do_md(int argc, char *const argv[])
{
	static struct mem_span next; /* what an empty line shows */
	static uint64_t count = MD_COUNT;

	if (!cmd_is_repeat()) {
		struct mem_span span = { .width = cmd_width(argv[0], 4) };
		uint64_t number = MD_COUNT;

		if (argc < 2)
			return CMD_USAGE;
		if (cmd_number(argv[1], "md: address", &span.start) ||
		    (argc > 2 && cmd_number(argv[2], "md: count", &number)))
			return -EINVAL;
		next = span;
		count = number;
	}
	next.count = count;
	if (mem_span_check(argv[0], &next))
		return -EINVAL;
	while (next.count) {
		uint64_t shown = MIN(next.count, (uint64_t)(MD_LINE_BYTES / next.width));

		if (console_ctrlc())
			return -EINTR;
		dump_line(&next);
		next.start += shown * next.width;
		next.count -= shown;
	}
	return 0;
}

static int do_mw(int argc, char *const argv[])
{
	struct mem_span span = { .count = 1, .width = cmd_width(argv[0], 4) };
	uint64_t value;
	uint64_t i;
	struct why why;

	if (argc < 3)
		return CMD_USAGE;
	if (cmd_number(argv[1], "mw: address", &span.start) ||
	    cmd_number(argv[2], "mw: value", &value) ||
	    (argc > 3 && cmd_number(argv[3], "mw: count", &span.count)))
		return -EINVAL;
	if (span.width < 8 && value >> span.width * 8) {
		printf("%s: 0x%" PRIx64 " does not fit in %u bits\n", argv[0], value,
		       span.width * 8);
		return -ERANGE;
	}
	if (mem_span_check(argv[0], &span))
		return -EINVAL;
	if (memguard_check_write(span.start, mem_span_bytes(&span), &why)) {
		printf("%s: %s\n", argv[0], why.text);
		return -EPERM;
	}
	for (i = 0; i < span.count; i++) {
		if (i % MEM_POLL_BYTES == 0 && console_ctrlc())
			return -EINTR;
		mem_store(span.start + i * span.width, span.width, value);
	}
	return 0;
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
