/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/fdt/fdt.h"
#include "drivers/gpio/pl061.h"
#include "lib/base/num.h"

/* Pins are counted through all controllers, in the device tree's order. */
static const struct device *controller_of(unsigned int pin)
{
	return machine_find(&machine, PL061_COMPATIBLE, pin / PL061_LINES);
}

static void print_pin(unsigned int pin)
{
	const struct device *dev = controller_of(pin);
	unsigned int line = pin % PL061_LINES;

	printf("gpio: pin %u (%s line %u): %s, value is %u\n", pin, dev->name, line,
	       pl061_is_output(dev->base, line) ? "output" : "input", pl061_get(dev->base, line));
}

static int find_pin(const char *text, unsigned int *pin)
{
	uint64_t value;

	if (num_parse(text, 10, &value) || value > UINT16_MAX ||
	    !controller_of((unsigned int)value)) {
		printf("gpio: there is no pin '%s': `gpio status` has those that are there\n",
		       text);
		return -ENODEV;
	}
	*pin = (unsigned int)value;
	return 0;
}

static int do_status(int argc, char *const argv[])
{
	unsigned int pin = 0;

	if (argc == 2 && strcmp(argv[1], "-a")) {
		if (find_pin(argv[1], &pin))
			return -ENODEV;
		print_pin(pin);
		return 0;
	}
	for (; controller_of(pin); pin++)
		print_pin(pin);
	if (!pin)
		printf("gpio: the device tree has no controller (%s)\n", PL061_COMPATIBLE);
	return pin ? 0 : -ENODEV;
}

/* Prints U-Boot's line. $? is 1 where the pin is high: U-Boot's scripts ask that. */
static int do_pin(int argc, char *const argv[])
{
	const struct device *dev;
	unsigned int pin, line;
	bool level;

	if (argc != 2)
		return CMD_USAGE;
	if (find_pin(argv[1], &pin))
		return -ENODEV;
	dev = controller_of(pin);
	line = pin % PL061_LINES;
	level = *argv[0] == 's' || (*argv[0] == 't' && !pl061_get(dev->base, line));
	if (*argv[0] != 'i') {
		/* Before the direction: no other level is seen, if an input keeps it. */
		pl061_set(dev->base, line, level);
		pl061_direct(dev->base, line, true);
		pl061_set(dev->base, line, level);
	} else {
		pl061_direct(dev->base, line, false);
	}
	level = pl061_get(dev->base, line);
	printf("gpio: pin %u (gpio %u) value is %u\n", pin, pin, level);
	return *argv[0] == 'i' && level ? CMD_FAILED : 0;
}

static const struct cmd subs[] = {
	{ .name = "input", .max_args = 2, .run = do_pin },
	{ .name = "set", .max_args = 2, .run = do_pin },
	{ .name = "clear", .max_args = 2, .run = do_pin },
	{ .name = "toggle", .max_args = 2, .run = do_pin },
	{ .name = "status", .max_args = 2, .run = do_status },
};

static int do_gpio(int argc, char *const argv[])
{
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_gpio) = {
	.name = "gpio",
	.max_args = 3,
	.run = do_gpio,
	.brief = "query and control gpio pins",
	.usage = "<input|set|clear|toggle> <pin>\n"
		 "    - input/set/clear/toggle the specified pin; input fails where it is high\n"
		 "gpio status [-a] [<pin>]\n"
		 "    - show [all/claimed] GPIOs",
};
