/* SPDX-License-Identifier: BSD-2-Clause */
/* The framebuffer that the VideoCore shows on HDMI. Spec: "Mailbox property interface" */
#pragma once

#include "drivers/video/screen.h"

/* Of memory for the question, as mailbox_message() wants it. */
#define PI_SCREEN_MESSAGE 192

/**
 * pi_screen_make() - have the VideoCore make one, as large as the display
 * @mailbox: registers
 * @message: PI_SCREEN_MESSAGE bytes, as mailbox_message() wants them
 * @mode:    receives it, with base NULL
 * @start:   its memory: the VideoCore's, which nobody has mapped, and no DRAM of the tree's
 *
 * Errors: as mailbox_message(); -ENODEV  what it answers is no framebuffer of 32 bits a pixel
 */
int __must_check pi_screen_make(paddr_t mailbox, volatile uint32_t *message,
				struct screen_mode *mode, paddr_t *start);
