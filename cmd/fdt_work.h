/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/*
 * The tree that the `fdt` command works on: Loft's own, which kernels are booted with, until
 * `fdt addr` names another. All functions print why they fail.
 */

/** fdt_work() - the working tree, to be read */
const void *fdt_work(void);

/**
 * fdt_work_set() - work on the tree at @addr
 * @quiet: say nothing where there is none
 *
 * Errors: -EINVAL no tree there; -E2BIG too large
 */
int __must_check fdt_work_set(paddr_t addr, bool quiet);

/**
 * fdt_work_check() - is the working tree one still? Once, before libfdt sees it
 *
 * Errors: -EINVAL no tree there, or a damaged one; -E2BIG too large
 */
int __must_check fdt_work_check(void);

/**
 * fdt_work_adopt() - make a copy of the tree at @addr Loft's own
 *
 * Loft's devices and what kernels are booted with follow it; Loft's map of memory does not.
 *
 * Errors: -EINVAL, -E2BIG as fdt_work_set(); -ENODEV no memory in it; -ENOMEM
 */
int __must_check fdt_work_adopt(paddr_t addr);

/**
 * fdt_work_hold() - nothing is placed over a checked tree that somebody has put into memory
 *
 * Return: true: memmap_release() ends it; false: it has an owner
 */
bool __must_check fdt_work_hold(const void *fdt);

/**
 * fdt_work_edit() - get ready to change the working tree
 * @bytes: what the change needs at most
 *
 * Loft's own tree moves where its place is full. Another must have free memory behind it.
 *
 * Return: the tree, to be changed by libfdt and then given to fdt_work_done(); NULL: refused
 */
void *fdt_work_edit(uint32_t bytes);

/** fdt_work_done() - the change is made: Loft follows it where the tree is its own */
void fdt_work_done(void);

/** fdt_work_grow() - totalsize becomes @size, which is no less than it is */
int __must_check fdt_work_grow(uint64_t size);

/**
 * fdt_work_resize() - totalsize becomes what is used, @extra bytes and the rest of a 4 KiB page
 *
 * What passes FDT_SIZE_MAX, or hits what was loaded behind the tree, is cut to it, with a note:
 * scripts write the bytes in decimal, and they are read in hexadecimal.
 */
int __must_check fdt_work_resize(uint64_t extra);
