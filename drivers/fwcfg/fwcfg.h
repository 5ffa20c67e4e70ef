/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fwcfg.h - QEMU's firmware configuration device, by MMIO and DMA
 *
 * Spec: QEMU documentation, "QEMU Firmware Configuration (fw_cfg) Device" (docs/specs/fw_cfg)
 */
#pragma once

#include "lib/base/types.h"

/* Well-known items. Sizes are 32-bit little-endian numbers; those of strings count the NUL. */
#define FW_CFG_SIGNATURE	0x00
#define FW_CFG_ID		0x01
#define FW_CFG_NB_CPUS		0x05
#define FW_CFG_KERNEL_SIZE	0x08
#define FW_CFG_INITRD_SIZE	0x0b
#define FW_CFG_KERNEL_DATA	0x11
#define FW_CFG_INITRD_DATA	0x12
#define FW_CFG_CMDLINE_SIZE	0x14
#define FW_CFG_CMDLINE_DATA	0x15
#define FW_CFG_SETUP_SIZE	0x17	/* what precedes the kernel proper; x86 alone has it */
#define FW_CFG_SETUP_DATA	0x18
#define FW_CFG_FILE_DIR		0x19
#define FW_CFG_FILE_FIRST	0x20
#define FW_CFG_FILES_MAX	(0x4000 - FW_CFG_FILE_FIRST)

/**
 * struct fwcfg - one device, filled by fwcfg_init()
 * @base:     its registers
 * @coherent: its DMA sees the CPU's caches ("dma-coherent" in the FDT)
 */
struct fwcfg {
	paddr_t base;
	bool coherent;
};

/**
 * struct fwcfg_file - an entry of the directory, in the CPU's byte order
 */
struct fwcfg_file {
	uint32_t size;
	uint16_t key;
	char name[56];			/* always NUL-terminated */
};

/**
 * fwcfg_init() - check that a device with the DMA interface is there
 * @fw:       filled on success
 * @base:     first register window of the FDT node "qemu,fw-cfg-mmio", mapped as Device
 * @coherent: the node has the property "dma-coherent"
 *
 * Errors: -ENODEV  no fw_cfg, or one without DMA
 */
int __must_check fwcfg_init(struct fwcfg *fw, paddr_t base, bool coherent);

/**
 * fwcfg_read() - read part of an item straight to where it belongs
 * @key: of the item
 * @off: bytes to pass over
 * @dst: memory that is mapped at its physical address; cached memory is maintained here
 * @len: bytes; 0 does nothing. What lies beyond the end of the item reads as zeros: the device
 *       does not say so, hence callers ask for the size first.
 *
 * Errors: -EIO        the device refused
 *         -ETIMEDOUT  it did not finish
 *         -ERANGE     @off or @len pass what the device can address, 4 GiB
 *         After an error the bytes at @dst are undefined.
 */
int __must_check fwcfg_read(const struct fwcfg *fw, uint16_t key, uint64_t off, void *dst,
			    uint64_t len);

/**
 * fwcfg_write() - write a whole item, of those few that QEMU lets one write
 * @src: memory that is mapped at its physical address; cached memory is maintained here
 *
 * Errors: -EIO, -ETIMEDOUT as fwcfg_read()
 */
int __must_check fwcfg_write(const struct fwcfg *fw, uint16_t key, const void *src, uint32_t len);

/**
 * fwcfg_number() - read an item that is a 32-bit little-endian number
 *
 * Errors: as fwcfg_read(); @value is written only on success. An absent item reads as 0.
 */
int __must_check fwcfg_number(const struct fwcfg *fw, uint16_t key, uint32_t *value);

/**
 * fwcfg_each_file() - walk the directory
 * @each: called for each file, in the device's order; not 0 ends the walk
 * @ctx:  its first argument
 *
 * Errors: as fwcfg_read()
 *         -EBADMSG  the directory claims more than FW_CFG_FILES_MAX files
 *         what @each returned, if not 0
 */
int __must_check fwcfg_each_file(const struct fwcfg *fw,
				 int (*each)(void *ctx, const struct fwcfg_file *file), void *ctx);

/**
 * fwcfg_find_file() - look a file up by its name
 *
 * Errors: as fwcfg_each_file()
 *         -ENOENT  no such file
 *         @found is written only on success.
 */
int __must_check fwcfg_find_file(const struct fwcfg *fw, const char *name,
				 struct fwcfg_file *found);
