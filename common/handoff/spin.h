/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs that firmware left in a spin table: each waits, MMU off, until a word of memory says where
 * to go. Behind CONFIG_SPIN_TABLE.
 *
 * Spec: Devicetree Specification v0.4, 3.8.1 (enable-method, cpu-release-addr); Linux "Booting
 * AArch64 Linux", 5
 */
#pragma once

#include "common/fdt/cpus.h"
#include "common/mem/memmap.h"
#include "lib/base/types.h"

/**
 * spin_table_claim() - the words of a tree's spin table are the kernel's to write: nothing else is
 * to go there
 *
 * It is what the tree reserves around a word, or else the word's page: there too is, as far as
 * anybody knows, the code that looks at it. Runs before the move.
 */
void spin_table_claim(struct memmap *mem, const void *fdt);

/** spin_table_is_monitors() - are a tree's release addresses those that Loft's monitor serves? */
bool spin_table_is_monitors(const void *fdt);

/**
 * spin_table_release() - send a CPU to @entry
 * @release: of a struct cpu_node, not 0
 *
 * The page of the word is mapped first where it is not, as page 0 is not: on the way to a kernel
 * only.
 *
 * Errors: as mmu_extend()
 */
int __must_check spin_table_release(paddr_t release, paddr_t entry);
