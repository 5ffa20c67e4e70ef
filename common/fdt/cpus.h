/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

#define CPUS_MAX 64

/**
 * cpus_list() - the CPUs of a tree
 * @fdt:   a tree that machine_scan() took
 * @mpidr: receives CPUS_MAX at most: `reg`, which is MPIDR_EL1's affinity fields
 *
 * In tree order: every child of /cpus that is called cpu, or cpu@.., enabled or not.
 *
 * Return: how many
 */
unsigned cpus_list(const void *fdt, uint64_t mpidr[CPUS_MAX]);

/** cpus_is_cpu() - is a child of /cpus with this name one that cpus_list() takes? */
bool cpus_is_cpu(const char *name);
