/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <errno.h>
#include <libfdt.h>

#include "lib/base/types.h"
#include "lib/base/why.h"

/*
 * One step at a time over a tree's structure block.
 *
 * libfdt checks the block's bounds anew for every byte of every name: stepping over the 330 tokens
 * of QEMU's smallest tree with fdt_next_tag() alone takes some 80,000 instructions, a third of all
 * that Loft may spend between reset and the kernel. This takes 7,000, because a token is checked
 * once, as a whole. Edits of a tree, where speed is nothing, are libfdt's.
 *
 *	structure block:  BEGIN_NODE name 0.. | PROP len nameoff data.. | ... | END_NODE | ... | END
 *	each token and each item after it begins at a multiple of 4; all numbers are big-endian
 */

/** struct fdt_walk - where a walk is, and the token that it read last */
struct fdt_walk {
	const uint32_t *first, *next, *end; /* the structure block */
	const char *strings;                /* ends in a NUL: every string in it does */
	uint32_t strings_size;
	const uint32_t *token; /* the last token: where it begins */
	const void *data;      /* its name (FDT_BEGIN_NODE) or value (FDT_PROP) */
	uint32_t len;          /* of the value in bytes, or of the name in words with its NULs */
	uint32_t name_offset;  /* of a property's name in strings */
	const char *damage;    /* what was wrong when fdt_walk_next() failed */
};

/** fdt_be32() - a number of the tree */
static inline uint32_t fdt_be32(const uint32_t *p)
{
	return __builtin_bswap32(*p);
}

/** fdt_be64() - two cells of the tree as one number; they need no 8-byte alignment */
static inline uint64_t fdt_be64(const uint32_t *p)
{
	return (uint64_t)fdt_be32(p) << 32 | fdt_be32(p + 1);
}

/**
 * fdt_walk_init() - begin at the root of a tree that fdt_check() takes
 *
 * Errors: -EINVAL the property names do not end, or the structure block is misplaced
 */
int __must_check fdt_walk_init(struct fdt_walk *w, const void *fdt, struct why *why);

/** fdt_walk_offset() - the last token's place in the structure block, as libfdt counts */
static inline int fdt_walk_offset(const struct fdt_walk *w)
{
	return (int)((w->token - w->first) * 4);
}

/** fdt_walk_name() - the name of the property that was read last */
static inline const char *fdt_walk_name(const struct fdt_walk *w)
{
	return w->strings + w->name_offset;
}

static inline int fdt_walk_damage(struct fdt_walk *w, const char *damage)
{
	w->damage = damage;
	return -EINVAL;
}

/* Node names are short: the word with the NUL is searched for without leaving the block. */
static inline int fdt_walk_node(struct fdt_walk *w, const uint32_t *p)
{
	const uint32_t *name = p;

	for (;; p++) {
		if (p == w->end)
			return fdt_walk_damage(w, "a node's name does not end");
		if ((*p - 0x01010101) & ~*p & 0x80808080)
			break;
	}
	w->data = name;
	w->next = p + 1;
	w->len = (uint32_t)(w->next - name);
	return FDT_BEGIN_NODE;
}

static inline int fdt_walk_prop(struct fdt_walk *w, const uint32_t *p)
{
	uint32_t words;

	if (w->end - p < 2)
		return fdt_walk_damage(w, "a property is cut off");
	w->len = fdt_be32(p);
	w->name_offset = fdt_be32(p + 1);
	p += 2;
	words = w->len / 4 + (w->len % 4 != 0);
	if (words > (size_t)(w->end - p))
		return fdt_walk_damage(w, "a property is longer than the block");
	if (w->name_offset >= w->strings_size)
		return fdt_walk_damage(w, "a property's name is outside the strings block");
	w->data = p;
	w->next = p + words;
	return FDT_PROP;
}

/** fdt_walk_step() - fdt_walk_next() in line: for the loops that pass over a whole tree */
static inline __attribute__((always_inline)) int fdt_walk_step(struct fdt_walk *w)
{
	const uint32_t *p = w->next;
	uint32_t tag;

	do {
		if (p == w->end)
			return fdt_walk_damage(w, "the block ends before the tree does");
		tag = fdt_be32(p++);
	} while (tag == FDT_NOP);
	w->token = p - 1;
	w->next = p;
	if (tag == FDT_PROP)
		return fdt_walk_prop(w, p);
	if (tag == FDT_BEGIN_NODE)
		return fdt_walk_node(w, p);
	if (tag == FDT_END_NODE || tag == FDT_END)
		return (int)tag;
	return fdt_walk_damage(w, "no token is there");
}

/**
 * fdt_walk_next() - read the next token
 * @w: begun
 *
 * FDT_NOPs are passed over. Nesting is the caller's: FDT_END_NODE comes as often as it is there.
 *
 * Return: FDT_BEGIN_NODE, FDT_PROP, FDT_END_NODE, FDT_END; -EINVAL damaged, w->damage says how
 */
int fdt_walk_next(struct fdt_walk *w);

/**
 * fdt_walk_skip() - pass over the node that was begun last, with its children
 * @w: its last token was FDT_BEGIN_NODE; then it is that node's FDT_END_NODE
 *
 * Names of properties are not looked at: this is for what gets copied as it is.
 *
 * Return: 0; -EINVAL damaged, w->damage says how
 */
int __must_check fdt_walk_skip(struct fdt_walk *w);

/** fdt_walk_refuse() - the sentence for a failed fdt_walk_next(); returns -EINVAL */
int fdt_walk_refuse(const struct fdt_walk *w, struct why *why);

/**
 * fdt_walk_path() - the node that a path names
 * @fdt:    a tree that was walked whole once
 * @path:   absolute, not necessarily terminated; unit addresses may be left out
 * @length: of @path
 *
 * Return: its offset as libfdt counts; -ENOENT
 */
int fdt_walk_path(const void *fdt, const char *path, size_t length);

/**
 * fdt_walk_string() - a string property of one node
 * @fdt:    a tree that was walked whole once
 * @node:   offset of the node, as libfdt counts
 * @name:   of the property, not necessarily terminated
 * @length: of @name
 *
 * Return: the value, NULL where there is none or it does not end in a NUL
 */
const char *fdt_walk_string(const void *fdt, int node, const char *name, size_t length);

/** fdt_walk_has() - has a node this property? Arguments as fdt_walk_string(), @name terminated */
bool fdt_walk_has(const void *fdt, int node, const char *name);

/**
 * fdt_reservation() - an entry of the memory reservation block
 * @fdt:   a tree that fdt_check() takes
 * @index: from 0
 *
 * Return: true; false where the list has ended
 */
bool fdt_reservation(const void *fdt, unsigned int index, uint64_t *start, uint64_t *size);
