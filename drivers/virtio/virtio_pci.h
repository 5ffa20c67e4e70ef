/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "drivers/pci/io.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio.h"

/** virtio_pci_id() - VIRTIO_ID_* of a function; 0: it is no virtio device */
uint32_t virtio_pci_id(const struct pci_function *fn);

/**
 * virtio_pci_probe() - find the registers of a virtio device, and let it use memory
 * @dev: filled on success
 * @fn:  with a virtio_pci_id(), after pci_scan()
 * @why: the refusal's sentence, may be NULL
 *
 * Errors: -ENOTSUP it has the legacy interface only; -ERANGE its registers are out of reach
 * Spec:   OASIS virtio 1.2, 4.1.2 "PCI Device Discovery", 4.1.4
 */
int __must_check virtio_pci_probe(struct virtio *dev, const struct pci_function *fn,
				  struct why *why);

/**
 * virtio_pci_legacy_probe() - as virtio_pci_probe(), of a device that has the legacy interface only
 * @io: the host's window for I/O
 *
 * Errors: as pci_io_registers()
 * Spec:   OASIS virtio 1.2, 4.1.4.10
 */
int __must_check virtio_pci_legacy_probe(struct virtio *dev, const struct pci_function *fn,
					 const struct pci_io *io, struct why *why);

/* Of struct virtio_transport, what both interfaces have: doorbell, and the device's registers. */
void virtio_pci_notify(const struct virtio *dev, unsigned int queue);
uint8_t virtio_pci_config8(const struct virtio *dev, unsigned int offset);
