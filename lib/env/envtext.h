/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/*
 * Variables as U-Boot's env export and import have them, one behind the other:
 *
 *	text    name=value LF ... NUL     a LF or backslash in a value has a backslash before it
 *	binary  name=value NUL ... NUL    as in flash: values as they are
 */

/**
 * envtext_put() - one variable as text
 * @entry: "name=value"
 * @out:   NULL only counts
 * @room:  bytes at @out
 *
 * Return: the bytes that it takes, with its LF; written only where they fit
 */
size_t envtext_put(const char *entry, char *out, size_t room);

/** struct envtext - a walk over what is imported */
struct envtext {
	const char *next, *end;
	bool text, crlf;
};

/**
 * envtext_next() - the next variable
 * @in:   text: lines, empty ones and those that begin with '#' are passed over, crlf takes CR LF
 *        for LF; else strings
 * @out:  receives "name", NUL, "value", NUL; the value is empty where nothing stands behind '='
 * @room: bytes at @out
 *
 * Return: the bytes of the name; 0 at the end; -EINVAL an entry without name or '=';
 *         -E2BIG one longer than @room. After an error the walk can go on.
 */
int envtext_next(struct envtext *in, char *out, size_t room);
