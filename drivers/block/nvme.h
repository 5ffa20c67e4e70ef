/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nvme.h - NVM Express: one admin queue, one I/O queue, by polling
 *
 * Up to BLK_BATCH commands are under way, each straight into the caller's memory. What the
 * controller writes into its queues is checked, and every wait ends; a controller that breaks a
 * rule is disabled, and started anew by the next transfer.
 *
 * Spec: NVM Express Base 2.0, 3 "NVM Express Architecture", 4; NVM Command Set 1.0
 */
#pragma once

#include "drivers/block/block.h"

#define NVME_PAGE	4096
#define NVME_ENTRIES	64  /* of the I/O queue; of the admin queue NVME_ADMIN */
#define NVME_ADMIN	4
#define NVME_PRPS	128 /* entries of one request's list; even */
#define NVME_NAMESPACES 8   /* of one controller that are looked at */

struct nvme_command {
	uint8_t opcode, flags;
	uint16_t id;
	uint32_t nsid, reserved[2];
	uint64_t metadata, prp1, prp2;
	uint32_t dw10, dw11, dw12, dw13, dw14, dw15;
};

struct nvme_completion {
	uint32_t result, reserved;
	uint16_t sq_head, sq_id, id, status; /* status: bit 0 is the phase */
};

/** struct nvme_memory - what driver and controller share */
struct nvme_memory {
	struct nvme_command admin[NVME_ADMIN] __attribute__((aligned(NVME_PAGE)));
	struct nvme_completion admin_done[NVME_ADMIN] __attribute__((aligned(NVME_PAGE)));
	struct nvme_command io[NVME_ENTRIES] __attribute__((aligned(NVME_PAGE)));
	struct nvme_completion io_done[NVME_ENTRIES] __attribute__((aligned(NVME_PAGE)));
	uint64_t prp[BLK_BATCH][NVME_PRPS] __attribute__((aligned(NVME_PAGE)));
	uint8_t page[NVME_PAGE] __attribute__((aligned(NVME_PAGE)));
};

/** struct nvme_queue - a pair of rings, and where the driver is in them */
struct nvme_queue {
	struct nvme_command *commands;
	struct nvme_completion *done;
	uint16_t number, entries, tail, head;
	bool phase; /* of what is new */
};

struct nvme;

/** struct nvme_disk - one namespace; @blk comes first */
struct nvme_disk {
	struct blk blk;
	struct nvme *nvme;
	uint32_t nsid;
};

/** struct nvme - one controller */
struct nvme {
	paddr_t base;
	bool coherent, runs, sgl; /* sgl: it takes a descriptor for a list of pages */
	uint32_t stride;   /* bytes between doorbells */
	uint32_t ready_ms; /* the longest that it may take to be enabled and disabled */
	struct nvme_memory *memory;
	struct nvme_queue admin, io;
	struct nvme_disk disk[NVME_NAMESPACES];
	unsigned int disks;
};

/** Bytes of registers that a controller has at least, doorbells of two queues included. */
#define NVME_REGISTERS 0x2000

/**
 * nvme_init() - start a controller, and find its namespaces
 * @nvme:     receives it, with @nvme->disk[0 .. disks - 1] ready for blk_add(); static
 * @base:     its registers, NVME_REGISTERS bytes mapped Device
 * @coherent: its DMA sees the CPU's caches
 * @vendor:   of the PCI function, for people
 * @memory:   for it alone
 * @why:      the refusal's sentence, may be NULL
 *
 * Errors: -ETIMEDOUT, -EPROTO, -EIO from the controller, which is then disabled; -ENOTSUP it wants
 *         larger pages, or has no NVM command set
 */
int __must_check nvme_init(struct nvme *nvme, paddr_t base, bool coherent, uint16_t vendor,
			   struct nvme_memory *memory, struct why *why);
