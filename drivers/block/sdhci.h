/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sdhci.h - SD host controllers that follow the SD Association's specification, by polling
 *
 * Up to MMC_REQUEST bytes at a time: by ADMA2 straight into the caller's memory where the
 * controller can, else word by word. All registers are read and written with 32 bits, which is all
 * that the BCM283x's bus takes.
 *
 * NXP's uSDHC has most of the same registers; where it differs is said at each place in sdhci.c.
 *
 * Spec: SD Host Controller Simplified 3.00; NXP IMX8MPRM "i.MX 8M Plus Applications Processor
 *       Reference Manual", "Ultra Secured Digital Host Controller"
 */
#pragma once

#include "drivers/block/mmc.h"

#define SDHCI_REGISTERS 0x100

extern const struct mmc_host sdhci_host;
extern const struct mmc_host usdhc_host; /* CONFIG_USDHC */
