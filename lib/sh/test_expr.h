/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

/**
 * struct test_ops - what `test` asks of its surroundings
 * @exists: is there a file? three words: interface, device and partition, path
 * @like:   does @text match the regular expression? 1, 0, or -E... with a sentence
 * @ctx:    the first argument of both
 */
struct test_ops {
	bool (*exists)(void *ctx, char *const words[]);
	int (*like)(void *ctx, const char *text, const char *regex, struct why *why);
	void *ctx;
};

/**
 * test_expr() - the answer of test(1), as U-Boot's scripts mean it
 * @count: of @words
 * @words: such as { "a", "=", "b", "-o", "!", "-z", "" }
 * @why:   the sentence for an error
 *
 * A word alone: is it not empty? Strings: = == != < > =~, -z and -n; numbers, signed, of 64 bits,
 * decimal, hexadecimal with 0x or octal with 0: -eq -ne -lt -le -gt -ge; -e; '!' before any of
 * them; -a and -o from left to right, of equal rank. An empty string is the number 0, and what
 * follows a number's digits is passed over. Of what a variable without quotes leaves, nothing is
 * the empty string, and several words are one with blanks.
 *
 * Return: 1 yes, 0 no, and no word at all is a no; -EINVAL.
 */
int __must_check test_expr(int count, char *const words[], const struct test_ops *ops,
			   struct why *why);
