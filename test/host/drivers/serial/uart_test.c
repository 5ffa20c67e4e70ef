/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drivers/serial/rows.c, each row against a model of the UART that it describes. The models say the
 * same facts in another form: what a register reads while there is room, a byte, a bit on the line.
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

#include "drivers/serial/serial.h"
#include "drivers/serial/uart.h"

#define BASE	   0x9000000
#define REGS	   0x900
#define LOG_MAX	   16
#define WRITES_MAX 6

/* A register's bits while something is so, and while it is not. */
struct bits {
	unsigned reg;
	uint32_t mask, yes, no;
};

struct pair {
	unsigned reg;
	uint32_t value;
};

struct model {
	const char *names; /* as a node has them */
	size_t length;
	int shift; /* reg-shift, -1: none */
	uint8_t io_width;
	uint32_t offset;
	bool big_endian;
	unsigned width, data_width;
	unsigned send, get;
	struct bits room, byte, idle, lost; /* lost.mask 0: not told */
	struct pair reset[4];		    /* what registers hold at first */
	struct pair always[WRITES_MAX], off[WRITES_MAX];
	struct pair running[3]; /* what registers hold when it was on before */
	struct pair before[WRITES_MAX], after[2], got[2], clear[3];
};

#define NAMES(s) .names = (s), .length = sizeof(s)
#define STANDARD_8250(unit)                                                                        \
	.send = 0, .get = 0, .room = { 5 * (unit), 0x20, 0x20, 0 },                                \
	.byte = { 5 * (unit), 1, 1, 0 }, .idle = { 5 * (unit), 0x40, 0x40, 0 },                    \
	.lost = { 5 * (unit), 2, 2, 0 }, .reset = { { (unit), 0xcf } },                            \
	.always = { { (unit), 0xc0 } }

