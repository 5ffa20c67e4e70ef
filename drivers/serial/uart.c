/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <arch/io.h>

#include "drivers/serial/serial.h"
#include "drivers/serial/uart.h"
#include "lib/base/names.h"

static paddr_t address(const struct serial *s, unsigned int reg)
{
	return s->base + ((paddr_t)reg << s->shift);
}

static uint32_t read_reg(const struct serial *s, unsigned int reg, unsigned int width)
{
	const paddr_t at = address(s, reg);

	if (width == 1)
		return mmio_read8(at);
	if (width == 2)
		return s->big_endian ? __builtin_bswap16(mmio_read16(at)) : mmio_read16(at);
	return s->big_endian ? __builtin_bswap32(mmio_read32(at)) : mmio_read32(at);
}

static void write_reg(const struct serial *s, unsigned int reg, unsigned int width, uint32_t value)
{
	const paddr_t at = address(s, reg);

	if (width == 1)
		mmio_write8(at, (uint8_t)value);
	else if (width == 2)
		mmio_write16(at,
			     s->big_endian ? __builtin_bswap16((uint16_t)value) : (uint16_t)value);
	else
		mmio_write32(at, s->big_endian ? __builtin_bswap32(value) : value);
}

static unsigned int data_width(const struct serial *s)
{
	return s->row->data_width ? s->row->data_width : s->width;
}

static bool true_of(const struct uart_test *t, uint32_t value)
{
	return ((value & t->mask) == t->value) != t->differs;
}

static bool holds(const struct serial *s, const struct uart_test *t)
{
	return true_of(t, read_reg(s, t->reg, s->width));
}

static void steps(const struct serial *s, enum uart_when when)
{
	for (const struct uart_step *step = s->row->steps; step && step->when; step++) {
		if (step->when != when)
			continue;
		uint32_t old = step->keep ? read_reg(s, step->reg, s->width) & step->keep : 0;

		write_reg(s, step->reg, s->width, old | step->set);
	}
}

static void note_lost(struct serial *s, uint32_t value)
{
	if (!s->row->lost.mask || !true_of(&s->row->lost, value))
		return;
	s->lost = true;
	steps(s, UART_LOST);
}

static void op_enable(struct serial *s)
{
	steps(s, UART_ALWAYS);
	if (s->row->on.mask && !holds(s, &s->row->on))
		steps(s, UART_IF_OFF);
}

/* Once a wait ran out, later bytes don't wait: a dead line must not cost a wait per character. */
static bool op_putc(struct serial *s, char c)
{
	for (unsigned int spins = UART_SPINS; !holds(s, &s->row->can_send);) {
		if (s->stuck || !--spins) {
			s->stuck = true;
			return false;
		}
		if (s->idle)
			s->idle();
	}
	s->stuck = false;
	steps(s, UART_BEFORE_SEND);
	write_reg(s, s->row->send, data_width(s), (unsigned char)c);
	steps(s, UART_AFTER_SEND);
	return true;
}

static void op_write(struct serial *s, const char *byte, size_t count)
{
	while (count--)
		op_putc(s, *byte++);
}

static bool op_tstc(struct serial *s)
{
	const struct uart_row *row = s->row;
	const uint32_t status = read_reg(s, row->has_byte.reg, s->width);

	/* On some a read of the flag clears it. */
	if (row->lost.reg == row->has_byte.reg)
		note_lost(s, status);
	return true_of(&row->has_byte, status);
}

static bool op_getc(struct serial *s, char *c)
{
	const struct uart_row *row = s->row;
	uint32_t data;

	if (!op_tstc(s))
		return false;
	data = read_reg(s, row->get, data_width(s));
	steps(s, UART_AFTER_GET);
	if (row->lost.reg == row->get)
		note_lost(s, data);
	else if (row->lost.mask && row->lost.reg != row->has_byte.reg)
		note_lost(s, read_reg(s, row->lost.reg, s->width));
	*c = (char)data;
	return true;
}

static bool op_drain(struct serial *s)
{
	for (unsigned int spins = UART_SPINS; spins; spins--)
		if (holds(s, &s->row->idle))
			return true;
	return false;
}

const struct uart_row *uart_find(const char *name)
{
	for (unsigned int i = 0; i < uart_row_count; i++)
		if (names_have(uart_rows[i].compatible, name))
			return &uart_rows[i];
	return NULL;
}

static bool op_takes(struct serial *s, const struct serial_node *node, const char *name)
{
	const struct uart_row *row = uart_find(name);

	if (!row)
		return false;
	s->row = row;
	s->width = row->width;
	s->shift = row->shift;
	s->big_endian = node->big_endian;
	if (!row->node)
		return true;
	s->base += node->offset;
	if (node->has_shift)
		s->shift = node->shift;
	if (node->width == 1 || node->width == 2 || node->width == 4)
		s->width = node->width;
	return true;
}

TABLE_ENTRY(serial_table, struct serial_ops, serial_rows) = {
	.takes = op_takes,
	.enable = op_enable,
	.putc = op_putc,
	.write = op_write,
	.getc = op_getc,
	.tstc = op_tstc,
	.drain = op_drain,
};
