/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of the boot step only: one boot in the making.  boot.c owns the one instance.
 */
#pragma once

#include "arch/arm64/handoff/handoff.h"
#include "arch/arm64/pgtable/pgtable.h"
#include "common/boot/boot.h"
#include "common/image/elf.h"
#include "common/map/map.h"
#include "common/map/plan.h"
#include "common/map/place.h"

#define BOOTARGS_MAX 4096

/** struct piece - memory that was allocated for the hand-over; size 0: none was needed */
struct piece {
	paddr_t start;
	uint64_t size;
};

/**
 * struct boot - everything known of the kernel that is about to be entered
 *
 * Filled from top to bottom; nothing outside of it and the memory map is written before elf_load()
 * or its like.
 */
struct boot {
	const struct boot_request *req;
	struct source *source;
	char bootargs[BOOTARGS_MAX];
	struct piece file;   /* bytes of the source that lie in memory and are still to be read */
	struct piece initrd;

	/* ELF kernels */
	struct elf_image elf;
	struct elf_entry entry;
	struct boot_params params;
	uint64_t flags; /* LOFT_FLAG_* */
	struct placement place;
	struct elf_symbols symbols;

	/* kernels that are entered mapped */
	struct map_request map_request;
	struct map_plan plan;
	struct map_loft loft_el1; /* Loft's own map once more, for its fault reports at EL1 */
	struct piece vectors, tables, low_tables, el1_tables, stub, stack, names;
	struct piece cpus; /* size 0: no other CPUs come through Loft */
	unsigned cpu_count;
	struct pt_arena arena, low_arena, el1_arena;
	struct pt high, low, el1;
	struct mmu_regs kernel_regs, switch_regs, el1_regs;

	/* every kernel */
	struct piece fdt, fdt_low;
	uint32_t bootstage_at; /* in both */
	paddr_t fdt_last; /* the FDT ends here or below; 0: anywhere */
	struct load_range written[ELF_SEGMENTS_MAX + 4];
	unsigned written_count;
	unsigned entry_el;
	struct handoff handoff;
};

/**
 * boot_fdt() - the kernel's device tree, in boot->fdt
 * Errors: -ENOSPC; the sentence says what does not fit
 */
int __must_check boot_fdt(struct boot *boot, struct why *why);

/** boot_alloc() - memory for the hand-over, at the top of DRAM; errors as memmap_alloc() */
int __must_check boot_alloc(struct piece *piece, uint64_t size, uint64_t align, uint32_t flags,
			    const char *owner, struct why *why);

/**
 * boot_claim_file() - the source's bytes, where they lie in memory, belong to it until they have
 * been read
 * @size: how many of them count
 *
 * QEMU's -device loader puts bytes into memory without a word.
 */
int __must_check boot_claim_file(struct boot *boot, uint64_t size, struct why *why);

/**
 * boot_claim_kernel() - memory that the kernel's bytes go to
 *
 * The file keeps what of it is outside: a claim over a part of a load drops the whole of it, but
 * the rest is yet to be read when the ramdisk and the device tree look for a place.
 */
int __must_check boot_claim_kernel(struct boot *boot, paddr_t start, uint64_t size,
				   const char *owner, struct why *why);

/**
 * boot_fetch_initrd() - bring the ramdisk of QEMU's command line into DRAM
 * @limit_last: it must end at or below this address
 *
 * One that lies in memory was claimed before the kernel looked for its place; here only its address
 * is checked.
 */
int __must_check boot_fetch_initrd(struct boot *boot, paddr_t limit_last, struct why *why);

/** boot_elf(), boot_linux(), boot_zimage() - by the kind of the source; as boot_run() */
int __must_check boot_elf(struct boot *boot, struct why *why);
int __must_check boot_linux(struct boot *boot, struct why *why);
int __must_check boot_zimage(struct boot *boot, struct why *why);

/** boot_linux_go() - boot_go(), and what U-Boot says before it */
void __attribute__((noreturn)) boot_linux_go(struct boot *boot);

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

/** boot_names() - what a fault report, and gdbinfo, call the kernel's addresses */
void boot_names(const struct boot *boot);

/** boot_unmapped() - enter at a physical address with the MMU off, at boot->entry_el */
void boot_unmapped(struct boot *boot, paddr_t entry);

/**
 * boot_report() - the hand-off report: registers, mappings, owners, and a line for each promise
 * that can be read back
 * @print: false: only check, and print nothing but a FAIL
 *
 * Return: promises that do not hold
 */
unsigned boot_report(const struct boot *boot, bool print);

/**
 * boot_audit() - its last part only: a line for each promise
 *
 * Return: promises that do not hold
 */
unsigned boot_audit(const struct boot *boot, bool print);

/**
 * boot_planned() - the boot that was made last and not entered: a dry run, or one that was refused
 * late
 *
 * Return: NULL, and the sentence, where none has page tables, or they were written over since.
 */
const struct boot *boot_planned(struct why *why);

/**
 * boot_go() - quiesce, clean, set up EL2, leave
 *
 * After it there is no way back but the early vectors'.
 */
void __attribute__((noreturn)) boot_go(struct boot *boot);
