/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/** struct printable - room for a text that a terminal takes as it is */
struct printable {
	char text[160];
};

/**
 * printable() - a foreign text for a person's eyes
 * @out:  receives it, cut where it is longer
 * @text: ends in a NUL
 *
 * What is no printable ASCII character, such as the beginning of an escape sequence, becomes \xNN.
 *
 * Return: out->text
 */
const char *printable(struct printable *out, const char *text);
