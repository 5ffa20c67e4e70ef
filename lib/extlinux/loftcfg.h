/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loftcfg.h - loft.cfg: what to boot, beside a kernel; doc/disks.md is its description
 *
 * Lines of key=value, comments that begin with #, and nothing else: what is not understood is
 * refused, with its place.
 */
#pragma once

#include "lib/extlinux/extlinux.h"

#define LOFTCFG_MODULES_MAX 8

/**
 * struct loftcfg - what the file says; parts of its text
 * @options: of bootelf: what goes over the kernel's note
 */
struct loftcfg {
	struct extlinux_text module[LOFTCFG_MODULES_MAX]; /* "name file command line" */
	unsigned module_count;
	struct extlinux_text kernel, initrd, fdt, cmdline, options;
};

/**
 * loftcfg_parse() - read a loft.cfg
 * @cfg:  receives what it says
 * @text: any bytes; must stay as long as @cfg is used
 * @why:  the sentence, with line and column, both from 1
 *
 * Errors: -EINVAL no key=value, a key that nobody knows or that was there before (but
 *         module: -E2BIG), no value;
 *         -ENOEXEC a control character: no text
 */
int __must_check loftcfg_parse(struct loftcfg *cfg, const char *text, size_t size, struct why *why);
