/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmc.h - SD cards and eMMC, whatever the controller is
 *
 * How a card is woken, chosen and made quick, what it says of itself, and the disk that it is. What
 * differs from one kind of controller to the next is a struct mmc_host: sdhci.c, sdhost.c. One
 * command at a time, as cards have it. After an error the card is set up anew by the next transfer,
 * and has to be the same one.
 *
 * Spec: SD Physical Layer Simplified 6.00; JESD84-B51 (eMMC)
 */
#pragma once

#include "drivers/block/block.h"

#define MMC_BLOCK_BYTES 512
#define MMC_REQUEST	(4 * MIB)  /* the most that a controller is asked for at once */
#define MMC_PIECE	(64 * KIB) /* that a descriptor tells of; its 16 bits say 0, then */
#define MMC_SLOW_HZ	400000	   /* until a card has said what it can do */

/* What a command is answered with, in the numbers of SDHCI's command register. */
#define MMC_NOTHING   0x00
#define MMC_R1	      0x1a
#define MMC_R1B	      0x1b /* and it may keep the line busy */
#define MMC_R2	      0x09
#define MMC_R3	      0x02
#define MMC_WITH_DATA 0x20
#define MMC_CHECKED   BIT(8) /* ours: it is a card's status, whose errors count */

/* Of a card's status: all that tell of an error, and that it can take data. */
#define MMC_ERRORS 0xfff90080u
#define MMC_BEYOND BIT(31)
#define MMC_READY  BIT(8)

/** mmc_is_ready() - a card with that status can take data: it has done what it was told */
static inline bool mmc_is_ready(uint32_t status)
{
	return status & MMC_READY && (status >> 9 & 0xf) == 4; /* in state "transfer" */
}

struct mmc;

/**
 * struct mmc_host - what a kind of controllers does. Each of its waits ends
 * @request_max: blocks in one command
 * @begin: reset, power and the slow clock; sets can_fast. -ENODEV: there is no controller any more
 * @end:   the controller is reset, and touches no memory
 * @clock: the card's, at most @hz; sets card->hz
 * @bus:   as wide and as fast as the card was told to be: card->width, card->fast
 * @send:  a command without data; its answer is in card->answer
 * @move:  a command with @count blocks of @unit bytes, ended if there are several; afterwards the
 *         controller touches no memory
 */
struct mmc_host {
	uint32_t request_max;
	int (*begin)(struct mmc *card);
	void (*end)(struct mmc *card);
	int (*clock)(struct mmc *card, uint32_t hz);
	void (*bus)(struct mmc *card);
	int (*send)(struct mmc *card, uint32_t index, uint32_t how, uint32_t argument);
	int (*move)(struct mmc *card, uint32_t index, uint32_t argument, bool write, void *buffer,
		    uint32_t unit, uint32_t count);
};

/** struct mmc_memory - what driver and controller share, below 4 GiB for ADMA2 */
struct mmc_memory {
	struct mmc_descriptor {
		uint16_t flags, bytes;
		uint32_t address;
	} descriptor[MMC_REQUEST / MMC_PIECE] __attribute__((aligned(256)));
	uint8_t page[512] __attribute__((aligned(256))); /* what a card says of itself */
};

/**
 * struct mmc - one slot with a card; @blk comes first
 *
 * The caller's, from the tree or from PCI:
 * @host:     the kind of its controller
 * @base:     registers, mapped Device
 * @memory:   for it alone
 * @name:     of the controller, for people
 * @coherent: its DMA sees the CPU's caches
 * @no_dma:   it can't reach memory by the CPU's addresses
 * @base_hz:  the clock that is divided, where the controller doesn't know it
 * @lines:    of data that are wired: 1, 4 or 8
 * @settle:   bus clocks between two writes of registers: what the BCM283x's SDHCI needs
 *
 * mmc_init()'s:
 * @is_mmc:   an eMMC; else an SD card
 * @sectors:  it is addressed by blocks, not bytes: "high capacity"
 * @cid, @csd: its registers, the first word first
 * @version:  major << 8 | minor
 * @hz, @width: of the bus as it runs
 * @fast:     in the mode that is called "high speed"
 * @rca:      its address, << 16
 * @boot_blocks: of each of an eMMC's two boot partitions; 0: it has none, or CONFIG_MMC_HWPART is
 *            not set
 * @part:     the hardware partition that is read and written: 0 the user's, else 1 or 2
 *
 * The host's:
 * @answer:   to the last command: a word, or of MMC_R2 four, the first word first
 * @ended:    to what ended the last transfer of several blocks
 * @can_fast: "high speed" works
 * @dma:      it reads and writes memory itself
 *
 * @runs, @known, @access: private
 */
struct mmc {
	struct blk blk;
	const struct mmc_host *host;
	paddr_t base;
	struct mmc_memory *memory;
	const char *name;
	bool coherent, no_dma;
	uint32_t base_hz, lines, settle;
	bool is_mmc, sectors, fast, can_fast, dma, runs, known;
	uint32_t cid[4], csd[4], answer[4], ended;
	uint32_t version, hz, width, rca;
	uint32_t boot_blocks, part, access;
};

/**
 * mmc_init() - make a disk of what is in a slot
 * @card: its first part filled; static
 * @why:  the refusal's sentence, may be NULL
 *
 * Errors: -ENODEV no card; -ETIMEDOUT, -EIO controller or card does not answer, or with an error;
 *         -EPROTO a size that nobody can use. The controller is reset, then
 */
int __must_check mmc_init(struct mmc *card, struct why *why);

/**
 * mmc_select() - another hardware partition is the disk from now on
 * @part: 0 the user's, 1 and 2 the boot partitions of an eMMC
 *
 * Errors: -ENOENT there is no such one; what the card says: then it is the one before
 */
int __must_check mmc_select(struct mmc *card, uint32_t part);
