/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/fdt/scan.h"

bool fdt_has_string(const char *list, uint32_t len, const char *text)
{
	for (const char *end = list + len; list < end; list += strlen(list) + 1)
		if (*list == *text && !strcmp(list, text))
			return true;
	return false;
}

bool device_is(const struct device *dev, const char *compatible)
{
	return dev->compatible &&
	       fdt_has_string(dev->compatible, (uint32_t)dev->compatible_len, compatible);
}

const struct device *machine_find(const struct machine *m, const char *compatible, unsigned int nth)
{
	for (unsigned int i = 0; i < m->dev_count; i++)
		if (device_is(&m->dev[i], compatible) && !nth--)
			return &m->dev[i];
	return NULL;
}

/* Does the node's @name match a path component, which may lack the unit address? */
static bool name_matches(const char *name, const char *part, size_t length)
{
	if (strncmp(name, part, length))
		return false;
	return !name[length] || (name[length] == '@' && !memchr(part, '@', length));
}

static size_t part_length(const char *path, size_t length)
{
	const char *slash = memchr(path, '/', length);

	return slash ? (size_t)(slash - path) : length;
}

int fdt_walk_path(const void *fdt, const char *path, size_t length)
{
	struct fdt_walk w;
	bool root = true;
	int tag;

	if (!length || *path != '/' || fdt_walk_init(&w, fdt, NULL))
		return -ENOENT;
	/* Properties and children of what matched so far, up to its end. */
	while ((tag = fdt_walk_next(&w)) == FDT_PROP || tag == FDT_BEGIN_NODE) {
		const size_t part = root ? 0 : part_length(path, length);

		if (tag == FDT_PROP)
			continue;
		if (!root && !name_matches(w.data, path, part)) {
			if (fdt_walk_skip(&w))
				return -ENOENT;
			continue;
		}
		root = false;
		path += part;
		length -= part;
		while (length && *path == '/') {
			path++;
			length--;
		}
		if (!length)
			return fdt_walk_offset(&w);
	}
	return -ENOENT;
}

/* A walk that stands at a property of one node. */
static bool find_property(struct fdt_walk *w, const void *fdt, int node, const char *name,
			  size_t length)
{
	if (fdt_walk_init(w, fdt, NULL))
		return false;
	w->next += node / 4;
	if (fdt_walk_next(w) != FDT_BEGIN_NODE)
		return false;
	while (fdt_walk_next(w) == FDT_PROP) {
		const char *own = fdt_walk_name(w);

		if (!strncmp(own, name, length) && !own[length])
			return true;
	}
	return false;
}

const char *fdt_walk_string(const void *fdt, int node, const char *name, size_t length)
{
	struct fdt_walk w;

	if (!find_property(&w, fdt, node, name, length))
		return NULL;
	return w.len && !((const char *)w.data)[w.len - 1] ? w.data : NULL;
}

bool fdt_walk_has(const void *fdt, int node, const char *name)
{
	struct fdt_walk w;

	return find_property(&w, fdt, node, name, strlen(name));
}

static size_t length_until(const char *text, char stop)
{
	size_t n = 0;

	while (text[n] && text[n] != stop)
		n++;
	return n;
}

/* A device that is a child of the root, by "/name@address": the usual case, without a walk. */
static const struct device *root_child(const struct machine *m, const char *path, size_t length)
{
	if (length < 2 || memchr(path + 1, '/', length - 1))
		return NULL;
	path++;
	length--;
	for (unsigned int i = 0; i < m->dev_count; i++) {
		const struct device *dev = &m->dev[i];

		if (dev->depth == 1 && *dev->name == *path && !strncmp(dev->name, path, length) &&
		    !dev->name[length])
			return dev;
	}
	return NULL;
}

static const struct device *device_by_path(const struct machine *m, const char *path, size_t length)
{
	const struct device *dev = root_child(m, path, length);
	int node;

	if (dev)
		return dev;
	node = fdt_walk_path(m->fdt, path, length);
	for (unsigned int i = 0; i < m->dev_count; i++)
		if (node >= 0 && m->dev[i].node == node)
			return &m->dev[i];
	return NULL;
}

void machine_find_console(struct machine *m, int aliases)
{
	const char *path = m->stdout_path;
	const struct device *dev;
	size_t length;

	if (!path)
		return;
	length = length_until(path, ':'); /* line settings follow */
	if (*path != '/') {
		path = aliases < 0 ? NULL : fdt_walk_string(m->fdt, aliases, path, length);
		if (!path)
			return;
		length = strlen(path);
	}
	dev = device_by_path(m, path, length);
	if (!dev)
		return;
	m->console_base = dev->base;
	m->console_compatible = dev->compatible;
	m->console_compatible_len = dev->compatible_len;
	m->console_node = dev->node;
}

/* NULL stays NULL. */
static void move(const char **p, const void *from, const void *to)
{
	if (*p)
		*p = (const char *)to + (*p - (const char *)from);
}

void machine_move(struct machine *m, const void *fdt)
{
	const void *from = m->fdt;

	for (unsigned int i = 0; i < m->dev_count; i++) {
		move(&m->dev[i].name, from, fdt);
		move(&m->dev[i].compatible, from, fdt);
	}
	move(&m->console_compatible, from, fdt);
	move(&m->bootargs, from, fdt);
	move(&m->model, from, fdt);
	move(&m->stdout_path, from, fdt);
	m->fdt = fdt;
}
