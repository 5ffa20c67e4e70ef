/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/bcm283x/pi.c: DRAM by revision, the tree's numbers, UART divisors, no answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include <arch/cpu.h>
#include <arch/io.h>

#include "drivers/bcm283x/mailbox.h"
#include "drivers/bcm283x/pi.h"
#include "drivers/serial/pl011.h"
#include "drivers/serial/pl011_speed.h"

#define REVISION_PI3	0xa02082 /* 1 GiB */
#define REVISION_PI4_8G 0xd03114
#define REVISION_OLD	0x000e	 /* the old numbering says no size */

static const struct pi pi3 = { .peripherals = 0x3f000000, .uart = PI_UART0 };
static const struct pi pi4 = { .peripherals = 0xfe000000,
			       .uart = PI_UART0,
			       .pulls_2711 = true,
			       .dram_high_last = 0xfbffffff };

static struct {
	bool silent;
	uint32_t revision, memory, clock;
	uint32_t gpfsel1, pulls, ibrd, fbrd, cr;
} vc;

int mailbox_property(paddr_t mailbox, uint32_t tag, uint32_t *value, unsigned words)
{
	assert_int_equal(mailbox & 0xffffff, PI_MAILBOX);
	if (vc.silent)
		return -ETIMEDOUT;
	switch (tag) {
	case MAILBOX_BOARD_REVISION:
		assert_int_equal(words, 1);
		value[0] = vc.revision;
		return 0;
	case MAILBOX_BOARD_SERIAL:
		value[0] = 0x89abcdef;
		value[1] = 0x01234567;
		return 0;
	case MAILBOX_ARM_MEMORY:
		value[0] = 0;
		value[1] = vc.memory;
		return 0;
	case MAILBOX_CLOCK_RATE:
		assert_int_equal(value[0], MAILBOX_CLOCK_UART);
		value[1] = vc.clock;
		return 0;
	}
	return -EIO;
}

void udelay(uint64_t us)
{
	(void)us;
}

uint64_t fake_mmio_read(paddr_t address, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	switch (address & 0xffffff) {
	case PI_GPIO + 0x04:
		return vc.gpfsel1;
	case PI_GPIO + 0xe4:
		return vc.pulls;
	case PI_UART0 + UARTFR:
		return UARTFR_TXFE;
	case PI_UART0 + UARTCR:
		return vc.cr;
	case PI_UART0 + UARTIBRD:
		return vc.ibrd;
	}
	return 0;
}

void fake_mmio_write(paddr_t address, uint64_t value, unsigned bytes)
{
	assert_int_equal(bytes, 4);
	switch (address & 0xffffff) {
	case PI_GPIO + 0x04:
		vc.gpfsel1 = (uint32_t)value;
		break;
	case PI_GPIO + 0xe4:
		vc.pulls = (uint32_t)value;
		break;
	case PI_UART0 + UARTIBRD:
		vc.ibrd = (uint32_t)value;
		break;
	case PI_UART0 + UARTIBRD + 4:
		vc.fbrd = (uint32_t)value;
		break;
	case PI_UART0 + UARTCR:
		vc.cr = (uint32_t)value;
		break;
	}
}

static int start(void **state)
{
	(void)state;
	memset(&vc, 0, sizeof(vc));
	vc.revision = REVISION_PI3;
	vc.memory = 0x3b400000;
	vc.clock = 48000000;
	return 0;
}

static void divisors(void **state)
{
	(void)state;
	assert_int_equal(pl011_divisor(48000000, 115200), 26 << 6 | 3);
	assert_int_equal(pl011_divisor(3000000, 115200), 1 << 6 | 40);
	assert_int_equal(pl011_divisor(1000000, 115200), 0);	  /* below 1 */
	assert_int_equal(pl011_divisor(UINT32_MAX, 300), 0);	  /* beyond 16 bits */
	assert_int_equal(pl011_set_speed(0, 1000000, 115200), -ERANGE);
}

