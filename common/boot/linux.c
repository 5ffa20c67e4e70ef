// SPDX-License-Identifier: BSD-2-Clause
/* Linux arm64 Images: the Linux boot requirements, MMU off, at EL2 where there is one. */
#include <errno.h>
#include <stdio.h>

#include "arch/cpu.h"
#include "common/console/bootstage.h"
#include "common/boot/parts.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/linux.h"

/* The ramdisk lies within the 32 GiB, counted from a 1 GiB boundary, that hold the kernel. */
static paddr_t initrd_last(paddr_t kernel)
{
	paddr_t base = ALIGN_DOWN(kernel, GIB);

	return base > ~UINT64_C(0) - 32 * GIB ? ~UINT64_C(0) : base + (32 * GIB - 1);
}

void boot_linux_go(struct boot *b)
{
	if (b->initrd.size)
		printf("   Loading Ramdisk to %llx, end %llx ... OK\n",
		       (unsigned long long)b->initrd.start,
		       (unsigned long long)(b->initrd.start + b->initrd.size));
	printf("   Loading Device Tree to %llx, end %llx ... OK\n",
	       (unsigned long long)b->fdt.start, (unsigned long long)(b->fdt.start + b->fdt.size));
	printf("\nStarting kernel ...\n\n");
	boot_go(b);
}

/* Linux needs neither, and would lose the memory: only where somebody asks for it. */
static int early_report(struct boot *b, struct why *why)
{
	return env_is_yes("early_report") ? boot_early_report(b, why) : 0;
}

static int boot_linux(struct boot *b, struct why *why)
{
	struct linux_image image;
	struct linux_plan plan;
	int rc = image_linux_header(b->source, &image, why);

	b->entry_el = cpu_el();
	if (!rc)
		rc = image_linux_plan(b->source, &image, &machine.mem, &plan, why);
	if (!rc)
		rc = boot_claim_file(b, plan.copy, why);
	if (!rc)
		rc = boot_claim_kernel(b, plan.load, plan.size, "Image", why);
	if (!rc)
		rc = early_report(b, why);
	if (!rc)
		rc = boot_fetch_initrd(b, initrd_last(plan.load), why);
	if (!rc)
		rc = boot_fdt(b, why);
	if (rc)
		return rc;
	boot_unmapped(b, plan.load);
	if (boot_report(b, b->req->dry_run))
		return refuse(why, -EINVAL, "the hand-off report has a FAIL: nothing is entered");
	if (b->req->dry_run)
		return 0;
	rc = boot_checked(b, why);
	if (!rc)
		rc = source_read(b->source, 0, (void *)plan.load, plan.copy, why);
	if (rc)
		return rc;
	bootstage_mark("loaded");
	/* All of image_size: Linux writes its .bss and first tables with the D-cache off. */
	b->written[b->written_count++] = (struct load_range){ plan.load, plan.size };
	boot_linux_go(b);
}

IMAGE_KERNEL(kernel_linux) = {
	.name = "arm64 Image",
	.magic = { 0x38, 4, "ARM\x64" },
	.boot = boot_linux,
};
