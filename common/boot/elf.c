// SPDX-License-Identifier: BSD-2-Clause
/* ELF kernels: headers, note, place, then mapped or unmapped. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/el2.h"
#include "common/console/bootstage.h"
#include "common/console/console.h"
#include "common/boot/modules.h"
#include "common/boot/parts.h"
#include "common/fdt/fdt.h"
#include "common/gdb/gdb.h"
#include "lib/base/types.h"

#define SYMBOLS_MAX   (16 * MIB)
#define SEGMENT_OWNER "kernel segment "

/* The command line's values go before the note's. */
static int merge_params(struct boot *b, struct why *why)
{
	const struct boot_request *req = b->req;
	int rc = note_read(b->source, &b->elf, &b->params, why);

	if (rc)
		return rc;
	b->code_decides = !b->params.given && !(req->params.given & ~BIT(LOFT_NOTE_ENTRY_EL));
	boot_params_merge(&b->params, &req->params);
	boot_params_apply(&b->params);
	if (req->unmapped && req->mapped)
		return refuse(why, -EINVAL, "-u and -V exclude each other");
	if (req->mapped && boot_params_get(&b->params, LOFT_NOTE_FLAGS, 0) & LOFT_FLAG_UNMAPPED)
		b->params.value[LOFT_NOTE_FLAGS] &= ~LOFT_FLAG_UNMAPPED;
	if (req->unmapped)
		boot_params_add_flag(&b->params, LOFT_FLAG_UNMAPPED);
	if (req->allow_wx)
		boot_params_add_flag(&b->params, LOFT_FLAG_ALLOW_WX);
	b->flags = boot_params_get(&b->params, LOFT_NOTE_FLAGS, 0);
	return boot_params_check(&b->params, CONFIG_KERNEL_GRANULE, why);
}

static bool is_linked_in_dram(const struct boot *b)
{
	if (!elf_is_pie(&b->elf) || !elf_is_low(&b->elf) || b->elf.pa_lowest < 4 * KIB)
		return false;
	for (unsigned i = 0; i < b->elf.segment_count; i++)
		if (!memmap_is_dram(&machine.mem, b->elf.segment[i].paddr, b->elf.segment[i].memsz))
			return false;
	return true;
}

/*
 * Who maps, Loft or the kernel? The note and the command line say it; where there is neither, the
 * kernel's first instructions do (common/image/entry_code.h).
 */
static int look_at_code(struct boot *b, struct why *why)
{
	/* A static PIE of the lower half can be mapped in the upper one. */
	bool high = b->elf.entry & BIT(55) || elf_is_pie(&b->elf);
	int rc;

	if (b->req->mapped && !high)
		return refuse(
			why, -EINVAL,
			"-V: e_entry 0x%llx is in the low half; -o FLAGS=IDENTITY maps such a kernel",
			(unsigned long long)b->elf.entry);
	if (!b->code_decides || b->req->mapped) {
		b->code_decides = false;
		return 0;
	}
	rc = entry_code_walk(b->source, &b->elf, b->elf.entry, &b->code, why);
	b->code_decides = high && !b->req->unmapped;
	if (!rc && b->code_decides && b->code.ttbr) {
		boot_params_add_flag(&b->params, LOFT_FLAG_UNMAPPED);
		b->flags |= LOFT_FLAG_UNMAPPED;
	} else if (is_linked_in_dram(b)) { /* at a physical address, as an ET_EXEC there */
		boot_params_add_flag(&b->params, LOFT_FLAG_UNMAPPED);
		b->flags |= LOFT_FLAG_UNMAPPED;
		b->code_decides = false;
	}
	return rc;
}

/* In one line: what the code said, and the option that says otherwise. */
static void say_code(const struct boot *b)
{
	if (!b->code.ttbr && b->code_decides && b->code.walked == ENTRY_CODE_MAX)
		printf("   no msr to a TTBR in its first %u instructions: mapped (-u: MMU off, "
		       "it maps itself)\n",
		       b->code.walked);
	if (!b->code.ttbr || (!b->code_decides && !b->code_takes_el1))
		return;
	printf("   msr %s at 0x%llx: this kernel maps itself", b->code.ttbr,
	       (unsigned long long)b->code.at);
	if (b->code_decides)
		printf(", MMU off (-V: mapped all the same)");
	if (b->code_takes_el1)
		printf("%s it does not know EL2: EL1 (-e 2: EL2)", b->code_decides ? ";" : ",");
	printf("\n");
}

/*
 * Where a static PIE runs: as linked if that is high; else at VIRT_START + its place, or, with no
 * map of the upper half, at its place. From here on it is as though it had been linked there.
 */
