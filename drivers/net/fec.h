/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fec.h - NXP's ENET, which device trees call FEC, of i.MX 8M and its kin
 *
 * Spec: i.MX 8M Plus reference manual (IMX8MPRM), "Ethernet MAC (ENET)"
 */
#pragma once

#include "drivers/net/mii.h"
#include "drivers/net/net.h"

/** enum fec_mode - what stands between it and its PHY, the tree's phy-mode */
enum fec_mode { FEC_MII, FEC_RMII, FEC_RGMII };

struct fec {
	struct netdev base; /* the first */
	struct mii mii;
	paddr_t regs;
	bool coherent;
	bool within; /* a frame that has begun in an earlier buffer */
	enum fec_mode mode;
	unsigned int rx_next, tx_next;
	struct fec_memory *memory;
};

/** fec_init() - @dev is the one at @regs; its MAC is what the firmware has left there */
void fec_init(struct fec *dev, paddr_t regs, bool coherent, enum fec_mode mode);
