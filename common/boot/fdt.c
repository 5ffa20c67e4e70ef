// SPDX-License-Identifier: BSD-2-Clause
/*
 * The device tree that a kernel gets: the facts, its place, and a copy at the base of DRAM for
 * kernels that look there.
 */
#include <errno.h>
#include <string.h>

#include "arch/cpu.h"
#include "common/console/video.h"
#include "common/console/bootstage.h"
#include "common/handoff/smp.h"
#include "common/handoff/spin.h"
#include "common/boot/parts.h"
#include "common/mem/home.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/fdt/finish.h"
#include "common/fdt/walk.h"
#include "common/handoff/rng.h"

#define NS_PER_S UINT64_C(1000000000)

static uint64_t boot_time_ns(void)
{
	uint64_t ticks = cpu_ticks(), hz = cpu_ticks_hz();

	return hz ? ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz : 0;
}

/*
 * Seeds that the tree has come fresh from whoever made it; only where one lacks is a source of
 * entropy looked for.
 */
static void add_seeds(struct fdt_facts *facts, uint8_t kaslr[FDT_KASLR_SEED_SIZE],
		      uint8_t rng[FDT_RNG_SEED_SIZE])
{
	bool own_tree = facts->fdt == machine.fdt;

	if (!(own_tree && machine.has_kaslr_seed) && !rng_fill(kaslr, FDT_KASLR_SEED_SIZE))
		facts->kaslr_seed = kaslr;
	if (!(own_tree && machine.has_rng_seed) && !rng_fill(rng, FDT_RNG_SEED_SIZE))
		facts->rng_seed = rng;
}

/*
 * A tree that the user brought is often a board's, whose /memory is empty, or another machine's.
 * Two ways to say that it is right as it stands.
 */
static bool takes_machine_memory(const void *tree)
{
	int chosen;

	if (tree == machine.fdt || env_is_yes("fdt_keep_memory"))
		return false;
	chosen = fdt_walk_path(tree, "/chosen", strlen("/chosen"));
	return chosen < 0 || !fdt_walk_has(tree, chosen, LOFT_FDT_KEEP_MEMORY);
}

static void add_map(const struct boot *b, struct fdt_facts *facts)
{
	facts->mapped = true;
	facts->virt_start = b->plan.virt_start;
	facts->va_bits = b->plan.va_bits;
	facts->granule = b->plan.granule;
	facts->ttbr1 = b->tables.start; /* with IDENTITY the same tables stand in TTBR0 */
	facts->tcr = b->kernel_regs.tcr;
	facts->mair = b->kernel_regs.mair;
	facts->secondary_entry = boot_cpus_entry(b);
}

/*
 * The copy at the lowest DRAM address: asked for, it must be possible; otherwise it is there when
 * nothing else wants the
 * place.  Linux Images get none: they take x0.
 */
static int place_low(struct boot *b, uint64_t room, struct why *why)
{
	paddr_t base = machine.mem.bank[0].start;
	bool must = b->flags & LOFT_FLAG_FDT_AT_DRAM_BASE;
	struct why reason;
	int rc;

	if (!b->elf.segment_count)
		return 0;
	if (!base || base % MAX(b->plan.granule, 4 * (uint32_t)KIB))
		return must ? refuse(why, -EINVAL,
				     "FDT_AT_DRAM_BASE: DRAM begins at 0x%llx, where Loft maps nothing",
				     (unsigned long long)base)
			    : 0;
	rc = memmap_claim(&machine.mem, base, room, MEM_KEEP | MEM_RECLAIM, "FDT at DRAM base",
			  &reason);
	if (rc)
		return must ? refuse(why, rc, "FDT_AT_DRAM_BASE: %.200s", reason.text) : 0;
	b->fdt_low = (struct piece){ base, room };
	return 0;
}

