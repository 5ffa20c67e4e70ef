// SPDX-License-Identifier: BSD-2-Clause
/* Bytes through a program of the host: the other side of a format is somebody else's code. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/**
 * host_tool() - what `command <bytes` prints
 * @out: @room bytes
 *
 * Return: bytes printed; the test fails where the program does, or prints more.
 */
static inline size_t host_tool(const char *command, const void *bytes, size_t size, void *out,
			       size_t room)
{
	char name[] = "/tmp/loft-host-test-XXXXXX", line[256];
	int fd = mkstemp(name);
	size_t got;
	FILE *pipe;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	snprintf(line, sizeof(line), "%s <%s", command, name);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	got = fread(out, 1, room, pipe);
	assert_true(got < room);
	assert_int_equal(pclose(pipe), 0);
	unlink(name);
	return got;
}

/** host_tool_data() - something of everything: text, zeros, noise, near and far matches */
static inline void host_tool_data(unsigned char *to, size_t size, unsigned int seed)
{
	unsigned int x = seed * 2654435761u + 1;
	size_t at = 0;

	while (at < size) {
		size_t n, kind;

		x = x * 1664525u + 1013904223u;
		kind = x >> 28;
		n = 1 + (x >> 12 & 0x3ff);
		if (n > size - at)
			n = size - at;
		for (size_t i = 0; i < n; i++, at++) {
			x = x * 1664525u + 1013904223u;
			if (kind < 5)
				to[at] =
					"etaoin shrdlu\n,.ETAOIN0123456789"[(x >> 24) * (x >> 24) >>
									    11];
			else if (kind < 8 && at > 70000)
				to[at] = to[at - 65000];
			else if (kind < 12 && at > 40)
				to[at] = to[at - 1 - kind % 4 * 7];
			else if (kind == 12)
				to[at] = 0;
			else
				to[at] = (unsigned char)(x >> 24);
		}
	}
}
