/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boards of the Raspberry Pi have in common, before the device tree is read. */
#pragma once

#include "lib/base/types.h"

/**
 * struct pi - one chip of the family
 * @peripherals: what the bus calls 0x7e000000
 * @uart:        offset of the PL011 from there
 * @pulls_2711:  pulls are set as the BCM2711 has it
 * @dram_high_last: last byte that DRAM above 1 GiB may have; 0: there is none
 */
struct pi {
	paddr_t peripherals;
	uint32_t uart;
	bool pulls_2711;
	paddr_t dram_high_last;
};

#define PI_GPIO	   0x200000
#define PI_UART0   0x201000
#define PI_MAILBOX 0x00b880
#define PI_PM	   0x100000

/* Of the CPUs' own block (QA7, "ARM Quad A7 core"): the system counter's source and divider. */
#define PI_LOCAL_CONTROL     0x00	/* 0: the crystal, up by one */
#define PI_LOCAL_PRESCALER   0x08
#define PI_LOCAL_PRESCALER_1 0x80000000 /* 2^31 / this */

/**
 * pi_uart_setup() - the PL011 at GPIO 14 and 15, 115200 baud from the clock that it has
 *
 * Where the VideoCore doesn't answer, the speed stays as it is.
 */
void pi_uart_setup(const struct pi *pi);

/** struct pi_dram - banks of DRAM; size 0: no such bank */
struct pi_dram {
	uint64_t start, size;
};

/**
 * pi_dram_of() - where the DRAM is
 * @arm_base, @arm_size: of MAILBOX_ARM_MEMORY: what the VideoCore leaves of the first GiB
 * @revision: of MAILBOX_BOARD_REVISION: its bits 22:20 are the whole size
 *
 * Pure. The second bank begins at 1 GiB.
 */
void pi_dram_of(const struct pi *pi, uint32_t arm_base, uint32_t arm_size, uint32_t revision,
		struct pi_dram bank[2]);

/**
 * pi_fix_fdt() - make the board's own device tree say what this very machine has
 * @fdt: the tree of the image, writable; it has /memory@0 with two banks of two cells each, and
 *       /system with linux,revision and linux,serial
 *
 * Sizes stay as they are in the tree where the VideoCore doesn't answer.
 */
void pi_fix_fdt(const struct pi *pi, void *fdt);
