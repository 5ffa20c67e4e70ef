// SPDX-License-Identifier: BSD-2-Clause
/* A boot request, from "these bytes" to the kernel: what is common to every format. */
#define LOG_NAME "boot"
#include "common/boot/boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/console/bootstage.h"
#include "common/handoff/state.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/image.h"
#include "common/console/log.h"
#include "common/source/qfw.h"
#include "lib/base/crc32.h"
#include "lib/pack/gunzip.h"
#include "lib/base/log.h"

/* One at a time; large, so not on the stack. */
static struct boot boot __noinit;
static bool boot_begun; /* it holds something */

/*
 * The tables that boot made stay where they were when their memory is free again: nothing is taken
 * from a later boot, and this number tells whether somebody has written there since.
 */
static uint32_t planned_crc;

int boot_alloc(struct piece *piece, uint64_t size, uint64_t align, uint32_t flags,
	       const char *owner, struct why *why)
{
	int rc = memmap_alloc(&machine.mem, size, align, true, ~UINT64_C(0), flags, owner,
			      &piece->start, why);

	piece->size = rc ? 0 : size;
	return rc;
}

/*
 * The -append of QEMU's command line, then the environment, then what the machine's tree says
 * already.
 */
static int boot_args(struct why *why)
{
	const char *args = boot.req->bootargs;

	if (!args)
		args = env_get("bootargs");
	if (!args)
		args = machine.bootargs;
	if (!args)
		args = "";
	if (strlen(args) >= sizeof(boot.bootargs))
		return refuse(why, -E2BIG, "bootargs are %zu bytes, the limit is %zu", strlen(args),
			      sizeof(boot.bootargs) - 1);
	memcpy(boot.bootargs, args, strlen(args) + 1);
	return 0;
}

/* Bytes of the ramdisk that QEMU was given; 0: none. */
static uint64_t qfw_initrd(void)
{
	return IS_ENABLED(CONFIG_FW_CFG) ? qfw_initrd_size() : 0;
}

/* A load that is in the map already, or bytes that somebody put into memory without a word. */
static int claim_present(struct piece piece, const char *owner, struct why *why)
{
	const struct mem_range *is = memmap_owner(&machine.mem, piece.start, piece.size);

	if (is && is->flags & MEM_LOADED && is->start <= piece.start &&
	    mem_range_last(is) - piece.start >= piece.size - 1)
		return 0;
	return memmap_claim(&machine.mem, piece.start, piece.size, MEM_LOADED, owner, why);
}

int boot_claim_file(struct boot *b, uint64_t size, struct why *why)
{
	paddr_t at = (paddr_t)b->source->mem;
	const struct mem_range *is = memmap_owner(&machine.mem, at, size);

	if (!b->source->mem)
		return 0;
	/*
	 * What begins behind the file's start is somebody else's: the size of an Image counts its
	 * .bss as well.
	 */
	b->file = (struct piece){ at, is && is->start > at ? MIN(size, is->start - at) : size };
	if (is && is->start <= at)
		return 0;
	return memmap_claim(&machine.mem, at, b->file.size, MEM_LOADED, "kernel file", why);
}

int boot_claim_kernel(struct boot *b, paddr_t start, uint64_t size, const char *owner,
		      struct why *why)
{
	paddr_t at = b->file.start;
	uint64_t left = b->file.size;
	int rc = memmap_claim(&machine.mem, start, size, MEM_LOADED, owner, why);

	while (!rc && left) {
		const struct mem_range *is = memmap_owner(&machine.mem, at, left);
		uint64_t gap = !is ? left : is->start > at ? is->start - at : 0;
		uint64_t step = gap ? gap : MIN(left, mem_range_last(is) - at + 1);

		if (gap)
			rc = memmap_claim(&machine.mem, at, gap, MEM_LOADED, "kernel file", why);
		at += step;
		left -= step;
	}
	return rc;
}

/*
 * A ramdisk that lies in memory: the one that the command names, or the one that an earlier loader
 * named in the tree. Claimed before the kernel's place is chosen, so that the kernel keeps off it.
 */
static int claim_initrd(struct why *why)
{
	const struct boot_request *req = boot.req;

	if (req->initrd_from_qfw && qfw_initrd())
		return 0;
	boot.initrd = req->initrd_size
			      ? (struct piece){ req->initrd_start, req->initrd_size }
			      : (struct piece){ machine.initrd_start,
						machine.initrd_end - machine.initrd_start };
	return boot.initrd.size ? claim_present(boot.initrd, "initrd", why) : 0;
}

int boot_fetch_initrd(struct boot *b, paddr_t limit_last, struct why *why)
{
	uint64_t size = b->req->initrd_from_qfw ? qfw_initrd() : 0;
	int rc;

	if (b->initrd.size && b->initrd.start + (b->initrd.size - 1) > limit_last)
		return refuse(why, -ERANGE, "initrd ends at 0x%llx, this kernel reaches to 0x%llx",
			      (unsigned long long)(b->initrd.start + b->initrd.size),
			      (unsigned long long)limit_last);
	if (b->initrd.size || !size)
		return 0;
	rc = memmap_alloc(&machine.mem, size, 4 * KIB, true, limit_last, MEM_LOADED, "initrd",
			  &b->initrd.start, why);
	if (rc)
		return rc;
	b->initrd.size = size;
	return b->req->dry_run || !IS_ENABLED(CONFIG_FW_CFG)
		       ? 0
		       : qfw_initrd_read((void *)b->initrd.start, why);
}

