/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/boot/boot.h"
#include "common/boot/targets.h"

#define BOOT_WORDS 4 /* command, address, ramdisk, tree */

/**
 * boot_take_modules() - take `-m MODULE` out of words, of which there may be too many
 * @argc: words; receives how many are left
 * @req:  receives the modules
 *
 * Return: 0; else what the command returns, and it was said why.
 */
int boot_take_modules(int *argc, char *const argv[], char *words[BOOT_WORDS],
		      struct boot_request *req);

/**
 * boot_linux_command() - booti and its like: [addr [initrd[:size]] [fdt]]
 * @req:       what is wanted of it beside that
 * @bad_magic: what to say where the bytes can be no such kernel
 *
 * Return: as a command's run(); not at all where a kernel is entered
 */
int boot_linux_command(int argc, char *const argv[], struct boot_request *req,
		       const char *bad_magic);
