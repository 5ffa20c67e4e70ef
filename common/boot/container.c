// SPDX-License-Identifier: BSD-2-Clause
#include "common/boot/container.h"

#include <errno.h>
#include <string.h>

#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/packed.h"

#define PAGE     (4 * KIB)
#define ANYWHERE (~(paddr_t)0)

int container_hold(paddr_t at, uint64_t size, const char *owner, struct why *why)
{
	const struct mem_range *is = memmap_owner(&machine.mem, at, size);
	int rc;

	if (is && !(is->flags & MEM_LOADED) && is->start <= at &&
	    mem_range_last(is) - at >= size - 1)
		return 0; /* it was unpacked to there */
	rc = memmap_claim(&machine.mem, at, size, MEM_LOADED, owner, why);
	if (rc)
		return rc;
	memmap_release(&machine.mem, at);
	return memmap_claim(&machine.mem, at, size, 0, owner, why);
}

int container_take(struct boot *b, uint64_t size, const char *owner, const uint8_t **bytes,
		   struct why *why)
{
	paddr_t at = (paddr_t)b->source->mem;
	int rc;

	if (size > b->source->size)
		return refuse(why, -ENODATA,
			      "%s: truncated: the %s has 0x%llx bytes, 0x%llx are there",
			      b->source->name, owner, (unsigned long long)size,
			      (unsigned long long)b->source->size);
	*bytes = b->source->mem;
	if (at)
		return container_hold(at, size, owner, why);
	rc = memmap_alloc(&machine.mem, size, PAGE, true, ANYWHERE, 0, owner, &at, why);
	if (rc)
		return rc;
	*bytes = (const uint8_t *)at;
	return source_read(b->source, 0, (void *)at, size, why);
}

bool container_verify(void)
{
	const char *verify = env_get("verify");

	return !verify || !(*verify == 'n' || *verify == 'N' || *verify == '0');
}

int container_boot_kernel(struct boot *b, const struct container_kernel *kernel, struct why *why)
{
	const struct packing *packing;
	struct source packed;

	b->raw = kernel->raw;
	source_mem(&b->member, kernel->name, kernel->data, kernel->size);
	b->source = &b->member;
	if (!kernel->packing || !strcmp(kernel->packing, "none"))
		return 0;
	packing = packing_find(kernel->packing);
	if (!packing)
		return refuse(why, -ENOTSUP,
			      "%s: packed with '%.20s', which this Loft does not unpack",
			      kernel->name, kernel->packing);
	packed = b->member;
	return packed_unwrap(packing, &packed, (struct packed_part){ 0, packed.size, true },
			     &b->member, why);
}

void container_ramdisk(struct boot *b, const uint8_t *data, uint64_t size)
{
	if (!b->initrd.size && !b->req->initrd_from_qfw)
		b->initrd = (struct piece){ (paddr_t)data, size };
}

int container_copy(struct boot *b, const char *name, const uint8_t *data, uint64_t size, paddr_t to,
		   struct why *why)
{
	int rc;

	if (b->copy_count == BOOT_COPIES_MAX)
		return refuse(why, -E2BIG, "%s: more than %u files with a place of their own", name,
			      BOOT_COPIES_MAX);
	rc = memmap_claim(&machine.mem, to, size, MEM_KEEP | MEM_RECLAIM, name, why);
	if (!rc)
		b->copy[b->copy_count++] = (struct boot_copy){ data, { to, size } };
	return rc;
}

int container_cmdline(struct boot *b, const char *text, uint64_t size, bool add, const char *owner,
		      struct why *why)
{
	const bool said = b->req->bootargs || env_get("bootargs") || b->cmdline_added;
	uint64_t count = 0, at = 0;

	while (count < size && text[count])
		count++;
	while (count && (unsigned char)text[count - 1] <= ' ')
		count--;
	if (!count || (said && !add))
		return 0;
	if (said)
		at = strlen(b->bootargs);
	if (at && at < sizeof(b->bootargs) - 1)
		b->bootargs[at++] = ' ';
	if (count >= sizeof(b->bootargs) - at)
		return refuse(why, -E2BIG,
			      "%s: a command line of 0x%llx bytes, the limit is 0x%llx", owner,
			      (unsigned long long)count,
			      (unsigned long long)(sizeof(b->bootargs) - 1 - at));
	memcpy(b->bootargs + at, text, count);
	b->bootargs[at + count] = '\0';
	b->cmdline_added = true;
	return 0;
}
