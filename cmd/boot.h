/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/boot/boot.h"
#include "common/boot/bootsrc.h"

/**
 * boot_linux_command() - booti and its like: [addr [initrd[:size]] [fdt]]
 * @req:       what is wanted of it beside that
 * @wanted:    the kind of kernel; gzip is taken as well
 * @bad_magic: what to say about any other
 *
 * Return: as a command's run(); not at all where a kernel is entered
 */
int boot_linux_command(int argc, char *const argv[], struct boot_request *req,
		       enum boot_kind wanted, const char *bad_magic);
