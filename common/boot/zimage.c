// SPDX-License-Identifier: BSD-2-Clause
/* Linux for AArch32: its boot requirements, in Supervisor mode. BOOT-PROTOCOL section 8. */
#include <errno.h>
#include <string.h>

#include "common/console/bootstage.h"
#include "common/fdt/fdt.h"
#include "common/handoff/aarch32.h"
#include "common/boot/parts.h"
#include "common/image/zimage.h"

/*
 * Unpackers look right behind themselves for a device tree: what a former load left there is none.
 */
#define NO_TREE_SIZE 64

static int claim(struct boot *b, const struct zimage *image, const struct zimage_plan *plan,
		 struct why *why)
{
	int rc = boot_claim_file(b, image->size, why);

	if (!rc)
		rc = boot_claim_kernel(b, plan->unpack, plan->unpack_size, "unpacked zImage", why);
	return rc ? rc : boot_claim_kernel(b, plan->load, plan->size, "zImage", why);
}

/* Memory below the first boundary of 128 MiB does not exist for the kernel. */
static int check_low(const struct boot *b, const struct zimage_plan *plan, struct why *why)
{
	const struct piece *low = b->fdt.start < plan->base ? &b->fdt : &b->initrd;

	if (!low->size || low->start >= plan->base)
		return 0;
	return refuse(why, -ERANGE,
		      "%s at 0x%llx is below 0x%llx, where this kernel's memory begins",
		      low == &b->fdt ? "FDT" : "initrd", (unsigned long long)low->start,
		      (unsigned long long)plan->base);
}

static int load(struct boot *b, const struct zimage *image, const struct zimage_plan *plan,
		struct why *why)
{
	int rc = source_read(b->source, 0, (void *)plan->load, image->size, why);

	if (rc)
		return rc;
	memset((char *)plan->load + image->size, 0, NO_TREE_SIZE);
	/* The unpacker writes its first tables with the D-cache off. */
	b->written[b->written_count++] = (struct load_range){ plan->load, plan->size };
	b->written[b->written_count++] = (struct load_range){ plan->unpack, plan->unpack_size };
	return 0;
}

static int boot_zimage(struct boot *b, struct why *why)
{
	struct zimage image;
	struct zimage_plan plan;
	int rc = zimage_header(b->source, &image, why);

	if (!rc)
		rc = boot_aarch32_check(why);
	if (!rc)
		rc = zimage_plan(b->source, &image, &machine.mem, &plan, why);
	if (!rc)
		rc = claim(b, &image, &plan, why);
	if (!rc)
		rc = boot_aarch32(b, plan.load, why);
	if (!rc)
		rc = boot_fetch_initrd(b, plan.last, why);
	b->fdt_last = plan.last;
	if (!rc)
		rc = boot_fdt(b, why);
	if (!rc)
		rc = check_low(b, &plan, why);
	if (rc)
		return rc;
	boot_aarch32_registers(b);
	if (boot_report(b, b->req->dry_run))
		return refuse(why, -EINVAL, "the hand-off report has a FAIL: nothing is entered");
	if (b->req->dry_run)
		return 0;
	rc = boot_checked(b, why);
	if (!rc)
		rc = load(b, &image, &plan, why);
	if (rc)
		return rc;
	bootstage_mark("loaded");
	boot_aarch32_below(b);
	boot_linux_go(b);
}

IMAGE_KERNEL(kernel_zimage) = {
	.name = "AArch32 zImage",
	.magic = { 0x24, 4, "\x18\x28\x6f\x01" },
	.boot = boot_zimage,
};
