/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's fw_cfg files, for the Tab key. */
#include "common/shell/complete.h"
#include "common/source/qfw.h"

static int offer_file(void *ctx, const struct fwcfg_file *file)
{
	complete_string(ctx, file->name);
	return 0;
}

static void offer(struct complete *c)
{
	const struct fwcfg *fw;

	if (!qfw_device(&fw))
		(void)!fwcfg_each_file(fw, offer_file, c);
}

TABLE_ENTRY(complete_files_table, struct complete_files, complete_qfw) = { .offer = offer };
