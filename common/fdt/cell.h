/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small questions to a tree: numbers in properties, nodes of a kind.
 * Spec: Devicetree Specification 0.4, 2.2.4, 2.3
 */
#pragma once

#include "lib/base/types.h"

/**
 * fdt_cell() - the @i-th cell of a property
 * @value: untouched where it is not there
 *
 * Return: is it there?
 */
bool fdt_cell(const void *fdt, int node, const char *name, unsigned int i, uint32_t *value);

/** fdt_cell_or() - the first cell of a property, or what counts without it */
uint32_t fdt_cell_or(const void *fdt, int node, const char *name, uint32_t otherwise);

/**
 * fdt_next_enabled() - the next enabled node that is compatible, behind @node; -1 begins
 *
 * Return: its offset, negative where there is none left
 */
int fdt_next_enabled(const void *fdt, int node, const char *compatible);

/** fdt_fixed_clock() - the frequency of a node's first clock, in Hz; 0: none, or not a fixed one */
uint32_t fdt_fixed_clock(const void *fdt, int node);
