/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/**
 * relocate() - make the pointers in an image right for where it lies
 * @image: a copy of this image, or this one
 *
 * Spec: ELF gABI, "Relative relocations" (SHT_RELR); scripts/mkrelr.py makes the table
 */
void relocate(char *image);
