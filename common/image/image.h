/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room common/image: what bytes are, and where they go: wrappings, kernels, note, place.
 * In:    a source
 * Out:   its layers and its kernel by two tables; headers checked, a plan that writes nothing
 * Uses:  source, env, console, fdt, mem
 */
/*
 * What a run of bytes is, by two tables. A file is unwrapped, layer by layer, until it is a kernel,
 * and a kernel boots.
 */
#pragma once

#include "common/mem/memmap.h"
#include "common/source/load.h"
#include "lib/base/table.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/** struct image_magic - bytes that make a format known: @length of them at @offset */
struct image_magic {
	uint16_t offset;
	uint8_t length;
	uint8_t bytes[8];
};

struct boot;

/**
 * struct image_kernel - a kind of kernel; a row is an IMAGE_KERNEL() in the file that boots it
 * @name: "an ... is wanted"
 * @boot: checks everything, then enters it; as boot_run()
 * @open: NULL, or it is a container: takes a kernel, and what belongs to it, out into the boot,
 *        whose source is the kernel's then; there is no @boot
 * @any:  a container that commands which name a kind of kernel take as well: it has one kernel
 * @is:   NULL, or the magic is not enough: it looks closer, once no other row of both tables fits
 */
struct image_kernel {
	const char *name;
	struct image_magic magic;
	int (*boot)(struct boot *boot, struct why *why);
	int (*open)(struct boot *boot, struct why *why);
	bool any;
	bool (*is)(struct source *source);
};

#define IMAGE_KERNEL(id) TABLE_ENTRY(image_kernel_table, struct image_kernel, id)

/**
 * struct image_wrapping - what kernels come packed in; a row is an IMAGE_WRAPPING() in its file
 * @unwrap: the source inside @packed, into @inner, which has its bytes in memory that was allocated
 *          for them (its name is static text); prints what U-Boot prints
 *
 * Errors of @unwrap: its sentence names the format and what is wrong; -ENOMEM no room
 */
struct image_wrapping {
	const char *name;
	struct image_magic magic;
	int (*unwrap)(struct source *packed, struct source *inner, struct why *why);
};

#define IMAGE_WRAPPING(id) TABLE_ENTRY(image_wrapping_table, struct image_wrapping, id)

/** As many layers as make sense: a compressed kernel in a container in a container. */
#define IMAGE_LAYERS_MAX 4

/** struct image_parcels - what was inside of each layer, the outermost first */
struct image_parcels {
	struct {
		const struct image_wrapping *wrapping;
		struct source inner;
	} layer[IMAGE_LAYERS_MAX];
	unsigned count;
};

/** struct image_format - what bytes are: a row of one of the tables; both NULL: neither's */
struct image_format {
	const struct image_kernel *kernel;
	const struct image_wrapping *wrapping;
};

/**
 * image_identify() - what a source holds, by its first bytes
 * @format: filled; both NULL where Loft cannot boot it
 *
 * One read of at most 544 bytes.
 *
 * Errors: -ENOEXEC unknown (the sentence shows the first bytes), or known by name only (it says
 *                  what it is)
 *         -ENODATA empty
 *         -E...    from the source
 */
int __must_check image_identify(struct source *source, struct image_format *format,
				struct why *why);

/**
 * image_unwrap() - layer by layer to the kernel
 * @source:  from outside
 * @parcels: filled
 * @kernel:  what is inside: a row
 *
 * Errors: as image_identify() and of the wrappings; -ENOEXEC a wrapping inside itself, or more
 *         layers than IMAGE_LAYERS_MAX
 */
int __must_check image_unwrap(struct source *source, struct image_parcels *parcels,
			      const struct image_kernel **kernel, struct why *why);

/** image_inner() - the innermost source; @source itself where nothing was wrapped */
struct source *image_inner(struct image_parcels *parcels, struct source *source);

/**
 * image_may_be() - is this that kind of kernel, by its name, or may one be wrapped in it?
 * @kernel: NULL: any kind, all containers as well
 */
bool image_may_be(struct source *source, const char *kernel);
