/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/image/note.h"
#include "common/source/load.h"
#include "lib/base/types.h"

struct image_kernel;

/** Registers that a boot command may set for the kernel: x0..x7. */
#define BOOT_REGS 8

/** Overlays of the tree that -o may name */
#define BOOT_OVERLAYS 4

/** Places that Loft chooses, for @reg_place below */
enum boot_place {
	BOOT_PLACE_NONE,
	BOOT_PLACE_KERNEL, /* the kernel's first byte, physical */
	BOOT_PLACE_INITRD, /* the ramdisk's; 0: there is none */
	BOOT_PLACE_FDT,
	BOOT_PLACE_END, /* the first byte behind the kernel */
};

/**
 * struct boot_raw - code without a header: where it goes and is entered
 * @kernel: how it is booted; NULL: nobody says where it goes
 */
struct boot_raw {
	const struct image_kernel *kernel;
	paddr_t load, entry;
};

/**
 * struct boot_request - what a boot command asks for
 * @source:          where the kernel's bytes come from: ELF, arm64 Image, zImage, gzip of these
 * @params:          what the command line says over the kernel's own note
 * @dry_run:         print the hand-off report and stop there (bootelf -n)
 * @load_only:       load the segments and stop there (bootelf -l)
 * @gdb:             stop at the entry, for a gdb (bootelf -g)
 * @unmapped:        enter with the MMU off, at the physical entry (bootelf -u)
 * @mapped:          enter mapped, whatever its note or its code says (bootelf -V)
 * @allow_wx:        accept segments both writable and executable (bootelf -w)
 * @reg:             values for x0..x7 where their bit in @reg_given is set
 * @reg_given:       bit n: x<n> is reg[n] and not what the protocol says, or ...
 * @reg_place:       ... where it is not BOOT_PLACE_NONE, the address of that (enum boot_place)
 * @initrd_start:    physical address of a ramdisk that lies in DRAM
 * @initrd_size:     its bytes; 0: none
 * @initrd_from_qfw: the ramdisk is fw_cfg's (QEMU's -initrd), to be loaded
 * @module_count:    files beside the kernel that were named (common/boot/modules.h)
 * @flat:            where the source goes if it has no header and may be code
 * @fdt:             device tree for the kernel; NULL: the machine's own
 * @overlay:         where overlays of that tree lie in DRAM, @overlay_count of them
 * @fit_config:      the configuration of a FIT; NULL: its choice
 * @fit_unit:        the kernel of a FIT, alone; NULL: what the configuration says
 * @bootargs:        command line; NULL: the environment's, then the machine's
 * @want:            the one kind of kernel that is meant, by its name in the table of kernels
 *                   (common/image/image.h); NULL: any
 * @found_at:        where autoboot found the source lying in DRAM: it is made unlike a kernel
 *                   before the jump, lest it be found again after a reset; 0: it is left alone
 */
struct boot_request {
	struct source *source;
	struct boot_params params;
	bool dry_run;
	bool load_only;
	bool gdb;
	bool unmapped;
	bool mapped;
	bool allow_wx;
	uint64_t reg[BOOT_REGS];
	uint32_t reg_given;
	uint8_t reg_place[BOOT_REGS];
	paddr_t initrd_start;
	uint64_t initrd_size;
	bool initrd_from_qfw;
	unsigned module_count;
	struct boot_raw flat;
	const void *fdt;
	paddr_t overlay[BOOT_OVERLAYS];
	unsigned overlay_count;
	const char *fit_config, *fit_unit;
	const char *bootargs;
	const char *want;
	paddr_t found_at;
};
