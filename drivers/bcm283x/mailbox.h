/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mailbox to the VideoCore, which starts these chips and knows their memory and clocks.
 *
 * Spec: the firmware's "Mailbox property interface"; BCM2835 ARM Peripherals for the bus addresses
 */
#pragma once

#include "lib/base/types.h"

/* Tags, and what their answers hold, in 32-bit words. */
#define MAILBOX_BOARD_REVISION 0x00010002 /* the revision */
#define MAILBOX_BOARD_SERIAL   0x00010004 /* low, high */
#define MAILBOX_ARM_MEMORY     0x00010005 /* base, size */
#define MAILBOX_CLOCK_RATE     0x00030002 /* asked with the clock's id; id, Hz */

#define MAILBOX_CLOCK_UART     2
#define MAILBOX_WORDS_MAX      2

/**
 * mailbox_property() - ask the VideoCore for one thing
 * @mailbox: registers
 * @tag:     MAILBOX_...
 * @value:   @words words: the question, and then the answer; untouched where there is none
 * @words:   1..MAILBOX_WORDS_MAX
 *
 * Takes memory to be mapped one to one, and the stack to lie below 1 GiB, which is what the
 * VideoCore sees.
 *
 * Errors: -EINVAL    @words
 *         -ERANGE    the stack is out of the VideoCore's reach
 *         -ETIMEDOUT no room, or no answer
 *         -EIO       it does not know the tag
 */
int __must_check mailbox_property(paddr_t mailbox, uint32_t tag, uint32_t *value, unsigned words);
