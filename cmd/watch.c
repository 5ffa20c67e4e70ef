/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: boot a kernel whenever its file has changed. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/boot/boot.h"
#include "common/shell/cmd.h"
#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/handoff/return.h"
#include "common/source/hostfs.h"
#include "lib/base/crc32.h"

#define CHUNK	   (64 * KIB)
#define LOOK_TICKS 50 /* between two looks */
#define TICK_US	   10000

/* A file as it was at one look. */
struct look {
	uint64_t size;
	uint32_t crc;
};

static bool is_same(const struct look *a, const struct look *b)
{
	return a->size == b->size && a->crc == b->crc;
}

/* Size and CRC; a file that is not there, or shrinks meanwhile, is no reason to stop. */
static int look(const char *name, char *buffer, struct look *out, struct why *why)
{
	struct source source;
	int err = hostfs_source(&source, name, why);

	if (err)
		return err;
	*out = (struct look){ .size = source.size };
	for (uint64_t at = 0; at < source.size && !err; at += CHUNK) {
		uint64_t n = MIN(source.size - at, CHUNK);

		err = source_read(&source, at, buffer, n, why);
		if (!err)
			out->crc = crc32(out->crc, buffer, n);
	}
	return err;
}

static bool interrupted(void)
{
	for (unsigned ticks = LOOK_TICKS; ticks; ticks--) {
		if (console_ctrlc())
			return true;
		udelay(TICK_US);
	}
	return false;
}

/*
 * Until the file is another than @last, and the same twice: a linker that still writes has not
 * finished.
 */
static int wait_change(const char *name, char *buffer, const struct look *last, struct look *now,
		       struct why *why)
{
	struct look before = { .size = ~UINT64_C(0) };

	for (;;) {
		int err = look(name, buffer, now, why);

		if (err == -ENODEV || err == -EINTR)
			return err;
		if (!err && now->size && !is_same(now, last) && is_same(now, &before))
			return 0;
		before = err ? (struct look){ .size = ~UINT64_C(0) } : *now;
		if (interrupted())
			return -EINTR;
	}
}

static int boot_file(const char *name, struct why *why)
{
	struct source source;
	struct boot_request req = { .source = &source };
	int err = hostfs_source(&source, name, why);

	return err ? err : boot_run(&req, why);
}

/* What the next run of Loft goes on with, should the kernel come back. */
static void keep(const char *name, const struct look *now)
{
	struct return_watch *w;

	if (!IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return;
	w = return_watch();
	snprintf(w->name, sizeof(w->name), "%s", now && strlen(name) < sizeof(w->name) ? name : "");
	w->size = now ? now->size : 0;
	w->crc = now ? now->crc : 0;
}

/* The file as the kernel was that has just come back, where it is that one. */
static struct look kept(const char *name)
{
	struct look none = { .size = ~UINT64_C(0) };
	const struct return_watch *w;

	if (!IS_ENABLED(CONFIG_RETURN_TO_LOADER))
		return none;
	w = return_watch();
	if (strcmp(w->name, name))
		return none;
	printf("watch: waiting for %s to change; Ctrl-C ends\n", name);
	return (struct look){ w->size, w->crc };
}

static int watch_file(const char *name, char *buffer, struct why *why)
{
	struct look last = kept(name), now;

	for (;;) {
		int err = wait_change(name, buffer, &last, &now, why);

		if (err)
			return err;
		keep(name, &now);
		printf("watch: %s, %" PRIu64 " bytes, crc32 %08" PRIx32 "\n", name, now.size,
		       now.crc);
		err = boot_file(name, why);
		printf("watch: %s\nwatch: waiting for it to change; Ctrl-C ends\n", why->text);
		last = now;
	}
}

static int watch_hostfs(const char *name, struct why *why)
{
	paddr_t buffer;
	int err;

	if (!IS_ENABLED(CONFIG_HOSTFS))
		return refuse(why, -ENOTSUP, "this Loft was built without hostfs");
	if (!name)
		return refuse(why, -EINVAL, "hostfs: which file?");
	err = memmap_alloc(&machine.mem, CHUNK, 4 * KIB, true, ~UINT64_C(0), 0, "watch", &buffer,
			   why);
	if (err)
		return err;
	err = watch_file(name, (char *)buffer, why);
	memmap_release(&machine.mem, buffer);
	keep(name, NULL);
	return err;
}

static int watch(const char *what, const char *name, struct why *why)
{
	if (!strcmp(what, "hostfs"))
		return watch_hostfs(name, why);
	if (!strcmp(what, "qfw"))
		return refuse(why, -ENOTSUP,
			      "qfw: QEMU reads -kernel once, when it starts, and never again; "
			      "start it with -semihosting and watch hostfs FILE");
	if (!strcmp(what, "tftp"))
		return refuse(why, -ENOTSUP, "tftp: this Loft has no network");
	return CMD_USAGE;
}

static int do_watch(int argc, char *const argv[])
{
	struct why why = { "" };
	int err;

	if (argc < 2)
		return CMD_USAGE;
	err = watch(argv[1], argc > 2 ? argv[2] : NULL, &why);
	if (err < 0 && err != -EINTR)
		printf("watch: %s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_watch) = {
	.name = "watch",
	.max_args = 3,
	.run = do_watch,
	.brief = "boot a kernel whenever its file changes",
	.usage =
		"hostfs file\n"
		"	- boot a file of the host (QEMU's -semihosting): now, and where it is refused or\n"
		"	  comes back, again when it has changed. Ctrl-C ends",
};
