/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahci.h - SATA disks behind an AHCI controller, by polling
 *
 * As many commands as the controller has slots are handed over together, each straight into the
 * caller's memory; the controller does them in order. Every wait ends; a port that fails is
 * stopped, and started anew by the next transfer.
 *
 * Spec: Serial ATA AHCI 1.3.1; ATA8-ACS
 */
#pragma once

#include "drivers/block/block.h"

#define AHCI_PORTS	   32
#define AHCI_REGISTERS	   0x100 /* of the controller; each port has AHCI_PORT_BYTES behind them */
#define AHCI_PORT_BYTES	   0x80

/** struct ahci_memory - what driver and controller share, of one port */
struct ahci_memory {
	struct ahci_header {
		uint32_t flags, bytes, table, table_high, reserved[4];
	} header[32] __attribute__((aligned(1024)));
	uint8_t received[256] __attribute__((aligned(256)));
	struct ahci_table {
		uint8_t fis[128];
		uint32_t data, data_high, reserved, size; /* the one piece of memory */
		uint32_t unused[28];
	} table[BLK_BATCH] __attribute__((aligned(256)));
	uint8_t identify[512] __attribute__((aligned(256)));
};

/** struct ahci - one port with a disk; @blk comes first */
struct ahci {
	struct blk blk;
	paddr_t base; /* of the port's registers */
	struct ahci_memory *memory;
	unsigned int slots;
	bool coherent, is_64, runs, flushes;
};

/**
 * ahci_begin() - take a controller over
 * @base: its registers, AHCI_REGISTERS bytes and those of its ports
 * @size: bytes there
 *
 * Return: the ports that it has, a bit each; 0: it makes no sense
 */
uint32_t ahci_begin(paddr_t base, uint64_t size);

/**
 * ahci_links() - let all ports look for devices
 * @ports: from ahci_begin()
 *
 * Return: the ports that something is plugged into
 */
uint32_t ahci_links(paddr_t base, uint32_t ports);

/**
 * ahci_init() - make a disk of a port
 * @disk:   receives it; static
 * @base:   of the controller
 * @port:   of those that ahci_links() has seen
 * @memory: for it alone
 * @why:    the refusal's sentence, may be NULL
 *
 * Errors: -ENODEV nothing there, or no disk (a CD drive, a multiplier)
 *         -ETIMEDOUT, -EIO it does not answer, or with an error; -ENOTSUP a disk without 48-bit
 *         addresses; -EPROTO a size that nobody can use. The port is stopped, then
 */
int __must_check ahci_init(struct ahci *disk, paddr_t base, unsigned int port, bool coherent,
			   struct ahci_memory *memory, struct why *why);
