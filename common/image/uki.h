/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unified kernel images: a PE program for EFI whose sections are a kernel and what belongs to it.
 * Loft takes them out by itself and runs nothing of the program.
 * Spec: UAPI group, Unified Kernel Image; PE/COFF as Microsoft has it
 */
#pragma once

#include "common/source/load.h"

#define UKI_SECTIONS_MAX 96 /* of a PE file */

/** struct uki - a checked header: where its table of sections is */
struct uki {
	uint64_t table;
	unsigned count;
};

/** struct uki_section - one of them: @size bytes at @offset of the file, inside of it */
struct uki_section {
	char name[9];
	uint64_t offset, size;
};

/**
 * uki_open() - check a file's PE header
 *
 * Errors: -ENOEXEC no PE file, or for another CPU; -EINVAL damaged; as source_read()
 */
int __must_check uki_open(struct source *source, struct uki *uki, struct why *why);

/**
 * uki_section() - the @n-th section, from 0
 *
 * Errors: -ENOENT without a sentence: there are fewer; -EINVAL it is not inside of the file; as
 *         source_read()
 */
int __must_check uki_section(struct source *source, const struct uki *uki, unsigned n,
			     struct uki_section *section, struct why *why);

/** uki_is() - a PE file with a section .linux, whatever CPU it is for? */
bool uki_is(struct source *source);
