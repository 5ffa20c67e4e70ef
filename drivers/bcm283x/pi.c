/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/bcm283x/pi.h"

#include <libfdt.h>

#include <arch/cpu.h>
#include <arch/io.h>

#include "drivers/bcm283x/mailbox.h"
#include "drivers/serial/pl011_speed.h"

#define BAUD		  115200

#define GPFSEL1		  0x04 /* three bits a pin, from pin 10 */
#define GPFSEL1_14_15	  FIELD(17, 12, 077)
#define GPFSEL1_ALT0	  FIELD(17, 12, 044)
#define GPPUD		  0x94 /* 0: no pull */
#define GPPUDCLK0	  0x98
#define GPIO_PUP_PDN_CNTRL0 0xe4 /* BCM2711: two bits a pin; 0: no pull */
#define PINS_14_15	  (BIT(14) | BIT(15))

#define DRAM_REVISION_NEW BIT(23) /* the fields are those of the newer numbering */
#define DRAM_256M(rev)	  FIELD_GET(22, 20, (uint64_t)(rev))

/* The order and the wait are BCM2835 ARM Peripherals', "GPIO Pull-up/down Clock Registers". */
static void no_pull(const struct pi *pi, paddr_t gpio)
{
	if (pi->pulls_2711) {
		uint32_t pulls = mmio_read32(gpio + GPIO_PUP_PDN_CNTRL0);

		mmio_write32(gpio + GPIO_PUP_PDN_CNTRL0, pulls & ~(uint32_t)FIELD(31, 28, 15));
		return;
	}
	mmio_write32(gpio + GPPUD, 0);
	udelay(1);
	mmio_write32(gpio + GPPUDCLK0, PINS_14_15);
	udelay(1);
	mmio_write32(gpio + GPPUDCLK0, 0);
}

void pi_uart_setup(const struct pi *pi)
{
	paddr_t gpio = pi->peripherals + PI_GPIO;
	uint32_t clock[2] = { MAILBOX_CLOCK_UART };
	uint32_t select = mmio_read32(gpio + GPFSEL1) & ~(uint32_t)GPFSEL1_14_15;

	mmio_write32(gpio + GPFSEL1, select | GPFSEL1_ALT0);
	no_pull(pi, gpio);
	if (!mailbox_property(pi->peripherals + PI_MAILBOX, MAILBOX_CLOCK_RATE, clock, 2))
		(void)!pl011_set_speed(pi->peripherals + pi->uart, clock[1], BAUD);
}

void pi_dram_of(const struct pi *pi, uint32_t arm_base, uint32_t arm_size, uint32_t revision,
		struct pi_dram bank[2])
{
	uint64_t total = revision & DRAM_REVISION_NEW ? 256 * MIB << DRAM_256M(revision) : 0;

	bank[0] = (struct pi_dram){ arm_base, arm_size };
	bank[1] = (struct pi_dram){ 0, 0 };
	if (total > GIB && pi->dram_high_last)
		bank[1] = (struct pi_dram){ GIB, MIN(total, pi->dram_high_last + 1) - GIB };
}

static void fix_memory(const struct pi *pi, void *fdt, uint32_t revision)
{
	uint32_t arm[2] = { 0 };
	struct pi_dram bank[2];
	fdt64_t reg[4];
	int node = fdt_path_offset(fdt, "/memory@0");

	if (node < 0 ||
	    mailbox_property(pi->peripherals + PI_MAILBOX, MAILBOX_ARM_MEMORY, arm, 2) || !arm[1])
		return;
	pi_dram_of(pi, arm[0], arm[1], revision, bank);
	for (unsigned i = 0; i < 2; i++) {
		reg[2 * i] = cpu_to_fdt64(bank[i].start);
		reg[2 * i + 1] = cpu_to_fdt64(bank[i].size);
	}
	(void)fdt_setprop_inplace(fdt, node, "reg", reg, sizeof(reg));
}

void pi_fix_fdt(const struct pi *pi, void *fdt)
{
	paddr_t mailbox = pi->peripherals + PI_MAILBOX;
	uint32_t revision = 0, serial[2] = { 0 }, clock[2] = { MAILBOX_CLOCK_UART };
	int node = fdt_path_offset(fdt, "/system");

	if (!mailbox_property(mailbox, MAILBOX_BOARD_REVISION, &revision, 1) && node >= 0)
		(void)fdt_setprop_inplace_u32(fdt, node, "linux,revision", revision);
	if (!mailbox_property(mailbox, MAILBOX_BOARD_SERIAL, serial, 2) && node >= 0)
		(void)fdt_setprop_inplace_u64(fdt, node, "linux,serial",
					      (uint64_t)serial[1] << 32 | serial[0]);
	node = fdt_path_offset(fdt, "/clock-uart");
	if (!mailbox_property(mailbox, MAILBOX_CLOCK_RATE, clock, 2) && node >= 0)
		(void)fdt_setprop_inplace_u32(fdt, node, "clock-frequency", clock[1]);
	fix_memory(pi, fdt, revision);
}