/*
 * Room for what a gzip file unpacks to. A file in memory has no end that anybody knows, so its
 * trailer cannot be found: the largest power of two that is free serves.
 */
static int unpack_room(const struct source *packed, const void *bytes, struct piece *out,
		       struct why *why)
{
	uint64_t size = GIB;
	int rc;

	if (!packed->mem) {
		rc = gunzip_hint(bytes, packed->size, GIB, &size, why);
		return rc ? rc
			  : boot_alloc(out, MAX(size, UINT64_C(1)), 4 * KIB, 0, "unpacked kernel",
				       why);
	}
	do {
		rc = boot_alloc(out, size, 4 * KIB, 0, "unpacked kernel", why);
		size /= 2;
	} while (rc && size >= MIB);
	return rc;
}

/* gzip: unpacked into memory of its own, and from there on as if it had come that way. */
static int boot_unpack(struct source *packed, struct source *unpacked, struct why *why)
{
	struct piece file = { 0 }, out;
	uint64_t size, begun;
	const void *bytes = packed->mem;
	int rc;

	if (!bytes) {
		rc = boot_alloc(&file, packed->size, 4 * KIB, 0, "gzip file", why);
		if (!rc)
			rc = source_read(packed, 0, (void *)file.start, packed->size, why);
		if (rc)
			return rc;
		bytes = (const void *)file.start;
	}
	rc = unpack_room(packed, bytes, &out, why);
	begun = bootstage_begin();
	if (!rc)
		rc = gunzip((void *)out.start, out.size, bytes, packed->size, &size, why);
	bootstage_end("gunzip", begun);
	if (file.size)
		memmap_release(&machine.mem, file.start);
	if (rc)
		return rc;
	memmap_release(&machine.mem, out.start);
	rc = memmap_claim(&machine.mem, out.start, MAX(size, UINT64_C(1)), 0, "unpacked kernel",
			  why);
	if (rc)
		return rc;
	printf("   Uncompressed size: %llu = 0x%llx\n", (unsigned long long)size,
	       (unsigned long long)size);
	source_mem(unpacked, "unpacked kernel", (const void *)out.start, size);
	return 0;
}

static int boot_try(struct why *why)
{
	static struct source unpacked;
	const struct image_format *format;
	int rc = boot_args(why);

	if (!rc)
		rc = claim_initrd(why);
	if (!rc)
		rc = image_identify(boot.source, &format, why);
	if (!rc && format->kind == IMAGE_GZIP) {
		rc = boot_unpack(boot.source, &unpacked, why);
		boot.source = &unpacked;
		if (!rc)
			rc = image_identify(boot.source, &format, why);
	}
	if (rc)
		return rc;
	log_info("%s: %s, 0x%llx bytes", boot.source->name, format->name,
		 (unsigned long long)boot.source->size);
	if (format->kind == IMAGE_GZIP)
		return refuse(why, -ENOEXEC, "%s: gzip inside gzip", boot.req->source->name);
	if (boot.req->want_elf && format->kind != IMAGE_ELF)
		return refuse(why, -ENOEXEC, "%s is an %s, not an ELF file", boot.req->source->name,
			      format->name);
	if (boot.req->want_image && format->kind != IMAGE_LINUX)
		return refuse(why, -ENOEXEC, "%s is an %s, not an arm64 Image",
			      boot.req->source->name, format->name);
	if (boot.req->want_zimage && format->kind != IMAGE_ZIMAGE)
		return refuse(why, -ENOEXEC, "%s is an %s, not a zImage", boot.req->source->name,
			      format->name);
	if (IS_ENABLED(CONFIG_AARCH32) && format->kind == IMAGE_ZIMAGE)
		return boot_zimage(&boot, why);
	return format->kind == IMAGE_ELF ? boot_elf(&boot, why) : boot_linux(&boot, why);
}

static uint32_t tables_crc(void)
{
	uint32_t crc = crc32(0, (const void *)boot.tables.start, boot.tables.size);

	return crc32(crc, (const void *)boot.low_tables.start, boot.low_tables.size);
}

const struct boot *boot_planned(struct why *why)
{
	if (!boot_begun || !boot.handoff.page)
		refuse(why, -ENOENT, "no kernel with an MMU is planned: bootelf -n first");
	else if (tables_crc() != planned_crc)
		refuse(why, -ENOENT, "the planned tables were written over: bootelf -n again");
	else
		return &boot;
	return NULL;
}

int boot_run(struct boot_request *req, struct why *why)
{
	static struct memmap before;
	bool captured = IS_ENABLED(CONFIG_LOG) && log_capturing(true);
	int rc;

	bootstage_mark("kernel found");
	memset(&boot, 0, sizeof(boot));
	boot_begun = true;
	boot.req = req;
	boot.source = req->source;
	before = machine.mem;
	rc = boot_try(why);
	if (rc || !req->load_only)
		machine.mem = before; /* refused, or a dry run: nobody took anything */
	planned_crc = tables_crc();
	if (IS_ENABLED(CONFIG_LOG))
		log_capturing(captured);
	return rc;
}
