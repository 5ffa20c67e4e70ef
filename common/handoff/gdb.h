/* SPDX-License-Identifier: BSD-2-Clause */
/* A kernel's first instructions under gdb: bootelf -g. */
#pragma once

#include "arch/exception.h"

struct boot;

/**
 * handoff_gdb_arm() - the early vectors lead to gdb, and the kernel stops at its entry
 * @boot: its vectors' page is filled and its segments are loaded; neither is clean yet
 */
void handoff_gdb_arm(const struct boot *boot);

/**
 * handoff_gdb_fault() - an early exception of the kernel
 * @frame: what the early vectors saved
 *
 * Does not return where gdb lets the kernel go on.
 *
 * Return: the frame to report
 */
struct fault_frame *handoff_gdb_fault(struct fault_frame *frame);

/** handoff_gdb_print() - gdb's command for the symbols of the kernel that was loaded last */
void handoff_gdb_print(void);
