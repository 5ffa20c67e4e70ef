/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <string.h>

#include "common/fdt/fdt.h"
#include "common/fdt/walk.h"

/*
 * What the parts of machine_scan() share; nobody else includes it.
 *
 * The scan runs from flash, before relocation: constant tables hold no pointers and nothing static
 * is written. Its cost counts against the time to the kernel's first instruction: each token is
 * looked at once, each property name is compared once, and no path is searched for where a look at
 * what was collected does.
 */

#define SCAN_DEPTH_MAX 64
#define NAMES_MAX      1024 /* bytes of the strings block whose property numbers are remembered */

/* Properties that matter. PROP_OTHER is the number of all the rest, 0 that of none. */
enum prop {
	PROP_OTHER = 1,
	PROP_REG,
	PROP_COMPATIBLE,
	PROP_STATUS,
	PROP_RANGES,
	PROP_ADDRESS_CELLS,
	PROP_SIZE_CELLS,
	PROP_DEVICE_TYPE,
	PROP_NO_MAP,
	PROP_METHOD,
	PROP_MODEL,
	PROP_BOOTARGS,
	PROP_STDOUT,
	PROP_STDOUT_OLD,
	PROP_INITRD_START,
	PROP_INITRD_END,
	PROP_KASLR_SEED,
	PROP_RNG_SEED,
	PROP_CPU_ON,
	PROP_SYS_POWEROFF,
	PROP_SYS_RESET,
	PROP_COUNT,
};

/* What a node is, by its place in the tree. */
enum kind {
	KIND_ROOT,
	KIND_DEVICE,
	KIND_CHOSEN,
	KIND_ALIASES,
	KIND_CPUS,
	KIND_RESERVED,
	KIND_NONE
};

/* How an address that a node gives its children becomes one of its parent's. */
enum translation { TO_PARENT_SAME, TO_PARENT_RANGES, TO_PARENT_NEVER };

struct level {
	uint8_t kind, translation;
	uint8_t address_cells, size_cells; /* of the children */
	bool off;                          /* it or an ancestor is disabled */
	uint32_t ranges_words;
	const uint32_t *ranges;
};

struct scan {
	struct machine *m;
	const struct machine_room *room;
	struct why *why;
	unsigned int depth; /* of the open node; the root's is 0 */
	struct level level[SCAN_DEPTH_MAX];
	/* The node whose properties come: its name, place, and values by enum prop. */
	bool open;
	const char *name;
	int node;
	uint32_t seen; /* BIT(enum prop) */
	const void *value[PROP_COUNT];
	uint32_t len[PROP_COUNT];
	int memory_err; /* of a memory node that was left out; why has the sentence */
	int aliases;    /* the node's offset, -1 if there is none */
	int reserved;   /* of /reserved-memory, which is read when all banks are known */
	uint8_t reserved_address_cells, reserved_size_cells;
	uint8_t prop_at[NAMES_MAX]; /* enum prop by name offset */
};

/** scan_skip() - the open node, or a part of it, is left out because it makes no sense */
static inline void scan_skip(struct scan *s)
{
	if (!s->m->skipped++)
		s->m->skipped_node = s->node;
}

static inline bool has(const struct scan *s, enum prop p)
{
	return s->seen >> p & 1;
}

static inline bool is_string(const void *value, uint32_t len)
{
	return len && !((const char *)value)[len - 1];
}

/* A property that is a string, or starts a list of them; NULL if it isn't there or isn't one. */
static inline const char *scan_string(const struct scan *s, enum prop p)
{
	return has(s, p) && is_string(s->value[p], s->len[p]) ? s->value[p] : NULL;
}

static inline bool string_is(const struct scan *s, enum prop p, const char *text)
{
	const char *value = scan_string(s, p);

	return value && !strcmp(value, text);
}

static inline uint64_t cells(const uint32_t *p, unsigned int count)
{
	return count == 2 ? fdt_be64(p) : count ? fdt_be32(p) : 0;
}

/** scan_cell_count() - #address-cells or #size-cells: 0 to 4; 0xff, which nobody takes, if bad */
uint8_t scan_cell_count(const struct scan *s, enum prop p, uint8_t normal);

/** scan_open_level() - the open node is about to have children: note what it means to them */
void scan_open_level(struct scan *s);

/** scan_device() - the open node is an enabled device: add what windows it has */
void scan_device(struct scan *s);

/** scan_reserved() - the open node is a child of /reserved-memory; errors as machine_scan() */
int __must_check scan_reserved(struct scan *s);

/** scan_reserve() - a reservation; one that passes 2^64 makes no sense and is left out */
int __must_check scan_reserve(struct scan *s, uint64_t start, uint64_t size, uint32_t flags,
			      const char *name, int node);

/** scan_node() - all properties of the open node are there; errors as machine_scan() */
int __must_check scan_node(struct scan *s);

/** fdt_has_string() - is @text one of a property's strings? The last one must be terminated. */
bool fdt_has_string(const char *list, uint32_t len, const char *text);

/** machine_find_console() - follow stdout-path; @aliases: that node's offset, or -1 */
void machine_find_console(struct machine *m, int aliases);
