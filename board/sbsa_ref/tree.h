/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define SBSA_UART       0x60000000
#define SBSA_WATCHDOG   0x50010000 /* refresh frame, then the control frame */
#define SBSA_GICD       0x40060000
#define SBSA_GICR       0x40080000
#define SBSA_GICR_SIZE  0x04000000
#define SBSA_FLASH      0x10000000
#define SBSA_FLASH_SIZE 0x10000000

/**
 * tree_complete() - add the devices that QEMU's tree leaves out: GIC, timer, UART,
 *                   watchdog, flash and /chosen
 * @fdt: QEMU's, with the room that it leaves in it
 *
 * A tree that has a stdout-path already is left alone; where the room ends the rest is left out.
 */
void tree_complete(void *fdt);
