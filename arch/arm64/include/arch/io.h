/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch/io.h - device registers, and order between memory and devices
 *
 * The accessors are one LDR or STR with a plain base register each: a hypervisor that emulates a
 * device gets no syndrome for pre- and post-indexed or paired accesses (Arm ARM DDI 0487 J.a,
 * D17.2.37 "ESR_EL2", ISV), and compilers make those of volatile accesses. They imply no barrier.
 * Addresses are physical: Loft maps devices at their physical addresses.
 */
#pragma once

#include "lib/base/types.h"

static inline uint8_t mmio_read8(paddr_t address)
{
	uint32_t value;

	__asm__ volatile("ldrb %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return (uint8_t)value;
}

static inline uint16_t mmio_read16(paddr_t address)
{
	uint32_t value;

	__asm__ volatile("ldrh %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return (uint16_t)value;
}

static inline uint32_t mmio_read32(paddr_t address)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline uint64_t mmio_read64(paddr_t address)
{
	uint64_t value;

	__asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void mmio_write8(paddr_t address, uint8_t value)
{
	__asm__ volatile("strb %w0, [%1]" : : "rZ"((uint32_t)value), "r"(address) : "memory");
}

static inline void mmio_write16(paddr_t address, uint16_t value)
{
	__asm__ volatile("strh %w0, [%1]" : : "rZ"((uint32_t)value), "r"(address) : "memory");
}

static inline void mmio_write32(paddr_t address, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" : : "rZ"(value), "r"(address) : "memory");
}

static inline void mmio_write64(paddr_t address, uint64_t value)
{
	__asm__ volatile("str %x0, [%1]" : : "rZ"(value), "r"(address) : "memory");
}

/** poll_pause() - a look at a device found nothing: whoever shares this CPU with us may go on */
static inline void poll_pause(void)
{
	__asm__ volatile("yield" : : : "memory");
}

/**
 * dma_wmb() - stores to memory before it are seen by a device before stores (also to its registers)
 *             after it
 */
static inline void dma_wmb(void)
{
	__asm__ volatile("dmb oshst" : : : "memory");
}

/**
 * dma_rmb() - loads (also of device registers) before it are done before loads after it: read the
 *             flag, dma_rmb(), read what the flag stands for
 */
static inline void dma_rmb(void)
{
	__asm__ volatile("dmb oshld" : : : "memory");
}

/**
 * dma_mb() - both directions: a store before it is seen by a device before a load after it
 */
static inline void dma_mb(void)
{
	__asm__ volatile("dmb osh" : : : "memory");
}
