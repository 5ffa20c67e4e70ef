/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as setexpr and itest take them. */
#pragma once

#include "lib/base/types.h"

/**
 * value_parse() - a hexadecimal number, or *address for what lies there
 * @cmd:   the command's name, for the sentence, which is printed
 * @width: bytes to read at the address: 1, 2, 4 or 8
 *
 * Return: as cmd_number(). Where nothing is at the address, the shell catches the fault.
 */
int __must_check value_parse(const char *cmd, const char *word, unsigned int width, uint64_t *out);

/** value_text() - for .s: the word itself, or behind '*' the string at the address; NULL, said */
const char *value_text(const char *cmd, const char *word);

/** value_is_text() - does the command's word end in .s? */
bool value_is_text(const char *word);
