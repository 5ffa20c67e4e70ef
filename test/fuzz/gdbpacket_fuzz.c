// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes from the other end of gdb's line: nothing out of bounds, and the stop ends. */
#include <errno.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/gdb/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *bytes;
static size_t left;
static jmp_buf end;
static uint8_t memory[256];

static char get(void)
{
	if (!left)
		longjmp(end, 1);
	left--;
	return (char)*bytes++;
}

static void put(char c)
{
	(void)c;
}

static int read_memory(vaddr_t va, void *to, size_t len)
{
	if (va >= sizeof(memory) || len > sizeof(memory) - va)
		return -EFAULT;
	memcpy(to, memory + va, len);
	return 0;
}

static int write_memory(vaddr_t va, const void *from, size_t len)
{
	if (va >= sizeof(memory) || len > sizeof(memory) - va)
		return -EFAULT;
	memcpy(memory + va, from, len);
	return 0;
}

static int point(bool insert, unsigned type, vaddr_t va, uint64_t len)
{
	(void)insert;
	(void)va;
	(void)len;
	if (type > 4)
		abort();
	return 0;
}

static const struct gdb_ops ops = { get, put, read_memory, write_memory, point };

/* The fuzzer need not find checksums: each line of the input is a packet. */
static void frame(const uint8_t *data, size_t size)
{
	static uint8_t framed[8192];
	size_t n = 0, start = 0;

	for (size_t i = 0; i <= size && n + 8 < sizeof(framed); i++) {
		if (i < size && data[i] != '\n' && data[i] != '#' && data[i] != '$') {
			if (i == start)
				framed[n++] = '$';
			framed[n++] = data[i];
			continue;
		}
		if (i > start) {
			uint8_t sum = gdb_checksum((const char *)data + start, i - start);

			framed[n++] = '#';
			framed[n++] = (uint8_t) "0123456789abcdef"[sum >> 4];
			framed[n++] = (uint8_t) "0123456789abcdef"[sum & 15];
			framed[n++] = '+';
		}
		start = i + 1;
	}
	bytes = framed;
	left = n;
}

static void run(void)
{
	struct gdb_session session = { .ops = &ops };
	struct fault_frame regs = { 0 };
	const struct gdb_stop stop = { .signal = 5 };

	if (setjmp(end))
		return;
	while (left)
		gdb_serve(&session, &regs, &stop, session.attached);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bytes = data;
	left = size;
	run();
	frame(data, size);
	run();
	return 0;
}
