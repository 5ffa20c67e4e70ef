/* SPDX-License-Identifier: BSD-2-Clause */
/* formats: what this image boots, by its own tables. */
#include <stdio.h>

#include "common/image/image.h"
#include "common/image/packed.h"
#include "common/shell/cmd.h"

static int do_formats(int argc, char *const argv[])
{
	(void)argc;
	(void)argv;
	TABLE_FOREACH(image_kernel_table, struct image_kernel, kernel) {
		if (!kernel->open)
			printf("kernel       %s\n", kernel->name);
	}
	TABLE_FOREACH(image_kernel_table, struct image_kernel, kernel) {
		if (kernel->open)
			printf("container    %s\n", kernel->name);
	}
	TABLE_FOREACH(image_wrapping_table, struct image_wrapping, wrapping) {
		printf("wrapping     %s\n", wrapping->name);
	}
	TABLE_FOREACH(packing_table, struct packing, packing) {
		printf("compression  %s\n", packing->name);
	}
	return 0;
}

TABLE_ENTRY(cmd_table, struct cmd, cmd_formats) = {
	.name = "formats",
	.max_args = 1,
	.run = do_formats,
	.brief = "list the formats that can be booted",
	.usage =
		"\n	- kernels, what they come packed in, and the compressions that a uImage, a FIT or\n"
		"	  an EFI zboot image may name",
};
