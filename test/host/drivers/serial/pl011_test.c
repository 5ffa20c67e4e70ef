/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/serial: the PL011 against a model of its registers; every wait ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include <arch/io.h>

#include "drivers/serial/pl011.h"
#include "drivers/serial/serial.h"

#define BASE	0x9000000

static struct {
	uint32_t flags, control, divisor, line, mask;
	char sent[64];
	unsigned sent_count, reads;
	unsigned full_for;		/* reads of UARTFR that show a full FIFO */
	char received;
} uart;

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	uart.reads++;
	switch (address - BASE) {
	case UARTFR:
		if (!uart.full_for)
			return uart.flags & ~UARTFR_TXFF;
		uart.full_for--;
		return uart.flags | UARTFR_TXFF;
	case UARTDR:
		uart.flags |= UARTFR_RXFE;
		return 0xf00 | (unsigned char)uart.received;	/* with every error flag */
	case UARTCR:
		return uart.control;
	case UARTIBRD:
		return uart.divisor;
	case UARTLCR_H:
		return uart.line;
	}
	fail_msg("read of register 0x%x", (unsigned)(address - BASE));
	return 0;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	switch (address - BASE) {
	case UARTDR:
		assert_in_range(uart.sent_count, 0, sizeof(uart.sent) - 1);
		uart.sent[uart.sent_count++] = (char)value;
		return;
	case UARTIMSC:
		uart.mask = (uint32_t)value;
		return;
	case UARTCR:
		uart.control = (uint32_t)value;
		return;
	case UARTIBRD:
		assert_int_equal(uart.control & UARTCR_UARTEN, 0);
		uart.divisor = (uint32_t)value;
		return;
	case UARTLCR_H:
		assert_int_equal(uart.control & UARTCR_UARTEN, 0);
		uart.line = (uint32_t)value;
		return;
	case UARTFBRD:
	case UARTICR:
		return;
	}
	fail_msg("write of register 0x%x", (unsigned)(address - BASE));
}

static int init(struct serial *serial, const char *compatible, size_t length)
{
	const struct serial_node node = { compatible, length, .base = BASE };

	return serial_init(serial, &node);
}

static struct serial probe(const char *compatible, size_t length)
{
	struct serial serial;

	assert_int_equal(init(&serial, compatible, length), 0);
	return serial;
}

static int reset(void **state)
{
	(void)state;
	memset(&uart, 0, sizeof(uart));
	uart.flags = UARTFR_TXFE | UARTFR_RXFE;
	uart.mask = ~0u;
	return 0;
}

static void test_match(void **state)
{
	static const char list[] = "arm,pl011\0arm,primecell";
	struct serial serial = { .base = 1 };

	(void)state;
	assert_non_null(probe(list, sizeof(list)).ops);
	assert_non_null(probe("x\0arm,sbsa-uart", 16).ops);
	assert_int_equal(init(&serial, "acme,uart", 10), -ENODEV);
	assert_int_equal(init(&serial, "arm,pl011", 9), -ENODEV);	/* no NUL */
	assert_int_equal(init(&serial, "arm,pl0110", 11), -ENODEV);
	assert_int_equal(init(&serial, "", 0), -ENODEV);
	assert_int_equal(serial.base, 1);
}

static void test_enable_sets_up_only_what_is_off(void **state)
{
	(void)state;
	uart.control = UARTCR_TXE | UARTCR_RXE;		/* the reset value */
	probe("arm,pl011", 10);
	assert_int_equal(uart.control, UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE);
	assert_int_equal(uart.divisor, 1);
	assert_int_equal(uart.line, 0x70);
	assert_int_equal(uart.mask, 0);

	uart.divisor = 26;
	uart.line = 0;
	probe("arm,pl011", 10);
	assert_int_equal(uart.divisor, 26);
	assert_int_equal(uart.line, 0);
}

static void test_putc_costs_one_read(void **state)
{
	struct serial serial = probe("arm,pl011", 10);

	(void)state;
	uart.reads = 0;
	assert_true(serial.ops->putc(&serial, '\xff'));
	assert_true(pl011_putc(BASE, 'a'));
	assert_int_equal(uart.reads, 2);
	assert_int_equal(uart.sent[0], '\xff');
	uart.full_for = 3;
	assert_true(serial.ops->putc(&serial, 'b'));
	assert_int_equal(uart.reads, 2 + 4);
}

