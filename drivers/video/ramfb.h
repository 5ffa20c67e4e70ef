/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's ramfb: memory of the guest that QEMU shows. Spec: QEMU's hw/display/ramfb, "etc/ramfb" */
#pragma once

#include "drivers/fwcfg/fwcfg.h"
#include "drivers/video/screen.h"

/**
 * ramfb_find() - is there one?
 * @file: receives fw_cfg's entry for it
 *
 * Errors: as fwcfg_find_file(); -EBADMSG: it is not what ramfb_show() writes
 */
int __must_check ramfb_find(const struct fwcfg *fw, struct fwcfg_file *file);

/**
 * ramfb_show() - from now on QEMU shows this memory
 * @mode: its format is x8r8g8b8
 *
 * Errors: as fwcfg_write()
 */
int __must_check ramfb_show(const struct fwcfg *fw, const struct fwcfg_file *file,
			    const struct screen_mode *mode);
