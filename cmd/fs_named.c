/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, load, size and fsinfo of one file system: what older scripts call them. */
#include "cmd/files.h"
#include "common/shell/cmd.h"

#define COMMAND(word, args, function, about, how)                            \
	TABLE_ENTRY(cmd_table, struct cmd, cmd_##word) = { .name = #word,    \
							   .max_args = args, \
							   .run = function,  \
							   .brief = about,   \
							   .usage = how,     \
							   .complete = FILES_COMPLETE }

COMMAND(fatls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
COMMAND(fatload, 7, files_load, "load binary file from a dos filesystem", FILES_LOAD_ARGS);
COMMAND(fatsize, 4, files_size, "determine a file's size", FILES_SIZE_ARGS);
COMMAND(fatinfo, 3, files_info, "print information about filesystem", FILES_INFO_ARGS);
COMMAND(ext4ls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
COMMAND(ext4load, 7, files_load, "load binary file from a Ext4 filesystem", FILES_LOAD_ARGS);
COMMAND(ext4size, 4, files_size, "determine a file's size", FILES_SIZE_ARGS);
COMMAND(ext2ls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
COMMAND(ext2load, 7, files_load, "load binary file from a Ext2 filesystem", FILES_LOAD_ARGS);
