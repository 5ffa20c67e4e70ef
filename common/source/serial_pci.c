/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/source/serial_pci.h"

#include <errno.h>

#include <arch/io.h>

#include "common/console/console.h"
#include "common/console/init.h"
#include "common/source/pci.h"
#include "drivers/pci/io.h"
#include "drivers/serial/serial.h"
#include "lib/base/err.h"

#define CLASS_SERIAL	 0x0700 /* without the interface */
#define INTERFACE_16550	 2	/* and what goes beyond */
#define REGISTERS	 8

/* TI PC16550D data sheet, section 8; the clock of a PC's card: 1.8432 MHz, divided by 16. */
#define DLL		 0
#define DLM		 1
#define FCR		 2
#define FCR_CLEAN	 0x07 /* FIFOs on, and empty */
#define LCR		 3
#define LCR_DLAB	 0x80
#define LCR_8N1		 0x03
#define MCR		 4
#define MCR_DTR_RTS	 0x03
#define SCRATCH		 7
#define DIVISOR_115200	 1

bool serial_pci_on;

static bool is_port(const struct pci_function *fn)
{
	return fn->class_code >> 8 == CLASS_SERIAL && (fn->class_code & 0xff) >= INTERFACE_16550;
}

static int registers(const struct pci_function *fn, unsigned int host, paddr_t *base)
{
	struct pci_io io;
	int err = pci_registers(fn, 0, REGISTERS, base);

	if (!err)
		pci_enable(fn);
	if (err != -ENOENT)
		return err;
	err = pci_host_io(host, &io);
	return err ? err : pci_io_registers(fn, &io, 0, REGISTERS, base);
}

/* Nobody but Loft has set up a port that it had to give addresses. */
static int set_up(paddr_t base)
{
	mmio_write8(base + SCRATCH, 0x5a);
	if (mmio_read8(base + SCRATCH) != 0x5a)
		return -EIO;
	mmio_write8(base + LCR, LCR_DLAB | LCR_8N1);
	mmio_write8(base + DLL, DIVISOR_115200);
	mmio_write8(base + DLM, 0);
	mmio_write8(base + LCR, LCR_8N1);
	mmio_write8(base + FCR, FCR_CLEAN);
	mmio_write8(base + MCR, MCR_DTR_RTS);
	return 0;
}

static int open_first(paddr_t *base, struct why *why)
{
	struct pci_function fn = { 0 };
	unsigned int host = 0;
	int err;

	while (pci_walk(&fn, &host)) {
		if (!is_port(&fn))
			continue;
		err = registers(&fn, host, base);
		if (!err)
			err = set_up(*base);
		return err ? refuse(why, err, "the serial port pci %02x.%02x.%x: %s", fn.bdf >> 8,
				    fn.bdf >> 3 & 0x1f, fn.bdf & 7,
				    err == -EIO ? "nothing answers" : err_name(err))
			   : 0;
	}
	return refuse(why, -ENODEV, "no serial port behind PCI");
}

int serial_pci_console(bool on, struct why *why)
{
	static const char compatible[] = "ns16550a";
	static struct serial first;
	struct serial_node node = { .compatible = compatible,
				    .length = sizeof(compatible),
				    .has_shift = true,
				    .width = 1 };
	int err;

	if (on == serial_pci_on)
		return 0;
	if (!on) {
		console_drain();
		*console_serial() = first;
		serial_pci_on = false;
		return 0;
	}
	err = open_first(&node.base, why);
	if (err)
		return err;
	console_drain();
	first = *console_serial();
	if (console_init(&node))
		return refuse(why, -ENODEV, "no driver for a 16550");
	serial_pci_on = true;
	return 0;
}
