// SPDX-License-Identifier: BSD-2-Clause
#include "common/source/hostfs.h"

#include <errno.h>
#include <string.h>

#include "arch/debug.h"
#include "common/console/console.h"
#include "common/source/progress.h"

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_READ = 0x06, SYS_SEEK = 0x0a, SYS_FLEN = 0x0c };

#define MODE_RB 1
#define PIECE	(64 * KIB)

/* Return: what the host answers, -1 for an error of its; @there: somebody answered at all */
static int64_t call(unsigned operation, const uint64_t *parameters, bool *there)
{
	uint64_t result;

	__asm__ volatile("" : : "r"(parameters) : "memory"); /* written before the host reads */
	*there = !guarded_semihost(operation, (uint64_t)parameters, &result);
	__asm__ volatile("" : : : "memory");
	/* The result is an int of the host's, in 32 or 64 bits. */
	return *there ? (int64_t)(int32_t)result : -1;
}

static int64_t open_file(const char *name, bool *there)
{
	const uint64_t p[] = { (uint64_t)name, MODE_RB, strlen(name) };

	return call(SYS_OPEN, p, there);
}

static void close_file(int64_t file)
{
	const uint64_t p[] = { (uint64_t)file };
	bool there;

	(void)call(SYS_CLOSE, p, &there);
}

static int read_file(int64_t file, uint64_t off, void *dst, uint64_t len)
{
	const uint64_t seek[] = { (uint64_t)file, off };
	const uint64_t read[] = { (uint64_t)file, (uint64_t)dst, len };
	bool there;

	if (call(SYS_SEEK, seek, &there) < 0)
		return -EIO;
	return call(SYS_READ, read, &there) ? -EIO : 0; /* bytes that were not read */
}

/* In pieces, so that a person sees how far it is, and can end it. */
static int read_pieces(int64_t file, uint64_t off, char *dst, uint64_t len)
{
	struct progress progress = progress_begin();
	int rc = 0;

	for (uint64_t done = 0, piece; done < len && !rc; done += piece) {
		piece = MIN(len - done, PIECE);
		rc = console_ctrlc() ? -EINTR : read_file(file, off + done, dst + done, piece);
		progress_step(&progress, done + piece, len);
	}
	console_fresh_line();
	return rc;
}

static int host_read(struct source *source, uint64_t off, void *dst, uint64_t len)
{
	bool there;
	int64_t file = open_file(source->name, &there);
	int rc;

	if (file < 0)
		return -ENOENT;
	rc = read_pieces(file, off, dst, len);
	close_file(file);
	return rc;
}

int hostfs_source(struct source *source, const char *name, struct why *why)
{
	bool there;
	int64_t file = open_file(name, &there), size;

	if (!there)
		return refuse(why, -ENODEV,
			      "hostfs: nobody answers semihosting calls: QEMU wants -semihosting");
	if (file < 0)
		return refuse(why, -ENOENT, "hostfs: the host does not open '%s'", name);
	size = call(SYS_FLEN, (const uint64_t[]){ (uint64_t)file }, &there);
	close_file(file);
	if (size < 0)
		return refuse(why, -EIO, "hostfs: '%s' has no size below 2 GiB", name);
	*source = (struct source){ .name = name, .size = (uint64_t)size, .read = host_read };
	return 0;
}
