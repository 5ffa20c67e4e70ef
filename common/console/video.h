/* SPDX-License-Identifier: BSD-2-Clause */
/* The console's screen, behind CONFIG_VIDEO: found when `stdout` first names it. */
#pragma once

#include "drivers/video/screen.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/* The framebuffer that Loft has made, for the kernel's tree; NULL: none, or the tree has it. */
extern const struct screen_mode *video_made;

/* Has there been a screen? Known without video.c, which stays in flash until there is one. */
extern bool video_open;

/**
 * video_outputs() - where the console writes
 * @list: "serial", "vidconsole", or both with a comma between; NULL is "serial"
 *
 * The screen is looked for here: the first enabled simple-framebuffer of the tree, then QEMU's
 * ramfb.
 *
 * Errors: -EINVAL  a word that is neither
 *         -ENODEV  no screen; -EINVAL, -ENOMEM, -EIO  it could not be used
 *         All stays as it was.
 */
int __must_check video_outputs(const char *list, struct why *why);

/** video_outside() - the framebuffer, if it is in no DRAM of the memory map; else NULL */
const struct screen_mode *video_outside(void);

/** video_screen() - the screen, if the console writes there; else NULL */
struct screen *video_screen(void);
