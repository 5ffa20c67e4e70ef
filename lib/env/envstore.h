/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Room lib/env: PURE: variables in a block of memory, and U-Boot's formats of them.
 * In:    bytes, names
 * Out:   values, an image with its CRC
 * Uses:  base
 */
#pragma once

#include "lib/base/types.h"
#include "lib/base/why.h"

#define ENVSTORE_NAME_MAX 127 /* bytes of a name */

/**
 * struct envstore - variables in a bounded buffer
 * @mem:  "name=value" strings, each with its NUL, sorted by name
 * @size: bytes of @mem
 * @used: bytes taken
 */
struct envstore {
	char *mem;
	size_t size;
	size_t used;
};

/** envstore_init() - an empty store in @size bytes at @mem */
void envstore_init(struct envstore *store, char *mem, size_t size);

/**
 * envstore_get() - the value of a variable
 *
 * Return: the value, NULL where it is not set; good until the store changes.
 */
const char *envstore_get(const struct envstore *store, const char *name);

/**
 * envstore_get_many() - envstore_get() of several in one pass
 * @names:  in ascending order
 * @values: receives @count of what envstore_get() returns
 */
void envstore_get_many(const struct envstore *store, const char *const names[], unsigned int count,
		       const char *values[]);

/**
 * envstore_set() - set or delete a variable
 * @store: the store; as it was on error
 * @name:  1 to ENVSTORE_NAME_MAX bytes, no '=', no blanks or control characters
 * @value: any string, not one inside the store; NULL or "" deletes, which is no error where the
 *         variable is not set
 * @why:   the sentence for an error
 *
 * Return: 0; -EINVAL the name, or a value inside the store; -ENOSPC it does not fit.
 */
int __must_check envstore_set(struct envstore *store, const char *name, const char *value,
			      struct why *why);

/** envstore_put() - envstore_set() for which "" is a value, and only NULL deletes */
int __must_check envstore_put(struct envstore *store, const char *name, const char *value,
			      struct why *why);

/**
 * envstore_check() - envstore_put() that sets nothing
 *
 * Errors: as envstore_put(), less those about where @value lies
 */
int __must_check envstore_check(const struct envstore *store, const char *name, const char *value,
				struct why *why);

/**
 * envstore_adopt() - make variables of strings that were put into the store's memory
 * @used: bytes at store->mem: strings, each with its NUL; untrusted
 * @odd:  receives how many are no variables, see envstore_is_odd(): they stay, and are stored again
 *
 * Of two with one name the later stays; one without a value goes.
 *
 * They are sorted where they lie; in order already, as Loft stores them, they cost one look.
 */
void envstore_adopt(struct envstore *store, size_t used, unsigned int *odd);

/** envstore_is_odd() - has this entry no '=', or a name that no variable may have? */
bool envstore_is_odd(const char *entry);

/**
 * envstore_next() - walk the store in the order of the names
 * @entry: the entry before, NULL to begin
 *
 * Return: the next "name=value", NULL after the last.
 */
const char *envstore_next(const struct envstore *store, const char *entry);

/**
 * envstore_import() - set variables from text
 * @text: lines "name=value"; empty ones and those that begin with '#' count for nothing, a line
 *        without value deletes
 * @len:  bytes of @text, no NUL needed
 * @why:  the sentence for an error, with the line's number
 *
 * Return: 0; -EINVAL a line without '=', a bad name or a NUL byte; -ENOSPC. The lines before
 * the one that failed have been set.
 */
int __must_check envstore_import(struct envstore *store, const char *text, size_t len,
				 struct why *why);
