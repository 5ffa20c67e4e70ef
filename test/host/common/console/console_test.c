/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * common/console on a UART as silicon has it: short FIFOs, and a byte that arrives for each byte
 * that leaves. A pasted text must come through while Loft answers it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arch/io.h>

#include "common/console/console.h"
#include "common/console/init.h"
#include "drivers/serial/pl011.h"
#include "drivers/serial/serial.h"

#define BASE         0x9000000
#define FIFO         16
#define READS_A_BYTE 50 /* of a register while one byte is on the line */

static struct {
	char rx[FIFO];
	unsigned rx_count, tx_count, reads;
	bool overrun;
	const char *input; /* what the other side sends */
	size_t input_len;
	size_t sent;
} uart;

static void one_byte_time(void)
{
	uart.tx_count -= !!uart.tx_count;
	if (!uart.input_len)
		return;
	if (uart.rx_count == FIFO)
		uart.overrun = true;
	else
		uart.rx[uart.rx_count++] = *uart.input;
	uart.input++;
	uart.input_len--;
}

static uint32_t read_data(void)
{
	const uint32_t data = (unsigned char)uart.rx[0] | (uart.overrun ? UARTDR_OE : 0);

	assert_true(uart.rx_count > 0);
	uart.overrun = false;
	memmove(uart.rx, uart.rx + 1, --uart.rx_count);
	return data;
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	if (++uart.reads % READS_A_BYTE == 0)
		one_byte_time();
	switch (address - BASE) {
	case UARTFR:
		return (uart.rx_count ? 0 : UARTFR_RXFE) | (uart.tx_count ? 0 : UARTFR_TXFE) |
		       (uart.tx_count == FIFO ? UARTFR_TXFF : 0);
	case UARTDR:
		return read_data();
	case UARTLCR_H:
		return UARTLCR_H_FEN;
	default:
		return UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE;
	}
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	(void)value;
	assert_int_equal(bytes, 4);
	if (address - BASE != UARTDR)
		return;
	assert_true(uart.tx_count < FIFO);
	uart.tx_count++;
	uart.sent++;
}

static int setup(void **state)
{
	const struct serial_node node = { "arm,pl011", 10, .base = BASE };

	(void)state;
	while (console_tstc())
		console_getc();
	console_lost();
	memset(&uart, 0, sizeof(uart));
	assert_true(pl011_drain(BASE)); /* and so the driver is linked */
	return console_init(&node);
}

static void arrive(const char *text)
{
	uart.input = text;
	uart.input_len = strlen(text);
}

/* The line goes by without anybody looking. */
static void let_pass(unsigned bytes)
{
	while (bytes--)
		one_byte_time();
}

static void expect(const char *text)
{
	for (; *text; text++) {
		assert_true(console_tstc());
		assert_int_equal(console_getc(), (unsigned char)*text);
	}
	assert_false(console_tstc());
}

static void test_a_pasted_script_comes_through_while_it_is_answered(void **state)
{
	static char script[9000];
	size_t len = 0;
	size_t i;
	int line;

	(void)state;
	for (line = 0; line < 200; line++)
		len += (size_t)sprintf(script + len, "setenv name%d 'value %d'; md 40000000 4\r",
				       line, line);
	arrive(script);
	for (i = 0; i < len; i++) {
		const int c = console_getc();

		assert_int_equal(c, (unsigned char)script[i]);
		console_putc((char)c);
		/* A command answers with more than what was typed. */
		if (c == '\r')
			console_puts(
				"40000000: 00000000 00000000 00000000 00000000  ...........\n");
	}
	assert_false(console_lost());
	assert_true(uart.sent > len);
}

static void test_what_was_lost_is_told_once(void **state)
{
	(void)state;
	arrive("0123456789abcdefXY");
	let_pass(18);
	expect("0123456789abcdef");
	arrive("z");
	let_pass(1);
	expect("z"); /* it carries the flag that bytes before it were lost */
	assert_true(console_lost());
	assert_false(console_lost());
}

static void test_ctrl_c_forgets_what_was_typed_before_it(void **state)
{
	(void)state;
	arrive("abc");
	let_pass(3);
	assert_false(console_ctrlc());
	arrive("de\003fg");
	let_pass(5);
	assert_true(console_ctrlc());
	assert_false(console_ctrlc());
	expect("fg");
	arrive("\003\003x");
	let_pass(3);
	assert_true(console_ctrlc());
	assert_false(console_ctrlc());
	expect("x");
}

static void test_ctrl_c_is_a_byte_for_who_reads(void **state)
{
	(void)state;
	arrive("a\003b");
	let_pass(3);
	expect("a\003b");
	arrive("12345678\003"
	       "abc");
	let_pass(12);
	console_puts("more than the transmitter holds, so that it waits and takes them\n");
	expect("12345678\003"
	       "abc");
	assert_false(console_ctrlc());
}

static void test_a_full_ring_leaves_the_rest_outside(void **state)
{
	static char text[17 * 1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('a' + i % 26);
	uart.input = text;
	uart.input_len = 16 * 1024;
	for (i = 0; uart.input_len; i++) {
		let_pass(8);
		assert_false(console_ctrlc());
	}
	uart.input_len = 8;
	let_pass(8);
	assert_false(console_ctrlc());
	assert_int_equal(uart.rx_count, 8);
	for (i = 0; i < 16 * 1024 + 8; i++)
		assert_int_equal(console_getc(), text[i]);
	assert_false(console_lost());
}

static void test_a_line_is_ended_once(void **state)
{
	(void)state;
	console_puts("abc");
	uart.sent = 0;
	console_fresh_line();
	assert_int_equal(uart.sent, 2);
	console_fresh_line();
	console_puts("def\n");
	uart.sent = 0;
	console_fresh_line();
	assert_int_equal(uart.sent, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_pasted_script_comes_through_while_it_is_answered,
				       setup),
		cmocka_unit_test_setup(test_what_was_lost_is_told_once, setup),
		cmocka_unit_test_setup(test_ctrl_c_forgets_what_was_typed_before_it, setup),
		cmocka_unit_test_setup(test_ctrl_c_is_a_byte_for_who_reads, setup),
		cmocka_unit_test_setup(test_a_full_ring_leaves_the_rest_outside, setup),
		cmocka_unit_test_setup(test_a_line_is_ended_once, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
