/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * handoff_go() - call code somewhere in memory, with the MMU and the D-cache off, and come back if
 * it returns
 * @entry: physical address, 4-byte aligned, in DRAM
 * @argc, @argv: its x0 and x1
 * @rc:    what it returned in x0
 * @why:   the refusal's sentence
 *
 * What was loaded, here and elsewhere, is cleaned to memory first, and no line of it is left: the
 * load's whole range, or 16 MiB from @entry where the memory map knows of no load. The same lines
 * are dropped afterwards: what the program wrote further away is seen by `md` only once they have
 * gone by themselves. Runs at Loft's own EL, on Loft's stack. If it faults, Loft's report
 * follows and the session goes on.
 *
 * Errors: -EINVAL misaligned; -ENXIO not in DRAM; -EEXIST inside Loft itself
 */
int __must_check handoff_go(paddr_t entry, int argc, char *const argv[], uint64_t *rc,
			    struct why *why);
