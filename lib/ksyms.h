/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/types.h"

/*
 * Loft's own function names. scripts/mksyms.py makes the table out of the first link and the
 * second link carries it at the end of .rodata. It holds offsets, no pointers: nothing in it is
 * relocated, and it is right wherever the image lies.
 */
extern const uint32_t ksym_count;
extern const uint16_t ksym_words[]; /* offset in the image / 4, ascending: up to 256 KiB of code */
extern const char ksym_names[];	    /* each ended by a NUL, in the same order */

/**
 * ksym_lookup() - the function which holds an instruction of Loft
 * @offset_in_image:  address of the instruction minus the address of the image
 * @offset_in_symbol: receives the distance from the start of the function; untouched on NULL
 *
 * Nothing marks where the last function ends: ask only for offsets inside .text.
 *
 * Return: the name, or NULL where the table is empty or starts later
 */
const char *ksym_lookup(uint32_t offset_in_image, uint32_t *offset_in_symbol);
