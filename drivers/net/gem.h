/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gem.h - Cadence GEM of Zynq UltraScale+ and Versal
 *
 * Spec: Zynq UltraScale+ TRM (UG1085), "GEM Ethernet"; its registers (UG1087)
 */
#pragma once

#include "drivers/net/mii.h"
#include "drivers/net/net.h"

struct gem {
	struct netdev base; /* the first */
	struct mii mii;
	paddr_t regs;
	bool coherent;
	unsigned int rx_next, tx_next;
	struct gem_memory *memory;
};

/** gem_init() - @dev is the one at @regs; its MAC is what the firmware has left there */
void gem_init(struct gem *dev, paddr_t regs, bool coherent);
