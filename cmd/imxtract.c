/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "arch/mem.h"
#include "cmd/mem.h"
#include "common/console/console.h"
#include "common/env/env.h"
#include "common/fdt/fdt.h"
#include "common/image/fit.h"
#include "common/shell/cmd.h"
#include "lib/base/num.h"
#include "lib/base/printable.h"
#include "lib/base/span.h"
#include "lib/pack/uimage.h"

static int of_uimage(const void *at, uint64_t room, const char *part, struct span *found,
		     struct why *why)
{
	struct uimage image;
	uint64_t number;
	uint32_t size;
	int err = uimage_parse(at, room, &image);

	if (err)
		return refuse(why, err,
			      err == -E2BIG ? "The image has more data than is there"
					    : "Bad Header Checksum");
	if (uimage_check_data(&image, console_ctrlc))
		return refuse(why, -EILSEQ, "Bad Data CRC");
	if (num_parse(part, 16, &number) || number > UIMAGE_PARTS_MAX)
		return refuse(why, -EINVAL, "'%.20s' is not a part's number", part);
	printf("## Copying part %" PRIu64 " from legacy image at %08" PRIxPTR " ...\n", number,
	       (uintptr_t)at);
	err = uimage_part(&image, (unsigned int)number, &found->at, &size, why);
	found->size = size;
	return err;
}

static int check_hashes(const struct fit *fit, int node, struct why *why)
{
	int hash = 0, err = 0;

	while (!err && (hash = fit_next_hash(fit->tree, node, hash)))
		err = fit_check_hash(fit, node, hash, why);
	return err;
}

static int of_fit(const void *at, uint64_t room, const char *name, struct span *found,
		  struct why *why)
{
	struct printable shown;
	struct fit fit;
	uint32_t size;
	int node, err = fit_check(&fit, at, room, why);

	if (err)
		return err;
	fit.stopped = console_ctrlc;
	node = fdt_subnode_offset(at, fdt_path_offset(at, "/images"), name);
	if (node < 0)
		return refuse(why, -ENOENT, "Can't find '%.40s' FIT subimage",
			      printable(&shown, name));
	printf("## Copying '%s' subimage from FIT image at %08" PRIxPTR " ...\n",
	       printable(&shown, name), (uintptr_t)at);
	err = fit_data(&fit, node, &found->at, &size, why);
	found->size = size;
	return err ? err : check_hashes(&fit, node, why);
}

static int find(uint64_t addr, const char *part, struct span *found, struct why *why)
{
	const void *at = (const void *)(uintptr_t)addr;
	uint64_t room;
	int err = machine_readable(&machine, addr, &room, why);

	if (err)
		return err;
	if (room >= UIMAGE_HEADER_SIZE && uimage_is(at))
		return of_uimage(at, room, part, found, why);
	if (room >= UIMAGE_HEADER_SIZE && fit_is(at))
		return of_fit(at, room, part, found, why);
	return refuse(why, -ENOEXEC, "Invalid image type for imxtract");
}

static int do_imxtract(int argc, char *const argv[])
{
	struct span found = { 0 };
	struct why why = { "" };
	uint64_t addr, to;

	if (argc < 3)
		return CMD_USAGE;
	if (cmd_number(argv[1], "imxtract: address", &addr) ||
	    (argc > 3 && cmd_number(argv[3], "imxtract: target", &to)))
		return -EINVAL;
	if (find(addr, argv[2], &found, &why)) {
		printf("%s\n", why.text);
		return CMD_FAILED;
	}
	if (argc > 3) {
		if (mem_may_write(argv[0], to, found.size))
			return CMD_FAILED;
		printf("   Loading part %s ... ", argv[2]);
		mem_copy(mem_pointer(to), found.at, found.size);
		printf("OK\n");
	} else {
		to = (uintptr_t)found.at;
	}
	env_set_hex("fileaddr", to);
	env_set_hex("filesize", found.size);
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_imxtract) = {
	.name = "imxtract",
	.max_args = 4,
	.run = do_imxtract,
	.brief = "extract a part of a multi-image",
	.usage =
		"addr part [dest]\n"
		"	- check a part of the uImage at addr, by its number from 0, or an image of the FIT\n"
		"	  there, by its name, and copy it to dest; ${fileaddr} and ${filesize} are set",
};
