/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define UART_PA	    0x3f201000
#define UART_VA	    0x001ff000 /* its second address, in the first 2 MiB */

extern char __ro_start[], __ro_end[], __bss_end[];

/** struct part - one range of the map; what no part holds is DRAM, writable, not executable */
struct part {
	const char *name;
	uint64_t start, last; /* virtual */
	uint64_t to;          /* physical address of @start */
	bool device, writable, executable;
};

/** parts_init() - fill the table of parts in; returns how many there are */
unsigned parts_init(const struct part **out);

/** translate() - by the parts, as the tables will have it; false: out of range */
bool translate(uint64_t va, struct part *out);

/** mmu_granule_4k() - can this CPU use pages of 4 KiB? */
bool mmu_granule_4k(void);

/** mmu_pa_bits() - of physical addresses */
unsigned mmu_pa_bits(void);

/** mmu_on() - build the tables of 1 GiB, and turn MMU and caches on */
void mmu_on(void);
