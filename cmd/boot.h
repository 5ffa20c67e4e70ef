/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/boot/boot.h"
#include "common/boot/targets.h"

/**
 * boot_linux_command() - booti and its like: [addr [initrd[:size]] [fdt]]
 * @req:       what is wanted of it beside that
 * @bad_magic: what to say where the bytes can be no such kernel
 *
 * Return: as a command's run(); not at all where a kernel is entered
 */
int boot_linux_command(int argc, char *const argv[], struct boot_request *req,
		       const char *bad_magic);
