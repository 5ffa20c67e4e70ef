/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disks: which there are is found out when a command or a boot first names one of their kind.
 */
#pragma once

#include "drivers/block/block.h"
#include "lib/base/table.h"

struct device;

/**
 * struct disk_type - a kind of disks, as commands name it
 * @name:  "virtio", "nvme", "scsi", "mmc", ...: struct blk.type of its devices
 * @title: how U-Boot's messages write it: "VirtIO", "NVMe", "SCSI", "MMC"
 * @scan:  finds the devices and calls blk_add() for each; what does not work is printed and
 *         left out. Called with none of its devices known.
 * @serves: is that node of the tree one of its controllers? NULL: it finds them otherwise
 *
 * Registered by  TABLE_ENTRY(disk_table, struct disk_type, disk_virtio) = { ... };
 */
struct disk_type {
	const char *name;
	const char *title;
	void (*scan)(void);
	bool (*serves)(const struct device *dev);
};

/** disk_type() - the kind of disks of that name, or NULL */
const struct disk_type *disk_type(const char *name);

/** disk_scan() - look for all disks of a kind, again where that was done before */
void disk_scan(const struct disk_type *type);

/** disk_scan_once() - disk_scan() where that was not done before */
void disk_scan_once(const struct disk_type *type);

/**
 * disk_find() - the disk that a command names; its kind is looked for at first use
 * @type:   "virtio"
 * @number: 0
 * @out:    the disk; good until its kind is scanned again
 * @why:    the refusal's sentence, may be NULL
 *
 * Errors: -ENOENT no such kind of disks here; -ENODEV no such disk
 */
int __must_check disk_find(const char *type, unsigned int number, struct blk **out,
			   struct why *why);

/**
 * disk_memory() - memory for a driver and its device, zeroed
 * @size:  bytes
 * @align: a power of two, at most 64 KiB
 *
 * It is never given back: a driver keeps it for the next scan.
 *
 * Return: NULL where no memory is left; that has been printed.
 */
void *disk_memory(uint64_t size, uint64_t align);

/** struct disk_kept - what the devices of a kind have, each, kept from scan to scan */
struct disk_kept {
	void *driver; /* the driver's own */
	void *shared; /* with the device */
};

/** struct disk_need - how large that is; @what, of @kind, there may be @max of */
struct disk_need {
	const char *kind, *what;
	uint32_t max, driver, shared, align;
};

/**
 * disk_room() - memory for the @n-th device of a kind, taken when it is first needed
 * @kept: static, need->max of them
 *
 * Return: kept[n], or NULL: there are too many, or no memory is left; that has been printed
 */
struct disk_kept *disk_room(struct disk_kept *kept, const struct disk_need *need, unsigned int n);
