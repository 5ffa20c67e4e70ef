// SPDX-License-Identifier: BSD-2-Clause
#include "common/handoff/return.h"

#include <stdio.h>
#include <string.h>

#include "arch/arm64/mmu/mmu.h"
#include "arch/sections.h"
#include "arch/cache.h"
#include "arch/cpu.h"
#include "arch/el2.h"
#include "arch/psci.h"
#include "common/board.h"
#include "common/console/console.h"
#include "common/fdt/cpus.h"
#include "common/fdt/fdt.h"
#include "common/mem/home.h"
#include "lib/base/crc32.h"

#define KEPT_MAGIC	  0x6e72757465722d74 /* "t-return" */
#define PSCI_AFFINITY_INFO 0xc4000004
#define AFFINITY_OFF	  1

/*
 * What crosses a return. It lies where the .bss of the copy would be: a part of the copy that
 * nobody writes while it runs, and that is claimed as long.
 */
struct kept {
	uint64_t magic;
	uint32_t crc; /* of what follows */
	uint32_t length;
	struct return_watch watch;
	char text[7 * KIB];
};

static struct kept *last; /* the last run's; NULL: none */
static char *copy;
static uint32_t copy_crc;
static struct return_watch watch;
static unsigned home_el;
static bool teeing;

static struct kept *kept_in(char *image)
{
	return (struct kept *)(image + ALIGN_UP(loft_offset(__bss_start), 8));
}

static uint32_t kept_crc(const struct kept *k)
{
	return crc32(0, &k->length, sizeof(*k) - offsetof(struct kept, length));
}

static void *keep_memory(uint64_t size, const char *owner)
{
	paddr_t at;

	return memmap_alloc(&machine.mem, size, 4 * KIB, true, BIT(loft.map.va_bits) - 1, 0, owner,
			    &at, NULL)
		       ? NULL
		       : (void *)at;
}

/* Moved away at once: where it lies is free. */
static void find_kept(void)
{
	const struct kept *k = kept_in((char *)loft.started);

	if (start_in_flash(&board.start, loft.started) || k->magic != KEPT_MAGIC ||
	    k->length >= sizeof(k->text) || k->crc != kept_crc(k))
		return;
	last = keep_memory(sizeof(*k), "last kernel's report");
	if (!last)
		return;
	memmove(last, k, sizeof(*k));
	last->text[last->length] = '\0';
	watch = last->watch;
}

void return_prepare(void)
{
	uint64_t file = loft_offset(__data_end);

	home_el = cpu_el();
	find_kept();
	copy = keep_memory(loft_offset(__image_end), "Loft to return to");
	if (!copy)
		return;
	memcpy(copy, __image_start, file);
	memset(copy + loft_offset(&loft), 0, sizeof(loft)); /* not at home */
	copy_crc = crc32(0, copy, file);
	memset(kept_in(copy), 0, sizeof(struct kept));
	cache_clean_poc(copy, loft_offset(__image_end));
}

bool return_back(void)
{
	return last != NULL;
}

const char *return_report(void)
{
	return last && last->length ? last->text : NULL;
}

struct return_watch *return_watch(void)
{
	return &watch;
}

bool return_wanted(void)
{
	return copy != NULL;
}

bool return_owns(paddr_t start)
{
	return copy && (start == (paddr_t)copy || start == (paddr_t)machine.fdt);
}

static bool tee(const char *bytes, size_t count)
{
	struct kept *k;

	if (!teeing)
		return false;
	k = kept_in(copy);
	count = MIN(count, sizeof(k->text) - 1 - k->length);
	memcpy(k->text + k->length, bytes, count);
	k->length += (uint32_t)count;
	return false;
}

/* What is printed goes into the report as well. */
static struct console_tap tap = { .prints = tee };

void return_keep(void)
{
	if (copy)
		kept_in(copy)->length = 0;
	teeing = copy != NULL;
	console_tap(&tap);
}

/* A CPU that still runs the kernel would run on in what Loft, and the next kernel, write over. */
static bool is_alone(void)
{
	struct cpus cpus;
	struct cpu_node cpu;

	for (cpus_begin(&cpus, machine.fdt); cpus_next(&cpus, &cpu);) {
		uint32_t state = AFFINITY_OFF;

		if (cpu.mpidr == cpu_mpidr())
			continue;
		if (!psci_call(machine.psci, PSCI_AFFINITY_INFO, cpu.mpidr, 0, 0, &state) &&
		    state != AFFINITY_OFF) {
			printf("no return: CPU 0x%llx still runs\n", (unsigned long long)cpu.mpidr);
			return false;
		}
	}
	return true;
}

/* Where a machine leaves its tree at reset: the memory is the kernel's no more. */
static paddr_t put_fdt(void)
{
	paddr_t at = ALIGN_UP(machine.mem.bank[0].start, 4 * KIB);
	uint32_t used;

	if (fdt_check(machine.fdt, FDT_SIZE_MAX, &used, NULL) ||
	    fdt_copy((void *)at, used, machine.fdt, used))
		return (paddr_t)machine.fdt;
	cache_clean_inval_poc((void *)at, used);
	return at;
}

void return_to_loader(void)
{
	struct kept *k;
	paddr_t fdt;

	teeing = false;
	if (!copy || !is_alone())
		return;
	if (crc32(0, copy, loft_offset(__data_end)) != copy_crc) {
		printf("no return: the kernel has written over Loft's copy\n");
		return;
	}
	k = kept_in(copy);
	k->watch = watch;
	k->magic = KEPT_MAGIC;
	k->crc = kept_crc(k);
	console_drain();
	cache_clean_inval_poc(copy, loft_offset(__image_end));
	fdt = put_fdt();
	/* Below an EL2 of Loft's it comes back there: its stub knows the way. */
	if (cpu_el() < home_el)
		el2_restart((paddr_t)copy, fdt);
	else
		mmu_off_call((uint64_t)copy, fdt, 0, &loft_regs);
	printf("no return: EL2 does not answer\n");
}
