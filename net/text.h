/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts that others have written. */
#pragma once

#include "lib/base/types.h"

/**
 * net_text() - bytes of a packet as a text that a terminal takes
 * @to:    receives it, cut where it is longer; what can't be printed is a '?'
 * @room:  of @to, at least 1
 * @bytes: @size of them, or up to a NUL
 */
void net_text(char *to, size_t room, const void *bytes, size_t size);

/**
 * net_field() - what a line of a head of HTTP has behind its name
 * @name: of the field, upper case or lower
 *
 * Return: NULL: it is another field
 */
const char *net_field(const char *line, const char *name);