static void test_full_fifo_ends_and_is_paid_once(void **state)
{
	struct serial serial = probe("arm,pl011", 10);

	(void)state;
	uart.full_for = ~0u;
	assert_false(serial.ops->putc(&serial, 'a'));
	uart.reads = 0;
	for (int i = 0; i < 100; i++)
		assert_false(serial.ops->putc(&serial, 'a'));
	assert_in_range(uart.reads, 100, 200);
	assert_int_equal(uart.sent_count, 0);
	uart.full_for = 0;
	assert_true(serial.ops->putc(&serial, 'z'));
	uart.full_for = 5;				/* recovered: waits again */
	assert_true(serial.ops->putc(&serial, 'z'));
}

static void test_write_asks_an_empty_fifo_once(void **state)
{
	static const char text[] = "forty bytes of text, more than one FIFO.";
	struct serial serial = probe("arm,pl011", 10);

	(void)state;
	uart.line = UARTLCR_H_FEN;
	uart.reads = 0;
	serial.ops->write(&serial, text, 40);
	assert_int_equal(uart.reads, 1 + 3); /* UARTLCR_H, and UARTFR for 16, 16 and 8 */
	assert_int_equal(uart.sent_count, 40);
	assert_memory_equal(uart.sent, text, 40);

	for (unsigned int size = 0; size <= 40; size++) {
		uart.sent_count = 0;
		serial.ops->write(&serial, text, size);
		assert_int_equal(uart.sent_count, size);
		assert_memory_equal(uart.sent, text, size);
	}

	uart.line = 0; /* a FIFO that is off holds one byte */
	uart.reads = uart.sent_count = 0;
	serial.ops->write(&serial, text, 5);
	assert_int_equal(uart.reads, 1 + 5);
	uart.line = UARTLCR_H_FEN; /* and one that is on and not empty is asked for each */
	uart.flags &= ~UARTFR_TXFE;
	uart.reads = 0;
	serial.ops->write(&serial, text, 5);
	assert_int_equal(uart.reads, 1 + 2 * 5);
	assert_int_equal(uart.sent_count, 10);
	serial.ops->write(&serial, text, 0);
	assert_int_equal(uart.sent_count, 10);

	uart.flags |= UARTFR_TXFE;
	serial = probe("arm,sbsa-uart", 14);
	uart.reads = 0;
	serial.ops->write(&serial, text, 5);
	assert_int_equal(uart.reads, 5);
}

static unsigned idle_calls;

static void count_idle(void)
{
	idle_calls++;
}

static void test_a_wait_for_room_is_used_to_receive(void **state)
{
	struct serial serial = probe("arm,pl011", 10);

	(void)state;
	serial.idle = count_idle;
	assert_true(serial.ops->putc(&serial, 'a'));
	assert_int_equal(idle_calls, 0);
	uart.full_for = 7;
	assert_true(serial.ops->putc(&serial, 'a'));
	assert_int_equal(idle_calls, 7);
	uart.full_for = ~0u;
	assert_false(serial.ops->putc(&serial, 'a'));
	assert_in_range(idle_calls, 100, PL011_SPINS + 7);
}

static void test_drain_waits_for_the_shift_register_and_ends(void **state)
{
	struct serial serial = probe("arm,pl011", 10);

	(void)state;
	assert_true(serial.ops->drain(&serial));
	uart.flags |= UARTFR_BUSY;
	assert_false(serial.ops->drain(&serial));
	uart.flags = 0;					/* not busy, and bytes in the FIFO */
	assert_false(serial.ops->drain(&serial));
}

static void test_getc_strips_error_flags(void **state)
{
	struct serial serial = probe("arm,pl011", 10);
	char c = 'x';

	(void)state;
	assert_false(serial.ops->tstc(&serial));
	assert_false(serial.ops->getc(&serial, &c));
	assert_int_equal(c, 'x');
	assert_false(serial.lost);
	uart.flags &= ~UARTFR_RXFE;
	uart.received = '\x83';
	assert_true(serial.ops->tstc(&serial));
	assert_true(serial.ops->getc(&serial, &c));
	assert_int_equal(c, '\x83');
	assert_true(serial.lost);
	assert_false(serial.ops->tstc(&serial));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_match, reset),
		cmocka_unit_test_setup(test_enable_sets_up_only_what_is_off, reset),
		cmocka_unit_test_setup(test_putc_costs_one_read, reset),
		cmocka_unit_test_setup(test_write_asks_an_empty_fifo_once, reset),
		cmocka_unit_test_setup(test_full_fifo_ends_and_is_paid_once, reset),
		cmocka_unit_test_setup(test_a_wait_for_room_is_used_to_receive, reset),
		cmocka_unit_test_setup(test_drain_waits_for_the_shift_register_and_ends, reset),
		cmocka_unit_test_setup(test_getc_strips_error_flags, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
