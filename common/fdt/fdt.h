/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/fdt: device trees, read and finished.
 * In:    bytes at x0, facts of the boot
 * Out:   struct machine: banks, reservations, windows, devices, CPUs; the kernel's tree
 * Uses:  mem
 */
#pragma once

#include "common/mem/arena.h"
#include "common/mem/memmap.h"
#include "lib/base/psci.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * What the flattened device tree says about the machine, collected in one pass. Everything after
 * that reads struct machine; nobody walks the tree again, except the `fdt` command and
 * fdt_finish(), which writes the kernel's copy.
 */

#define FDT_SIZE_MAX (2 * MIB) /* the largest that a kernel must take, and that Loft takes */

/**
 * struct device - an enabled node with a register window at a CPU address
 *
 * The strings point into the tree.
 */
struct device {
	const char *compatible; /* first of compatible_len bytes of strings; NULL if it has none */
	int compatible_len;
	const char *name; /* with its unit address */
	paddr_t base;     /* first register window, as the CPU sees it */
	uint64_t size;
	int node;      /* offset in the structure block of machine.fdt, as libfdt counts */
	uint8_t depth; /* of the node: 1 is a child of the root */
};

/** struct window - register or bus addresses of devices, as the CPU sees them */
struct window {
	paddr_t start;
	uint64_t size;
};

/**
 * struct machine - the machine that the tree describes
 *
 * All strings point into @fdt and stay good as long as it isn't written.
 */
struct machine {
	const void *fdt;
	uint32_t fdt_size; /* bytes in use, often far less than the header's totalsize */
	struct memmap mem; /* banks and reservations */
	struct device *dev;
	unsigned int dev_count;
	struct window *win; /* all windows, in tree order; may overlap */
	unsigned int win_count;
	unsigned int dev_seen,
		win_seen;     /* in the tree: more than the counts where room was short */
	paddr_t console_base; /* what stdout-path leads to; 0: none, or no device with registers */
	const char *console_compatible; /* its string list, NULL if console_base is 0 */
	int console_compatible_len;
	int console_node; /* offset as of struct device, good where console_compatible is */
	enum psci_conduit psci;
	const char *bootargs, *model, *stdout_path; /* NULL if there is none */
	paddr_t initrd_start, initrd_end;           /* [start, end); both 0 if there is none */
	bool has_kaslr_seed, has_rng_seed;          /* in /chosen */
	unsigned int cpu_count;
	int cpus_node;		     /* /cpus, offset as of struct device; -1: none */
	struct psci_ids psci_ids;    /* where the tree tells other numbers than the standard's */
	unsigned int banks_left_out; /* memory nodes for which memmap has no room */
	unsigned int skipped;        /* nodes passed over, because they are damaged, */
	int skipped_node;            /* and the first of them */
	paddr_t initrd_stale;        /* of a ramdisk outside DRAM, which is ignored; 0: none */
};

/** struct machine_room - where machine_scan() may put devices and windows; none: it only counts */
struct machine_room {
	struct device *dev;
	struct window *win;
	unsigned int dev_room, win_room;
};

/** machine - the one; filled by common/start/early.c */
extern struct machine machine;

/**
 * machine_scan() - read the whole tree once
 * @m:        receives everything; contents before don't matter
 * @fdt:      the tree, 4-byte aligned, untrusted
 * @max_size: bytes that may be read at @fdt
 * @room:     for devices and windows; NULL: none
 * @why:      the refusal's sentence, may be NULL
 *
 * What finds no room is counted (dev_seen, win_seen), and machine_rescan() with as much as that has
 * it. Runs before relocation: writes only @m, no globals. Takes about 3 KiB of stack. Damage to the
 * structure itself, to memory or to a reservation refuses the tree; a device node that makes no
 * sense is left out and counted.
 *
 * Errors: -EINVAL no device tree, or a damaged one; -E2BIG deeper or larger than Loft takes;
 *         -ENODEV no memory in it; -ERANGE, -ENOSPC from the memory map. @m is then unusable.
 * Spec:   Devicetree Specification v0.4, chapters 2, 3, 5
 */
int __must_check machine_scan(struct machine *m, const void *fdt, uint64_t max_size,
			      const struct machine_room *room, struct why *why);

/**
 * machine_move() - the same tree now lies somewhere else
 * @m:   scanned
 * @fdt: fdt_copy() of m->fdt; every pointer of @m is made to lead there
 */
void machine_move(struct machine *m, const void *fdt);

