// SPDX-License-Identifier: BSD-2-Clause
/* A boot request, from "these bytes" to the kernel: what is common to every format. */
#include "common/boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/boot_state.h"
#include "common/env.h"
#include "common/fdt.h"
#include "common/image.h"
#include "common/qfw.h"
#include "lib/gunzip.h"

/* One at a time; large, so not on the stack. */
static struct boot boot;

int boot_alloc(struct piece *piece, uint64_t size, uint64_t align, uint32_t flags, const char *owner, struct why *why)
{
	int rc = memmap_alloc(&machine.mem, size, align, true, ~UINT64_C(0), flags, owner, &piece->start, why);

	piece->size = rc ? 0 : size;
	return rc;
}

/* The -append of QEMU's command line, then the environment, then what the machine's tree says already. */
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
		return refuse(why, -E2BIG, "bootargs are %zu bytes, the limit is %zu", strlen(args), sizeof(boot.bootargs) - 1);
	strcpy(boot.bootargs, args);
	return 0;
}

int boot_initrd(struct boot *b, paddr_t limit_last, struct why *why)
{
	const struct boot_request *req = b->req;
	uint64_t size = req->initrd_from_qfw ? qfw_initrd_size() : req->initrd_size;
	const struct mem_range *owner;
	int rc;

	if (!size) {
		/* The one that an earlier loader left, and named in the tree. */
		b->initrd = (struct piece){ machine.initrd_start, machine.initrd_end - machine.initrd_start };
		return 0;
	}
	if (req->initrd_from_qfw) {
		rc = memmap_alloc(&machine.mem, size, 4 * KIB, true, limit_last, MEM_LOADED, "initrd", &b->initrd.start, why);
		if (rc || req->dry_run)
			return rc;
		b->initrd.size = size;
		return qfw_initrd_read((void *)b->initrd.start, why);
	}
	b->initrd = (struct piece){ req->initrd_start, size };
	owner = memmap_owner(&machine.mem, req->initrd_start, size);
	if (owner && owner->flags & MEM_LOADED && owner->start == req->initrd_start)
		return 0; /* what a load put there, and the map knows it already */
	return memmap_claim(&machine.mem, req->initrd_start, size, MEM_LOADED, "initrd", why);
}

/* gzip: unpacked into memory of its own, and from there on as if it had come that way. */
static int boot_unpack(struct source *packed, struct source *unpacked, struct why *why)
{
	static const uint64_t most = GIB;
	struct piece file = { 0 }, out;
	uint64_t hint, size;
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
	/* In memory its end may not be known: then the trailer tells nothing, and the free memory is the limit. */
	rc = gunzip_hint(bytes, packed->size, most, &hint, why);
	if (rc)
		return rc;
	rc = boot_alloc(&out, MAX(hint, UINT64_C(1)), 4 * KIB, 0, "unpacked kernel", why);
	if (!rc)
		rc = gunzip((void *)out.start, out.size, bytes, packed->size, &size, why);
	if (file.size)
		memmap_release(&machine.mem, file.start);
	if (rc)
		return rc;
	printf("   Uncompressed size: %llu = 0x%llx\n", (unsigned long long)size, (unsigned long long)size);
	source_mem(unpacked, "unpacked kernel", (const void *)out.start, size);
	return 0;
}

static int boot_try(struct why *why)
{
	static struct source unpacked;
	const struct image_format *format;
	int rc = boot_args(why);

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
	if (format->kind == IMAGE_GZIP)
		return refuse(why, -ENOEXEC, "%s: gzip inside gzip", boot.req->source->name);
	if (boot.req->want_elf && format->kind != IMAGE_ELF)
		return refuse(why, -ENOEXEC, "%s is an %s, not an ELF file", boot.req->source->name, format->name);
	if (boot.req->want_image && format->kind != IMAGE_LINUX)
		return refuse(why, -ENOEXEC, "%s is an %s, not an arm64 Image", boot.req->source->name, format->name);
	return format->kind == IMAGE_ELF ? boot_elf(&boot, why) : boot_linux(&boot, why);
}

int boot_run(struct boot_request *req, struct why *why)
{
	static struct memmap before;
	int rc;

	memset(&boot, 0, sizeof(boot));
	boot.req = req;
	boot.source = req->source;
	before = machine.mem;
	rc = boot_try(why);
	if (rc || !req->load_only)
		machine.mem = before; /* refused, or a dry run: nobody took anything */
	return rc;
}
