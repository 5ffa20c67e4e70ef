/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "drivers/net/net.h"
#include "drivers/virtio/virtio.h"

/** struct virtio_net - virtio_net_probe() fills it; static: the list of running devices holds it */
struct virtio_net {
	struct netdev base;
	struct virtio virtio;
	struct virtio_net_memory *memory;
	uint16_t rx_avail, rx_used, tx_avail, tx_used;
	unsigned int header;
	bool checks;
};

/**
 * virtio_net_probe() - look at a transport; nothing is written to it
 * @dev:      filled on success, without a name
 * @base:     registers of an FDT node "virtio,mmio"
 * @coherent: the node has the property "dma-coherent"
 *
 * Errors: -ENODEV another device, or none
 * Spec:   OASIS virtio 1.2, 5.1 "Network Device"; GUEST_CSUM, no mergeable buffers, no offloads
 */
int __must_check virtio_net_probe(struct virtio_net *dev, paddr_t base, bool coherent);