static uint64_t place_of(const struct boot *b, enum boot_place place)
{
	switch (place) {
	case BOOT_PLACE_KERNEL:
		return b->elf.pa_lowest + b->place.displacement;
	case BOOT_PLACE_INITRD:
		return b->initrd.start;
	case BOOT_PLACE_FDT:
		return b->fdt.start;
	case BOOT_PLACE_END:
		return b->elf.pa_last + b->place.displacement + 1;
	default:
		return 0;
	}
}

int boot_fdt(struct boot *b, struct why *why)
{
	bool mapped = b->tables.size != 0;
	uint8_t kaslr[FDT_KASLR_SEED_SIZE], rng[FDT_RNG_SEED_SIZE];
	const void *tree = b->tree ? b->tree : machine.fdt;
	struct fdt_facts facts = {
		.mailbox = boot_cpus_mailbox,
		.mailbox_of = b,
		.mailbox_count = boot_cpus_mailboxes(b),
		.fdt = tree,
		.mem = &machine.mem,
		.machine_memory = takes_machine_memory(tree),
		.bootargs = b->bootargs,
		.initrd_start = b->initrd.start,
		.initrd_end = b->initrd.start + b->initrd.size,
		.boot_el = loft.entry_el,
		.monitor = loft.entry_el == 3,
		.spin_table = IS_ENABLED(CONFIG_SPIN_TABLE) && spin_table_is_monitors(tree),
		.boot_time_ns = boot_time_ns(),
		.placed = b->place.displaced || elf_is_pie(&b->elf),
		.relocated = elf_is_pie(&b->elf),
		.kernel_virt = ALIGN_DOWN(b->elf.va_lowest,
					  boot_params_get(&b->params, LOFT_NOTE_GRANULE,
							  (uint64_t)CONFIG_KERNEL_GRANULE)),
		.module = b->module,
		.module_count = b->module_count,
		.multiboot = b->module_count && !b->elf.segment_count,
		.framebuffer = IS_ENABLED(CONFIG_VIDEO) ? video_made : NULL,
		.bootstage_size = IS_ENABLED(CONFIG_BOOTSTAGE) ? BOOTSTAGE_JSON : 0,
		.bootstage_at = &b->bootstage_at,
		.kernel_phys = b->elf.pa_lowest + b->place.displacement,
	};
	uint32_t used;
	uint64_t room;
	int rc;

	b->keeps_memory = tree != machine.fdt && !facts.machine_memory;
	bootstage_mark("planned");
	if (mapped)
		add_map(b, &facts);
	add_seeds(&facts, kaslr, rng);
	room = ALIGN_UP(fdt_finish_room(&facts, 2), 4 * KIB);
	rc = memmap_alloc(&machine.mem, room, 4 * KIB, true,
			  b->fdt_last ? b->fdt_last : ~UINT64_C(0),
			  mapped ? MEM_KEEP | MEM_RECLAIM : 0, "FDT", &b->fdt.start, why);
	if (b->tree_claimed) /* all that may lie over it is written after it was read */
		memmap_release(&machine.mem, (paddr_t)tree);
	if (!rc)
		rc = place_low(b, room, why);
	if (!rc)
		rc = fdt_finish_tree((void *)b->fdt.start, room, &facts, &used, why);
	if (rc)
		return rc;
	b->fdt.size = used;
	if (b->fdt_low.size && !b->req->dry_run) {
		b->fdt_low.size = used;
		memcpy((void *)b->fdt_low.start, (const void *)b->fdt.start, used);
	}
	b->handoff.x[0] = b->fdt.start;
	if (mapped)
		b->handoff.x[1] = b->plan.virt_start + b->fdt.start;
	for (unsigned i = 0; i < BOOT_REGS; i++) {
		if (b->req->reg_given & BIT(i))
			b->handoff.x[i] = b->req->reg_place[i] ? place_of(b, b->req->reg_place[i])
							       : b->req->reg[i];
	}
	return 0;
}
