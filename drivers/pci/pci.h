/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci.h - PCI Express behind a host bridge whose configuration space is memory (ECAM)
 *
 * Bridges get bus numbers and windows, and functions memory BARs, where firmware left none; what it
 * left stays. I/O space is not used. Everything that a device answers is checked, and every walk
 * ends.
 *
 * Spec: PCI Local Bus 3.0, 6 "Configuration Space"; PCI-to-PCI Bridge 1.2, 3.2;
 *       PCI Express 4.0, 7.2.2 "ECAM"
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define PCI_VENDOR	    0x00
#define PCI_COMMAND	    0x04
#define PCI_COMMAND_MEMORY  BIT(1)
#define PCI_COMMAND_MASTER  BIT(2)
#define PCI_STATUS	    0x06
#define PCI_CLASS	    0x08 /* and revision */
#define PCI_HEADER	    0x0e
#define PCI_BAR0	    0x10
#define PCI_SUBSYSTEM	    0x2c
#define PCI_CAPABILITIES    0x34

#define PCI_CAP_VENDOR	    0x09
#define PCI_CLASS_NVME	    0x010802
#define PCI_CLASS_AHCI	    0x010601
#define PCI_CLASS_SD	    0x0805   /* without the interface */
#define PCI_CLASS_BRIDGE    0x0604 /* without the interface */

#define PCI_BARS	    6

/**
 * struct pci_host - a host bridge; the first part is the caller's, from the tree
 * @ecam:      configuration space, of bus @first first; mapped Device
 * @first, @last: bus numbers that @ecam has room for
 * @cpu, @bus, @size: the window for memory BARs, as CPU and devices see it; mapped Device
 * @coherent:  DMA from behind it sees the CPU's caches
 * @top:       pci_scan(): the highest bus number in use
 * @next:      pci_scan(): the first address of the window that is free, as devices see it
 */
struct pci_host {
	paddr_t ecam;
	uint8_t first, last;
	paddr_t cpu;
	uint64_t bus, size;
	bool coherent;
	uint8_t top;
	uint64_t next;
};

/** struct pci_function - one function of a device */
struct pci_function {
	const struct pci_host *host; /* NULL: none yet, for pci_next() */
	uint16_t bdf;		     /* bus << 8 | device << 3 | function */
	uint16_t vendor, device;
	uint32_t class_code; /* class << 16 | subclass << 8 | interface */
	uint8_t revision, header;
};

/** struct pci_bar - a memory BAR: where it lies as the CPU sees it */
struct pci_bar {
	paddr_t base; /* 0: it has no address */
	uint64_t size;
	bool is_64, prefetchable, is_io;
};

/**
 * pci_scan() - number the buses, and give addresses to what has none
 * @host: all but the last two members set
 * @why:  what found no room, as a sentence: that is left without address, and the rest goes on. May
 *        be NULL
 *
 * A bridge that has bus numbers is firmware's: under it nothing is changed. A BAR of the first bus
 * that lies outside the window is given another address.
 *
 * Errors: -ENOSPC something found no room, neither bus number nor address; all else works
 */
int pci_scan(struct pci_host *host, struct why *why);

/** pci_next() - the function after @fn, by number; false after the last */
bool pci_next(const struct pci_host *host, struct pci_function *fn);

/** pci_read32() - a register of configuration space, at a multiple of its size below 4096 */
uint32_t pci_read32(const struct pci_function *fn, unsigned int at);
/** pci_read16() - as pci_read32() */
uint16_t pci_read16(const struct pci_function *fn, unsigned int at);
/** pci_read8() - as pci_read32() */
uint8_t pci_read8(const struct pci_function *fn, unsigned int at);
/** pci_write32() - as pci_read32() */
void pci_write32(const struct pci_function *fn, unsigned int at, uint32_t value);
/** pci_write16() - as pci_read32() */
void pci_write16(const struct pci_function *fn, unsigned int at, uint16_t value);

/**
 * pci_bar() - one BAR
 * @n: 0 to 5; the second half of a 64-bit one is none
 *
 * For an I/O BAR base is the port.
 *
 * Errors: -ENOENT no such BAR, or none that makes sense
 */
int __must_check pci_bar(const struct pci_function *fn, unsigned int n, struct pci_bar *bar);

/**
 * pci_registers() - a memory BAR that a driver may use: @size bytes of it
 *
 * Errors: -ENOENT no such memory BAR; -ERANGE it has no address in the host's window, or is smaller
 */
int __must_check pci_registers(const struct pci_function *fn, unsigned int n, uint64_t size,
			       paddr_t *base);

/** pci_enable() - the function answers at its BARs, and may use memory */
void pci_enable(const struct pci_function *fn);

/**
 * pci_capability() - the capability of type @id after the one at @after
 * @after: 0 to begin
 *
 * Return: where it is in configuration space; 0: there is none
 */
unsigned int pci_capability(const struct pci_function *fn, uint8_t id, unsigned int after);
