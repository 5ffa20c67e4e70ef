/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sdhost.h - the SD controller that the BCM283x has beside the one of SDHCI
 *
 * A Raspberry Pi 3's device tree gives the card's slot to it, so that the other one is free for the
 * Wi-Fi; which of them the six lines lead to is chosen by the functions of GPIO 48 to 53, and that
 * is the caller's to do.
 *
 * Data goes word by word through the FIFO. The chip's DMA controller could move it, by addresses of
 * the bus, through a channel that firmware has to leave free; but its requests end before the FIFO
 * is empty, so that the last words are the CPU's in any case, and a loader has nothing else to do
 * meanwhile: a read of the FIFO takes less than the card does for a word. So no memory is out of
 * reach, and nobody but the CPU writes it.
 *
 * Spec: there is no public manual. The registers' names, bits and widths are those that Raspberry
 *       Pi's own driver published (Phil Elwell, 2015), as *BSD's and EDK2's drivers have them too.
 */
#pragma once

#include "drivers/block/mmc.h"

extern const struct mmc_host sdhost_host;
