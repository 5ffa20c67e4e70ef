/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/boot: one boot, from a request to a finished hand-off, and its report.
 * In:    a request: a source, what the command line says over its note
 * Out:   every promise checked, the bytes where they belong; or one sentence, and nothing written
 * Uses:  net, handoff, map, image, source, shell, gdb, env, console, fdt, mem
 */
#pragma once

#include "common/handoff/request.h"
#include "lib/base/why.h"

/**
 * boot_run() - load what a request names and enter it
 * @req: the request; its source's bytes are read
 * @why: the sentence where it is refused; nothing has been written then
 *
 * Does not return where the kernel is entered.
 *
 * Return: 0 after a dry run without FAIL or a load only; -E... on refusal: -ENOEXEC no known
 * format or not the wanted one, -EINVAL malformed or impossible, -ENOSPC or -EEXIST memory,
 * -EIO where the source failed, -ENOTSUP where the CPU lacks what is asked.
 */
int __must_check boot_run(struct boot_request *req, struct why *why);

/**
 * boot_initrd_size() - bytes of a ramdisk with mkimage's header, which counts too, or of Android's
 *                      vendor_boot image
 * @addr: anything
 *
 * Return: 0 where it does not, or @addr is no DRAM
 */
uint64_t boot_initrd_size(paddr_t addr);
