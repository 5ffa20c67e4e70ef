/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/bcm283x/pm.h"

#include <errno.h>

#include <arch/cpu.h>
#include <arch/io.h>

#define RSTC_CONFIG	FIELD(5, 4, 3)
#define RSTC_FULL_RESET FIELD(5, 4, 2)
/* The partition to start from, in every second bit; 63, all of them, is "halt". */
#define RSTS_PARTITION	0x555
#define PASSWORD_FIELD	0xff000000

static int expire(paddr_t pm, uint32_t partition)
{
	uint32_t status = mmio_read32(pm + PM_RSTS) & ~(uint32_t)(PASSWORD_FIELD | RSTS_PARTITION);
	uint32_t control = mmio_read32(pm + PM_RSTC) & ~(uint32_t)(PASSWORD_FIELD | RSTC_CONFIG);

	mmio_write32(pm + PM_RSTS, PM_PASSWORD | status | partition);
	mmio_write32(pm + PM_WDOG, PM_WDOG_SOON);
	mmio_write32(pm + PM_RSTC, PM_PASSWORD | control | RSTC_FULL_RESET);
	udelay(100000);
	return -ETIMEDOUT;
}

int pm_reset(paddr_t pm)
{
	return expire(pm, 0);
}

int pm_poweroff(paddr_t pm)
{
	return expire(pm, RSTS_PARTITION);
}
