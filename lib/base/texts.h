/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/**
 * text_nth() - one of many constant strings
 * @texts: the strings one behind the other, each with its NUL: "a\0" "b\0"
 * @n:     less than their number
 *
 * For tables of words: arrays of a fixed length are a third padding, and a pointer is eight bytes
 * and a relocation.
 */
const char *text_nth(const char *texts, unsigned n);
