/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees in memory of their own: which is for this machine, and what changes them, overlays. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * fdt_take() - a device tree, copied to where libfdt may read it
 * @bytes: @size of them, any alignment, untrusted
 * @tree:  the copy, checked whole; of the memory map, and to be released there
 *
 * Errors: -ENOMEM; as fdt_check_whole(); nothing is kept then
 */
int __must_check fdt_take(const void *bytes, uint64_t size, void **tree, struct why *why);

/**
 * fdt_overlay() - change a tree of fdt_take() by an overlay
 * @tree:  moves to where there is room, and is packed; as it was where this fails
 * @bytes: the overlay, @size of it, as @bytes of fdt_take()
 * @name:  what a refusal calls it
 *
 * libfdt applies it; what that would only number is a sentence here.
 * Spec: Devicetree overlays as dtc's Documentation/dt-object-internal.txt has them
 *
 * Errors: -ENOENT a symbol or a target that the tree lacks; -EINVAL no overlay, or damaged;
 *         -ENOSPC no room in the tree; as fdt_take()
 */
int __must_check fdt_overlay(void **tree, const void *bytes, uint64_t size, const char *name,
			     struct why *why);

/**
 * fdt_rank() - is a node for this machine, by its "compatible"?
 *
 * Return: the place among what the machine is compatible with, 0 the best; -1: it is not
 */
int fdt_rank(const void *tree, int node);

/**
 * fdt_choose() - of trees of fdt_take() the one that is for this machine
 * @best: what was chosen so far; NULL begins
 * @rank: of that, as fdt_rank()
 * @tree: goes before it if it is nearer to this machine, the first of several that are as near
 *
 * The one that is left over is released.
 *
 * Return: is it @tree?
 */
bool fdt_choose(void **best, int *rank, void *tree);
