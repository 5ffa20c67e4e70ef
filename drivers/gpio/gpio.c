// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/gpio/gpio.h"

#include <arch/io.h>

#include "lib/base/names.h"

#define SELECT_BITS 3
#define SELECT_MASK UINT32_C(7)

const struct gpio_row *gpio_find(const char *compatible, size_t length)
{
	const char *name;

	while ((name = names_next(&compatible, &length)))
		for (unsigned int i = 0; i < gpio_row_count; i++)
			if (names_have(gpio_rows[i].compatible, name))
				return &gpio_rows[i];
	return NULL;
}

unsigned int gpio_row_lines(const struct gpio_row *row, unsigned int banks)
{
	unsigned int lines = 0;

	for (unsigned int i = 0; i < banks && i < GPIO_BANKS; i++)
		lines += row->bank[i];
	return lines;
}

/* The bank's register, and the line's bit in it. */
static paddr_t reg_of(const struct gpio *g, unsigned int line, struct gpio_regs regs, uint32_t *bit)
{
	unsigned int bank = 0;

	for (; bank < GPIO_BANKS - 1 && line >= g->row->bank[bank]; bank++)
		line -= g->row->bank[bank];
	*bit = UINT32_C(1) << (line & 31);
	return g->base + regs.at + (paddr_t)bank * regs.step;
}

static bool read_bit(const struct gpio *g, unsigned int line, struct gpio_regs regs)
{
	uint32_t bit;
	paddr_t at = reg_of(g, line, regs, &bit);

	return mmio_read32(at) & bit;
}

static void write_bit(const struct gpio *g, unsigned int line, struct gpio_regs regs, bool value)
{
	uint32_t bit;
	paddr_t at = reg_of(g, line, regs, &bit);
	uint32_t others = mmio_read32(at) & ~bit;

	mmio_write32(at, value ? others | bit : others);
}

static paddr_t masked(const struct gpio *g, unsigned int line)
{
	return g->base + ((paddr_t)1 << (line + g->row->mask_shift));
}

bool gpio_get(const struct gpio *g, unsigned int line)
{
	if (g->row->mask_shift)
		return mmio_read32(masked(g, line)) != 0;
	if (g->row->read_back && gpio_way(g, line) == GPIO_OUTPUT)
		return read_bit(g, line, g->row->out);
	return read_bit(g, line, g->row->in);
}

void gpio_set(const struct gpio *g, unsigned int line, bool level)
{
	uint32_t bit;
	paddr_t at;

	if (g->row->mask_shift) {
		mmio_write32(masked(g, line), (uint32_t)level << line);
	} else if (g->row->set.at) {
		at = reg_of(g, line, level ? g->row->set : g->row->clear, &bit);
		mmio_write32(at, bit);
	} else {
		write_bit(g, line, g->row->out, level);
	}
}

static paddr_t select_reg(const struct gpio *g, unsigned int line, unsigned int *shift)
{
	*shift = line % g->row->select * SELECT_BITS;
	return g->base + g->row->direct.at + line / g->row->select * (paddr_t)4;
}

enum gpio_way gpio_way(const struct gpio *g, unsigned int line)
{
	unsigned int shift;
	uint32_t function;
	paddr_t at;

	if (!g->row->select)
		return read_bit(g, line, g->row->direct) ? GPIO_OUTPUT : GPIO_INPUT;
	at = select_reg(g, line, &shift);
	function = mmio_read32(at) >> shift & SELECT_MASK;
	return function > 1 ? GPIO_OTHER : function ? GPIO_OUTPUT : GPIO_INPUT;
}

void gpio_function(const struct gpio *g, unsigned int line, uint32_t function)
{
	unsigned int shift;
	paddr_t at = select_reg(g, line, &shift);

	mmio_write32(at, (mmio_read32(at) & ~(SELECT_MASK << shift)) | (function & SELECT_MASK)
									       << shift);
}

void gpio_direct(const struct gpio *g, unsigned int line, bool output)
{
	if (g->row->select) {
		gpio_function(g, line, output);
		return;
	}
	write_bit(g, line, g->row->direct, output);
	if (g->row->enable.at)
		write_bit(g, line, g->row->enable, output);
}

void gpio_drive(const struct gpio *g, unsigned int line, bool level)
{
	/* Before the direction: no other level is seen, if an input keeps it. */
	gpio_set(g, line, level);
	gpio_direct(g, line, true);
	gpio_set(g, line, level);
}
