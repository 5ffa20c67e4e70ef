/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/env/envstore.h"

#include <errno.h>
#include <string.h>

void envstore_init(struct envstore *store, char *mem, size_t size)
{
	store->mem = mem;
	store->size = size;
	store->used = 0;
}

/* Order of @entry's name against @name, as strcmp() would give it: its '=' is its end. */
static int compare_name(const char *entry, const char *name, size_t len)
{
	size_t i;

	/* most differ in their first letter; an odd entry without a name stands first */
	if (len && *entry != *name)
		return *entry == '=' ? -1 : (unsigned char)*entry - (unsigned char)*name;
	for (i = 0; i < len; i++) {
		unsigned char c = entry[i] == '=' ? '\0' : (unsigned char)entry[i];

		if (c != (unsigned char)name[i])
			return c - (unsigned char)name[i];
	}
	/* Without a '=' it is none, and stands before the one that is called so. */
	return entry[len] == '=' ? 0 : entry[len] ? 1 : -1;
}

/* Offset of the entry called @name, or of where it would be put: then *size is 0. */
static size_t find(const struct envstore *store, const char *name, size_t len, size_t *size)
{
	size_t at = 0;

	*size = 0;
	while (at < store->used) {
		const char *entry = store->mem + at;
		int order = compare_name(entry, name, len);

		if (!order)
			*size = strlen(entry) + 1;
		if (order >= 0)
			break;
		at += strlen(entry) + 1;
	}
	return at;
}

const char *envstore_get(const struct envstore *store, const char *name)
{
	size_t len = strlen(name);
	size_t size;
	size_t at = find(store, name, len, &size);

	return size ? store->mem + at + len + 1 : NULL;
}

void envstore_get_many(const struct envstore *store, const char *const names[], unsigned int count,
		       const char *values[])
{
	const char *const end = store->mem + store->used;
	const char *entry = store->mem;
	unsigned int i = 0;

	while (i < count) {
		const size_t len = strlen(names[i]);
		int order = -1;

		while (entry < end && (order = compare_name(entry, names[i], len)) < 0)
			entry += strlen(entry) + 1;
		values[i++] = order ? NULL : entry + len + 1;
	}
}

static int check_name(const char *name, size_t len, struct why *why)
{
	size_t i;

	if (!len)
		return refuse(why, -EINVAL, "a variable needs a name");
	if (len > ENVSTORE_NAME_MAX)
		return refuse(why, -EINVAL, "variable name of %zu bytes, at most %u allowed", len,
			      ENVSTORE_NAME_MAX);
	if (memchr(name, '=', len))
		return refuse(why, -EINVAL,
			      "## Error: illegal character '='in variable name \"%.*s\"", (int)len,
			      name);
	for (i = 0; i < len; i++) {
		if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f)
			return refuse(why, -EINVAL,
				      "'%.*s': no blank or control character in a name", (int)len,
				      name);
	}
	return 0;
}

/*
 * Where an entry goes: @at, and how long the one is that it replaces; *need becomes 0 for a
 * deletion, which no @value is.
 */
static int place(const struct envstore *store, const char *name, size_t name_len, const char *value,
		 size_t value_len, size_t *at, size_t *old, size_t *need, struct why *why)
{
	int err = check_name(name, name_len, why);

	if (err)
		return err;
	*need = value ? name_len + 1 + value_len + 1 : 0;
	*at = find(store, name, name_len, old);
	if (*need > store->size - (store->used - *old))
		return refuse(why, -ENOSPC, "%.*s: %zu bytes needed, %zu are free", (int)name_len,
			      name, *need, store->size - (store->used - *old));
	return 0;
}

/* envstore_put() with lengths, for text that is not terminated. */
static int set(struct envstore *store, const char *name, size_t name_len, const char *value,
	       size_t value_len, struct why *why)
{
	size_t need;
	size_t old;
	size_t at;
	size_t tail;
	int err = place(store, name, name_len, value, value_len, &at, &old, &need, why);

	if (err)
		return err;
	tail = store->used - at - old;
	memmove(store->mem + at + need, store->mem + at + old, tail);
	store->used = at + need + tail;
	if (!need)
		return 0;
	memcpy(store->mem + at, name, name_len);
	store->mem[at + name_len] = '=';
	memcpy(store->mem + at + name_len + 1, value, value_len);
	store->mem[at + need - 1] = '\0';
	return 0;
}

