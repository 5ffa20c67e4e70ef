/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

#define KSYM_NAME_MAX 64 /* with its NUL */

/*
 * Loft's own function names. scripts/mksyms.py makes the table out of the first link and the
 * second link carries it at the end of .rodata. It holds offsets, no pointers: nothing in it is
 * relocated, and it is right wherever the image lies.
 *
 * Half of what plain strings would take: the names are codes. One below ksym_first_pair is a
 * character, any other stands for two smaller codes, which mostly are pieces of names themselves.
 */
extern const uint32_t ksym_count;
extern const uint32_t ksym_first_pair;
extern const char ksym_characters[]; /* by code */
extern const uint8_t ksym_pairs[];   /* two codes each, from ksym_first_pair on */
extern const uint8_t ksym_steps[];   /* words to each function from the one before; 255: and more */
extern const uint8_t ksym_names[];   /* a name ends with the code whose last character is NUL */

/**
 * ksym_lookup() - the function which holds an instruction of Loft
 * @offset_in_image:  address of the instruction minus the address of the image
 * @offset_in_symbol: receives the distance from the start of the function; untouched on NULL
 *
 * Nothing marks where the last function ends: ask only for offsets inside .text.
 *
 * Return: the name, good until the next call, or NULL where the table is empty or starts later
 */
const char *ksym_lookup(uint32_t offset_in_image, uint32_t *offset_in_symbol);
