/* SPDX-License-Identifier: BSD-2-Clause */
/* The watchdogs of the device tree, found when somebody asks; the prompt keeps those quiet. */
#pragma once

#include "common/fdt/fdt.h"
#include "drivers/watchdog/watchdog.h"

#define WATCHDOGS 8 /* that are looked at */

/**
 * watchdogs_of_tree() - the machine's watchdogs that a driver knows; touches no register
 * @n: 0 for the first
 * @w: filled
 *
 * Return: its node, or NULL where there are no more
 */
const struct device *watchdogs_of_tree(unsigned int n, struct watchdog *w);

/** watchdog_of_tree_ms() - what the node's timeout-sec says; 0: nothing */
uint64_t watchdog_of_tree_ms(const struct device *dev);

/**
 * watchdog_keep() - kick it whenever the console waits, often enough for @ms
 * @ms: 0: no longer
 */
void watchdog_keep(const struct watchdog *w, uint64_t ms);
