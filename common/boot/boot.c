// SPDX-License-Identifier: BSD-2-Clause
/* A boot request, from "these bytes" to the kernel: what is common to every format. */
#define LOG_NAME "boot"
#include "common/boot/boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/console/bootstage.h"
#include "common/boot/android.h"
#include "common/boot/modules.h"
#include "common/boot/options.h"
#include "common/boot/parts.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/flat.h"
#include "common/image/image.h"
#include "common/image/rollback.h"
#include "common/image/trust.h"
#include "common/console/log.h"
#include "common/source/qfw.h"
#include "lib/base/crc32.h"
#include "lib/base/span.h"
#include "lib/pack/uimage.h"
#include "lib/base/log.h"

/* One at a time; large, so not on the stack. */
static struct boot boot __noinit;
static bool boot_begun; /* it holds something */

/*
 * The tables that boot made stay where they were when their memory is free again: nothing is taken
 * from a later boot, and this number tells whether somebody has written there since.
 */
static uint32_t planned_crc;

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

uint64_t boot_initrd_size(paddr_t addr)
{
	struct uimage image;
	uint64_t vendor = IS_ENABLED(CONFIG_ANDROID) ? android_vendor_size(addr) : 0;

	if (vendor)
		return vendor;
	if (!IS_ENABLED(CONFIG_UIMAGE) || !memmap_is_dram(&machine.mem, addr, UIMAGE_HEADER_SIZE) ||
	    !uimage_is((const void *)addr) || uimage_parse((const void *)addr, UINT64_MAX, &image))
		return 0;
	return UIMAGE_HEADER_SIZE + (uint64_t)image.size;
}

/* mkimage's header in front of a ramdisk is the loader's: the kernel gets what is behind it. */
static int take_header_off(struct piece *initrd, struct why *why)
{
	struct uimage image;

	if (!IS_ENABLED(CONFIG_UIMAGE) || initrd->size < UIMAGE_HEADER_SIZE ||
	    !uimage_is((const void *)initrd->start))
		return 0;
	if (uimage_parse((const void *)initrd->start, UINT64_MAX, &image))
		return refuse(why, -EILSEQ, "initrd: its uImage header has a wrong checksum");
	if (image.type != UIMAGE_TYPE_RAMDISK)
		return refuse(why, -EINVAL, "initrd: a uImage of the type %s, not a ramdisk",
			      uimage_type_name(image.type));
	if (image.size > initrd->size - UIMAGE_HEADER_SIZE)
		return refuse(
			why, -ENODATA,
			"initrd: truncated: its uImage header says 0x%x bytes, 0x%llx are there",
			image.size, (unsigned long long)initrd->size - UIMAGE_HEADER_SIZE);
	printf("## Loading init Ramdisk from Legacy Image at %08llx ...\n",
	       (unsigned long long)initrd->start);
	initrd->start += UIMAGE_HEADER_SIZE;
	initrd->size = image.size;
	return 0;
}

/*
 * A ramdisk that lies in memory: the one that the command names, or the one that an earlier loader
 * named in the tree. Claimed before the kernel's place is chosen, so that the kernel keeps off it.
 */
static int claim_initrd(struct why *why)
{
	const struct boot_request *req = boot.req;
	int rc;

	if (req->initrd_from_qfw && qfw_initrd())
		return 0;
	boot.initrd = req->initrd_size
			      ? (struct piece){ req->initrd_start, req->initrd_size }
			      : (struct piece){ machine.initrd_start,
						machine.initrd_end - machine.initrd_start };
	if (!boot.initrd.size)
		return 0;
	rc = claim_present(boot.initrd, "initrd", why);
	return rc ? rc : take_header_off(&boot.initrd, why);
}

/* The tree that the command names, until a copy of it is made. */
static int claim_tree(struct why *why)
{
	paddr_t at = (paddr_t)boot.tree;
	struct why unsaid;
	uint64_t size;

	if (!at || boot.tree == machine.fdt || fdt_extent(boot.tree, &size, &unsaid) ||
	    memmap_owner(&machine.mem, at, size) || !memmap_is_dram(&machine.mem, at, size))
		return 0;
	boot.tree_claimed = true;
	return memmap_claim(&machine.mem, at, size, MEM_LOADED, "FDT given", why);
}

int boot_fetch_initrd(struct boot *b, paddr_t limit_last, struct why *why)
{
	uint64_t size = b->req->initrd_from_qfw ? qfw_initrd() : 0;
	int rc;

	if (b->initrd.size && span_end(b->initrd.start, b->initrd.size - 1) > limit_last)
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
	if (b->req->dry_run || !IS_ENABLED(CONFIG_FW_CFG))
		return 0;
	rc = qfw_initrd_read((void *)b->initrd.start, why);
	return rc ? rc : take_header_off(&b->initrd, why);
}

