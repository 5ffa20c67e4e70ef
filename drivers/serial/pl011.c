/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>

#include <arch/io.h>

#include "drivers/serial/pl011.h"
#include "drivers/serial/serial.h"

/* One read and one write when there is room: what a character costs on the console. */
bool pl011_putc(paddr_t base, char c)
{
	for (unsigned spins = PL011_SPINS; mmio_read32(base + UARTFR) & UARTFR_TXFF;)
		if (!--spins)
			return false;
	mmio_write32(base + UARTDR, (unsigned char)c);
	return true;
}

bool pl011_drain(paddr_t base)
{
	for (unsigned spins = PL011_SPINS; spins; spins--) {
		const uint32_t flags = mmio_read32(base + UARTFR);

		if ((flags & UARTFR_TXFE) && !(flags & UARTFR_BUSY))
			return true;
	}
	return false;
}

void pl011_enable(paddr_t base)
{
	const uint32_t on = UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE;

	mmio_write32(base + UARTIMSC, 0);
	if ((mmio_read32(base + UARTCR) & on) == on)
		return;
	/*
	 * Off, so nobody set a speed that must be kept, and its clock is not known here: the
	 * smallest legal divisor lets an emulated UART, which has no speed, transmit. Writing
	 * UARTLCR_H latches the divisors, so it follows them; UARTCR is last (section 3.3.8).
	 */
	mmio_write32(base + UARTCR, 0);
	if (!mmio_read32(base + UARTIBRD)) {
		mmio_write32(base + UARTIBRD, 1);
		mmio_write32(base + UARTFBRD, 0);
	}
	mmio_write32(base + UARTLCR_H, UARTLCR_H_WLEN_8 | UARTLCR_H_FEN);
	mmio_write32(base + UARTICR, UARTICR_ALL);
	mmio_write32(base + UARTCR, on);
}

static void op_enable(struct serial *serial)
{
	pl011_enable(serial->base);
}

/* Once a wait ran out, later bytes don't wait: a dead line must not cost a wait per character. */
static bool op_putc(struct serial *serial, char c)
{
	for (unsigned spins = PL011_SPINS; mmio_read32(serial->base + UARTFR) & UARTFR_TXFF;) {
		if (serial->stuck || !--spins) {
			serial->stuck = true;
			return false;
		}
		if (serial->idle)
			serial->idle();
	}
	serial->stuck = false;
	mmio_write32(serial->base + UARTDR, (unsigned char)c);
	return true;
}

static_assert(PL011_FIFO_BYTES == 16, "as many as write_runs() has SEND()s");

/*
 * A FIFO that shows empty takes @room bytes without being asked again. One that is in between is
 * asked for each byte, as it does not tell how many it has.
 */
static inline void write_runs(struct serial *serial, const char *byte, size_t count, size_t room)
{
	const paddr_t data = serial->base + UARTDR;
	const char *end = byte + count;

	while (byte != end) {
		if (!(mmio_read32(serial->base + UARTFR) & UARTFR_TXFE)) {
			op_putc(serial, *byte++);
			continue;
		}
		/* clang-format off */
		switch (MIN((size_t)(end - byte), room)) {
#define SEND(left)                                          \
	case left:                                          \
		mmio_write32(data, (unsigned char)*byte++); \
		__attribute__((fallthrough));
		SEND(16) SEND(15) SEND(14) SEND(13) SEND(12) SEND(11) SEND(10) SEND(9)
		SEND(8) SEND(7) SEND(6) SEND(5) SEND(4) SEND(3) SEND(2) SEND(1)
#undef SEND
		default:
			break;
		}
		/* clang-format on */
	}
}

static void op_write(struct serial *serial, const char *byte, size_t count)
{
	const bool fifo = mmio_read32(serial->base + UARTLCR_H) & UARTLCR_H_FEN;

	write_runs(serial, byte, count, fifo ? PL011_FIFO_BYTES : 1);
}

static bool op_tstc(struct serial *serial)
{
	return !(mmio_read32(serial->base + UARTFR) & UARTFR_RXFE);
}

static bool op_getc(struct serial *serial, char *c)
{
	uint32_t data;

	if (!op_tstc(serial))
		return false;
	data = mmio_read32(serial->base + UARTDR);
	serial->lost |= !!(data & UARTDR_OE);
	*c = (char)(data & UARTDR_DATA);
	return true;
}

static bool op_drain(struct serial *serial)
{
	return pl011_drain(serial->base);
}

TABLE_ENTRY(serial_table, struct serial_ops, serial_pl011) = {
	.compatible = "arm,pl011\0",
	.enable = op_enable,
	.putc = op_putc,
	.write = op_write,
	.getc = op_getc,
	.tstc = op_tstc,
	.drain = op_drain,
};

/* The SBSA generic UART has no speed and no control register: it is on. */
static void enable_sbsa(struct serial *serial)
{
	mmio_write32(serial->base + UARTIMSC, 0);
}

/* It has no register that says whether its FIFO is on. */
static void write_sbsa(struct serial *serial, const char *byte, size_t count)
{
	write_runs(serial, byte, count, 1);
}

TABLE_ENTRY(serial_table, struct serial_ops, serial_sbsa) = {
	.compatible = "arm,sbsa-uart\0",
	.enable = enable_sbsa,
	.putc = op_putc,
	.write = write_sbsa,
	.getc = op_getc,
	.tstc = op_tstc,
	.drain = op_drain,
};