static const struct model models[] = {
	{ NAMES("ns16550a"), .shift = -1, .width = 1, STANDARD_8250(1) },
	{ NAMES("fsl,ns16550\0ns16550a"), .shift = 0, .io_width = 1, .width = 1, STANDARD_8250(1) },
	{ NAMES("ns16550"), .shift = 2, .io_width = 4, .big_endian = true, .width = 4,
	  STANDARD_8250(4) },
	{ NAMES("ns16550a"), .shift = 1, .io_width = 2, .big_endian = true, .width = 2,
	  STANDARD_8250(2) },
	{ NAMES("ns16550a"), .shift = 2, .offset = 0x100, .width = 1, .send = 0x100, .get = 0x100,
	  .room = { 0x114, 0x20, 0x20, 0 }, .byte = { 0x114, 1, 1, 0 },
	  .idle = { 0x114, 0x40, 0x40, 0 }, .lost = { 0x114, 2, 2, 0 },
	  .always = { { 0x104, 0 } } },
	{ NAMES("rockchip,rk3399-uart\0snps,dw-apb-uart"), .shift = 2, .io_width = 4, .width = 4,
	  STANDARD_8250(4) },
	{ NAMES("snps,dw-apb-uart"), .shift = -1, .width = 1, STANDARD_8250(4) },
	{ NAMES("nvidia,tegra210-uart\0nvidia,tegra20-uart"), .shift = 2, .width = 4,
	  STANDARD_8250(4) },
	{ NAMES("ti,am64-uart\0ti,am654-uart"), .shift = -1, .width = 4, STANDARD_8250(4) },
	{ NAMES("brcm,bcm2835-aux-uart"), .shift = -1, .width = 4, .send = 0, .get = 0,
	  .room = { 20, 0x20, 0x20, 0 }, .byte = { 20, 1, 1, 0 }, .idle = { 20, 0x40, 0x40, 0 },
	  .lost = { 20, 2, 2, 0 }, .always = { { 4, 0 } }, .off = { { 12, 3 }, { 32, 3 } },
	  .running = { { 32, 3 } } },
	{ NAMES("fsl,imx8mp-uart\0fsl,imx6q-uart"), .shift = -1, .width = 4, .send = 0x40,
	  .room = { 0xb4, 0x10, 0, 0x10 }, .byte = { 0x98, 1, 1, 0 }, .idle = { 0x98, 8, 8, 0 },
	  .lost = { 0x98, 2, 2, 0 }, .clear = { { 0x98, 2 } },
	  .reset = { { 0x80, 0x2340 }, { 0x84, 0x8018 }, { 0x88, 0x700 }, { 0x8c, 0x800f } },
	  .always = { { 0x80, 1 }, { 0x84, 0 }, { 0x8c, 0x8000 } },
	  .off = { { 0x88, 0x704 }, { 0x84, 0x4027 } },
	  .running = { { 0x84, 0x4027 }, { 0x80, 1 } } },
	{ NAMES("fsl,imx93-lpuart\0fsl,imx7ulp-lpuart"), .shift = -1, .width = 4, .send = 0x1c,
	  .get = 0x1c, .room = { 0x14, 1 << 23, 1 << 23, 0 }, .byte = { 0x14, 1 << 21, 1 << 21, 0 },
	  .idle = { 0x14, 1 << 22, 1 << 22, 0 }, .lost = { 0x14, 1 << 19, 1 << 19, 0 },
	  .reset = { { 0x18, 0x0ff00000 } }, .always = { { 0x18, 0 } },
	  .off = { { 0x18, 0xc0000 } }, .running = { { 0x18, 0xc0000 } },
	  .clear = { { 0x14, 1 << 19 } } },
	{ NAMES("fsl,ls1021a-lpuart"), .shift = -1, .big_endian = true, .width = 4, .send = 0xc,
	  .get = 0xc, .room = { 4, 1 << 23, 1 << 23, 0 }, .byte = { 4, 1 << 21, 1 << 21, 0 },
	  .idle = { 4, 1 << 22, 1 << 22, 0 }, .lost = { 4, 1 << 19, 1 << 19, 0 },
	  .always = { { 8, 0 } }, .off = { { 8, 0xc0000 } }, .running = { { 8, 0xc0000 } },
	  .clear = { { 4, 1 << 19 } } },
	{ NAMES("xlnx,zynqmp-uart\0cdns,uart-r1p12"), .shift = -1, .width = 4, .send = 0x30,
	  .get = 0x30, .room = { 0x2c, 0x10, 0, 0x10 }, .byte = { 0x2c, 2, 0, 2 },
	  .idle = { 0x2c, 0x808, 8, 0x800 }, .lost = { 0x14, 0x20, 0x20, 0 },
	  .reset = { { 0, 0x128 } }, .always = { { 0xc, 0x3fff } }, .off = { { 0, 0x114 } },
	  .running = { { 0, 0x114 } }, .clear = { { 0x14, 0x20 } } },
	{ NAMES("amlogic,meson-gx-uart\0amlogic,meson-ao-uart"), .shift = -1, .width = 4, .send = 0,
	  .get = 4, .room = { 0xc, 1 << 21, 0, 1 << 21 }, .byte = { 0xc, 1 << 20, 0, 1 << 20 },
	  .idle = { 0xc, 0x2400000, 0x400000, 0x2000000 }, .lost = { 0xc, 1 << 24, 1 << 24, 0 },
	  .reset = { { 8, 0x18000000 } }, .always = { { 8, 0 } }, .off = { { 8, 0x3000 } },
	  .running = { { 8, 0x3000 } }, .clear = { { 8, 0x1003000 }, { 8, 0x3000 } } },
	{ NAMES("samsung,exynos7-uart\0samsung,exynos4210-uart"), .shift = -1, .width = 4,
	  .send = 0x20, .get = 0x24, .room = { 0x18, 1 << 24, 0, 1 << 24 },
	  .byte = { 0x18, 0x1ff, 0x100, 0 }, .idle = { 0x10, 4, 4, 0 }, .lost = { 0x14, 1, 1, 0 },
	  .always = { { 0x38, 0xf } }, .off = { { 8, 1 } }, .running = { { 8, 1 } } },
	{ NAMES("apple,t8103-uart\0apple,s5l-uart"), .shift = -1, .width = 4, .send = 0x20,
	  .get = 0x24, .room = { 0x18, 1 << 9, 0, 1 << 9 }, .byte = { 0x18, 0x10f, 0x3, 0 },
	  .idle = { 0x10, 4, 4, 0 }, .lost = { 0x14, 1, 1, 0 }, .reset = { { 4, 0x3205 } },
	  .always = { { 4, 5 } } },
	{ NAMES("marvell,armada-3700-uart"), .shift = -1, .width = 4, .send = 4, .get = 0,
	  .room = { 0xc, 0x800, 0, 0x800 }, .byte = { 0xc, 0x10, 0x10, 0 },
	  .idle = { 0xc, 0x40, 0x40, 0 }, .lost = { 0xc, 1, 1, 0 }, .reset = { { 8, 0x43f } },
	  .always = { { 8, 0x400 } } },
	{ NAMES("renesas,scif-r8a774a1\0renesas,rcar-gen3-scif\0renesas,scif"), .shift = -1,
	  .width = 2, .data_width = 1, .send = 0xc, .get = 0x14, .room = { 0x10, 0x20, 0x20, 0 },
	  .byte = { 0x1c, 0x1f, 0x10, 0 }, .idle = { 0x10, 0x40, 0x40, 0 },
	  .lost = { 0x24, 1, 1, 0 }, .reset = { { 8, 0xca }, { 0x10, 0x03 } },
	  .always = { { 8, 0x02 } }, .off = { { 8, 0x32 } }, .running = { { 8, 0x32 } },
	  .after = { { 0x10, 0x03 } }, .got = { { 0x10, 0x60 } }, .clear = { { 0x24, 0 } } },
	{ NAMES("xlnx,xps-uartlite-1.00.a"), .shift = -1, .width = 4, .send = 4, .get = 0,
	  .room = { 8, 8, 0, 8 }, .byte = { 8, 1, 1, 0 }, .idle = { 8, 4, 4, 0 },
	  .lost = { 8, 0x20, 0x20, 0 }, .always = { { 0xc, 0 } } },
	{ NAMES("st,stm32h7-uart"), .shift = -1, .width = 4, .send = 0x28, .get = 0x24,
	  .room = { 0x1c, 0x80, 0x80, 0 }, .byte = { 0x1c, 0x20, 0x20, 0 },
	  .idle = { 0x1c, 0x40, 0x40, 0 }, .lost = { 0x1c, 8, 8, 0 },
	  .reset = { { 0, 0x200001f0 } }, .always = { { 0, 0x20000000 } },
	  .off = { { 0, 0x2000000d } }, .running = { { 0, 0x2000000d } },
	  .clear = { { 0x20, 8 } } },
	{ NAMES("actions,s900-uart\0actions,owl-uart"), .shift = -1, .width = 4, .send = 8,
	  .get = 4, .room = { 0xc, 0x40, 0, 0x40 }, .byte = { 0xc, 0x20, 0, 0x20 },
	  .idle = { 0xc, 0x20400, 0x400, 0x20000 }, .reset = { { 0, 0xc8000 } },
	  .always = { { 0, 0x8000 } } },
	{ NAMES("qcom,geni-debug-uart"), .shift = -1, .width = 4, .send = 0x700, .get = 0x780,
	  .room = { 0x40, 1, 0, 1 }, .byte = { 0x804, 0x1ffffff, 2, 0 }, .idle = { 0x40, 1, 0, 1 },
	  .always = { { 0x614, 0 }, { 0x644, 0 } },
	  .off = { { 0x284, 0xf }, { 0x288, 0 }, { 0x630, 0x08000000 } },
	  .running = { { 0x40, 0x1000 } },
	  .before = { { 0x618, 1 }, { 0x270, 1 }, { 0x600, 0x08000000 } } },
	{ NAMES("qcom,msm-uartdm-v1.4\0qcom,msm-uartdm"), .shift = -1, .width = 4, .send = 0x100,
	  .get = 0x140, .room = { 0xa4, 8, 8, 0 }, .byte = { 0xa4, 1, 1, 0 },
	  .idle = { 0xa4, 8, 8, 0 }, .lost = { 0xa4, 0x10, 0x10, 0 }, .always = { { 0xb0, 0 } },
	  .off = { { 0xa8, 0x10 }, { 0x3c, 0x20 }, { 0x34, 0xffffff }, { 0xa8, 5 } },
	  .running = { { 0x3c, 0x20 } }, .before = { { 0x40, 1 } }, .clear = { { 0xa8, 0x30 } } },
};

