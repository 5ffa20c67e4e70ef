/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/boot/boot.h"
#include "common/boot/ram.h"
#include "common/source/load.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * bootsrc_qfw() - QEMU's -kernel, -initrd and -append into a request
 * @req:    receives source, ramdisk and command line
 * @source: filled
 * @why:    the sentence for an error
 *
 * Return: 0; -ENOENT or -ENODEV there is no such kernel; -EIO, -ETIMEDOUT fw_cfg failed;
 * -E2BIG the command line is too long; -ENOTSUP built without CONFIG_FW_CFG.
 */
int __must_check bootsrc_qfw(struct boot_request *req, struct source *source, struct why *why);

/**
 * bootsrc_auto() - boot what the first of ${boot_targets} that has a kernel has
 * @why: the sentence for an error
 *
 * Does not return where a kernel is entered.
 *
 * Return: -ENOENT none has one; -EINVAL an unknown target; else why the kernel was refused.
 */
int __must_check bootsrc_auto(struct why *why);

/** bootsrc_one() - bootsrc_auto() of one target; -ENOENT may be without a sentence */
int __must_check bootsrc_one(const char *target, struct why *why);
