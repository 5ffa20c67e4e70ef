/* SPDX-License-Identifier: BSD-2-Clause */
/* 1 GiB: a level 2 table of 2 MiB blocks, and a level 3 table for the first of them. */
#include "vm.h"

#define GIB	      0x40000000ull
#define BLOCK	      0x200000ull
#define PAGE	      0x1000ull
#define ENTRIES	      512

#define DEVICES	      0x3f000000ull

/* Descriptors (Arm ARM DDI 0487, D8.3) */
#define VALID	      1ull
#define TABLE_OR_PAGE 2ull
#define ATTR(index)   ((uint64_t)(index) << 2)
#define AP_READ_ONLY  (1ull << 7)
#define SH_OUTER      (2ull << 8)
#define SH_INNER      (3ull << 8)
#define AF	      (1ull << 10)
#define PXN	      (1ull << 53)
#define UXN	      (1ull << 54)

/* MAIR_EL1: 0 Device-nGnRE, 1 Normal write-back */
#define MAIR	      0xff04ull

/* TCR_EL1: T0SZ 34 (30 bits: 1 GiB), inner-shareable, write-back, TG0 4 KiB, TBI0, EPD1 */
#define TCR	      (34ull | 1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 23 | 1ull << 37)
#define TCR_IPS(range) ((uint64_t)(range) << 32)

#define SCTLR_M	      (1ull << 0)
#define SCTLR_C	      (1ull << 2)
#define SCTLR_I	      (1ull << 12)

static uint64_t level2[ENTRIES] __attribute__((aligned(4096)));
static uint64_t level3[ENTRIES] __attribute__((aligned(4096)));
static struct part parts[5];

unsigned parts_init(const struct part **out)
{
	const uint64_t ro = (uint64_t)__ro_start, data = (uint64_t)__ro_end;

	parts[0] = (struct part){ "Kernel stack", 0, ro - 1, 0, false, true, false };
	parts[1] = (struct part){ "Kernel code and RO data", ro, data - 1, ro, false, false, true };
	parts[2] = (struct part){
		"Kernel data and BSS", data, (uint64_t)__bss_end - 1, data, false, true, false
	};
	parts[3] = (struct part){
		"Remapped UART", UART_VA, UART_VA + PAGE - 1, UART_PA, true, true, false
	};
	parts[4] = (struct part){ "Device MMIO", DEVICES, GIB - 1, DEVICES, true, true, false };
	*out = parts;
	return sizeof(parts) / sizeof(parts[0]);
}

bool translate(uint64_t va, struct part *out)
{
	if (va >= GIB)
		return false;
	*out = (struct part){ "DRAM", va, va, va, false, true, false };
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (va < parts[i].start || va > parts[i].last)
			continue;
		*out = parts[i];
		out->to += va - parts[i].start;
		break; /* the first that matches */
	}
	return true;
}

static uint64_t descriptor(uint64_t va)
{
	struct part p;
	uint64_t d;

	if (!translate(va, &p))
		return 0;
	d = p.to | VALID | AF | UXN;
	d |= p.device ? ATTR(0) | SH_OUTER : ATTR(1) | SH_INNER;
	d |= p.writable ? 0 : AP_READ_ONLY;
	return d | (p.executable ? 0 : PXN);
}

bool mmu_granule_4k(void)
{
	uint64_t mmfr0;

	__asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(mmfr0));
	return (mmfr0 >> 28 & 15) != 15;
}

static unsigned pa_range(void)
{
	uint64_t mmfr0;

	__asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(mmfr0));
	return mmfr0 & 15;
}

unsigned mmu_pa_bits(void)
{
	static const uint8_t bits[16] = { 32, 36, 40, 42, 44, 48, 52, 56 };

	return bits[pa_range()];
}

void mmu_on(void)
{
	unsigned range = pa_range() > 5 ? 5 : pa_range(); /* 48 bits are all that 4 KiB can hold */
	uint64_t sctlr;

	for (unsigned i = 0; i < ENTRIES; i++) {
		level2[i] = descriptor(i * BLOCK);
		level3[i] = descriptor(i * PAGE) | TABLE_OR_PAGE;
	}
	level2[0] = (uint64_t)level3 | TABLE_OR_PAGE | VALID;

	__asm__ volatile("msr mair_el1, %0\n\tmsr tcr_el1, %1\n\tmsr ttbr0_el1, %2\n\t"
			 "dsb ish\n\tisb\n\ttlbi vmalle1\n\tdsb nsh\n\tisb"
			 :
			 : "r"(MAIR), "r"(TCR | TCR_IPS(range)), "r"(level2)
			 : "memory");
	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
	sctlr |= SCTLR_M | SCTLR_C | SCTLR_I;
	__asm__ volatile("msr sctlr_el1, %0\n\tisb" : : "r"(sctlr) : "memory");
}
