/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kernel may ask for: the "Loft" ELF note, and the same keys by name on the command line.
 * Spec: doc/boot-protocol.md, "What a kernel may ask"; the constants are include/loft/boot.h's
 */
#pragma once

#include "common/image/elf.h"
#include "common/source/load.h"
#include "include/loft/boot.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

#define BOOT_PARAM_LAST     7 /* highest key (LOFT_NOTE_CONSOLE_VA); keys start at 1 */
#define BOOT_STACK_SIZE_MAX (UINT64_C(16) << 20)

/**
 * struct boot_params - the values that were given, by key
 * @value: indexed by LOFT_NOTE_*
 * @given: BIT(key) where value[key] was given
 * @on, @off: LOFT_FLAG_* that are set and cleared whatever FLAGS is (-o RANDOM_SLIDE=1)
 */
struct boot_params {
	uint64_t value[BOOT_PARAM_LAST + 1];
	uint64_t on, off;
	uint32_t given;
};

/**
 * struct boot_key - one row of BOOT-PROTOCOL's table
 * @check: is @value one that the key may have at all? 0 or -EINVAL / -ENOTSUP with the reason
 */
struct boot_key {
	uint64_t key;
	const char *name; /* "VIRT_START" */
	int (*check)(const struct boot_key *key, uint64_t value, struct why *why);
	bool decimal; /* how people write it: counts and sizes, not addresses */
};

extern const struct boot_key boot_keys[BOOT_PARAM_LAST]; /* in the order of the keys */

struct boot_flag {
	uint64_t flag;
	const char *name; /* "KEEP_IDMAP" */
};

extern const struct boot_flag boot_flags[8]; /* bit 0 first */

/** boot_params_has() - was this key (LOFT_NOTE_*) given? */
static inline bool boot_params_has(const struct boot_params *params, uint64_t key)
{
	return params->given >> key & 1;
}

/** boot_params_get() - the value of a key, or @absent where it was not given */
static inline uint64_t boot_params_get(const struct boot_params *params, uint64_t key,
				       uint64_t absent)
{
	return boot_params_has(params, key) ? params->value[key] : absent;
}

/**
 * boot_params_set() - give (or override) the value of one key
 *
 * Errors: -EINVAL  unknown key, or a value that the key cannot have
 *         -ENOTSUP a value of the protocol that this Loft does not do (PARK_SECONDARIES)
 */
int __must_check boot_params_set(struct boot_params *params, uint64_t key, uint64_t value,
				 struct why *why);

/** boot_params_add_flag() - set LOFT_FLAG_* bits beside those given: bootelf -u, -w */
void boot_params_add_flag(struct boot_params *params, uint64_t flags);

/** boot_params_apply() - single flags that were given, into FLAGS */
void boot_params_apply(struct boot_params *params);

/** boot_params_merge() - what @over gives replaces what @params has (FLAGS as a whole) */
void boot_params_merge(struct boot_params *params, const struct boot_params *over);

/**
 * boot_params_option() - bootelf -o NAME=value,NAME=value,...
 * @params: what it names is overridden, the rest stays; untouched on error
 * @text:   counts and sizes are decimal, addresses and FLAGS hex, 0x always makes hex; FLAGS takes
 *          names, too, and several joined by '|': FLAGS=KEEP_IDMAP|ALLOW_WX; a flag's own name with
 *          0 or 1 changes that one alone: RANDOM_SLIDE=0
 *
 * Errors: -EINVAL  no '=', unknown name, no number, value out of range, a name twice
 *         -ENOTSUP as boot_params_set()
 */
int __must_check boot_params_option(struct boot_params *params, const char *text, struct why *why);

/**
 * boot_params_check() - may every key have its value, and do the values agree with each other?
 * @granule: what GRANULE is when absent (CONFIG_KERNEL_GRANULE)
 *
 * To be called once, when note, -o and the short options have been merged: only then is a value of
 * the note judged, so that the command line can overrule one that this Loft does not do.
 *
 * Errors: -EINVAL  a value that the key cannot have, a geometry that does not exist, a value that
 *                  is not a multiple of the granule, flags that exclude each other
 *         -ENOTSUP as boot_params_set()
 */
int __must_check boot_params_check(const struct boot_params *params, uint64_t granule,
				   struct why *why);

/**
 * boot_param_format() - a value as people write it: "39", "0xffffff8000000000", "ALLOW_WX"
 * @text: @size bytes, always terminated; a FLAGS of 0 is "0"
 */
void boot_param_format(const struct boot_key *key, uint64_t value, char *text, size_t size);

/**
 * note_parse() - collect the Loft notes of one note segment
 * @bytes:  the segment, any alignment
 * @params: keys are added; zero it before the first segment
 *
 * Notes of other names and types are skipped; padding of zeros at the end is not a note. The values
 * are taken as they stand: boot_params_check() judges them.
 *
 * Errors: -ENODATA a note passes the end, or a descriptor is no whole number of pairs
 *         -EINVAL  unknown key with bit 63 clear
 *         -EEXIST  a key twice
 */
int __must_check note_parse(const void *bytes, uint64_t size, struct boot_params *params,
			    struct why *why);

#define NOTE_SEGMENT_MAX 4096 /* bytes of a PT_NOTE; a bigger one is refused */

/**
 * note_read() - collect the Loft notes of a file: every PT_NOTE, one read each
 * @params: zeroed, then filled
 *
 * Errors: as note_parse(), -E2BIG for a PT_NOTE beyond NOTE_SEGMENT_MAX, -E... from the source
 */
int __must_check note_read(struct source *source, const struct elf_image *image,
			   struct boot_params *params, struct why *why);
