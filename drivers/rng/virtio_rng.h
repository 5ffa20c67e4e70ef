/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/**
 * virtio_rng_fill() - random bytes from one virtio entropy device
 * @base:     registers of an FDT node "virtio,mmio", whatever stands behind it
 * @coherent: the node has the property "dma-coherent"
 * @buf:      receives @len bytes; undefined after an error
 *
 * The device is started for this call and reset after it.
 *
 * Errors: -ENODEV  another device, or none
 *         -EIO     it gives nothing
 *         -ETIMEDOUT, -ENOTSUP, -ERANGE, -EPROTO as virtio_start() and virtio_request()
 * Spec:   OASIS virtio 1.2, 5.4 "Entropy Device"
 */
int __must_check virtio_rng_fill(paddr_t base, bool coherent, void *buf, size_t len);
