/* SPDX-License-Identifier: BSD-2-Clause */
/* load hostfs: a file of the host, by semihosting. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/shell/cmd.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/source/hostfs.h"
#include "common/source/progress.h"

static int load(const char *name, paddr_t at, struct why *why)
{
	struct progress progress = progress_begin();
	struct source source;
	int err = hostfs_source(&source, name, why);

	if (err)
		return err;
	if (!source.size)
		return refuse(why, -ENODATA, "hostfs: '%s' is empty", name);
	err = memmap_claim(&machine.mem, at, source.size, MEM_LOADED, "host file", why);
	if (!err)
		err = source_read(&source, 0, (void *)at, source.size, why);
	if (err)
		return err;
	(void)!env_set_hex("fileaddr", at);
	(void)!env_set_hex("filesize", source.size);
	progress_end(&progress, "read", source.size);
	return 0;
}

/* U-Boot's words: load interface device [address [file]] */
static int do_load(int argc, char *const argv[])
{
	const char *name = argc > 4 ? argv[4] : env_get("bootfile");
	paddr_t at = env_get_hex("loadaddr", 0);
	struct why why;
	int err;

	if (argc < 3 || strcmp(argv[1], "hostfs"))
		return CMD_USAGE;
	if (argc > 3 && cmd_number(argv[3], "load: address", &at))
		return -EINVAL;
	if (!name) {
		printf("load: no file named, and bootfile is not set\n");
		return -EINVAL;
	}
	err = load(name, at, &why);
	if (err)
		printf("load: %s\n", why.text);
	return err;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_load) = {
	.name = "load",
	.max_args = 5,
	.run = do_load,
	.brief = "load binary file from a filesystem",
	.usage =
		"hostfs - [addr [filename]]\n"
		"	- a file of the host, by semihosting (QEMU's -semihosting), to addr (default\n"
		"	  ${loadaddr}); filename: default ${bootfile}. Sets fileaddr and filesize",
};
