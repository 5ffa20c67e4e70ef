/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Device trees for tests: from source by dtc, and from QEMU itself where it is installed. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/types.h"

#define DTB_MAX (2 * MIB)

static uint8_t dtb_buffer[DTB_MAX] __attribute__((aligned(8)));

static size_t dtb_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return 0;
	n = fread(dtb_buffer, 1, sizeof(dtb_buffer), f);
	fclose(f);
	return n;
}

/* The tree lies in dtb_buffer; returns its bytes, 0 where dtc refused. */
__attribute__((unused)) static size_t dtb_from_source(const char *source)
{
	char path[] = "/tmp/loft-dtb-XXXXXX", command[128];
	int fd = mkstemp(path);
	size_t n = 0;
	FILE *dtc;

	if (fd < 0)
		return 0;
	close(fd);
	snprintf(command, sizeof(command), "dtc -q -I dts -O dtb -o %s -", path);
	dtc = popen(command, "w");
	if (dtc) {
		fprintf(dtc, "/dts-v1/;\n%s", source);
		if (pclose(dtc) == 0)
			n = dtb_read(path);
	}
	unlink(path);
	return n;
}

/* What `-M machine args` gives its guest; 0 where there is no QEMU. */
__attribute__((unused)) static size_t dtb_from_qemu(const char *type, const char *args)
{
	char path[] = "/tmp/loft-dtb-XXXXXX", command[256];
	int fd = mkstemp(path);
	size_t n = 0;

	if (fd < 0)
		return 0;
	close(fd);
	snprintf(command, sizeof(command),
		 "qemu-system-aarch64 -M %s,dumpdtb=%s -display none %s >/dev/null 2>&1", type,
		 path, args);
	if (system(command) == 0)
		n = dtb_read(path);
	unlink(path);
	return n;
}