static int move_pie(struct boot *b, struct why *why)
{
	uint64_t phys = b->place.displacement, virt = 0;

	if (!elf_is_pie(&b->elf))
		return 0;
	if (elf_is_low(&b->elf)) {
		virt = phys - b->elf.distance;
		if (b->entry.mode == ELF_MAPPED)
			virt += boot_params_get(&b->params, LOFT_NOTE_VIRT_START,
						CONFIG_KERNEL_VIRT_START);
	} else if (phys) { /* no AT(): its distance says nothing of VIRT_START */
		b->elf.same_distance = false;
	}
	elf_move(&b->elf, virt, 0, phys);
	b->entry.va += virt;
	b->entry.pa += phys;
	b->place.displacement = 0;
	return elf_relocs_check(b->source, &b->elf, &b->relocs, console_ctrlc, why);
}

static int check_slide(const struct boot *b, struct why *why)
{
	if (!(b->flags & LOFT_FLAG_RANDOM_SLIDE))
		return 0;
	if (!IS_ENABLED(CONFIG_RANDOM_SLIDE))
		return refuse(why, -ENOTSUP, "RANDOM_SLIDE: this Loft was built without");
	if (!elf_is_pie(&b->elf))
		return refuse(
			why, -EINVAL,
			"RANDOM_SLIDE: this kernel is no static PIE, it runs where it is linked");
	if (b->entry.mode != ELF_MAPPED)
		return refuse(why, -EINVAL,
			      "RANDOM_SLIDE: this kernel is not mapped in the high half");
	return 0;
}

/* What `bootelf -l` loaded is replaced, not in the way: in a dry run, too, for one answer. */
static void drop_segments(void)
{
	unsigned int i = 0;

	while (i < machine.mem.owned_count) {
		const struct mem_range *r = &machine.mem.owned[i];

		if (strncmp(r->owner, SEGMENT_OWNER, sizeof(SEGMENT_OWNER) - 1) ||
		    memmap_release(&machine.mem, r->start))
			i++;
	}
}

static int claim_segments(struct boot *b, struct why *why)
{
	for (unsigned i = 0; i < b->elf.segment_count; i++) {
		const struct elf_segment *s = &b->elf.segment[i];
		char owner[MEM_OWNER_SIZE];
		int rc;

		snprintf(owner, sizeof(owner), SEGMENT_OWNER "%u %s", (unsigned)s->phdr,
			 elf_segment_kind(s));
		rc = boot_claim_kernel(b, place_pa(&b->place, s), s->memsz, owner, why);
		if (rc)
			return rc;
	}
	return 0;
}

/* Names for an early fault.  They are a courtesy: where there is no room, there are none. */
static int load_names(struct boot *b, struct why *why)
{
	struct elf_symbols *s = &b->symbols;
	uint64_t size;
	int rc;

	if (!elf_symbols_find(b->source, &b->elf, s) || s->symtab.size > SYMBOLS_MAX ||
	    s->strtab.size > SYMBOLS_MAX) {
		s->symtab.size = s->strtab.size = 0;
		return 0;
	}
	size = ALIGN_UP(s->symtab.size, 8) + s->strtab.size;
	rc = boot_alloc(&b->names, ALIGN_UP(size, 4 * KIB), 4 * KIB, MEM_KEEP | MEM_RECLAIM,
			"kernel symbols", why);
	if (rc) {
		s->symtab.size = s->strtab.size = 0;
		return 0;
	}
	rc = source_read(b->source, s->symtab.offset, (void *)b->names.start, s->symtab.size, why);
	if (!rc)
		rc = source_read(b->source, s->strtab.offset,
				 (char *)b->names.start + ALIGN_UP(s->symtab.size, 8),
				 s->strtab.size, why);
	return rc;
}

static int enter_el(struct boot *b, struct why *why)
{
	unsigned el = cpu_el();

	b->entry_el = 1;
	if (b->entry.mode == ELF_UNMAPPED && !boot_params_has(&b->params, LOFT_NOTE_ENTRY_EL)) {
		b->code_takes_el1 =
			el == 2 && b->code.ttbr && !b->code.knows_el2 && el2_is_usable();
		b->entry_el = b->code_takes_el1 ? 1 : el;
	}
	if (boot_params_get(&b->params, LOFT_NOTE_ENTRY_EL, 1) == 2)
		b->entry_el = 2;
	if (b->entry.mode == ELF_UNMAPPED && b->flags & LOFT_FLAG_PARK_SECONDARIES)
		return refuse(why, -EINVAL,
			      "PARK_SECONDARIES: this kernel is entered unmapped, CPUs are parked "
			      "in a kernel's map only");
	if (b->entry_el > el)
		return refuse(why, -ENOTSUP,
			      "ENTRY_EL 2: Loft runs at EL1, EL2 is not reachable from there "
			      "(QEMU: -M virt,virtualization=on)");
	if (b->entry_el < el && !el2_is_usable())
		return refuse(
			why, -ENOTSUP,
			"ENTRY_EL 1: HCR_EL2.E2H is fixed at 1 on this CPU, kernels are entered at EL2 only");
	return 0;
}

