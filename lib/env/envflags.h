/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "lib/base/types.h"

/*
 * Attributes of variables as U-Boot writes them: "name:attribute,name:attribute". A name may hold
 * \d* or \d? for digits. The attribute of a flags list is two letters:
 *
 *	type    s string  d decimal  x hexadecimal  b boolean  i IP address  m MAC address
 *	access  a any  r read-only  o write-once  c may be changed from its default
 */

struct envflags {
	char type, access;
};

/**
 * envattr_next() - walk a list
 * @list: where it is; moved behind the entry
 * @name: receives the entry's name, not terminated, and its length
 * @attr: receives its attribute, not terminated, "" where it has none
 *
 * Return: false at the end; an entry without a name is passed over
 */
bool envattr_next(const char **list, const char **name, size_t *name_len, const char **attr,
		  size_t *attr_len);

/** envattr_matches() - is @name one of those that a list's name stands for? */
bool envattr_matches(const char *pattern, size_t len, const char *name);

/**
 * envflags_find() - the flags of a variable
 * @list: may be NULL
 * @out:  written where the list has them; letters that nobody knows count as s and a
 *
 * Return: true where the list has the variable
 */
bool envflags_find(const char *list, const char *name, struct envflags *out);

/** envflags_type_ok() - is the value of that type? */
bool envflags_type_ok(char type, const char *value);

/** envflags_type_name(), envflags_access_name() - in words; NULL for other letters */
const char *envflags_type_name(char type);
const char *envflags_access_name(char access);
