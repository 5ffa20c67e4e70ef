/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/memmap.h"
#include "lib/types.h"

/*
 * Writing a tree's blocks from the front to the back. Nothing returns an error: what does not fit is
 * left out and noted, to be asked for once, at the end.
 */

#define FDT_PUT_NAMES_MAX 512 /* bytes of all the property names that are new */

/** struct fdt_put - where the next token goes; zero but for next, end and names_at at first */
struct fdt_put {
	uint32_t *next, *end;
	bool failed; /* something did not fit */
	bool unfit;  /* unfit_number is larger than its cells hold */
	uint64_t unfit_number;
	uint32_t names_at; /* where names[] will lie in the strings block */
	uint32_t names_size;
	char names[FDT_PUT_NAMES_MAX];
};

/** fdt_put_words() - words that are big-endian already */
void fdt_put_words(struct fdt_put *out, const uint32_t *words, size_t count);

/** fdt_put_numbers() - two 64-bit numbers: an entry of the reservation block */
void fdt_put_numbers(struct fdt_put *out, uint64_t a, uint64_t b);

/** fdt_put_begin() - open a node */
void fdt_put_begin(struct fdt_put *out, const char *name);

/** fdt_put_end() - close the node that was opened last */
void fdt_put_end(struct fdt_put *out);

/** fdt_put_prop() - a property of the node that was opened last, before any child of it */
void fdt_put_prop(struct fdt_put *out, const char *name, const void *value, uint32_t len);

/** fdt_put_string(), fdt_put_u32(), fdt_put_u64() - fdt_put_prop() of such a value */
void fdt_put_string(struct fdt_put *out, const char *name, const char *value);
void fdt_put_u32(struct fdt_put *out, const char *name, uint32_t value);
void fdt_put_u64(struct fdt_put *out, const char *name, uint64_t value);

/** fdt_put_reg() - "reg": @count ranges in a bus's cells, 1 or 2 each */
void fdt_put_reg(struct fdt_put *out, const struct mem_range *ranges, unsigned int count,
		 uint32_t address_cells, uint32_t size_cells);

/** fdt_put_hex() - @value as a unit address: at most 16 digits and a NUL */
void fdt_put_hex(char *out, uint64_t value);
