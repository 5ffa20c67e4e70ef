/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rpi.h - config.txt and cmdline.txt, which a Raspberry Pi's firmware reads
 *
 * Spec: Raspberry Pi documentation, "config.txt": boot options, conditional filters
 */
#pragma once

#include "lib/extlinux/extlinux.h"

/**
 * struct rpi - what config.txt says of 64-bit kernels; parts of its text
 * @prefix:         os_prefix: in front of kernel, initramfs and cmdline
 * @initramfs:      the file's name, without what says where it goes
 * @auto_initramfs: where none is named, the one that is called as the kernel
 */
struct rpi {
	struct extlinux_text prefix, kernel, initramfs, cmdline;
	bool auto_initramfs;
};

/**
 * rpi_parse() - read a config.txt; what it does not know it passes over, as the firmware does
 * @model: the filter that is this board's: "pi3"; sections of others don't count
 * @text:  any bytes, which must stay as long as @rpi is used
 */
void rpi_parse(struct rpi *rpi, const char *model, const char *text, size_t size);

/**
 * rpi_initramfs() - the ramdisk of a kernel by its name: "initramfs8" of "kernel8.img"
 *
 * Return: false: it is no kernelNAME.img, or there is no room
 */
bool rpi_initramfs(const char *kernel, char *out, size_t room);

/**
 * rpi_cmdline() - the first line of a cmdline.txt, as the firmware hands it over
 * @serial0: what Linux calls the board's console: "ttyAMA0"; takes the place of serial0
 *
 * Return: false: it has control characters, or there is no room
 */
bool rpi_cmdline(const char *text, size_t size, const char *serial0, char *out, size_t room);
