/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/map/checks.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * Translation tables for people: Loft's own, which are in force, or with @planned those of the
 * kernel that `bootelf -n` has planned. Everything is printed as it is read back from them.
 *
 * Errors of all three: -ENOENT  no kernel is planned; the sentence says what to do
 */

/** map_view_list() - the registers, and every range with its rights, type and block sizes */
int __must_check map_view_list(bool planned, struct why *why);

/**
 * map_view_walk() - a walk step by step; of Loft's own tables, beside the answer of the hardware
 *
 * Errors: -EIO  the address is not mapped, or the hardware disagrees; it has been printed
 */
int __must_check map_view_walk(bool planned, vaddr_t va, struct why *why);

/**
 * map_view_audit() - a line `ok` or `FAIL` for everything that must hold
 *
 * Errors: -EIO  there is a FAIL; it has been printed
 */
int __must_check map_view_audit(bool planned, struct why *why);

struct boot;
struct pt_wx;

/** map_view_planned() - the lists of one boot's tables, without the registers */
void map_view_planned(const struct boot *boot);

/**
 * map_check_wx() - the line of a W^X audit
 * @rc:    what pt_audit_wx() returned
 * @first: and found
 */
void map_check_wx(struct checks *c, int rc, const struct pt_wx *first);
