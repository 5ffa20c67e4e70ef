/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/handoff: the last steps before a kernel, what stays beside it, and the ways back.
 * In:    a boot: image, map, memory
 * Out:   the jump, other CPUs included; reports of early faults, gdb, Loft again
 * Uses:  map, image, source, gdb, console, fdt, mem
 */
/* One boot in the making: what common/boot fills in and common/handoff carries out. */
#pragma once

#include "arch/arm64/handoff/handoff.h"
#include "arch/arm64/pgtable/pgtable.h"
#include "common/fdt/finish.h"
#include "common/handoff/request.h"
#include "common/image/elf.h"
#include "common/image/entry_code.h"
#include "common/image/image.h"
#include "common/image/place.h"
#include "common/image/reloc.h"
#include "common/map/map.h"
#include "common/map/plan.h"
#include "common/image/place.h"

#define BOOTARGS_MAX 4096

/** struct piece - memory that was allocated for the hand-over; size 0: none was needed */
struct piece {
	paddr_t start;
	uint64_t size;
};

/** struct boot_copy - bytes that go where they belong once everything has been checked */
struct boot_copy {
	const void *from;
	struct piece to;
};

#define BOOT_COPIES_MAX 16

struct image_kernel;

/**
 * struct boot - everything known of the kernel that is about to be entered
 *
 * Filled from top to bottom; nothing outside of it and the memory map is written before elf_load()
 * or its like.
 */
struct boot {
	const struct boot_request *req;
	struct source *source; /* of the kernel itself, once it is unwrapped */
	struct image_parcels parcels;
	char bootargs[BOOTARGS_MAX];
	struct piece file; /* bytes of the source that lie in memory and are still to be read */
	struct piece initrd;
	const void *tree; /* for the kernel, from the request or a container; NULL: the machine's */
	bool tree_claimed; /* until it has been copied */

	/* what a container says */
	struct source member; /* the kernel in it */
	struct boot_raw raw;
	struct boot_copy copy[BOOT_COPIES_MAX];
	unsigned copy_count;
	struct fdt_module module[FDT_MODULES_MAX];
	unsigned module_count;
	bool cmdline_added; /* its command line is in @bootargs */
	bool done;   /* it was a program, which has returned */
	bool trusted; /* all that came out of it is what its keys' owners have signed */
	uint32_t version; /* that the signed configuration says; 0: none */
	bool loft_reports; /* an early fault, by its own vectors: boot_unmapped() */

	/* ELF kernels */
	struct elf_image elf;
	struct elf_entry entry;
	struct boot_params params;
	struct entry_code code; /* looked at where nobody says how the kernel wants to be entered */
	bool code_decides;      /* it told that the kernel maps itself, or that it does not */
	bool code_takes_el1;    /* it told that the kernel knows nothing of EL2 */
	uint64_t flags;         /* LOFT_FLAG_* */
	struct placement place;
	struct elf_relocs relocs; /* of a static PIE */
	struct elf_symbols symbols;

	/* kernels that are entered mapped */
	struct map_request map_request;
	struct map_plan plan;
	struct map_loft loft_el1; /* Loft's own map once more, for its fault reports at EL1 */
	struct piece vectors, tables, low_tables, el1_tables, stub, stack, names;
	struct piece cpus; /* size 0: no other CPUs come through Loft */
	unsigned cpu_count, cpu_frames;
	struct pt_arena arena, low_arena, el1_arena;
	struct pt high, low, el1;
	struct mmu_regs kernel_regs, switch_regs, el1_regs;

	/* every kernel */
	struct piece fdt, fdt_low;
	bool keeps_memory;     /* the tree's /memory is left as the user brought it */
	uint32_t bootstage_at; /* in both */
	paddr_t fdt_last;      /* the FDT ends here or below; 0: anywhere */
	struct load_range written[ELF_SEGMENTS_MAX + 4 + BOOT_COPIES_MAX];
	unsigned written_count;
	unsigned entry_el;
	struct handoff handoff;
};

/** boot_alloc() - memory for the hand-over, at the top of DRAM; errors as memmap_alloc() */
int __must_check boot_alloc(struct piece *piece, uint64_t size, uint64_t align, uint32_t flags,
			    const char *owner, struct why *why);

/**
 * boot_mapped() - everything that a kernel which is entered mapped needs: plan, memory, tables,
 * registers
 *
 * Writes into memory that it allocated only.  Errors: as map_plan(), memmap_alloc()
 */
int __must_check boot_mapped(struct boot *boot, struct why *why);

/**
 * boot_stub() - what stays under a kernel at EL1: at EL2 the stub, and Loft itself for the reports
 *
 * Where Loft runs at EL1 there is no stub, and a kernel may reclaim Loft.
 * Errors: as memmap_alloc()
 */
int __must_check boot_stub(struct boot *boot, struct why *why);

/**
 * boot_early_report() - what a kernel that is entered with the MMU off gets of the above: a stack,
 * and vectors that report its early faults
 *
 * Their code runs at its physical address: with the MMU off, or in a kernel's identity map.
 * Errors: as memmap_alloc(), map_loft_plan()
 */
int __must_check boot_early_report(struct boot *boot, struct why *why);

/** boot_names() - what a fault report, and gdbinfo, call the kernel's addresses */
void boot_names(const struct boot *boot);

/**
 * boot_unmapped() - enter at a physical address with the MMU off, at boot->entry_el
 *
 * A kernel that got no early vectors finds Loft's own, and their stack, as far as Loft is still
 * there: a kernel that knows nothing of Loft may use all that is not reserved.
 */
void boot_unmapped(struct boot *boot, paddr_t entry);

/**
 * boot_go() - quiesce, clean, set up EL2, leave
 *
 * After it there is no way back but the early vectors'.
 */
void __attribute__((noreturn)) boot_go(struct boot *boot);