int boot_checked(const struct boot *b, struct why *why)
{
	bootstage_mark("checked");
	return IS_ENABLED(CONFIG_ROLLBACK) ? rollback_raise(b->version, why) : 0;
}

/* What no signature covers, before any of it is looked at. */
static int check_unsigned(struct why *why)
{
	const struct boot_request *req = boot.req;
	struct image_format format;
	int rc;

	if (!trust_required())
		return 0;
	if (req->initrd_size || machine.initrd_end != machine.initrd_start ||
	    (req->initrd_from_qfw && qfw_initrd()))
		return trust_refuse("a ramdisk beside the FIT", why);
	if (req->module_count)
		return trust_refuse("a module beside the FIT", why);
	if (req->fdt)
		return trust_refuse("a device tree beside the FIT", why);
	if (IS_ENABLED(CONFIG_LOCKED) && req->bootargs)
		return trust_refuse("a command line beside the FIT", why);
	rc = image_identify(boot.source, &format, why);
	if (!rc && (!format.kernel || strcmp(format.kernel->name, "FIT")))
		rc = trust_refuse(boot.source->name, why);
	return rc;
}

/* Layer by layer to what is in them. */
static int peel(const struct image_kernel **kernel, struct why *why)
{
	int rc = image_unwrap(boot.source, &boot.parcels, kernel, why);

	boot.source = image_inner(&boot.parcels, boot.source);
	return rc;
}

/* No header: is there a place for that, and may it be code? */
static bool is_flat(void)
{
	uint8_t head[FLAT_HEAD_SIZE];

	if (!boot.req->flat.kernel || source_read(boot.source, 0, head, sizeof(head), NULL) ||
	    !flat_is_code(head))
		return false;
	boot.raw = boot.req->flat;
	printf("   no header: code, placed at 0x%llx as QEMU places it\n",
	       (unsigned long long)boot.raw.load);
	return true;
}

/* And out of its container, to a kernel. */
static int unwrap(const struct image_kernel **kernel, struct why *why)
{
	int rc = peel(kernel, why);

	if (rc == -ENOEXEC && is_flat()) {
		*kernel = boot.raw.kernel;
		rc = 0;
	}
	if (rc || !(*kernel)->open)
		return rc;
	if (boot.req->want && !(*kernel)->any)
		return refuse(why, -ENOEXEC, "%s is a %s, which bootm boots", boot.source->name,
			      (*kernel)->name);
	rc = (*kernel)->open(&boot, why);
	if (rc || boot.done)
		return rc;
	rc = peel(kernel, why);
	if (!rc && (*kernel)->open)
		return refuse(why, -ENOEXEC, "%s: a %s inside another", boot.source->name,
			      (*kernel)->name);
	if (rc == -ENOEXEC && boot.raw.kernel) {
		*kernel = boot.raw.kernel;
		rc = 0;
	}
	return rc;
}

/* To a kernel, which knows how it is booted. */
static int boot_try(struct why *why)
{
	const struct image_kernel *kernel;
	int rc = boot_args(why);

	if (!rc)
		rc = check_unsigned(why);
	if (!rc)
		rc = claim_initrd(why);
	if (!rc)
		rc = claim_tree(why);
	if (!rc && IS_ENABLED(CONFIG_MODULES) && boot.req->module_count)
		rc = modules_claim(&boot, why);
	if (!rc)
		rc = unwrap(&kernel, why);
	if (rc || boot.done)
		return rc;
	if (trust_required() && !boot.trusted)
		return trust_refuse(boot.source->name, why);
	log_info("%s: %s, 0x%llx bytes", boot.source->name, kernel->name,
		 (unsigned long long)boot.source->size);
	if (boot.req->want && strcmp(boot.req->want, kernel->name))
		return refuse(why, -ENOEXEC, "%s is an %s, not an %s", boot.req->source->name,
			      kernel->name, boot.req->want);
	return kernel->boot(&boot, why);
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
	rc = req->overlay_count ? boot_options_overlays(req, why) : 0;
	boot.tree = req->fdt;
	if (!rc)
		rc = boot_try(why);
	if (rc || !req->load_only)
		machine.mem = before; /* refused, or a dry run: nobody took anything */
	planned_crc = tables_crc();
	if (IS_ENABLED(CONFIG_LOG))
		log_capturing(captured);
	return rc;
}
