/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files beside a kernel: dom0 and its ramdisk for Xen, a root task, whatever a kernel wants. They
 * lie in memory; the kernel's tree lists them.
 */
#pragma once

#include "common/handoff/state.h"

/**
 * modules_option() - one that is named by text: name=address[:size][,command line]
 *
 * Without a size it is what was loaded there. The names kernel, dom0, ramdisk, initrd and fdt tell
 * Xen what it is.
 *
 * Errors: -EINVAL malformed, or no size known; -E2BIG too many, or the command lines are too long;
 *         -ENXIO no DRAM
 */
int __must_check modules_option(const char *text, struct boot_request *req, struct why *why);

/**
 * modules_request() - the same, from its parts
 * @cmdline: copied; NULL or empty: none
 */
int __must_check modules_request(const char *name, paddr_t start, uint64_t size,
				 const char *cmdline, struct boot_request *req, struct why *why);

/** modules_claim() - those of the request are the boot's, and nothing is placed over them */
int __must_check modules_claim(struct boot *b, struct why *why);

/**
 * modules_add() - one out of a container
 * @bytes: go to a place of their own once everything has been checked
 * @cmdline: stays as long as the boot takes; NULL: none
 */
int __must_check modules_add(struct boot *b, const char *name, enum fdt_module_kind kind,
			     const uint8_t *bytes, uint64_t size, const char *cmdline,
			     struct why *why);

/** modules_keep() - an ELF kernel's: its tree lists them as reserved memory, to be reclaimed */
int __must_check modules_keep(const struct boot *b, struct why *why);
