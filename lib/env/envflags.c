/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/env/envflags.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool envattr_next(const char **list, const char **name, size_t *name_len, const char **attr,
		  size_t *attr_len)
{
	const char *p = *list;

	for (;;) {
		size_t len;

		p += strspn(p, ", ");
		if (!*p)
			return false;
		len = strcspn(p, ",");
		*name = p;
		*name_len = strcspn(p, ":, ");
		*attr = p + *name_len;
		if (**attr == ':')
			++*attr;
		*attr_len = strcspn(*attr, ", ");
		p += len;
		if (!*name_len)
			continue;
		*list = p;
		return true;
	}
}

bool envattr_matches(const char *pattern, size_t len, const char *name)
{
	while (len) {
		if (len >= 3 && pattern[0] == '\\' && pattern[1] == 'd' &&
		    (pattern[2] == '*' || pattern[2] == '?')) {
			while (is_digit(*name)) {
				name++;
				if (pattern[2] == '?')
					break;
			}
			pattern += 3;
			len -= 3;
			continue;
		}
		if (*name++ != *pattern++)
			return false;
		len--;
	}
	return !*name;
}

const char *envflags_type_name(char type)
{
	switch (type) {
	case 's':
		return "string";
	case 'd':
		return "decimal";
	case 'x':
		return "hexadecimal";
	case 'b':
		return "boolean";
	case 'i':
		return "IP address";
	case 'm':
		return "MAC address";
	default:
		return NULL;
	}
}

const char *envflags_access_name(char access)
{
	switch (access) {
	case 'a':
		return "any";
	case 'r':
		return "read-only";
	case 'o':
		return "write-once";
	case 'c':
		return "change-default";
	default:
		return NULL;
	}
}

bool envflags_find(const char *list, const char *name, struct envflags *out)
{
	const char *entry, *attr;
	size_t len, attr_len;

	while (list && envattr_next(&list, &entry, &len, &attr, &attr_len)) {
		if (!envattr_matches(entry, len, name))
			continue;
		*out = (struct envflags){ 's', 'a' };
		if (attr_len > 0 && envflags_type_name(attr[0]))
			out->type = attr[0];
		if (attr_len > 1 && envflags_access_name(attr[1]))
			out->access = attr[1];
		return true;
	}
	return false;
}

/* @count numbers of 1 to @most digits, @separator between them. */
static bool is_numbers(const char *value, unsigned int count, unsigned int most, char separator,
		       bool (*digit)(char))
{
	while (count--) {
		unsigned int digits = 0;

		while (digits < most && digit(*value)) {
			digits++;
			value++;
		}
		if (!digits || *value != (count ? separator : '\0'))
			return false;
		value++;
	}
	return true;
}

bool envflags_type_ok(char type, const char *value)
{
	switch (type) {
	case 'd':
		return is_numbers(value, 1, ~0u, '\0', is_digit);
	case 'x':
		if (value[0] == '0' && (value[1] == 'x' || value[1] == 'X'))
			value += 2;
		return is_numbers(value, 1, ~0u, '\0', is_hex);
	case 'b':
		return value[0] && strchr("1ytYT0nfNF", value[0]) && !value[1];
	case 'i':
		return is_numbers(value, 4, 3, '.', is_digit);
	case 'm':
		return is_numbers(value, 6, 2, ':', is_hex);
	default:
		return true;
	}
}
