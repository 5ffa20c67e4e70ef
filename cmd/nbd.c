/* SPDX-License-Identifier: BSD-2-Clause */
/* nbd: disks of servers; the rest is every disk's. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/disk.h"
#include "common/net/net.h"
#include "common/shell/cmd.h"
#include "lib/base/num.h"

static unsigned int current;

static int connect(const struct netif_nbd *where, struct why *why)
{
	struct blk *disk;
	int err = netif_nbd_connect(where, &disk, why);

	if (err)
		return err;
	current = disk->number;
	printf("nbd %u: %s%s%s, %llu blocks of %u bytes%s\n", disk->number, where->host,
	       where->name[0] ? "/" : "", where->name, (unsigned long long)disk->blocks,
	       disk->block_size, disk->read_only ? ", to read only" : "");
	return 0;
}

static int to_server(const char *text, int (*run)(const struct netif_nbd *where, struct why *why))
{
	struct netif_nbd where;
	struct why why = { "" };
	int err = netif_nbd_parse(&where, text, &why);

	if (!err)
		err = run(&where, &why);
	if (err)
		printf("nbd: %s\n", why.text);
	return err;
}

static int list(const struct netif_nbd *where, struct why *why)
{
	return netif_nbd_list(where, why);
}

static int disconnect(const char *text)
{
	uint64_t number = current;
	struct blk *disk;

	if (text && num_parse(text, 10, &number))
		return CMD_USAGE;
	disk = number > UINT16_MAX ? NULL : blk_find("nbd", (unsigned int)number);
	if (!disk) {
		printf("nbd: there is no disk nbd %llu\n", (unsigned long long)number);
		return -ENODEV;
	}
	netif_nbd_disconnect(disk);
	return 0;
}

static int do_nbd(int argc, char *const argv[])
{
	static const struct disk_command command = { "nbd", &current, "nbd %s: device %u" };

	if (argc == 3 && !strcmp(argv[1], "connect"))
		return to_server(argv[2], connect);
	if (argc == 3 && !strcmp(argv[1], "list"))
		return to_server(argv[2], list);
	if (argc <= 3 && argc > 1 && !strcmp(argv[1], "disconnect"))
		return disconnect(argc > 2 ? argv[2] : NULL);
	return disk_command(&command, argc, argv);
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_nbd) = {
	.name = "nbd",
	.max_args = 5,
	.run = do_nbd,
	.brief = "disks of servers, by NBD",
	.usage =
		"connect [nbd://]host[:port][/export] - the export is a disk from now on, nbd 0 and so on\n"
		"nbd disconnect [dev] - and no longer\n"
		"nbd list host[:port] - the exports that a server lists\n"
		"& scan - connect to ${nbdurl}, where nothing is connected\n" DISK_FORMS,
};