static const struct model *model;
static uint32_t file[REGS];
static bool room, byte, idle, lost;
static unsigned full_for; /* reads that show no room */
static uint8_t received;
static unsigned reads;
static struct pair log_[LOG_MAX];
static unsigned log_count;

static unsigned width_of(unsigned reg)
{
	const unsigned data = model->data_width ? model->data_width : model->width;

	return reg == model->send || reg == model->get ? data : model->width;
}

static uint32_t swap(uint32_t value, unsigned bytes)
{
	if (!model->big_endian || bytes == 1)
		return value;
	return bytes == 2 ? __builtin_bswap16((uint16_t)value) : __builtin_bswap32(value);
}

static void show(uint32_t *value, unsigned reg, const struct bits *b, bool yes)
{
	if (b->mask && b->reg == reg)
		*value = (*value & ~b->mask) | (yes ? b->yes : b->no);
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	const unsigned reg = (unsigned)(address - BASE);
	uint32_t value;

	assert_in_range(reg, 0, REGS - 1);
	assert_int_equal(bytes, width_of(reg));
	reads++;
	value = file[reg];
	if (reg == model->get) {
		/* Above the byte a data register may have anything. */
		value = received | (bytes == 4 ? 0x5500 : 0);
		show(&value, reg, &model->lost, lost);
		if (reg != model->byte.reg)
			byte = false;
		return swap(value, bytes);
	}
	if (reg == model->room.reg && full_for)
		full_for--, show(&value, reg, &model->room, false);
	else
		show(&value, reg, &model->room, room);
	if (!(model->room.reg == model->idle.reg && model->room.mask == model->idle.mask))
		show(&value, reg, &model->idle, idle);
	show(&value, reg, &model->byte, byte);
	show(&value, reg, &model->lost, lost);
	return swap(value, bytes);
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	const unsigned reg = (unsigned)(address - BASE);

	assert_in_range(reg, 0, REGS - 1);
	assert_int_equal(bytes, width_of(reg));
	assert_in_range(log_count, 0, LOG_MAX - 1);
	value = swap((uint32_t)value, bytes);
	log_[log_count++] = (struct pair){ reg, (uint32_t)value };
	file[reg] = (uint32_t)value;
}

