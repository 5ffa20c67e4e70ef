/* SPDX-License-Identifier: BSD-2-Clause */
/* Host bridges of PCI, as the tree names them. */
#pragma once

#include "drivers/pci/io.h"
#include "drivers/pci/pci.h"
#include "drivers/virtio/virtio_pci.h"

/**
 * pci_host() - the @n-th host bridge, its buses numbered
 *
 * They are found at the first call. What makes no sense or finds no room is printed, once.
 *
 * Return: NULL after the last
 */
struct pci_host *pci_host(unsigned int n);

/**
 * pci_host_io() - the @n-th host bridge's window for I/O
 *
 * Errors: -ENOENT it has none that is mapped
 */
int __must_check pci_host_io(unsigned int n, struct pci_io *io);

/**
 * pci_walk() - the function after @fn, behind all host bridges
 * @fn: zeroed to begin
 * @n:  of its host bridge; 0 to begin
 *
 * Return: false after the last
 */
bool pci_walk(struct pci_function *fn, unsigned int *n);

/**
 * pci_open() - the registers of a function that a kind of disks is behind; it may use memory
 * @kind: "nvme", for the sentence
 * @n, @size: as pci_registers()
 *
 * Return: false where they are out of reach; that has been printed
 */
bool pci_open(const struct pci_function *fn, const char *kind, unsigned int n, uint64_t size,
	      paddr_t *base);

/**
 * pci_virtio() - virtio_pci_probe(), and where that is built in, of legacy devices too
 *
 * Errors: as virtio_pci_probe(), virtio_pci_legacy_probe()
 */
int __must_check pci_virtio(struct virtio *dev, const struct pci_function *fn, struct why *why);
