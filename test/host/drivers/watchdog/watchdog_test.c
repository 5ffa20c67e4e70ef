/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivers/watchdog/kinds.c, each kind against a model of the chip: the model has a clock of its
 * own, and says when it would have reset the machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arch/io.h>

#include "drivers/watchdog/watchdog.h"

#define BASE	0x10000
#define REFRESH 0x20000

/* What every model has; in ticks of its own clock. */
static struct {
	uint32_t reg[0x1000 / 4];
	bool on, bitten, unlocked, swap;
	unsigned int kick_step;
	uint64_t span, left; /* from a kick to the reset, thousandths */
} chip;

struct model {
	const char *name;
	uint64_t hz; /* of the chip; what the node's clock says where the kind has none */
	bool clock_in_tree, stops;
	uint64_t error_ms; /* how much later than asked it may bite, at 1.5 s */
	void (*write)(uint32_t reg, uint64_t value, unsigned int bytes);
};

static const struct model *model;

static void arm(uint64_t span)
{
	chip.span = chip.left = span * 1000;
}

static void sbsa(uint32_t reg, uint64_t value, unsigned int bytes)
{
	assert_int_equal(bytes, 4);
	chip.reg[reg / 4] = (uint32_t)value;
	if (reg == 0) { /* WCS: enabling begins anew */
		assert_true(value <= 1);
		if (value && !chip.on)
			arm(2 * (uint64_t)chip.reg[2]);
		chip.on = value;
	} else {
		assert_int_equal(reg, 8);
		assert_false(chip.on);
	}
}

static void sp805(uint32_t reg, uint64_t value, unsigned int bytes)
{
	assert_int_equal(bytes, 4);
	if (reg == 0xc00) {
		chip.unlocked = value == 0x1acce551;
		return;
	}
	assert_true(chip.unlocked);
	chip.reg[reg / 4] = (uint32_t)value;
	if (reg == 8) {
		assert_true(value == 0 || value == 3);
		chip.on = value;
	} else {
		assert_true(reg == 0 || reg == 0xc);
		arm(2 * (uint64_t)chip.reg[0]);
	}
}

static void dw(uint32_t reg, uint64_t value, unsigned int bytes)
{
	assert_int_equal(bytes, 4);
	if (reg == 0x0) {
		assert_true(value & 1 || !chip.on); /* enabled for good */
		assert_false(value & 2);
		chip.on = value & 1;
	}
	if (reg == 0xc) {
		assert_int_equal(value, 0x76);
		arm(UINT64_C(0x10000) << (chip.reg[1] & 15));
	} else {
		chip.reg[reg / 4] = (uint32_t)value;
	}
}

static void imx(uint32_t reg, uint64_t value, unsigned int bytes)
{
	assert_int_equal(bytes, 2);
	if (chip.swap)
		value = __builtin_bswap16((uint16_t)value);
	if (reg == 2) {
		assert_int_equal(value, chip.kick_step ? 0xaaaa : 0x5555);
		chip.kick_step = !chip.kick_step;
		if (!chip.kick_step)
			arm((chip.reg[0] >> 8) + 1);
		return;
	}
	if (reg == 8) {
		assert_int_equal(value, 0);
		return;
	}
	assert_int_equal(reg, 0);
	assert_true(value & 4 || !chip.on); /* WDE is written once */
	assert_true(value & 0x20 || chip.bitten);
	chip.bitten |= !(value & 0x10);
	chip.on = value & 4;
	chip.reg[0] = (uint32_t)value;
}

static void cadence(uint32_t reg, uint64_t value, unsigned int bytes)
{
	static const unsigned int prescale[] = { 8, 64, 512, 4096 };

	assert_int_equal(bytes, 4);
	switch (reg) {
	case 0:
		assert_int_equal(value >> 12, 0xabc);
		assert_int_equal(value & 0xff8, 0x1c0); /* as reset has left it */
		assert_true((value & 3) == 0 || (value & 3) == 3);
		chip.on = value & 1;
		chip.reg[0] = value & 0xfff; /* the key reads as 0 */
		break;
	case 4:
		assert_int_equal(value >> 14, 0x248);
		assert_false(chip.on);
		chip.reg[1] = value & 0x3fff;
		break;
	default:
		assert_int_equal(reg, 8);
		assert_int_equal(value, 0x1999);
		arm((((uint64_t)chip.reg[1] >> 2) + 1) * 4096 * prescale[chip.reg[1] & 3]);
	}
}

static void bcm(uint32_t reg, uint64_t value, unsigned int bytes)
{
	assert_int_equal(bytes, 4);
	assert_int_equal(value >> 24, 0x5a);
	value &= 0xffffff;
	if (reg == 0x24)
		arm(value & 0xfffff);
	else
		assert_int_equal(reg, 0x1c);
	chip.reg[reg / 4] = (uint32_t)value;
	chip.on = (chip.reg[7] & 0x30) == 0x20;
}

static void aspeed(uint32_t reg, uint64_t value, unsigned int bytes)
{
	assert_int_equal(bytes, 4);
	chip.reg[reg / 4] = (uint32_t)value;
	if (reg == 8) {
		assert_int_equal(value, 0x4755);
		arm(chip.reg[1]);
	} else if (reg == 0xc) {
		assert_true(value == 0 || value == 0x13);
		chip.on = value & 1;
	} else {
		assert_int_equal(reg, 4);
	}
}

