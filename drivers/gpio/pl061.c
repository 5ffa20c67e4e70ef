/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/gpio/pl061.h"

#include "arch/io.h"

/*
 * DDI 0190, 3.3.1: bits 9:2 of the data register's address are a mask of the lines that the access
 * is about, so that no line needs the others read.
 */
#define GPIODATA(line) ((paddr_t)4 << (line))
#define GPIODIR	       0x400

bool pl061_get(paddr_t base, unsigned int line)
{
	return mmio_read32(base + GPIODATA(line)) != 0;
}

void pl061_set(paddr_t base, unsigned int line, bool level)
{
	mmio_write32(base + GPIODATA(line), (uint32_t)level << line);
}

bool pl061_is_output(paddr_t base, unsigned int line)
{
	return mmio_read32(base + GPIODIR) >> line & 1;
}

void pl061_direct(paddr_t base, unsigned int line, bool output)
{
	uint32_t others = mmio_read32(base + GPIODIR) & ~(UINT32_C(1) << line);

	mmio_write32(base + GPIODIR, others | (uint32_t)output << line);
}
