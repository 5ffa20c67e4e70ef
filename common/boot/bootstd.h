/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CONFIG_BOOTSTD_FULL: which methods are looked for on disks, in which order (${bootmeths}), and
 * the one disk that somebody chose.
 */
#pragma once

#include "drivers/block/block.h"

/** bootstd_method() - the one at @place of the order, from 0; NULL: the order ends before */
const char *bootstd_method(unsigned int place);

/** bootstd_looks_for() - is it in the order? */
bool bootstd_looks_for(const char *method);

/** bootmeth_name() - of all that there are, in their own order; NULL: behind the last */
const char *bootmeth_name(unsigned int seq);

/**
 * bootstd_find() - the disk of a name: "virtio0.bootdev", "virtio0", or its place in `bootdev list`
 *
 * Return: NULL: none that was found is called so
 */
const struct blk *bootstd_find(const char *name);

/** bootstd_select() - choose one by its name; NULL: none. -ENODEV: bootstd_find() has none */
int __must_check bootstd_select(const char *name);

/** bootstd_selected() - the chosen one, where it is still there; NULL: none */
const struct blk *bootstd_selected(void);
