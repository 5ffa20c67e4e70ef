/* SPDX-License-Identifier: BSD-2-Clause */
/* gpio.h - general purpose inputs and outputs: a row of data for each kind of controller. */
#pragma once

#include "lib/base/types.h"

#define GPIO_BANKS 6

/** struct gpio_regs - a register of each bank: the first one's offset, and from one to the next */
struct gpio_regs {
	uint16_t at, step;
};

/**
 * struct gpio_row - one kind of controller; registers of 32 bits, a line's bit the same in each
 * @compatible: its names in device trees, one NUL-terminated string after the other
 * @bank:      lines of each bank; behind the last one 0
 * @size:      bytes of registers that a node has to have
 * @mask_shift: not 0: as the PL061, the line is chosen by bit (line + shift) of the data's address
 * @select:    not 0: lines in a register of @direct, whose fields have 3 bits: 0 input, 1 output,
 *             else another function
 * @ports:     the banks that are there are children of the node, each with its number in reg
 * @read_back: what an output drives is read in @out, not in @in
 * @out:       the levels driven
 * @in:        the levels seen
 * @set, @clear: 1 drives high, or low; a @set.at of 0: @out is read and written
 * @direct:    1 is an output, but for @select
 * @enable:    not 0: has to be 1 beside @direct
 */
struct gpio_row {
	const char *compatible;
	uint8_t bank[GPIO_BANKS];
	uint16_t size;
	uint8_t mask_shift, select;
	bool ports, read_back;
	struct gpio_regs out, in, set, clear, direct, enable;
};

/** struct gpio - a controller: its row, its registers, mapped, and how many lines there are */
struct gpio {
	const struct gpio_row *row;
	paddr_t base;
	unsigned int lines;
};

enum gpio_way { GPIO_INPUT, GPIO_OUTPUT, GPIO_OTHER };

/**
 * gpio_find() - the row that has one of these names
 * @compatible: the node's property, untrusted
 * @length:     of that, bytes
 *
 * Return: the row or NULL
 */
const struct gpio_row *gpio_find(const char *compatible, size_t length);

/** gpio_row_lines() - lines of a row's first @banks banks */
unsigned int gpio_row_lines(const struct gpio_row *row, unsigned int banks);

/* Of the following, @line is below g->lines. */

/** gpio_get() - the level at a line, driven by it or by what it is wired to */
bool gpio_get(const struct gpio *g, unsigned int line);

/** gpio_set() - the level that a line drives; seen outside once it is an output */
void gpio_set(const struct gpio *g, unsigned int line, bool level);

/** gpio_way(), gpio_direct() - which way a line goes */
enum gpio_way gpio_way(const struct gpio *g, unsigned int line);
void gpio_direct(const struct gpio *g, unsigned int line, bool output);

/** gpio_function() - what a line does, in the numbers of the chip, where the row has @select */
void gpio_function(const struct gpio *g, unsigned int line, uint32_t function);

/** gpio_drive() - makes a line an output of that level, no other seen where the chip can do so */
void gpio_drive(const struct gpio *g, unsigned int line, bool level);

extern const struct gpio_row gpio_rows[];
extern const unsigned int gpio_row_count;