static const struct model models[] = {
	{ "arm,sbsa-gwdt", 62500000, .stops = true, .error_ms = 1, .write = sbsa },
	{ "arm,sp805", 32768, .clock_in_tree = true, .stops = true, .error_ms = 1, .write = sp805 },
	/* the next power of two: at most twice as long */
	{ "snps,dw-wdt", 24000000, .clock_in_tree = true, .error_ms = 1500, .write = dw },
	{ "fsl,imx21-wdt", 2, .error_ms = 0, .write = imx },
	{ "cdns,wdt-r1p2", 100000000, .clock_in_tree = true, .stops = true, .error_ms = 168,
	  .write = cadence },
	{ "brcm,bcm2835-pm-wdt", 65536, .stops = true, .error_ms = 1, .write = bcm },
	{ "brcm,bcm2835-pm", 65536, .stops = true, .error_ms = 1, .write = bcm },
	{ "aspeed,ast2700-wdt", 1000000, .stops = true, .error_ms = 0, .write = aspeed },
};

uint64_t fake_mmio_read(paddr_t address, unsigned int bytes)
{
	const uint32_t value = chip.reg[(address - BASE) / 4];

	assert_in_range(address, BASE, BASE + 0xfff);
	if (bytes == 2)
		return chip.swap ? __builtin_bswap16((uint16_t)value) : value & 0xffff;
	assert_int_equal(bytes, 4);
	return value;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned int bytes)
{
	if (address >= REFRESH) { /* the SBSA's second frame */
		assert_int_equal(address, REFRESH);
		assert_int_equal(bytes, 4);
		chip.left = chip.span;
		return;
	}
	assert_in_range(address, BASE, BASE + 0xfff);
	model->write((uint32_t)(address - BASE), value, bytes);
}

/* Time goes by; has it bitten within it? */
static bool after_ms(uint64_t ms)
{
	const uint64_t ticks = ms * model->hz;

	if (chip.on && ticks >= chip.left)
		chip.bitten = true;
	chip.left -= chip.left < ticks ? chip.left : ticks;
	return chip.bitten;
}

static struct watchdog fresh(const struct model *m, bool swap)
{
	char names[64];
	size_t length = (size_t)snprintf(names, sizeof(names), "acme,new-wdt%c%s", 0, m->name) + 1;
	struct watchdog w = { .base = { BASE, REFRESH }, .big_endian = swap };

	model = m;
	memset(&chip, 0, sizeof(chip));
	chip.swap = swap;
	if (m->write == cadence)
		chip.reg[0] = 0x1c0;
	if (m->write == imx)
		chip.reg[0] = 0x30;
	if (m->write == bcm)
		chip.reg[7] = 0x102;
	w.kind = watchdog_find(names, length);
	assert_non_null(w.kind);
	assert_int_equal(w.kind->hz, m->clock_in_tree || w.kind->counter ? 0 : m->hz);
	assert_int_equal(w.kind->frames, m->write == sbsa ? 2 : 1);
	w.hz = m->hz;
	return w;
}

static void each(const struct model *m, bool swap)
{
	struct watchdog w = fresh(m, swap);

	assert_false(w.kind->running(&w));
	assert_int_equal(watchdog_start(&w, 1500), 0);
	assert_true(w.kind->running(&w));
	for (unsigned int i = 0; i < 5; i++) {
		assert_false(after_ms(1400));
		w.kind->kick(&w);
	}
	assert_false(after_ms(1499)); /* not before its time */
	assert_true(after_ms(m->error_ms + 2));

	/* Another time while it runs */
	w = fresh(m, swap);
	assert_int_equal(watchdog_start(&w, 1500), 0);
	assert_int_equal(watchdog_start(&w, 9000), 0);
	assert_false(after_ms(8999));
	assert_true(after_ms(9000));

	/* Stopped */
	w = fresh(m, swap);
	assert_int_equal(w.kind->stop != NULL, m->stops);
	if (m->stops) {
		assert_int_equal(watchdog_start(&w, 1500), 0);
		w.kind->stop(&w);
		assert_false(w.kind->running(&w));
		assert_false(after_ms(1000000));
	}

	/* Limits: the longest there is, and no longer */
	w = fresh(m, swap);
	assert_int_equal(watchdog_start(&w, 0), -ERANGE);
	assert_int_equal(watchdog_start(&w, w.kind->max_ms(&w) + 1), -ERANGE);
	assert_int_equal(watchdog_start(&w, UINT64_MAX), -ERANGE);
	assert_false(chip.on);
	assert_int_equal(watchdog_start(&w, w.kind->max_ms(&w)), 0);
	assert_false(after_ms(w.kind->max_ms(&w) - 1));
	w.hz = 0;
	assert_int_equal(watchdog_start(&w, 1500), -ENODATA);

	/* Now */
	w = fresh(m, swap);
	w.hz = 0;
	w.kind->expire(&w);
	assert_true(after_ms(3)); /* 65536 of 24 MHz */
}

static void test_each_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
		print_message("%s\n", models[i].name);
		each(&models[i], false);
	}
}

static void test_big_endian(void **state)
{
	(void)state;
	each(&models[3], true);
}

/* No kind without a model here. */
static void test_all_have_models(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < watchdog_kind_count; i++) {
		bool found = false;

		for (size_t j = 0; j < ARRAY_SIZE(models); j++)
			found |= watchdog_find(models[j].name, strlen(models[j].name) + 1) ==
				 &watchdog_kinds[i];
		assert_true(found);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_null(watchdog_find("arm,sp80", sizeof("arm,sp80")));
	assert_null(watchdog_find("arm,sp805", strlen("arm,sp805"))); /* no end */
	assert_null(watchdog_find("", 0));
	assert_null(watchdog_find("", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind),
		cmocka_unit_test(test_big_endian),
		cmocka_unit_test(test_all_have_models),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
