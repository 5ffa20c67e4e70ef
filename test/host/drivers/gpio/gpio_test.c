/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/gpio: each row against a model of its chip: wires, what is driven, which way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arch/io.h>

#include "drivers/gpio/gpio.h"

#define BASE  0x10000
#define LINES 200

/* A line: its level on the wire, what the chip drives, whether it does. */
static struct {
	bool wire, out, drives, enabled;
	unsigned int function;
} pin[LINES];

static bool level(unsigned int line)
{
	return pin[line].drives ? pin[line].out : pin[line].wire;
}

struct model {
	const char *name;
	unsigned int lines;
	uint32_t (*read)(uint32_t reg);
	void (*write)(uint32_t reg, uint32_t value);
};

static const struct model *model;

static uint32_t gather(unsigned int from, unsigned int count, int what)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < count; i++) {
		bool one = what == 'l' ? level(from + i)
			   : what == 'o' ? pin[from + i].out
			   : what == 'e' ? pin[from + i].enabled
					 : pin[from + i].drives;
		value |= (uint32_t)one << i;
	}
	return value;
}

static void scatter(unsigned int from, unsigned int count, int what, uint32_t value)
{
	for (unsigned int i = 0; i < count; i++) {
		bool one = value >> i & 1;

		if (what == 'o')
			pin[from + i].out = one;
		else if (what == 'e')
			pin[from + i].enabled = one;
		else
			pin[from + i].drives = one;
	}
	assert_true(count == 32 || !(value >> count));
}

static uint32_t pl061_read(uint32_t reg)
{
	if (reg < 0x400)
		return gather(0, 8, 'l') & (reg >> 2);
	assert_int_equal(reg, 0x400);
	return gather(0, 8, 'd');
}

static void pl061_write(uint32_t reg, uint32_t value)
{
	if (reg < 0x400) {
		scatter(0, 8, 'o', (gather(0, 8, 'o') & ~(reg >> 2)) | (value & reg >> 2));
		return;
	}
	assert_int_equal(reg, 0x400);
	scatter(0, 8, 'd', value);
}

static uint32_t dw_read(uint32_t reg)
{
	if (reg >= 0x50)
		return gather((reg - 0x50) / 4 * 32, 32, 'l');
	assert_true(reg < 0x30 && reg % 12 <= 4);
	return gather(reg / 12 * 32, 32, reg % 12 ? 'd' : 'o');
}

static void dw_write(uint32_t reg, uint32_t value)
{
	assert_true(reg < 0x30 && reg % 12 <= 4);
	scatter(reg / 12 * 32, 32, reg % 12 ? 'd' : 'o', value);
}

/* PSR does not see an output: the pad does not feed back. */
static uint32_t imx_read(uint32_t reg)
{
	switch (reg) {
	case 0:
		return (gather(0, 32, 'o') & gather(0, 32, 'd')) |
		       (gather(0, 32, 'l') & ~gather(0, 32, 'd'));
	case 4:
		return gather(0, 32, 'd');
	default:
		assert_int_equal(reg, 8);
		return gather(0, 32, 'l') & ~gather(0, 32, 'd');
	}
}

static void imx_write(uint32_t reg, uint32_t value)
{
	assert_true(reg == 0 || reg == 4);
	scatter(0, 32, reg ? 'd' : 'o', value);
}

static unsigned int zynqmp_bank(unsigned int bank, unsigned int *count)
{
	assert_true(bank < 6);
	*count = bank < 3 ? 26 : 32;
	return bank < 3 ? bank * 26 : 78 + (bank - 3) * 32;
}

static uint32_t zynqmp_read(uint32_t reg)
{
	unsigned int count, from;

	if (reg < 0x204) {
		assert_true(reg >= 0x40 && reg < 0x78);
		from = zynqmp_bank((reg - 0x40) % 0x20 / 4, &count);
		return gather(from, count, reg < 0x60 ? 'o' : 'l');
	}
	from = zynqmp_bank((reg - 0x204) / 0x40, &count);
	assert_true((reg - 0x204) % 0x40 <= 4);
	return gather(from, count, (reg - 0x204) % 0x40 ? 'e' : 'd');
}

static void zynqmp_write(uint32_t reg, uint32_t value)
{
	unsigned int count, from;

	if (reg < 0x204) {
		assert_true(reg >= 0x40 && reg < 0x58);
		from = zynqmp_bank((reg - 0x40) / 4, &count);
		scatter(from, count, 'o', value);
		return;
	}
	from = zynqmp_bank((reg - 0x204) / 0x40, &count);
	assert_true((reg - 0x204) % 0x40 <= 4);
	scatter(from, count, (reg - 0x204) % 0x40 ? 'e' : 'd', value);
}

