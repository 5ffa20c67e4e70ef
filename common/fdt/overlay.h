/* SPDX-License-Identifier: BSD-2-Clause */
/* Device tree overlays. libfdt applies them; what it would only number is a sentence here. */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * fdt_overlay() - change a tree by an overlay
 * @tree:    with room behind its blocks, as its totalsize says; of no use where it fails later
 *           than in the checks
 * @overlay: passed fdt_check_whole(); of no use afterwards
 * @name:    what a refusal calls it
 *
 * Spec: Devicetree overlays as dtc's Documentation/dt-object-internal.txt has them
 *
 * Errors: -ENOENT a symbol or a target that the tree lacks; -EINVAL no overlay, or damaged;
 *         -ENOSPC no room in the tree
 */
int __must_check fdt_overlay(void *tree, void *overlay, const char *name, struct why *why);
