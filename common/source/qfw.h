/* SPDX-License-Identifier: BSD-2-Clause */
/* What QEMU's command line gives: -kernel, -initrd, -append. The device is probed on first use. */
#pragma once

#include "common/source/load.h"
#include "drivers/fwcfg/fwcfg.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * qfw_device() - the machine's fw_cfg device
 * @fw: receives a pointer to it
 *
 * Errors: -ENODEV  the FDT names none, or it doesn't answer, or it has no DMA; tried once
 */
int __must_check qfw_device(const struct fwcfg **fw);

/**
 * qfw_kernel_source() - the file of -kernel, read by DMA straight to where it shall lie
 * @source: filled on success
 * @why:    the refusal in words; may be NULL
 *
 * QEMU 7.2 for AArch64 has unpacked a gzipped Image before it gets here; other versions may not.
 *
 * Errors: -ENODEV  no fw_cfg
 *         -ENOENT  QEMU was started without -kernel
 *         -EIO, -ETIMEDOUT  the device failed
 */
int __must_check qfw_kernel_source(struct source *source, struct why *why);

/**
 * qfw_initrd_size() - bytes of the file of -initrd; 0 where there is none, or no fw_cfg
 */
uint64_t qfw_initrd_size(void);

/**
 * qfw_initrd_read() - read the file of -initrd
 * @dst:  qfw_initrd_size() bytes, claimed in the memory map
 * @why:  the refusal in words; may be NULL
 *
 * Errors: -ENODEV, -ENOENT, -EIO, -ETIMEDOUT as qfw_kernel_source()
 */
int __must_check qfw_initrd_read(void *dst, struct why *why);

/**
 * qfw_cmdline() - the text of -append
 * @text: receives it, NUL-terminated; untouched on error
 * @size: bytes at @text
 * @why:  the refusal in words; may be NULL
 *
 * Errors: -ENODEV, -ENOENT, -EIO, -ETIMEDOUT as qfw_kernel_source()
 *         -E2BIG  longer than @size
 */
int __must_check qfw_cmdline(char *text, size_t size, struct why *why);
