/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/mem/memmap.h"
#include "include/loft/boot.h"
#include "lib/base/types.h"

/*
 * Writing a tree's blocks from the front to the back. Nothing returns an error: what does not fit
 * is left out and noted, to be asked for once, at the end.
 */

/*
 * The property names that Loft writes lie behind the tree's own strings, all of them, at places
 * which the compiler knows. They are not looked for among the old ones: a name may stand there
 * twice, and the search would cost more than the bytes are worth.
 */
#define FDT_PUT_NAMES(X)                             \
	X(reg, "reg")                                \
	X(ranges, "ranges")                          \
	X(address_cells, "#address-cells")           \
	X(size_cells, "#size-cells")                 \
	X(device_type, "device_type")                \
	X(no_map, "no-map")                          \
	X(bootargs, "bootargs")                      \
	X(initrd_start, "linux,initrd-start")        \
	X(initrd_end, "linux,initrd-end")            \
	X(kaslr_seed, "kaslr-seed")                  \
	X(rng_seed, "rng-seed")                      \
	X(protocol, LOFT_FDT_PROTOCOL)               \
	X(virt_start, LOFT_FDT_VIRT_START)           \
	X(va_bits, LOFT_FDT_VA_BITS)                 \
	X(granule, LOFT_FDT_GRANULE)                 \
	X(ttbr1, LOFT_FDT_TTBR1)                     \
	X(tcr, LOFT_FDT_TCR)                         \
	X(mair, LOFT_FDT_MAIR)                       \
	X(boot_el, LOFT_FDT_BOOT_EL)                 \
	X(secondary_entry, LOFT_FDT_SECONDARY_ENTRY) \
	X(boot_time_ns, LOFT_FDT_BOOT_TIME_NS)       \
	X(kernel_phys, LOFT_FDT_KERNEL_PHYS)         \
	X(kernel_virt, LOFT_FDT_KERNEL_VIRT)         \
	X(reclaimable, LOFT_FDT_RECLAIMABLE)         \
	X(mailbox, LOFT_FDT_MAILBOX)                 \
	X(compatible, "compatible")                  \
	X(method, "method")                          \
	X(enable_method, "enable-method")            \
	X(json, "json")                              \
	X(width, "width")                            \
	X(height, "height")                          \
	X(stride, "stride")                          \
	X(format, "format")                          \
	X(module_name, LOFT_FDT_NAME)                \
	X(xen_bootargs, "xen,xen-bootargs")

#define FDT_PUT_FIELD_(id, text) char id[sizeof(text)];
struct fdt_put_names {
	FDT_PUT_NAMES(FDT_PUT_FIELD_)
};

/** fdt_put_names - their bytes, in the order of the list */
extern const struct fdt_put_names fdt_put_names;

/** FDT_NAME() - how a name of the list is given to the functions below */
#define FDT_NAME(id) ((uint32_t)offsetof(struct fdt_put_names, id))

/** struct fdt_put - where the next token goes; zero but for next, end and names_at at first */
struct fdt_put {
	uint32_t *next, *end;
	uint32_t names_at; /* where fdt_put_names will lie in the strings block */
	bool failed;       /* something did not fit */
	bool unfit;        /* unfit_number is larger than its cells hold */
	uint64_t unfit_number;
};

/** fdt_put_words() - words that are big-endian already */
void fdt_put_words(struct fdt_put *out, const uint32_t *words, size_t count);

/** fdt_put_numbers() - two 64-bit numbers: an entry of the reservation block */
void fdt_put_numbers(struct fdt_put *out, uint64_t a, uint64_t b);

/** fdt_put_begin() - open a node */
void fdt_put_begin(struct fdt_put *out, const char *name);

/** fdt_put_end() - close the node that was opened last */
void fdt_put_end(struct fdt_put *out);

/** fdt_put_prop() - a property, by FDT_NAME(), of the node opened last, before any child of it */
void fdt_put_prop(struct fdt_put *out, uint32_t name, const void *value, uint32_t len);

/**
 * fdt_put_room() - a property whose @len bytes are written later
 *
 * Return: them, undefined so far; NULL where they did not fit
 */
void *fdt_put_room(struct fdt_put *out, uint32_t name, uint32_t len);

/** fdt_put_string(), fdt_put_u32(), fdt_put_u64() - fdt_put_prop() of such a value */
void fdt_put_string(struct fdt_put *out, uint32_t name, const char *value);
void fdt_put_u32(struct fdt_put *out, uint32_t name, uint32_t value);
void fdt_put_u64(struct fdt_put *out, uint32_t name, uint64_t value);

/** fdt_put_reg() - "reg": @count ranges in a bus's cells, 1 or 2 each */
void fdt_put_reg(struct fdt_put *out, const struct mem_range *ranges, unsigned int count,
		 uint32_t address_cells, uint32_t size_cells);

/* "loft-", the owner, '@', 16 digits, NUL */
#define FDT_RANGE_NAME_SIZE (5 + MEM_OWNER_SIZE + 1 + 17)

/**
 * fdt_put_range_name() - name the node of an owned range: "Loft's EL2 stub" becomes
 * "loft-el2-stub@47fe0000"
 * Spec: Devicetree Specification 2.2.1
 */
void fdt_put_range_name(char out[FDT_RANGE_NAME_SIZE], const struct mem_range *r);
