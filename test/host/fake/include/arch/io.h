/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch/io.h for the host: every access goes to the two functions that the test defines, which play
 * the device. Barriers order nothing here: one thread, no caches.
 */
#pragma once

#include "lib/base/types.h"

uint64_t fake_mmio_read(paddr_t address, unsigned bytes);
void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes);

#define FAKE_MMIO(bits)								\
	static inline uint##bits##_t mmio_read##bits(paddr_t address)		\
	{									\
		return (uint##bits##_t)fake_mmio_read(address, (bits) / 8);	\
	}									\
	static inline void mmio_write##bits(paddr_t address, uint##bits##_t value) \
	{									\
		fake_mmio_write(address, value, (bits) / 8);			\
	}

FAKE_MMIO(8)
FAKE_MMIO(16)
FAKE_MMIO(32)
FAKE_MMIO(64)

static inline void dma_wmb(void)
{
}

static inline void dma_rmb(void)
{
}

static inline void dma_mb(void)
{
}

static inline void poll_pause(void)
{
}
