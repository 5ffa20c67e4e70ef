/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/fdt/fdt.h"
#include "drivers/rtc/pl031.h"
#include "lib/base/caldate.h"

static int set(paddr_t clock, const char *text)
{
	struct caldate now = caldate_from(pl031_read(clock));
	uint32_t seconds = 0;
	struct why why;
	int err = strcmp(text, "reset") ? caldate_parse(text, &now, &seconds, &why) : 0;

	if (err)
		printf("date: %s\n", why.text);
	else
		pl031_write(clock, seconds);
	return err;
}

static int do_date(int argc, char *const argv[])
{
	const struct device *dev = machine_find(&machine, PL031_COMPATIBLE, 0);
	struct caldate d;
	int err;

	if (!dev) {
		printf("date: the device tree has no clock (%s)\n", PL031_COMPATIBLE);
		return -ENODEV;
	}
	err = argc > 1 ? set(dev->base, argv[1]) : 0;
	if (err)
		return err;
	d = caldate_from(pl031_read(dev->base));
	printf("Date: %04u-%02u-%02u (%s)    Time: %02u:%02u:%02u\n", d.year, d.month, d.day,
	       caldate_weekday(d.weekday), d.hour, d.minute, d.second);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_date) = {
	.name = "date",
	.max_args = 2,
	.repeat = true,
	.run = do_date,
	.brief = "get/set/reset date & time",
	.usage = "[MMDDhhmm[[CC]YY][.ss]]\n"
		 "date reset\n"
		 "    - without argument: print date & time, UTC\n"
		 "    - with numeric argument: set the system date & time\n"
		 "    - with 'reset' argument: reset the clock to 1970",
};
