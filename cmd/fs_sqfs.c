/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, load and size of squashfs: what scripts call them. */
#include "cmd/files.h"
#include "common/shell/cmd.h"

#define COMMAND(word, args, function, about, how)                            \
	TABLE_ENTRY(cmd_table, struct cmd, cmd_##word) = { .name = #word,    \
							   .max_args = args, \
							   .run = function,  \
							   .brief = about,   \
							   .usage = how,     \
							   .complete = FILES_COMPLETE }

COMMAND(sqfsls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
COMMAND(sqfsload, 7, files_load, "load binary file from a SquashFS filesystem", FILES_LOAD_ARGS);
COMMAND(sqfssize, 4, files_size, "determine a file's size", FILES_SIZE_ARGS);
