/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/rtc/pl031.h"

#include "arch/io.h"

/* DDI 0224, table 3-1 */
#define RTCDR	    0x00
#define RTCLR	    0x08
#define RTCCR	    0x0c
#define RTCCR_START 1

uint32_t pl031_read(paddr_t base)
{
	return mmio_read32(base + RTCDR);
}

void pl031_write(paddr_t base, uint32_t seconds)
{
	mmio_write32(base + RTCLR, seconds);
	mmio_write32(base + RTCCR, RTCCR_START);
}