static void dram(void **state)
{
	struct pi_dram bank[2];

	(void)state;
	pi_dram_of(&pi3, 0, 0x3b400000, REVISION_PI3, bank);
	assert_int_equal(bank[0].size, 0x3b400000);
	assert_int_equal(bank[1].size, 0);
	pi_dram_of(&pi4, 0, 0x3b400000, REVISION_PI3, bank);
	assert_int_equal(bank[1].size, 0);
	pi_dram_of(&pi4, 0, 0x3b400000, 0xb03115, bank); /* 2 GiB */
	assert_int_equal(bank[1].start, GIB);
	assert_int_equal(bank[1].size, GIB);
	pi_dram_of(&pi4, 0, 0x3b400000, REVISION_PI4_8G, bank); /* none under devices */
	assert_int_equal(bank[1].start + bank[1].size, 0xfc000000);
	pi_dram_of(&pi4, 0, 0x3b400000, REVISION_OLD, bank);
	assert_int_equal(bank[1].size, 0);
}

static void uart(void **state)
{
	(void)state;
	vc.gpfsel1 = ~0U;
	pi_uart_setup(&pi3);
	assert_int_equal(vc.gpfsel1, (~0U & ~(077U << 12)) | 044U << 12);
	assert_int_equal(vc.ibrd, 26);
	assert_int_equal(vc.fbrd, 3);
	assert_int_equal(vc.cr, UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE);

	vc.pulls = ~0U;
	pi_uart_setup(&pi4);
	assert_int_equal(vc.pulls, 0x0fffffff);
}

static void uart_keeps_its_speed(void **state)
{
	(void)state;
	vc.silent = true;
	vc.ibrd = 99;
	pi_uart_setup(&pi3);
	assert_int_equal(vc.ibrd, 99);
}

static void make_tree(char *fdt, int size)
{
	static const uint32_t zero[8];

	assert_int_equal(fdt_create(fdt, size), 0);
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_begin_node(fdt, "system");
	fdt_property_u32(fdt, "linux,revision", 0);
	fdt_property_u64(fdt, "linux,serial", 0);
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "memory@0");
	fdt_property(fdt, "reg", zero, sizeof(zero));
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "clock-uart");
	fdt_property_u32(fdt, "clock-frequency", 1);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	assert_int_equal(fdt_finish(fdt), 0);
}

static const fdt64_t *reg_of(const void *fdt)
{
	int len;
	const fdt64_t *reg = fdt_getprop(fdt, fdt_path_offset(fdt, "/memory@0"), "reg", &len);

	assert_int_equal(len, 32);
	return reg;
}

static void tree(void **state)
{
	char fdt[1024] __attribute__((aligned(8)));
	const fdt32_t *cell;

	(void)state;
	vc.revision = 0xb03115;
	make_tree(fdt, sizeof(fdt));
	pi_fix_fdt(&pi4, fdt);
	assert_int_equal(fdt64_ld(reg_of(fdt) + 1), 0x3b400000);
	assert_int_equal(fdt64_ld(reg_of(fdt) + 2), GIB);
	assert_int_equal(fdt64_ld(reg_of(fdt) + 3), GIB);
	cell = fdt_getprop(fdt, fdt_path_offset(fdt, "/system"), "linux,revision", NULL);
	assert_int_equal(fdt32_ld(cell), 0xb03115);
	cell = fdt_getprop(fdt, fdt_path_offset(fdt, "/system"), "linux,serial", NULL);
	assert_int_equal(fdt32_ld(cell), 0x01234567);
	cell = fdt_getprop(fdt, fdt_path_offset(fdt, "/clock-uart"), "clock-frequency", NULL);
	assert_int_equal(fdt32_ld(cell), 48000000);
}

static void tree_of_a_silent_machine(void **state)
{
	char fdt[1024] __attribute__((aligned(8))), before[1024] __attribute__((aligned(8)));

	(void)state;
	vc.silent = true;
	memset(fdt, 0, sizeof(fdt));
	make_tree(fdt, sizeof(fdt));
	memcpy(before, fdt, sizeof(fdt));
	pi_fix_fdt(&pi3, fdt);
	assert_memory_equal(fdt, before, sizeof(fdt));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(divisors, start),
		cmocka_unit_test_setup(dram, start),
		cmocka_unit_test_setup(uart, start),
		cmocka_unit_test_setup(uart_keeps_its_speed, start),
		cmocka_unit_test_setup(tree, start),
		cmocka_unit_test_setup(tree_of_a_silent_machine, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
