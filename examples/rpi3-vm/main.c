/* SPDX-License-Identifier: BSD-2-Clause */
/* What a first lesson in virtual memory shows: the map, and one UART at two addresses. */
#include "vm.h"

#define UARTDR	    0x00
#define UARTFR	    0x18
#define UARTFR_RXFE (1u << 4)
#define UARTFR_TXFF (1u << 5)

static uint64_t uart = UART_PA;

static volatile uint32_t *reg(unsigned offset)
{
	return (volatile uint32_t *)(uart + offset);
}

static void put(char c)
{
	while (*reg(UARTFR) & UARTFR_TXFF)
		;
	*reg(UARTDR) = (unsigned char)c;
}

static void print(const char *s)
{
	for (; *s; s++) {
		if (*s == '\n')
			put('\r');
		put(*s);
	}
}

static void print_hex(uint64_t value, unsigned digits)
{
	print("0x");
	while (digits--)
		put("0123456789ABCDEF"[value >> (4 * digits) & 15]);
}

static void print_number(unsigned value)
{
	if (value >= 10)
		print_number(value / 10);
	put((char)('0' + value % 10));
}

static char get(void)
{
	while (*reg(UARTFR) & UARTFR_RXFE)
		;
	return (char)*reg(UARTDR);
}

static void print_parts(void)
{
	const struct part *part;
	unsigned count = parts_init(&part);

	print("[i] Virtual memory layout:\n");
	for (; count; count--, part++) {
		print("      ");
		print_hex(part->start, 8);
		print(" - ");
		print_hex(part->last, 8);
		print(part->device ? " | Dev " : " | Nrm ");
		print(part->writable ? "RW " : "RO ");
		print(part->executable ? "PX  | " : "PXN | ");
		print(part->name);
		print("\n");
	}
}

static void try_translate(uint64_t va)
{
	struct part p;

	print("[i] ");
	print_hex(va, 8);
	if (translate(va, &p)) {
		print(" -> ");
		print_hex(p.to, 8);
		print("\n");
	} else {
		print(": Address out of range.\n");
	}
}

void kernel_main(void);

void kernel_main(void)
{
	print("\n[0] UART is live!\n[1] Press a key to continue booting... ");
	get();
	if (!mmu_granule_4k()) {
		print("[i] MMU: 4 KiB granule not supported!\n");
		return;
	}
	print("\n[i] MMU: 4 KiB granule supported!\n[i] MMU: Up to ");
	print_number(mmu_pa_bits());
	print(" Bit physical address range supported!\n");
	print_parts();
	mmu_on();
	print("[2] MMU online.\n");
	try_translate(UART_VA);
	try_translate(0x40000000);

	uart = UART_VA;
	print("Writing through the virtual mapping at base address ");
	print_hex(uart, 16);
	print(".\n");
	for (;;)
		put(get());
}