static uint32_t bcm_read(uint32_t reg)
{
	uint32_t value = 0;

	if (reg >= 0x34) {
		assert_true(reg <= 0x38);
		return reg == 0x34 ? gather(0, 32, 'l') : gather(32, model->lines - 32, 'l');
	}
	assert_true(reg <= 0x14);
	for (unsigned int i = 0; i < 10; i++)
		value |= (uint32_t)pin[reg / 4 * 10 + i].function << 3 * i;
	return value;
}

static void bcm_write(uint32_t reg, uint32_t value)
{
	if (reg < 0x18) {
		for (unsigned int i = 0; i < 10; i++) {
			pin[reg / 4 * 10 + i].function = value >> 3 * i & 7;
			pin[reg / 4 * 10 + i].drives = (value >> 3 * i & 7) == 1;
		}
		return;
	}
	assert_true(reg == 0x1c || reg == 0x20 || reg == 0x28 || reg == 0x2c);
	for (unsigned int i = 0; i < 32; i++)
		if (value >> i & 1)
			pin[(reg & 4       ? reg == 0x1c ? 0 : 32
			     : reg == 0x20 ? 32
					   : 0) +
			    i]
				.out = reg < 0x28;
}

static const struct model models[] = {
	{ "arm,pl061", 8, pl061_read, pl061_write },
	{ "snps,dw-apb-gpio", 128, dw_read, dw_write },
	{ "fsl,imx35-gpio", 32, imx_read, imx_write },
	{ "xlnx,zynqmp-gpio-1.0", 174, zynqmp_read, zynqmp_write },
	{ "brcm,bcm2835-gpio", 54, bcm_read, bcm_write },
	{ "brcm,bcm2711-gpio", 58, bcm_read, bcm_write },
};

uint64_t fake_mmio_read(paddr_t address, unsigned int bytes)
{
	assert_int_equal(bytes, 4);
	assert_true(address >= BASE && !(address & 3));
	return model->read((uint32_t)(address - BASE));
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned int bytes)
{
	assert_int_equal(bytes, 4);
	assert_true(address >= BASE && !(address & 3));
	model->write((uint32_t)(address - BASE), (uint32_t)value);
}

static void drive_each(const struct gpio *g, unsigned int line)
{
	const bool other = pin[line ? line - 1 : 1].out;

	pin[line].wire = true;
	assert_int_equal(gpio_way(g, line), GPIO_INPUT);
	assert_true(gpio_get(g, line));
	pin[line].wire = false;
	assert_false(gpio_get(g, line));
	for (unsigned int high = 2; high-- > 0;) {
		gpio_drive(g, line, high);
		assert_true(pin[line].drives);
		assert_true(!g->row->enable.at || pin[line].enabled);
		assert_int_equal(pin[line].out, high);
		assert_int_equal(gpio_get(g, line), high);
		assert_int_equal(gpio_way(g, line), GPIO_OUTPUT);
	}
	assert_int_equal(pin[line ? line - 1 : 1].out, other);
	gpio_direct(g, line, false);
	assert_false(pin[line].drives);
	assert_int_equal(gpio_way(g, line), GPIO_INPUT);
}

static void test_each_row(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(models); i++) {
		struct gpio g = { .base = BASE };

		model = &models[i];
		memset(pin, 0, sizeof(pin));
		g.row = gpio_find(model->name, strlen(model->name) + 1);
		assert_non_null(g.row);
		g.lines = gpio_row_lines(g.row, GPIO_BANKS);
		assert_int_equal(g.lines, model->lines);
		for (unsigned int line = 0; line < g.lines; line++)
			drive_each(&g, line);
	}
	/* every row has a model */
	assert_int_equal(gpio_row_count, ARRAY_SIZE(models));
}

/* A pin that is a UART's says so, and its neighbours in the register stay. */
static void test_other_function(void **state)
{
	struct gpio g = { gpio_find("brcm,bcm2835-gpio", 18), BASE, 54 };

	(void)state;
	model = &models[4];
	memset(pin, 0, sizeof(pin));
	pin[14].function = pin[15].function = 4;
	assert_int_equal(gpio_way(&g, 14), GPIO_OTHER);
	gpio_drive(&g, 16, true);
	assert_int_equal(pin[15].function, 4);
	gpio_direct(&g, 14, false);
	assert_int_equal(pin[14].function, 0);
	assert_int_equal(pin[15].function, 4);
}

static void test_names(void **state)
{
	(void)state;
	assert_null(gpio_find("arm,pl06", sizeof("arm,pl06")));
	assert_null(gpio_find("arm,pl061", strlen("arm,pl061"))); /* no end */
	assert_null(gpio_find("", 0));
	assert_null(gpio_find("", 1));
	assert_ptr_equal(gpio_find("fsl,imx8mp-gpio\0fsl,imx35-gpio", 31),
			 gpio_find("fsl,imx35-gpio", 15));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_row),
		cmocka_unit_test(test_other_function),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