static unsigned at; /* in log_ */

static void expect(const struct pair *list, unsigned max)
{
	for (unsigned i = 0; i < max; i++) {
		if (i && !list[i].reg && !list[i].value)
			break;
		if (!i && !list[i].reg && !list[i].value && !(list == model->always))
			break;
		assert_in_range(at, 0, log_count ? log_count - 1 : 0);
		if (log_[at].reg != list[i].reg || log_[at].value != list[i].value)
			fail_msg("%s: write %u is 0x%x to 0x%x, not 0x%x to 0x%x", model->names, at,
				 log_[at].value, log_[at].reg, list[i].value, list[i].reg);
		at++;
	}
}

static void expect_no_more(void)
{
	if (at != log_count)
		fail_msg("%s: a write of 0x%x to 0x%x that should not be", model->names,
			 log_[at].value, log_[at].reg);
	at = log_count = 0;
}

static void load(const struct pair *list, unsigned max)
{
	for (unsigned i = 0; i < max; i++)
		if (list[i].reg || list[i].value)
			file[list[i].reg] = list[i].value;
}

static struct serial probe(void)
{
	const struct serial_node node = {
		.compatible = model->names,
		.length = model->length,
		.base = BASE,
		.offset = model->offset,
		.has_shift = model->shift >= 0,
		.shift = (uint8_t)MAX(model->shift, 0),
		.width = model->io_width,
		.big_endian = model->big_endian,
	};
	struct serial serial;

