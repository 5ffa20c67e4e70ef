/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mailbox to the VideoCore, which starts these chips and knows their memory and clocks.
 *
 * Spec: the firmware's "Mailbox property interface"; BCM2835 ARM Peripherals for the bus addresses
 */
#pragma once

#include <stddef.h>

#include "lib/base/types.h"

/* Tags, and what their answers hold, in 32-bit words. */
#define MAILBOX_BOARD_REVISION 0x00010002 /* the revision */
#define MAILBOX_BOARD_SERIAL   0x00010004 /* low, high */
#define MAILBOX_ARM_MEMORY     0x00010005 /* base, size */
#define MAILBOX_CLOCK_RATE     0x00030002 /* asked with the clock's id; id, Hz */

#define MAILBOX_CLOCK_UART     2
#define MAILBOX_WORDS_MAX      2

#define MAILBOX_REACH	       (1 * GIB) /* the VideoCore sees DRAM below */
#define MAILBOX_ALIGN	       64	 /* it writes past this CPU's cache: whole lines */

/**
 * mailbox_message() - ask the VideoCore for several things at once
 * @mailbox: registers
 * @message: its size in bytes, 0, tags, 0; aligned to MAILBOX_ALIGN, below MAILBOX_REACH, mapped
 *           one to one. The answer afterwards.
 * @bytes:   of memory that nothing else is in, a multiple of MAILBOX_ALIGN
 *
 * Errors: -ETIMEDOUT no room, or no answer
 *         -EIO       not all of it was understood; single tags may be answered nevertheless
 */
int __must_check mailbox_message(paddr_t mailbox, volatile uint32_t *message, size_t bytes);

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
