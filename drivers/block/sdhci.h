/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sdhci.h - SD cards and eMMC behind an SD host controller, by polling
 *
 * One command at a time, as cards have it, of up to SDHCI_REQUEST bytes: by ADMA2 straight into the
 * caller's memory where the controller can, else word by word. All registers are read and written
 * with 32 bits, which is all that the BCM283x's bus takes. Every wait ends; after an error the card
 * is set up anew by the next transfer, and has to be the same one.
 *
 * Spec: SD Host Controller Simplified 3.00; SD Physical Layer Simplified 6.00; JESD84-B51 (eMMC)
 */
#pragma once

#include "drivers/block/block.h"

#define SDHCI_REGISTERS 0x100
#define SDHCI_REQUEST	(4 * MIB)
#define SDHCI_PIECE	(64 * KIB) /* that a descriptor tells of; its 16 bits say 0, then */

/** struct sdhci_memory - what driver and controller share, below 4 GiB for ADMA2 */
struct sdhci_memory {
	struct sdhci_descriptor {
		uint16_t flags, bytes;
		uint32_t address;
	} descriptor[SDHCI_REQUEST / SDHCI_PIECE] __attribute__((aligned(256)));
	uint8_t page[512] __attribute__((aligned(256))); /* what a card says of itself */
};

/**
 * struct sdhci - one slot with a card; @blk comes first
 *
 * The caller's, from the tree or from PCI:
 * @base:     registers, SDHCI_REGISTERS bytes, mapped Device
 * @memory:   for it alone
 * @name:     of the controller, for people
 * @coherent: its DMA sees the CPU's caches
 * @no_dma:   it can't reach memory by the CPU's addresses
 * @base_hz:  the clock that is divided, where the controller doesn't know it
 * @lines:    of data that are wired: 1, 4 or 8
 * @settle:   bus clocks between two writes of registers: what the BCM283x needs
 *
 * sdhci_init()'s:
 * @is_mmc:   an eMMC; else an SD card
 * @sectors:  it is addressed by blocks, not bytes: "high capacity"
 * @cid, @csd: its registers, the first word first
 * @version:  major << 8 | minor
 * @hz, @width: of the bus as it runs
 * @fast:     in the mode that is called "high speed"
 * @rca, @dma, @runs, @known: private
 */
struct sdhci {
	struct blk blk;
	paddr_t base;
	struct sdhci_memory *memory;
	const char *name;
	bool coherent, no_dma;
	uint32_t base_hz, lines, settle;
	bool is_mmc, sectors, fast, dma, runs, known;
	uint32_t cid[4], csd[4];
	uint32_t version, hz, width, rca;
};

/**
 * sdhci_init() - make a disk of what is in a slot
 * @disk: its first part filled; static
 * @why:  the refusal's sentence, may be NULL
 *
 * Errors: -ENODEV no card; -ETIMEDOUT, -EIO controller or card does not answer, or with an error;
 *         -EPROTO a size that nobody can use. The controller is reset, then
 */
int __must_check sdhci_init(struct sdhci *disk, struct why *why);
