/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "drivers/net/net.h"
#include "drivers/virtio/virtio.h"

/** struct virtio_net - virtio_net_init() fills it; static: the list of running devices holds it */
struct virtio_net {
	struct netdev base;
	struct virtio virtio;
	struct virtio_net_memory *memory;
	struct virtq queue[2]; /* where the device says how long they are */
	uint16_t rx_avail, rx_given, rx_used, tx_avail, tx_used;
	unsigned int header;
	bool checks;
};

/**
 * virtio_net_init() - take a device; nothing is written to it
 * @dev:    filled, without a name
 * @virtio: probed, of VIRTIO_ID_NET
 *
 * Spec: OASIS virtio 1.2, 5.1 "Network Device"; GUEST_CSUM, no mergeable buffers, no offloads
 */
void virtio_net_init(struct virtio_net *dev, const struct virtio *virtio);
