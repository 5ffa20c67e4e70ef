/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/mem/memmap.h"
#include "drivers/video/screen.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define FDT_KASLR_SEED_SIZE 8
#define FDT_RNG_SEED_SIZE   32

/** FDT_MODULES_MAX - files that a kernel gets beside its ramdisk, at most */
#define FDT_MODULES_MAX 16

#define FDT_MODULE_NAME_SIZE 21 /* with "module " it is an owner's name */

/** What a module is for, to Xen. */
enum fdt_module_kind { FDT_MODULE_OTHER, FDT_MODULE_KERNEL, FDT_MODULE_RAMDISK, FDT_MODULE_TREE };

/** struct fdt_module - one of them; @cmdline: NULL: it has none */
struct fdt_module {
	char name[FDT_MODULE_NAME_SIZE];
	uint8_t kind;
	paddr_t start;
	uint64_t size;
	const char *cmdline;
};

/**
 * struct fdt_facts - what a kernel is told through its device tree
 *
 * Pointers may be NULL where the comment says so; all else 0 where it does not apply.
 */
struct fdt_facts {
	const void
		*fdt; /* the tree to start from; fdt_check() is done again, within its totalsize */
	const struct memmap *mem;
	bool machine_memory; /* @fdt is another machine's, or a board's: /memory is ours */
	const char *bootargs; /* NULL: leave what the tree has */
	paddr_t initrd_start,
		initrd_end;        /* [start, end); 0, 0: none, and the tree's is taken out */
	const uint8_t *kaslr_seed; /* FDT_KASLR_SEED_SIZE bytes; NULL: leave the tree's */
	const uint8_t *rng_seed;   /* FDT_RNG_SEED_SIZE bytes; NULL: leave the tree's */
	uint64_t boot_el;          /* the EL that Loft was entered at */
	uint64_t boot_time_ns;     /* since reset */
	uint64_t secondary_entry;  /* 0: no such property */
	/* the mailbox of the nth CPU of the tree, 0 if it has none; asked for the first so many */
	uint64_t (*mailbox)(const void *mailbox_of, unsigned n);
	const void *mailbox_of;
	unsigned mailbox_count;
	bool monitor;    /* Loft's own EL3 monitor serves PSCI, by SMC ... */
	bool spin_table; /* ... and the spin table that the tree tells of */
	bool mapped;     /* the kernel is entered with the MMU on: the next six hold */
	uint64_t virt_start, va_bits, granule, ttbr1, tcr, mair;
	bool placed; /* Loft chose where the image lies: kernel_phys holds */
	uint64_t kernel_phys;
	bool relocated; /* a static PIE: kernel_virt holds */
	uint64_t kernel_virt;
	const struct fdt_module *module; /* in /reserved-memory, where they are kept, or ... */
	unsigned module_count;
	bool multiboot; /* ... in /chosen, as Xen wants them */
	const struct screen_mode *framebuffer; /* one that Loft made, NULL: none */
	uint32_t bootstage_size; /* of the text in /bootstage; 0: no such node */
	uint32_t *
		bootstage_at; /* receives where it goes, from the tree's start: it is not written */
};

/**
 * fdt_finish_room() - how many bytes fdt_finish_tree() needs at most
 * @facts: as it will be; the owned ranges may still become @more
 *
 * So that the memory can be allocated, and with it become an owned range, before the tree is made.
 */
uint64_t fdt_finish_room(const struct fdt_facts *facts, unsigned int more);

/**
 * fdt_finish_tree() - make the kernel's tree
 * @dst:   8-byte aligned, does not overlap facts->fdt
 * @room:  bytes at @dst
 * @facts: what to say
 * @used:  receives the bytes written: the tree's totalsize
 * @why:   the refusal's sentence, may be NULL
 *
 * Copies the tree and writes on the way:
 *   /chosen           the properties of BOOT-PROTOCOL.md section 4; older loft, ones are dropped
 *   /chosen/framebuffer@  simple-framebuffer, with facts->framebuffer
 *   /chosen/module@   with facts->multiboot, each module; xen,xen-bootargs
 *   /reserved-memory  a node for each MEM_KEEP range, with loft,reclaimable for MEM_RECLAIM and
 *                     no-map for MEM_NOMAP, a module's name and command line; made with the
 *                     root's cell counts where there is none
 *   /memreserve/      each MEM_KEEP range that is not MEM_RECLAIM as well: kernels that know
 *                     only that list would not give the others back
 *   /memory           the banks, where the tree has no memory node at all, or with
 *                     machine_memory, in place of its own; then the machine's own reservations
 *                     (MEM_FOREIGN) are added to /reserved-memory and /memreserve/ as well
 *   /psci             with the monitor: compatible, method; another one, which nobody serves,
 *                     is dropped
 *   /cpus/cpu         with the monitor and no spin table: enable-method "psci"; another one and
 *                     cpu-release-addr are dropped
 *                     loft,mailbox where facts->mailbox has one
 *   /bootstage        room for a text, where facts->bootstage_size says so; an older one is dropped
 * All other nodes and properties stay, in their order. (The name fdt_finish() is libfdt's.)
 *
 * Errors: -EINVAL the tree is damaged; -E2BIG it has more than FDT_SIZE_MAX bytes; -ENOSPC @room
 *         or FDT_SIZE_MAX is too little; -ERANGE an address does not fit the tree's cells.
 *         @dst then holds nothing of use.
 */
int __must_check fdt_finish_tree(void *dst, uint64_t room, const struct fdt_facts *facts,
				 uint32_t *used, struct why *why);
