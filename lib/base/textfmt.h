/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * textfmt() - a text after a printf format that a user has written
 * @out:    receives it and a NUL; @room bytes at most
 * @format: %c %s take a word, %d %i %u %o %x %X a number, %% is a '%'; flags, width and precision
 *          of up to three digits; \" \\ \a \b \f \n \r \t \v \NNN (octal), and \c ends the text
 * @count:  of @words, of which each conversion takes one
 * @number: reads a word as a number; says why where it returns nonzero
 * @why:    the sentence for an error, "" where @number has said it
 *
 * Return: 0; -EINVAL a conversion that is none, or no word for it; -ENOSPC.
 */
int __must_check textfmt(char *out, size_t room, const char *format, int count, char *const words[],
			 int (*number)(const char *word, uint64_t *out), struct why *why);
