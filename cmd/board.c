/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/board.h"
#include "common/console/console.h"
#include "common/console/init.h"
#include "common/fdt/fdt.h"
#include "common/fdt/gpio.h"
#include "common/fdt/uart.h"
#include "common/shell/cmd.h"
#include "common/source/disk.h"
#include "drivers/rtc/pl031.h"
#include "drivers/watchdog/watchdog.h"
#include "lib/base/printable.h"

/* Devices that one driver each serves by one name; UARTs, pins, watchdogs, disks say it. */
static const struct {
	const char *compatible, *driver;
	bool built;
} drivers[] = {
	{ "virtio,mmio", "virtio", IS_ENABLED(CONFIG_VIRTIO_MMIO) },
	{ "pci-host-ecam-generic", "pci", IS_ENABLED(CONFIG_PCI) },
	{ "qemu,fw-cfg-mmio", "fw_cfg", IS_ENABLED(CONFIG_FW_CFG) },
	{ "cfi-flash", "flash", IS_ENABLED(CONFIG_CFI_FLASH) },
	{ PL031_COMPATIBLE, "rtc", IS_ENABLED(CONFIG_RTC_PL031) },
	{ "brcm,bcm2835-mbox", "mailbox", IS_ENABLED(CONFIG_BCM283X_MAILBOX) },
};

static const char *driver_of(const struct device *dev)
{
	struct serial_node uart;
	struct gpio pins;

	if (!dev->compatible)
		return NULL;
	for (unsigned int i = 0; i < ARRAY_SIZE(drivers); i++)
		if (drivers[i].built && device_is(dev, drivers[i].compatible))
			return drivers[i].driver;
	fdt_uart(machine.fdt, dev, &uart);
	if (serial_known(&uart))
		return "serial";
	if (IS_ENABLED(CONFIG_GPIO) && fdt_gpio(machine.fdt, dev, &pins))
		return "gpio";
	if (IS_ENABLED(CONFIG_WATCHDOG) &&
	    watchdog_find(dev->compatible, (size_t)dev->compatible_len))
		return "watchdog";
	TABLE_FOREACH(disk_table, struct disk_type, disk)
		if (disk->serves && disk->serves(dev))
			return disk->name;
	return NULL;
}

static bool is_first_string_good(const struct device *dev)
{
	return dev->compatible && memchr(dev->compatible, '\0', (size_t)dev->compatible_len);
}

/* Not what stdout-path names: where no driver knows that, the console is the board's own. */
static bool is_console(const struct device *dev)
{
	struct serial_node uart;

	fdt_uart(machine.fdt, dev, &uart);
	return dev->base && console_base() - dev->base == uart.offset;
}

static void print_device(const struct device *dev, const char *driver)
{
	struct printable name, compatible;

	printf("%-9s 0x%010" PRIx64 "  %s (%s)%s\n", driver ? driver : "-", dev->base,
	       printable(&name, dev->name),
	       is_first_string_good(dev) ? printable(&compatible, dev->compatible)
					 : "nothing compatible",
	       is_console(dev) ? ", the console" : "");
}

static int do_board(int argc, char *const argv[])
{
	struct printable model;
	unsigned int with = 0;

	if (argc > 1 && strcmp(argv[1], "-n"))
		return CMD_USAGE;
	if (argc == 1)
		printf("board: %s; model: %s\n", board.name,
		       machine.model ? printable(&model, machine.model) : "none");
	for (unsigned int i = 0; i < machine.dev_count; i++) {
		const char *driver = driver_of(&machine.dev[i]);

		if (console_ctrlc())
			return CMD_FAILED;
		with += driver != NULL;
		if (argc == 1 || !driver)
			print_device(&machine.dev[i], driver);
	}
	printf("%u devices with registers, %u with a driver\n", machine.dev_count, with);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_board) = {
	.name = "board",
	.max_args = 2,
	.run = do_board,
	.brief = "which driver serves which device of the tree",
	.usage = "[-n]\n    - -n: only those that have none",
};
