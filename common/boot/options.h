/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of bootelf, wherever they are written: at the prompt, in -append, in a variable. */
#pragma once

#include "common/boot/boot.h"
#include "lib/base/why.h"

/**
 * boot_option_word() - take one word of options, and its value where that is a word of its own
 * @i:   index of the word; left at the last one that was taken
 * @req: receives what it says
 *
 * Errors: -EINVAL unknown, or a value that is none; -ENOTSUP this Loft, or this build, does not do
 *         it; as bootsrc_ram() and fdt_check() for a device tree
 */
int __must_check boot_option_word(int argc, char *const argv[], int *i, struct boot_request *req,
				  struct why *why);

/** boot_option_fdt() - a device tree in DRAM, by its address in hex; errors as above */
int __must_check boot_option_fdt(const char *arg, struct boot_request *req, struct why *why);

/**
 * boot_options_under() - options that were written before anybody was at the prompt
 * @text: words, separated by blanks
 * @from: what a refusal calls the text
 * @req:  what it says already goes before them
 *
 * Errors: as boot_option_word(); -E2BIG the text is too long
 */
int __must_check boot_options_under(const char *text, const char *from, struct boot_request *req,
				    struct why *why);

/**
 * boot_options_overlays() - the request's tree becomes a copy with its overlays
 *
 * The copy is the memory map's: who calls this restores that where the boot ends.
 *
 * Errors: as fdt_take() and fdt_overlay(); -EPERM with keys
 */
int __must_check boot_options_overlays(struct boot_request *req, struct why *why);

/** boot_options_stored() - boot_options_under() of ${bootelf_options}, where that is set */
int __must_check boot_options_stored(struct boot_request *req, struct why *why);

/**
 * boot_options_cut() - take loft.bootelf="..." off the front of a command line
 * @cmdline: what follows it; the same where it does not begin so
 * @options: receives what stands between the quotes
 *
 * Without quotes the value ends at a blank.
 *
 * Errors: -EINVAL no closing quote; -E2BIG more than @size - 1 bytes
 */
int __must_check boot_options_cut(const char **cmdline, char *options, size_t size,
				  struct why *why);
