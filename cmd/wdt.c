/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/console/console.h"
#include "common/console/watchdog.h"
#include "common/shell/cmd.h"
#include "lib/base/num.h"

#define WITHOUT_MS 60000 /* where the tree has no timeout-sec */

static char chosen[64]; /* a node's name; the tree may move */

/* The chosen one, else the first. */
static const struct device *find(struct watchdog *w)
{
	const struct device *dev;

	for (unsigned int n = 0; (dev = watchdogs_of_tree(n, w)); n++)
		if (!chosen[0] || !strcmp(dev->name, chosen))
			return dev;
	printf("wdt: the device tree has no watchdog that Loft knows%s%s\n",
	       chosen[0] ? " by the name of " : "", chosen);
	return NULL;
}

static int do_list(int argc, char *const argv[])
{
	const struct device *dev;
	struct watchdog w;
	unsigned int n;

	(void)argc;
	(void)argv;
	for (n = 0; (dev = watchdogs_of_tree(n, &w)); n++)
		printf("%s (%s)\n", dev->name, w.kind->compatible);
	if (!n)
		printf("wdt: the device tree has no watchdog that Loft knows\n");
	return n ? 0 : -ENODEV;
}

static int do_dev(int argc, char *const argv[])
{
	const struct device *dev;
	struct watchdog w;

	if (argc < 2) {
		dev = find(&w);
		if (!dev)
			return -ENODEV;
		printf("dev: %s, %s\n", dev->name, w.kind->running(&w) ? "running" : "stopped");
		if (!w.hz)
			printf("     its clock is not in the tree: it can only expire\n");
		else
			printf("     at most %" PRIu64 " ms\n", w.kind->max_ms(&w));
		return 0;
	}
	for (unsigned int n = 0; (dev = watchdogs_of_tree(n, &w)); n++) {
		if (strcmp(dev->name, argv[1]) || strlen(dev->name) >= sizeof(chosen))
			continue;
		strcpy(chosen, dev->name);
		return 0;
	}
	printf("wdt: there is no watchdog '%s': `wdt list` has those that are there\n", argv[1]);
	return -ENODEV;
}

static int do_start(int argc, char *const argv[])
{
	struct watchdog w;
	const struct device *dev = find(&w);
	uint64_t ms;
	int err;

	if (!dev)
		return -ENODEV;
	ms = watchdog_of_tree_ms(dev);
	if (!ms)
		ms = WITHOUT_MS;
	if (argc > 1 && num_parse(argv[1], 10, &ms))
		return CMD_USAGE;
	err = watchdog_start(&w, ms);
	if (err == -ENODATA)
		printf("wdt: %s: its clock is not in the tree: it can only expire\n", dev->name);
	else if (err)
		printf("wdt: %s: %" PRIu64 " ms is not within 1 and %" PRIu64 "\n", dev->name, ms,
		       w.kind->max_ms(&w));
	else
		watchdog_keep(&w, ms);
	return err;
}

static int do_stop(int argc, char *const argv[])
{
	struct watchdog w;
	const struct device *dev = find(&w);

	(void)argc;
	(void)argv;
	if (!dev)
		return -ENODEV;
	if (!w.kind->stop) {
		printf("wdt: %s: only a reset stops it\n", dev->name);
		return -ENOTSUP;
	}
	w.kind->stop(&w);
	watchdog_keep(&w, 0);
	return 0;
}

static int do_reset(int argc, char *const argv[])
{
	struct watchdog w;

	(void)argc;
	(void)argv;
	if (!find(&w))
		return -ENODEV;
	w.kind->kick(&w);
	return 0;
}

static int do_expire(int argc, char *const argv[])
{
	struct watchdog w;

	(void)argc;
	(void)argv;
	if (!find(&w))
		return -ENODEV;
	console_drain();
	watchdog_keep(&w, 0);
	w.kind->expire(&w);
	return 0;
}

static const struct cmd subs[] = {
	{ .name = "list", .max_args = 1, .run = do_list },
	{ .name = "dev", .max_args = 2, .run = do_dev },
	{ .name = "start", .max_args = 2, .run = do_start },
	{ .name = "stop", .max_args = 1, .run = do_stop },
	{ .name = "reset", .max_args = 1, .run = do_reset },
	{ .name = "expire", .max_args = 1, .run = do_expire },
};

static int do_wdt(int argc, char *const argv[])
{
	return cmd_run_sub(subs, ARRAY_SIZE(subs), argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_wdt) = {
	.name = "wdt",
	.max_args = 3,
	.run = do_wdt,
	.brief = "watchdogs",
	.usage = "list - those of the device tree\n"
		 "wdt dev [<name>] - show or choose one; the first is without\n"
		 "wdt start [<ms>] - reset after so many decimal ms, kept alive at the prompt\n"
		 "wdt stop\n"
		 "wdt reset - its time begins anew\n"
		 "wdt expire - reset now",
};