	assert_true(serial_known(&node));
	assert_int_equal(log_count, 0); /* a look touches nothing */
	assert_int_equal(serial_init(&serial, &node), 0);
	return serial;
}

static void power_on(const struct model *m)
{
	model = m;
	memset(file, 0, sizeof(file));
	load(m->reset, ARRAY_SIZE(m->reset));
	room = idle = true;
	byte = lost = false;
	full_for = at = log_count = 0;
}

#define EACH_MODEL(m)                    \
	const struct model *m = models;  \
	m < models + ARRAY_SIZE(models); \
	m++

static struct serial running(const struct model *m)
{
	struct serial serial;

	power_on(m);
	serial = probe();
	at = log_count = 0;
	return serial;
}

static void test_enable(void **state)
{
	(void)state;
	for (EACH_MODEL(m)) {
		power_on(m);
		probe();
		expect(m->always, WRITES_MAX);
		expect(m->off, WRITES_MAX);
		expect_no_more();

		power_on(m);
		load(m->running, ARRAY_SIZE(m->running));
		probe();
		assert_true(log_count > 0);
		for (unsigned i = 0; i < ARRAY_SIZE(m->running); i++)
			if (m->running[i].reg || m->running[i].value) /* speed and state stay */
				assert_int_equal(file[m->running[i].reg], m->running[i].value);
		for (unsigned i = 0; i < WRITES_MAX && m->always[i].reg + m->always[i].value; i++)
			at++;
		at = MAX(at, 1U);
		expect_no_more();
	}
}

static void test_send(void **state)
{
	(void)state;
	for (EACH_MODEL(m)) {
		struct serial serial = running(m);
		const struct pair sent = { m->send, 0xe1 };

		assert_true(serial.ops->putc(&serial, '\xe1'));
		expect(m->before, WRITES_MAX);
		expect(&sent, 1);
		expect(m->after, ARRAY_SIZE(m->after));
		expect_no_more();
		full_for = 7;
		serial.ops->write(&serial, "\xe1", 1);
		assert_int_equal(full_for, 0);
		expect(m->before, WRITES_MAX);
		expect(&sent, 1);
		at = log_count = 0;
	}
}

static unsigned idle_calls;

static void count_idle(void)
{
	idle_calls++;
}

static void test_a_dead_line_ends_and_is_paid_once(void **state)
{
	(void)state;
	for (EACH_MODEL(m)) {
		struct serial serial = running(m);

		serial.idle = count_idle;
		room = false;
		idle_calls = reads = 0;
		assert_false(serial.ops->putc(&serial, 'a'));
		assert_int_equal(reads, UART_SPINS);
		assert_int_equal(idle_calls, UART_SPINS - 1);
		reads = 0;
		for (int i = 0; i < 100; i++)
			assert_false(serial.ops->putc(&serial, 'a'));
		assert_int_equal(reads, 100);
		expect_no_more();
		room = true;
		assert_true(serial.ops->putc(&serial, 'a'));
		full_for = 5; /* recovered: waits again */
		assert_true(serial.ops->putc(&serial, 'a'));
	}
}