/**
 * machine_rescan() - the tree was edited, or replaced by another
 * @m:   scanned
 * @fdt: the tree as it is now; m->fdt becomes that
 * @room: as machine_scan()
 * @why: the refusal's sentence, may be NULL
 *
 * Everything but the memory map is read anew: what owns memory stays. Takes 12 KiB of stack.
 *
 * Errors: as machine_scan(). Then nothing that pointed into the old tree is left, neither devices
 *         nor strings; addresses and numbers stay.
 */
int __must_check machine_rescan(struct machine *m, const void *fdt, const struct machine_room *room,
				struct why *why);

/**
 * machine_refresh() - machine_rescan() of the one machine, with as much room as the tree needs
 *
 * Errors: as machine_rescan(); -ENOMEM from the memory map
 */
int __must_check machine_refresh(const void *fdt, struct why *why);

/**
 * machine_take() - an arena's memory as room for devices and windows
 * Errors: -ENOMEM @room is untouched
 */
int __must_check machine_take(struct machine_room *room, struct arena *arena, unsigned int devices,
			      unsigned int windows);

/** machine_window_left() - bytes from @at on in one device's window; 0: it is in none */
uint64_t machine_window_left(const struct machine *m, paddr_t at);

/**
 * machine_readable() - may somebody look at bytes from @at on, and how many?
 * @at:   any address
 * @size: receives the bytes up to the end of the DRAM bank, or to what is Loft's; or to the end of
 *        the device's window, such as a flash's
 *
 * Errors: -ENXIO neither DRAM nor a device's; -EEXIST Loft's own, or not mapped
 */
int __must_check machine_readable(const struct machine *m, paddr_t at, uint64_t *size,
				  struct why *why);

/** machine_need() - bytes that machine_take() takes */
uint64_t machine_need(unsigned int devices, unsigned int windows);

/**
 * machine_find() - a device by what it is compatible with
 * @m:          scanned
 * @compatible: one string, such as "arm,pl011"
 * @nth:        0 for the first in tree order, and so on
 *
 * Return: the device or NULL
 */
const struct device *machine_find(const struct machine *m, const char *compatible,
				  unsigned int nth);

/** device_is() - true where @compatible is one of the device's strings */
bool device_is(const struct device *dev, const char *compatible);

#define FDT_HEADER_SIZE 40

/**
 * fdt_extent() - how many bytes fdt_check() and a walk may read of a tree
 * @fdt:    FDT_HEADER_SIZE bytes that may be read, untrusted
 * @extent: receives the bytes from the header's first to the last block's last; totalsize where
 *          the blocks are not in the usual order
 * @why:    the refusal's sentence, may be NULL
 *
 * Errors: -EINVAL not a tree; -E2BIG more than FDT_SIZE_MAX
 */
int __must_check fdt_extent(const void *fdt, uint64_t *extent, struct why *why);

/**
 * fdt_check() - may this memory be read as a device tree?
 * @fdt:      anything at a multiple of 4, untrusted
 * @max_size: bytes that may be read there
 * @used:     receives the bytes in use: the end of the last block; may be NULL
 * @why:      the refusal's sentence, may be NULL
 *
 * The header and the place of every block are checked, not what the blocks hold. What the blocks
 * use counts, not the header's totalsize: QEMU's trees grow by being dumped and given back.
 *
 * Errors: -EINVAL not a tree, or truncated; -E2BIG its blocks use more than FDT_SIZE_MAX
 */
int __must_check fdt_check(const void *fdt, uint64_t max_size, uint32_t *used, struct why *why);

/**
 * fdt_check_whole() - fdt_check(), and a walk over all nodes and properties
 * @fdt:      at a multiple of 8
 * @any_size: it is no tree for a kernel: a FIT may have more than FDT_SIZE_MAX
 *
 * Debian's libfdt adds a property's length unchecked and goes in circles, in its own full check
 * too: it gets no tree that has not passed here or in machine_scan().
 *
 * Errors: as fdt_check(); -EINVAL damaged, with the place
 */
int __must_check fdt_check_whole(const void *fdt, uint64_t max_size, bool any_size,
				 struct why *why);

/**
 * fdt_copy() - copy the used part of a tree
 * @dst:  8-byte aligned, does not overlap @fdt, which need not be
 * @room: bytes at @dst; the copy's totalsize becomes that, so that it can be edited in place
 * @fdt:  a tree that fdt_check() takes
 * @used: what fdt_check() or machine.fdt_size says of it
 *
 * QEMU's trees are 1 MiB long with 8 KiB in them: copying totalsize costs more than reading it.
 *
 * Errors: -ENOSPC room is less than used or more than 32 bits count
 */
int __must_check fdt_copy(void *dst, uint64_t room, const void *fdt, uint32_t used);