static int load(struct boot *b, struct why *why)
{
	int rc = elf_load(b->source, &b->elf, &b->place, b->written, &b->written_count, why);

	if (!rc && elf_is_pie(&b->elf))
		rc = elf_relocs_apply(b->source, &b->elf, &b->relocs, why);
	if (!rc && b->req->load_only) {
		if (IS_ENABLED(CONFIG_GDB))
			boot_names(b);
		for (unsigned i = 0; i < b->written_count; i++)
			cache_clean_inval_poc((const void *)b->written[i].start,
					      b->written[i].size);
	}
	return rc;
}

/* A linker that was told only where the code goes puts the file's headers elsewhere. */
static void leave_headers_out(struct elf_image *image)
{
	uint32_t outside = 0;
	unsigned count = 0;

	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct elf_segment *s = &image->segment[i];

		if (!(image->headers >> i & 1) || memmap_is_dram(&machine.mem, s->paddr, s->memsz))
			continue;
		outside |= UINT32_C(1) << i;
		count++;
	}
	if (!count || count == image->segment_count)
		return;
	for (unsigned i = 0; i < image->segment_count; i++)
		if (outside >> i & 1)
			printf("   segment %u at 0x%llx is not in DRAM, and left out: only headers "
			       "and notes of the file\n",
			       image->segment[i].phdr, (unsigned long long)image->segment[i].paddr);
	elf_leave_out(image, outside);
}

static int boot_elf(struct boot *b, struct why *why)
{
	bool mapped;
	int rc = elf_read(b->source, &b->elf, why);

	if (!rc && IS_ENABLED(CONFIG_MODULES) && b->module_count)
		rc = modules_keep(b, why);
	if (!rc)
		leave_headers_out(&b->elf);
	if (!rc)
		rc = merge_params(b, why);
	if (!rc && IS_ENABLED(CONFIG_RANDOM_SLIDE) && b->flags & LOFT_FLAG_RANDOM_SLIDE &&
	    !elf_is_pie(&b->elf) && !elf_is_low(&b->elf))
		b->elf.pie = elf_relocs_pie(b->source, &b->elf);
	if (!rc && !b->req->load_only)
		rc = look_at_code(b, why);
	if (!rc && !b->req->load_only)
		rc = elf_entry(&b->elf, b->flags, &b->entry, why);
	if (!rc)
		rc = enter_el(b, why);
	if (!rc)
		rc = boot_claim_file(b, MIN(b->elf.file_end, b->source->size), why);
	if (!rc)
		drop_segments();
	if (!rc)
		rc = place_plan(b->source, &b->elf, b->entry.mode, &machine.mem, &b->place, why);
	if (!rc)
		rc = move_pie(b, why);
	if (!rc)
		rc = check_slide(b, why);
	if (rc)
		return rc;
	if (b->req->load_only) {
		rc = claim_segments(b, why);
		return rc ? rc : load(b, why);
	}

	/*
	 * Before the segments are claimed: the hand-over's memory must not be where the file still
	 * is.
	 */
	mapped = b->entry.mode != ELF_UNMAPPED;
	if (b->req->gdb && !mapped)
		return refuse(why, -ENOTSUP,
			      "-g: a kernel that is entered with the MMU off has none of Loft's "
			      "vectors, and cannot be stopped");
	rc = mapped ? boot_mapped(b, why) : boot_early_report(b, why);
	if (!rc)
		rc = claim_segments(b, why);
	if (!rc)
		rc = boot_fetch_initrd(b, ~UINT64_C(0), why);
	/* Before the tree, which says that they are reserved. */
	if (!rc && !b->req->dry_run)
		rc = load_names(b, why);
	if (!rc)
		rc = boot_fdt(b, why);
	if (rc)
		return rc;
	if (!mapped)
		boot_unmapped(b, b->entry.pa + b->place.displacement);
	say_code(b);
	if (elf_is_pie(&b->elf))
		printf("   static PIE: %llu relocations, runs at 0x%llx, placed at 0x%llx\n",
		       (unsigned long long)b->relocs.count, (unsigned long long)b->elf.va_lowest,
		       (unsigned long long)b->elf.pa_lowest);
	if (boot_report(b, b->req->dry_run))
		return refuse(why, -EINVAL, "the hand-off report has a FAIL: nothing is entered");
	if (b->req->dry_run)
		return 0;
	rc = boot_checked(b, why);
	if (!rc)
		rc = load(b, why);
	if (rc)
		return rc;
	bootstage_mark("loaded");
	if (IS_ENABLED(CONFIG_GDB) && b->req->gdb)
		gdb_announce();
	if (b->place.displaced && !elf_is_pie(&b->elf))
		printf("   linked without AT(): placed at 0x%llx, linear map at 0x%llx\n",
		       (unsigned long long)(b->elf.pa_lowest + b->place.displacement),
		       (unsigned long long)b->plan.virt_start);
	printf("## Starting application at 0x%08llx ... (%s, EL%u)\n",
	       (unsigned long long)b->handoff.entry, mapped ? "mapped" : "MMU off", b->entry_el);
	boot_go(b);
}

IMAGE_KERNEL(kernel_elf) = {
	.name = "ELF file",
	.magic = { 0, 4, "\177ELF" },
	.boot = boot_elf,
};
