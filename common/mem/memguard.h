/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "common/mem/memmap.h"
#include "lib/base/types.h"
#include "lib/base/why.h"

/** memguard_check() - memguard_check_write() where owners with a flag of @allowed don't mind */
int __must_check memguard_check(const struct memmap *map, paddr_t start, uint64_t size,
				uint32_t allowed, struct why *why);

/**
 * memguard_check_write() - may a command write here?
 * @start: first byte
 * @size:  bytes; 0 is always allowed
 * @why:   the refusal's sentence
 *
 * Refused are Loft's own ranges of DRAM (image, stack, tables, FDT copy). What was loaded, what
 * the device tree reserves for others, and what is no DRAM are the user's affair.
 *
 * Return: 0; -EPERM with the owner named; -ERANGE the range passes the end of the address space.
 */
static inline int __must_check memguard_check_write(const struct memmap *map, paddr_t start,
						    uint64_t size, struct why *why)
{
	return memguard_check(map, start, size, MEM_FOREIGN | MEM_LOADED, why);
}

/**
 * memguard_check_device() - may a device write here, for a command? As memguard_check_write()
 *
 * What the device tree reserves for others is refused too: they may be at work there, and what a
 * disk brings is more than somebody meant to poke.
 */
static inline int __must_check memguard_check_device(const struct memmap *map, paddr_t start,
						     uint64_t size, struct why *why)
{
	return memguard_check(map, start, size, MEM_LOADED, why);
}

/** memguard_room() - bytes from @start on that memguard_check_write() allows */
uint64_t memguard_room(const struct memmap *map, paddr_t start);
