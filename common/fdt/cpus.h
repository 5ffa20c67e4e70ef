/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/fdt/walk.h"
#include "lib/base/types.h"

/** struct cpus - the CPUs of a tree, one after the other; no table: a tree has as many as it has */
struct cpus {
	struct fdt_walk walk;
	bool more;
};

/**
 * struct cpu_node - one of them
 * @mpidr:   `reg`, which is MPIDR_EL1's affinity fields; ~0 where it is missing or no number
 * @release: the address of its word of a spin table; 0 for a CPU that is started in another way,
 *           or whose address is not 8-byte aligned
 *
 * Spec: Devicetree Specification v0.4, 3.8.1 (enable-method, cpu-release-addr)
 */
struct cpu_node {
	uint64_t mpidr;
	paddr_t release;
};

/** cpus_begin() - before the first CPU of @fdt, a tree that machine_scan() took */
void cpus_begin(struct cpus *cpus, const void *fdt);

/** cpus_begin_at() - the same, where it is known: @at: offset of /cpus; below 0: there is none */
void cpus_begin_at(struct cpus *cpus, const void *fdt, int at);

/**
 * cpus_next() - the next CPU
 *
 * In tree order: every child of /cpus that is called cpu, or cpu@.., enabled or not.
 *
 * Return: false where there is none left
 */
bool cpus_next(struct cpus *cpus, struct cpu_node *cpu);

/** cpus_count() - how many cpus_next() finds */
unsigned cpus_count(const void *fdt);
