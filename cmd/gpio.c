/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/fdt/fdt.h"
#include "common/fdt/gpio.h"
#include "common/shell/cmd.h"
#include "lib/base/num.h"

/* Pins are counted through all controllers, in the device tree's order. */
static const struct device *controller_of(unsigned int pin, struct gpio *g, unsigned int *line)
{
	for (unsigned int i = 0; i < machine.dev_count; i++) {
		if (!fdt_gpio(machine.fdt, &machine.dev[i], g))
			continue;
		if (pin < g->lines) {
			*line = pin;
			return &machine.dev[i];
		}
		pin -= g->lines;
	}
	return NULL;
}

static void print_pin(unsigned int pin, const char *name, const struct gpio *g, unsigned int line)
{
	static const char *const ways[] = {
		[GPIO_INPUT] = "input", [GPIO_OUTPUT] = "output", [GPIO_OTHER] = "other function"
	};

	printf("gpio: pin %u (%s line %u): %s, value is %u\n", pin, name, line,
	       ways[gpio_way(g, line)], gpio_get(g, line));
}

static const struct device *find_pin(const char *text, unsigned int *pin, struct gpio *g,
				     unsigned int *line)
{
	const struct device *dev = NULL;
	uint64_t value;

	if (!num_parse(text, 10, &value) && value <= UINT16_MAX) {
		*pin = (unsigned int)value;
		dev = controller_of(*pin, g, line);
	}
	if (!dev)
		printf("gpio: there is no pin '%s': `gpio status` has those that are there\n",
		       text);
	return dev;
}

static int do_status(int argc, char *const argv[])
{
	const struct device *dev;
	unsigned int pin = 0, line;
	struct gpio g;

	if (argc == 2 && strcmp(argv[1], "-a")) {
		dev = find_pin(argv[1], &pin, &g, &line);
		if (!dev)
			return -ENODEV;
		print_pin(pin, dev->name, &g, line);
		return 0;
	}
	for (unsigned int i = 0; i < machine.dev_count; i++) {
		if (!fdt_gpio(machine.fdt, &machine.dev[i], &g))
			continue;
		for (line = 0; line < g.lines; line++, pin++) {
			if (console_ctrlc())
				return CMD_FAILED;
			print_pin(pin, machine.dev[i].name, &g, line);
		}
	}
	if (!pin)
		printf("gpio: the device tree has no controller that Loft knows\n");
	return pin ? 0 : -ENODEV;
}

/* Prints U-Boot's line. $? is 1 where the pin is high: U-Boot's scripts ask that. */
static int do_pin(int argc, char *const argv[])
{
	unsigned int pin, line;
	struct gpio g;
	bool level;

	if (argc != 2)
		return CMD_USAGE;
	if (!find_pin(argv[1], &pin, &g, &line))
		return -ENODEV;
	level = *argv[0] == 's' || (*argv[0] == 't' && !gpio_get(&g, line));
	if (*argv[0] != 'i')
		gpio_drive(&g, line, level);
	else
		gpio_direct(&g, line, false);
	level = gpio_get(&g, line);
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
