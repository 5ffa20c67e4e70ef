// SPDX-License-Identifier: BSD-2-Clause
/*
 * Code without a header: its container says where it goes, or QEMU's habit. Entered as Linux would
 * be, with a stack, and vectors that report its early faults.
 */
#include <errno.h>

#include "arch/cpu.h"
#include "common/boot/parts.h"
#include "common/console/bootstage.h"
#include "common/fdt/fdt.h"
#include "lib/base/span.h"

static int check_entry(const struct boot *b, struct why *why)
{
	const struct boot_raw *raw = &b->raw;

	if (raw->entry < raw->load || !span_fits(b->source->size, raw->entry - raw->load, 4))
		return refuse(why, -EINVAL,
			      "%s: its entry 0x%llx is not in its 0x%llx bytes at 0x%llx",
			      b->source->name, (unsigned long long)raw->entry,
			      (unsigned long long)b->source->size, (unsigned long long)raw->load);
	if (raw->entry % 4)
		return refuse(why, -EINVAL, "%s: its entry 0x%llx is not a multiple of 4",
			      b->source->name, (unsigned long long)raw->entry);
	return 0;
}

static int boot_raw(struct boot *b, struct why *why)
{
	const uint64_t size = b->source->size;
	int rc = check_entry(b, why);

	b->entry_el = cpu_el();
	if (!rc)
		rc = memmap_claim(&machine.mem, b->raw.load, size, MEM_LOADED, "kernel", why);
	if (!rc)
		rc = boot_early_report(b, why);
	if (!rc)
		rc = boot_fetch_initrd(b, ~UINT64_C(0), why);
	if (!rc)
		rc = boot_fdt(b, why);
	if (rc)
		return rc;
	boot_unmapped(b, b->raw.entry);
	if (boot_report(b, b->req->dry_run))
		return refuse(why, -EINVAL, "the hand-off report has a FAIL: nothing is entered");
	if (b->req->dry_run)
		return 0;
	rc = boot_checked(b, why);
	if (!rc)
		rc = source_read(b->source, 0, (void *)b->raw.load, size, why);
	if (rc)
		return rc;
	bootstage_mark("loaded");
	b->written[b->written_count++] = (struct load_range){ b->raw.load, size };
	boot_linux_go(b);
}

const struct image_kernel boot_raw_kernel = { .name = "kernel", .boot = boot_raw };