static void test_get(void **state)
{
	(void)state;
	for (EACH_MODEL(m)) {
		struct serial serial = running(m);
		char c = 'x';

		assert_false(serial.ops->tstc(&serial));
		assert_false(serial.ops->getc(&serial, &c));
		assert_int_equal(c, 'x');
		expect_no_more();
		byte = true;
		received = 0xfe;
		if (m->got[0].reg)
			file[m->got[0].reg] = 0x63;
		assert_true(serial.ops->tstc(&serial));
		assert_true(serial.ops->getc(&serial, &c));
		assert_int_equal((uint8_t)c, 0xfe);
		assert_false(serial.lost);
		expect(m->got, ARRAY_SIZE(m->got));
		expect_no_more();
	}
}

static void test_lost_bytes_are_told_and_the_receiver_goes_on(void **state)
{
	(void)state;
	for (EACH_MODEL(m)) {
		struct serial serial = running(m);
		char c;

		byte = lost = true;
		assert_true(serial.ops->getc(&serial, &c));
		assert_int_equal(serial.lost, m->lost.mask != 0);
		for (unsigned i = 0; i < ARRAY_SIZE(m->clear) && m->clear[i].reg; i++) {
			bool found = false;

			for (unsigned n = 0; n < log_count; n++)
				found |= log_[n].reg == m->clear[i].reg &&
					 log_[n].value == m->clear[i].value;
			if (!found)
				fail_msg("%s: no write of 0x%x to 0x%x", m->names,
					 m->clear[i].value, m->clear[i].reg);
		}
	}
}

static void test_drain(void **state)
{
	(void)state;
	for (EACH_MODEL(m)) {
		struct serial serial = running(m);

		assert_true(serial.ops->drain(&serial));
		idle = room = false;
		reads = 0;
		assert_false(serial.ops->drain(&serial));
		assert_int_equal(reads, UART_SPINS);
		expect_no_more();
	}
}

/* Each row, by the first of its names, has a model here. */
static void test_every_row_has_a_model(void **state)
{
	(void)state;
	for (unsigned i = 0; i < uart_row_count; i++) {
		bool found = false;

		for (EACH_MODEL(m)) {
			const struct serial serial = running(m);

			found |= serial.row == &uart_rows[i];
		}
		if (!found)
			fail_msg("no model for %s", uart_rows[i].compatible);
	}
}

static void test_names(void **state)
{
	struct serial_node node = { .base = BASE };
	struct serial serial = { .base = 1 };

	(void)state;
#define LIST(s) (node.compatible = (s), node.length = sizeof(s), serial_known(&node))
	assert_true(LIST("acme,unheard-of\0ns16550a"));
	assert_false(LIST("ns16550"
			  "b"));
	assert_false(LIST(""));
	assert_false(LIST("acme,uart"));
	assert_null(uart_find("arm,pl011"));
	assert_null(uart_find(""));
	node.compatible = "ns16550a";
	node.length = 8; /* no NUL */
	assert_false(serial_known(&node));
	node.length = 0;
	assert_int_equal(serial_init(&serial, &node), -ENODEV);
	assert_int_equal(serial.base, 1);
	/* The most particular name decides, not the order of the rows. */
	node = (struct serial_node){ "ns16550a\0snps,dw-apb-uart", 26, .base = BASE };
	power_on(&models[0]);
	assert_int_equal(serial_init(&serial, &node), 0);
	assert_int_equal(serial.shift, 0);
	/* What no reg-io-width may be is as none. */
	node = (struct serial_node){ "ns16550a", 9, .base = BASE, .width = 3 };
	power_on(&models[0]);
	assert_int_equal(serial_init(&serial, &node), 0);
	assert_int_equal(serial.width, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enable),
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_a_dead_line_ends_and_is_paid_once),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_lost_bytes_are_told_and_the_receiver_goes_on),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_every_row_has_a_model),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
