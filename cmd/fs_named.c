/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, load, size and fsinfo of one file system: what older scripts call them. */
#include "cmd/files.h"
#include "common/shell/cmd.h"

FILES_COMMAND(fatls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
FILES_COMMAND(fatload, 7, files_load, "load binary file from a dos filesystem", FILES_LOAD_ARGS);
FILES_COMMAND(fatsize, 4, files_size, "determine a file's size", FILES_SIZE_ARGS);
FILES_COMMAND(fatinfo, 3, files_info, "print information about filesystem", FILES_INFO_ARGS);
FILES_COMMAND(ext4ls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
FILES_COMMAND(ext4load, 7, files_load, "load binary file from a Ext4 filesystem", FILES_LOAD_ARGS);
FILES_COMMAND(ext4size, 4, files_size, "determine a file's size", FILES_SIZE_ARGS);
FILES_COMMAND(ext2ls, 4, files_ls, "list files in a directory (default /)", FILES_LS_ARGS);
FILES_COMMAND(ext2load, 7, files_load, "load binary file from a Ext2 filesystem", FILES_LOAD_ARGS);
