/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "drivers/net/mii.h"
#include "drivers/net/net.h"

#define PCI_VENDOR_INTEL 0x8086
#define E1000_REGISTERS  0x20000

/** struct e1000 - e1000_init() fills it */
struct e1000 {
	struct netdev base;
	paddr_t regs;
	bool advanced; /* received frames are described as the 82576 does it */
	struct e1000_memory *memory;
	uint32_t rx_next, tx_next;
	struct mii mii[IS_ENABLED(CONFIG_NET_MII)];
};

/**
 * e1000_knows() - is it one of these: 82540EM, 82574 (QEMU's e1000 and e1000e), 82576 (igb)?
 * @device: of PCI_VENDOR_INTEL
 */
bool e1000_knows(uint16_t device);

/**
 * e1000_init() - take a device, its registers on, memory allowed; nothing is written to it
 *
 * Its DMA has to see the CPU's caches: several descriptors share a line.
 *
 * @dev:  filled, without a name; static
 * @regs: BAR 0, mapped Device
 *
 * The MAC address is the one that firmware or reset has put to its filter.
 *
 * Spec: Intel 82574 datasheet (317694), 9 and 10; 82576 datasheet (321027), 7.1, 7.2, 8
 */
void e1000_init(struct e1000 *dev, paddr_t regs, uint16_t device);
