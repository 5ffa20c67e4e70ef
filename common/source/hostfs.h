/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of the host, by semihosting: QEMU's -semihosting, a debug probe. */
#pragma once

#include "common/source/load.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * hostfs_source() - a file of the host as a source of bytes
 * @source: filled; it keeps @name
 * @name:   a path as the host takes it, from where QEMU was started
 * @why:    the refusal in words
 *
 * The file is opened for each read, and nothing stays open: a program that is entered from here
 * could not close it.
 *
 * Errors: -ENODEV nobody answers semihosting calls; -ENOENT the host does not open it;
 *         -EIO it has no size
 * Spec:   Arm "Semihosting for AArch32 and AArch64", 2.0
 */
int __must_check hostfs_source(struct source *source, const char *name, struct why *why);

/**
 * hostfs_save() - write bytes to a file of the host
 * @name: as hostfs_source()
 * @pos:  of the first; 0: the file is made anew, with these bytes alone
 *
 * Errors: -ENODEV nobody answers; -EACCES the host does not open it; -EIO it took less; -EINTR
 */
int __must_check hostfs_save(const char *name, const void *bytes, uint64_t size, uint64_t pos,
			     struct why *why);

/**
 * hostfs_move() - read bytes of a file that is there, or put others in their place; silent
 *
 * Errors: -ENODEV nobody answers; -EACCES the host does not open it; -EIO it moved less
 */
int __must_check hostfs_move(const char *name, bool write, void *bytes, uint64_t size,
			     uint64_t pos);
