/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Which of an image's pointers: what is between __cold_start and __cold_end, the others, all */
enum relocate_part { RELOCATE_COLD = 1, RELOCATE_HOT = 2, RELOCATE_ALL = 3 };

/**
 * relocate() - make the pointers in an image right for where it lies
 * @image: a copy of this image, or this one
 * @part:  RELOCATE_COLD alone: of a copy from flash, as linked, to this image
 *
 * Spec: ELF gABI, "Relative relocations" (SHT_RELR); scripts/mkrelr.py makes the table
 */
void relocate(char *image, enum relocate_part part);
