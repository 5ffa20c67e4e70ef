// SPDX-License-Identifier: BSD-2-Clause
#include "common/source/hostfs.h"

#include <errno.h>
#include <string.h>

#include "arch/debug.h"
#include "common/console/console.h"
#include "common/source/progress.h"

enum {
	SYS_OPEN = 0x01,
	SYS_CLOSE = 0x02,
	SYS_WRITE = 0x05,
	SYS_READ = 0x06,
	SYS_SEEK = 0x0a,
	SYS_FLEN = 0x0c
};

#define MODE_RB	      1
#define MODE_RB_PLUS  3 /* reads and writes what is there */
#define MODE_WB	      5 /* makes it anew */
#define PIECE	      (64 * KIB)

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

static int64_t open_file(const char *name, unsigned mode, bool *there)
{
	const uint64_t p[] = { (uint64_t)name, mode, strlen(name) };

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
	int64_t file = open_file(source->name, MODE_RB, &there);
	int rc;

	if (file < 0)
		return -ENOENT;
	rc = read_pieces(file, off, dst, len);
	close_file(file);
	return rc;
}

static int refuse_absent(struct why *why)
{
	return refuse(why, -ENODEV,
		      "hostfs: nobody answers semihosting calls: QEMU wants -semihosting");
}

int hostfs_source(struct source *source, const char *name, struct why *why)
{
	bool there;
	int64_t file = open_file(name, MODE_RB, &there), size;

	if (!there)
		return refuse_absent(why);
	if (file < 0)
		return refuse(why, -ENOENT, "hostfs: the host does not open '%s'", name);
	size = call(SYS_FLEN, (const uint64_t[]){ (uint64_t)file }, &there);
	close_file(file);
	if (size < 0)
		return refuse(why, -EIO, "hostfs: '%s' has no size below 2 GiB", name);
	*source = (struct source){ .name = name, .size = (uint64_t)size, .read = host_read };
	return 0;
}

static int write_file(int64_t file, const char *bytes, uint64_t size, uint64_t pos)
{
	const uint64_t seek[] = { (uint64_t)file, pos };
	struct progress progress = progress_begin();
	bool there;

	if (pos && call(SYS_SEEK, seek, &there) < 0)
		return -EIO;
	for (uint64_t done = 0, piece; done < size; done += piece) {
		const uint64_t write[] = { (uint64_t)file, (uint64_t)(bytes + done),
					   MIN(size - done, PIECE) };

		piece = write[2];
		if (console_ctrlc())
			return -EINTR;
		if (call(SYS_WRITE, write, &there)) /* bytes that were not written */
			return -EIO;
		progress_step(&progress, done + piece, size);
	}
	progress_end(&progress, "written", size);
	return 0;
}

int hostfs_save(const char *name, const void *bytes, uint64_t size, uint64_t pos, struct why *why)
{
	bool there;
	int64_t file = open_file(name, pos ? MODE_RB_PLUS : MODE_WB, &there);
	int err;

	if (!there)
		return refuse_absent(why);
	if (file < 0)
		return refuse(why, -EACCES, "hostfs: the host does not open '%s' to write", name);
	err = write_file(file, bytes, size, pos);
	close_file(file);
	if (err == -EINTR)
		return refuse(why, err, "hostfs: '%s': stopped by Ctrl-C", name);
	return err ? refuse(why, err, "hostfs: '%s' did not take all bytes", name) : 0;
}

int hostfs_move(const char *name, bool write, void *bytes, uint64_t size, uint64_t pos)
{
	bool there;
	const int64_t file = open_file(name, write ? MODE_RB_PLUS : MODE_RB, &there);
	const uint64_t seek[] = { (uint64_t)file, pos };
	const uint64_t move[] = { (uint64_t)file, (uint64_t)bytes, size };
	int err = 0;

	if (file < 0)
		return there ? -EACCES : -ENODEV;
	/* the second answers with bytes that were not moved */
	if (call(SYS_SEEK, seek, &there) < 0 || call(write ? SYS_WRITE : SYS_READ, move, &there))
		err = -EIO;
	close_file(file);
	return err;
}
