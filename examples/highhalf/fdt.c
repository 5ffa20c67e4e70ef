/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of flattened device trees, small enough to copy: nothing is stored, every question walks
 * the structure block. Spec: Devicetree Specification v0.4, chapter 5.
 *
 * It trusts the contents (Loft has checked the tree) but never leaves the blob.
 */
#include "kernel.h"

#define FDT_MAGIC	0xd00dfeed
#define FDT_BEGIN_NODE	1
#define FDT_END_NODE	2
#define FDT_PROP	3
#define FDT_NOP		4
#define FDT_END		9

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The word at an offset; FDT_END beyond the structure block, which ends every loop below. */
static uint32_t word(const struct fdt *fdt, uint32_t at)
{
	if (at < fdt->structure || at >= fdt->structure_end || fdt->structure_end - at < 4)
		return FDT_END;
	return be32(fdt->blob + at);
}

static bool equal(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

bool fdt_open(struct fdt *fdt, uint64_t va)
{
	const uint8_t *blob = (const uint8_t *)va;

	if (!va || va % 8 || be32(blob) != FDT_MAGIC)
		return false;
	fdt->blob = blob;
	fdt->size = be32(blob + 4);
	fdt->structure = be32(blob + 8);
	fdt->strings = be32(blob + 12);
	fdt->structure_end = fdt->structure + be32(blob + 36);
	fdt->strings_end = fdt->strings + be32(blob + 32);
	return fdt->structure < fdt->structure_end && fdt->structure_end <= fdt->size &&
	       fdt->strings <= fdt->strings_end && fdt->strings_end <= fdt->size;
}

/* The token after the one at `at`, whatever that is. */
static uint32_t next_token(const struct fdt *fdt, uint32_t at)
{
	switch (word(fdt, at)) {
	case FDT_BEGIN_NODE:
		for (at += 4; at < fdt->structure_end && fdt->blob[at]; at++)
			;
		return (at + 1 + 3) & ~3u;
	case FDT_PROP:
		return (at + 12 + word(fdt, at + 4) + 3) & ~3u;
	case FDT_END:
		return fdt->structure_end;
	default:
		return at + 4;
	}
}

/* The first FDT_BEGIN_NODE from `at` on, before the node around it ends. */
static uint32_t next_node(const struct fdt *fdt, uint32_t at)
{
	for (;; at = next_token(fdt, at)) {
		const uint32_t token = word(fdt, at);

		if (token == FDT_BEGIN_NODE)
			return at;
		if (token == FDT_END_NODE || token == FDT_END)
			return FDT_NONE;
	}
}

uint32_t fdt_root(const struct fdt *fdt)
{
	return next_node(fdt, fdt->structure);
}

uint32_t fdt_child(const struct fdt *fdt, uint32_t node)
{
	return next_node(fdt, next_token(fdt, node));
}

uint32_t fdt_sibling(const struct fdt *fdt, uint32_t node)
{
	unsigned depth = 0;
	uint32_t at = node;

	do {
		const uint32_t token = word(fdt, at);

		if (token == FDT_END)
			return FDT_NONE;
		depth += token == FDT_BEGIN_NODE;
		depth -= token == FDT_END_NODE;
		at = next_token(fdt, at);
	} while (depth);
	return next_node(fdt, at);
}

const char *fdt_name(const struct fdt *fdt, uint32_t node)
{
	return (const char *)fdt->blob + node + 4;
}

/* Is the first part of `path`, to the next '/' or ':', the node's name, unit address optional? */
static bool names(const char *path, const char *name)
{
	while (*path && *path != '/' && *path != ':' && *path == *name)
		path++, name++;
	return (!*path || *path == '/' || *path == ':') && (!*name || *name == '@');
}

/* "/a/b@1", or "alias", or either with ":options" as stdout-path has it. */
uint32_t fdt_path(const struct fdt *fdt, const char *path)
{
	uint32_t node = fdt_root(fdt);

	if (*path != '/') {
		const uint32_t aliases = fdt_path(fdt, "/aliases");
		char alias[32];
		unsigned n = 0;

		for (; path[n] && path[n] != ':' && n < sizeof(alias) - 1; n++)
			alias[n] = path[n];
		alias[n] = '\0';
		path = aliases == FDT_NONE ? NULL : fdt_string(fdt, aliases, alias);
		return path && *path == '/' ? fdt_path(fdt, path) : FDT_NONE;
	}
	while (node != FDT_NONE && *path == '/' && path[1]) {
		path++;
		for (node = fdt_child(fdt, node); node != FDT_NONE; node = fdt_sibling(fdt, node))
			if (names(path, fdt_name(fdt, node)))
				break;
		while (*path && *path != '/' && *path != ':')
			path++;
	}
	return node;
}

uint32_t fdt_parent(const struct fdt *fdt, uint32_t node)
{
	uint32_t above = FDT_NONE;

	for (uint32_t at = fdt_root(fdt); at != FDT_NONE && at != node;) {
		const uint32_t next = fdt_sibling(fdt, at);

		if (next != FDT_NONE && next <= node) {
			at = next;
		} else {
			above = at;
			at = fdt_child(fdt, at);
		}
	}
	return above;
}

const void *fdt_property(const struct fdt *fdt, uint32_t node, const char *name, uint32_t *size)
{
	for (uint32_t at = next_token(fdt, node);; at = next_token(fdt, at)) {
		const uint32_t token = word(fdt, at);

		if (token == FDT_NOP)
			continue;
		if (token != FDT_PROP || fdt->structure_end - at < 12)
			return NULL;	/* properties come before child nodes */

		const uint32_t length = word(fdt, at + 4);
		const uint32_t string = word(fdt, at + 8);

		if (length > fdt->structure_end - at - 12 ||
		    string >= fdt->strings_end - fdt->strings)
			return NULL;
		if (!equal((const char *)fdt->blob + fdt->strings + string, name))
			continue;
		if (size)
			*size = length;
		return fdt->blob + at + 12;
	}
}

const char *fdt_string(const struct fdt *fdt, uint32_t node, const char *name)
{
	uint32_t size = 0;
	const char *text = fdt_property(fdt, node, name, &size);

	return text && size && !text[size - 1] ? text : NULL;
}

static uint64_t cells(const uint8_t *p, uint32_t count)
{
	uint64_t value = 0;

	for (; count; count--, p += 4)
		value = value << 32 | be32(p);
	return value;
}

/* A number of one or two cells. */
bool fdt_number(const struct fdt *fdt, uint32_t node, const char *name, uint64_t *value)
{
	uint32_t size;
	const uint8_t *p = fdt_property(fdt, node, name, &size);

	if (!p || (size != 4 && size != 8))
		return false;
	*value = cells(p, size / 4);
	return true;
}

/* The index-th (address, size) of "reg". The parent's bus must be the CPU's: no "ranges" here. */
bool fdt_reg(const struct fdt *fdt, uint32_t parent, uint32_t node, unsigned index,
	     uint64_t *address, uint64_t *size)
{
	uint64_t address_cells = 2, size_cells = 1;
	uint32_t length;
	const uint8_t *reg = fdt_property(fdt, node, "reg", &length);

	fdt_number(fdt, parent, "#address-cells", &address_cells);
	fdt_number(fdt, parent, "#size-cells", &size_cells);
	if (!reg || address_cells > 2 || size_cells > 2)
		return false;

	const uint32_t entry = (uint32_t)(address_cells + size_cells) * 4;

	if (!entry || index >= length / entry)
		return false;
	reg += index * entry;
	*address = cells(reg, (uint32_t)address_cells);
	*size = cells(reg + address_cells * 4, (uint32_t)size_cells);
	return true;
}
