/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of this room only; boot.c owns the one boot. */
#pragma once

#include "common/boot/boot.h"
#include "common/handoff/state.h"
#include "common/image/image.h"
#include "lib/base/why.h"

/**
 * boot_fdt() - the kernel's device tree, in boot->fdt
 * Errors: -ENOSPC; the sentence says what does not fit
 */
int __must_check boot_fdt(struct boot *boot, struct why *why);

/**
 * boot_checked() - nothing speaks against the boot any more: its version counts from here on
 *
 * Errors: as rollback_raise()
 */
int __must_check boot_checked(const struct boot *boot, struct why *why);

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

/** boot_raw_kernel - code without a header, for a container's that says where it goes */
extern const struct image_kernel boot_raw_kernel;

/** boot_linux_go() - boot_go(), and what U-Boot says before it */
void __attribute__((noreturn)) boot_linux_go(struct boot *boot);

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