int envstore_put(struct envstore *store, const char *name, const char *value, struct why *why)
{
	/* The bytes below may move before they are copied. */
	if (value && (uintptr_t)value - (uintptr_t)store->mem < store->size)
		return refuse(why, -EINVAL, "%s: the value lies in the environment itself", name);
	return set(store, name, strlen(name), value, value ? strlen(value) : 0, why);
}

int envstore_set(struct envstore *store, const char *name, const char *value, struct why *why)
{
	return envstore_put(store, name, value && *value ? value : NULL, why);
}

int envstore_check(const struct envstore *store, const char *name, const char *value,
		   struct why *why)
{
	size_t at;
	size_t old;
	size_t need;

	return place(store, name, strlen(name), value, value ? strlen(value) : 0, &at, &old, &need,
		     why);
}

bool envstore_is_odd(const char *entry)
{
	const char *equals = strchr(entry, '=');

	return !equals || check_name(entry, (size_t)(equals - entry), NULL);
}

static void reverse(char *mem, size_t len)
{
	for (size_t i = 0; i < len / 2; i++) {
		char c = mem[i];

		mem[i] = mem[len - 1 - i];
		mem[len - 1 - i] = c;
	}
}

/* The last @len bytes of the store to @at; the others move up. There is no room for a copy. */
static void rotate(struct envstore *store, size_t at, size_t len)
{
	char *mem = store->mem + at;
	size_t all = store->used - at;

	reverse(mem, all - len);
	reverse(mem + all - len, len);
	reverse(mem, all);
}

/* The last entry, of @len bytes, to its place; *last is where the greatest entry is. */
static void sort_in(struct envstore *store, size_t len, size_t name_len, size_t *last)
{
	size_t end = store->used - len;
	const char *name = store->mem + end;
	size_t at;
	size_t old;

	if (!end || compare_name(store->mem + *last, name, name_len) < 0) {
		*last = end;
		return;
	}
	store->used = end; /* it is not to find itself */
	at = find(store, name, name_len, &old);
	memmove(store->mem + at, store->mem + at + old, end + len - at - old);
	store->used = end + len - old;
	if (old && at == *last)
		return; /* of the same name as the greatest, and now in its place */
	rotate(store, at, len);
	*last += len - old;
}

void envstore_adopt(struct envstore *store, size_t used, unsigned int *odd)
{
	size_t next = 0;
	size_t last = 0;

	store->used = 0;
	*odd = 0;
	while (next < used) {
		const char *entry = store->mem + next;
		size_t len = strlen(entry) + 1;
		const char *equals = memchr(entry, '=', len);
		/* Without a '=' the NUL belongs to it: no variable is called so. */
		size_t name_len = equals ? (size_t)(equals - entry) : len;

		next += len;
		if (len < 2 ||
		    name_len + 2 == len) /* nothing, or no value: U-Boot forgets it, too */
			continue;
		*odd += envstore_is_odd(entry);
		memmove(store->mem + store->used, entry, len);
		store->used += len;
		sort_in(store, len, name_len, &last);
	}
}

const char *envstore_next(const struct envstore *store, const char *entry)
{
	const char *next = entry ? entry + strlen(entry) + 1 : store->mem;

	return (size_t)(next - store->mem) < store->used ? next : NULL;
}

static int import_line(struct envstore *store, const char *line, size_t len, struct why *why)
{
	const char *equals = memchr(line, '=', len);
	size_t name_len;

	if (!len || line[0] == '#')
		return 0;
	if (memchr(line, '\0', len))
		return refuse(why, -EINVAL, "a NUL byte");
	if (!equals)
		return refuse(why, -EINVAL, "'%.*s' has no '='", (int)MIN(len, (size_t)40), line);
	name_len = (size_t)(equals - line);
	len -= name_len + 1;
	return set(store, line, name_len, len ? equals + 1 : NULL, len, why);
}

int envstore_import(struct envstore *store, const char *text, size_t len, struct why *why)
{
	unsigned int number = 1;
	struct why reason;
	int err;

	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t size = newline ? (size_t)(newline - text) : len;
		bool crlf = newline && size && text[size - 1] == '\r';

		err = import_line(store, text, size - crlf, &reason);
		if (err)
			return refuse(why, err, "line %u: %s", number, reason.text);
		size += newline != NULL;
		text += size;
		len -= size;
		number++;
	}
	return 0;
}
